"""Reads the sheets of an XLSX workbook into grids, with what its XML says beside the values: errors, merges, marks, formats."""

import contextlib
import logging
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

import fastexcel
import polars as pl

from warehouse.intake import format_units, guards, number_formats, rich_text, styles
from warehouse.intake.cell_places import column_letters, column_number
from warehouse.intake.grid import Block, Row, column_name, column_names
from warehouse.intake.package import WORKBOOK, Package, Part
from warehouse.intake.privacy import may_identify
from warehouse.intake.rich_text import Marked, Run, Runs
from warehouse.intake.values import NO_RESULT
from warehouse.intake.words_beside import Beside, words_beside

# What its parts in Rust have to say of odd workbooks is said by receipts.
for _reader in ("calamine", "fastexcel"):
    logging.getLogger(_reader).addHandler(logging.NullHandler())

LARGEST_PACKED_MB = 100

_NEEDS_FACTS = re.compile(rb"""<(?:\w+:)?f[\s>/]|\st=["']e["']|\shidden=|<(?:\w+:)?mergeCell\s""")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
# Larger sheets are looked at cell by cell only where something in them asks for it.
_ALWAYS_LOOKED_AT = 2 << 20
DATED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9:]{8})?$"
_NUMBER_OR_DATE = r"^[0-9]+(?:\.[0-9]+)?$|" + DATED
_LONG_NUMBER = r"^[0-9]{15,}$|^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+$"


class UnreadableWorkbook(Exception):
    """A workbook that cannot be read; `key` is the message that says why, `values` what it is filled with."""

    def __init__(self, key: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(key)
        self.key, self.values = key, values or {}


@dataclass(frozen=True)
class Facts:
    """What a sheet's XML says beside its values; rows and columns count from 1."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    without_result: frozenset[tuple[int, int]] = frozenset()
    long_numbers: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    text_cells: frozenset[tuple[int, int]] = frozenset()
    marked: dict[tuple[int, int], Marked] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    """The number formats of cells that show more than their plain number."""


@dataclass(frozen=True)
class _Written:
    """How a workbook writes its cells: marks by style and by shared string, formats that show more than a plain number by style."""

    fonts: dict[int, str] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)
    strings: dict[int, tuple[Run, ...]] = field(default_factory=dict)

    def is_used_in(self, xml: bytes) -> bool:
        """Whether a sheet may have a cell that is marked or formatted so."""
        odd = sorted({*self.fonts, *self.formats})
        # Cells that name no style have the first one.
        if self.strings or b"rPr" in xml or 0 in odd:
            return True
        style = "|".join(map(str, odd)).encode()
        return bool(odd and re.search(rb"""\ss=["'](?:""" + style + rb""")["']""", xml))


@dataclass(frozen=True)
class Shown:
    """A cell whose number format shows something else than the number that is kept."""

    raw: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One sheet as a grid: string columns, line = row of the sheet."""

    name: str
    is_visible: bool
    frame: pl.DataFrame
    facts: Facts
    epoch_1904: bool
    first_column: int = 1
    """The column of the sheet, counted from 1, that is the first one of the frame; facts count as the sheet does."""

    page_words: str = ""
    """What the page header and footer say."""

    beside: Beside = field(default_factory=Beside)
    """Comments, text boxes and input messages."""

    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    """Cells that are read as they are shown."""

    unclear: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Rows with a code of which nobody can tell how it is shown: the number that is kept, and the column."""

    def place(self, index: int) -> int:
        """The column of the sheet, counted from 1, in which a column of the frame stands."""
        return index + self.first_column

    def formats(self, index: int) -> dict[str, frozenset[int]]:
        """The number formats in a column of the frame that show more than a plain number, each with the rows that have it.

        `number_formats.shown` tells what a cell shows.
        """
        found: dict[str, set[int]] = {}
        for (row, column), code in self.facts.formats.items():
            if column == self.place(index):
                found.setdefault(code, set()).add(row)
        return {code: frozenset(rows) for code, rows in found.items()}

    def head(self, count: int) -> list[Row]:
        """The first rows."""
        return [
            Row(number, number, tuple("" if cell is None else str(cell) for cell in cells))
            for number, cells in enumerate(self.frame.head(count).rows(), start=1)
        ]

    def blocks(self, after: int, width: int) -> Iterator[Block]:
        """The rows below row `after`, without the blank ones at the end."""
        below = self.frame.slice(after)
        names = column_names(width)
        # Sets, because one value far to the right makes thousands of columns.
        known, present = set(names), below.columns
        there = set(present)
        extra = [name for name in present if name not in known]
        missing = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in there]
        below = below.with_columns(missing)
        blank = pl.all_horizontal(pl.col(below.columns).is_null())
        filled = below.select(blank.not_().arg_true().max()).item()
        below = below.head(0 if filled is None else filled + 1)
        lines = pl.int_range(after + 1, after + 1 + below.height, dtype=pl.UInt32, eager=True)
        over = None
        if extra:
            counts = below.select(pl.sum_horizontal(pl.col(extra).is_not_null().cast(pl.Int32))).to_series()
            over = counts if counts.any() else None
        yield Block(below.select(names), lines, over)


