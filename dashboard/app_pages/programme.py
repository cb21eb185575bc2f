"""Programme page: the KPIs of one programme, over time and by region, what was published, and where the numbers come from."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import streamlit as st

from dashboard import formatting
from dashboard.components import (
    answer,
    category_bars,
    comments,
    county_groups,
    empty_state,
    filters,
    kpi_card,
    kpi_rows,
    kpi_switch,
    markup,
    own_pictures,
    page_title,
    provenance,
    published_figures,
    ranking,
    release_line,
    trend_chart,
    unfollowed,
    value_table,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import (
    comparisons,
    events,
    figures,
    forecasts,
    kpis,
    origins,
    peers,
    periods,
    regions,
    reporting,
    standings,
    values,
    waiting,
)
from dashboard.data.comparisons import Comparison
from dashboard.data.events import Event
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from warehouse import settings as warehouse_settings
from warehouse.answers.owed import overdue
from warehouse.answers.telling import WITH_TARGET
from warehouse.releases.forecasts.outlook import Outlook


@dataclass(frozen=True)
class Compared:
    """What trend, ranking and tables of the chosen KPI are drawn from: the region over time, the nation, and regions side by side."""

    kpi: Kpi
    switch: Markup
    rest: tuple[Kpi, ...]
    current: dict[str, values.Value]
    histories: dict[str, tuple[values.Value, ...]]
    region: regions.Region
    own: tuple[values.Value, ...]
    nation: tuple[values.Value, ...]
    published: tuple[values.Value, ...]
    below: tuple[regions.Region, ...]
    by_code: dict[str, values.Value]
    chosen_region: str | None
    shown_period: str
    has_ranking: bool
    latest: Comparison | None
    provinces: comparisons.Provinces
    ahead: Outlook | None
    events: tuple[Event, ...]
    beside: ranking.Beside
    counties: tuple[tuple[regions.Region, tuple[regions.Region, ...]], ...]
    of_counties: dict[str, values.Value]


def show(programme: Programme) -> None:
    """The page."""
    selection = filters.current()
    defined = kpis.of_programme(selection.release_id, programme.code)
    is_interactive = trend_chart.is_interactive()
    with markup.together("programme_head"):
        aside = release_line.period_sentence(selection) if defined else ""
        page_title.show(
            pick(programme.name_zh, programme.name_en), pick(programme.question_zh, programme.question_en), aside
        )
        compared = _cards(programme, defined, selection)
        if compared is not None and not is_interactive:
            _side_by_side(compared)
    if compared is not None:
        if is_interactive:
            _side_by_side_with_chart(compared)
        _more(compared, selection)
        comments.show(compared.kpi, selection, selection.mode, compared.shown_period)
    with markup.together("programme_rest"):
        if compared is not None:
            kpi_rows.show(compared.rest, compared.current, compared.histories, selection)
            _own_pictures(programme, selection)
            _by_category(programme, defined, selection)
        published_figures.show(figures.of_programme(selection.release_id, programme.code))
        provenance.show(programme, selection)
    provenance.show_asked(selection)


def _cards(programme: Programme, defined: tuple[Kpi, ...], selection: Selection) -> Compared | None:
    """The cards, and which of them is looked at more closely; None where there are no records."""
    release_id = selection.release_id
    origin = origins.shown(release_id, programme.code, selection.mode)
    has_records = origins.has_records(release_id, programme.code, origin)
    if not defined or not has_records:
        waits = waiting.of_programme(release_id, programme.code, origin)
        told = [
            t("waiting_rows", rows=f"{rows:,}", parent=formatting.table_name(*parent)) for parent, rows in waits.items()
        ]
        sentence = t("waiting_only_sentence", rows=t("comma").join(told)) if told else t("published_only_sentence")
        empty_state.show(t("published_only"), [sentence, t("how_to_begin")])
    if not defined:
        return None
    grain = _grain(selection)
    current = values.by_kpi(release_id, selection.region, selection.period, origin, programme.code)
    histories = values.series(release_id, selection.region, grain, origin, programme.code)
    aimed = {source.kpi for source in kpis.target_sources(release_id)}
    cards = sorted(
        (kpi for kpi in defined if kpi.is_card and not kpi.is_category_only),
        key=lambda kpi: (not kpi.is_headline, *_weight(current.get(kpi.code)), kpi.code not in aimed),
    )
    published = values.published_in(release_id=release_id, region=selection.region, period=selection.period)
    if not has_records:
        kpi_card.show([kpi for kpi in cards if kpi.code in published], current, histories, published, selection)
        return None
    if not any(kpi.code in current for kpi in defined):
        empty_state.show(t("nothing_here"), [t("nothing_here_sentence"), t("how_to_begin")])
    else:
        _answer(programme, cards, current, histories, origin, selection)
    first, rest = kpi_card.in_two(cards)
    kpi_card.show(first, current, histories, published, selection)
    chosen = kpi_switch.chosen(cards)
    return _compared(programme, chosen, kpi_switch.drawn(cards, chosen), rest, current, histories, origin, selection)


def _weight(value: values.Value | None) -> tuple[bool, bool]:
    """What is behind its target comes before what is held against one, and that before the rest."""
    status = value.status if value is not None else ""
    return status != "behind", status not in WITH_TARGET


def _answer(
    programme: Programme,
    cards: list[Kpi],
    current: dict[str, values.Value],
    histories: dict[str, tuple[values.Value, ...]],
    origin: str,
    selection: Selection,
) -> None:
    """What the programme asks, answered from the numbers."""
    release_id = selection.release_id
    region = regions.find(release_id, selection.region)
    assert region is not None
    lead = cards[0]
    is_ranked = programme.is_ranked and lead.is_ranked
    around = region.parent_code if is_ranked else None
    beside = values.by_region(release_id, lead.code, around, selection.period, origin) if around else {}
    siblings = regions.children(release_id, around) if around else ()
    due = reporting.latest_due(release_id, selection.mode, periods.last_month(selection.period))
    due = tuple(
        one for one in due if one.programme == programme.code and region.province_code in (None, one.province_code)
    )
    answer.show(
        answer.Answered(
            region=region,
            placed=[standings.of(release_id, kpi, current.get(kpi.code), histories.get(kpi.code, ())) for kpi in cards],
            below=regions.children(release_id, region.code) if is_ranked else (),
            of_below=values.by_region(release_id, lead.code, region.code, selection.period, origin)
            if is_ranked
            else {},
            place=answer.place_of(lead, siblings, beside, region.code),
            owed=overdue(due, warehouse_settings.load().today) if due else None,
        )
    )


def _side_by_side(compared: Compared) -> None:
    """Trend and ranking as markup."""
    trend = trend_chart.drawn(
        compared.kpi,
        compared.region,
        compared.own,
        compared.nation,
        compared.published,
        compared.shown_period,
        compared.latest,
        compared.provinces,
        compared.ahead,
        compared.switch,
        compared.events,
    )
    columns = [tag("div", tag("div", trend, cls="st-key-trend"), cls="st-key-trend_column")]
    if compared.has_ranking:
        columns.append(tag("div", tag("div", _ranking(compared), cls="st-key-ranking"), cls="st-key-ranking_column"))
    markup.show(markup.join(columns), key="two_columns" if compared.has_ranking else "one_column")
    if compared.counties:
        markup.show(_counties(compared), key="county_groups")


def _side_by_side_with_chart(compared: Compared) -> None:
    """The same, the trend as a Plotly chart."""
    with st.container(key="two_columns" if compared.has_ranking else "one_column"):
        with st.container(key="trend_column"), st.container(key="trend"):
            trend_chart.show_chart(
                compared.kpi,
                compared.region,
                compared.own,
                compared.nation,
                compared.published,
                compared.shown_period,
                compared.latest,
                compared.provinces,
                compared.ahead,
                compared.switch,
                compared.events,
            )
        if compared.has_ranking:
            with st.container(key="ranking_column"):
                markup.show(_ranking(compared), key="ranking")
    if compared.counties:
        markup.show(_counties(compared), key="county_groups")


def _more(compared: Compared, selection: Selection) -> None:
    """The switch of the chart and the tables, where there is something to see in them."""
    if any(value.value is not None for value in compared.own):
        trend_chart.show_switch()
    if compared.has_ranking or compared.own:
        below = compared.below if compared.has_ranking else ()
        value_table.show(compared.kpi, compared.region, below, compared.by_code, compared.own, selection.period)


def _ranking(compared: Compared) -> Markup:
    return ranking.drawn(compared.kpi, compared.below, compared.by_code, compared.chosen_region, compared.beside)


def _counties(compared: Compared) -> Markup:
    return county_groups.drawn(compared.kpi, compared.counties, compared.of_counties, st.query_params.get("status", ""))


def _by_category(programme: Programme, defined: tuple[Kpi, ...], selection: Selection) -> None:
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    for kpi in (one for one in defined if one.code in values.with_categories(selection.release_id)):
        category_bars.show(
            kpi, values.by_category(selection.release_id, kpi.code, selection.region, selection.period, origin)
        )


def _own_pictures(programme: Programme, selection: Selection) -> None:
    """The programme's own pictures; an earlier release may lack what they are drawn from, and the page goes on without."""
    try:
        own_pictures.show(programme, selection)
    except duckdb.CatalogException:
        empty_state.show(t("unreadable"), [t("unreadable_picture")], key="pictures_unreadable")


