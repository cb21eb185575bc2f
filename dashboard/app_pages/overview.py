"""总览: what is met, what is behind, what changed, who has not reported."""

from datetime import date

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    attention,
    filters,
    headline_sentences,
    kpi_card,
    page_title,
    release_line,
    scorecard,
    tile_grid,
)
from dashboard.components.filters import Selection
from dashboard.data import (
    comparisons,
    figures,
    files,
    forecasts,
    kpis,
    origins,
    periods,
    programmes,
    regions,
    releases,
    reporting,
    scores,
    values,
)
from dashboard.data.kpis import Kpi
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers.owed import Report, overdue, overdue_by_table

SHARE_MET = ""
LISTED_BEHIND = 3
LISTED_TABLES = 2
NAMED_PROVINCES = 4


def show() -> None:
    """The page."""
    selection = filters.current()
    today = warehouse_settings.load().today
    page_title.show(t("overview"), t("overview_question"), release_line.period_sentence(selection))
    judged = scores.judged(selection.release_id, selection.region, selection.period, selection.mode)
    note = releases.note(selection.release_id)
    due = _due(selection)
    release_id = selection.release_id
    every = [
        scorecard.of_programme(selection, one, figures.telling(release_id, one.code))
        for one in programmes.all_programmes(release_id)
    ]
    rows = [row for row in every if not _is_apart(selection, row.programme.code)]
    headline_sentences.show(
        headline_sentences.Basis(
            origins.leading(selection.release_id, selection.mode),
            origins.in_leading(selection.release_id, selection.mode),
            len(every) - len(rows),
        ),
        judged,
        _expected(selection),
        _moved(rows, selection),
        note,
        _largest_change(selection, note),
        overdue(due, today),
    )
    with st.container(key="two_columns"):
        with st.container(key="tiles_column"):
            _tiles(selection)
        with st.container(key="attention_column"):
            attention.show([*_behind(judged), *_late(selection, due, today), *_files(selection)])
    scorecard.show(rows, [row for row in every if row not in rows], selection)


def _moved(rows: list[scorecard.Row], selection: Selection) -> list[headline_sentences.Moved]:
    """The headline KPIs that can be held against the period before."""
    found = []
    for row in rows:
        if row.kpi is None or row.value is None or row.value.value is None:
            continue
        at = values.of_other_periods(selection.release_id, row.value, row.history)
        comparison = comparisons.on_previous(row.value, row.kpi, at, values.beside(selection.release_id))
        held = comparison.held(row.value) if comparison is not None else None
        if comparison is not None and held is not None:
            mark = kpi_card.alike_text(comparison, row.kpi)
            words = t("comma").join(filter(None, (kpi_card.span_text(comparison), mark)))
            found.append(headline_sentences.Moved(row.programme, row.kpi, *held, words))
    return found


def _expected(selection: Selection) -> tuple[forecasts.Expected, ...]:
    """What is expected of targets with a date, on the page of the latest period: what was expected earlier is not known now."""
    if not selection.is_latest_period:
        return ()
    return forecasts.expected(selection.release_id, selection.region, selection.mode)


def _due(selection: Selection) -> list[Report]:
    """What was due of the programmes of the leading origin, in the province shown if there is one."""
    due = reporting.latest_due(selection.release_id, selection.mode, periods.last_month(selection.period))
    here = regions.find(selection.release_id, selection.region)
    province = here.province_code if here else None
    together = reporting.of_leading(selection.release_id, selection.mode, due)
    return [report for report in together if province in (None, report.province_code)]


def _largest_change(selection: Selection, note: releases.ReleaseNote) -> headline_sentences.LargestChange | None:
    """The largest change that this reader may see, of the leading origin."""
    for change in note.changes:
        kpi = kpis.find(selection.release_id, change.kpi)
        region = regions.find(selection.release_id, change.region)
        if kpi is None or region is None or change.origin != origins.leading(selection.release_id, selection.mode):
            continue
        if not change.is_small and not values.is_masked_at(
            selection.release_id, change.kpi, change.region, change.period, change.origin
        ):
            return headline_sentences.LargestChange(kpi, region, change.before, change.after)
    return None


