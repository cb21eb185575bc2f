"""A Spark cluster as an engine: the same models over its Thrift server, tables as parquet below home, read into the release.

A table's folder is named by its key, written once and complete when Spark has put `_SUCCESS` into it, so that one that is there is right:
another build, or the same one after a kill, takes it as it is. The catalogue holds nothing that lasts: each build registers what it reads
in a schema of its own and drops it in the end.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from warehouse import settings as settings_module
from warehouse.build import project
from warehouse.build.engines import EngineError
from warehouse.build.engines.duckdb import DuckDb, failing_sql
from warehouse.build.engines.spark_sql import in_parts, standard_literals
from warehouse.build.plan import Node, Plan
from warehouse.build.project import BuildError
from warehouse.settings import CHECKOUT, OWN_HOME, Settings
from warehouse.system.children import speaking
from warehouse.system.durable import keep_only
from warehouse.system.scratch import is_alive

FOLDER = "spark"
LOG = "spark-process.log"

# The file of a table that DuckDB wrote for Spark, and what its types are called there.
WRITTEN_HERE = "rows.parquet"
_SPARK_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "INTEGER": "int",
    "SMALLINT": "smallint",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
}

# A place in a statement, as Spark's messages name it.
_PLACE = re.compile(r"line (\d+),? pos(?:ition)? \d+")

Types = Mapping[str, Sequence[tuple[str, str]]]


class Spark:
    """The cluster as one build uses it. Models are begun in the order they are given and run side by side; `wait` for what is needed."""

    name = project.SPARK

    def __init__(self, process: "SparkProcess", settings: Settings, plan: Plan, types: Types) -> None:
        self._process = process
        self._settings = settings
        self._types = types
        self._nodes = {node.id: node for node in plan.nodes}
        self._folder = settings.home / FOLDER
        self._schema = f"{_prefix()}_{os.getpid()}_{uuid4().hex[:6]}"
        self._ready: dict[str, Future[None]] = {}
        self._landed: dict[str, Future[None]] = {}
        self._made: dict[str, Future[None]] = {}
        self._database: DuckDb | None = None
        self._lock = threading.RLock()
        self._key: Callable[[Node], str] = lambda _: ""
        self._pool: ThreadPoolExecutor | None = None
        self._statements: dict[str, str] = {}

    def begin(self, database: DuckDb, lock: "threading.RLock", key: Callable[[Node], str]) -> None:
        """Begin a build into `database`, which is used under the lock only; `key` says what a node's content depends on."""
        self._statements = self._process.compiled()
        self._database, self._lock, self._key = database, lock, key
        self._pool = ThreadPoolExecutor(max_workers=self._process.threads, thread_name_prefix="spark")
        self._ready, self._landed, self._made = {}, {}, {}
        self._process.run(f"drop schema if exists {self._schema} cascade")
        self._process.run(f"create schema {self._schema}")

    def end(self) -> None:
        """End the build: what waits is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def tidy(self, *keys: Mapping[str, str]) -> None:
        """Remove tables that have none of these keys; what killed builds have left is among them."""
        names = {f"{node.name}-{of[node.id]}" for of in keys for node in self._nodes.values() if node.id in of}
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in names:
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Leave nothing in the catalogue, and end the process."""
        self._process.end([f"drop schema if exists {self._schema} cascade"])

    def sql(self, node: Node) -> str:
        """The statement as dbt compiled it for Spark."""
        return self._statements[node.id]

    def make(self, node: Node) -> None:
        """Begin to make the node's relation: a table's rows go to the candidate as soon as they are there."""
        if node.kind == "view":
            return  # Made where somebody reads it.
        waits = self._parents(node)
        made = self._submit(self._make_table, node, self._place(node), waits)
        self._ready[node.id] = self._made[node.id] = made

    def wait(self, node: Node) -> None:
        """Until the candidate holds the node's rows, and those of what a view reads. Raises EngineError where they could not be made."""
        if node.kind == "view":
            for parent in node.parents:
                if parent in self._nodes:
                    self.wait(self._nodes[parent])
        elif node.id in self._made:
            self._made[node.id].result()

    def wait_for_all(self) -> None:
        """Until all that was begun is in the candidate. Raises the first EngineError in the order they were begun."""
        _all_of(list(self._made.values()))

    def begin_test(self, node: Node) -> "Future[tuple[int, bool]]":
        """Begin to run a test."""
        return self._submit(self._failing, node, self._parents(node))

    def failing(self, node: Node) -> tuple[int, bool]:
        """What a test counts, and whether that many fail it."""
        return self.begin_test(node).result()

    def _parents(self, node: Node) -> "list[Future[Any]]":
        """What must be there before a statement of the node can run; whatever is not begun yet is begun here, on the caller's thread."""
        waits = [self._readable(self._nodes[parent]) for parent in node.parents if parent in self._nodes]
        return [*waits, *(self._landing(parent) for parent in node.parents if parent not in self._nodes)]

    def _readable(self, node: Node) -> "Future[None]":
        if node.id not in self._ready:
            if node.kind == "view":
                self._ready[node.id] = self._submit(self._make_view, node, self._parents(node))
            else:
                self._ready[node.id] = self._submit(self._register, node, self._place(node))
        return self._ready[node.id]

    def _landing(self, source: str) -> "Future[None]":
        if source not in self._landed:
            self._landed[source] = self._submit(self._register_source, source)
        return self._landed[source]

    def _submit(self, work: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        assert self._pool is not None
        return self._pool.submit(work, *arguments)

    def _make_table(self, node: Node, place: Path, waits: "Sequence[Future[Any]]") -> None:
        _all_of(waits)
        if not _is_complete(place):
            shutil.rmtree(place, ignore_errors=True)
            self._folder.mkdir(parents=True, exist_ok=True)
            head = f"create table {self._schema}.{node.name} using parquet location {_text(_uri(place))} as"
            self._run_in_parts(node, head)
        else:
            self._run(node, self._table_sql(node.name, place))
        with self._lock:
            assert self._database is not None
            self._database.land(node, place, self._types[node.id])

    def _run_in_parts(self, node: Node, head: str) -> None:
        """The node's statement behind `head`, after the parts of it that are made first.

        Tables, because Spark plans what is cached down to its roots for each reader.
        """
        parts, rest = in_parts(self._statement(node))
        place = self._folder / f"{node.name}-parts-{uuid4().hex[:6]}"
        first, after = [], []
        for part in parts:
            table = f"{self._schema}.{node.name}__{part.name}"
            located = f"using parquet location {_text(_uri(place / part.name))}"
            first += [
                f"create table {table} {located} as\n{part.sql}",
                f"create or replace temporary view {part.name} as select * from {table}",  # noqa: S608
            ]
            after += [f"drop view if exists {part.name}", f"drop table if exists {table}"]
        try:
            self._run(node, *first, f"{head}\n{rest}", after=after)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _make_view(self, node: Node, waits: "Sequence[Future[Any]]") -> None:
        _all_of(waits)
        self._run(node, f"create view {self._schema}.{node.name} as\n{self._statement(node)}")

    def _register(self, node: Node, place: Path) -> None:
        """Make a table of the candidate known; where an earlier build has not left its files, they are written now."""
        assert self._database is not None
        if not _is_complete(place):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            with self._lock:
                self._database.write(node, place / WRITTEN_HERE)
            (place / "_SUCCESS").touch()
        # What Spark wrote has types of its own.
        files = place / WRITTEN_HERE
        with self._lock:
            columns = self._database.columns_of(files) if files.exists() else []
        self._run(node, self._table_sql(node.name, place, columns))

    def _register_source(self, source: str) -> None:
        *_, folder, table = source.split(".")
        name = f"landed__{folder}__{table}"
        place = self._settings.landing / folder / table
        assert self._database is not None
        with self._lock:
            columns = self._database.columns_of(place / "*.parquet")
        self._process.run(self._table_sql(name, place, columns))

    def _failing(self, node: Node, waits: "Sequence[Future[Any]]") -> tuple[int, bool]:
        _all_of(waits)
        [(count, fails)] = self._run(node, failing_sql(node, self._statement(node)))
        return int(count), str(fails).lower() == "true"

    def _place(self, node: Node) -> Path:
        return self._folder / f"{node.name}-{self._key(node)}"

    def _table_sql(self, name: str, place: Path, columns: Sequence[tuple[str, str]] = ()) -> str:
        """A table of what lies in a folder; Spark need not look into its files where their columns are known."""
        kinds = [_SPARK_TYPES.get(kind) or (kind if kind.startswith("DECIMAL(") else None) for _, kind in columns]
        declared = ", ".join(f"`{column}` {kind}" for (column, _), kind in zip(columns, kinds, strict=True))
        given = f" ({declared})" if columns and all(kinds) else ""
        return f"create table {self._schema}.{name}{given} using parquet location {_text(_uri(place))}"

    def _statement(self, node: Node) -> str:
        today = self._settings.today.isoformat()
        return self.sql(node).replace(project.SCHEMA, self._schema).replace(project.TODAY, today)

    def _run(self, node: Node, *statements: str, after: Sequence[str] = ()) -> list[Any]:
        try:
            return self._process.run(*statements, after=after)
        except StatementError as error:
            raise EngineError(node, with_line(str(error), error.sql)) from error


def _all_of(waits: "Sequence[Future[Any]]") -> None:
    for one in waits:
        one.result()


class StatementError(Exception):
    """What Spark says of a statement that it could not run, and the statement."""

    def __init__(self, message: str, sql: str) -> None:
        super().__init__(message)
        self.sql = sql


class SparkProcess:
    """The child in Spark's own Python, as long as a build needs it; its first answer says how many statements it runs side by side."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._numbers = 0
        self._open: dict[int, Future[dict[str, Any]]] = {0: Future()}
        self._guard = threading.Lock()
        self._child = _start(settings)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        hello = self._result(self._open[0])
        self.threads: int = hello["threads"]
        self._where: str = hello["where"]

    def compiled(self) -> dict[str, str]:
        """The statements by node as Spark runs them, with marks for schema and day; compiled once for each state of the project's files."""
        name = f"spark-{project.models_fingerprint()[:16]}.json"
        for home in (self._settings.home, OWN_HOME):
            with contextlib.suppress(OSError, ValueError):
                found: dict[str, str] = json.loads((home / "build" / name).read_text(encoding="utf-8"))
                return found
        answer = self._result(self._ask("compile"))
        sql = {node: standard_literals(text) for node, text in answer["sql"].items()}
        keep_only(self._settings.home / "build" / name, "spark-*.json", json.dumps(sql, ensure_ascii=False))
        return sql

    def run(self, *statements: str, after: Sequence[str] = ()) -> list[Any]:
        """The rows of the last of some statements, run in one session one after the other, and whatever became of them those `after`.

        Raises StatementError where Spark refuses one, BuildError where the cluster does not answer.
        """
        answer = self._ask("run", sql=statements, after=list(after)).result()
        if answer.get("is_lost"):
            raise BuildError(
                f"Spark 集群 {self._where} 没有应答或中断了连接（{answer['error']}）。请检查它的 Thrift 服务后再刷新；"
                "也可以用 --engine duckdb 在本机构建。"
            )
        if "error" in answer:
            raise StatementError(answer["error"], statements[answer.get("at", 0)])
        rows: list[Any] = answer["rows"]
        return rows

    def end(self, last: Sequence[str]) -> None:
        """Run the last statements, as far as the cluster still answers, and end the child."""
        with contextlib.suppress(OSError, ValueError, BuildError):
            self._ask("end", sql=list(last))
            assert self._child.stdin is not None
            self._child.stdin.close()
        try:
            self._child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join()

    def _ask(self, question: str, **content: Any) -> "Future[dict[str, Any]]":
        answer: Future[dict[str, Any]] = Future()
        with self._guard:
            self._numbers += 1
            self._open[self._numbers] = answer
            try:
                assert self._child.stdin is not None
                text = json.dumps({"id": self._numbers, "ask": question, **content}, ensure_ascii=False)
                self._child.stdin.write(text + "\n")
                self._child.stdin.flush()
            except (OSError, ValueError):
                self._open.pop(self._numbers)
                answer.set_exception(self._gone())
        return answer

    def _result(self, answer: "Future[dict[str, Any]]") -> dict[str, Any]:
        found = answer.result()
        if "error" in found:
            raise BuildError(found["error"])
        return found

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            answer = json.loads(line)
            with self._guard:
                waiting = self._open.pop(answer["id"], None)
            if waiting is not None:
                waiting.set_result(answer)
        with self._guard:
            left = list(self._open.values())
            self._open.clear()
        for waiting in left:
            waiting.set_exception(self._gone())

    def _gone(self) -> BuildError:
        return BuildError(f"与 Spark 相连的进程意外结束，详情在 {self._settings.logs / LOG}。")


@contextlib.contextmanager
def opened(settings: Settings, plan: Plan, types: Callable[[], Types]) -> Iterator[Spark]:
    """The cluster for one build. Raises BuildError when it does not answer, or where Spark's side is not installed."""
    process = SparkProcess(settings)
    spark = None
    try:
        _sweep(process)
        spark = Spark(process, settings, plan, types())
        yield spark
    finally:
        if spark is not None:
            spark.end()
            spark.close()
        else:
            process.end([])


def _sweep(process: SparkProcess) -> None:
    """Drop the schemas that killed builds of this machine have left."""
    for name, *_ in process.run("show schemas"):
        found = re.fullmatch(rf"{_prefix()}_(\d+)_\w+", str(name))
        if found and not is_alive(int(found[1])):
            process.run(f"drop schema if exists {name} cascade")


def _prefix() -> str:
    """How the schemas of this machine's builds begin."""
    return "unionboard_" + (re.sub(r"\W", "_", os.uname().nodename.lower())[:30] or "here")


def python() -> Path:
    """The Python that has dbt-spark: this one, else that of `make spark`. Raises BuildError where there is none."""
    from importlib.util import find_spec

    if find_spec("pyhive") is not None:
        return Path(sys.executable)
    for folder in (Path(sys.prefix).parent, CHECKOUT):
        own = folder / ".venv-spark" / "bin" / "python"
        if own.exists():
            return own
    raise BuildError("还没有安装 Spark 所需的程序：请先在安装目录运行 make spark，或用 --engine duckdb 在本机构建。")


def _start(settings: Settings) -> "subprocess.Popen[str]":
    module = "warehouse.build.engines.spark_process"
    return speaking(python(), module, project.in_use(), settings, LOG, PYTHONPATH=str(CHECKOUT))


def _is_complete(place: Path) -> bool:
    return (place / "_SUCCESS").exists()


def with_line(message: str, sql: str) -> str:
    """Spark's message, with the line it complains about as it stands in the statement, comments included."""
    lines = sql.splitlines()
    for found in _PLACE.finditer(message):
        number = int(found[1])
        if 1 <= number <= len(lines):
            return f"{message}\nLINE {number}: {lines[number - 1].strip()}"
    return message


def _uri(place: Path) -> str:
    # Hadoop takes the path as it stands, blanks and Chinese included.
    return f"file://{place}"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main() -> None:
    """Compile the models for Spark into the checkout's own home, as `make spark` does; no cluster is needed."""
    process = SparkProcess(settings_module.load(home=OWN_HOME))
    try:
        process.compiled()
    finally:
        process.end([])


if __name__ == "__main__":
    main()
