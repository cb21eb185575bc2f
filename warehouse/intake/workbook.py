"""Reads the sheets of an XLSX workbook into grids, with the errors, missing results, merges and hidden rows of its XML."""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import fastexcel
import polars as pl

from warehouse.intake import guards
from warehouse.intake.grid import Block, Row, column_name, column_names
from warehouse.intake.values import NO_RESULT

LARGEST_PACKED_MB = 100

_NEEDS_FACTS = re.compile(rb"""<(?:\w+:)?f[\s>/]|\st=["']e["']|\shidden=|<(?:\w+:)?mergeCell\s""")
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
# Larger sheets are looked at cell by cell only where something in them asks for it.
_ALWAYS_LOOKED_AT = 2 << 20
_NUMBER = r"^[0-9]+(?:\.[0-9]+)?$"
_GIVEN_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]+)[0-9]+"[^>]*(?<!/)>\s*<')
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
    first_column: int = 1


@dataclass(frozen=True)
class Sheet:
    """One sheet as a grid: string columns, line = row of the sheet."""

    name: str
    is_visible: bool
    frame: pl.DataFrame
    facts: Facts
    epoch_1904: bool

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
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise UnreadableWorkbook("D05.unreadable")
            parts, epoch_1904 = _sheet_parts(archive)
            reader = fastexcel.read_excel(path)
            return [_sheet(archive, reader, name, parts.get(name), names, epoch_1904) for name in reader.sheet_names]
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


def _sheet(
    archive: zipfile.ZipFile,
    reader: fastexcel.ExcelReader,
    name: str,
    part: str | None,
    parts: set[str],
    epoch_1904: bool,
) -> Sheet:
    loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    frame = loaded.to_polars()
    is_visible = loaded.visible == "visible"
    facts = Facts()
    if is_visible and part in parts and part is not None and frame.height:
        xml = archive.read(part)
        texts = frame.select(pl.any_horizontal(pl.all().str.contains(_LONG_NUMBER).any())).item()
        if len(xml) <= _ALWAYS_LOOKED_AT or texts or _NEEDS_FACTS.search(xml):
            facts = _facts(xml)
            frame = _with_facts(frame, facts)
        else:
            facts = Facts(text_cells=_text_numbers(xml, frame), first_column=_first_column(xml))
        frame = frame.with_columns(pl.all().str.strip_suffix(" 00:00:00"))
    frame.columns = [column_name(index) for index in range(frame.width)]
    return Sheet(name, is_visible, frame, facts, epoch_1904)


def _first_column(xml: bytes) -> int:
    """The first column in which any cell has a value: the frame begins there."""
    above = {_column_number(found.decode()) for found in set(_GIVEN_CELL.findall(xml, 0, _ALWAYS_LOOKED_AT))}
    last = min(above, default=1)
    for column in range(1, last):
        letters = _column_letters(column).encode()
        if re.search(rb'<(?:\w+:)?c r="' + letters + rb'[0-9]+"[^>]*(?<!/)>\s*<', xml):
            return column
    return last


def _text_numbers(xml: bytes, frame: pl.DataFrame) -> frozenset[tuple[int, int]]:
    """Row and column of cells kept as text in columns that hold numbers, found without reading the sheet cell by cell."""
    first = _first_column(xml)
    numeric = frame.select(pl.all().str.contains(_NUMBER).any()).row(0)
    letters = [_column_letters(first + index) for index, is_numeric in enumerate(numeric) if is_numeric]
    if not letters:
        return frozenset()
    # Attributes stand in this order in every writer known: r, s, t.
    cell = rb'<(?:\w+:)?c r="(' + "|".join(letters).encode() + rb')([0-9]+)"[^>]*\st="(?:s|inlineStr)"'
    return frozenset((int(found.group(2)), _column_number(found.group(1).decode())) for found in re.finditer(cell, xml))


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """The archive member of each sheet by name, and whether dates count from 1904."""
    targets: dict[str, str] = {}
    parts: dict[str, str] = {}
    epoch_1904 = False
    relations = "xl/_rels/workbook.xml.rels"
    if relations in archive.namelist():
        for name, attributes in _elements(archive.read(relations)):
            if name == "Relationship":
                target = attributes.get("Target", "")
                targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    for name, attributes in _elements(archive.read("xl/workbook.xml")):
        if name == "sheet":
            reference = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            parts[attributes.get("name", "")] = targets.get(reference, "")
        elif name == "workbookPr":
            epoch_1904 = attributes.get("date1904", "0") in ("1", "true")
    return parts, epoch_1904


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small XML part, without their name-space prefixes. Expat limits what entities unfold to."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(xml, True)
    return found


def _with_facts(frame: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """The values with errors and missing results put where a plain reading shows blanks, and long numbers as Excel shows them."""
    patches: dict[int, dict[int, str]] = {}
    for (row, column), text in facts.errors.items():
        patches.setdefault(column, {})[row] = text
    for row, column in facts.without_result:
        patches.setdefault(column, {})[row] = NO_RESULT
    for row, column in facts.long_numbers:
        index, above = column - facts.first_column, row - 1
        if 0 <= index < frame.width and above < frame.height:
            shown = frame.item(above, index)
            if shown is not None and shown.isdigit():
                patches.setdefault(column, {})[row] = f"{float(shown):.5E}"
    for column, cells in patches.items():
        index = column - facts.first_column
        if not 0 <= index < frame.width:
            continue
        values = frame.to_series(index).to_list()
        for row, text in cells.items():
            if 0 < row <= len(values):
                values[row - 1] = text
        frame = frame.with_columns(pl.Series(frame.columns[index], values, dtype=pl.String))
    return frame


def _facts(xml: bytes) -> Facts:
    listener = _Listener()
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
        listener.first_column or 1,
    )


class _Listener:
    """Collects facts while a sheet's XML goes by."""

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.without_result: set[tuple[int, int]] = set()
        self.long_numbers: set[tuple[int, int]] = set()
        self.hidden_rows: set[int] = set()
        self.text_cells: set[tuple[int, int]] = set()
        self.merges: list[tuple[int, int, int, int]] = []
        self.first_column = 0
        self._row = self._column = 0
        self._type, self._value, self._has_formula, self._in_value = "", "", False, False

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _column_number(found.group(1)) if found else self._column + 1
            self._type, self._value, self._has_formula = attributes.get("t", "n"), "", False
        elif name == "f":
            self._has_formula = True
        elif name in ("v", "t"):
            self._in_value = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
            if start and end:
                columns = (_column_number(start.group(1)), _column_number(end.group(1)))
                self.merges.append((int(start.group(2)), columns[0], int(end.group(2)), columns[1]))

    def text(self, data: str) -> None:
        if self._in_value:
            self._value += data

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
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
            self.first_column = min(self.first_column or self._column, self._column)
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


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
