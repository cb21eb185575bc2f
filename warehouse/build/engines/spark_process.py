"""The Spark side in a process and a Python of its own (.venv-spark): dbt-spark compiles the models and connects.

Each question is a line, a JSON object with an `id`, answered by one with the same id: {"ask": "compile"}, {"ask": "run", "sql": […]},
{"ask": "end", "sql": […]}. Statements run side by side, each thread with a session of its own.
"""

import contextlib
import getpass
import json
import os
import sys
import threading
import time
import traceback
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from warehouse import settings as settings_module
from warehouse.build import project
from warehouse.build.project import BuildError

# What makes Spark read SQL as DuckDB does, and write parquet that DuckDB reads as it was meant.
SESSION = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # The statements are many and mostly small: to plan them again while they run costs more than it saves.
    "spark.sql.adaptive.enabled": "false",
}

# Where all rows are few, to write and compile Java for each step of a statement takes longer than to run it.
FEW = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
FEW_MB = 64

# How long to wait before asking again whether a statement is done: short at first, because most are.
_FIRST_WAIT, _LONGEST_WAIT = 0.01, 0.5


class _Sessions:
    """Sessions of the Thrift server, one a thread; what is running can be given up."""

    def __init__(self, profile: Any, settings: settings_module.Settings) -> None:
        self._profile = profile
        self._seconds = settings.spark_seconds
        self._set = {**SESSION, "spark.sql.shuffle.partitions": str(settings.spark_partitions)}
        if sum(path.stat().st_size for path in settings.landing.rglob("*.parquet")) < FEW_MB << 20:
            self._set |= FEW
        self._own = threading.local()
        self._running: set[Any] = set()
        self.is_ending = False

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, none where it has none. Raises whatever the driver raises."""
        try:
            if not hasattr(self._own, "connection"):
                self._own.connection = self._opened()
            return self._run(self._own.connection, sql)
        except Exception as error:
            if _is_lost(error):
                # The next statement of this thread begins with a session that is not broken.
                self._own.__dict__.pop("connection", None)
            raise

    def give_up(self) -> None:
        """End what is running."""
        self.is_ending = True
        for cursor in list(self._running):
            with contextlib.suppress(Exception):
                cursor.cancel()

    def _run(self, connection: Any, sql: str) -> list[tuple[Any, ...]]:
        from TCLIService.ttypes import TOperationState

        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(sql, async_=True)
            self._running.add(cursor)
            try:
                wait, end = _FIRST_WAIT, time.monotonic() + self._seconds
                while (state := cursor.poll()).operationState in (
                    TOperationState.INITIALIZED_STATE,
                    TOperationState.PENDING_STATE,
                    TOperationState.RUNNING_STATE,
                ):
                    if time.monotonic() > end:
                        cursor.cancel()
                        raise TimeoutError(f"{self._seconds} s")
                    time.sleep(wait)
                    wait = min(wait * 1.5, _LONGEST_WAIT)
                if state.operationState != TOperationState.FINISHED_STATE:
                    name = TOperationState._VALUES_TO_NAMES.get(state.operationState, state.operationState)
                    raise RuntimeError(state.errorMessage or f"the statement ended as {name}")
                return cursor.fetchall() if cursor.description else []
            finally:
                self._running.discard(cursor)

    def _opened(self) -> Any:
        """A session as dbt-spark opens it by the profile, set to what our models expect."""
        from dbt.adapters.contracts.connection import Connection, ConnectionState
        from dbt.adapters.spark.connections import SparkConnectionManager

        credentials = self._profile.credentials
        credentials.user = credentials.user or getpass.getuser()
        credentials.password = None if credentials.password is None else str(credentials.password)
        # dbt-spark would go to this database first; it is the build's own, and may not be there yet.
        asked = Connection(type="spark", name="unionboard", credentials=credentials, state=ConnectionState("init"))
        connection = SparkConnectionManager.open(asked).handle.handle
        for name, value in self._set.items():
            self._run(connection, f"set {name}={value}")
        return connection


def main() -> None:
    """Entry point: the dbt project is its argument, the installation that of the UNIONBOARD_… variables."""
    project.use(Path(sys.argv[1]))
    settings = settings_module.load()
    answers, sys.stdout = sys.stdout, sys.stderr
    writing = threading.Lock()

    def answer(number: int, **content: Any) -> None:
        with writing:
            answers.write(json.dumps({"id": number, **content}, ensure_ascii=False, default=str) + "\n")
            answers.flush()

    try:
        profile = _profile()
    except Exception as error:
        answer(0, error=f"profiles.yml: {error}")
        return
    sessions = _Sessions(profile, settings)

    def run(number: int, statements: list[str], after: list[str], is_last: bool = False) -> None:
        done = 0
        try:
            rows: list[tuple[Any, ...]] = []
            for sql in statements:
                if sessions.is_ending and not is_last:
                    raise RuntimeError("given up")
                rows = sessions.run(sql)
                done += 1
            told: dict[str, Any] = {"rows": rows}
        except Exception as error:
            traceback.print_exc()
            told = {"error": _message(error), "is_lost": _is_lost(error), "at": done}
        for sql in after if not told.get("is_lost") else ():
            with contextlib.suppress(Exception):
                sessions.run(sql)
        answer(number, **told)

    where = f"{profile.credentials.host}:{profile.credentials.port}"
    answer(0, threads=profile.threads, where=where)
    with ThreadPoolExecutor(max_workers=profile.threads) as pool:
        for question in _questions():
            if question["ask"] == "run":
                pool.submit(run, question["id"], question["sql"], question["after"])
            elif question["ask"] == "compile":
                _compile(question["id"], settings, answer)
            else:
                sessions.give_up()
                pool.submit(run, question["id"], question["sql"], [], True)
                break


def _questions() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def _compile(number: int, settings: settings_module.Settings, answer: Any) -> None:
    try:
        nodes = project.compile_nodes(settings, project.SPARK)
        answer(number, sql={node.unique_id: node.compiled_code or "" for node in nodes if node.resource_type != "seed"})
    except BuildError as error:
        answer(number, error=str(error))
    except Exception as error:
        traceback.print_exc()
        answer(number, error=f"{type(error).__name__}: {error}")


def _profile() -> Any:
    """The project's profile as dbt reads it, at its target for Spark."""
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    set_invocation_context(os.environ)
    root = str(project.in_use())
    set_from_args(Namespace(PROFILES_DIR=root, PROJECT_DIR=root), None)
    return load_profile(root, {}, target_override=project.SPARK)


def _message(error: Exception) -> str:
    """What the server says, where it says anything; PyHive wraps it in the answer as it came."""
    status = getattr(error.args[0], "status", None) if error.args else None
    return str(getattr(status, "errorMessage", None) or error) or type(error).__name__


def _is_lost(error: Exception) -> bool:
    """Whether it was the connection that failed, not the statement."""
    from dbt.adapters.exceptions import FailedToConnectError
    from thrift.Thrift import TException

    # A server that was started again knows none of the sessions of the one before.
    return isinstance(error, OSError | EOFError | TException | FailedToConnectError) or "SessionHandle" in _message(
        error
    )


if __name__ == "__main__":
    main()
