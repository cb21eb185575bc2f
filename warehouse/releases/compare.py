"""What changed between two releases: every KPI value that differs, largest relative change first."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

_CHANGES = """
with hidden as (
    {hidden}
),
before as (
    {before}
),
after as (
    {after}
)
select
    coalesce(after.kpi, before.kpi) as kpi,
    coalesce(after.programme, before.programme) as programme,
    coalesce(after.region, before.region) as region,
    coalesce(after.period, before.period) as period,
    coalesce(after.origin, before.origin) as origin,
    coalesce(after.category, before.category) as category,
    before.value as before,
    after.value as after,
    hidden.kpi is not null as is_small,
    abs(coalesce(after.value, 0) - coalesce(before.value, 0))
        / greatest(abs(coalesce(before.value, 0)), abs(coalesce(after.value, 0)), 1e-12) as relative_change
from before
full outer join after
    on before.kpi = after.kpi and before.region = after.region and before.period = after.period
    and before.origin = after.origin and before.category is not distinct from after.category
left join hidden
    on coalesce(after.kpi, before.kpi) = hidden.kpi and coalesce(after.region, before.region) = hidden.region
    and coalesce(after.period, before.period) = hidden.period and coalesce(after.origin, before.origin) = hidden.origin
where before.value is distinct from after.value
order by relative_change desc, abs(coalesce(after.value, 0) - coalesce(before.value, 0)) desc, kpi, region, period
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
_SIDES = ("before_release", "after_release")


def kpi_changes(before: Path, after: Path, built: Collection[str] | None = None) -> list[dict[str, Any]]:
    """KPI values that differ between two release files: kpi, programme, region, period, origin, category, before, after, files.

    A value that is missing on one side is None there. `is_small` says that screens must not show the numbers: either release
    hides the cell. `files` are those of the programme whose rows count in one of the two only; a refused file has none.
    `built` names the relations of `after` that are not copies of those of `before`; without it everything is compared.
    """
    connection = duckdb.connect()
    try:
        for name, path in (("before_release", before), ("after_release", after)):
            connection.execute(f"attach '{_quoted(path)}' as {name} (read_only)")
        marts = _marts(connection)
        if built is not None:
            kept = {name for name in marts["before_release"] & marts["after_release"] if name not in built}
            marts = {side: names - kept for side, names in marts.items()}
        if not any(marts.values()):
            return []
        files = _files(connection)
        cursor = connection.execute(
            _CHANGES.format(
                hidden=_hidden(connection),
                before=_values("before_release", marts["before_release"]),
                after=_values("after_release", marts["after_release"]),
            )
        )
        names = [column[0] for column in cursor.description or []]
        changes = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        connection.close()
    for change in changes:
        del change["relative_change"]
        change["files"] = files.get(change["programme"], [])
    return changes


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
    return {side: {name for release, name in found if release == side} for side in ("before_release", "after_release")}


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
