"""我的报送: what one unit owed, what of it was accepted, sent back or late, and the files it came in."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import formatting, links
from dashboard.components import data_table, empty_state, filters, markup, page_title
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import duties, files, origins, periods, programmes, regions
from dashboard.data.duties import Duty
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers.owed import RefusedFile

STATES = ("accepted", "zero", "late", "partly", "refused", "overdue", "waiting")
MARKS = {"accepted": "●", "zero": "0", "late": "◐", "partly": "◐", "refused": "✕", "overdue": "✕", "waiting": "·"}
_LOOKS = {"accepted": "met", "zero": "met", "late": "check", "waiting": "no-target"}
# Lines at first sight; whatever is open is among them.
_SHOWN = 30
_OPEN = ("refused", "overdue", "partly")


def show() -> None:
    """The page; `?unit=` names the unit, of which an office sees its own only."""
    selection = filters.current()
    page_title.show(t("duties"), t("duties_question"))
    known = _known(selection)
    if not known:
        empty_state.show(t("duties_none"), [t("duties_none_sentence")], key="duties_none")
        return
    unit = _unit(known)
    today = warehouse_settings.load().today
    refused = files.refused_files()
    last = periods.last_month(selection.period)
    found = duties.of_unit(selection.release_id, selection.mode, unit, last, refused)
    way = markup.link(links.Target(page="upload"), t("duties_to_upload"))
    own_refused = [one for one in refused if one.reporting_unit == unit]
    if not found:
        said = [tag("p", t("duties_never", unit=unit)), tag("p", way)]
        markup.show(tag("section", said, cls="ub-panel"), key="duties_never")
        _refused(own_refused)
        return
    _counts(found, unit, today, way)
    _list(found, selection, today)
    _refused(own_refused)


def _known(selection: Selection) -> tuple[str, ...]:
    """The units to choose from: those of the region's province, and the one that the address names wherever it is."""
    region = regions.find(selection.release_id, selection.region)
    everywhere = duties.units(selection.release_id, selection.mode)
    here = duties.units(selection.release_id, selection.mode, region.province_code if region else None)
    asked = st.query_params.get("unit", "")
    return (*here, asked) if asked in everywhere and asked not in here else here


def _unit(known: Sequence[str]) -> str:
    if len(known) == 1:
        return known[0]
    asked = st.query_params.get("unit", "")
    if st.session_state.get("unit") not in (None, *known):
        # Chosen in another region.
        del st.session_state["unit"]
    if asked in known and "unit" not in st.session_state:
        st.session_state["unit"] = asked
    return str(st.selectbox(t("reporting_unit"), known, key="unit", bind="query-params", width=420))


def _counts(found: Sequence[Duty], unit: str, today: date, way: Markup) -> None:
    states = Counter(one.state(today) for one in found)
    parts = [(t("report_due"), len(found)), *((t(f"duty_{state}"), states[state]) for state in STATES)]
    counted = tag(
        "ul", [tag("li", tag("b", f"{number:,}"), tag("span", name)) for name, number in parts], cls="ub-counts"
    )
    heading = tag("h3", unit, tag("small", t("duties_year")))
    markup.show(tag("section", heading, counted, tag("p", way), cls="ub-panel"), key="duties_counts")


def _list(found: Sequence[Duty], selection: Selection, today: date) -> None:
    """A line for each table and period, the latest first; whatever is open stands out by its word and mark."""
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(selection.release_id)}
    header = [
        t("period"),
        t("programme"),
        t("table"),
        t("status"),
        t("due_date"),
        t("duty_received"),
        t("days_late"),
        t("rows_accepted"),
        t("file"),
    ]
    latest = [one for place, one in enumerate(found) if place < _SHOWN or one.state(today) in _OPEN]
    earlier = [one for one in found if one not in latest]
    rows = [_row(one, names, today) for one in found]
    with st.container(key="text_table_duties"):
        data_table.show_only(header, _lines(latest, names, today), key="duties", caption=t("duties_list"))
        if earlier:
            with st.expander(t("duties_earlier", count=len(earlier))):
                data_table.show_only(header, _lines(earlier, names, today), key="duties_earlier")
        data_table.downloads(header, rows, t("duties"), key="duties")


def _lines(found: Sequence[Duty], names: dict[str, str], today: date) -> list[list[Markup | str | int]]:
    shown = []
    for one in found:
        row = _row(one, names, today)
        cells: list[Markup | str | int] = ["—" if cell is None else str(cell) for cell in row]
        cells[3] = _badge(one.state(today))
        cells[8] = tag("span", str(row[8] or "—"), cls="ub-wrap")
        shown.append(cells)
    return shown


def _row(one: Duty, names: dict[str, str], today: date) -> list[Cell]:
    sent, report = one.sent, one.report
    told = sent.files if sent is not None else tuple(file.file for file in one.refused)
    count: Cell = None
    if sent is not None:
        count = t("masked") if sent.row_count is None else sent.row_count
    return [
        formatting.period_name(report.report_period),
        names.get(report.programme, report.programme),
        formatting.table_name(report.table_name_zh, report.table_name),
        t(f"duty_{one.state(today)}"),
        report.due_date,
        sent.received_on if sent is not None and report.origin != origins.DEMONSTRATION else None,
        one.days_late(today),
        count,
        t("comma").join(name.rpartition("/")[2] for name in told) or None,
    ]


def _badge(state: str) -> Markup:
    look = _LOOKS.get(state, "behind")
    return tag("span", tag("span", MARKS[state], cls="ub-mark"), t(f"duty_{state}"), cls=f"ub-status ub-{look}")


def _refused(found: Sequence[RefusedFile]) -> None:
    """Files of the unit that were sent back whole, whatever they were meant for."""
    if not found:
        return
    heading = tag("h3", t("files_refused"), tag("small", t("files_refused_note", count=len(found))))
    markup.show(tag("section", heading, cls="ub-section"), key="duties_refused_title")
    header = [t("file"), t("period"), t("reason")]
    rows = [
        [one.file, formatting.period_name(one.report_period) if one.report_period else "—", one.reason] for one in found
    ]
    shown: list[list[Markup | str | int]] = [[*row[:-1], tag("span", row[-1], cls="ub-wrap")] for row in rows]
    with st.container(key="text_table_duties_refused"):
        data_table.show_only(header, shown, key="duties_refused")
