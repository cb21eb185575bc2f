"""The values of the KPIs by region, period and origin; masked ones come without their numbers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.data import connection, kpis, masking, periods, regions
from dashboard.data.caching import per_release
from warehouse.answers.periods import period_of, year_of
from warehouse.releases import period_changes

__all__ = ["period_of", "year_of"]
SPARKLINE_POINTS = 13


@dataclass(frozen=True)
class Value:
    """One KPI value. Where the release says that few stand behind its cell, `is_masked` is set and whatever tells of them is None.

    `is_beside_few` marks one that counts enough itself, and is masked because it would give a few away by subtraction.
    """

    kpi: str
    region: str
    period: str
    origin: str
    category: str | None
    numerator: float | None
    denominator: float | None
    value: float | None
    value_upper: float | None
    qualifier: str
    target: float | None
    target_upper: float | None
    status: str
    rows: int | None
    as_of: date | None
    provinces_reported: int | None
    is_masked: bool
    is_beside_few: bool = False
    is_backfilled: bool = False
    reported_units: int | None = None
    due_units: int | None = None
    reported_from: str | None = None
    reported_to: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether its period goes on after the last month that was reported."""
        return period_changes.is_running(self.period, self.reported_to)

    @property
    def silent_units(self) -> int:
        """How many of those due have not reported; 0 where the KPI has no such meaning."""
        return max(0, (self.due_units or 0) - (self.reported_units or 0))


# What tells whether, how much or when something was reported leaves the release only where it may be shown.
_TELLING = (
    "numerator",
    "denominator",
    "value",
    "value_upper",
    "target",
    "target_upper",
    "rows",
    "as_of",
    "provinces_reported",
    "reported_units",
    "due_units",
    "reported_from",
    "reported_to",
)
_COLUMNS = ", ".join(
    (
        "kpi, region, period, origin, category",
        *(f"case when not is_hidden then {name} end as {name}" for name in _TELLING),
        "case when is_hidden then '' else coalesce(qualifier, '') end as qualifier",
        "case when is_hidden then 'no_data' else status end as status",
        "is_hidden as is_masked",
        f"is_hidden and hidden_reason = '{masking.BESIDE}' as is_beside_few",
        "not is_hidden and is_backfilled as is_backfilled",
    )
)
_ALL = "mart_kpi_values"
# What period_of says, asked of the engine.
_PERIOD = "period = case when list_contains($yearly, kpi) then $year when list_contains($quarterly, kpi) then $quarter else $period end"

Row = dict[str, Any]


@per_release(512)
def by_kpi(release_id: str, region: str, period: str, origin: str, programme: str | None = None) -> dict[str, Value]:
    """Every KPI's value for one region and period, without categories; of one programme alone it is found many times faster."""
    if programme is not None:
        defined = kpis.by_code(release_id)
        found = _of_region(release_id, region, origin, programme)
        return {value.kpi: value for value in found if value.period == period_of(defined[value.kpi].grain, period)}
    where = f"region = $region and {_PERIOD} and origin = $origin and category is null"
    rows = _rows(release_id, where, _ALL, region=region, **_chosen(release_id, period), origin=origin)
    return {value.kpi: value for value in _values(rows)}


@per_release(4)
def with_categories(release_id: str) -> frozenset[str]:
    """The KPIs that have values by category anywhere."""
    found = connection.rows(release_id, "select distinct kpi from mart_kpi_values where category is not null")
    return frozenset(row["kpi"] for row in found)


@per_release(256)
def by_category(release_id: str, kpi: str, region: str, period: str, origin: str) -> tuple[Value, ...]:
    """One KPI's value in each of its categories, largest first; none where the cell is hidden."""
    defined = kpis.by_code(release_id)[kpi]
    found = _rows(
        release_id,
        "kpi = $kpi and region = $region and period = $period and origin = $origin and category is not null and not is_hidden"
        " order by value desc nulls last, category",
        _table(release_id, defined.programme),
        kpi=kpi,
        region=region,
        period=period_of(defined.grain, period),
        origin=origin,
    )
    return tuple(_values(found))


