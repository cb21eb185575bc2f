"""What runs the models: DuckDB in this process, or a Spark cluster (docs/decisions/0023-engines.md).

An engine makes relations, runs tests on them, and gives and takes tables. Every build has DuckDB, because the release is a DuckDB file;
what Spark makes is read into it, and what Spark needs of it is landed there.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from warehouse.build.plan import Node
from warehouse.build.project import BuildError, reference_lists
from warehouse.settings import ENGINES, Settings

DUCKDB, SPARK = ENGINES


class EngineError(Exception):
    """What an engine says of a node that it could not run."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


class Engine(Protocol):
    """What a build asks of an engine; relations are named by their nodes."""

    def sql(self, node: Node) -> str:
        """The statement this engine runs for the node, without what a place or a day puts into it."""

    def make(self, node: Node) -> None:
        """Make the node's relation, and first whatever views it reads. Raises EngineError."""

    def failing(self, node: Node) -> tuple[int, bool]:
        """What a test counts, and whether that many fail it. Raises EngineError."""


class Choice:
    """Which engine runs which node: a programme's own, where it has one, else the installation's."""

    def __init__(self, settings: Settings) -> None:
        self._engine = settings.engine
        self._programmes = {} if settings.is_engine_forced else _of_programmes(settings)

    @property
    def needs_spark(self) -> bool:
        """Whether any model may run on Spark."""
        return SPARK in (self._engine, *self._programmes.values())

    def of(self, node: Node) -> str:
        """The engine of a model. Reference lists are read by DuckDB, which hands them on."""
        if node.kind == "seed":
            return DUCKDB
        return self._programmes.get(_folder(node), self._engine)

    def of_test(self, node: Node, nodes: Mapping[str, Node]) -> str:
        """The engine of a test: Spark where all it looks at is there; DuckDB has everything."""
        parents = [nodes[parent] for parent in node.parents if parent in nodes]
        models = [parent for parent in parents if parent.kind != "seed"]
        return SPARK if models and all(self.of(parent) == SPARK for parent in models) else DUCKDB


def _of_programmes(settings: Settings) -> dict[str, str]:
    """The engine of each programme that has one of its own: by the settings, else by a column `engine` of programmes.csv."""
    path = reference_lists(settings)["programmes"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for line, row in enumerate(rows, start=2):
        engine = (row.get("engine") or "").strip().lower()
        if engine and engine not in ENGINES:
            raise BuildError(f"{_shown(path)} 第{line}行：engine 只能是 {' 或 '.join(ENGINES)}，现为“{engine}”。")
        if engine:
            found[row["programme"]] = engine
    known = {row["programme"] for row in rows}
    for programme in settings.spark_programmes:
        if programme not in known:
            raise BuildError(
                f"UNIONBOARD_SPARK_PROGRAMMES：没有项目 {programme}。现有项目：{'、'.join(sorted(known))}。"
            )
        found[programme] = SPARK
    return found


def _folder(node: Node) -> str:
    """The folder below models/ that a node's file lies in: its programme, or core."""
    parts = Path(node.file).parts
    return parts[2] if parts[:2] == ("dbt_project", "models") and len(parts) > 3 else ""


def _shown(path: Path) -> str:
    return f"reference/{path.name}"
