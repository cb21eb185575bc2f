"""Build a candidate release: run the plan of the dbt project over the landed rows into a DuckDB file.

What an earlier release already holds and nothing has touched since is kept: each relation has a key made of its SQL and of the keys of
what it reads, and only relations with another key are built again. Tests follow the same rule.
"""

import contextlib
import hashlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from warehouse import contracts
from warehouse.build import compact, events, project, project_code, targets
from warehouse.build import plan as planning
from warehouse.build.dbt import DbtProcess, dbt_process
from warehouse.build.engines import DUCKDB, SPARK, Choice, Engine, EngineError, spark
from warehouse.build.engines.duckdb import DuckDb
from warehouse.build.engines.narrow import Narrow, by_file
from warehouse.build.engines.partials import kept_by
from warehouse.build.engines.spark import Spark
from warehouse.build.plan import Node, Plan, Read
from warehouse.build.project import BuildError, reference_lists
from warehouse.intake import landing, packing
from warehouse.settings import Settings
from warehouse.system import machine, scratch
from warehouse.system.durable import keep_only

__all__ = ["DATABASE_FILE", "Base", "BuildError", "BuildResult", "build", "project_fingerprint"]

DATABASE_FILE = f"{project.DATABASE_NAME}.duckdb"

# What the engine holds before it writes to disk beside the candidate; more memory than this hardly makes a build faster.
# What does not fit is built again with twice as much, up to half of the machine's.
MEMORY_MB = 600

_log = logging.getLogger("unionboard.build")


@dataclass(frozen=True)
class Base:
    """A release that a build starts from: its file, the key of each relation and passed test, and its partitions' digests.

    `made_of` says of the relations that need not be made whole what they were made of (warehouse/build/engines/narrow.py).
    """

    path: Path
    keys: Mapping[str, str]
    partitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    made_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class BuildResult:
    """What a build did: relations built and kept, tests that hold and that fail, and seconds of models and tests.

    `relations` names those built, `in_part` those of them of which only what was touched, `in_pieces` those too large to be made
    at once; `keys`, `partitions` and `made_of` are what a later build needs to start from this one.
    """

    models: int
    tests_passed: int
    tests_failed: int
    failures: tuple[str, ...]
    build_seconds: float
    test_seconds: float
    relations: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)
    partitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    made_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    in_part: frozenset[str] = frozenset()
    in_pieces: frozenset[str] = frozenset()


def build(
    settings: Settings,
    database: Path,
    progress: Callable[[str], None] | None = None,
    select: Sequence[str] = (),
    base: Base | None = None,
    with_unit_tests: bool = False,
    dbt: DbtProcess | None = None,
) -> BuildResult:
    """Build and test the models (all, or those `select` names, `+name` with all they are made of) into `database`.

    `database` is a new file named DATABASE_FILE; with `base` it begins as a copy of that release. In the end it is fit to be published.
    `dbt` may have begun to compile already. `progress` is told each step, in Chinese.
    Raises BuildError when the project does not compile or a model fails; a failed test is counted, not raised.
    """
    if database.name != DATABASE_FILE:
        raise ValueError(f"the candidate must be named {DATABASE_FILE}, not {database.name}")
    if dbt is None:
        with dbt_process(settings) as own:
            return build(settings, database, progress, select, base, with_unit_tests, own)
    say = progress or (lambda _: None)
    if not planning.is_known(settings):
        say("编译模型")
    dbt.compile()
    plan = planning.load(settings)
    if plan is None:
        raise BuildError("编译模型时文件又有改动，请再刷新一次。")
    targets.check(plan, reference_lists(settings))
    events.check(plan, reference_lists(settings))
    if select:
        plan = plan.selected(select)
    begin = time.perf_counter()
    with _cluster(settings, plan) as cluster:
        builder, middle, failures = _built(settings, database, plan, base, say, cluster)
    passed = builder.tests_passed
    if with_unit_tests:
        say("单元测试")
        failures += dbt.run_unit_tests()
    end = time.perf_counter()
    return BuildResult(
        models=len(builder.built),
        tests_passed=passed,
        tests_failed=len(failures),
        failures=tuple(failures),
        build_seconds=middle - begin,
        test_seconds=end - middle,
        relations=frozenset(builder.built),
        keys=builder.keys,
        partitions=builder.partitions,
        made_of=builder.made_of,
        in_part=builder.in_part,
        in_pieces=builder.in_pieces,
    )


