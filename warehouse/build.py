"""Build a candidate release: run the dbt project over the landed rows into a new DuckDB file."""

import contextlib
import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.settings import CHECKOUT, DBT_PROJECT, Settings

# Only these relations are of use after the build; views over the landing would break once the release is opened without file access.
STAGING_PREFIX = "stg_"


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


def build(settings: Settings, database: Path, progress: Callable[[str], None] | None = None) -> BuildResult:
    """Build and test every model into `database`, a file that must not exist yet.

    Raises BuildError when the project cannot be parsed or a model fails; a failed test is counted, not raised.
    """
    project = _workspace(settings)
    environment = {
        "UNIONBOARD_DATABASE": str(database),
        "UNIONBOARD_LANDING": str(settings.landing),
        "UNIONBOARD_TODAY": settings.today.isoformat(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with _environment(environment):
        results = _run_dbt(
            [
                "build",
                "--project-dir",
                str(project),
                "--profiles-dir",
                str(project),
                "--target-path",
                str(settings.home / "build" / "target"),
                "--log-path",
                str(settings.logs),
                "--threads",
                "1",
                "--no-use-colors",
                "--quiet",
            ],
            progress,
        )
    return _summary(results)


def _workspace(settings: Settings) -> Path:
    """A project folder under home: the models linked, the reference lists copied with the shipped ones behind them.

    dbt finds seeds by a path relative to its project, so each pair of seeds and home gets a project of its own.
    """
    workspace = settings.home / "build"
    project = workspace / "dbt_project"
    project.mkdir(parents=True, exist_ok=True)
    for entry in DBT_PROJECT.iterdir():
        link = project / entry.name
        if entry.name in ("target", "logs", "dbt_packages", ".user.yml") or link.is_symlink():
            continue
        link.symlink_to(entry)
    reference = workspace / "seeds" / "reference"
    shutil.rmtree(reference, ignore_errors=True)
    shutil.copytree(CHECKOUT / "seeds" / "reference", reference)
    if settings.reference.is_dir():
        shutil.copytree(settings.reference, reference, dirs_exist_ok=True)
    return project


def _run_dbt(arguments: Sequence[str], progress: Callable[[str], None] | None) -> Any:
    # dbt takes seconds to import and is not needed by pages or by commands that only read.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    def report(event: Any) -> None:
        if progress and event.info.name == "LogStartLine":
            progress(event.data.description)

    # What dbt prints would spoil the one JSON document that a command may owe on stdout; its log file has it all.
    with contextlib.redirect_stdout(io.StringIO()):
        outcome = dbtRunner(callbacks=[report]).invoke(list(arguments))
    if outcome.exception is not None:
        raise BuildError(str(outcome.exception).strip())
    return outcome.result


def _summary(results: Any) -> BuildResult:
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
        raise BuildError("\n".join(broken))
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
