"""Programme page: the KPIs of one programme, over time and by region, what was published, and where the numbers come from."""

import duckdb
import streamlit as st

from dashboard import pictures
from dashboard.components import (
    category_bars,
    empty_state,
    filters,
    kpi_card,
    kpi_switch,
    page_title,
    provenance,
    published_figures,
    ranking,
    release_line,
    trend_chart,
    value_table,
)
from dashboard.components.filters import Selection
from dashboard.data import figures, kpis, origins, periods, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t


def show(programme: Programme) -> None:
    """The page."""
    selection = filters.current()
    defined = kpis.of_programme(selection.release_id, programme.code)
    aside = release_line.period_sentence(selection) if defined else ""
    page_title.show(
        pick(programme.name_zh, programme.name_en), pick(programme.question_zh, programme.question_en), aside
    )
    if defined:
        _recorded(programme, defined, selection)
    else:
        empty_state.show(t("published_only"), [t("published_only_sentence"), t("how_to_begin")])
    published_figures.show(figures.of_programme(selection.release_id, programme.code))
    provenance.show(programme, selection)
    provenance.show_asked(selection)


def _recorded(programme: Programme, defined: tuple[Kpi, ...], selection: Selection) -> None:
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    grain = periods.grain_of(selection.period)
    grain = "month" if grain == "all" else grain
    current = values.by_kpi(selection.release_id, selection.region, selection.period, origin, programme.code)
    histories = values.series(selection.release_id, selection.region, grain, origin, programme.code)
    aimed = {source.kpi for source in kpis.target_sources(selection.release_id)}
    cards = sorted(
        (kpi for kpi in defined if kpi.is_card and not kpi.is_category_only),
        key=lambda kpi: (not kpi.is_headline, kpi.code not in aimed),
    )
    published = values.published_in(release_id=selection.release_id, region=selection.region, period=selection.period)
    if not origins.has_records(selection.release_id, programme.code, origin):
        empty_state.show(t("published_only"), [t("published_only_sentence"), t("how_to_begin")])
        kpi_card.show([kpi for kpi in cards if kpi.code in published], current, histories, published, selection)
        return
    if not any(kpi.code in current for kpi in defined):
        empty_state.show(t("nothing_here"), [t("nothing_here_sentence"), t("how_to_begin")])
    kpi_card.show(cards, current, histories, published, selection)
    chosen = kpi_switch.show(cards)
    _pictures(programme, chosen, histories, origin, grain, selection)
    _own_pictures(programme, selection)
    for kpi in (one for one in defined if one.code in values.with_categories(selection.release_id)):
        category_bars.show(
            kpi, values.by_category(selection.release_id, kpi.code, selection.region, selection.period, origin)
        )


def _own_pictures(programme: Programme, selection: Selection) -> None:
    """The programme's own pictures; an earlier release may lack what they are drawn from, and the page goes on without."""
    try:
        pictures.show(programme, selection)
    except duckdb.CatalogException:
        empty_state.show(t("unreadable"), [t("unreadable_picture")], key="pictures_unreadable")


def _pictures(
    programme: Programme,
    kpi: Kpi,
    histories: dict[str, tuple[values.Value, ...]],
    origin: str,
    grain: str,
    selection: Selection,
) -> None:
    release_id = selection.release_id
    region = regions.find(release_id, selection.region)
    assert region is not None
    own = histories.get(kpi.code, ())
    nation = values.series(release_id, regions.NATION, grain, origin, programme.code).get(kpi.code, ())
    published = [value for value in values.published(release_id, selection.region) if value.kpi == kpi.code]
    below, by_code, chosen = _compared_regions(kpi, region, origin, selection)
    has_ranking = programme.is_ranked and kpi.is_ranked and bool(below)
    with st.container(key="two_columns" if has_ranking else "one_column"):
        with st.container(key="trend_column"):
            shown = values.period_of(kpi.grain, selection.period)
            trend_chart.show(kpi, region, own, nation, published, shown)
        if has_ranking:
            with st.container(key="ranking_column"):
                ranking.show(kpi, below, by_code, chosen)
    if has_ranking or own:
        value_table.show(kpi, region, below if has_ranking else (), by_code, own, selection.period)


def _compared_regions(
    kpi: Kpi, region: regions.Region, origin: str, selection: Selection
) -> tuple[tuple[regions.Region, ...], dict[str, values.Value], str | None]:
    """The regions below the chosen one; where none of them has a value, the chosen one among its neighbours."""
    release_id = selection.release_id
    below = regions.children(release_id, region.code)
    by_code = values.by_region(release_id, kpi.code, region.code, selection.period, origin)
    if region.parent_code is None or any(value.value is not None for value in by_code.values()):
        return below, by_code, None
    around = values.by_region(release_id, kpi.code, region.parent_code, selection.period, origin)
    return regions.children(release_id, region.parent_code), around, region.code
