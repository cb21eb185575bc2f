"""The values of the KPIs by region, period and origin; masked ones come without their numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard.data import connection, masking
from dashboard.data.caching import per_release

SPARKLINE_POINTS = 13


@dataclass(frozen=True)
class Value:
    """One KPI value. Where fewer than the KPI's limit are counted, `is_masked` is set and the numbers are None.

    `is_beside_few` marks one that counts enough itself, and is masked because it would give away a masked category, region
    or period beside it.
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


_COLUMNS = """
    values_.kpi, values_.region, values_.period, values_.origin, values_.category, values_.numerator, values_.denominator,
    values_.value, values_.value_upper, coalesce(values_.qualifier, '') as qualifier, values_.target, values_.target_upper,
    values_.status, values_.rows, values_.as_of, values_.provinces_reported, kpis.mask_below
"""
_FROM = "from mart_kpi_values as values_ inner join dim_kpi as kpis on values_.kpi = kpis.kpi"
# What period_of says, asked of the engine.
_PERIOD = "values_.period = case kpis.grain when 'year' then $year when 'quarter' then $quarter else $period end"


@per_release(256)
def by_kpi(release_id: str, region: str, period: str, origin: str, programme: str | None = None) -> dict[str, Value]:
    """Every KPI's value for one region and period, without categories; of one programme alone it is found several times faster."""
    narrowed, parameters = _of_programme(programme)
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} where values_.region = $region and {_PERIOD} and values_.origin = $origin"
        f" and values_.category is null{narrowed}",
        {"region": region, **_chosen(period), "origin": origin, **parameters},
    )
    return {value.kpi: value for value in _values(release_id, found)}


@per_release(4)
def with_categories(release_id: str) -> frozenset[str]:
    """The KPIs that have values by category anywhere."""
    found = connection.rows(release_id, "select distinct kpi from mart_kpi_values where category is not null")
    return frozenset(row["kpi"] for row in found)


@per_release(256)
def by_category(release_id: str, kpi: str, region: str, period: str, origin: str) -> tuple[Value, ...]:
    """One KPI's value in each of its categories, largest first."""
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} where values_.kpi = $kpi and values_.region = $region and {_PERIOD}"
        " and values_.origin = $origin and values_.category is not null order by values_.value desc nulls last, values_.category",
        {"kpi": kpi, "region": region, **_chosen(period), "origin": origin},
    )
    return hide_few(found)


@per_release(256)
def by_region(release_id: str, kpi: str, parent: str, period: str, origin: str) -> dict[str, Value]:
    """One KPI's value in each region right below `parent`."""
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} inner join dim_region as regions on values_.region = regions.region_code"
        f" where values_.kpi = $kpi and regions.parent_code = $parent and {_PERIOD} and values_.origin = $origin"
        " and values_.category is null order by regions.sort_order",
        {"kpi": kpi, "parent": parent, **_chosen(period), "origin": origin},
    )
    return {value.region: value for value in _values(release_id, found)}


@per_release(64)
def of_provinces(release_id: str, period: str, origin: str) -> tuple[Value, ...]:
    """Every KPI's value in every province-level unit."""
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} inner join dim_region as regions on values_.region = regions.region_code"
        f" where regions.region_level = 'province' and {_PERIOD} and values_.origin = $origin"
        " and values_.category is null order by regions.sort_order",
        {**_chosen(period), "origin": origin},
    )
    return tuple(_values(release_id, found))


def of_kpi_by_province(release_id: str, kpi: str, period: str, origin: str) -> dict[str, Value]:
    """One KPI's value in every province-level unit that has one."""
    return {value.region: value for value in of_provinces(release_id, period, origin) if value.kpi == kpi}


@per_release(256)
def series(
    release_id: str, region: str, grain: str, origin: str, programme: str | None = None
) -> dict[str, tuple[Value, ...]]:
    """Every KPI's values of one region over all periods of a grain (month, quarter, year), oldest first; of one programme alone if told.

    A KPI that exists by year only comes by year, one of quarters at least by quarter.
    """
    narrowed, parameters = _of_programme(programme)
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} where values_.region = $region and values_.origin = $origin and values_.category is null"
        " and values_.period_grain = case when kpis.grain = 'year' then 'year'"
        f" when kpis.grain = 'quarter' and $grain = 'month' then 'quarter' else $grain end{narrowed} order by values_.period",
        {"region": region, "grain": grain, "origin": origin, **parameters},
    )
    together: dict[str, list[Value]] = {}
    for value in _values(release_id, found):
        together.setdefault(value.kpi, []).append(value)
    return {kpi: tuple(values) for kpi, values in together.items()}


