"""Where a whole file holds personal data: its records, and what stands above, below and beside them."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.intake import decode, privacy, workbook_parts
from warehouse.intake.delimited import DELIMITERS, DelimitedText, UnclosedQuote
from warehouse.intake.grid import column_name, column_names
from warehouse.intake.note import Note
from warehouse.intake.raw_records import records
from warehouse.intake.signatures import NAME
from warehouse.intake.source import LOOKED_AT_ROWS, Source
from warehouse.intake.table_rows import Content, PrivateCells, private_notes
from warehouse.intake.workbook_parts import Said

# How many places a sentence lists.
_LISTED = 30
# A file that no table is known in is looked through up to here.
_LOOKED_AT = 1 << 23


@dataclass(frozen=True)
class _Places:
    """A list of places in words of ours, which is shown whole, unlike values of the file."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __format__(self, _: str) -> str:
        return self.text


def cells_in(opened: Source, read: Content) -> tuple[PrivateCells, ...]:
    """All cells of an understood file that hold personal data: records, titles, headers, notes, and cells beyond the last column."""
    return (*_above(opened), *read.private, *_beyond(opened, read.ragged))


def note_of(
    path: Path, opened: Source | None, read: Content | None, private: Sequence[PrivateCells], columns: str
) -> Note | None:
    """That a file which lies in the seeds folder holds personal data, and where (D121); None where it holds none.

    `columns` are the names of columns for which it was refused (D70).
    """
    if opened is None:
        found = _in_unknown(path)
    else:
        cells = private if read is not None else (*_above(opened), *_records(opened))
        places = sorted(
            {(line, one.index) for one in cells if one.code != NAME for line in one.lines.head(_LISTED + 1)}
        )
        found = [Said(f"第{line}行第{index + 1}列", f"line {line} column {index + 1}") for line, index in places]
        if opened.sheet is not None:
            found += _in_parts(path, opened)
    if columns:
        columns = "（已隐去）" if privacy.may_identify(columns) else columns
        found.insert(0, Said(f"列“{columns}”", f"columns “{columns}”"))
    if not found:
        return None
    more = len(found) > _LISTED
    zh = "、".join(one.zh for one in found[:_LISTED]) + ("……" if more else "")
    en = ", ".join(one.en for one in found[:_LISTED]) + (" …" if more else "")
    return Note("D121", {"where_zh": _Places(zh), "where_en": _Places(en)})


def _above(opened: Source) -> list[PrivateCells]:
    """Titles, and the header row or rows."""
    header = opened.header
    rows = [row for row in opened.grid.head(LOOKED_AT_ROWS) if row.line <= header.row.last_line]
    found: list[PrivateCells] = []
    for row in rows:
        names = column_names(len(row.cells))
        frame = pl.DataFrame([row.cells], schema=dict.fromkeys(names, pl.String), orient="row")
        lines = pl.Series([row.line], dtype=pl.UInt32)
        cells = private_notes(frame, lines, pl.Series([True]))
        found += [one for one in cells if row.line < header.row.line or one.code != NAME]
    return found


def _beyond(opened: Source, ragged: Sequence[int]) -> list[PrivateCells]:
    """Cells to the right of the last column of the header."""
    found: list[PrivateCells] = []
    width = opened.header.width
    if opened.sheet is not None:
        below = opened.sheet.frame.slice(opened.header.row.last_line)
        for index in range(width, below.width):
            for text, code in privacy.kinds(below[column_name(index)], "text").items():
                if privacy.kind_left(text, "text") is not None:
                    lines = (below[column_name(index)] == text).arg_true() + opened.header.row.last_line + 1
                    found.append(PrivateCells(lines.cast(pl.UInt32), index, code, True))
    elif ragged and isinstance(opened.grid, DelimitedText):
        for record in records(opened.grid, frozenset(ragged)):
            for index, cell in enumerate(record.cells or ()):
                held = privacy.kind_left(cell, "text") if index >= width else None
                if held is not None:
                    found.append(PrivateCells(pl.Series([record.line], dtype=pl.UInt32), index, held, True))
    return found


def _records(opened: Source) -> list[PrivateCells]:
    """The records of a file that was refused for another reason."""
    found: list[PrivateCells] = []
    header = opened.header
    try:
        for block in opened.grid.blocks(header.row.last_line, header.width):
            for match in header.matches:
                cells = block.frame[column_name(match.index)]
                kinds = privacy.kinds(cells, privacy.type_of(match.column, header.table))
                if kinds:
                    lines = block.lines.filter(cells.is_in(list(kinds)).fill_null(False))
                    found.append(PrivateCells(lines, match.index, next(iter(kinds.values())), True))
    except (UnclosedQuote, UnicodeDecodeError):
        return found
    return found


def _in_parts(path: Path, opened: Source) -> list[Said]:
    sheet = opened.sheet
    if sheet is None:
        return []
    try:
        part = workbook_parts.part_of(path, sheet.name)
        known = {value for column in sheet.frame for value in column.unique().drop_nulls()}
        return workbook_parts.private_places(path, part, known)
    except (zipfile.BadZipFile, KeyError, OSError):
        return []


def _in_unknown(path: Path) -> list[Said]:
    """A file in which no table is known: by line, or by part of a workbook."""
    if zipfile.is_zipfile(path):
        try:
            return workbook_parts.private_places(path, None, ())
        except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
            return []
    found = []
    for encoding in ("utf-16",) if decode.survey(path).is_utf16 else ("utf-8", "gb18030"):
        text = decode.head(path, encoding, _LOOKED_AT)
        lines = pl.Series("text", text.splitlines(), dtype=pl.String).to_frame().with_row_index("line", 1)
        # Lines are cut into cells only where they may hold something.
        suspects = lines.filter(pl.col("text").is_in(privacy.suspects(lines["text"]).implode()))
        found = [line for line, whole in suspects.iter_rows() if privacy.kinds(pl.Series(_cells(whole)), "text")]
        if found:
            break
    return [Said(f"第{line}行", f"line {line}") for line in found]


def _cells(line: str) -> list[str]:
    parts = [line]
    for delimiter in DELIMITERS:
        parts = [cell for part in parts for cell in part.split(delimiter)]
    return parts
