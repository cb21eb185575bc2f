"""A release as one scope sees it: views that hold its rows and no others, under the names that everything asks.

A relation is narrowed by the region its rows name. One that names none, and is not among the lists known to hold no region's numbers, is
empty for a scope of some regions: a model that is added tomorrow is closed until it says where its rows belong.

The nation as a line of reference is the sum of everybody; whoever knows some of its parts can subtract them. It is shown only where at
least OUTSIDERS provinces outside of the scope stand behind it, in its own period and in every period within it
(docs/decisions/0033-scopes.md).
"""

from pathlib import Path

import duckdb

from warehouse.access.scopes import NATION, Scope
from warehouse.releases import earlier_releases

OUTSIDERS = 3
MEMORY = "1GB"
# Lists that everybody may see: definitions, calendars, and the names of places as anybody can look them up.
LISTS = frozenset(
    {
        "bridge_month_period",
        "dim_kpi",
        "dim_period",
        "dim_picture",
        "dim_programme",
        "dim_word",
        "former_regions",
        "functional_zones",
        "int_core__data_ends",
        "programmes",
        "provinces",
        "region_exceptions",
        "regions",
        "release_limits",
        "reporting_calendar",
    }
)
# Rules that hold for a region and are set above it, and what happened there.
_RULES = frozenset({"fct_kpi_targets", "targets", "events"})
_OWN = "(select region_code from scope_regions)"
_ABOVE = "(select region_code from scope_lineage)"


def opened(path: Path, scope: Scope) -> duckdb.DuckDBPyConnection:
    """The release, read-only, as this scope sees it. Raises duckdb.Error when it cannot be read."""
    database = duckdb.connect(config={"memory_limit": MEMORY})
    database.execute("attach ? as release (read_only)", [str(path)])
    source = "release.main"
    if earlier_releases.is_earlier(database):
        database.execute("create schema earlier")
        database.execute("set schema = 'earlier'")
        earlier_releases.create_views(database)
        database.execute("set schema = 'main'")
        source = "memory.earlier"
    create_views(database, scope, source)
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


def create_views(database: duckdb.DuckDBPyConnection, scope: Scope, source: str) -> None:
    """Every relation of `source` (catalog.schema) under its own name in the schema in use, with the rows of the scope."""
    catalog, _, schema = source.partition(".")
    found = database.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ? and schema_name = ?"
        " order by table_name, column_index",
        [catalog, schema],
    ).fetchall()
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table, []).append(column)
    _create_regions(database, scope, source)
    _create_nation(database, scope, source, columns)
    for name, there in columns.items():
        selected, condition = _seen(name, there, "fct_submissions" in columns)
        database.execute(
            f"create view {_quoted(name)} as select {selected} from {source}.{_quoted(name)} as relation where {condition}"  # noqa: S608
        )


def _create_regions(database: duckdb.DuckDBPyConnection, scope: Scope, source: str) -> None:
    """The regions of the scope with all below them, those above them, and the provinces they lie in."""
    roots = list(scope.regions or ())
    database.execute(
        "create table scope_regions as select region_code from (values ('')) as none (region_code) where false"
    )
    database.execute(
        f"""
        insert into scope_regions
        select distinct region_code from {source}.dim_region
        where list_contains($roots, region_code) or list_contains($roots, prefecture_code)
            or list_contains($roots, province_code || '0000') or list_contains($roots, parent_code)
        """,  # noqa: S608
        {"roots": roots},
    )
    database.execute(
        f"""
        create table scope_lineage as
        select distinct above.region_code
        from {source}.dim_region as own
        inner join {source}.dim_region as above
            on above.region_code in (own.parent_code, own.prefecture_code, own.province_code || '0000', '{NATION}')
        where own.region_code in {_OWN}
        union
        select '{NATION}' as region_code
        """  # noqa: S608
    )
    database.execute(
        f"""
        create table scope_provinces as
        select distinct province_code || '0000' as region_code from {source}.dim_region
        where region_code in {_OWN} and province_code is not null
        """  # noqa: S608
    )