def of_cells(
    release_id: str,
    programme: str,
    codes: Sequence[str],
    places: Sequence[str],
    shown: Sequence[str],
    origin: str,
    categories: Sequence[str] | None,
    most: int,
) -> tuple[Value, ...]:
    """Any KPIs of a programme in any regions and periods, `most` at most; without categories (None), in all (empty) or in some."""
    where = "list_contains($codes, kpi) and list_contains($places, region) and list_contains($shown, period) and origin = $origin"
    parameters = {"codes": list(codes), "places": list(places), "shown": list(shown), "origin": origin, "most": most}
    if categories is None:
        where += " and category is null"
    else:
        # Which categories a hidden cell has tells who was there.
        where += " and category is not null and not is_hidden"
        if categories:
            where += " and list_contains($categories, category)"
            parameters["categories"] = list(categories)
    found = _rows(release_id, f"{where} order by all limit $most", _table(release_id, programme), **parameters)
    return tuple(_values(found))


def by_region(release_id: str, kpi: str, parent: str, period: str, origin: str) -> dict[str, Value]:
    """One KPI's value in each region right below `parent`, in official order."""
    everywhere = _of_kpi(release_id, kpi, period, origin)
    below = (region.code for region in regions.children(release_id, parent))
    found = [everywhere[code] for code in below if code in everywhere]
    return {value.region: value for value in _values(found)}


def of_provinces(release_id: str, period: str, origin: str) -> tuple[Value, ...]:
    """Every KPI's value in every province-level unit."""
    return of_regions_below(release_id, regions.NATION, period, origin)


@per_release(64)
def of_regions_below(release_id: str, parent: str, period: str, origin: str) -> tuple[Value, ...]:
    """Every KPI's value in every region right below `parent`, in official order."""
    found = _rows(
        release_id,
        f"regions.parent_code = $parent and {_PERIOD} and origin = $origin and category is null order by regions.sort_order",
        "mart_kpi_values inner join dim_region as regions on mart_kpi_values.region = regions.region_code",
        **_chosen(release_id, period),
        parent=parent,
        origin=origin,
    )
    return tuple(_values(found))


def of_kpi_by_province(release_id: str, kpi: str, period: str, origin: str) -> dict[str, Value]:
    """One KPI's value in every province-level unit that has one, in a period of its own rhythm."""
    programme = kpis.by_code(release_id)[kpi].programme
    return _of_programme_by_province(release_id, programme, period, origin).get(kpi, {})


def beside(release_id: str) -> Callable[[Value], dict[str, Value]]:
    """What the provinces say of a value's own KPI, period and origin."""
    return lambda value: of_kpi_by_province(release_id, value.kpi, value.period, value.origin)


@per_release(512)
def series(release_id: str, region: str, grain: str, origin: str, programme: str) -> dict[str, tuple[Value, ...]]:
    """The values of a programme's KPIs in one region over all periods of a grain (month, quarter, year), oldest first.

    A KPI that exists by year only comes by year, one of quarters at least by quarter.
    """
    return _over_time(release_id, grain, _of_region(release_id, region, origin, programme))


def of_other_periods(release_id: str, value: Value, known: Sequence[Value] = ()) -> Callable[[str], Value | None]:
    """What the same KPI says in other periods of the same region and origin, the first months of one (2023-01..2023-05) among them.

    `known` are values at hand already.
    """
    at_hand = {one.period: one for one in known}

    def at(period: str) -> Value | None:
        if period in at_hand or ".." not in period:
            return at_hand.get(period)
        programme = kpis.by_code(release_id)[value.kpi].programme
        found = _of_region(release_id, value.region, value.origin, programme)
        return next((one for one in found if one.period == period and one.kpi == value.kpi), None)

    return at


@per_release(512)
def reported_to(release_id: str, region: str, period: str, origin: str, programme: str) -> str | None:
    """The last month (YYYY-MM) that anybody has reported of a programme in a region, as the values of a period say; None if they do not."""
    months = [one.reported_to for one in _of_region(release_id, region, origin, programme) if one.period == period]
    return max((month for month in months if month), default=None)


@per_release(64)
def series_of_headlines(release_id: str, region: str, grain: str, origin: str) -> dict[str, tuple[Value, ...]]:
    """The same of the KPIs that stand for their programmes on the overview."""
    where = (
        "region = $region and origin = $origin and category is null and period_grain in ($grain, 'quarter', 'year')"
        " and list_contains($codes, kpi) order by period"
    )
    codes = [kpi.code for kpi in kpis.headlines(release_id).values()]
    found = _rows(release_id, where, region=region, grain=grain, origin=origin, codes=codes)
    return _over_time(release_id, grain, _values(found))


def published(release_id: str, region: str) -> tuple[Value, ...]:
    """What was published for KPIs of this region, in every period; never to be added to anything."""
    return _all_published(release_id).get(region, ())


