"""The copy of a release that analysts ask: what pages may show of it and nothing else, so that no question finds more.

Made once a release by a process of its own (`python -m warehouse.releases.asking_copy RELEASE COPY`), so that the server does not grow.
"""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb

from warehouse.access.scopes import EVERYTHING, Scope
from warehouse.releases import scoped
from warehouse.settings import Settings

# Copies of another shape, made by an earlier programme, are not read.
SHAPE = 2
MEMORY = "1GB"
# A copy is for asking on the side; what is larger is asked on the command line.
LARGEST_TABLE = 2_000_000
_SEEN = "seen"
_COPY_SECONDS = 300
_copying = threading.Lock()
MARTS = ("mart_kpi_values", "mart_reporting", "mart_orphans", "mart_cross_checks")
DIMENSIONS = ("dim_kpi", "dim_programme", "dim_region", "dim_period", "dim_file", "bridge_region_ancestor")
FACTS = ("fct_published_figures", "fct_kpi_targets")
# What says which cell a value is of; everything else of a hidden one is empty.
KEYS = (
    "kpi",
    "programme",
    "region",
    "period",
    "period_grain",
    "origin",
    "category",
    "unit",
    "is_hidden",
    "hidden_reason",
)


class CopyError(Exception):
    """The copy could not be made; what its maker said last."""


def of(settings: Settings, release_id: str, release: Path, scope: Scope) -> Path:
    """The copy of a release, `release` being its file, for a scope; who comes first has it made. Raises CopyError."""
    name = ".".join(filter(None, (release_id, str(SHAPE), scope.key)))
    path = settings.home / "asking" / f"{name}.duckdb"
    with _copying:
        if not path.exists():
            _have_made(release, path, scope)
    return path


def _have_made(release: Path, path: Path, scope: Scope) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    narrowed = [] if scope.regions is None else [",".join(scope.regions), *(["nation"] if scope.has_nation else [])]
    command = [sys.executable, "-m", "warehouse.releases.asking_copy", str(release), str(path), *narrowed]
    made = subprocess.run(  # noqa: S603 - our own command
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=_COPY_SECONDS, check=False
    )
    if made.returncode != 0:
        raise CopyError(made.stderr.strip().rpartition("\n")[2])


def make(release: Path, path: Path, scope: Scope = EVERYTHING) -> None:
    """Copy what may be asked: KPI values without those of hidden cells, the lists, and facts of which nothing is hidden.

    Of a scope of some regions it holds their rows and no others.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished), config={"memory_limit": MEMORY, "threads": 1}) as database:
        database.execute("attach ? as release (read_only)", [str(release)])
        seen = "release.main"
        if not scope.is_everything:
            database.execute(f"create schema {_SEEN}")
            database.execute(f"set schema = '{_SEEN}'")
            scoped.create_views(database, scope, seen)
            database.execute("set schema = 'main'")
            seen = _SEEN
        for name in _allowed(database):
            database.execute(f'create table main."{name}" as {_selection_of(database, name, seen)}')
        database.execute(f"drop schema if exists {_SEEN} cascade")
        database.execute("detach release")
    unfinished.chmod(0o600)
    os.replace(unfinished, path)
    for other in path.parent.glob("*.duckdb"):
        if other != path and other.stat().st_mtime < path.stat().st_mtime - 3600:
            with contextlib.suppress(OSError):
                other.unlink()


def _allowed(database: duckdb.DuckDBPyConnection) -> list[str]:
    names = [
        row[0]
        for row in database.execute(
            "select table_name from information_schema.tables where table_catalog = 'release'"
        ).fetchall()
    ]
    sql = "select distinct fact_model from release.main.dim_kpi where small_count_limit is not null"
    hiding = {row[0] for row in database.execute(sql).fetchall()}
    chosen = []
    for name in sorted(names):
        # How many rows an office sent in a month is such a small count as well.
        is_fact = name.startswith("fct_") and name != "fct_submissions"
        if name not in (*MARTS, *DIMENSIONS, *FACTS) and (not is_fact or name in hiding):
            continue
        size = database.execute(f'select count(*) from release.main."{name}"').fetchone()  # noqa: S608
        if size and size[0] <= LARGEST_TABLE:
            chosen.append(name)
    return chosen


def _selection_of(database: duckdb.DuckDBPyConnection, name: str, seen: str) -> str:
    source = f'{seen}."{name}"'
    hiding = "select programme || '.' || table_name from release.main.dim_kpi where small_count_limit is not null"
    if name == "mart_kpi_values":
        columns = _columns_of(database, name)
        telling = [column for column in columns if column not in KEYS]
        hidden = ", ".join(f'case when not is_hidden then "{column}" end as "{column}"' for column in telling)
        # Which categories a hidden cell has tells who was there.
        return f"select * replace ({hidden}) from {source} where not (is_hidden and category is not null)"  # noqa: S608
    # How many rows a file or an office has of such a table, and which wait for their parent, are small counts as well.
    if name in ("dim_file", "mart_reporting"):
        counts = [
            column
            for column in _columns_of(database, name)
            if column.startswith(("rows_", "row_", "size", "reporting_units"))
        ]
        emptied = ", ".join(
            f"case when coalesce(programme || '.' || table_name, '') not in ({hiding}) then \"{column}\" end as \"{column}\""
            for column in counts
        )
        return f"select * replace ({emptied}) from {source}"  # noqa: S608
    if name == "mart_orphans":
        return f"select * from {source} where programme || '.' || table_name not in ({hiding})"  # noqa: S608
    return f"select * from {source}"  # noqa: S608


def _columns_of(database: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    sql = "select column_name from duckdb_columns() where database_name = 'release' and table_name = ? order by column_index"
    return [row[0] for row in database.execute(sql, [name]).fetchall()]


if __name__ == "__main__":
    given = sys.argv[3:]
    wanted = Scope(tuple(filter(None, given[0].split(","))), "nation" in given[1:]) if given else EVERYTHING
    make(Path(sys.argv[1]), Path(sys.argv[2]), wanted)
