"""How a release was worked out, kept in it: models, macros and tests, so that two releases can be held against each other."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from warehouse.build import project

TABLE = "dim_code"


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """One row per file of the dbt project (path, digest, text) into the database in use; nothing is touched where it says so already."""
    files = {path: (hashlib.sha256(text.encode()).hexdigest(), text) for path, text in _files(project.in_use())}
    held = "select 1 from duckdb_tables() where table_name = ? and database_name = current_database()"
    if connection.execute(held, [TABLE]).fetchall():
        known = dict(connection.execute(f"select path, sha256 from {TABLE}").fetchall())  # noqa: S608
        if known == {path: digest for path, (digest, _) in files.items()}:
            return
    connection.execute(f"create or replace table {TABLE} (path varchar, sha256 varchar, content varchar)")
    columns = [list(files), *([one[place] for one in files.values()] for place in (0, 1))]
    connection.execute(f"insert into {TABLE} select unnest(?), unnest(?), unnest(?)", columns)


def _files(root: Path) -> Iterable[tuple[str, str]]:
    for part in project.PARTS:
        place = root / part
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix in (".sql", ".yml"):
                yield (
                    f"dbt_project/{path.relative_to(root).as_posix()}",
                    path.read_text(encoding="utf-8", errors="replace"),
                )
