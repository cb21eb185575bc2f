"""Which values are hidden beside the few, so that no difference of what is shown gives a few away.

A KPI with `mask_below` hides counts under its limit; one with `mask_beside` hides these too. Where everything else of a whole is
shown, what is hidden follows by subtraction: the province less its other cities, the year less its other months. So in every whole of
which a part is hidden another part is hidden too, the smallest, until at least two are and what they have together is twice the limit;
a whole that is hidden itself has a hidden part.
"""

import duckdb

from dashboard.data.caching import per_release
from warehouse import settings as warehouse_settings

# kpi, origin, region, period
Place = tuple[str, str, str, str]


@per_release(4)
def beside_few(release_id: str) -> frozenset[Place]:
    """The values that count enough themselves and are hidden all the same. Worked out once a release."""
    path = warehouse_settings.load().releases / f"{release_id}.duckdb"
    with duckdb.connect() as database:
        database.execute("attach ? as release (read_only)", [str(path)])
        if not _knows(database):
            return frozenset()
        _lay_out(database)
        while _hide_more(database):
            pass
        found = database.execute(
            "select kpi, origin, region, period from cells where is_hidden and not is_few"
        ).fetchall()
    return frozenset((kpi, origin, region, period) for kpi, origin, region, period in found)


def _knows(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether the release says which KPIs are meant; one of an earlier programme does not."""
    sql = "select count(*) from duckdb_columns() where table_name = 'dim_kpi' and column_name = 'is_masked_beside'"
    found = database.execute(sql).fetchone()
    return bool(found and found[0])


def _lay_out(database: duckdb.DuckDBPyConnection) -> None:
    """Tables `cells`, one a value, and `parts`, one a value in a whole: a region in the one above, a period in a longer one.

    Wholes that are not the sum of their parts (rows of their own, stocks) give nothing away and are left out.
    """
    database.execute(
        """
        create temp table cells as
        select
            row_number() over () as cell, values_.kpi, values_.origin, values_.region, values_.period, kpis.mask_below as few,
            coalesce(values_.numerator, values_.value) as counted, coalesce(values_.denominator, values_.numerator, values_.value) as size,
            (coalesce(values_.numerator, 0) > 0 and values_.numerator < kpis.mask_below)
                or (coalesce(values_.denominator, 0) > 0 and values_.denominator < kpis.mask_below)
                or (values_.numerator is null and values_.denominator is null
                    and values_.rows > 0 and values_.rows < kpis.mask_below) as is_few,
            is_few as is_hidden
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
    database.execute(
        """
        create temp table parts as
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
            select placed.whole, placed.kind
            from placed inner join cells on placed.whole = cells.cell
            group by placed.whole, placed.kind
            having abs(sum(placed.counted) - any_value(cells.counted)) < 0.5 or abs(sum(placed.size) - any_value(cells.size)) < 0.5
        )
        select placed.part, placed.whole, placed.kind
        from placed inner join sums on placed.whole = sums.whole and placed.kind = sums.kind
        where placed.size > 0
        """
    )


def _hide_more(database: duckdb.DuckDBPyConnection) -> bool:
    """Hide one more part of every whole that gives something away, or the whole where no part is left; False when none does."""
    more = database.execute(
        """
        with laid as (
            select
                parts.whole, parts.kind, parts.part, part.is_hidden, part.size, part.counted, part.few,
                whole.is_hidden as is_whole_hidden
            from parts
            inner join cells as part on parts.part = part.cell
            inner join cells as whole on parts.whole = whole.cell
        ),
        telling as (
            select whole, kind
            from laid
            group by whole, kind
            having case
                when any_value(is_whole_hidden) then count(*) filter (where is_hidden) = 0
                else count(*) filter (where is_hidden) = 1
                    or coalesce(sum(size) filter (where is_hidden), 2 * any_value(few)) < 2 * any_value(few)
            end
        ),
        ordered as (
            select
                laid.whole, laid.kind, laid.part,
                row_number() over (partition by laid.whole, laid.kind order by laid.counted = 0, laid.size, laid.part) as place
            from laid
            inner join telling on laid.whole = telling.whole and laid.kind = telling.kind
            where not laid.is_hidden
        )
        select distinct coalesce(ordered.part, telling.whole)
        from telling
        left join ordered on telling.whole = ordered.whole and telling.kind = ordered.kind and ordered.place = 1
        """
    ).fetchall()
    if not more:
        return False
    database.execute("update cells set is_hidden = true where cell in (select unnest(?))", [[cell for (cell,) in more]])
    return True
