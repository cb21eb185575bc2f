"""Reads columns of shares, where 60%, 0.6 and 60 mean the same and only the whole column tells which is meant."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from warehouse.contracts import Column
from warehouse.intake.cells import landed_dtype
from warehouse.intake.findings import Findings
from warehouse.intake.note import Note
from warehouse.intake.numbers import NumberFormat, plain, read_number
from warehouse.intake.values import Cell

_FORM = NumberFormat(is_whole=False, precision=38, scale=10, unit=None, allow_negative=True)


@dataclass(frozen=True)
class _Share:
    cell: Cell
    is_percent: bool

    @property
    def number(self) -> Decimal | None:
        return self.cell.value if isinstance(self.cell.value, Decimal) else None


def read_ratios(frame: pl.DataFrame, column: Column, findings: Findings) -> pl.DataFrame:
    """The frame with the column read as shares of one; `line` and `refused` tell of rows that cannot be read (D27, D28)."""
    raw = frame[column.name]
    shares = {text: _read(text) for text in raw.drop_nulls().unique()}
    bare = [share.number for share in shares.values() if share.number is not None and not share.is_percent]
    above = [number for number in bare if number > 1]
    is_mixed = bool(above) and any(0 < number <= 1 for number in bare)
    divisor = Decimal(100) if above else Decimal(1)
    values: dict[str, Decimal | None] = {}
    bad: dict[str, Note] = {}
    for text, share in shares.items():
        values[text] = None
        stopping = next((note for note in share.cell.notes if note.stops_row), None)
        if stopping is not None:
            bad[text] = stopping
        elif share.number is not None:
            value = share.number / (100 if share.is_percent else divisor)
            if is_mixed and not share.is_percent:
                bad[text] = Note("D27.mixed")
            elif not 0 <= value <= 1:
                bad[text] = Note("D28", {"val": f"{plain(value * 100)}%"})
            else:
                values[text] = value
    return _replaced(
        frame, column, values, bad, bool(above) or any(share.is_percent for share in shares.values()), findings
    )


def _replaced(
    frame: pl.DataFrame,
    column: Column,
    values: dict[str, Decimal | None],
    bad: dict[str, Note],
    is_percent: bool,
    findings: Findings,
) -> pl.DataFrame:
    raw, refused = frame[column.name], frame["refused"]
    dtype = landed_dtype(column)
    texts = list(values)
    read = pl.Series(list(values.values()), dtype=pl.Decimal(38, 10)).cast(dtype)
    typed = raw.replace_strict(pl.Series(texts, dtype=pl.String), read, default=None, return_dtype=dtype)
    if is_percent:
        findings.add(Note("D27", {"style": "百分数", "style_en": "percentages"}), None, column.header)
    for text, note in bad.items():
        rows = frame["line"].filter((raw == text).fill_null(False) & ~refused)
        findings.add_many(note, rows, column.header)
    broken = raw.is_in(list(bad)).fill_null(False)
    if column.required:
        blank = typed.is_null() & ~broken
        rows = frame["line"].filter(blank & ~refused)
        findings.add_many(Note("D99"), rows, column.header)
        broken |= blank
    return frame.with_columns(typed.alias(column.name), (refused | broken).alias("refused"))


def _read(text: str) -> _Share:
    stripped = text.strip().replace("％", "%")
    is_percent = stripped.endswith("%")
    cell = read_number(stripped.removesuffix("%"), _FORM)
    notes = tuple(note for note in cell.notes if note.key != "D16")
    return _Share(Cell(cell.value, notes, cell.sign), is_percent)
