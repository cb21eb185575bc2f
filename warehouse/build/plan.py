"""The plan of a build: every reference list, model and test of the dbt project as compiled SQL, in an order that can be run.

dbt's parsing and compiling take seconds and depend on the project's files alone, so the plan is kept on disk until one of them changes.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from warehouse.build import project, reads
from warehouse.build.project import BuildError
from warehouse.build.reads import Mention
from warehouse.settings import OWN_HOME, Settings
from warehouse.system.durable import keep_only

# The rows of a source, as dbt writes them into a statement.
_SOURCE = re.compile(re.escape(project.LANDING) + r"/(\w+)/(\w+)/\*\.parquet")

# What a statement reads of which nobody here can tell when it changes.
OUTSIDE = "outside"


@dataclass(frozen=True)
class Read:
    """What a node reads: a node, a source or OUTSIDE, and the programme and table it narrows that to, if it does."""

    parent: str
    programme: str | None = None
    table: str | None = None

    @property
    def label(self) -> str:
        """Its name among a node's reads."""
        return "/".join(part for part in (self.parent, self.programme, self.table) if part is not None)


@dataclass(frozen=True)
class Kpi:
    """What a list beside the models has to know of a KPI; `may_pass_one` holds for a share that need not stay within 0 and 1."""

    name: str
    unit: str
    direction: str
    takes_targets: bool
    may_pass_one: bool


@dataclass(frozen=True)
class Node:
    """One reference list (seed), model or test. `kind` is seed, table, view or test; `failures` is what a test counts."""

    id: str
    name: str
    kind: str
    relation: str
    sql: str
    parents: tuple[str, ...]
    reads: tuple[Read, ...]
    file: str
    kpis: tuple[Kpi, ...] = ()
    column_types: tuple[tuple[str, str], ...] = ()
    failures: str = "count(*)"
    fails_if: str = "!= 0"


@dataclass(frozen=True)
class Plan:
    """All nodes, parents before children, tests last."""

    nodes: tuple[Node, ...]

    def node(self, node_id: str) -> Node | None:
        """The node of this id; None for sources."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def selected(self, select: Iterable[str]) -> "Plan":
        """The models `select` names (`+name` with all they are made of) and the tests that look at nothing else."""
        by_name = {node.name: node for node in self.nodes if node.kind != "test"}
        by_id = {node.id: node for node in self.nodes}
        chosen: set[str] = set()

        def add(node_id: str) -> None:
            if node_id in by_id and node_id not in chosen:
                chosen.add(node_id)
                for parent in by_id[node_id].parents:
                    add(parent)

        for word in select:
            name = word.removeprefix("+")
            if name not in by_name:
                raise BuildError(f"没有模型 {name}。")
            if word.startswith("+"):
                add(by_name[name].id)
            else:
                chosen.add(by_name[name].id)
        return Plan(
            tuple(
                node
                for node in self.nodes
                if node.id in chosen
                or (node.kind == "test" and all(parent in chosen for parent in node.parents if parent in by_id))
            )
        )


_plans: dict[str, Plan] = {}
_unit_tested: set[str] = set()


def load(settings: Settings) -> Plan | None:
    """The plan for the project's files as they are now, None before they were compiled (warehouse/build/dbt_process.py).

    A plan says nothing of where rows lie, so a home without one takes that of the checkout's own, which `make setup` compiles.
    """
    fingerprint = project.models_fingerprint()
    if fingerprint not in _plans:
        plan = next((found for home in (settings.home, OWN_HOME) if (found := _read(_path(home, fingerprint)))), None)
        if plan is None:
            return None
        _plans[fingerprint] = plan
    return _plans[fingerprint]


def is_known(settings: Settings) -> bool:
    """Whether `load` has the plan."""
    return load(settings) is not None


def keep(settings: Settings, plan: Plan) -> None:
    """Keep the plan of the project's files as they are now on disk."""
    _write(_path(settings.home, project.models_fingerprint()), plan)


def is_unit_tested(settings: Settings) -> bool:
    """Whether the models as they are now have passed their unit tests, which try them on rows of their own."""
    fingerprint = project.models_fingerprint()
    return fingerprint in _unit_tested or any(_mark(home, fingerprint).exists() for home in (settings.home, OWN_HOME))


def note_unit_tested(settings: Settings) -> None:
    """Remember that the models as they are now have passed their unit tests."""
    fingerprint = project.models_fingerprint()
    _unit_tested.add(fingerprint)
    mark = _mark(settings.home, fingerprint)
    mark.parent.mkdir(parents=True, exist_ok=True)
    for earlier in mark.parent.glob(f"*{_MARK}"):
        earlier.unlink(missing_ok=True)
    mark.touch()


_MARK = ".tested"


def _path(home: Path, fingerprint: str) -> Path:
    return home / "build" / f"plan-{fingerprint[:16]}-{_reader()}.json"


