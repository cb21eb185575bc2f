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

from dashboard.data import descriptions, masking
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
_SMALL = """
    kpis.mask_below is not null and values_.value is not null and (
        (values_.numerator > 0 and values_.numerator < kpis.mask_below)
        or (values_.denominator > 0 and values_.denominator < kpis.mask_below)
        or (values_.numerator is null and values_.denominator is null and values_.rows > 0 and values_.rows < kpis.mask_below)
    )
"""
_HIDDEN = ("numerator", "denominator", "value", "value_upper", "rows")
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
    """Copy what may be asked: KPI values with small counts hidden, the lists, and facts of which no KPI is masked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished)) as database:
        database.execute("attach ? as release (read_only)", [str(release)])
        database.execute("create temp table beside (kpi varchar, origin varchar, region varchar, period varchar)")
        beside = list(masking.beside_few(release.stem))
        if beside:
            database.execute(
                "insert into beside select unnest(?), unnest(?), unnest(?), unnest(?)", _columns_of(beside)
            )
        for name in _allowed(database):
            database.execute(f'create table "{name}" as {_selection_of(name)}')
        database.execute("detach release")
    os.replace(unfinished, path)
    for other in path.parent.glob("*.duckdb"):
        if other != path and other.stat().st_mtime < path.stat().st_mtime - 3600:
            with contextlib.suppress(OSError):
                other.unlink()


def _columns_of(places: list[masking.Place]) -> list[list[str]]:
    return [list(column) for column in zip(*places, strict=True)]


def _allowed(database: duckdb.DuckDBPyConnection) -> list[str]:
    names = [
        row[0]
        for row in database.execute(
            "select table_name from information_schema.tables where table_catalog = 'release'"
        ).fetchall()
    ]
    masked = {
        row[0]
        for row in database.execute(
            "select distinct programme from release.main.dim_kpi where mask_below is not null"
        ).fetchall()
    }
    chosen = []
    for name in sorted(names):
        # How many rows an office sent in a month is such a small count as well.
        is_fact = name.startswith("fct_") and name != "fct_submissions"
        is_masked = any(name.startswith(f"fct_{programme}_") for programme in masked)
        if name not in (*_MARTS, *_DIMENSIONS, *_FACTS) and (not is_fact or is_masked):
            continue
        size = database.execute(f'select count(*) from release.main."{name}"').fetchone()  # noqa: S608
        if size and size[0] <= LARGEST_TABLE:
            chosen.append(name)
    return chosen


def _selection_of(name: str) -> str:
    if name == "mart_reporting":
        return (
            "select reports.* replace (case when programme in (select programme from release.main.dim_kpi where mask_below is not null)"
            " then null else row_count end as row_count) from release.main.mart_reporting as reports"
        )
    if name != "mart_kpi_values":
        return f'select * from release.main."{name}"'  # noqa: S608
    small = f"({_SMALL} or (beside.kpi is not null and values_.category is null))"
    hidden = ", ".join(f"case when {small} then null else values_.{column} end as {column}" for column in _HIDDEN)
    return (
        f"select values_.* replace ({hidden}), coalesce({small}, false) as is_masked"  # noqa: S608
        " from release.main.mart_kpi_values as values_ inner join release.main.dim_kpi as kpis on values_.kpi = kpis.kpi"
        " left join beside on values_.kpi = beside.kpi and values_.origin = beside.origin"
        " and values_.region = beside.region and values_.period = beside.period"
    )
