"""总览: what is met, what is behind, what changed, who has not reported."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    attention,
    filters,
    headline_sentences,
    page_title,
    release_line,
    scorecard,
    status,
    tile_grid,
)
from dashboard.components.filters import Selection
from dashboard.data import figures, files, kpis, origins, periods, programmes, regions, releases, reporting, values
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.reporting import Report
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings

SHARE_MET = ""
LISTED_BEHIND = 3


def show() -> None:
    """The page."""
    selection = filters.current()
    everything = programmes.all_programmes(selection.release_id)
    page_title.show(t("overview"), t("overview_question"), release_line.period_sentence(selection))
    judged = _judged(selection, everything)
    note = releases.note(selection.release_id)
    overdue = _overdue(selection)
    headline_sentences.show(judged, note, _largest_change(selection, note), _overdue_counts(overdue))
    with st.container(key="two_columns"):
        with st.container(key="tiles_column"):
            _tiles(selection)
        with st.container(key="attention_column"):
            attention.show(_attention(selection, judged, overdue))
    scorecard.show([_row(selection, programme) for programme in everything], t("scorecard_note"))


def _judged(selection: Selection, everything: tuple[Programme, ...]) -> list[headline_sentences.Judged]:
    found = []
    for programme in everything:
        shown = values.by_kpi(selection.release_id, selection.region, selection.period, _origin(selection, programme.code))
        for kpi in kpis.of_programme(selection.release_id, programme.code):
            value = shown.get(kpi.code)
            if kpi.is_card and value is not None and value.status in status.WITH_TARGET and not value.is_masked:
                found.append(headline_sentences.Judged(programme, kpi, value))
    return found


def _largest_change(selection: Selection, note: releases.ReleaseNote) -> headline_sentences.LargestChange | None:
    for change in note.changes:
        kpi = kpis.find(selection.release_id, change.kpi)
        region = regions.find(selection.release_id, change.region)
        if kpi is None or region is None or change.origin != _origin(selection, kpi.programme):
            continue
        if not values.is_masked_at(selection.release_id, change.kpi, change.region, change.period, change.origin):
            return headline_sentences.LargestChange(kpi, region, change.before, change.after)
    return None


def _overdue(selection: Selection) -> list[Report]:
    today = warehouse_settings.load().today
    due = reporting.latest_due(selection.release_id, selection.mode, periods.last_month(selection.period))
    here = regions.find(selection.release_id, selection.region)
    province = here.province_code if here else None
    return [report for report in due if report.is_overdue(today) and province in (None, report.province_code)]


def _overdue_counts(overdue: list[Report]) -> headline_sentences.Overdue:
    today = warehouse_settings.load().today
    return headline_sentences.Overdue(
        provinces=len({report.province_code for report in overdue}),
        tables=len(overdue),
        longest_days=max((report.days_overdue(today) for report in overdue), default=0),
    )


def _tiles(selection: Selection) -> None:
    headline = kpis.headlines(selection.release_id)
    options = [SHARE_MET, *(kpi.code for kpi in headline.values())]
    by_code = {kpi.code: kpi for kpi in headline.values()}
    chosen = st.selectbox(
        t("measure"),
        options,
        format_func=lambda code: pick(by_code[code].label_zh, by_code[code].label_en) if code else t("share_met"),
        key="measure",
        label_visibility="collapsed",
        width=210,
    )
    provinces = regions.provinces(selection.release_id)
    note = t("tile_note")
    if chosen:
        kpi = by_code[chosen]
        tiles, scale = _kpi_tiles(selection, kpi)
        title = pick(kpi.label_zh, kpi.label_en)
    else:
        tiles, scale = _share_tiles(selection), tile_grid.DIVERGING
        title = t("share_met")
    tile_grid.show(title, note, provinces, tiles, scale, lambda code: links.Target(page="province", region=code), key="tile_grid")


def _share_tiles(selection: Selection) -> dict[str, tile_grid.Tile]:
    counted: dict[str, list[bool]] = {}
    ranked = {one.code for one in programmes.all_programmes(selection.release_id) if one.is_ranked}
    cards = {kpi.code for kpi in kpis.all_kpis(selection.release_id) if kpi.is_card and kpi.programme in ranked}
    for origin in (origins.SUBMITTED, origins.DEMONSTRATION):
        for value in values.of_provinces(selection.release_id, selection.period, origin):
            kpi = kpis.find(selection.release_id, value.kpi)
            if kpi is None or kpi.code not in cards or origin != _origin(selection, kpi.programme):
                continue
            if value.status in status.WITH_TARGET:
                counted.setdefault(value.region, []).append(value.status in ("met", "on_track"))
    return {
        region: tile_grid.Tile(
            text=formatting.percent(sum(met) / len(met)).removesuffix(".0") + "%",
            step=tile_grid.diverging_step(sum(met) / len(met), 0.5, 0.5),
            detail=t("share_met_detail", met=sum(met), count=len(met)),
        )
        for region, met in counted.items()
    }


def _kpi_tiles(selection: Selection, kpi: Kpi) -> tuple[dict[str, tile_grid.Tile], str]:
    found = values.by_region(
        selection.release_id, kpi.code, regions.NATION, selection.period, _origin(selection, kpi.programme)
    )
    return tile_grid.of_values(kpi, found)


def _attention(selection: Selection, judged: list[headline_sentences.Judged], overdue: list[Report]) -> list[attention.Item]:
    items = []
    behind = sorted((one for one in judged if one.value.status == "behind"), key=lambda one: -one.gap)
    for one in behind[:LISTED_BEHIND]:
        assert one.value.value is not None and one.value.target is not None
        items.append(
            attention.Item(
                "behind",
                f"{pick(one.kpi.label_zh, one.kpi.label_en)} · {pick(one.programme.short_name_zh, one.programme.name_en)}",
                t(
                    "behind_detail",
                    value=formatting.value_amount(one.value, one.kpi).text,
                    gap=formatting.difference(one.value.value, one.value.target, one.kpi),
                    target=formatting.amount(one.value.target, one.kpi).text,
                ),
                links.programme_page(one.programme.code, kpi=one.kpi.code),
            )
        )
    return [*items, *_late_items(selection, overdue), *_file_items(selection)]


def _late_items(selection: Selection, overdue: list[Report]) -> list[attention.Item]:
    today = warehouse_settings.load().today
    names = {province.province_code: formatting.region_name(province) for province in regions.provinces(selection.release_id)}
    by_table: dict[tuple[str, str, str], list[Report]] = {}
    for report in overdue:
        by_table.setdefault((report.programme, report.table_name_zh, report.report_period), []).append(report)
    items = []
    for (programme, table, period), reports in sorted(by_table.items(), key=lambda pair: -len(pair[1]))[:2]:
        who = "、".join(names.get(report.province_code, report.province_code) for report in reports[:4])
        items.append(
            attention.Item(
                "overdue",
                f"{table} · {who}" + (t("and_more", count=len(reports)) if len(reports) > 4 else ""),
                t(
                    "overdue_detail",
                    period=formatting.period_name(period),
                    due=formatting.day(reports[0].due_date),
                    days=f"{max(report.days_overdue(today) for report in reports):,}",
                ),
                links.Target(page="data-quality"),
            )
        )
    return items


def _file_items(selection: Selection) -> list[attention.Item]:
    items = []
    refused = [receipt for receipt in files.latest_receipts().files if receipt.status == "refused"]
    if refused:
        reason = refused[0].messages[0].text if refused[0].messages else ""
        items.append(attention.Item("check", t("refused_files", count=len(refused)), reason, links.Target(page="data-quality")))
    missing = files.orphans(selection.release_id)
    shown = [one for one in missing if one.origin == _origin(selection, one.programme)]
    if shown:
        detail = t("orphans_detail", file=shown[0].file_name.split("/")[-1])
        items.append(attention.Item("orphans", t("orphans_title", count=len(shown)), detail, links.Target(page="data-quality")))
    return items


def _row(selection: Selection, programme: Programme) -> scorecard.Row:
    origin = _origin(selection, programme.code)
    kpi = kpis.headlines(selection.release_id).get(programme.code)
    grain = periods.grain_of(selection.period)
    value = history = None
    if kpi is not None:
        value = values.by_kpi(selection.release_id, selection.region, selection.period, origin).get(kpi.code)
        history = values.series(selection.release_id, selection.region, "month" if grain == "all" else grain, origin).get(kpi.code)
    mainland = sum(province.is_mainland for province in regions.provinces(selection.release_id))
    return scorecard.Row(
        programme=programme,
        kpi=kpi,
        value=value,
        history=history or (),
        provinces_due=mainland if programme.is_ranked and selection.is_nation else None,
        figures=figures.telling(selection.release_id, programme.code),
    )


def _origin(selection: Selection, programme: str) -> str:
    return origins.shown(selection.release_id, programme, selection.mode)
