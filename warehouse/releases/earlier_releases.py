"""Releases that an earlier version of the programme published, opened as the pages know releases: "as it was" still opens.

Such a release has no states of registers, no keys of records and no decision on small counts. What pages ask for and it does not have is
put beside it as views: a state that always held, the number of a record for its key, and, of KPIs that hid small counts, the few
by themselves.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

# What a mart may lack, and what of its own columns says it instead: the column, what it takes, and the expression.
_BESIDES = (
    ("state_from", (), "date '1990-01-01'"),
    ("state_to", (), "null::date"),
    ("is_ready", ("ready_since",), "ready_since is not null"),
    ("site_region_code", ("site_name", "region_code"), "region_code"),
    ("is_reported", ("is_on_register",), "true"),
)
_IDENTIFIED = re.compile(r"(\w+)_id")
_VALUES = {
    "is_backfilled": "false",
    "reported_units": "null::integer",
    "due_units": "null::integer",
    "reported_from": "null::varchar",
    "reported_to": "null::varchar",
}


def is_earlier(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether an open release knows no decision on small counts."""
    found = database.execute(
        "select count(*) filter (where table_name = 'dim_kpi') > 0"
        " and count(*) filter (where column_name = 'small_count_limit') = 0 from duckdb_columns() where not internal"
    ).fetchone()
    return bool(found and found[0])


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """The release of an earlier version, read-only, with the relations that pages ask for. Raises duckdb.Error when it cannot be read."""
    database = duckdb.connect()
    database.execute("attach ? as release (read_only)", [str(path)])
    create_views(database)
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


def create_views(database: duckdb.DuckDBPyConnection) -> None:
    """The relations of an attached `release` of an earlier version, with what it does not have, in the schema in use."""
    columns: dict[str, set[str]] = {}
    for table, column in database.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'release'"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    hiding = _hiding(database, columns.get("dim_kpi", set()))
    for name in columns:
        selected = _selected(name, columns, hiding)
        database.execute(f'create view "{name}" as select {selected} from release.main."{name}" as relation')  # noqa: S608
    for programme in sorted({programme for programme, _ in hiding}):
        database.execute(
            f"create view mart_{programme}_hidden_cells as"  # noqa: S608 - names of the release itself
            " select distinct origin, region, period, 'few' as reason, true as has_values"
            f" from mart_{programme}_kpi_values where is_hidden"
        )


def _hiding(database: duckdb.DuckDBPyConnection, there: set[str]) -> list[tuple[str, str]]:
    """Programme and code of the KPIs that hid small counts."""
    if "mask_below" not in there:
        return []
    return database.execute("select programme, kpi from release.main.dim_kpi where mask_below is not null").fetchall()


def _selected(name: str, columns: Mapping[str, set[str]], hiding: list[tuple[str, str]]) -> str:
    there = columns[name]
    if name == "dim_kpi":
        limit = "mask_below" if "mask_below" in there else "null::integer"
        answers = "null::varchar as answer_table, null::varchar as answer_covers"
        return f"*, {limit} as small_count_limit, '' as small_count_noun_zh, '' as small_count_noun_en, {answers}"
    if name.endswith("kpi_values"):
        return ", ".join(["*", *_values(there, hiding)])
    return ", ".join(["*", *_missing(_besides(name, columns), there)]) if name.startswith("mart_") else "*"


def _besides(mart: str, columns: Mapping[str, set[str]]) -> dict[str, str]:
    """What says of a mart's rows what they lack: fixed states, the number of a record for its key, the office its register names."""
    there = columns[mart]
    found = {column: said for column, taken, said in _BESIDES if there.issuperset(taken)}
    for thing in (match[1] for match in map(_IDENTIFIED.fullmatch, there) if match):
        found[f"{thing}_key"] = f"{thing}_id"
        wanted = {"origin", f"{thing}_id", "reporting_unit"}
        registers = [name for name in columns if name.endswith(f"_{thing}s") and columns[name] >= wanted]
        own = [
            name for name in registers if mart.startswith(name.removesuffix(f"_{thing}s").replace("fct_", "mart_", 1))
        ]
        if own and "origin" in there:
            found["reporting_unit"] = (
                f"(select max(register.reporting_unit) from release.main.{own[0]} as register"  # noqa: S608 - names of the release itself
                f" where register.origin = relation.origin and register.{thing}_id = relation.{thing}_id)"
            )
    return found


def _values(there: set[str], hiding: list[tuple[str, str]]) -> list[str]:
    besides = _missing(_VALUES, there)
    codes = ", ".join(f"'{kpi}'" for _, kpi in hiding) or "''"
    few = " or ".join(f"({column} > 0 and {column} < 5)" for column in ("numerator", "denominator", "rows"))
    besides.append(f"coalesce(kpi in ({codes}) and ({few}), false) as is_hidden")
    return [*besides, f"case when kpi in ({codes}) and ({few}) then 'few' end as hidden_reason"]


def _missing(besides: Mapping[str, str], there: set[str]) -> list[str]:
    return [f"{instead} as {column}" for column, instead in besides.items() if column not in there]
