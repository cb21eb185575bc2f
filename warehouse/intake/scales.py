"""Finds amounts that seem to lack the 万 that other rows of their column write (D21): 1500 beside 1500万元."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import polars as pl

from warehouse.contracts import Column
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note
from warehouse.intake.numbers import plain

_TEN_THOUSAND = 10**4
# How far from ten thousand times apart two amounts may be and still look like one amount in two units.
_ROOM = 3


def check_scales(frame: pl.DataFrame, column: Column, stated: Mapping[int, int], findings: Findings) -> pl.DataFrame:
    """The frame with rows told whose bare amount is some ten thousand times smaller than one that states its 万 or 亿.

    `stated` is, by line, the scale that a cell states (10000 for 万, 1 for 元). Amounts differ that much in truth (200000 beside
    14.66亿元), so such a row is taken with a warning. It is refused where the column reads as mixed: it is written as others write
    their 万 (1500 beside 1500万元), and so is at least half of the bare amounts. Only money is looked at: counts vary more.
    """
    if column.unit != "元":
        return frame
    amount = pl.col(column.name).cast(pl.Float64)
    has_unit = pl.col("line").is_in(list(stated))
    bare = frame.filter(~has_unit, ~pl.col("refused"), amount > 0)
    with_unit = frame.filter(has_unit, amount > 0).select(
        amount=amount, scale=pl.col("line").replace_strict(stated, default=1, return_dtype=pl.Int64)
    )
    with_unit = with_unit.filter(pl.col("scale") >= _TEN_THOUSAND)
    apart = _near(bare, amount, with_unit["amount"].unique())
    if apart.is_empty():
        return frame
    mixed = _near(apart, amount, with_unit.filter(pl.col("scale") == _TEN_THOUSAND)["amount"].unique())
    if 2 * mixed.height < bare.height:
        mixed = mixed.clear()
    _tell("D21.mixed", mixed, column, findings)
    _tell("D21.apart", apart.join(mixed, on="line", how="anti", maintain_order="left"), column, findings)
    return frame.with_columns(refused=pl.col("refused") | pl.col("line").is_in(mixed["line"].implode()))


def _near(rows: pl.DataFrame, amount: pl.Expr, stated: pl.Series) -> pl.DataFrame:
    """The rows whose amount is one of the stated ones, some ten thousand times too small."""
    near = [amount.is_between(low, high) for low, high in _ranges(stated)]
    return rows.filter(pl.any_horizontal(near)) if near else rows.clear()


def _tell(key: str, rows: pl.DataFrame, column: Column, findings: Findings) -> None:
    note = Note(key)
    room = findings.room(note, column.header)
    for line, value in rows.head(room).select("line", column.name).iter_rows():
        findings.add(Note(key, {"raw": plain(Decimal(value))}), line, column.header)
    if rows.height > room:
        findings.count(note, rows["line"][room:], column.header)


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
