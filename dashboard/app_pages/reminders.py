"""催报: who was due, who has sent, who is late, was refused or reported nothing, and the words to remind them with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard import formatting
from dashboard.components import (
    apart_hint,
    comments,
    data_table,
    empty_state,
    filters,
    markup,
    page_title,
    reporting_matrix,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import files, periods, programmes, regions, reporting
from dashboard.i18n import is_english, pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers import owed as owing
from warehouse.answers.owed import RefusedFile, Report
from warehouse.notify import letters

_OWED = ("overdue", "refused")
_SHOWN = 200


def show() -> None:
    """The page; the frame's 统计期 says up to when, its 地区 which province."""
    selection = filters.current()
    page_title.show(t("reminders"), t("reminders_question"))
    comments.show_open(selection)
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)}
    programme = _chosen_programme(names)
    if programme is None:
        apart_hint.show(selection)
    refused = files.refused_files()
    reports = _reports(selection, programme, refused)
    today = warehouse_settings.load().today
    if not reports:
        empty_state.show(t("reminders_none"), [t("reminders_none_sentence")])
        return
    _counts(reports, today)
    provinces = [one for one in regions.provinces(selection.release_id) if one.is_mainland]
    inside = [one for one in provinces if selection.is_nation or one.province_code == selection.region[:2]]
    reporting_matrix.show(reports, inside or provinces, names, today)
    called = {one.province_code or "": formatting.region_name(one) for one in provinces}
    called["00"] = t("nation")
    _list(reports, names, called, today)
    _refused([one for one in refused if programme in (None, one.programme)], names, called)
    _letters([one for one in reports if reporting_matrix.state(one, today) in _OWED], names, called, today)


def _chosen_programme(names: Mapping[str, str]) -> str | None:
    chosen: str | None = st.selectbox(
        t("programme"),
        [None, *names],
        format_func=lambda code: t("all_programmes") if code is None else names[code],
        key="programme",
        width=320,
    )
    return chosen


def _reports(selection: Selection, programme: str | None, refused: Sequence[RefusedFile]) -> Sequence[Report]:
    """What was due: of all programmes of the leading origin the latest 统计期 of each table, of one programme the last year."""
    last = periods.last_month(selection.period)
    if programme is None:
        found = reporting.of_leading(
            selection.release_id, selection.mode, reporting.latest_due(selection.release_id, selection.mode, last)
        )
    else:
        found = reporting.history(selection.release_id, selection.mode, programme, last)
    if not selection.is_nation:
        found = tuple(one for one in found if one.province_code == selection.region[:2])
    told = reporting.with_units(selection.release_id, found, selection.mode)
    return owing.with_refused(told, refused)


def _counts(reports: Sequence[Report], today: date) -> None:
    states = Counter(reporting_matrix.state(one, today) for one in reports)
    parts = [
        (t("report_due"), len(reports)),
        *((t(f"report_{state}"), states[state]) for state in reporting_matrix.MARKS),
    ]
    longest = max((one.days_overdue(today) for one in reports), default=0)
    parts.append((t("report_longest"), longest))
    counted = tag(
        "ul", [tag("li", tag("b", f"{number:,}"), tag("span", name)) for name, number in parts], cls="ub-counts"
    )
    markup.show(tag("section", counted, cls="ub-panel"), key="reminder_counts")


