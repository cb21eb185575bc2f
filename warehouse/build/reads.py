"""What a statement reads, from the engine's own parse tree: which relations and files, and of which of them one programme's rows only.

A read that is not certainly narrowed counts as a read of the whole relation: a model built once too often is slow, one that was not
built again is wrong.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

# Columns by which a read may be narrowed; the digests of a relation's parts are kept by these (warehouse/build/candidate.py).
_PROGRAMME, _TABLE = "programme", "table_name"

_SOURCES = ("BASE_TABLE", "TABLE_FUNCTION")

# Functions that make rows of what they are given; of any other in a `from` nobody knows what it reads.
_OWN_ROWS = ("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree")


@dataclass(frozen=True)
class Mention:
    """One place of a statement that reads a relation (`name`, lower case) or files (`path`; None where it is not a plain text)."""

    name: str | None = None
    path: str | None = None
    programme: str | None = None
    table: str | None = None


def mentions(sql: str) -> list[Mention]:
    """Every relation and file that `sql` reads. Raises ValueError when the engine cannot take it for one or more queries."""
    [(text,)] = duckdb.execute("select json_serialize_sql(?::varchar)", [sql]).fetchall()
    tree = json.loads(text)
    if tree.get("error"):
        raise ValueError(str(tree.get("error_message")))
    return [found for statement in tree["statements"] for found in _visit(statement["node"], frozenset())]


def _visit(node: Any, ctes: frozenset[str]) -> Iterator[Mention]:
    """The mentions below `node`, where a bare name of `ctes` means that part of the statement and no relation."""
    if isinstance(node, list):
        for item in node:
            yield from _visit(item, ctes)
        return
    if not isinstance(node, dict):
        return
    if node.get("type") == "RECURSIVE_CTE_NODE":
        ctes |= {node["cte_name"].lower()}
    for entry in (node.get("cte_map") or {}).get("map", ()):
        yield from _visit(entry["value"], ctes)
        ctes |= {entry["key"].lower()}
    rest = {key: value for key, value in node.items() if key != "cte_map"}
    if node.get("type") == "SELECT_NODE" and node["from_table"]["type"] in _SOURCES:
        # The one thing this query reads: only here can `where` say beyond doubt whose rows are meant.
        yield from _mention(rest.pop("from_table"), ctes, node["where_clause"])
    elif node.get("type") in _SOURCES:
        yield from _mention(node, ctes, None)
        return
    yield from _visit(list(rest.values()), ctes)


def _mention(source: dict[str, Any], ctes: frozenset[str], condition: Any) -> Iterator[Mention]:
    programme, table = _narrowed(condition, source)
    if source["type"] == "BASE_TABLE":
        name = source["table_name"].lower()
        if source["schema_name"] or name not in ctes:
            yield Mention(name, None, programme, table)
        return
    function = source["function"]
    arguments = [argument["expression"] for argument in function["arguments"]]
    if function["function_name"].lower() not in _OWN_ROWS:
        yield Mention(None, _text(arguments[0]) if arguments else None, programme, table)
    yield from _visit(arguments, ctes)


def _narrowed(condition: Any, source: dict[str, Any]) -> tuple[str | None, str | None]:
    """Programme and table that every row read from `source` has, as far as `condition` says so beyond doubt."""
    if source.get("column_name_alias"):
        return None, None
    said = dict(_equalities(condition, _names_of(source)))
    programme = said.get(_PROGRAMME)
    return programme, said.get(_TABLE) if programme else None


def _equalities(condition: Any, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """`column = 'text'` of all that must hold together; what stands under `or`, `not` or anything else says nothing."""
    if not condition:
        return
    if condition["type"] == "CONJUNCTION_AND":
        for child in condition["children"]:
            yield from _equalities(child, names)
    elif condition["type"] == "COMPARE_EQUAL":
        for one, other in ((condition["left"], condition["right"]), (condition["right"], condition["left"])):
            column, text = _column(one, names), _text(other)
            if column is not None and text is not None:
                yield column, text


def _names_of(source: dict[str, Any]) -> frozenset[str]:
    return frozenset({(source.get("alias") or source.get("table_name") or "").lower()} - {""})


def _column(expression: dict[str, Any], names: frozenset[str]) -> str | None:
    if expression["type"] != "COLUMN_REF":
        return None
    *before, name = (part.lower() for part in expression["column_names"])
    return name if not before or (len(before) == 1 and before[0] in names) else None


def _text(expression: dict[str, Any]) -> str | None:
    literal = expression.get("literal") or {}
    return literal.get("text") if expression["type"] == "VALUE_CONSTANT" and literal.get("kind") == "STRING" else None
