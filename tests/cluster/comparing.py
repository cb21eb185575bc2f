"""Two releases that must be the same: every table, every row, both ways."""

from pathlib import Path

import duckdb


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two release files, a line for each table: its being there, its columns and types, its rows."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        columns = {
            name: dict(
                connection.execute(
                    "select table_name, list(column_name || ' ' || data_type order by column_index)"
                    " from duckdb_columns() where database_name = ? and schema_name = 'main' group by table_name",
                    [name],
                ).fetchall()
            )
            for name in ("one", "other")
        }
        found = []
        for table in sorted({*columns["one"], *columns["other"]}):
            ours, theirs = columns["one"].get(table), columns["other"].get(table)
            if ours != theirs:
                found.append(f"{table}: {ours} / {theirs}")
                continue
            for left, right in (("one", "other"), ("other", "one")):
                # `except all` counts rows, so that one too many is seen as well.
                rows = connection.execute(
                    f'select * from {left}.main."{table}" except all select * from {right}.main."{table}" limit 3'
                ).fetchall()
                if rows:
                    found.append(f"{table}: only in {left}: {rows}")
    return found


def row_counts(path: Path) -> dict[str, int]:
    """Rows by table."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: connection.execute(f'select count(*) from "{name}"').fetchall()[0][0] for name in names}
