"""Checks the rules that a contract states over one row: its own conditions, and columns required only sometimes."""

import re
import types
from typing import Any

import dataframely as dy
import polars as pl

from warehouse.contracts import Column, Rule, Table
from warehouse.intake import messages
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note

_WORDS = re.compile(r"[a-z_0-9]+")


def check_rules(frame: pl.DataFrame, table: Table, findings: Findings) -> pl.Series:
    """A mask of the rows of `frame` (typed, with `line` and `refused`) that break a rule; blanks never break one."""
    none = pl.repeat(False, frame.height, eager=True)
    compared = _compared(table)
    if not frame.height or not (table.rules or any(column.required_if for column in table.columns)):
        return none
    plain = frame.filter(~pl.col("refused")).select("line", *(_plain(frame, name) for name in compared))
    schema = _schema(table, compared)
    if schema.is_valid(plain):
        return none
    # One row for each row that breaks something; what it breaks says `invalid`.
    details = schema.filter(plain).failure.details()
    broken = _tell_missing(details, table, findings)
    for number, rule in enumerate(table.rules):
        if rule.severity == messages.QUARANTINE:
            broken |= _tell(details.filter(pl.col(_rule_name(number)) == "invalid"), rule, table, findings)
    for number, rule in enumerate(table.rules):
        if rule.severity != messages.QUARANTINE:
            wrong = (pl.col(_rule_name(number)) == "invalid") & ~pl.col("line").is_in(list(broken))
            _tell(details.filter(wrong), rule, table, findings)
    return frame["line"].is_in(list(broken))


def _compared(table: Table) -> list[str]:
    """The columns that the rules look at."""
    conditions = [rule.check for rule in table.rules]
    conditions += [f"{column.name} {column.required_if}" for column in table.columns if column.required_if]
    words = {word for condition in conditions for word in _WORDS.findall(condition)}
    return [column.name for column in table.columns if column.name in words]


def _plain(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String) if isinstance(frame.schema[name], pl.Enum) else pl.col(name)


def _schema(table: Table, compared: list[str]) -> type[dy.Schema]:
    """The contract's rules as a dataframely schema: one rule for each, by its number, and one for each conditional column."""
    body: dict[str, Any] = {"line": dy.UInt32(), **{name: dy.Any() for name in compared}}
    for number, rule in enumerate(table.rules):
        body[_rule_name(number)] = _rule(pl.sql_expr(rule.check))
    for column in table.columns:
        if column.required_if:
            body[_need_name(column)] = _rule(~pl.sql_expr(column.required_if) | pl.col(column.name).is_not_null())
    return types.new_class("Rows", (dy.Schema,), exec_body=lambda namespace: namespace.update(body))


def _rule(holds: pl.Expr) -> Any:
    return dy.rule()(lambda schema: holds)


def _rule_name(number: int) -> str:
    return f"rule:{number}"


def _need_name(column: Column) -> str:
    return f"needs:{column.name}"


def _tell_missing(details: pl.DataFrame, table: Table, findings: Findings) -> set[int]:
    broken: set[int] = set()
    for column in table.columns:
        if column.required_if:
            rows = details["line"].filter(details[_need_name(column)] == "invalid")
            findings.add_many(Note("D99"), rows, column.header)
            broken.update(rows)
    return broken


def _tell(wrong: pl.DataFrame, rule: Rule, table: Table, findings: Findings) -> set[int]:
    header = table.column(rule.column).header
    room = findings.room(Note(rule.code, severity=rule.severity), header)
    for line, shown, shown_en in _with_shown(wrong.head(room), rule, table).iter_rows():
        values = {
            "rule": rule.message.get("zh", rule.check) + shown,
            "rule_en": rule.message.get("en", rule.check) + shown_en,
        }
        findings.add(Note(rule.code, values, rule.severity), line, header)
    if wrong.height > room:
        findings.count(Note(rule.code, severity=rule.severity), wrong["line"][room:], header)
    return set(wrong["line"])


def _with_shown(broken: pl.DataFrame, rule: Rule, table: Table) -> pl.DataFrame:
    """For each row its line and what the cells say that the rule compares, in Chinese and in English."""
    words = set(_WORDS.findall(rule.check))
    compared = [column for column in table.columns if column.name in words]
    cells = [pl.format("“{}”为{}", pl.lit(column.header), _shown(column, "空")) for column in compared]
    cells_en = [pl.format("“{}” is {}", pl.lit(column.header), _shown(column, "blank")) for column in compared]
    return broken.select(
        "line",
        zh=pl.format("（{}）", pl.concat_str(cells, separator="，")) if cells else pl.lit(""),
        en=pl.format(" ({})", pl.concat_str(cells_en, separator=", ")) if cells else pl.lit(""),
    )


def _shown(column: Column, blank: str) -> pl.Expr:
    """A cell as a text may show it; counts so small that people may be recognised are not shown (D71)."""
    text = pl.col(column.name).cast(pl.String).fill_null(blank)
    if column.mask_below is None:
        return text
    small = pl.col(column.name).is_between(1, column.mask_below - 1).fill_null(False)
    return pl.when(small).then(pl.lit(f"<{column.mask_below}")).otherwise(text)
