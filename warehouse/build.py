"""Build a candidate release: run the plan of the dbt project over the landed rows into a DuckDB file.

What an earlier release already holds and nothing has touched since is kept: each relation has a key made of its SQL and of the keys of
what it reads, and only relations with another key are built again. Tests follow the same rule.
"""

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from warehouse import compact, machine, project, release, targets
from warehouse import plan as planning
from warehouse.dbt_process import DbtProcess, dbt_process
from warehouse.intake import landing, packing
from warehouse.plan import Node, Plan, Read
from warehouse.project import BuildError, reference_lists
from warehouse.settings import Settings

__all__ = ["DATABASE_FILE", "Base", "BuildError", "BuildResult", "build", "project_fingerprint"]

DATABASE_FILE = f"{project.DATABASE_NAME}.duckdb"

# Columns that a reference list may lack: those that lists of earlier versions did not have.
_OPTIONAL = {"targets": ("baseline", "baseline_date")}

# A test that picks more columns than this shows rows, not a finding.
_TOLD = 5

# What the engine holds before it writes to disk beside the candidate; more memory than this hardly makes a build faster.
# What does not fit is built again with twice as much, up to half of the machine's.
MEMORY_MB = 600

_log = logging.getLogger("unionboard.build")


@dataclass(frozen=True)
class Base:
    """A release that a build starts from: its file, the key of each relation and passed test, and its partitions' digests."""

    path: Path
    keys: Mapping[str, str]
    partitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class BuildResult:
    """What a build did: relations built and kept, tests that hold and that fail, and seconds of models and tests.

    `relations` names those built; `keys` and `partitions` are what a later build needs to start from this one.
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
    `dbt` may have begun to compile already.
    Raises BuildError when the project does not compile or a model fails; a failed test is counted, not raised.
    """
    if database.name != DATABASE_FILE:
        raise ValueError(f"the candidate must be named {DATABASE_FILE}, not {database.name}")
    if dbt is None:
        with dbt_process(settings) as own:
            return build(settings, database, progress, select, base, with_unit_tests, own)
    say = progress or (lambda _: None)
    dbt.compile()
    plan = planning.load(settings)
    if plan is None:
        raise BuildError("编译模型时文件又有改动，请再刷新一次。")
    if select:
        plan = plan.selected(select)
    targets.check(plan, reference_lists(settings))
    begin = time.perf_counter()
    builder, middle, failures = _built(settings, database, plan, base, say)
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
    )


