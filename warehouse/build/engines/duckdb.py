"""DuckDB as an engine: one connection to the candidate's file, in this process."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.build import compact, descriptions, project, project_code, sealing
from warehouse.build.engines import EngineError
from warehouse.build.plan import Node, Plan
from warehouse.build.project import reference_lists
from warehouse.settings import Settings
from warehouse.system import machine

# Columns that a reference list may lack: those that lists of earlier versions did not have.
_OPTIONAL = {
    "targets": ("baseline", "baseline_date", "source_en", "note_en"),
    "published_figures": ("headline_en", "subject_en", "metric_name_en", "unit_en", "note_en"),
}


# A test that picks more columns than this shows rows, not a finding.
_TOLD = 5


class DuckDb:
    """The open candidate. `present` are its relations by name, each a table or a view."""

    def __init__(self, settings: Settings, database: Path, plan: Plan, memory: int) -> None:
        self._settings = settings
        self._nodes = {node.id: node for node in plan.nodes}
        self._lists = reference_lists(settings)
        self._connection = duckdb.connect(
            config={
                "preserve_insertion_order": "false",
                "temp_directory": str(database.parent / "spill"),
                "memory_limit": f"{memory}MB",
                "threads": str(machine.threads(memory)),
            }
        )
        self.run(f"attach '{_quoted(database)}' as {project.DATABASE_NAME}")
        self.run(f"use {project.DATABASE_NAME}.main")
        self.present: dict[str, str] = dict(
            self.ask(
                "select table_name, 'table' from duckdb_tables() where database_name = ? union all"
                " select view_name, 'view' from duckdb_views() where database_name = ? and not internal",
                [project.DATABASE_NAME, project.DATABASE_NAME],
            )
        )

    def close(self) -> None:
        """Close the candidate."""
        self._connection.close()

    def run(self, sql: str) -> None:
        """Run a statement."""
        self._connection.execute(sql).fetchall()

    def ask(self, sql: str, parameters: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self._connection.execute(sql, list(parameters) or None).fetchall()

    def sql(self, node: Node) -> str:
        """The plan's own statement."""
        return node.sql

    def make(self, node: Node) -> None:
        """Make the node's relation in the candidate, and before it the views it reads that only building needs."""
        self.make_readable(node)
        self._make_room(node)
        try:
            if node.kind == "seed":
                self.run(self._seed_sql(node))
            else:
                self.run(f"create or replace {node.kind} {node.relation} as\n{self.of_today(node.sql)}")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise EngineError(node, str(error)) from error
        self.present[node.name] = "view" if node.kind == "view" else "table"
        if node.contract and (said := self._against_contract(node)):
            raise EngineError(node, said)

    def _against_contract(self, node: Node) -> str:
        """Where a relation is not what its YAML promises to those who read it."""
        found = {name: kind.lower() for name, kind in self.columns(node)}
        promised = dict(node.contract)
        told = [f"多了列 {name}（{found[name]}）" for name in found if name not in promised]
        told += [f"缺少列 {name}（{kind}）" for name, kind in promised.items() if name not in found]
        told += [
            f"列 {name} 应是 {kind}，现在是 {found[name]}"
            for name, kind in promised.items()
            if name in found and found[name] != kind
        ]
        return (
            f"与YAML里的契约（contract）不符：{'；'.join(told)}。请改模型，或连同读它的人一起改契约。" if told else ""
        )

    def make_readable(self, node: Node) -> None:
        """Make the views that the node reads where they are not there: a release does not keep those of the landing."""
        for parent in node.parents:
            above = self._nodes.get(parent)
            if above is not None and above.kind == "view" and above.name not in self.present:
                self.make(above)

    def failing(self, node: Node) -> tuple[int, bool]:
        """What a test counts, and whether that many fail it."""
        try:
            self.make_readable(node)
            [(count, fails)] = self.ask(failing_sql(node, self.of_today(node.sql)))
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise EngineError(node, str(error)) from error
        return count, fails

    def example(self, node: Node) -> str:
        """The first row that a test found, where it picks a few columns to say so; whole rows of a table are nobody's to print."""
        self.make_readable(node)
        found = self._connection.execute(f"select * from (\n{self.of_today(node.sql)}\n) as found limit 1")  # noqa: S608
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
        if not rows or len(names) > _TOLD:
            return ""
        return "，例如 " + "、".join(f"{name}={value}" for name, value in zip(names, rows[0], strict=True))

    def drop(self, name: str) -> None:
        """Drop a relation and what hangs on it."""
        self.run(f'drop {self.present.pop(name)} if exists "{name}" cascade')

    def land(self, node: Node, files: Path, types: Iterable[tuple[str, str]]) -> None:
        """A table of the candidate from parquet files that another engine wrote, each column in the type given."""
        self._make_room(node)
        columns = list(types)
        try:
            if any(files.glob("*.parquet")):
                casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns)
                source = f"read_parquet('{_quoted(files)}/*.parquet', hive_partitioning = false)"
                self.run(f"create or replace table {node.relation} as select {casts} from {source}")  # noqa: S608
            else:
                declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
                self.run(f"create or replace table {node.relation} ({declared})")
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise EngineError(node, str(error)) from error
        self.present[node.name] = "table"

    def write(self, node: Node, path: Path) -> None:
        """A table of the candidate as one parquet file in types that other engines know."""
        casts = ", ".join(
            f'cast("{name}" as {_WRITTEN.get(kind, kind)}) as "{name}"' for name, kind in self.columns(node)
        )
        self.run(f"copy (select {casts} from {node.relation}) to '{_quoted(path)}' (format parquet)")  # noqa: S608

    def columns(self, node: Node) -> list[tuple[str, str]]:
        """Name and type of each column of a relation."""
        return [(str(name), str(kind)) for name, kind, *_ in self.ask(f"describe {node.relation}")]

    def columns_of(self, files: Path) -> list[tuple[str, str]]:
        """Name and type of each column of parquet files, a path or a pattern of paths."""
        rows = self.ask(f"describe select * from read_parquet('{_quoted(files)}', hive_partitioning = false)")  # noqa: S608
        return [(str(name), str(kind)) for name, kind, *_ in rows]

    def parts(self, node: Node, columns: Sequence[str]) -> dict[str, str]:
        """A digest of each part of a relation, by `columns` joined with a slash; none where it does not have them."""
        self.make_readable(node)
        if node.kind == "view" and node.name not in self.present:
            self.make(node)
        own = {name for name, _ in self.columns(node)}
        if not set(columns) <= own:
            return {}
        part = " || '/' || ".join(columns)
        return {
            str(label): f"{count}-{digest}"
            for label, count, digest in self.ask(
                f"select {part} as part, count(*), bit_xor(hash(rows_)) from {node.relation} as rows_ group by part"  # noqa: S608
            )
        }

    def submission_digests(self) -> dict[tuple[str, str], str]:
        """A digest of what was handed in, by programme and table."""
        path = _quoted(self._settings.landing / "intake" / "submissions")
        return {
            (programme, table): f"{count}-{digest}"
            for programme, table, count, digest in self.ask(
                f"select programme, table_name, count(*), bit_xor(hash(rows_)) from read_parquet('{path}/*.parquet') as rows_"  # noqa: S608
                " group by programme, table_name"
            )
        }

    def seal(self) -> None:
        """Make the candidate fit to be published, and all of it stand in its one file."""
        self.run("begin")
        sealing.seal(self._connection, project.DATABASE_NAME)
        project_code.write(self._connection)
        descriptions.write(self._connection, self._nodes.values())
        self.run("commit")
        # Said here, because a disk that is full when the connection closes is not told to anybody.
        self.run(f"checkpoint {project.DATABASE_NAME}")

    def is_loose(self) -> bool:
        """Whether so much of the file is free that it is worth writing anew."""
        return compact.is_loose(self._connection, project.DATABASE_NAME)

    def _make_room(self, node: Node) -> None:
        existing = self.present.get(node.name)
        if existing is not None and existing != ("view" if node.kind == "view" else "table"):
            self.drop(node.name)

    def _seed_sql(self, node: Node) -> str:
        path = _quoted(self._lists[node.name])
        types = dict(node.column_types)
        header = self.ask(f"select * from read_csv('{path}', header = false, all_varchar = true) limit 1")  # noqa: S608
        columns = ", ".join(f"'{name}': '{types.get(name, 'varchar')}'" for name in header[0])
        besides = "".join(
            f", null::{types[name]} as {name}" for name in _OPTIONAL.get(node.name, ()) if name not in header[0]
        )
        return (
            f"create or replace table {node.relation} as select *{besides} from"  # noqa: S608
            f" read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{columns}}})"
        )

    def of_today(self, sql: str) -> str:
        """A statement of the plan with the day and the place of the landed rows."""
        return sql.replace(project.LANDING, _quoted(self._settings.landing)).replace(
            project.TODAY, self._settings.today.isoformat()
        )


# What parquet has no type for is written in one that holds it.
_WRITTEN = {"HUGEINT": "BIGINT", "UHUGEINT": "BIGINT", "UBIGINT": "BIGINT", "UINTEGER": "BIGINT"}


def failing_sql(node: Node, sql: str) -> str:
    """The one row that says how many fail a test and whether that is too many."""
    return f"select {node.failures}, {node.failures} {node.fails_if} from (\n{sql}\n) as found"  # noqa: S608


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
