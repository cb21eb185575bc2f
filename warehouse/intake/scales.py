"""Finds amounts that seem to lack the 万 that other rows of their column write (D21): 1500 beside 1500万元."""

from collections.abc import Iterable, Set
from decimal import Decimal

import polars as pl

from warehouse.contracts import Column
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note
from warehouse.intake.numbers import plain

_TEN_THOUSAND = 10**4
# How far from ten thousand times apart two amounts may be and still look like one amount in two units.
_ROOM = 3


def check_scales(frame: pl.DataFrame, column: Column, stated: Set[int], findings: Findings) -> pl.DataFrame:
    """The frame with rows refused whose bare amount is ten thousand times smaller than one that states its 万 or 亿.

    `stated` are the lines whose cell states it. Only amounts of money are looked at: counts of people vary more.
    """
    if column.unit != "元":
        return frame
    has_unit = pl.col("line").is_in(list(stated))
    bare = frame.filter(~has_unit, ~pl.col("refused"), pl.col(column.name) > 0)
    amount = pl.col(column.name).cast(pl.Float64)
    ranges = _ranges(frame.filter(has_unit, amount > 0).select(amount.unique()).to_series())
    near = [amount.is_between(low, high) for low, high in ranges]
    doubted = bare.filter(pl.any_horizontal(near)) if near else bare.clear()
    if doubted.is_empty():
        return frame
    note = Note("D21.mixed")
    room = findings.room(note, column.header)
    for line, value in doubted.head(room).select("line", column.name).iter_rows():
        findings.add(Note("D21.mixed", {"raw": plain(Decimal(value))}), line, column.header)
    if doubted.height > room:
        findings.count(note, doubted["line"][room:], column.header)
    return frame.with_columns(refused=pl.col("refused") | pl.col("line").is_in(doubted["line"].implode()))


def _ranges(amounts: Iterable[float]) -> list[tuple[float, float]]:
    """What a bare amount would be that is one of these ten thousand times too small; ranges that touch are one."""
    ranges: list[tuple[float, float]] = []
    for amount in sorted(amounts):
        low, high = amount / _TEN_THOUSAND / _ROOM, amount / _TEN_THOUSAND * _ROOM
        if ranges and low <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], high)
        else:
            ranges.append((low, high))
    return ranges