def _list(reports: Sequence[Report], names: Mapping[str, str], called: Mapping[str, str], today: date) -> None:
    choices = ["open", "refused", "late", "zero", "units"]
    chosen = st.segmented_control(
        t("reminders_list"),
        choices,
        default="open",
        required=True,
        format_func=lambda choice: t(f"reminders_{choice}"),
        key="reminders_state",
    )
    rows = [
        _row(one, names, called, today)
        for one in sorted(reports, key=lambda one: (-one.days_late(today), one.province_code))
        if _is_listed(one, chosen or "open", today)
    ]
    if not rows:
        markup.show(tag("p", t("reminders_list_none"), cls="ub-hint"), key="reminders_list_none")
        return
    header = [
        t("province"),
        t("programme"),
        t("table"),
        t("period"),
        t("reminders_state"),
        t("due_date"),
        t("days_late"),
        t("reminders_units_missing"),
        t("reminders_refused_file"),
    ]
    with st.container(key="text_table_reminders"):
        data_table.show(header, rows[:_SHOWN], rows, t("reminders"), key="reminders")
    if len(rows) > _SHOWN:
        markup.show(tag("p", t("impact_more", count=f"{len(rows) - _SHOWN:,}"), cls="ub-hint"), key="reminders_more")


def _is_listed(one: Report, chosen: str, today: date) -> bool:
    state = reporting_matrix.state(one, today)
    if chosen == "open":
        return state in _OWED
    return bool(one.units_missing) if chosen == "units" else state == chosen


def _row(one: Report, names: Mapping[str, str], called: Mapping[str, str], today: date) -> list[str | int]:
    return [
        called.get(one.province_code, one.province_code),
        names.get(one.programme, one.programme),
        formatting.table_name(one.table_name_zh, one.table_name),
        formatting.period_name(one.report_period),
        t(f"report_{reporting_matrix.state(one, today)}"),
        one.due_date.isoformat() if one.due_date else "—",
        one.days_late(today),
        t("comma").join(one.units_missing) or "—",
        t("comma").join(file.file for file in one.refused) or "—",
    ]


def _refused(refused: Sequence[RefusedFile], names: Mapping[str, str], called: Mapping[str, str]) -> None:
    """Files that came and were refused, whatever period they were meant for."""
    if not refused:
        return
    heading = tag("h3", t("files_refused"), tag("small", t("files_refused_note", count=len(refused))))
    markup.show(tag("section", heading, cls="ub-section"), key="refused_title")
    header = [t("file"), t("province"), t("programme"), t("period"), t("reporting_unit"), t("reason")]
    rows = [
        [
            one.file,
            called.get(one.province_code, one.province_code),
            names.get(one.programme, one.programme),
            formatting.period_name(one.report_period) if one.report_period else "—",
            one.reporting_unit or "—",
            one.reason,
        ]
        for one in refused
    ]
    shown: list[list[Markup | str | int]] = [[*row[:-1], tag("span", row[-1], cls="ub-wrap")] for row in rows]
    with st.container(key="text_table_refused"):
        data_table.show(header, shown, rows, t("files_refused"), key="refused_files")


def _letters(owed: Sequence[Report], names: Mapping[str, str], called: Mapping[str, str], today: date) -> None:
    """The reminders, each with a button that copies it."""
    markup.show(
        tag("section", tag("h3", t("reminder_texts"), tag("small", t("reminder_texts_note"))), cls="ub-section"),
        key="reminder_texts",
    )
    if not owed:
        markup.show(tag("p", t("reminders_nobody"), cls="ub-hint"), key="reminders_nobody")
        return
    spoken = "en" if is_english() else "zh"
    by_province, by_programme = st.columns(2)
    with by_province:
        owing = [code for code in called if any(one.province_code == code for one in owed)]
        province = st.selectbox(
            t("reminder_by_province"), owing, format_func=lambda code: called[code], key="to_province"
        )
        theirs = [one for one in owed if one.province_code == province]
        st.code(letters.to_province(called[province], theirs, names, today, spoken), language=None, wrap_lines=True)
    with by_programme:
        wanted = [code for code in names if any(one.programme == code for one in owed)]
        programme = st.selectbox(t("reminder_by_programme"), wanted, format_func=lambda code: names[code], key="about")
        of_it = [one for one in owed if one.programme == programme]
        st.code(letters.about_programme(programme, of_it, called, names, today, spoken), language=None, wrap_lines=True)
