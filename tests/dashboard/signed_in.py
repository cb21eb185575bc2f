"""Somebody signed in for tests, and a release in which the numbers of each province carry a mark of their own."""

from pathlib import Path

import duckdb

from warehouse.access.roles import Access, Grant

# What stands in every text and number of a province: 41 → 印41记 and 4141, as a share 414,100 %.
MARK_FACTOR = 101


def of(role: str, *regions: str, units: tuple[str, ...] = (), has_nation: bool = True) -> Access:
    """One role, in some regions or in all."""
    placed = regions or (() if role == "administrator" else None)
    return Access((Grant(role, placed, units),), has_nation)


def several(*accesses: Access) -> Access:
    """Roles that add up."""
    return Access(tuple(grant for one in accesses for grant in one.grants), any(one.has_nation for one in accesses))


def text_mark(province: str) -> str:
    """What stands in the texts of a province."""
    return f"印{province}记"


def number_marks(province: str) -> tuple[str, ...]:
    """How a number of a province may be written."""
    number = int(province) * MARK_FACTOR
    return (str(number), f"{number:,}", f"{number}00", f"{number * 100:,}")


def marking(path: Path) -> list[str]:
    """The statements that give the numbers and texts of each province in a release its mark, whatever relation holds them."""
    statements = []
    with duckdb.connect(str(path), read_only=True) as database:
        views = {
            row[0] for row in database.execute("select view_name from duckdb_views() where not internal").fetchall()
        }
        columns: dict[str, dict[str, str]] = {}
        for table, column, kind in database.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall():
            columns.setdefault(table, {})[column] = kind
        for table, there in columns.items():
            place = next((one for one in ("region", "region_code", "province_code") if one in there), None)
            is_told = table.startswith(("fct_", "mart_"))
            if table in views or place is None or not is_told or "hidden_cells" in table:
                continue
            changes = [
                f"{column} = case when {column} is not null then {MARK_FACTOR} * cast(left({place}, 2) as integer) end"
                for column in (
                    "value",
                    "numerator",
                    "persons",
                    "visits",
                    "events",
                    "settled",
                    "amount_yuan",
                    "volunteers",
                )
                if there.get(column) in ("DOUBLE", "BIGINT", "INTEGER")
            ]
            changes += [
                f"{column} = '印' || left({place}, 2) || '记'"
                for column in ("reporting_unit", "studio_name", "project_name", "team_name", "remarks", "sentence_zh")
                if there.get(column) == "VARCHAR"
            ]
            if changes:
                statements.append(f"update {table} set {', '.join(changes)} where {place} like '__%'")
    return statements
