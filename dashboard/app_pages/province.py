"""One region: all programmes side by side."""

import streamlit as st

from dashboard import formatting, links
from dashboard.components import empty_state, filters, markup, page_title, programme_panel, release_line, tile_grid
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import figures, kpis, origins, programmes, regions, values
from dashboard.i18n import pick, t


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
    panels = [(programme, _panel(selection, programme)) for programme in everything]
    beside, apart = (
        [panel for programme, panel in panels if panel is not None and _is_apart(selection, programme) == is_apart]
        for is_apart in (False, True)
    )
    programme_panel.show(beside, apart, origins.leading(release_id, selection.mode))
    _elsewhere([programme for programme, panel in panels if panel is None])
    _below(selection)


def _is_apart(selection: Selection, programme: programmes.Programme) -> bool:
    return origins.is_apart(selection.release_id, programme.code, selection.mode)


def _panel(selection: Selection, programme: programmes.Programme) -> markup.Markup | None:
    """What the programme has here, or None."""
    release_id = selection.release_id
    origin = origins.shown(release_id, programme.code, selection.mode)
    own = values.by_kpi(release_id, selection.region, selection.period, origin)
    # A programme that stands for itself (the alliance) has few KPIs by region: only those are listed.
    cards = [
        kpi
        for kpi in kpis.of_programme(release_id, programme.code)
        if kpi.is_card and not kpi.is_category_only and (programme.is_ranked or kpi.code in own)
    ]
    here = [
        figure
        for figure in figures.of_programme(release_id, programme.code)
        if figure.is_publishable and figure.kpi and _lies_in(figure.region_code, selection.region)
    ]
    if not here and not any(kpi.code in own for kpi in cards):
        return None
    nation = values.by_kpi(release_id, regions.NATION, selection.period, origin)
    return programme_panel.panel(programme, cards, own, nation, here[:3])


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