@contextlib.contextmanager
def _cluster(settings: Settings, plan: Plan) -> Iterator[Spark | None]:
    """The Spark cluster, where any model runs there."""
    if not Choice(settings).needs_spark:
        yield None
        return
    with spark.opened(settings, plan, lambda: column_types(settings, plan)) as found:
        yield found


def _built(
    settings: Settings,
    database: Path,
    plan: Plan,
    base: Base | None,
    say: Callable[[str], None],
    cluster: Spark | None = None,
) -> "tuple[_Builder, float, list[str]]":
    """The builder that is done, when its models were, and the tests that fail; in as little memory as it fits into."""
    tried = memory_limits(settings)
    for number, memory in enumerate(tried, start=1):
        for earlier in (database, database.with_name(f"{database.name}.wal")):
            earlier.unlink(missing_ok=True)
        if base is not None:
            shutil.copyfile(base.path, database)
        builder = _Builder(settings, database, plan, base, say, memory, cluster)
        try:
            with builder:
                builder.build_models()
                middle = time.perf_counter()
                failures = builder.run_tests()
                builder.seal()
            if builder.is_loose:
                compact.write_anew(database, memory)
            return builder, middle, failures
        except EngineError as problem:
            raise BuildError(_explained(problem.node, plan, str(problem))) from problem
        except duckdb.OutOfMemoryException as problem:
            if number == len(tried):
                raise BuildError(_too_large(builder.at, memory)) from problem
            _log.warning("build again with more memory", extra={"model": builder.at, "memory_mb": tried[number]})
            say(f"{builder.at} 在 {memory} MB 内存里放不下，改用 {tried[number]} MB 重新构建")
    raise AssertionError("there is always a limit to try")


def memory_limits(settings: Settings) -> list[int]:
    """Megabytes to build in, one after the other: what the settings say, else MEMORY_MB and its doubles up to half of the machine's."""
    if settings.build_memory_mb:
        return [settings.build_memory_mb]
    limits = [MEMORY_MB]
    while 2 * limits[-1] <= machine.memory_mb() // 2:
        limits.append(2 * limits[-1])
    return limits


def _too_large(file: str, memory: int) -> str:
    advice = f"请把环境变量 UNIONBOARD_BUILD_MEMORY_MB 设得更大（现在按 {memory} MB 构建，这台机器有 {machine.memory_mb()} MB）"
    return f"{file}：内存不够，构建停在这里，当前版本不变。{advice}，或换一台内存更大的机器后再刷新。"


def build_empty(settings: Settings, database: Path, plan: Plan) -> None:
    """Build every relation of the plan, those too that a release does not keep, over a landing without rows; nothing is tested."""
    with _Builder(settings, database, plan, None, lambda _: None) as builder:
        builder.build_models()
        builder.make_all_readable()


def build_readable(settings: Settings, database: Path, plan: Plan, base: Base | None) -> None:
    """Build every relation of the plan, those too that a release does not keep, starting from `base` if there is one; nothing is tested."""
    if base is not None:
        shutil.copyfile(base.path, database)
    with _Builder(settings, database, plan, base, lambda _: None, memory_limits(settings)[-1]) as builder:
        builder.build_models()
        builder.make_all_readable()


