"""记录: what one number is made of: its formula, the rows counted and left out, the files, and the rows themselves."""

from functools import partial
from typing import Any

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    data_table,
    empty_state,
    filters,
    kpi_card,
    markup,
    notes,
    page_title,
    published_figures,
    record_table,
    status,
)
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import figures, kpis, origins, programmes, records, regions, values, words
from dashboard.data.kpis import Kpi
from dashboard.data.records import Behind, FileRows, LeftOut
from dashboard.data.values import Value
from dashboard.exports import evidence
from dashboard.exports.evidence import Evidence
from dashboard.i18n import pick, spoken_now, t

ROWS_PER_PAGE = 50
LISTED_FILES = 30


def show() -> None:
    """The page; `?kpi=` says which number, the filters say where and when."""
    selection = filters.current()
    kpi = kpis.find(selection.release_id, st.query_params.get("kpi", ""))
    if kpi is None:
        page_title.show(t("records"), t("records_choose"))
        _chooser(selection)
        return
    release_id = selection.release_id
    origin = origins.shown(release_id, kpi.programme, selection.mode)
    value = values.by_kpi(release_id, selection.region, selection.period, origin, kpi.programme).get(kpi.code)
    label = pick(kpi.label_zh, kpi.label_en)
    page_title.show(t("records_of", kpi=label), _where(selection, value, origin))
    behind = None
    if value is not None and not value.is_masked:
        behind = records.behind(release_id, kpi, selection.region, selection.period, origin)
    missed = records.left_out(release_id, kpi, selection.region, selection.period, origin)
    facts = _facts(kpi, value, behind, missed, selection, origin)
    _summary(kpi, value, facts)
    printed = tuple(one for one in figures.of_programme(release_id, kpi.programme) if one.kpi == kpi.code)
    if behind is None or not behind.rows:
        if behind is not None and behind.unlisted:
            words = t("rows_unlisted")
        else:
            words = _masked_words(value) if value is not None and value.is_masked else t("nothing_reported")
        empty_state.show(t("no_records"), [words], key="records_none")
    else:
        if behind.unlisted:
            markup.show(tag("p", t("rows_unlisted"), cls="ub-hint"), key="records_unlisted")
        _files(kpi, behind)
        _rows(kpi, behind, selection, origin)
        _take_along(kpi, behind, facts, value, missed, selection, origin)
    if printed:
        published_figures.show(printed)


def _masked_words(value: Value) -> str:
    return t("reason_beside_few") if value.is_beside_few else t("reason_masked")


def _chooser(selection: Selection) -> None:
    sections = []
    for programme in programmes.all_programmes(selection.release_id):
        entries = [
            tag(
                "li",
                markup.link(
                    links.Target(page="records", kpi=kpi.code), pick(kpi.label_zh, kpi.label_en), cls="ub-chip"
                ),
            )
            for kpi in kpis.of_programme(selection.release_id, programme.code)
        ]
        if entries:
            name = pick(programme.short_name_zh, programme.name_en)
            sections.append(tag("section", tag("h3", name), tag("ul", entries, cls="ub-chip-list"), cls="ub-panel"))
    markup.show(tag("div", sections, cls="ub-stack"), key="records_chooser")


def _where(selection: Selection, value: Value | None, origin: str) -> str:
    path = regions.lineage(selection.release_id, selection.region)
    period = formatting.period_name(value.period if value else selection.period)
    return " · ".join((" › ".join(map(formatting.region_name, path)), period, t(f"name_{origin}")))


