"""审计: for administrators: who did and saw what, chosen by day, account, action and outcome, to take along, and whether it is whole."""

from datetime import datetime, timedelta

import streamlit as st

from dashboard.components import data_table, empty_state, markup, page_title
from dashboard.components.markup import Markup, tag
from dashboard.data import audited
from dashboard.data.audited import KINDS, OUTCOMES, Entry, Selection
from dashboard.i18n import spoken_now, t
from warehouse.settings import TIME_ZONE

SHOWN = 200
DAYS = 7


def show() -> None:
    """The page; the address holds account, kind and outcome."""
    page_title.show(t("audit"), t("audit_question"))
    chosen = _chosen()
    found, count = audited.newest(chosen, SHOWN)
    _verify()
    if not found:
        empty_state.show(t("audit_none"), [t("audit_none_detail")], key="audit_none")
        return
    said = t("audit_count", count=f"{count:,}", shown=f"{len(found):,}")
    markup.show(tag("p", said, cls="ub-lead", role="status"), key="audit_count")
    data_table.show_only(_header(), [_line(one) for one in found], key="audit")
    st.download_button(
        t("download_csv"),
        data=spoken_now(lambda: data_table.as_csv(_header(), [_row(one) for one in audited.entries(chosen)])),
        file_name=f"{t('audit')}.csv",
        mime="text/csv",
        on_click="ignore",
        key="audit_csv",
    )


def _chosen() -> Selection:
    today = datetime.now(TIME_ZONE).date()
    with st.container(horizontal=True, key="audit_filters"):
        days = st.date_input(t("audit_days"), value=(today - timedelta(days=DAYS - 1), today), key="audit_days")
        who = st.text_input(t("audit_who"), key="audit_who", bind="query-params", max_chars=200)
        kind = st.selectbox(
            t("audit_action"),
            ("", *KINDS),
            format_func=lambda one: t(f"audit_kind_{one}" if one else "audit_any"),
            key="audit_kind",
            bind="query-params",
        )
        outcome = st.selectbox(
            t("audit_outcome"),
            ("", *OUTCOMES),
            format_func=lambda one: t(f"audit_{one}" if one else "audit_any"),
            key="audit_outcome",
            bind="query-params",
        )
    # While a reader has chosen one day of two, there is one.
    first, last = (*days, None, None)[:2] if isinstance(days, tuple) else (days, days)
    return Selection(first, last or first, who.strip() or None, kind or None, outcome or None)


def _verify() -> None:
    if not st.button(t("audit_verify"), key="audit_verify"):
        return
    found = audited.verdict()
    if found.is_whole:
        st.success(t("audit_whole", days=f"{found.days:,}", entries=f"{found.entries:,}"))
        return
    places = [f"{one.file}{f' : {one.line}' if one.line else ''} — {one.problem}" for one in found.faults[:SHOWN]]
    st.error(t("audit_broken", count=f"{len(found.faults):,}"))
    markup.show(tag("ul", [tag("li", place) for place in places]), key="audit_faults")


def _header() -> list[str]:
    return [t(f"audit_{name}") for name in ("number", "at", "subject", "name", "action", "outcome", "about")]


def _line(one: Entry) -> list[Markup | str | int]:
    outcome = tag("span", t(f"audit_{one.outcome}") if one.outcome in OUTCOMES else one.outcome, cls="ub-tag")
    about = tag("span", one.about, cls="ub-wrap")
    return [one.number, one.at[:19].replace("T", " "), one.subject, one.name, one.action, outcome, about]


def _row(one: Entry) -> list[data_table.Cell]:
    return [one.number, one.at, one.subject, one.name, one.action, one.outcome, one.about]
