"""Checks the rules that a contract states over one row: its own conditions, and columns required only sometimes."""

import re

import polars as pl

from warehouse.contracts import Rule, Table
from warehouse.intake import messages
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note


def check_rules(frame: pl.DataFrame, table: Table, findings: Findings) -> pl.Series:
    """A mask of the rows of `frame` (typed, with `line` and `refused`) that break a rule; blanks never break one."""
    broken = pl.repeat(False, frame.height, eager=True)
    if not frame.height:
        return broken
    plain = frame.lazy().with_columns(pl.col(pl.Enum).cast(pl.String)) if _has_enum(frame) else frame.lazy()
    checks = [pl.sql_expr(rule.check).alias(f"rule{number}") for number, rule in enumerate(table.rules)]
    conditional = [column for column in table.columns if column.required_if]
    needs = [pl.sql_expr(column.required_if or "").alias(f"needs_{column.name}") for column in conditional]
    if not checks and not needs:
        return broken
    results = plain.select(*checks, *needs).collect()
    for number, rule in enumerate(table.rules):
        mask = (~results[f"rule{number}"]).fill_null(False) & ~frame["refused"]
        if mask.any():
            _tell(rule, table, frame.filter(mask), findings)
            if rule.severity == messages.QUARANTINE:
                broken |= mask
    for column in conditional:
        mask = results[f"needs_{column.name}"].fill_null(False) & frame[column.name].is_null() & ~frame["refused"]
        if mask.any():
            rows = frame["line"].filter(mask)
            findings.add_many(Note("D99"), rows, column.header)
            broken |= mask
    return broken


def _tell(rule: Rule, table: Table, broken: pl.DataFrame, findings: Findings) -> None:
    header = table.column(rule.column).header
    told = _with_shown(broken, rule, table)
    room = findings.room(Note(rule.code, severity=rule.severity), header)
    for line, shown, shown_en in told.head(room).iter_rows():
        values = {"rule": rule.message.get("zh", rule.check) + shown, "rule_en": rule.message.get("en", rule.check)}
        values["rule_en"] += shown_en
        findings.add(Note(rule.code, values, rule.severity), line, header)
    if told.height > room:
        findings.count(Note(rule.code, severity=rule.severity), told["line"][room:], header)


def _with_shown(broken: pl.DataFrame, rule: Rule, table: Table) -> pl.DataFrame:
    """For each row its line and what the cells say that the rule compares, in Chinese and in English."""
    words = set(re.findall(r"[a-z_0-9]+", rule.check))
    compared = [column for column in table.columns if column.name in words]
    cells = [
        pl.format("“{}”为{}", pl.lit(column.header), pl.col(column.name).cast(pl.String).fill_null("空"))
        for column in compared
    ]
    cells_en = [
        pl.format("“{}” is {}", pl.lit(column.header), pl.col(column.name).cast(pl.String).fill_null("blank"))
        for column in compared
    ]
    return broken.select(
        "line",
        zh=pl.format("（{}）", pl.concat_str(cells, separator="，")) if cells else pl.lit(""),
        en=pl.format(" ({})", pl.concat_str(cells_en, separator=", ")) if cells else pl.lit(""),
    )


def _has_enum(frame: pl.DataFrame) -> bool:
    return any(isinstance(dtype, pl.Enum) for dtype in frame.dtypes)