def _facts(
    kpi: Kpi, value: Value | None, behind: Behind | None, missed: LeftOut, selection: Selection, origin: str
) -> tuple[tuple[str, str], ...]:
    """What is said about the number, as pairs of name and text; the page and the evidence pack say the same."""
    is_open = value is not None and not value.is_masked
    files, quarantined, _ = records.quarantined_rows(selection.release_id, kpi.programme, origin)
    parts = [
        (t("value"), formatting.value_amount(value, kpi).text),
        (t("note"), notes.text(value, kpi)),
        (t("target_word"), formatting.target_text(value, kpi) if value else t("no_target")),
        (t("definition"), pick(kpi.definition_zh, kpi.definition_en)),
        (t("formula"), kpi_card.formula_words(kpi)),
        (t("numerator"), _count(value.numerator) if is_open and value and kpi.is_ratio else ""),
        (t("denominator"), _count(value.denominator) if is_open and value and kpi.is_ratio else ""),
        (t("trap"), pick(kpi.trap_zh, kpi.trap_en)),
        (t("counted"), t("behind_files", rows=f"{behind.rows:,}", files=behind.file_count) if behind else ""),
        (t("left_out"), _left_out(missed, quarantined, files)),
        (t("data_to_word"), formatting.day(value.as_of) if value and value.as_of else ""),
        (t("definition_file"), kpi.definition_path),
        (t("release"), selection.release_id),
    ]
    return tuple((name, text) for name, text in parts if text)


def _count(number: float | None) -> str:
    return "" if number is None else formatting.trimmed(number, 2)


def _left_out(missed: LeftOut, quarantined: int, files: int) -> str:
    """Rows of the same place and time that are not counted, and why."""
    reasons = [
        t("left_out_not_meant", rows=f"{missed.not_meant:,}") if missed.not_meant else "",
        t("left_out_orphans", rows=f"{missed.orphans:,}") if missed.orphans else "",
        t("left_out_quarantined", rows=f"{quarantined:,}", files=files) if quarantined else "",
    ]
    return t("semicolon").join(filter(None, reasons)) or t("left_out_none")


def _summary(kpi: Kpi, value: Value | None, facts: tuple[tuple[str, str], ...]) -> None:
    rows = [tag("li", tag("span", name), tag("span", text)) for name, text in facts[1:]]
    head = tag(
        "div",
        kpi_card.value_markup(value, kpi),
        status.badge(status.of(value)),
        markup.link(links.programme_page(kpi.programme, kpi=kpi.code), t("to_programme")),
        cls="ub-record-value",
    )
    markup.show(tag("section", head, tag("ul", rows, cls="ub-facts ub-facts-wide"), cls="ub-panel"), key="record_facts")


def _files_header() -> tuple[str, ...]:
    return (t("file"), t("rows"), t("lines"), t("reporting_unit"), "SHA-256", t("first_seen"))


def _file_cells(one: FileRows) -> tuple[Cell, ...]:
    seen = formatting.minute(one.first_seen_at)
    return (one.file_name, one.rows, one.lines, one.reporting_units, one.sha256, seen)


def _files(kpi: Kpi, behind: Behind) -> None:
    shown = [
        [
            tag("span", one.file_name, cls="ub-wrap"),
            f"{one.rows:,}",
            tag("span", one.lines if len(one.lines) <= 40 else one.lines[:37] + "…", title=one.lines),
            tag("span", one.reporting_units if len(one.reporting_units) <= 24 else one.reporting_units[:22] + "…"),
            tag("code", (one.sha256 or "")[:12], title=one.sha256),
            formatting.minute(one.first_seen_at),
        ]
        for one in behind.files[:LISTED_FILES]
    ]
    data_table.show(
        _files_header(),
        shown,
        [_file_cells(one) for one in behind.files],
        f"{kpi.code}_files",
        key="record_files",
        caption=t("behind_files", rows=f"{behind.rows:,}", files=behind.file_count),
    )


