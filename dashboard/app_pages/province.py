"""One region: what is behind, what moved and its place among others; then its programmes, one a row, and every KPI folded below."""

from dataclasses import replace

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    answer,
    empty_state,
    filters,
    kept,
    markup,
    page_title,
    programme_panel,
    ranking,
    region_answer,
    release_line,
    scorecard,
    tile_grid,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import (
    figures,
    kpis,
    origins,
    peers,
    periods,
    programmes,
    regions,
    reporting,
    scores,
    standings,
    values,
)
from dashboard.data.caching import per_release
from dashboard.data.figures import Figure
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers.owed import Overdue, overdue

FIGURES = 3


def show() -> None:
    """The page; without a chosen region it asks for one."""
    selection = filters.current()
    region = regions.find(selection.release_id, selection.region)
    if region is None or selection.is_nation:
        page_title.show(t("one_province"), t("choose_province"))
        _chooser(selection)
        return
    page_title.show(
        formatting.region_name(region),
        t("province_question", region=formatting.region_name(region)),
        release_line.period_sentence(selection),
    )
    if not _has_values(selection):
        empty_state.show(t("nothing_here"), [t("nothing_here_sentence"), t("how_to_begin")])
    release_id = selection.release_id
    everything = programmes.all_programmes(release_id)
    here = [one for one in everything if _is_here(selection, one)]
    rows = [_row(selection, region, one) for one in here]
    together = [row for row in rows if not _is_apart(selection, row.programme)]
    markup.show(kept.block("region_answer", lambda: _answer(selection, region, together)), key="answer")
    if here:
        scorecard.show(together, [row for row in rows if row not in together], selection)
        markup.show(kept.block("programme_panels", lambda: _panels(selection, here)), key="programme_panels")
    _elsewhere([one for one in everything if one not in here])
    _below(selection)


def _row(selection: Selection, region: Region, programme: programmes.Programme) -> scorecard.Row:
    """A programme's headline KPI here, and its place among the regions beside this one, now and in the period before."""
    row = scorecard.of_programme(selection, programme, _figures(selection, programme))
    if row.kpi is None or not (programme.is_ranked and row.kpi.is_ranked) or region.parent_code is None:
        return row
    before = periods.before(values.period_of(row.kpi.grain, selection.period))
    now = _place(selection, region, row, selection.period)
    return replace(row, place=now, place_before=_place(selection, region, row, before) if before and now else None)


def _place(selection: Selection, region: Region, row: scorecard.Row, period: str) -> answer.Place | None:
    assert row.kpi is not None and region.parent_code is not None
    found = _by_kpi(selection.release_id, region.parent_code, period, row.origin).get(row.kpi.code, {})
    return answer.place_of(row.kpi, regions.children(selection.release_id, region.parent_code), found, region.code)


@per_release(64)
def _by_kpi(release_id: str, parent: str, period: str, origin: str) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for value in values.of_regions_below(release_id, parent, period, origin):
        found.setdefault(value.kpi, {})[value.region] = value
    return found


def _answer(selection: Selection, region: Region, rows: list[scorecard.Row]) -> markup.Markup:
    release_id = selection.release_id
    judged = scores.judged(release_id, region.code, selection.period, selection.mode)
    placed = [
        standings.Placed(row.kpi, row.value, scorecard.yearly(row, selection), None)
        for row in rows
        if row.kpi is not None
    ]
    return region_answer.drawn(region, judged, _groups(selection, region), placed, rows, _owed(selection, region))


def _groups(selection: Selection, region: Region) -> list[region_answer.Group]:
    """The place of a province by the share of its KPIs that are met or on track: among all, and among those of its size."""
    if region.level != "province":
        return []
    by_province = scores.by_province(selection.release_id, selection.period, selection.mode)
    shares = {code: score.good / score.judged for code, score in by_province.items()}
    of_size = [
        group
        for group in peers.groups(selection.release_id, regions.NATION)
        if group.kind == "size" and region.code in group.members
    ]
    found = []
    for name, members in (
        (t("all_provinces"), set(shares)),
        *((ranking.peers_name(one), one.members) for one in of_size),
    ):
        within = {code: share for code, share in shares.items() if code in members}
        if region.code in within and len(within) >= answer.LEAST:
            place = 1 + sum(share > within[region.code] for share in within.values())
            found.append(region_answer.Group(name, answer.Place(place, len(within))))
    return found