@per_release(64)
def published(release_id: str, region: str) -> tuple[Value, ...]:
    """What was published for KPIs of this region, in every period; never to be added to anything."""
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} where values_.region = $region and values_.origin = 'published'"
        " and values_.category is null order by values_.kpi, values_.period",
        {"region": region},
    )
    return tuple(_values(release_id, found))


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


@per_release(512)
def is_masked_at(release_id: str, kpi: str, region: str, period: str, origin: str) -> bool:
    """Whether the numbers of one KPI value must not be shown, in its total or any category."""
    found = connection.rows(
        release_id,
        f"select {_COLUMNS} {_FROM} where values_.kpi = $kpi and values_.region = $region and values_.period = $period"
        " and values_.origin = $origin",
        {"kpi": kpi, "region": region, "period": period, "origin": origin},
    )
    return any(value.is_masked for value in _values(release_id, found))


def hide_few(categories: Sequence[dict[str, Any]]) -> tuple[Value, ...]:
    """The categories of one KPI from their rows; beside a masked one the next smallest is masked too.

    Otherwise what the others leave of the whole would be the masked number. With two of them, or less than twice the limit together, a
    reader could still work out the one from the other.
    """
    values_ = [_value(dict(row)) for row in categories]
    counts = [row["numerator"] or 0 for row in categories]
    few = [place for place, value in enumerate(values_) if value.is_masked]
    others = sorted(
        (place for place in range(len(counts)) if counts[place] and place not in few), key=lambda at: -counts[at]
    )
    together = sum(counts[place] for place in few)
    while few and others and (len(few) == 1 or together < 2 * categories[0]["mask_below"]):
        place = others.pop()
        few.append(place)
        together += counts[place]
        values_[place] = replace(_masked(values_[place]), is_beside_few=True)
    return tuple(values_)


def year_of(period: str) -> str:
    """The year of a period, for KPIs that exist by year; `all` stays."""
    return period if period == "all" else period[:4]


def period_of(grain: str, period: str) -> str:
    """The period that a KPI of this rhythm shows where one is chosen.

    A yearly KPI has no months and quarters and shows their year. A quarterly one shows the latest quarter over at the end of a month.
    """
    if grain == "year":
        return year_of(period)
    if grain != "quarter" or "-" not in period:
        return period
    year, month = int(period[:4]), int(period[5:7])
    return f"{year}Q{month // 3}" if month >= 3 else f"{year - 1}Q4"


def _chosen(period: str) -> dict[str, str]:
    return {"period": period, "year": year_of(period), "quarter": period_of("quarter", period)}


def _of_programme(programme: str | None) -> tuple[str, dict[str, str]]:
    # Each programme has a table of its own behind the view; told its name, the engine leaves the others unread.
    return (" and values_.programme = $programme", {"programme": programme}) if programme else ("", {})


def _values(release_id: str, rows: Sequence[dict[str, Any]]) -> Iterator[Value]:
    """Values without category: the few masked, and what would give them away."""
    beside = masking.beside_few(release_id)
    for value in map(_value, rows):
        place = (value.kpi, value.origin, value.region, value.period)
        is_told = place in beside and value.category is None and not value.is_masked
        yield replace(_masked(value), is_beside_few=True) if is_told else value


def _value(row: dict[str, Any]) -> Value:
    mask_below = row.pop("mask_below")
    value = Value(**row, is_masked=False)
    counted = [number for number in (value.numerator, value.denominator) if number is not None] or [value.rows or 0]
    # A rate over few is as telling as a few: a small denominator hides the value as well.
    if mask_below is None or value.value is None or not any(0 < number < mask_below for number in counted):
        return value
    return _masked(value)


def _masked(value: Value) -> Value:
    return replace(value, numerator=None, denominator=None, value=None, value_upper=None, rows=None, is_masked=True)
