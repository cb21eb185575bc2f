"""Makes a built database fit to be published: nothing in it reads a file, or names the database that it was built in."""

import duckdb

from warehouse.build import reads


def seal(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Make a built database, the one in use on the connection, fit to be read under any name and without its landing files.

    Views over the landing folder go, because readers may not look there; the others must not name the database they were built in.
    """
    views = connection.execute(
        "select view_name, sql from duckdb_views() where not internal and database_name = ?", [database]
    ).fetchall()
    for name, sql in views:
        definition = sql.split(" AS ", 1)[1]
        if any(mention.name is None for mention in reads.mentions(definition)):
            connection.execute(f'drop view "{name}"')
        else:
            definition = definition.replace(f"{database}.main.", "")
            connection.execute(f'create or replace view "{name}" as {definition}')
