"""What the definition of a KPI may say, held against its fact's own columns when the project is compiled, before anything is built.

The macros check which keys there are (dbt_project/macros/kpis/definitions.sql); what takes an engine to know is checked here: whether an
expression is one aggregate of the fact, read from its parse tree, and whether the columns that place its rows exist and hold dates.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from warehouse.build import picture_check as pictures
from warehouse.build.engines import EngineError
from warehouse.build.plan import Plan, file_of
from warehouse.build.project import BuildError
from warehouse.settings import Settings
from warehouse.system import scratch

__all__ = ["check"]

_ONE_AGGREGATE = (
    "只能写一个聚合函数（sum、count、median 等），可以带 filter (where …)，只用本表的列；"
    "比率请把分子写在 numerator、分母写在 denominator"
)
_DATES = {"date": "把记录放进期间的日期", "from": "开始计入的日期", "to": "不再计入的日期"}


def check(nodes: Sequence[Any], plan: Plan, settings: Settings) -> None:
    """Hold every KPI of the compiled dbt nodes against its fact, and every picture against its mart.

    Raises BuildError with each mistake on a line of its own.
    """
    facts = {node.name: node for node in nodes if node.resource_type == "model" and node.config.meta.get("programme")}
    asked = pictures.relations_asked(nodes)
    if not facts and not asked:
        return
    with scratch.folder() as folder:
        try:
            database = _empty(Path(folder), plan.selected([f"+{name}" for name in (*facts, *asked)]), settings)
        except EngineError as problem:
            # A KPI that cannot be worked out stops the marts that pictures ask: the facts alone say which.
            _hold_facts(facts.values(), plan, settings)
            raise BuildError(f"{problem.node.file}（{problem.node.name}）: {problem}") from problem
        with duckdb.connect(str(database), read_only=True) as connection:
            columns = _Columns(connection)
            found = [line for fact in facts.values() for line in _mistakes(fact, columns)]
            found += pictures.mistakes(nodes, connection)
    if found:
        raise BuildError("\n".join(found))


def _hold_facts(facts: Collection[Any], plan: Plan, settings: Settings) -> None:
    with scratch.folder() as folder:
        database = _empty(Path(folder), plan.selected([f"+{fact.name}" for fact in facts]), settings)
        with duckdb.connect(str(database), read_only=True) as connection:
            columns = _Columns(connection)
            found = [line for fact in facts for line in _mistakes(fact, columns)]
    if found:
        raise BuildError("\n".join(found))


@dataclass
class _Columns:
    """The columns of the built, empty facts, and what the engine makes of an expression over them."""

    connection: duckdb.DuckDBPyConnection

    def of(self, fact: str) -> dict[str, str]:
        relation = self.connection.table(fact)
        return dict(zip(relation.columns, map(str, relation.types), strict=True))

    @cached_property
    def aggregates(self) -> frozenset[str]:
        found = self.connection.table_function("duckdb_functions").filter("function_type = 'aggregate'")
        return frozenset(name for (name,) in found.project("function_name").fetchall())

    def tree(self, expression: str) -> dict[str, Any] | None:
        """The parse tree of one expression; None where it is none, or more than one."""
        statement = f"select {expression} from fact"  # noqa: S608 - taken apart, not run
        text = self.connection.execute("select json_serialize_sql(?::varchar)", [statement]).fetchall()[0][0]
        document = json.loads(text)
        if document.get("error"):
            return None
        listed = document["statements"][0]["node"]["select_list"]
        return listed[0] if len(listed) == 1 else None

    def problem(self, fact: str, expression: str) -> str | None:
        """What the engine says against an expression over a fact, in its first line."""
        try:
            self.connection.execute(f'select {expression} from "{fact}" as facts').fetchall()  # noqa: S608 - an analyst's own
        except duckdb.Error as error:
            return str(error).splitlines()[0]
        return None


def _kpis(node: Any) -> list[dict[str, Any]]:
    return [kpi for kpi in (node.config.meta.get("kpis") or []) if isinstance(kpi, dict)]


def _empty(folder: Path, plan: Plan, settings: Settings) -> Path:
    """The models of a plan over a landing without rows: what is asked of them is their columns."""
    from warehouse import contracts
    from warehouse.build import candidate
    from warehouse.intake import landing

    empty = replace(settings, home=folder)
    landing.write_empty(empty.landing, contracts.all_tables())
    database = folder / candidate.DATABASE_FILE
    candidate.build_empty(empty, database, plan)
    return database


def _mistakes(node: Any, columns: _Columns) -> Iterator[str]:
    file = file_of(node)
    for kpi in _kpis(node):
        for role in ("numerator", "denominator"):
            given = kpi.get(role)
            if given is None:
                continue
            part = given if isinstance(given, dict) else {"expression": given}
            fact = part.get("fact", node.name)
            known = columns.of(fact)
            for key in ("expression", "reported"):
                if part.get(key):
                    for said in _against_expression(str(part[key]), fact, known, columns):
                        yield f"{file}：指标 {kpi['name']} 的 {role} {said}"
            if not part.get("reference"):
                for said in _against_placing(_placing(kpi, part), known):
                    yield f"{file}：指标 {kpi['name']} 的 {said}（{role}，{fact}）。"
        category = kpi.get("category")
        if category and category not in columns.of(node.name):
            yield f"{file}：指标 {kpi['name']} 的 {_unknown('category', category, columns.of(node.name))}（{node.name}）。"


def _against_expression(expression: str, fact: str, known: dict[str, str], columns: _Columns) -> Iterator[str]:
    tree = columns.tree(expression)
    if tree is None:
        yield f"写的是“{expression}”，读不懂：{_ONE_AGGREGATE}。"
        return
    inside = list(_nodes(tree))
    if any(part.get("class") == "SUBQUERY" for part in inside):
        yield f"写的是“{expression}”，里面有子查询：{_ONE_AGGREGATE}。"
    elif any(part.get("class") == "WINDOW" for part in inside):
        yield f"写的是“{expression}”，里面有窗口函数：{_ONE_AGGREGATE}。"
    elif tree.get("class") != "FUNCTION" or tree.get("function_name", "").lower() not in columns.aggregates:
        yield f"写的是“{expression}”，不是一个聚合函数：{_ONE_AGGREGATE}。"
    elif sum(_is_aggregate(part, columns.aggregates) for part in inside) > 1:
        yield f"写的是“{expression}”，聚合函数里还有聚合函数：{_ONE_AGGREGATE}。"
    else:
        named = [part["column_names"][-1] for part in inside if part.get("class") == "COLUMN_REF"]
        missing = [name for name in dict.fromkeys(named) if name.lower() not in map(str.lower, known)]
        for name in missing:
            yield f"写的是“{expression}”，{fact} 没有 {name} 这一列{_nearest(name, known)}。"
        if not missing and (problem := columns.problem(fact, expression)):
            yield f"写的是“{expression}”，算不出来：{problem}"


def _is_aggregate(part: dict[str, Any], aggregates: frozenset[str]) -> bool:
    return part.get("class") == "FUNCTION" and part.get("function_name", "").lower() in aggregates


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every part of a parse tree, the whole first."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _placing(kpi: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The columns that place the rows of a part, by key: which ones count depends on its basis (kpi_values.sql)."""
    basis = part.get("basis", kpi.get("basis"))
    if part.get("year", kpi.get("year")):
        keys: tuple[str, ...] = ("year",)
    elif basis in ("stock", "open", "running_total"):
        keys = ("from", "to")
    else:
        keys = ("date", "from", "to") if basis == "period_in_stock" else ("date",)
    return {key: part.get(key, kpi.get(key)) for key in keys}


def _against_placing(placing: dict[str, Any], known: dict[str, str]) -> Iterator[str]:
    for key, meaning in _DATES.items():
        name = placing.get(key)
        if not name:
            continue
        if name not in known:
            yield _unknown(key, name, known)
        elif known[name] not in ("DATE", "TIMESTAMP"):
            dates = [column for column, kind in known.items() if kind == "DATE"]
            yield f"{key} 写的是 {name}，这一列不是日期（{known[name]}）；{key} 是{meaning}，可用的日期列：{'、'.join(dates)}"
    year = placing.get("year")
    if year and year not in known:
        yield _unknown("year", year, known)
    elif year and "INT" not in known[year] and "DECIMAL" not in known[year] and known[year] != "DOUBLE":
        yield f"year 写的是 {year}，这一列不是年份数（{known[year]}）"


def _unknown(key: str, name: str, known: dict[str, str]) -> str:
    return f"{key} 写的是 {name}，没有这一列{_nearest(name, known)}"


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"；是不是 {'、'.join(near)}" if near else ""