def _compared(
    programme: Programme,
    kpi: Kpi,
    switch: Markup,
    rest: Sequence[Kpi],
    current: dict[str, values.Value],
    histories: dict[str, tuple[values.Value, ...]],
    origin: str,
    selection: Selection,
) -> Compared:
    release_id = selection.release_id
    region = regions.find(release_id, selection.region)
    assert region is not None
    nation = values.series(release_id, regions.NATION, _grain(selection), origin, programme.code)
    below, by_code, chosen_region = _compared_regions(kpi, region, origin, selection)
    counties, of_counties = _counties_within(kpi, region, origin, selection)
    return Compared(
        kpi=kpi,
        switch=switch,
        rest=tuple(rest),
        current=current,
        histories=histories,
        region=region,
        own=histories.get(kpi.code, ()),
        nation=nation.get(kpi.code, ()),
        published=tuple(value for value in values.published(release_id, region.code) if value.kpi == kpi.code),
        below=below,
        by_code=by_code,
        chosen_region=chosen_region,
        shown_period=values.period_of(kpi.grain, selection.period),
        has_ranking=programme.is_ranked and kpi.is_ranked and bool(below),
        latest=_latest(kpi, histories, selection),
        events=events.of_line(release_id, kpi, region.code, origin),
        provinces=values.beside(release_id),
        beside=_beside(kpi, below, origin, selection),
        counties=counties,
        of_counties=of_counties,
        ahead=forecasts.at(release_id, _last(kpi, histories, selection)) if _is_own_rhythm(kpi, selection) else None,
    )


