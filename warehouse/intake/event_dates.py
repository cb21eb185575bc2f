"""Warns of events whose date does not go with the 统计期 they are reported for (D106)."""

import operator

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
    # Each period is looked at once, however many rows it has.
    begin = (pl.col("period").cast(pl.String) + "-01").str.to_date("%Y-%m-%d")
    periods = frame.select(period=pl.col("report_period").unique())
    periods = periods.with_columns(
        after=begin.dt.offset_by("1mo"), before=begin.dt.offset_by(f"-{LONGEST_AGO_YEARS}y")
    ).drop_nulls("period")
    dated = frame.select("line", period="report_period", day=column.name)
    for key, bound, compare in (("D106", "after", operator.ge), ("D106.before", "before", operator.lt)):
        bounds = pl.col("period").replace_strict(periods["period"], periods[bound], default=None, return_dtype=pl.Date)
        odd = dated.filter(compare(pl.col("day"), bounds)).with_columns(pl.col("period").cast(pl.String))
        _tell(key, odd, column.header, findings)


def _tell(key: str, odd: pl.DataFrame, header: str, findings: Findings) -> None:
    room = findings.room(Note(key), header)
    for line, period, day in odd.head(room).iter_rows():
        findings.add(Note(key, {"raw": day.isoformat(), "period": period}), line, header)
    if odd.height > room:
        findings.count(Note(key), odd["line"][room:], header)
