"""Checks the rules that a contract states over one row: its own conditions, and columns required only sometimes."""

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
            _tell(rule, table, frame["line"].filter(mask), findings)
            if rule.severity == messages.QUARANTINE:
                broken |= mask
    for column in conditional:
        mask = results[f"needs_{column.name}"].fill_null(False) & frame[column.name].is_null() & ~frame["refused"]
        if mask.any():
            rows = frame["line"].filter(mask)
            findings.add_many(Note("D99"), rows.head(findings.room_for_infos).to_list(), column.header, len(rows))
            broken |= mask
    return broken


def _tell(rule: Rule, table: Table, rows: pl.Series, findings: Findings) -> None:
    values = {"rule": rule.message.get("zh", rule.check), "rule_en": rule.message.get("en", rule.check)}
    note = Note(rule.code, values, rule.severity)
    header = table.column(rule.column).header
    findings.add_many(note, rows.head(findings.room_for_infos).to_list(), header, len(rows))


def _has_enum(frame: pl.DataFrame) -> bool:
    return any(isinstance(dtype, pl.Enum) for dtype in frame.dtypes)
