"""What changed between two releases: every KPI value and status that differs, and what was done that made it differ."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.releases import what_changed
from warehouse.releases.what_changed import AFTER, BEFORE, WhatChanged

# `weight` is how much of the nation a change is: of a ratio by its denominators, of a sum by the sum, of others by their rows.
# A status that turns, and a value that comes or goes, weigh something even where the number hardly moves.
_CHANGES = """
with hidden as (
    {hidden}
),
kpis as (
    select * from after_release.main.dim_kpi
    union all by name
    select * from before_release.main.dim_kpi where kpi not in (select kpi from after_release.main.dim_kpi)
),
before as (
    {before}
),
after as (
    {after}
),
changed as (
    select
        coalesce(after.kpi, before.kpi) as kpi,
        coalesce(after.programme, before.programme) as programme,
        coalesce(after.region, before.region) as region,
        coalesce(after.period, before.period) as period,
        coalesce(after.origin, before.origin) as origin,
        coalesce(after.category, before.category) as category,
        before.value as before,
        after.value as after,
        coalesce(before.status, 'no_data') as status_before,
        coalesce(after.status, 'no_data') as status_after,
        before.target as target_before,
        after.target as target_after,
        greatest(abs(coalesce(before.denominator, 0)), abs(coalesce(after.denominator, 0))) as denominator,
        greatest(coalesce(before.rows, 0), coalesce(after.rows, 0)) as row_count
    from before
    full outer join after
        on before.kpi = after.kpi and before.region = after.region and before.period = after.period
        and before.origin = after.origin and before.category is not distinct from after.category
    where before.value is distinct from after.value
        or coalesce(before.status, 'no_data') <> coalesce(after.status, 'no_data')
),
nation as (
    select
        kpi, period, origin, coalesce(category, '') as category,
        max(abs(denominator)) as denominator, max(abs(value)) as value, max(rows) as row_count
    from (select * from before where region = '000000' union all by name select * from after where region = '000000') as both_sides
    group by all
),
measured as (
    select
        changed.*,
        hidden.kpi is not null as is_small,
        abs(coalesce(after, 0) - coalesce(before, 0)) as difference,
        abs(coalesce(after, 0) - coalesce(before, 0))
            / greatest(abs(coalesce(before, 0)), abs(coalesce(after, 0)), 1e-12) as relative_change,
        greatest(
            case when kpis.unit = 'percent' then least(abs(coalesce(after, 0) - coalesce(before, 0)), 1) else relative_change end,
            case when status_before <> status_after or before is null or after is null then 0.05 else 0 end
        ) as move,
        case
            when kpis.is_ratio then changed.denominator / nullif(nation.denominator, 0)
            when kpis.is_additive_over_regions
                then greatest(abs(coalesce(before, 0)), abs(coalesce(after, 0))) / nullif(nation.value, 0)
            else changed.row_count / nullif(nation.row_count, 0)
        end as share
    from changed
    left join nation
        on changed.kpi = nation.kpi and changed.period = nation.period
        and changed.origin = nation.origin and coalesce(changed.category, '') = nation.category
    left join kpis on changed.kpi = kpis.kpi
    left join hidden
        on changed.kpi = hidden.kpi and changed.region = hidden.region
        and changed.period = hidden.period and changed.origin = hidden.origin
)
select
    kpi, programme, region, period, origin, category, before, after, status_before, status_after, target_before, target_after, is_small,
    round(move * least(coalesce(share, 0), 1), 9) as weight
from measured
order by relative_change desc, difference desc, kpi, region, period
"""

# Files that came, went, or were let in or kept out, and whose rows count in one release and not in the other. What was refused or is there
# twice has no such rows; what a correction replaces, or its undoing lets count again, did nothing itself.
_FILES = """
with standing as (
    {standing}
),
changed as (
    select distinct any_value(side) as side, any_value(report_id) as report_id
    from standing
    group by submission_id
    having count(distinct side) = 1
),
files as (
    {files}
),
touched as (
    select programme, file_name, sha256, is_out from files group by all having count(distinct side) = 1
)
select files.programme, list(distinct files.file_name order by files.file_name) as files
from changed
inner join files on changed.side = files.side and changed.report_id = files.report_id
inner join touched
    on files.programme = touched.programme
    and files.file_name = touched.file_name
    and files.sha256 = touched.sha256
    and files.is_out = touched.is_out
where not files.is_out
group by files.programme
"""
_SIDES = (BEFORE, AFTER)


@dataclass(frozen=True)
class Region:
    """A region as a release names it."""

    zh: str
    en: str
    level: str
    above: str | None


@dataclass(frozen=True)
class Kpi:
    """A KPI as a release names it."""

    programme: str
    zh: str
    en: str
    unit: str
    unit_zh: str
    unit_en: str


@dataclass(frozen=True)
class Compared:
    """Two releases held against each other: every value or status that differs, and what was done between them.

    `regions` names each region and the one above it, as the later release knows them; `kpis` likewise what a KPI is called and its unit.
    """

    changes: list[dict[str, Any]]
    what: WhatChanged
    regions: dict[str, Region]
    kpis: dict[str, Kpi]


def kpi_changes(before: Path, after: Path, built: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The changes of `compared`."""
    return compared(before, after, built).changes


