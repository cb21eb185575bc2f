"""What tables and columns mean, kept in the release itself: whoever reads it with another tool finds the words of contract and models."""

from collections.abc import Iterable

import duckdb

from warehouse.build.plan import Node


def write(connection: duckdb.DuckDBPyConnection, nodes: Iterable[Node]) -> None:
    """Comments on the tables and views of the database in use and on their tables' columns, where they do not say so yet."""
    known = {node.name: (node.description, dict(node.columns)) for node in nodes if node.kind != "test"}
    statements = []
    for kind in ("table", "view"):
        for name, comment in connection.execute(
            f"select {kind}_name, comment from duckdb_{kind}s() where database_name = current_database() and not internal"  # noqa: S608
        ).fetchall():
            said = known.get(name, ("", {}))[0]
            if said and comment != said:
                statements.append(f'comment on {kind} "{name}" is {_text(said)}')
    for table, column, comment in connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where database_name = current_database()"
        " and not internal and table_name in (select table_name from duckdb_tables() where database_name = current_database())"
    ).fetchall():
        meaning = known.get(table, ("", {}))[1].get(column, "")
        if meaning and comment != meaning:
            statements.append(f'comment on column "{table}"."{column}" is {_text(meaning)}')
    if statements:
        connection.execute(";\n".join(statements))


def _text(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"