def _owed(selection: Selection, region: Region) -> Overdue | None:
    """What a province owes of the programmes that are counted together; nothing is due of smaller regions by themselves."""
    if region.level != "province":
        return None
    due = reporting.latest_due(selection.release_id, selection.mode, periods.last_month(selection.period))
    together = reporting.of_leading(selection.release_id, selection.mode, due)
    own = [report for report in together if report.province_code == region.province_code]
    return overdue(own, warehouse_settings.load().today) if own else None


def _figures(selection: Selection, programme: programmes.Programme) -> tuple[Figure, ...]:
    found = figures.of_programme(selection.release_id, programme.code)
    inside = [one for one in found if one.is_publishable and one.kpi and _lies_in(one.region_code, selection.region)]
    return tuple(inside[:FIGURES])


def _is_apart(selection: Selection, programme: programmes.Programme) -> bool:
    return origins.is_apart(selection.release_id, programme.code, selection.mode)


def _cards(selection: Selection, programme: programmes.Programme) -> tuple[list[kpis.Kpi], dict[str, Value]]:
    """The KPIs that the programme is told by here, and all its values."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    own = values.by_kpi(selection.release_id, selection.region, selection.period, origin)
    # A programme that stands for itself (the alliance) has few KPIs by region: only those are listed.
    cards = [
        kpi
        for kpi in kpis.of_programme(selection.release_id, programme.code)
        if kpi.is_card and not kpi.is_category_only and (programme.is_ranked or kpi.code in own)
    ]
    return cards, own


def _is_here(selection: Selection, programme: programmes.Programme) -> bool:
    """Whether the programme has anything here, a record or a published figure."""
    cards, own = _cards(selection, programme)
    return any(kpi.code in own for kpi in cards) or bool(_figures(selection, programme))


def _panels(selection: Selection, here: list[programmes.Programme]) -> markup.Markup:
    """Every KPI of the programmes, those of the leading origin first."""
    beside: list[markup.Markup] = []
    apart: list[markup.Markup] = []
    for programme in here:
        cards, own = _cards(selection, programme)
        origin = origins.shown(selection.release_id, programme.code, selection.mode)
        nation = values.by_kpi(selection.release_id, regions.NATION, selection.period, origin)
        panel = programme_panel.panel(programme, cards, own, nation, _figures(selection, programme))
        (apart if _is_apart(selection, programme) else beside).append(panel)
    return programme_panel.drawn(beside, apart, origins.leading(selection.release_id, selection.mode))


def _lies_in(inner: str, outer: str) -> bool:
    """Whether a code lies below another, by the digits codes share: 330000 holds 331002."""
    return inner.startswith(outer.rstrip("0")) if outer.endswith("00") else inner == outer


def _has_values(selection: Selection) -> bool:
    return any(
        value.value is not None or value.is_masked
        for origin in (origins.SUBMITTED, origins.DEMONSTRATION)
        for value in values.by_kpi(selection.release_id, selection.region, selection.period, origin).values()
        if (kpi := kpis.find(selection.release_id, value.kpi))
        and origins.shown(selection.release_id, kpi.programme, selection.mode) == origin
    )


def _elsewhere(without: list[programmes.Programme]) -> None:
    if without:
        names = [
            tag("li", markup.link(links.programme_page(one.code), pick(one.short_name_zh, one.name_en), cls="ub-chip"))
            for one in without
        ]
        markup.show(
            tag("section", tag("h3", t("elsewhere")), tag("ul", names, cls="ub-chip-list"), cls="ub-panel"),
            key="elsewhere",
        )


def _below(selection: Selection) -> None:
    children = regions.children(selection.release_id, selection.region)
    if not children:
        return
    entries = [
        tag("li", markup.link(links.Target(region=child.code), formatting.region_name(child), cls="ub-chip"))
        for child in children
    ]
    markup.show(
        tag(
            "section",
            tag("h3", t("regions_below"), tag("small", len(children))),
            tag("ul", entries, cls="ub-chip-list"),
            cls="ub-panel",
        ),
        key="regions_below",
    )


def _chooser(selection: Selection) -> None:
    with st.container(key="one_column"):
        tile_grid.show(
            t("provinces_grid"),
            t("tile_note"),
            regions.provinces(selection.release_id),
            {province.code: tile_grid.Tile("", 4, "") for province in regions.provinces(selection.release_id)},
            tile_grid.DIVERGING,
            lambda code: links.Target(page="province", region=code),
            key="province_chooser",
        )
