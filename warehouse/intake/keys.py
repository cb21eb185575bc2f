"""Finds repeated rows and rows that share a key but say different things, within one submission."""

import polars as pl

from warehouse.contracts import Table
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note
from warehouse.intake.units import OFFICE_PROVINCE, office_provinces

SUBMISSION = (OFFICE_PROVINCE, "reporting_unit", "report_period")


def check_keys(frame: pl.DataFrame, table: Table, findings: Findings) -> tuple[pl.Series, pl.Series]:
    """Masks over the rows of `frame` (typed, with `line` and `refused`): repeated rows, and rows in conflict (D73)."""
    none = pl.repeat(False, frame.height, eager=True)
    if not frame.height:
        return none, none
    content = [column.name for column in table.columns if column.name in frame.columns]
    key = list(dict.fromkeys((*SUBMISSION, *table.primary_key))) if table.primary_key else content
    good = frame.filter(~pl.col("refused")) if frame["refused"].any() else frame
    for name in table.primary_key:
        # Most rows are told apart by one column of their key; the whole key is looked at for the others only.
        good = good.filter(pl.col(name).is_duplicated())
    good = good.select("line", office_provinces(table), *content)
    double = good.filter(pl.struct(key).is_duplicated())
    if double.is_empty():
        return none, none
    double = double.with_columns(pl.col("line").min().over(content).alias("first"))
    repeated = double.filter(pl.col("line") != pl.col("first"))["line"]
    distinct = double.filter(pl.col("line") == pl.col("first"))
    rivals = distinct.filter(pl.struct(key).is_duplicated())
    if table.primary_key:
        findings.add_many(Note("D72"), repeated.sort(), None)
        _tell_rivals(rivals, key, table, findings)
    else:
        findings.add_many(Note("D72.kept"), repeated.sort(), None)
        repeated = repeated.clear()
    return frame["line"].is_in(repeated.implode()), frame["line"].is_in(rivals["line"].implode())


def _tell_rivals(rivals: pl.DataFrame, key: list[str], table: Table, findings: Findings) -> None:
    if rivals.is_empty():
        return
    rivals = rivals.with_columns(pl.len().over(key).alias("times")).sort("line")
    shown = [table.column(name) for name in table.primary_key]
    # The last column of a key tells its rows apart; the text names them all.
    header = shown[-1].header
    room = findings.room(Note("D73"), header)
    for row in rivals.head(room).iter_rows(named=True):
        text = "、".join(f"{column.header}{row[column.name]}" for column in shown)
        findings.add(Note("D73", {"key": text, "n": row["times"]}), row["line"], header)
    if len(rivals) > room:
        findings.count(Note("D73"), rivals["line"][room:], header)
