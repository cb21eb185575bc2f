"""Which values are hidden beside the few, so that no difference of what is shown gives a few away.

A KPI with `mask_below` hides counts under its limit; one with `mask_beside` hides these too. Where everything else of a whole is
shown, what is hidden follows by subtraction: the province less its other cities, the year less its other months. So in every whole of
which a part is hidden another part is hidden too, the smallest, until at least two are and what they have together is twice the limit;
a whole that is hidden itself has a hidden part.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

import duckdb

from dashboard.data.caching import per_release
from warehouse import settings as warehouse_settings

# kpi, origin, region, period
Place = tuple[str, str, str, str]


class Part(NamedTuple):
    """A value in a whole, both by number: a region in the one above, a period in a longer one. `few` is the limit of its KPI."""

    whole: int
    kind: str
    cell: int
    size: float
    counted: float
    few: int


@per_release(4)
def beside_few(release_id: str) -> frozenset[Place]:
    """The values that count enough themselves and are hidden all the same. Worked out once a release."""
    path = warehouse_settings.load().releases / f"{release_id}.duckdb"
    with duckdb.connect() as database:
        database.execute("attach ? as release (read_only)", [str(path)])
        if not _knows(database):
            return frozenset()
        _lay_out(database)
        cells = database.execute("select cell, is_few, kpi, origin, region, period from cells").fetchall()
        parts = _parts(database)
    hidden = beside({cell for cell, is_few, *_ in cells if is_few}, parts)
    return frozenset((kpi, origin, region, period) for cell, _, kpi, origin, region, period in cells if cell in hidden)


def beside(few: Set[int], parts: Sequence[Part]) -> set[int]:
    """The cells to hide beside `few`: one more part of every whole that gives something away, round by round until none does.

    Where no part is left to hide, the whole is hidden.
    """
    wholes: dict[tuple[int, str], list[Part]] = {}
    concerned: dict[int, set[tuple[int, str]]] = {}
    for part in sorted(parts, key=lambda one: (one.counted == 0, one.size, one.cell)):
        key = (part.whole, part.kind)
        wholes.setdefault(key, []).append(part)
        concerned.setdefault(part.cell, set()).add(key)
        concerned.setdefault(part.whole, set()).add(key)
    hidden, fresh = set(few), set(few)
    while fresh:
        looked_at = {key for cell in fresh for key in concerned.get(cell, ())}
        telling = [key for key in looked_at if _tells(wholes[key], hidden)]
        fresh = {next((part.cell for part in wholes[key] if part.cell not in hidden), key[0]) for key in telling}
        hidden |= fresh
    return hidden - few


def _tells(parts: Sequence[Part], hidden: Set[int]) -> bool:
    """Whether what is hidden of a whole follows from what is shown of it."""
    sizes = [part.size for part in parts if part.cell in hidden]
    if parts[0].whole in hidden:
        return not sizes
    return len(sizes) == 1 or (bool(sizes) and sum(sizes) < 2 * parts[0].few)


def _knows(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release says which KPIs are meant; one of an earlier programme does not."""
    sql = "select count(*) from duckdb_columns() where table_name = 'dim_kpi' and column_name = 'is_masked_beside'"
    found = database.execute(sql).fetchone()
    return bool(found and found[0])


def _lay_out(database: duckdb.DuckDBPyConnection) -> None:
    """Tables `cells`, one a value, and `longer`, which period lies in which."""
    database.execute(
        """
        create temp table cells as
        select
            -- Of equals the first is hidden, the same in every release: in this order the fewest are.
            row_number() over (order by values_.kpi, values_.origin, values_.period desc, values_.region) as cell,
            values_.kpi, values_.origin, values_.region, values_.period, kpis.mask_below as few,
            coalesce(values_.numerator, values_.value) as counted, coalesce(values_.denominator, values_.numerator, values_.value) as size,
            (coalesce(values_.numerator, 0) > 0 and values_.numerator < kpis.mask_below)
                or (coalesce(values_.denominator, 0) > 0 and values_.denominator < kpis.mask_below)
                or (values_.numerator is null and values_.denominator is null
                    and values_.rows > 0 and values_.rows < kpis.mask_below) as is_few
        from release.main.mart_kpi_values as values_
        inner join release.main.dim_kpi as kpis on values_.kpi = kpis.kpi
        where kpis.is_masked_beside and values_.category is null and values_.value is not null
            and values_.origin <> 'published'
        """
    )
    database.execute(
        """
        create temp table longer as
        select parts.period as part, wholes.period as whole
        from release.main.dim_period as parts
        inner join release.main.dim_period as wholes
            on wholes.period_grain in ('quarter', 'year', 'all') and parts.period_grain in ('month', 'quarter', 'year')
            and parts.period_grain <> wholes.period_grain
            and not (parts.period_grain = 'year' and wholes.period_grain = 'quarter')
            and (parts.period_grain = 'year' or wholes.period_grain <> 'all')
            and (wholes.period_grain = 'all' or parts.period_start between wholes.period_start and wholes.period_end)
        """
    )


def _parts(database: duckdb.DuckDBPyConnection) -> list[Part]:
    """Every value in every whole. Wholes that are not the sum of their parts (rows of their own, stocks) give nothing away: left out."""
    found = database.execute(
        """
        with placed as (
            select part.cell as part, whole.cell as whole, 'region' as kind, part.counted, part.size
            from cells as part
            inner join release.main.dim_region as regions on part.region = regions.region_code
            inner join cells as whole
                on part.kpi = whole.kpi and part.origin = whole.origin and part.period = whole.period
                and regions.parent_code = whole.region
            union all
            select
                part.cell, whole.cell,
                case when part.period like '%Q%' then 'quarter' when part.period like '%-%' then 'month' else 'year' end,
                part.counted, part.size
            from cells as part
            inner join longer on part.period = longer.part
            inner join cells as whole
                on part.kpi = whole.kpi and part.origin = whole.origin and part.region = whole.region and longer.whole = whole.period
        ),
        sums as (
            select placed.whole, placed.kind, any_value(cells.few) as few
            from placed inner join cells on placed.whole = cells.cell
            group by placed.whole, placed.kind
            having abs(sum(placed.counted) - any_value(cells.counted)) < 0.5 or abs(sum(placed.size) - any_value(cells.size)) < 0.5
        )
        select placed.whole, placed.kind, placed.part, placed.size, placed.counted, sums.few
        from placed inner join sums on placed.whole = sums.whole and placed.kind = sums.kind
        where placed.size > 0
        """
    ).fetchall()
    return [Part(*row) for row in found]
