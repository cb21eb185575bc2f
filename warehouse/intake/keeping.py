"""Writes what may be kept of an offered file: without the records and parts that hold personal data, else byte for byte."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse import contracts
from warehouse.intake import kept_workbook, privacy, signatures, source, workbook_parts
from warehouse.intake.delimited import DelimitedText
from warehouse.intake.findings import line_ranges
from warehouse.intake.judge import Judgement
from warehouse.intake.kept_workbook import Edits
from warehouse.intake.note import Note
from warehouse.intake.raw_records import RawRecord, records
from warehouse.intake.source import LOOKED_AT_ROWS, Source
from warehouse.intake.table_rows import PrivateCells
from warehouse.intake.workbook_parts import Said
from warehouse.settings import Settings

# The name of a column whose own name held a number.
_HEADER = "【列名未保存】"


@dataclass(frozen=True)
class Kept:
    """The file that may be kept, written anew, and the note that says what was left out."""

    path: Path
    note: Note


def cleaned(path: Path, judgement: Judgement, settings: Settings, room: Path) -> Kept | None:
    """The file without what must not be kept, under its name in `room`; None when it may be kept as it is.

    Lines stay where they were: a record gives way to a mark in its line, so that receipts name the same lines as before and say
    again what was left out. The same file gives the same bytes. Raises OSError or ValueError where it cannot be written anew.
    """
    programme = judgement.receipt.programme
    opened = source.open_source(
        path, judgement.named, programme, contracts.all_tables(), settings.max_file_mb, path.suffix.lower()
    )
    edits = _edits(opened, judgement.private)
    told = _told(judgement.private)
    target = room / path.name
    if opened.sheet is None:
        if not edits or not isinstance(opened.grid, DelimitedText):
            return None
        _write_text(opened.grid, opened.header.width, edits, target)
        return Kept(target, _note(told))
    part = workbook_parts.part_of(path, opened.sheet.name)
    if part is None:
        raise ValueError(f"no part for the sheet of {privacy.masked(path.name)}")
    told += workbook_parts.besides(path, part)
    known = {value for column in opened.sheet.frame for value in column.unique().drop_nulls()}
    named = tuple(one.zh for one in told)
    told += [one for one in workbook_parts.private_places(path, part, known) if not one.zh.startswith(named)]
    told += kept_workbook.extras(path, part)
    hidden = hidden_positions(path, opened)
    if hidden:
        told.append(Said("隐藏的列", "hidden columns"))
    if not told:
        return None
    kept_workbook.write(path, target, opened.sheet, part, edits, hidden)
    return Kept(target, _note(told))


def _edits(opened: Source, private: tuple[PrivateCells, ...]) -> Edits:
    edits = Edits()
    for one in private:
        if one.is_record:
            for line in one.lines:
                edits.records.setdefault(line, (one.index, privacy.MARKS[one.code]))
    touched: dict[int, list[int]] = {}
    for one in private:
        if not one.is_record:
            for line in one.lines:
                if line not in edits.records:
                    touched.setdefault(line, []).append(one.index)
    rows = _rows(opened, touched)
    header = opened.header.row
    unnamed = 0
    for line, places in touched.items():
        cells = rows[line]
        signed = signatures.without_names(cells)
        for index in places:
            text = privacy.without_numbers(
                signed[index] if line < header.line or line > header.last_line else cells[index]
            )
            if line > header.last_line and text != signed[index]:
                text = (
                    f"备注：{text}" if index == next((at for at, cell in enumerate(cells) if cell.strip()), 0) else ""
                )
            elif header.line <= line <= header.last_line:
                # Two headers of one name would refuse the file.
                unnamed += 1
                text = f"{_HEADER}{unnamed}"
            edits.cells.setdefault(line, {})[index] = text
    return edits


def _rows(opened: Source, lines: Mapping[int, object]) -> dict[int, list[str]]:
    """The cells of some lines as the file has them."""
    if not lines:
        return {}
    if opened.sheet is not None:
        frame = opened.sheet.frame
        return {line: [cell or "" for cell in frame.row(line - 1)] for line in lines}
    if not isinstance(opened.grid, DelimitedText):
        return {}
    found = {row.line: list(row.cells) for row in opened.grid.head(LOOKED_AT_ROWS) if row.line in lines}
    if len(found) < len(lines):
        wanted = frozenset(lines) - frozenset(found)
        found |= {record.line: record.cells for record in records(opened.grid, wanted) if record.cells is not None}
    return found


def _write_text(grid: DelimitedText, width: int, edits: Edits, target: Path) -> None:
    wanted = frozenset(edits.records) | frozenset(edits.cells)
    with target.open("w", encoding=grid.encoding, newline="") as file:
        for record in records(grid, wanted):
            file.write(record.text if record.cells is None else _rewritten(record, grid.delimiter, width, edits))


def _rewritten(record: RawRecord, delimiter: str, width: int, edits: Edits) -> str:
    """A record with its mark or its new cells, in as many physical lines as it had."""
    end = record.text[len(record.text.rstrip("\r\n")) :]
    cells = list(record.cells or ())
    if record.line in edits.records:
        index, mark = edits.records[record.line]
        cells = [""] * width
        cells[min(index, width - 1)] = mark
    else:
        for index, text in edits.cells[record.line].items():
            cells[index] = text
    missing = record.lines - 1 - sum(_breaks(cell) for cell in cells)
    if missing > 0:
        at = next(index for index, cell in enumerate(cells) if cell) if any(cells) else 0
        cells[at] += end * missing
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().removesuffix("\r\n") + end


def _breaks(cell: str) -> int:
    return len(cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


def hidden_positions(path: Path, opened: Source) -> frozenset[int]:
    """The positions of hidden columns that are nobody's: what is not seen and not read is not kept."""
    part = workbook_parts.part_of(path, opened.sheet.name) if opened.sheet is not None else None
    if opened.sheet is None or part is None:
        return frozenset()
    hidden = kept_workbook.hidden_columns(path, part)
    first = opened.sheet.first_column
    known = {match.index for match in opened.header.matches if match.column is not None}
    found = {column - first for column in hidden} - known
    frame = opened.sheet.frame
    return frozenset(index for index in found if 0 <= index < frame.width and frame.to_series(index).drop_nulls().len())


def _told(private: tuple[PrivateCells, ...]) -> list[Said]:
    lines = {line for one in private if one.is_record for line in one.lines}
    told = []
    if lines:
        told.append(Said(f"第{line_ranges(lines)}行", f"lines {line_ranges(lines, ', ')}"))
    others = {
        line for one in private if not one.is_record and one.code != signatures.NAME for line in one.lines
    } - lines
    if others:
        told.append(Said(f"第{line_ranges(others)}行里的号码", f"numbers in lines {line_ranges(others, ', ')}"))
    if any(one.code == signatures.NAME for one in private):
        told.append(Said("签名栏里的姓名", "the names of who signed"))
    return told


def _note(told: list[Said]) -> Note:
    return Note("D120", {"what_zh": "、".join(one.zh for one in told), "what_en": ", ".join(one.en for one in told)})