def _rows(kpi: Kpi, behind: Behind, selection: Selection, origin: str) -> None:
    pages = max(1, -(-behind.rows // ROWS_PER_PAGE))
    number = 1
    if pages > 1:
        number = int(st.pagination(pages, key="page", bind="query-params") or 1)
    first = (min(number, pages) - 1) * ROWS_PER_PAGE
    found = records.page(selection.release_id, kpi, selection.region, selection.period, origin, first, ROWS_PER_PAGE)
    header = record_table.header(kpi, behind.columns)
    with st.container(key="text_table_records"):
        data_table.show_only(
            header,
            [_row(row, behind.columns, selection.release_id) for row in found],
            key="record_rows",
            caption=t("records_shown", first=f"{first + 1:,}", last=f"{first + len(found):,}", all=f"{behind.rows:,}"),
        )
    data_table.downloads_of(
        header,
        partial(_all_rows, kpi, selection, origin),
        f"{pick(kpi.label_zh, kpi.label_en)}_{t('records')}_{selection.period}",
        key="record_rows",
    )
    if behind.rows > records.TAKEN_ROWS:
        markup.show(tag("p", t("records_cut", rows=f"{records.TAKEN_ROWS:,}"), cls="ub-hint"), key="records_cut")


def _row(cells: tuple[Any, ...], columns: tuple[str, ...], release_id: str) -> list[Markup | str | int]:
    """A record as the page shows it; of the file's path only the name, the rest when pointed at."""
    return [
        tag("span", str(cell).rsplit("/", 1)[-1], title=str(cell))
        if name == "file_name"
        else words.spoken(release_id, record_table.text(cell))
        for name, cell in zip(columns, cells, strict=True)
    ]


def _all_rows(kpi: Kpi, selection: Selection, origin: str) -> list[list[Cell]]:
    found = records.page(selection.release_id, kpi, selection.region, selection.period, origin, 0, records.TAKEN_ROWS)
    return [[record_table.cell(one) for one in row] for row in found]


def _take_along(
    kpi: Kpi,
    behind: Behind,
    facts: tuple[tuple[str, str], ...],
    value: Value | None,
    missed: LeftOut,
    selection: Selection,
    origin: str,
) -> None:
    label = pick(kpi.label_zh, kpi.label_en)
    st.download_button(
        t("evidence_download"),
        data=spoken_now(partial(_pack, kpi, behind, facts, value, missed, selection, origin)),
        file_name=f"{t('evidence')}_{label}_{selection.region}_{selection.period}.zip",
        mime="application/zip",
        on_click="ignore",
        key="evidence",
        help=t("evidence_help"),
    )


def _pack(
    kpi: Kpi,
    behind: Behind,
    facts: tuple[tuple[str, str], ...],
    value: Value | None,
    missed: LeftOut,
    selection: Selection,
    origin: str,
) -> bytes:
    title = f"{pick(kpi.label_zh, kpi.label_en)} · {_where(selection, value, origin)}"
    return evidence.as_zip(
        Evidence(
            title=title,
            facts=facts,
            machine={
                "kpi": kpi.code,
                "region": selection.region,
                "period": value.period if value else selection.period,
                "origin": origin,
                "release": selection.release_id,
                "value": value.value if value else None,
                "numerator": value.numerator if value else None,
                "denominator": value.denominator if value else None,
                "qualifier": value.qualifier if value else "",
                "is_backfilled": value.is_backfilled if value else False,
                "reported_units": value.reported_units if value else None,
                "due_units": value.due_units if value else None,
                "target": value.target if value else None,
                "rows_counted": value.rows if value else None,
                "rows_listed": behind.rows,
                "rows_left_out": {"orphans": missed.orphans, "not_meant": missed.not_meant},
                "formula": {"numerator": kpi.numerator_sql, "denominator": kpi.denominator_sql},
                "definition_file": kpi.definition_path,
                "files": [
                    {
                        "file": one.file_name,
                        "sha256": one.sha256,
                        "rows": one.rows,
                        "lines": one.lines,
                        "reporting_units": one.reporting_units,
                        "first_seen_at": one.first_seen_at,
                    }
                    for one in behind.files
                ],
            },
            files_header=_files_header(),
            files=tuple(map(_file_cells, behind.files)),
            records_header=record_table.header(kpi, behind.columns),
            records=tuple(map(tuple, _all_rows(kpi, selection, origin))),
        )
    )