def compared(before: Path, after: Path, built: Collection[str] | None = None) -> Compared:
    """KPI values and statuses that differ between two release files, largest relative change of a value first, and why.

    Each change has kpi, programme, region, period, origin, category, before, after, status_before, status_after, target_before,
    target_after, weight, causes, files. A value that is missing on one side is None there, its status `no_data`. `is_small` says
    that screens must not show the numbers: either release hides the cell. `weight` is how much of the nation a change is. `causes`
    are definition, target, code, list and file, as far as they may have changed it; `files` are those of the programme whose rows
    count in one of the two only.
    `built` names the relations of `after` that are not copies of those of `before`; without it everything is compared.
    """
    connection = duckdb.connect()
    try:
        for name, path in zip(_SIDES, (before, after), strict=True):
            connection.execute(f"attach '{_quoted(path)}' as {name} (read_only)")
        marts = _marts(connection)
        if built is not None:
            kept = {name for name in marts[BEFORE] & marts[AFTER] if name not in built}
            marts = {side: names - kept for side, names in marts.items()}
        what = what_changed.between(connection)
        regions, kpis = _regions(connection), _kpis(connection)
        if not any(marts.values()):
            return Compared([], what, regions, kpis)
        files = _files(connection)
        cursor = connection.execute(
            _CHANGES.format(
                hidden=_hidden(connection),
                before=_values(BEFORE, marts[BEFORE]),
                after=_values(AFTER, marts[AFTER]),
            )
        )
        names = [column[0] for column in cursor.description or []]
        changes = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        connection.close()
    causes: dict[str, list[str]] = {}
    for change in changes:
        kpi = change["kpi"]
        if kpi not in causes:
            causes[kpi] = what.causes_of(kpi, change["programme"])
        change["files"] = files.get(change["programme"], []) if change["before"] != change["after"] else []
        # A target moves no value, only what is said of it.
        is_turned = change["status_before"] != change["status_after"]
        own = [cause for cause in causes[kpi] if cause != "target" or is_turned]
        change["causes"] = [*own, *(["file"] if change["files"] else [])]
    return Compared(changes, what, regions, kpis)


def _regions(connection: duckdb.DuckDBPyConnection) -> dict[str, Region]:
    rows = connection.execute(
        f"select region_code, short_name, name_en, region_level, nullif(parent_code, '') from {AFTER}.main.dim_region"  # noqa: S608
    ).fetchall()
    return {code: Region(zh, en, level, above if above != code else None) for code, zh, en, level, above in rows}


def _kpis(connection: duckdb.DuckDBPyConnection) -> dict[str, Kpi]:
    found: dict[str, Kpi] = {}
    for side in _SIDES:
        rows = connection.execute(
            f"select kpi, programme, label_zh, label_en, unit, unit_zh, unit_en from {side}.main.dim_kpi order by sort_order"  # noqa: S608
        ).fetchall()
        found |= {kpi: Kpi(*rest) for kpi, *rest in rows}
    return found


def _files(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """By programme, the files that made a difference."""
    standing = " union all ".join(
        f"select '{side}' as side, submission_id, report_id from {side}.main.fct_submissions"  # noqa: S608
        for side in _SIDES
    )
    files = " union all ".join(
        f"select '{side}' as side, programme, file_name, sha256, report_id, status = 'refused' as is_out from {side}.main.dim_file"  # noqa: S608
        " where rows_in > 0"
        for side in _SIDES
    )
    return dict(connection.execute(_FILES.format(standing=standing, files=files)).fetchall())


def _marts(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """By side, the tables that hold the KPI values of one programme."""
    found = connection.execute(
        "select database_name, table_name from duckdb_tables()"
        " where table_name like 'mart\\_%\\_kpi\\_values' escape '\\' and table_name <> 'mart_published_kpi_values'"
    ).fetchall()
    return {side: {name for release, name in found if release == side} for side in _SIDES}


def _hidden(connection: duckdb.DuckDBPyConnection) -> str:
    """The KPI values that either release hides, as SQL; a release of an earlier programme does not say."""
    found = connection.execute(
        "select database_name, table_name from duckdb_tables() where table_name like 'mart\\_%\\_hidden\\_cells' escape '\\'"
    ).fetchall()
    parts = [
        f'select distinct kpis.kpi, cells.region, cells.period, cells.origin from {side}.main."{name}" as cells'  # noqa: S608
        " inner join after_release.main.dim_kpi as kpis on kpis.small_count_limit is not null"
        f" and kpis.programme = '{name.removeprefix('mart_').removesuffix('_hidden_cells')}'"
        for side, name in sorted(found)
    ]
    return " union ".join(parts) or "select null as kpi, null as region, null as period, null as origin where false"


def _values(side: str, marts: Collection[str]) -> str:
    # An empty side keeps the columns of the view of all programmes.
    parts = [f"select * from {side}.main.\"{mart}\" where period_grain <> 'span'" for mart in sorted(marts)]  # noqa: S608
    return " union all ".join([*parts, f"select * from {side}.main.mart_kpi_values where false"])  # noqa: S608


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
