"""Questions of analysts: read-only SQL on a copy that holds what may be asked, with limits of time, memory and rows."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from dashboard.data import descriptions
from dashboard.data.caching import per_release
from warehouse import settings as warehouse_settings

SECONDS = 10.0
ROWS = 5_000
MEMORY = "512MB"
# A copy is for asking on the side; what is larger is asked on the command line.
LARGEST_TABLE = 2_000_000
_MARTS = ("mart_kpi_values", "mart_reporting", "mart_orphans", "mart_cross_checks")
_DIMENSIONS = ("dim_kpi", "dim_programme", "dim_region", "dim_period", "dim_file", "bridge_region_ancestor")
_FACTS = ("fct_published_figures", "fct_kpi_targets")
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
_copying = threading.Lock()


class Refused(Exception):
    """A question that is not answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """The rows of an answer; `is_cut` says that there were more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool
    seconds: float


@dataclass(frozen=True)
class Column:
    """A column that can be asked for, with its type and what it means."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Relation:
    """A table that can be asked, with what one row is."""

    name: str
    description: str
    columns: tuple[Column, ...]


def ask(release_id: str, sql: str, seconds: float = SECONDS) -> Answer:
    """The answer to one SELECT.

    Raises Refused when it is not a single SELECT or runs longer than `seconds`, duckdb.Error when the engine cannot answer it.
    """
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise Refused("one_statement")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("only_select")
    with _copy(release_id).cursor() as cursor:
        late = threading.Event()

        def stop() -> None:
            late.set()
            cursor.interrupt()

        timer = threading.Timer(seconds, stop)
        begun = time.monotonic()
        timer.start()
        try:
            cursor.execute(statements[0])
            rows = cursor.fetchmany(ROWS + 1)
        except duckdb.InterruptException:
            raise Refused("too_long") from None
        finally:
            timer.cancel()
        if late.is_set():
            raise Refused("too_long")
        columns = tuple(column[0] for column in cursor.description or ())
    return Answer(columns, tuple(rows[:ROWS]), len(rows) > ROWS, time.monotonic() - begun)


@per_release(2)
def relations(release_id: str) -> tuple[Relation, ...]:
    """What can be asked, marts first, with the words of the models' YAML."""
    with _copy(release_id).cursor() as cursor:
        found = cursor.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by table_name, column_index"
        ).fetchall()
    described = descriptions.of_models()
    columns: dict[str, list[Column]] = {}
    for table, column, data_type in found:
        words = described.get(table, ("", {}))[1]
        columns.setdefault(table, []).append(Column(column, data_type, words.get(column, "")))
    order = {name: place for place, name in enumerate((*_MARTS, *_DIMENSIONS, *_FACTS))}
    return tuple(
        Relation(name, described.get(name, ("", {}))[0], tuple(columns[name]))
        for name in sorted(columns, key=lambda name: (order.get(name, len(order)), name))
    )


@st.cache_resource(max_entries=2, on_release=lambda database: database.close(), show_spinner=False)
def _copy(release_id: str) -> duckdb.DuckDBPyConnection:
    """The copy, opened so that it can neither write, nor read files, nor change a setting."""
    settings = warehouse_settings.load()
    path = settings.home / "asking" / f"{release_id}.duckdb"
    with _copying:
        if not path.exists():
            _make(settings.releases / f"{release_id}.duckdb", path)
    return duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "memory_limit": MEMORY,
            "threads": 1,
            "max_temp_directory_size": "0B",
            "lock_configuration": "true",
        },
    )


def _make(release: Path, path: Path) -> None:
    """Copy what may be asked: KPI values without those of hidden cells, the lists, and facts of which nothing is hidden."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished)) as database:
        database.execute("attach ? as release (read_only)", [str(release)])
        for name in _allowed(database):
            database.execute(f'create table "{name}" as {_selection_of(database, name)}')
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
        if name not in (*_MARTS, *_DIMENSIONS, *_FACTS) and (not is_fact or name in hiding):
            continue
        size = database.execute(f'select count(*) from release.main."{name}"').fetchone()  # noqa: S608
        if size and size[0] <= LARGEST_TABLE:
            chosen.append(name)
    return chosen


def _selection_of(database: duckdb.DuckDBPyConnection, name: str) -> str:
    source = f'release.main."{name}"'
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