@lru_cache(maxsize=1)
def _reader() -> str:
    """A digest of what takes statements apart: a plan that other code made is not read."""
    text = b"".join((Path(__file__).parent / name).read_bytes() for name in ("plan.py", "reads.py"))
    return hashlib.sha256(text).hexdigest()[:8]


def _mark(home: Path, fingerprint: str) -> Path:
    return _path(home, fingerprint).with_suffix(_MARK)


def _read(path: Path) -> Plan | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Plan(tuple(_node(entry) for entry in document))
    except (FileNotFoundError, json.JSONDecodeError, TypeError, KeyError):
        # Not there, cut short, or written by another version: it is made again.
        return None


def _node(entry: dict[str, Any]) -> Node:
    return Node(
        **{
            **entry,
            "parents": tuple(entry["parents"]),
            "reads": tuple(Read(**read) for read in entry["reads"]),
            "kpis": tuple(Kpi(**kpi) for kpi in entry["kpis"]),
            "column_types": tuple((name, kind) for name, kind in entry["column_types"]),
        }
    )


def _write(path: Path, plan: Plan) -> None:
    keep_only(path, "plan-*.json", json.dumps([asdict(node) for node in plan.nodes], ensure_ascii=False))


def made_of(found: Sequence[Any]) -> Plan:
    """The plan of the nodes that dbt compiled."""
    by_relation = {
        (node.alias or node.name).lower(): node.unique_id for node in found if node.resource_type in ("model", "seed")
    }
    nodes = {node.unique_id: _from_dbt(node, by_relation) for node in found if node.resource_type != "unit_test"}
    order = TopologicalSorter(
        {key: [parent for parent in node.parents if parent in nodes] for key, node in sorted(nodes.items())}
    )
    in_order = [nodes[key] for key in order.static_order()]
    return Plan(tuple(sorted(in_order, key=lambda node: node.kind == "test")))


def _from_dbt(node: Any, by_relation: dict[str, str]) -> Node:
    kind = node.resource_type if node.resource_type in ("seed", "test") else node.config.materialized
    if kind not in ("seed", "test", "table", "view"):
        raise BuildError(f"{node.original_file_path}：materialized 只能是 table 或 view，不能是 {kind}。")
    if kind != "test" and (node.config.pre_hook or node.config.post_hook):
        raise BuildError(f"{node.original_file_path}：模型不能带 pre-hook 或 post-hook，请写成另一个模型。")
    sql = node.compiled_code or "" if kind != "seed" else ""
    read = _reads(sql, node, by_relation) if sql else []
    config = node.config
    return Node(
        id=node.unique_id,
        name=node.name,
        kind=kind,
        relation=getattr(node, "relation_name", None) or "",
        sql=sql,
        parents=tuple(sorted({found.parent for found in read} - {OUTSIDE})),
        reads=tuple(read),
        file=file_of(node),
        kpis=tuple(_kpi(given) for given in (config.meta.get("kpis") or []) if isinstance(given, dict)),
        column_types=tuple((config.column_types or {}).items()) if kind == "seed" else (),
        failures=config.fail_calc if kind == "test" else "count(*)",
        fails_if=config.error_if if kind == "test" and config.severity.upper() == "ERROR" else "< 0",
    )


def _kpi(given: dict[str, Any]) -> Kpi:
    return Kpi(
        name=given["name"],
        unit=given["unit"],
        direction=given["direction"],
        takes_targets=given.get("target") == "kpi_targets",
        may_pass_one="may_pass_one" in given,
    )


def _reads(sql: str, node: Any, by_relation: dict[str, str]) -> list[Read]:
    """What a node reads: all that its statement mentions, and whole what dbt knows of besides.

    A relation is narrowed only where every single mention of it is.
    """
    try:
        mentions = reads.mentions(sql)
    except ValueError:
        # One that the engine runs but does not take apart, such as `pivot` without `select`.
        mentions = [Mention()]
    found: dict[str, set[Read]] = {parent: set() for parent in node.depends_on.nodes}
    for mention in mentions:
        parent = by_relation.get(mention.name) if mention.name else _source(node.package_name, mention.path)
        if parent != node.unique_id:
            found.setdefault(parent or OUTSIDE, set()).add(Read(parent or OUTSIDE, mention.programme, mention.table))
    return [read for parent in sorted(found) for read in _narrowest(parent, found[parent])]


def _source(package: str, path: str | None) -> str | None:
    found = _SOURCE.fullmatch(path or "")
    return f"source.{package}.{found[1]}.{found[2]}" if found else None


def _narrowest(parent: str, read: set[Read]) -> list[Read]:
    if not read or any(one.programme is None for one in read):
        return [Read(parent)]
    return sorted(read, key=lambda one: (one.programme or "", one.table or ""))


def file_of(node: Any) -> str:
    """The file of a dbt node that an analyst edits, from the checkout."""
    return f"dbt_project/{(getattr(node, 'patch_path', None) or node.original_file_path).split('://')[-1]}"
