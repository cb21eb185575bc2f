"""Which KPI the pictures of a programme page show; it stands in the address as `kpi`."""

from collections.abc import Sequence

import streamlit as st

from dashboard import links
from dashboard.components import markup, unfollowed
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t


def chosen(kpis: Sequence[Kpi]) -> Kpi:
    """The KPI that the address names, else the first one."""
    asked = st.query_params.get("kpi")
    found = next((kpi for kpi in kpis if kpi.code == asked), kpis[0])
    if asked is not None and found.code != asked:
        unfollowed.tell("kpi", asked)
    return found


def drawn(kpis: Sequence[Kpi], now: Kpi) -> Markup:
    """换指标: opens the names of the KPIs, which stand on cards and in the table already."""
    entries = [
        tag(
            "li",
            markup.link(
                links.Target(kpi=kpi.code), pick(kpi.label_zh, kpi.label_en), cls="ub-switch-on" if kpi is now else None
            ),
        )
        for kpi in kpis
    ]
    return tag(
        "details",
        tag("summary", t("change_kpi"), aria_label=t("choose_kpi")),
        tag("nav", tag("ul", entries), cls="ub-pop-body", aria_label=t("choose_kpi")),
        cls="ub-pop ub-switch",
    )