def published_in(release_id: str, region: str, period: str) -> dict[str, Value]:
    """By KPI, the published value that stands beside a period: that period's own, else its year's, else the undated one."""
    nearness = {"all": 0} | {year_of(period): 1} | {period: 2}
    chosen: dict[str, Value] = {}
    for value in published(release_id, region):
        rank = nearness.get(value.period)
        if rank is None or value.value is None:
            continue
        if value.kpi not in chosen or rank > nearness[chosen[value.kpi].period]:
            chosen[value.kpi] = value
    return chosen


def is_masked_at(release_id: str, kpi: str, region: str, period: str, origin: str) -> bool:
    """Whether the numbers of one KPI value must not be shown."""
    defined = kpis.find(release_id, kpi)
    return defined is not None and masking.is_hidden(release_id, defined, region, period, origin)


def _chosen(release_id: str, period: str) -> dict[str, object]:
    rhythms = {
        grain: [kpi.code for kpi in kpis.all_kpis(release_id) if kpi.grain == grain] for grain in ("year", "quarter")
    }
    return {
        "period": period,
        "year": year_of(period),
        "quarter": period_of("quarter", period),
        "yearly": rhythms["year"],
        "quarterly": rhythms["quarter"],
    }


@per_release(4)
def _all_published(release_id: str) -> dict[str, tuple[Value, ...]]:
    """By region; a hundred or two in all."""
    found = _rows(release_id, "category is null order by kpi, period", "mart_published_kpi_values")
    together: dict[str, list[Value]] = {}
    for value in _values(found):
        together.setdefault(value.region, []).append(value)
    return {region: tuple(values) for region, values in together.items()}


@per_release(512)
def _of_region(release_id: str, region: str, origin: str, programme: str) -> tuple[Value, ...]:
    """The values of one programme in a region, without categories, oldest first: whatever period is chosen next, they are at hand."""
    where = "region = $region and origin = $origin and category is null"
    found = _rows(release_id, where, _table(release_id, programme), region=region, origin=origin)
    return tuple(_values(sorted(found, key=lambda row: str(row["period"]))))


@per_release(64)
def _of_programme_by_province(release_id: str, programme: str, period: str, origin: str) -> dict[str, dict[str, Value]]:
    where = "period = $period and origin = $origin and category is null and list_contains($provinces, region)"
    provinces = [region.code for region in regions.provinces(release_id)]
    found = _rows(release_id, where, _table(release_id, programme), period=period, origin=origin, provinces=provinces)
    together: dict[str, dict[str, Value]] = {}
    for value in _values(found):
        together.setdefault(value.kpi, {})[value.region] = value
    return together


@per_release(128)
def _of_kpi(release_id: str, kpi: str, period: str, origin: str) -> dict[str, Row]:
    """The rows of one KPI by region, without categories: whatever region is chosen next, they are at hand."""
    defined = kpis.by_code(release_id)[kpi]
    where = "kpi = $kpi and period = $period and origin = $origin and category is null"
    shown = period_of(defined.grain, period)
    found = _rows(release_id, where, _table(release_id, defined.programme), kpi=kpi, period=shown, origin=origin)
    return {row["region"]: row for row in found}


def _rows(release_id: str, where: str, relation: str = _ALL, **parameters: object) -> list[Row]:
    sql = f"select {_COLUMNS} from {relation} where {where}"  # noqa: S608 - constants of this module and names of programmes
    return connection.rows(release_id, sql, parameters)


def _table(release_id: str, programme: str) -> str:
    """The programme's own table behind mart_kpi_values: planning a question to the view of them all takes ten times what answering does.

    Raises KeyError where the release knows no such programme, so that nothing else gets into a statement.
    """
    if programme not in {kpi.programme for kpi in kpis.all_kpis(release_id)}:
        raise KeyError(programme)
    return f"mart_{programme}_kpi_values"


def _over_time(release_id: str, grain: str, found: Iterable[Value]) -> dict[str, tuple[Value, ...]]:
    wanted = {kpi.code: _grain_of_series(kpi.grain, grain) for kpi in kpis.all_kpis(release_id)}
    together: dict[str, list[Value]] = {}
    for value in found:
        if periods.grain_of(value.period) == wanted[value.kpi]:
            together.setdefault(value.kpi, []).append(value)
    return {kpi: tuple(values) for kpi, values in together.items()}


def _grain_of_series(kpi_grain: str, grain: str) -> str:
    if kpi_grain == "year":
        return "year"
    return "quarter" if kpi_grain == "quarter" and grain == "month" else grain


def _values(rows: Iterable[Row]) -> list[Value]:
    return [Value(**row) for row in rows]