def _built(
    settings: Settings, database: Path, plan: Plan, base: Base | None, say: Callable[[str], None]
) -> "tuple[_Builder, float, list[str]]":
    """The builder that is done, when its models were, and the tests that fail; in as little memory as it fits into."""
    tried = memory_limits(settings)
    for number, memory in enumerate(tried, start=1):
        for earlier in (database, database.with_name(f"{database.name}.wal")):
            earlier.unlink(missing_ok=True)
        if base is not None:
            shutil.copyfile(base.path, database)
        builder = _Builder(settings, database, plan, base, say, memory)
        try:
            with builder:
                builder.build_models()
                middle = time.perf_counter()
                failures = builder.run_tests()
                builder.seal()
            if builder.is_loose:
                compact.write_anew(database, memory)
            return builder, middle, failures
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
    ) -> None:
        self._settings = settings
        self._database = database
        self._plan = plan
        self._base = base
        self._say = say
        self._memory = memory
        self._nodes = {node.id: node for node in plan.nodes}
        self._lists = reference_lists(settings)
        self._sources: dict[str, str] = {}
        self._submissions: dict[tuple[str, str], str] | None = None
        self._present: dict[str, str] = {}
        self.at = ""
        self.keys: dict[str, str] = {}
        self.partitions: dict[str, dict[str, str]] = {}
        self.built: list[str] = []
        self.tests_passed = 0
        self.is_loose = False

    def __enter__(self) -> "_Builder":
        temporary = self._database.parent / "spill"
        self._connection = duckdb.connect(
            config={
                "preserve_insertion_order": "false",
                "temp_directory": str(temporary),
                "memory_limit": f"{self._memory}MB",
                "threads": str(machine.threads(self._memory)),
            }
        )
        path = str(self._database).replace("'", "''")
        self._run(f"attach '{path}' as {project.DATABASE_NAME}")
        self._run(f"use {project.DATABASE_NAME}.main")
        self._present = dict(
            self._ask(
                "select table_name, 'table' from duckdb_tables() where database_name = ? union all"
                " select view_name, 'view' from duckdb_views() where database_name = ? and not internal",
                [project.DATABASE_NAME, project.DATABASE_NAME],
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def build_models(self) -> None:
        """Every reference list and model whose key the base does not have; relations that no model makes any more are dropped."""
        for name in set(self._present) - {node.name for node in self._plan.nodes if node.kind != "test"}:
            self._drop(name)
        if self._base is not None:
            self._make_room(self._base)
        # One transaction: a candidate is whole or thrown away, and a hundred small commits would wait for the disk a hundred times.
        self._run("begin")
        for node in self._plan.nodes:
            if node.kind == "test":
                continue
            self.at = node.file
            key = self._key(node)
            if self._base is not None and self._is_kept(node, key):
                self._keep_partitions(node, self._base)
            else:
                self._say(node.file)
                try:
                    self._make(node)
                except duckdb.OutOfMemoryException:
                    raise
                except duckdb.Error as error:
                    raise BuildError(_explained(node, self._plan, str(error))) from error
                self.built.append(node.name)
            self.keys[node.id] = key
        self._run("commit")

    def run_tests(self) -> list[str]:
        """Run the tests whose key the base does not have; what fails, as name and message."""
        failures = []
        for node in self._plan.nodes:
            if node.kind != "test":
                continue
            self.at = f"{node.file}（{node.name}）"
            key = self._key(node)
            if self._base is None or self._base.keys.get(node.id) != key:
                self._say(node.name)
                message = self._failed(node)
                if message:
                    failures.append(f"{node.name}: {message}")
                    continue
            self.tests_passed += 1
            self.keys[node.id] = key
        return failures

    def seal(self) -> None:
        """Make the candidate fit to be published, and all of it stand in its one file."""
        self._run("begin")
        release.seal(self._connection, project.DATABASE_NAME)
        self._run("commit")
        # Said here, because a disk that is full when the connection closes is not told to anybody.
        self._run(f"checkpoint {project.DATABASE_NAME}")
        self.is_loose = compact.is_loose(self._connection, project.DATABASE_NAME)

    def make_all_readable(self) -> None:
        """Make every view that only building needs, for a reader from outside."""
        for node in self._plan.nodes:
            if node.kind == "view" and node.name not in self._present:
                self._make(node)

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
            if node.id in changed and node.kind in ("seed", "table") and self._present.get(node.name) == "table":
                self._drop(node.name)
        # Blocks are free for others once a checkpoint stands without them.
        self._run(f"checkpoint {project.DATABASE_NAME}")

    def _keep_partitions(self, node: Node, base: Base) -> None:
        for name in (node.id, _by_table(node.id)):
            if name in base.partitions:
                self.partitions[name] = dict(base.partitions[name])

    def _is_kept(self, node: Node, key: str) -> bool:
        if self._base is None or self._base.keys.get(node.id) != key:
            return False
        # A view over the landing is not part of a release; it is made again if somebody reads it.
        return node.kind == "view" or self._present.get(node.name) == "table"

    def _make(self, node: Node) -> None:
        self._make_readable(node)
        existing = self._present.get(node.name)
        if existing is not None and existing != ("view" if node.kind == "view" else "table"):
            self._drop(node.name)
        if node.kind == "seed":
            self._run(self._seed_sql(node))
        else:
            self._run(f"create or replace {node.kind} {node.relation} as\n{self._sql(node)}")
        self._present[node.name] = "view" if node.kind == "view" else "table"

    def _make_readable(self, node: Node) -> None:
        for parent in node.parents:
            above = self._nodes.get(parent)
            if above is not None and above.kind == "view" and above.name not in self._present:
                self._make(above)

    def _drop(self, name: str) -> None:
        self._run(f'drop {self._present.pop(name)} if exists "{name}" cascade')

    def _failed(self, node: Node) -> str | None:
        try:
            self._make_readable(node)
            [(count, fails)] = self._ask(
                f"select {node.failures}, {node.failures} {node.fails_if} from (\n{self._sql(node)}\n) as found"  # noqa: S608
            )
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            return str(error)
        return f"{count} 行不符合{self._example(node)}" if fails else None

    def _example(self, node: Node) -> str:
        """The first row that a test found, where it picks a few columns to say so; whole rows of a table are nobody's to print."""
        row = self._connection.execute(f"select * from (\n{self._sql(node)}\n) as found limit 1")  # noqa: S608
        names = [column[0] for column in row.description or []]
        values = row.fetchall()
        if not values or len(names) > _TOLD:
            return ""
        return "，例如 " + "、".join(f"{name}={value}" for name, value in zip(names, values[0], strict=True))

    def _seed_sql(self, node: Node) -> str:
        path = str(self._lists[node.name]).replace("'", "''")
        types = dict(node.column_types)
        header = self._ask(f"select * from read_csv('{path}', header = false, all_varchar = true) limit 1")  # noqa: S608
        columns = ", ".join(f"'{name}': '{types.get(name, 'varchar')}'" for name in header[0])
        besides = "".join(
            f", null::{types[name]} as {name}" for name in _OPTIONAL.get(node.name, ()) if name not in header[0]
        )
        return (
            f"create or replace table {node.relation} as select *{besides} from"  # noqa: S608
            f" read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{columns}}})"
        )

    def _sql(self, node: Node) -> str:
        landing = str(self._settings.landing).replace("'", "''")
        return node.sql.replace(project.LANDING, landing).replace(project.TODAY, self._settings.today.isoformat())

    def _key(self, node: Node) -> str:
        """What the node's content depends on: its SQL of today and what each of its reads brings."""
        sql = node.sql.replace(project.TODAY, self._settings.today.isoformat())
        inputs = sorted(self._input(read) for read in node.reads)
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
        name, part, column = node.id, read.programme, "programme"
        if read.table is not None:
            name, part, column = _by_table(node.id), f"{read.programme}/{read.table}", "programme || '/' || table_name"
        if name not in self.partitions:
            self._make_readable(node)
            self.partitions[name] = self._parts(node, column)
        if not self.partitions[name]:
            return whole
        return f"{read.parent}/{part}/{self.partitions[name].get(part)}"

    def _parts(self, node: Node, column: str) -> dict[str, str]:
        """A digest of each part of a relation; none where it has no such columns and the words of a read meant a query around it."""
        own = {name for name, *_ in self._ask(f"describe {node.relation}")}
        if not {"programme", *(("table_name",) if "table_name" in column else ())} <= own:
            return {}
        return {
            str(label): f"{count}-{digest}"
            for label, count, digest in self._ask(
                f"select {column} as part, count(*), bit_xor(hash(rows_)) from {node.relation} as rows_ group by part"  # noqa: S608
            )
        }

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
            path = str(self._settings.landing / "intake" / "submissions" / "*.parquet").replace("'", "''")
            self._submissions = {
                (programme, table): f"{count}-{digest}"
                for programme, table, count, digest in self._ask(
                    f"select programme, table_name, count(*), bit_xor(hash(rows_)) from read_parquet('{path}') as rows_"  # noqa: S608
                    " group by programme, table_name"
                )
            }
        return self._submissions

    def _run(self, sql: str) -> None:
        self._connection.execute(sql).fetchall()

    def _ask(self, sql: str, parameters: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, list(parameters) or None).fetchall()


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