def _tiles(selection: Selection) -> None:
    headline = {kpi.code: kpi for kpi in kpis.headlines(selection.release_id).values()}
    chosen = st.selectbox(
        t("measure"),
        [SHARE_MET, *headline],
        format_func=lambda code: _measure(selection, headline[code]) if code else t("share_met"),
        key="measure",
        label_visibility="collapsed",
        width=210,
    )
    title, scale = t("share_met"), tile_grid.DIVERGING
    origin = origins.leading(selection.release_id, selection.mode)
    if chosen:
        kpi = headline[chosen]
        title = pick(kpi.label_zh, kpi.label_en)
        origin = _origin(selection, kpi.programme)
        found = values.by_region(selection.release_id, kpi.code, regions.NATION, selection.period, origin)
        tiles, scale = tile_grid.of_values(kpi, found)
    else:
        tiles = tile_grid.of_scores(scores.by_province(selection.release_id, selection.period, selection.mode))
    provinces = regions.provinces(selection.release_id)
    note = " · ".join((t(f"name_{origin}"), t("tile_note")))
    tile_grid.show(title, note, provinces, tiles, scale, _province_page, key="tile_grid")


def _measure(selection: Selection, kpi: Kpi) -> str:
    name = pick(kpi.label_zh, kpi.label_en)
    if not _is_apart(selection, kpi.programme):
        return name
    return name + t("in_brackets", text=t(f"name_{_origin(selection, kpi.programme)}"))


def _province_page(code: str) -> links.Target:
    return links.Target(page="province", region=code)


def _behind(judged: tuple[scores.Judged, ...]) -> list[attention.Item]:
    items = []
    for one in [one for one in judged if one.value.status == "behind"][:LISTED_BEHIND]:
        assert one.value.value is not None and one.value.target is not None
        programme = pick(one.programme.short_name_zh, one.programme.name_en)
        detail = t(
            "behind_detail",
            value=formatting.value_amount(one.value, one.kpi).text,
            gap=formatting.difference(one.value.value, one.value.target, one.kpi),
            target=formatting.target_amount(one.value.target, one.kpi).text,
        )
        title = f"{pick(one.kpi.label_zh, one.kpi.label_en)} · {programme}"
        target = links.programme_page(one.programme.code, kpi=one.kpi.code)
        items.append(attention.Item("behind", title, detail, target))
    return items


def _late(selection: Selection, due: list[Report], today: date) -> list[attention.Item]:
    provinces = regions.provinces(selection.release_id)
    names = {province.province_code: formatting.region_name(province) for province in provinces}
    items = []
    tables = overdue_by_table(due, today)
    # The one that waits longest comes first: the sentence above speaks of it.
    longest = max(tables, key=lambda owed: max(report.days_overdue(today) for report in owed), default=None)
    listed = [longest, *(owed for owed in tables if owed is not longest)] if longest else []
    for owed in listed[:LISTED_TABLES]:
        who = t("comma").join(
            names.get(report.province_code, report.province_code) for report in owed[:NAMED_PROVINCES]
        )
        more = t("and_more", count=len(owed)) if len(owed) > NAMED_PROVINCES else ""
        detail = t(
            "overdue_detail",
            period=formatting.period_name(owed[0].report_period),
            due=formatting.day(owed[0].due_date),
            days=f"{max(report.days_overdue(today) for report in owed):,}",
        )
        title = f"{formatting.table_name(owed[0].table_name_zh, owed[0].table_name)} · {who}{more}"
        items.append(attention.Item("overdue", title, detail, links.Target(page="data-quality")))
    return items


def _files(selection: Selection) -> list[attention.Item]:
    items = []
    refused = [receipt for receipt in files.latest_receipts().files if receipt.status == "refused"]
    if refused:
        reason = refused[0].messages[0].text if refused[0].messages else ""
        title = t("refused_files", count=len(refused))
        items.append(attention.Item("check", title, reason, links.Target(page="data-quality")))
    missing = files.orphans(selection.release_id)
    leading = origins.leading(selection.release_id, selection.mode)
    shown = [one for one in missing if one.origin == leading == _origin(selection, one.programme)]
    if shown:
        detail = t("orphans_detail", file=shown[0].file_name.split("/")[-1])
        title = t("orphans_title", count=len(shown))
        items.append(attention.Item("orphans", title, detail, links.Target(page="data-quality")))
    return items


def _is_apart(selection: Selection, programme: str) -> bool:
    return origins.is_apart(selection.release_id, programme, selection.mode)


def _origin(selection: Selection, programme: str) -> str:
    return origins.shown(selection.release_id, programme, selection.mode)
