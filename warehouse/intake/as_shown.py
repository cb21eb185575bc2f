"""Reads a sheet as people see it: codes and dates as their number format shows them, text that is struck out or raised left out."""

import re
from dataclasses import replace

import polars as pl

from warehouse.contracts import Column
from warehouse.intake import marks, number_formats
from warehouse.intake.findings import Findings
from warehouse.intake.header import Header, Match
from warehouse.intake.note import Note
from warehouse.intake.rich_text import Marked
from warehouse.intake.styles import RAISED, STRUCK
from warehouse.intake.workbook import DATED, Sheet, Shown

# What a number or a date may not take its digits from, even where the whole cell is raised or lowered.
_READ_BY_DIGITS = frozenset({"int", "decimal", "date", "period", "code", "bool", "province", "region"})
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def as_shown(sheet: Sheet, header: Header) -> Sheet:
    """The sheet with the cells of contract columns as they are shown; numbers to be counted stay as they are kept."""
    frame = sheet.frame
    shown: dict[tuple[int, int], Shown] = {}
    unclear: dict[int, tuple[str, str]] = {}
    for match in header.matches:
        if match.column is None or match.index >= frame.width:
            continue
        patches: dict[int, str | None] = {}
        if not match.column.is_number:
            patches |= _by_format(sheet, match, header.row.last_line, shown)
            unclear = _unclear(sheet, match, match.column, header.row.last_line) | unclear
        patches |= _by_marks(sheet, match, match.column, header.row.last_line)
        if patches:
            values = frame.to_series(match.index).to_list()
            for row, text in patches.items():
                values[row - 1] = text
            frame = frame.with_columns(pl.Series(frame.columns[match.index], values, dtype=pl.String))
    return replace(sheet, frame=frame, shown=shown, unclear=unclear)


def tell_writing(sheet: Sheet, header: Header, findings: Findings) -> None:
    """Says which cells were read as they are shown (D112), and what was left out of others (D110)."""
    places = {sheet.place(match.index): match.column for match in header.matches if match.column is not None}
    for (row, place), cell in sorted(sheet.shown.items()):
        findings.add(Note("D112", {"raw": cell.raw, "val": cell.text}), row, places[place].header)
    for match in header.matches:
        column = match.column
        # Where a pattern says what is meant, a month that became a date is read by it; a remark may be a date.
        if column is not None and column.type in ("text", "code") and not column.pattern and column.name != "remarks":
            _tell_dates(sheet, match, column.header, header.row.last_line, findings)
    for (row, place), found in sorted(sheet.facts.marked.items()):
        column = places.get(place)
        if column is None or row < header.row.line:
            continue
        if _needs_marks(found, column):
            continue
        if found.kept:
            findings.add(Note(f"D110.{found.mark}", _values(found, column)), row, column.header)
        elif found.mark == STRUCK or column.type in _READ_BY_DIGITS:
            findings.add(Note(f"D110.{found.mark}_whole", _values(found, column)), row, column.header)


def _tell_dates(sheet: Sheet, match: Match, name: str, above: int, findings: Findings) -> None:
    """Says where a name or code is a date of Excel's (D113), as 3-1 becomes when it is typed."""
    if match.index >= sheet.frame.width:
        return
    values = sheet.frame.to_series(match.index)
    for index in values.str.contains(DATED).fill_null(False).arg_true():
        cell = (index + 1, sheet.place(match.index))
        if cell[0] > above and cell not in sheet.facts.text_cells and cell not in sheet.shown:
            findings.add(Note("D113", {"raw": values[index]}), cell[0], name)


def _by_format(sheet: Sheet, match: Match, above: int, told: dict[tuple[int, int], Shown]) -> dict[int, str | None]:
    place = sheet.place(match.index)
    patches: dict[int, str | None] = {}
    for code, rows in sheet.formats(match.index).items():
        for row in rows:
            raw = sheet.frame.item(row - 1, match.index) if above < row <= sheet.frame.height else None
            text = None if raw is None else number_formats.shown(raw, code, (row, place) not in sheet.facts.text_cells)
            if raw is not None and text and text != raw:
                patches[row] = text
                told[row, place] = Shown(raw, text)
    return patches


def _unclear(sheet: Sheet, match: Match, column: Column, above: int) -> dict[int, tuple[str, str]]:
    """Rows in which a code is a number that its format shows in a way that cannot be followed; a date has become a date by then."""
    if column.type in ("date", "period", "bool"):
        return {}
    found: dict[int, tuple[str, str]] = {}
    for code, rows in sheet.formats(match.index).items():
        for row in rows if number_formats.is_unclear(code) else ():
            raw = sheet.frame.item(row - 1, match.index) if above < row <= sheet.frame.height else None
            if (
                raw is not None
                and (row, sheet.place(match.index)) not in sheet.facts.text_cells
                and _NUMBER.fullmatch(raw)
            ):
                found[row] = (raw, column.header)
    return found


def _by_marks(sheet: Sheet, match: Match, column: Column, above: int) -> dict[int, str | None]:
    """Cells of digits that are all marks become blank; those that are another thing without their marks are read with them."""
    patches: dict[int, str | None] = {}
    for (row, place), found in sheet.facts.marked.items():
        if place == sheet.place(match.index) and above < row <= sheet.frame.height:
            if _needs_marks(found, column):
                patches[row] = found.spelled
            elif not found.kept and column.type in _READ_BY_DIGITS:
                patches[row] = None
    return patches


def _needs_marks(found: Marked, column: Column) -> bool:
    """Whether a cell is another number without its marks, such as 10³ and 3²5, or a remark that would lose a word, such as m²."""
    if column.type not in _READ_BY_DIGITS:
        return column.name == "remarks" and found.mark != STRUCK
    power = column.is_number and marks.may_be_power(marks.Split(found.kept, marks.raised(found.left_out)))
    return found.is_torn or (power and found.mark == RAISED)


def _values(found: Marked, column: Column) -> dict[str, object]:
    """What a sentence shows; a count so small that its people may be recognised stays unsaid."""
    values: dict[str, object] = {"raw": found.raw, "val": found.kept, "mark": found.left_out}
    numbers = [int(text) for text in (found.raw, found.kept, found.left_out) if text.isdecimal()]
    limit = column.mask_below
    if limit is not None and any(0 < number < limit for number in numbers):
        return dict.fromkeys(values, f"<{limit}")
    return values
