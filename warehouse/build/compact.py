"""Keeps a release as large as what it holds: a file that is mostly left by what was there before is written anew."""

import contextlib
import tempfile
from pathlib import Path

import duckdb

from warehouse.system import machine

# What may be free of a file, beside what is taken of it; to write it anew costs seconds for every hundred megabytes that stay.
MOST_FREE = 0.2


def is_loose(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    """Whether more of the database's file is free than may be; ask after a checkpoint."""
    rows = connection.execute(
        "select used_blocks, free_blocks from pragma_database_size() where database_name = ?", [database]
    ).fetchall()
    return any(free > used * MOST_FREE for used, free in rows)


def write_anew(database: Path, memory_mb: int) -> None:
    """Write a database that nobody has open into a new file of the same content and name.

    It stays as it is, and as large, where there is not enough memory for that. Raises duckdb.Error on a full disk.
    """
    with tempfile.TemporaryDirectory(dir=database.parent) as folder, contextlib.suppress(duckdb.OutOfMemoryException):
        packed = Path(folder) / database.name
        with duckdb.connect(
            config={
                "temp_directory": folder,
                "memory_limit": f"{memory_mb}MB",
                "threads": str(machine.threads(memory_mb)),
            }
        ) as connection:
            for name, path, mode in (("loose", database, " (read_only)"), ("packed", packed, "")):
                quoted = str(path).replace("'", "''")
                connection.execute(f"attach '{quoted}' as {name}{mode}")
            connection.execute("copy from database loose to packed")
            # Said here, because a disk that is full when the connection closes is not told to anybody.
            connection.execute("checkpoint packed")
        packed.replace(database)
