"""Warns of events whose date does not go with the 统计期 they are reported for (D106)."""

import polars as pl

from warehouse.contracts import Table
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note

LONGEST_AGO_YEARS = 10


def check_event_dates(frame: pl.DataFrame, table: Table, findings: Findings) -> None:
    """One warning for each row of `frame` (typed, with `line`) whose event lies after its 统计期, or over ten years before it.

    The column is the one that the contract marks `event_date`. The rows stay; a date after today was refused before (D41).
    """
    column = table.event_date
    if column is None or not frame.height:
        return
    begin = (pl.col("period") + "-01").str.to_date("%Y-%m-%d")
    dated = frame.select("line", period=pl.col("report_period").cast(pl.String), day=pl.col(column.name))
    for key, is_odd in (
        ("D106", pl.col("day") >= begin.dt.offset_by("1mo")),
        ("D106.before", pl.col("day") < begin.dt.offset_by(f"-{LONGEST_AGO_YEARS}y")),
    ):
        _tell(key, dated.filter(is_odd), column.header, findings)


def _tell(key: str, odd: pl.DataFrame, header: str, findings: Findings) -> None:
    room = findings.room(Note(key), header)
    for line, period, day in odd.head(room).iter_rows():
        findings.add(Note(key, {"raw": day.isoformat(), "period": period}), line, header)
    if odd.height > room:
        findings.count(Note(key), odd["line"][room:], header)