def _last(kpi: Kpi, histories: dict[str, tuple[values.Value, ...]], selection: Selection) -> values.Value | None:
    """The last value up to the period shown."""
    told = trend_chart.until(histories.get(kpi.code, ()), values.period_of(kpi.grain, selection.period))
    return next((value for value in reversed(told) if value.value is not None), None)


def _latest(kpi: Kpi, histories: dict[str, tuple[values.Value, ...]], selection: Selection) -> Comparison | None:
    """The same against the same months of the year before."""
    last = _last(kpi, histories, selection)
    if last is None:
        return None
    at = values.of_other_periods(selection.release_id, last, histories.get(kpi.code, ()))
    return comparisons.year_on_year(last, kpi, at, values.beside(selection.release_id))


def _beside(kpi: Kpi, below: tuple[regions.Region, ...], origin: str, selection: Selection) -> ranking.Beside:
    """The places of the period before, and the groups of peers of which the address may name one."""
    parent = below[0].parent_code if below else None
    if parent is None:
        return ranking.NOTHING
    before = periods.before(values.period_of(kpi.grain, selection.period))
    earlier = values.by_region(selection.release_id, kpi.code, parent, before, origin) if before else {}
    asked = st.query_params.get("peers", "")
    found = peers.find(selection.release_id, parent, asked)
    if asked and found is None:
        unfollowed.tell("peers", asked)
    return ranking.Beside(before, earlier, peers.groups(selection.release_id, parent), found)


def _counties_within(
    kpi: Kpi, region: regions.Region, origin: str, selection: Selection
) -> tuple[tuple[tuple[regions.Region, tuple[regions.Region, ...]], ...], dict[str, values.Value]]:
    """The counties of a province by prefecture, with their values; nothing where none of them has one."""
    if region.level != "province":
        return (), {}
    release_id = selection.release_id
    groups = tuple(
        (prefecture, counties)
        for prefecture in regions.children(release_id, region.code)
        if (counties := regions.children(release_id, prefecture.code))
    )
    found: dict[str, values.Value] = {}
    for prefecture, _ in groups:
        found |= values.by_region(release_id, kpi.code, prefecture.code, selection.period, origin)
    return (groups, found) if any(value.value is not None for value in found.values()) else ((), {})


def _is_own_rhythm(kpi: Kpi, selection: Selection) -> bool:
    """Whether the line has a point for each period in which the KPI is reported: what is expected goes on from there."""
    return kpi.grain == _grain(selection)


def _grain(selection: Selection) -> str:
    """The length of the periods over which lines are drawn."""
    grain = periods.grain_of(selection.period)
    return "month" if grain == "all" else grain


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
