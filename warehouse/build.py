"""Build a candidate release: run the dbt project over the landed rows into a new DuckDB file."""

import contextlib
import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.settings import CHECKOUT, DBT_PROJECT, Settings

# dbt writes the database's name, taken from the file's, into every relation; a manifest that is used again needs the same name.
DATABASE_FILE = "unionboard.duckdb"

MANIFESTS_KEPT = 3

# What of the dbt project a build needs; the rest is what dbt leaves behind where an analyst runs it.
PROJECT_PARTS = ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")


class BuildError(Exception):
    """The models did not build; the message says which and why."""


@dataclass(frozen=True)
class BuildResult:
    """What dbt did: how many models were built and tests passed or failed, what failed, and seconds of models and tests."""

    models: int
    tests_passed: int
    tests_failed: int
    failures: tuple[str, ...]
    build_seconds: float
    test_seconds: float


def build(
    settings: Settings,
    database: Path,
    progress: Callable[[str], None] | None = None,
    select: Sequence[str] = (),
    leave_out: Sequence[str] = (),
) -> BuildResult:
    """Build and test the models (all, or those `select` names in dbt's way) into `database`, a file named DATABASE_FILE.

    `leave_out` names kinds of dbt resources that are not run, such as unit_test.

    Raises BuildError when the project cannot be parsed or a model fails; a failed test is counted, not raised.
    """
    if database.name != DATABASE_FILE:
        raise ValueError(f"the candidate must be named {DATABASE_FILE}, not {database.name}")
    project = _workspace(settings)
    environment = {
        "UNIONBOARD_DATABASE": str(database),
        "UNIONBOARD_LANDING": str(settings.landing),
        "UNIONBOARD_TODAY": settings.today.isoformat(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    common = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--target-path",
        str(settings.home / "build" / "target"),
        "--log-path",
        str(settings.logs),
        "--no-use-colors",
        "--quiet",
    ]
    with _environment(environment):
        manifest = _manifest(project, settings, common)
        selection = ["--indirect-selection", "cautious", "--select", *select] if select else []
        kinds = [word for kind in leave_out for word in ("--exclude-resource-type", kind)]
        results = _run_dbt(["build", "--threads", "1", *selection, *kinds, *common], manifest, progress)
        return _summary(results, manifest)


def project_fingerprint(settings: Settings) -> str:
    """A digest of everything that decides what the models say, apart from the rows: models, macros and reference lists."""
    digest = hashlib.sha256()
    roots = [*(DBT_PROJECT / name for name in PROJECT_PARTS), CHECKOUT / "seeds" / "reference", settings.reference]
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _workspace(settings: Settings) -> Path:
    """A project folder under home: the models linked, the reference lists copied with the shipped ones behind them.

    dbt finds seeds by a path relative to its project, so each pair of seeds and home gets a project of its own.
    """
    workspace = settings.home / "build"
    project = workspace / "dbt_project"
    project.mkdir(parents=True, exist_ok=True)
    for name in PROJECT_PARTS:
        link = project / name
        # The same home may have been used from another checkout.
        link.unlink(missing_ok=True)
        link.symlink_to(DBT_PROJECT / name)
    reference = workspace / "seeds" / "reference"
    shutil.rmtree(reference, ignore_errors=True)
    shutil.copytree(CHECKOUT / "seeds" / "reference", reference)
    if settings.reference.is_dir():
        shutil.copytree(settings.reference, reference, dirs_exist_ok=True)
    return project


_manifests: dict[tuple[Path, Path, str], Any] = {}


def _manifest(project: Path, settings: Settings, common: Sequence[str]) -> Any:
    """The parsed project; parsing takes seconds, so a warm process parses once for each state of the project's files."""
    key = (project, settings.landing, project_fingerprint(settings))
    if key not in _manifests:
        while len(_manifests) >= MANIFESTS_KEPT:
            del _manifests[next(iter(_manifests))]
        _manifests[key] = _run_dbt(["parse", *common], None, None)
    return _manifests[key]


def _run_dbt(arguments: Sequence[str], manifest: Any, progress: Callable[[str], None] | None) -> Any:
    # dbt takes seconds to import and is not needed by pages or by commands that only read.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def report(event: Any) -> None:
        if progress and event.info.name == "LogStartLine":
            progress(event.data.description)

    # What dbt prints would spoil the one JSON document that a command may owe on stdout; its log file has it all.
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            outcome = dbtRunner(manifest=manifest, callbacks=[report]).invoke(list(arguments))
    finally:
        # The adapter keeps the database open for the process's next run; the candidate must be closed to be published.
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None:
        raise BuildError(str(outcome.exception).strip())
    return outcome.result


def _where_defined(message: str, manifest: Any) -> str:
    """The message, led by the file and KPI whose expression the engine complains about, if it is one."""
    for node in manifest.nodes.values():
        for kpi in node.config.meta.get("kpis", []) if node.resource_type == "model" else []:
            for role in ("numerator", "denominator"):
                if f"/* {kpi['name']} {role} */" in message:
                    return f"dbt_project/{node.patch_path.split('://')[-1]}：指标 {kpi['name']} 的 {role} 写错了。{message}"
    return message


def _summary(results: Any, manifest: Any) -> BuildResult:
    models = passed = failed = 0
    failures: list[str] = []
    broken: list[str] = []
    seconds = {"model": 0.0, "test": 0.0}
    for result in results:
        kind = "test" if result.node.resource_type in ("test", "unit_test") else "model"
        seconds[kind] += result.execution_time
        status = str(result.status)
        if kind == "model":
            models += 1
            if status == "error":
                broken.append(f"{result.node.original_file_path}: {result.message}")
        elif status == "pass":
            passed += 1
        elif status in ("fail", "error"):
            failed += 1
            failures.append(f"{result.node.name}: {result.message}")
    if broken:
        raise BuildError("\n".join(_where_defined(message, manifest) for message in broken))
    return BuildResult(models, passed, failed, tuple(failures), seconds["model"], seconds["test"])


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