def column_types(settings: Settings, plan: Plan) -> dict[str, list[tuple[str, str]]]:
    """Name and type of each column of each table of the plan, as the release has them: those that DuckDB gives without any rows."""
    known = settings.home / "build" / f"types-{project_fingerprint(settings)[:16]}.json"
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, list[tuple[str, str]]] = json.loads(known.read_text(encoding="utf-8"))
        if {node.id for node in plan.nodes if node.kind == "table"} <= set(found):
            return found
    with scratch.folder() as folder:
        empty = replace(settings, home=Path(folder), engine=DUCKDB, is_engine_forced=True)
        landing.write_empty(empty.landing, contracts.all_tables())
        with _Builder(empty, Path(folder) / DATABASE_FILE, plan, None, lambda _: None) as builder:
            builder.build_models()
            types = {node.id: builder.database.columns(node) for node in plan.nodes if node.kind == "table"}
    keep_only(known, "types-*.json", json.dumps(types, ensure_ascii=False))
    return types


def project_fingerprint(settings: Settings) -> str:
    """A digest of everything that decides what the models say, apart from the rows: models, macros and reference lists."""
    digest = hashlib.sha256(project.models_fingerprint().encode())
    for name, path in sorted(reference_lists(settings).items()):
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Builder:
    """One build: the open candidate, and what is known of its relations so far."""

    def __init__(
        self,
        settings: Settings,
        database: Path,
        plan: Plan,
        base: Base | None,
        say: Callable[[str], None],
        memory: int = MEMORY_MB,
        cluster: Spark | None = None,
    ) -> None:
        self._settings = settings
        self._path = database
        self._plan = plan
        self._base = base
        self._say = say
        self._memory = memory
        self._cluster = cluster
        self._choice = Choice(settings)
        self._nodes = {node.id: node for node in plan.nodes}
        self._lists = reference_lists(settings)
        self._sources: dict[str, str] = {}
        self._submissions: dict[tuple[str, str], str] | None = None
        # Spark's threads put what they have made into the candidate while others are being made.
        self._lock = threading.RLock()
        self.at = ""
        self.keys: dict[str, str] = {}
        self.partitions: dict[str, dict[str, str]] = {}
        self.made_of: dict[str, dict[str, str]] = {}
        self.built: list[str] = []
        self.tests_passed = 0
        self.is_loose = False

    def __enter__(self) -> "_Builder":
        self.database = DuckDb(self._settings, self._path, self._plan, self._memory)
        self._narrow = Narrow(self._settings, self._plan, self.database, self._base, self.made_of, self.partitions)
        if self._cluster is not None:
            try:
                self._cluster.begin(self.database, self._lock, lambda node: self.keys[node.id])
            except BaseException:
                self.database.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._cluster is not None:
            self._cluster.end()
        self.database.close()

    def build_models(self) -> None:
        """Every reference list and model whose key the base does not have; relations that no model makes any more are dropped."""
        for name in set(self.database.present) - {node.name for node in self._plan.nodes if node.kind != "test"}:
            if name != project_code.TABLE:
                self.database.drop(name)
        if self._base is not None:
            self._make_room(self._base)
        # One transaction: a candidate is whole or thrown away, and a hundred small commits would wait for the disk a hundred times.
        self.database.run("begin")
        views = []
        relations = [node for node in self._plan.nodes if node.kind != "test"]
        for number, node in enumerate(relations, start=1):
            self.at = node.file
            self.keys[node.id] = key = self._key(node)
            if self._base is not None and self._is_kept(node, key):
                self._keep_partitions(node, self._base)
                continue
            self._say(f"构建 {number}/{len(relations)} {node.file}")
            if node.kind == "view" and self._engine_of(node) is self._cluster:
                # Read by Spark where Spark needs it, by the release once all that it reads is there.
                views.append(node)
            else:
                self._make(node)
            self.built.append(node.name)
        if self._cluster is not None:
            self._cluster.wait_for_all()
        for node in views:
            self._make_in_database(node)
        self.database.run("commit")

    def run_tests(self) -> list[str]:
        """Run the tests whose key the base does not have; what fails, as name and message."""
        failures = []
        begun = {}
        tests = [node for node in self._plan.nodes if node.kind == "test"]
        for node in tests:
            self.keys[node.id] = self._key(node)
            is_kept = self._base is not None and self._base.keys.get(node.id) == self.keys[node.id]
            if not is_kept and self._cluster is not None and self._test_engine_of(node) is self._cluster:
                begun[node.id] = self._cluster.begin_test(node)
        for number, node in enumerate(tests, start=1):
            self.at = f"{node.file}（{node.name}）"
            if self._base is None or self._base.keys.get(node.id) != self.keys[node.id]:
                self._say(f"检查 {number}/{len(tests)} {node.name}")
                try:
                    count, fails = begun[node.id].result() if node.id in begun else self._failing_in_database(node)
                    message = f"{count} 行不符合{self._example(node)}" if fails else None
                except EngineError as error:
                    message = str(error)
                if message:
                    failures.append(f"{node.name}: {message}")
                    del self.keys[node.id]
                    continue
            self.tests_passed += 1
        return failures

    def seal(self) -> None:
        """Make the candidate fit to be published, and all of it stand in its one file."""
        self.database.seal()
        self._narrow.tidy()
        self.is_loose = self.database.is_loose()
        if self._cluster is not None:
            self._cluster.tidy(self.keys, self._base.keys if self._base is not None else {})

    @property
    def in_part(self) -> frozenset[str]:
        """The relations of which only what was touched was made."""
        return frozenset(self._narrow.in_part)

    @property
    def in_pieces(self) -> frozenset[str]:
        """The relations that were made in pieces."""
        return frozenset(self._narrow.in_pieces)

    def make_all_readable(self) -> None:
        """Make every view that only building needs, for a reader from outside."""
        for node in self._plan.nodes:
            if node.kind == "view" and node.name not in self.database.present:
                self._make_in_database(node)

    def _make_room(self, base: Base) -> None:
        """Drop the tables that are sure to be built again, so that what is built takes their place in the file.

        Of some nodes that is known only once others are built: those that read a part of what changes.
        """
        changed: set[str] = set()
        unknown: set[str] = set()
        for node in self._plan.nodes:
            if node.kind == "test":
                continue
            if any(read.parent in changed and read.programme is None for read in node.reads):
                changed.add(node.id)
            elif any(read.parent in changed | unknown for read in node.reads):
                unknown.add(node.id)
            else:
                key = self._key(node)
                if self._is_kept(node, key):
                    self.keys[node.id] = key
                    self._keep_partitions(node, base)
                else:
                    changed.add(node.id)
        for node in self._plan.nodes:
            if (
                node.id in changed
                and node.kind in ("seed", "table")
                and self.database.present.get(node.name) == "table"
                and not self._narrow.may_keep(node)
            ):
                self._narrow.look(node)
                self.database.drop(node.name)
        # Blocks are free for others once a checkpoint stands without them.
        self.database.run(f"checkpoint {project.DATABASE_NAME}")

    def _keep_partitions(self, node: Node, base: Base) -> None:
        for name in (node.id, _by_table(node.id), by_file(node), kept_by(node)):
            if name in base.partitions:
                self.partitions[name] = dict(base.partitions[name])

    def _is_kept(self, node: Node, key: str) -> bool:
        if self._base is None or self._base.keys.get(node.id) != key:
            return False
        # A view over the landing is not part of a release; it is made again if somebody reads it.
        return node.kind == "view" or self.database.present.get(node.name) == "table"

    def _engine_of(self, node: Node) -> Engine:
        on_cluster = self._cluster is not None and self._choice.of(node) == SPARK
        return self._cluster if self._cluster is not None and on_cluster else self.database

    def _test_engine_of(self, node: Node) -> Engine:
        on_cluster = self._cluster is not None and self._choice.of_test(node, self._nodes) == SPARK
        return self._cluster if self._cluster is not None and on_cluster else self.database

    def _make(self, node: Node) -> None:
        engine = self._engine_of(node)
        if engine is self.database:
            self._make_in_database(node)
        else:
            engine.make(node)

    def _make_in_database(self, node: Node) -> None:
        self._wait_for(node.parents)
        with self._lock:
            self._narrow.make(node)

    def _failing_in_database(self, node: Node) -> tuple[int, bool]:
        with self._lock:
            return self.database.failing(node)

    def _example(self, node: Node) -> str:
        self._wait_for(node.parents)
        with self._lock:
            return self.database.example(node)

    def _wait_for(self, node_ids: Iterable[str]) -> None:
        """Until the candidate holds what Spark was asked to make of these."""
        if self._cluster is not None:
            for node_id in node_ids:
                if node_id in self._nodes:
                    self._cluster.wait(self._nodes[node_id])

    def _key(self, node: Node) -> str:
        """What the node's content depends on: its SQL of today and what each of its reads brings."""
        engine = self._test_engine_of(node) if node.kind == "test" else self._engine_of(node)
        sql = engine.sql(node).replace(project.TODAY, self._settings.today.isoformat())
        read = {read.label: self._input(read) for read in node.reads}
        inputs = sorted(read.values())
        if self._narrow.is_noted(node):
            self.made_of[node.id] = {"": _digest(sql.encode()), **read}
        if node.kind == "seed":
            inputs = [_digest(self._lists[node.name].read_bytes()), repr(node.column_types)]
        return _digest(json.dumps([node.kind, sql, node.failures, node.fails_if, inputs]).encode())[:24]

    def _input(self, read: Read) -> str:
        if read.parent == planning.OUTSIDE:
            return uuid4().hex
        if read.parent not in self._nodes:
            return self._source(read)
        whole = self.keys.get(read.parent, "")
        if read.programme is None:
            return whole
        node = self._nodes[read.parent]
        name, part, columns = node.id, read.programme, ["programme"]
        if read.table is not None:
            name, part, columns = _by_table(node.id), f"{read.programme}/{read.table}", ["programme", "table_name"]
        if name not in self.partitions:
            self._wait_for([node.id])
            with self._lock:
                self.partitions[name] = self.database.parts(node, columns)
        if not self.partitions[name]:
            return whole
        return f"{read.parent}/{part}/{self.partitions[name].get(part)}"

    def _source(self, read: Read) -> str:
        _, _, folder, table = read.parent.split(".")
        if folder == "intake":
            if table == "submissions" and read.programme is not None and read.table is not None:
                return f"{read.parent}/{self._submission_digests().get((read.programme, read.table))}"
            return self._source_once(read.parent, lambda path: _digest(path.read_bytes()))
        return self._source_once(read.parent, lambda path: f"{path.stat().st_size} {path.stat().st_mtime_ns}")

    def _source_once(self, source: str, look: Callable[[Path], str]) -> str:
        if source not in self._sources:
            _, _, folder, table = source.split(".")
            place = self._settings.landing / folder / table
            files = sorted(place.glob("*.parquet"))
            content = packing.content_of(place)
            if content is not None:
                # Rows are the same however they are packed; only the form of a table is in a file of its own.
                files = [path for path in files if path.name == landing.SCHEMA_FILE]
                self._sources[source] = f"{content} {[_digest(path.read_bytes()) for path in files]}"
                return self._sources[source]
            self._sources[source] = _digest(json.dumps([[path.name, look(path)] for path in files]).encode())
        return self._sources[source]

    def _submission_digests(self) -> dict[tuple[str, str], str]:
        if self._submissions is None:
            with self._lock:
                self._submissions = self.database.submission_digests()
        return self._submissions

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.ask(sql)


def _by_table(node_id: str) -> str:
    """The name of a node's partitions by programme and table; by its id alone are those by programme."""
    return f"{node_id} by table"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _explained(node: Node, plan: Plan, message: str) -> str:
    """The engine's message, led by the file and the KPI whose expression it complains about, if it is one."""
    for fact in plan.nodes:
        for kpi in fact.kpis:
            for role in ("numerator", "denominator"):
                if f"/* {kpi.name} {role} */" in message:
                    return f"{fact.file}：指标 {kpi.name} 的 {role} 写错了。{message}"
    return f"{node.file}: {message}"
