"""The dbt project as this package runs it: parsed and compiled once for each state of its files, unit tests on request."""

import contextlib
import gc
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.settings import CHECKOUT, Settings
from warehouse.settings import DBT_PROJECT as DBT_PROJECT
from warehouse.system.scratch import folder as scratch_folder

# What of the dbt project a build needs; the rest is what dbt leaves behind where an analyst runs it.
PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")

# dbt writes the database's name, taken from the file's, into every relation.
DATABASE_NAME = "unionboard"

# Where rows lie and what day it is are put in when the SQL is run, so that one compilation serves every home on every day.
LANDING = "@landing@"
TODAY = "@today@"

# The target of profiles.yml for a cluster, and the schema that stands in statements compiled for it: each build has one of its own.
SPARK = "spark"
SCHEMA = "at_unionboard_schema"

SHIPPED_REFERENCE = CHECKOUT / "seeds" / "reference"


class BuildError(Exception):
    """The models did not compile or did not build; the message says which and why."""


def in_use() -> Path:
    """The dbt project that is run: the checkout's."""
    return DBT_PROJECT


def use(folder: Path) -> None:
    """Run another dbt project, as the parent of this process does."""
    global DBT_PROJECT
    DBT_PROJECT = folder


def models_fingerprint(project: Path | None = None) -> str:
    """A digest of all that decides what SQL dbt makes: models, macros, tests, and the versions of dbt and of the engine."""
    root = project or DBT_PROJECT
    return _digest(root, _standing(root))


def reference_lists(settings: Settings) -> dict[str, Path]:
    """The reference lists by name: those of the seeds folder, and the shipped ones where it has none."""
    found = {path.stem: path for path in SHIPPED_REFERENCE.glob("*.csv")}
    return found | {path.stem: path for path in settings.reference.glob("*.csv")}


def compile_nodes(settings: Settings, target: str = "duckdb") -> list[Any]:
    """Every node as dbt compiles it for an engine, with LANDING (or SCHEMA) and TODAY in the SQL.

    Raises BuildError when the project cannot be parsed or compiled.
    """
    with scratch_folder() as scratch:
        database = Path(scratch) / f"{DATABASE_NAME}.duckdb"
        # Nothing is asked of the database: what a model says depends on the project's files alone.
        arguments = ["compile", "--no-introspect", "--no-populate-cache", "--target", target]
        # A manifest is parsed for one target; only that of DuckDB is asked for more than once.
        manifest = _parsed(settings, Path(scratch)) if target == "duckdb" else None
        results = _invoke(arguments, settings, database, TODAY, manifest, Path(scratch))
    nodes = [result.node for result in results]
    for node in nodes:
        if node.resource_type != "seed":
            node.compiled_code = (node.compiled_code or "").replace(str(settings.landing), LANDING)
    return nodes


def unit_tested(settings: Settings) -> list[str]:
    """Names of the models that have unit tests."""
    with scratch_folder() as scratch:
        manifest = _parsed(settings, Path(scratch))
    return sorted({test.model for test in manifest.unit_tests.values()})


def run_unit_tests(settings: Settings, database: Path) -> list[str]:
    """What fails of the models' unit tests, as name and message; `database` is a built one, only its columns are read."""
    with scratch_folder() as scratch:
        arguments = ["test", "--select", "test_type:unit"]
        manifest = _parsed(settings, Path(scratch))
        results = _invoke(arguments, settings, database, settings.today.isoformat(), manifest, Path(scratch))
    return [f"{result.node.name}: {result.message}" for result in results if str(result.status) != "pass"]


_manifests: dict[tuple[str, Path], Any] = {}


def _parsed(settings: Settings, scratch: Path) -> Any:
    """The parsed project; a process parses once for each state of its files."""
    key = (models_fingerprint(), settings.landing)
    if key not in _manifests:
        _manifests.clear()
        database = scratch / f"{DATABASE_NAME}.duckdb"
        _manifests[key] = _invoke(["parse"], settings, database, TODAY, None, scratch)
    return _manifests[key]


def _invoke(
    arguments: Sequence[str], settings: Settings, database: Path, today: str, manifest: Any, scratch: Path
) -> Any:
    with _uncollected():
        return _run_dbt(arguments, settings, database, today, manifest, scratch)


def _run_dbt(
    arguments: Sequence[str], settings: Settings, database: Path, today: str, manifest: Any, scratch: Path
) -> Any:
    # dbt takes seconds to import; only the process that compiles needs it (warehouse/build/dbt_process.py).
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    common = [
        *("--project-dir", str(DBT_PROJECT)),
        *("--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(scratch / "target")),
        *("--log-path", str(settings.logs)),
        *("--threads", "1"),
        "--no-write-json",
        "--no-use-colors",
        "--quiet",
    ]
    environment = {
        "UNIONBOARD_DATABASE": str(database),
        "UNIONBOARD_LANDING": str(settings.landing),
        "UNIONBOARD_TODAY": today,
        "UNIONBOARD_SPARK_SCHEMA": SCHEMA,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    # What dbt prints would come between our answers.
    try:
        with _environment(environment), contextlib.redirect_stdout(io.StringIO()):
            outcome = dbtRunner(manifest=manifest).invoke([*arguments, *common])
    finally:
        # The adapter keeps the database open for the process's next run; a candidate must be closed to be published.
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None:
        raise BuildError(str(outcome.exception).strip())
    results = outcome.result
    broken = [
        f"{result.node.original_file_path}: {result.message}"
        for result in (results if arguments[0] == "compile" else [])
        if str(result.status) == "error"
    ]
    if broken:
        raise BuildError("\n".join(broken))
    return results


def _standing(root: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Path, size, time and inode of every file that decides what SQL dbt makes."""
    found = []
    for part in PARTS:
        for place, _, names in os.walk(root / part) if (root / part).is_dir() else [(str(root), [], [part])]:
            for name in names:
                path = os.path.join(place, name)
                state = os.stat(path)
                found.append((path, state.st_size, state.st_mtime_ns, state.st_ino))
    return tuple(sorted(found))


@lru_cache(maxsize=4)
def _digest(root: Path, standing: tuple[tuple[str, int, int, int], ...]) -> str:
    """Read once for each state of the files, because one refresh asks several times."""
    digest = hashlib.sha256(_versions().encode())
    for name, *_ in standing:
        path = Path(name)
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _versions() -> str:
    from importlib.metadata import version

    return " ".join(f"{name} {version(name)}" for name in ("dbt-core", "dbt-duckdb", "duckdb"))


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: dbt makes millions of small objects and keeps them; looking through them takes a fifth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