def open_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook.

    Raises UnreadableWorkbook: D98 when it is not what it claims to be (`guards`), D87.workbook when it is cut off, D05.unreadable
    when it is no workbook.
    """
    try:
        guards.check(path)
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
            if WORKBOOK not in package:
                raise UnreadableWorkbook("D05.unreadable")
            return _read_sheets(path, package, _written(package))
    except UnreadableWorkbook:
        raise
    except guards.UnsafeWorkbookError as problem:
        raise UnreadableWorkbook(problem.key, problem.values) from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError):
        raise UnreadableWorkbook("D87.workbook") from None
    except NotImplementedError:
        raise UnreadableWorkbook("D05.unreadable") from None
    except RuntimeError:
        # What the zip library says of parts with a password.
        raise UnreadableWorkbook("D06") from None
    except (fastexcel.FastExcelError, expat.ExpatError, LookupError, OSError, ValueError, EOFError):
        raise UnreadableWorkbook("D05.unreadable") from None


def _read_sheets(path: Path, package: Package, written: _Written) -> list[Sheet]:
    """The sheets of cells; where the reader stumbles over what stands beside them, they are read from a workbook of nothing else."""
    try:
        reader = fastexcel.read_excel(path)
        return [_sheet(package, reader, part, written) for part in package.sheets]
    except fastexcel.FastExcelError:
        reader = fastexcel.read_excel(package.rewritten())
        return [_sheet(package, reader, part, written) for part in package.sheets]


def _written(package: Package) -> _Written:
    found = styles.Styles()
    if package.styles in package:
        # Damaged styles show nothing; whether the workbook can be read at all is not decided here.
        with contextlib.suppress(expat.ExpatError):
            found = styles.read_styles(package.read(package.styles))
    strings = rich_text.marked_strings(package.read(package.strings)) if package.strings in package else {}
    formats = {
        number: code
        for number, code in found.formats.items()
        if number_formats.is_telling(code)
        or number_formats.is_unclear(code)
        or format_units.unit_of_format(code) is not None
    }
    return _Written(found.fonts, formats, strings)


def _sheet(package: Package, reader: fastexcel.ExcelReader, part: Part, written: _Written) -> Sheet:
    loaded = reader.load_sheet(part.name, header_row=None, skip_rows=0, dtypes="string")
    frame = loaded.to_polars().with_columns(pl.all().replace("", None))
    columns = loaded.available_columns()
    first = columns[0].absolute_index + 1 if columns else 1
    is_visible = loaded.visible == "visible"
    facts, page_words, beside = Facts(), "", Beside()
    if is_visible and frame.height:
        xml = package.read(part.path)
        texts = frame.select(pl.any_horizontal(pl.all().str.contains(_LONG_NUMBER).any())).item()
        if len(xml) <= _ALWAYS_LOOKED_AT or texts or _NEEDS_FACTS.search(xml) or written.is_used_in(xml):
            facts = _facts(xml, written)
            frame, facts = _with_facts(frame, facts, first)
        else:
            facts = Facts(text_cells=_text_numbers(xml, frame, first))
        frame = frame.with_columns(pl.all().str.strip_suffix(" 00:00:00"))
        numbers = {place: code for place, code in facts.formats.items() if place not in facts.text_cells}
        frame = format_units.with_units(frame, numbers, first)
        page_words = format_units.page_words(xml)
        beside = words_beside(package, part.path, xml)
    frame.columns = [column_name(index) for index in range(frame.width)]
    return Sheet(part.name, is_visible, frame, facts, package.epoch_1904, first, page_words, beside)


def _text_numbers(xml: bytes, frame: pl.DataFrame, first: int) -> frozenset[tuple[int, int]]:
    """Row and column of cells kept as text in columns that hold numbers or dates, found without reading the sheet cell by cell."""
    numeric = frame.select(pl.all().str.contains(_NUMBER_OR_DATE).any()).row(0)
    letters = [column_letters(first + index) for index, is_numeric in enumerate(numeric) if is_numeric]
    if not letters:
        return frozenset()
    # Attributes stand in this order in every writer known: r, s, t.
    cell = rb'<(?:\w+:)?c r="(' + "|".join(letters).encode() + rb')([0-9]+)"[^>]*\st="(?:s|inlineStr)"'
    return frozenset((int(found.group(2)), column_number(found.group(1).decode())) for found in re.finditer(cell, xml))


def _with_facts(frame: pl.DataFrame, facts: Facts, first: int) -> tuple[pl.DataFrame, Facts]:
    """The values as Excel shows them: errors and missing results where a plain reading has blanks, long numbers shortened, and
    marked text left out; what is wholly raised or lowered stays, because in a text it is the text."""
    patches: dict[int, dict[int, str | None]] = {}
    for (row, column), text in facts.errors.items():
        patches.setdefault(column, {})[row] = text
    for row, column in facts.without_result:
        patches.setdefault(column, {})[row] = NO_RESULT
    for row, column in facts.long_numbers:
        shown = _cell(frame, row, column - first)
        if shown is not None and shown.isdigit():
            patches.setdefault(column, {})[row] = f"{float(shown):.5E}"
    marked: dict[tuple[int, int], Marked] = {}
    for (row, column), found in facts.marked.items():
        # Where style and number are all that is known, the value is in the frame.
        raw = found.raw or _cell(frame, row, column - first) or ""
        if not raw.strip() or may_identify(raw):
            continue
        marked[row, column] = found if found.raw else replace(found, raw=raw, left_out=raw)
        if found.kept or found.mark == styles.STRUCK:
            patches.setdefault(column, {})[row] = found.kept or None
    for column, cells in patches.items():
        index = column - first
        if not 0 <= index < frame.width:
            continue
        values = frame.to_series(index).to_list()
        for row, value in cells.items():
            if 0 < row <= len(values):
                values[row - 1] = value
        frame = frame.with_columns(pl.Series(frame.columns[index], values, dtype=pl.String))
    return frame, replace(facts, marked=marked)


def _cell(frame: pl.DataFrame, row: int, index: int) -> str | None:
    inside = 0 <= index < frame.width and 0 < row <= frame.height
    return frame.item(row - 1, index) if inside else None


def _facts(xml: bytes, written: _Written) -> Facts:
    listener = _Listener(written)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text
    parser.Parse(xml, True)
    return Facts(
        listener.errors,
        frozenset(listener.without_result),
        frozenset(listener.long_numbers),
        frozenset(listener.hidden_rows),
        tuple(listener.merges),
        frozenset(listener.text_cells),
        listener.marked,
        listener.formats,
    )


class _Listener:
    """Collects facts while a sheet's XML goes by."""

    def __init__(self, written: _Written) -> None:
        self._written = written
        self._runs = Runs()
        self.marked: dict[tuple[int, int], Marked] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.errors: dict[tuple[int, int], str] = {}
        self.without_result: set[tuple[int, int]] = set()
        self.long_numbers: set[tuple[int, int]] = set()
        self.hidden_rows: set[int] = set()
        self.text_cells: set[tuple[int, int]] = set()
        self.merges: list[tuple[int, int, int, int]] = []
        self._row = self._column = 0
        self._type, self._style, self._value, self._has_formula, self._in_value = "", 0, "", False, False

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_number(found.group(1)) if found else self._column + 1
            self._type, self._value, self._has_formula = attributes.get("t", "n"), "", False
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdecimal() else 0
            self._runs.clear()
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "t"):
            self._in_value = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
            if start and end:
                columns = (column_number(start.group(1)), column_number(end.group(1)))
                self.merges.append((int(start.group(2)), columns[0], int(end.group(2)), columns[1]))
        if self._type == "inlineStr":
            self._runs.start(name, attributes)

    def text(self, data: str) -> None:
        if self._in_value:
            self._value += data
        if self._type == "inlineStr":
            self._runs.text(data)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._type == "inlineStr":
            self._runs.end(name)
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c":
            self._cell()

    def _cell(self) -> None:
        place = (self._row, self._column)
        if self._has_formula and not self._value and self._type != "str":
            self.without_result.add(place)
            return
        if self._value:
            self._look_at_writing(place)
        if self._type in ("s", "inlineStr") and self._value:
            self.text_cells.add(place)
        if self._type == "e":
            self.errors[place] = self._value
        elif self._type == "n" and len(self._value) >= 15 and "." not in self._value.rstrip("0123456789"):
            try:
                if abs(float(self._value)) >= 1e15:
                    self.long_numbers.add(place)
            except ValueError:
                return

    def _look_at_writing(self, place: tuple[int, int]) -> None:
        """Notes how a cell with a value is written: its marks, and the format that shows more than its plain number."""
        style = self._written.fonts.get(self._style)
        parts: tuple[Run, ...] = ()
        if self._type == "inlineStr":
            parts = self._runs.parts
        elif self._type == "s" and self._written.strings and self._value.strip().isdecimal():
            parts = self._written.strings.get(int(self._value), ())
        found = rich_text.marked(parts, style) if parts else None
        if found is None and style is not None and not parts:
            found = Marked("", "", "", style)
        if found is not None:
            self.marked[place] = found
        # A formula's text (`str`) is shown as it is.
        if self._style in self._written.formats and self._type != "str":
            self.formats[place] = self._written.formats[self._style]
