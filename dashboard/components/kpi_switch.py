"""Which KPI the pictures of a programme page show; it stands in the address as `kpi`."""

from collections.abc import Sequence

import streamlit as st

from dashboard import links
from dashboard.components import kept, markup, unfollowed
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t


def show(kpis: Sequence[Kpi]) -> Kpi:
    """The row of names; returns the chosen KPI, the first one unless the address names another."""
    asked = st.query_params.get("kpi")
    chosen = next((kpi for kpi in kpis if kpi.code == asked), kpis[0])
    if asked is not None and chosen.code != asked:
        unfollowed.tell("kpi", asked)
    codes = (kpi.code for kpi in kpis)
    markup.show(kept.block("kpi_switch", lambda: _names(kpis, chosen), chosen.code, *codes), key="kpi_switch")
    return chosen


def _names(kpis: Sequence[Kpi], chosen: Kpi) -> Markup:
    entries = [
        tag(
            "li",
            markup.link(
                links.Target(kpi=kpi.code),
                pick(kpi.label_zh, kpi.label_en),
                cls="ub-chip ub-chip-on" if kpi is chosen else "ub-chip",
            ),
        )
        for kpi in kpis
    ]
    return tag("nav", tag("ul", entries), cls="ub-chips", aria_label=t("choose_kpi"))