def _create_nation(
    database: duckdb.DuckDBPyConnection, scope: Scope, source: str, columns: dict[str, list[str]]
) -> None:
    """The nation's values (KPI, origin, period, category) that give no other region away."""
    database.execute("create table scope_nation (kpi varchar, origin varchar, period varchar, is_category boolean)")
    if not scope.has_nation or not scope.regions or "mart_kpi_values" not in columns:
        return
    # A period as the months it holds, so that one can be asked whether it lies within another.
    first = """case when period = 'all' then 0 when period like '%..%' or period like '____-__' then
        cast(left(period, 4) as integer) * 12 + cast(substr(period, 6, 2) as integer)
        when period like '____Q_' then cast(left(period, 4) as integer) * 12 + cast(right(period, 1) as integer) * 3 - 2
        else cast(left(period, 4) as integer) * 12 + 1 end"""
    last = """case when period = 'all' then 999999 when period like '%..%' or period like '____-__' then
        cast(left(right(period, 7), 4) as integer) * 12 + cast(right(period, 2) as integer)
        when period like '____Q_' then cast(left(period, 4) as integer) * 12 + cast(right(period, 1) as integer) * 3
        else cast(left(period, 4) as integer) * 12 + 12 end"""
    database.execute(
        f"""
        insert into scope_nation
        with cells as (
            select kpi, origin, period, category,
                count(*) filter (
                    where region like '__0000' and region <> '{NATION}' and value is not null
                    and coalesce(numerator, value) <> 0
                    and region not in (select region_code from scope_provinces)
                ) as outsiders,
                count(*) filter (where region = '{NATION}') as nations
            from {source}.mart_kpi_values
            where region like '__0000' and origin <> 'published'
            group by all
        ),
        placed as (
            select kpi, origin, period, category is not null as is_category, outsiders < {OUTSIDERS} as is_telling,
                {first} as first_month, {last} as last_month
            from cells where nations > 0
        ),
        telling as (select distinct * from placed where is_telling)
        select distinct kpi, origin, period, is_category
        from placed
        where not is_telling and not exists (
            select 1 from telling
            where telling.kpi = placed.kpi and telling.origin = placed.origin and telling.is_category = placed.is_category
                and telling.first_month >= placed.first_month and telling.last_month <= placed.last_month
        )
        and not (is_category and exists (
            select 1 from telling
            where telling.kpi = placed.kpi and telling.origin = placed.origin and telling.is_category
        ))
        """  # noqa: S608 - constants of this module
    )
    # What was published of the nation was published, and is no sum of what lies here.
    database.execute(
        f"""
        insert into scope_nation
        select distinct kpi, origin, period, category is not null from {source}.mart_kpi_values
        where region = '{NATION}' and origin = 'published'
        """  # noqa: S608
    )


def _seen(name: str, columns: list[str], has_submissions: bool) -> tuple[str, str]:
    """Which columns and which rows of a relation a scope of some regions sees."""
    there = set(columns)
    if name in LISTS:
        return "*", "true"
    if name == "dim_region":
        return "*", f"region_code in {_OWN} or region_code in {_ABOVE}"
    if name == "bridge_region_ancestor":
        return "*", f"region_code in {_OWN} and ancestor_code in {_OWN}"
    if name in _RULES:
        return "*", f"region_code in {_OWN} or region_code in {_ABOVE}"
    if name.endswith("kpi_values") and {"kpi", "region", "period", "origin", "category"} <= there:
        shown = "(select (kpi, origin, period, is_category) from scope_nation)"
        nation = f"(region = '{NATION}' and (kpi, origin, period, category is not null) in {shown})"
        return "*", f"region in {_OWN} or {nation}"
    if name == "dim_file":
        return "*", _FILES if has_submissions else "false"
    if name == "mart_reporting":
        is_whole = f"province_code || '0000' in {_OWN}"
        counts = [column for column in ("row_count", "reporting_units", "received_at") if column in there]
        emptied = ", ".join(f"case when {is_whole} then {column} end as {column}" for column in counts)
        replaced = f"* replace ({emptied})" if counts else "*"
        # Whether a province has reported is what an office below it is reminded of; how much, is not its own.
        return replaced, "province_code || '0000' in (select region_code from scope_provinces)"
    if name == "mart_record_claims":
        # It names another unit and its file.
        return "*", "false"
    for column in ("region", "region_code"):
        if column in there:
            return "*", f"relation.{column} in {_OWN}"
    if "province_code" in there:
        return "*", f"relation.province_code || '0000' in {_OWN}"
    return "*", "false"


# Files all of whose submissions are the scope's own: of a file that holds others too, the counts would tell of them.
_FILES = f"""
    report_id in (select report_id from release.main.fct_submissions where region_code in {_OWN})
    and report_id not in (
        select report_id from release.main.fct_submissions where report_id is not null
        and (region_code is null or region_code not in {_OWN})
    )
"""  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
