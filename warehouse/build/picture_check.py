"""The pictures of all marts, held against the marts' own columns when the project is compiled, before anything is built."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

import duckdb

from warehouse.build.plan import file_of
from warehouse.pictures import declared, relations
from warehouse.pictures.declared import CHOSEN, Picture

_UNKNOWN_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"')
_UNKNOWN_RELATION = re.compile(r"Table with name (\S+) does not exist")
_UNKNOWN_FUNCTION = re.compile(r"Scalar Function with name (\S+) does not exist")
# What a page asks with; which region and period it is changes nothing about what there is to ask.
_CHOSEN: Mapping[str, str | date] = {
    "region": "000000",
    "period": "2024-05",
    "origin": "submitted",
    "first": date(2024, 5, 1),
    "last": date(2024, 5, 31),
    "year": "2024",
    "grain": "month",
}


def declaring(nodes: Sequence[Any]) -> list[Any]:
    """The dbt models that declare pictures."""
    return [node for node in nodes if node.resource_type == "model" and node.config.meta.get("pictures") is not None]


def relations_asked(nodes: Sequence[Any]) -> list[str]:
    """The names of the models that pictures ask."""
    words: set[str] = set()
    for node in declaring(nodes):
        words |= {node.name, *relations.models_of(node.fqn[1])}
        words |= set(re.findall(r"\w+", json.dumps(node.config.meta["pictures"], ensure_ascii=False)))
    return sorted(node.name for node in nodes if node.resource_type in ("model", "seed") and node.name in words)


def mistakes(nodes: Sequence[Any], connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What is wrong with the pictures of compiled dbt nodes, each on a line; `connection` has the marts, without rows."""
    names: Counter[str] = Counter()
    controls: dict[str, set[str]] = {}
    read = []
    for node in declaring(nodes):
        programme = node.fqn[1]
        listed = node.config.meta["pictures"]
        if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
            yield f"{file_of(node)}：pictures 要写成列表，每张图一项（- name: …）。"
            continue
        for entry in listed:
            picture, found = declared.read(entry, programme, node.name)
            names[picture.name] += 1
            if names[picture.name] == 2:
                yield f"{file_of(node)}：图 {picture.name} 的 name 与另一张图相同；每张图要有自己的代码。"
            if picture.control:
                controls.setdefault(programme, set()).add(picture.control.name)
            read.append((node, picture, found))
    for node, picture, found in read:
        if picture.instead_of and picture.instead_of not in names:
            found.append(declared.Mistake("instead_of", f"写的是 {picture.instead_of}，没有这张图"))
        said = [f"{mistake.key} {mistake.says}" for mistake in found]
        if not found:
            said += _against_release(picture, connection, controls.get(programme_of(node), set()))
        for one in dict.fromkeys(said):
            yield f"{file_of(node)}：图 {picture.name or '（没有 name）'} 的 {one.rstrip('。')}。"


def programme_of(node: Any) -> str:
    """The programme whose folder a model stands in."""
    return str(node.fqn[1])


def _against_release(picture: Picture, connection: duckdb.DuckDBPyConnection, controls: set[str]) -> Iterator[str]:
    values = {**_CHOSEN, **dict.fromkeys(controls)}
    for name, sql in picture.relations.items():
        kept = relations.names_what_is_hidden(sql)
        if kept:
            instead = "hidden_cells" if kept.endswith("hidden_cells") else "kpi_values"
            yield f"{name} 直接查了 {kept}；请用 {instead}，它已按不显示少数的规定处理"
    conditions = [
        picture.asked_of_chosen(one) for one in (picture.when, picture.hidden) if one not in ("", declared.CELL)
    ]
    asked = [picture.sql, *conditions]
    unknown = sorted((picture.parameters | frozenset().union(*map(relations.parameters, asked))) - values.keys())
    if unknown:
        yield f"SQL 里的 ${unknown[0]} 没有定义；可用的：{'、'.join('$' + name for name in values)}"
    elif any(_problem(one, connection, values) for one in asked):
        yield from _parts_at_fault(picture, connection, values)
    if picture.control and (problem := _problem(picture.control.sql, connection, values)):
        yield f"control.options {problem}"


def _parts_at_fault(
    picture: Picture, connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]
) -> Iterator[str]:
    """Which key of a picture the engine objects to: its queries from the first on, then each value by itself."""
    built: dict[str, str] = {}
    for name, sql in picture.relations.items():
        built[name] = sql
        asked = relations.statement(built, f"select * from {name}", picture.programme)
        if problem := _problem(asked, connection, values):
            key = {"rows": "select", "facts": "facts"}.get(name, name)
            yield f"{key} {problem}"
            return
    for expression in picture.expressions:
        if expression.relation == CHOSEN:
            asked = relations.statement(built, f"select ({expression.sql}) from {CHOSEN}", picture.programme)
        else:
            asked = relations.statement(
                built, f"select ({expression.sql}) from {expression.relation}", picture.programme
            )
        if problem := _problem(asked, connection, values, built.get(expression.relation), picture.programme):
            yield f"{expression.key} 写的是“{expression.sql}”，{problem}"


def _problem(
    sql: str,
    connection: duckdb.DuckDBPyConnection,
    values: Mapping[str, Any],
    relation: str | None = None,
    programme: str = "",
) -> str | None:
    """What the engine says against a statement, in words for people where it is a name it does not know."""
    try:
        connection.execute(sql, {name: values[name] for name in relations.parameters(sql)}).fetchall()
    except duckdb.Error as error:
        return _told(str(error), connection, values, relation, programme)
    return None


def _told(
    error: str, connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any], relation: str | None, programme: str
) -> str:
    column, table, function = (
        pattern.search(error) for pattern in (_UNKNOWN_COLUMN, _UNKNOWN_RELATION, _UNKNOWN_FUNCTION)
    )
    if column:
        name = column[1] or column[2]
        known = (
            re.findall(r'"([^"]+)"', error.split("Candidate bindings:")[-1]) if "Candidate bindings" in error else []
        )
        near = get_close_matches(name, known, n=2, cutoff=0.5) or known[:2]
        return f"没有 {name} 这一列" + (f"；是不是 {'、'.join(near)}" if near else "")
    if table:
        return f"没有叫 {table[1]} 的模型或查询"
    if function:
        return f"没有 {function[1]} 这个函数"
    return f"算不出来：{error.splitlines()[0]}"
