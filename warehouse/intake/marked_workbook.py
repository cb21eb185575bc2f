"""Draws the fix-it workbook of one file: its rows where they stood, a fill and a comment where something is wrong; in a worker only."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from warehouse import contracts
from warehouse.intake import filename, keeping, messages, privacy, reference, signatures, source, table_rows
from warehouse.intake.delimited import DelimitedText
from warehouse.intake.filename import FileName
from warehouse.intake.header import Match
from warehouse.intake.receipt import Message
from warehouse.intake.source import Refused, Source
from warehouse.intake.values import NO_RESULT
from warehouse.settings import Settings

MOST_ROWS = 200_000
AUTHOR = "unionboard"
PRIVATE_CELL = "此处含个人信息，已清空且未保存；请勿填写。"
LEFT_OUT_ROW = "本行含个人信息，收下时已整行去掉且未保存；请对照原文件填写其余各格，或让本行空着。"
PRIVATE_COLUMN = "本列含个人信息，按规定不得上报，内容已清空；请删除整列。"
MISSING_COLUMN = "缺少必填列，已在这里补出表头，请逐行填写。"

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_LONGEST_CELL = 32_767
_MARKED = "#FFE699"


class FixItError(Exception):
    """A file of which no workbook can be made; the message says why and what to do instead."""


@dataclass
class _Marks:
    """What to say where: by (line, position of the column), and of the whole file."""

    cells: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    whole: list[str] = field(default_factory=list)

    def add(self, line: int, column: int, text: str) -> None:
        """Says something of a cell, once."""
        if text not in self.cells[(line, column)]:
            self.cells[(line, column)].append(text)


@dataclass(frozen=True)
class Drawing:
    """What a worker is asked to draw: where to, what is said of the file, and which of its lines are notes."""

    target: Path
    told: tuple[Message, ...]
    notes: tuple[int, ...]


def draw(path: Path, settings: Settings, programme: str | None, drawing: Drawing) -> None:
    """Open the file and write the workbook, in the process that may be lost over it. Raises FixItError."""
    named = filename.parse(path.name, reference.load(settings.reference), contracts.all_tables())
    opened = _opened(path, named, settings, programme, drawing.told)
    rows = list(_rows(opened, path, any(one.code == "D60" for one in drawing.told)))
    if len(rows) > MOST_ROWS:
        raise FixItError(f"{shown(path)} 有 {len(rows)} 行，超过 {MOST_ROWS} 行；请按回执在原文件里修改。")
    hidden = keeping.hidden_positions(path, opened)
    rows = [(line, _without_persons(line, cells, opened, hidden, drawing.notes)) for line, cells in rows]
    _write(drawing.target, opened, rows, _marks(opened, rows, drawing.told), _missing(opened, named))


def shown(path: Path) -> str:
    """The name of a file as people may see it."""
    return privacy.masked(filename.readable(path.name))


def _without_persons(
    line: int, cells: list[str], opened: Source, hidden: frozenset[int], notes: Collection[int]
) -> list[str]:
    """A line without its hidden cells and, in titles and notes, without the names of who signed; numbers are cleared later."""
    seen = ["" if index in hidden else cell for index, cell in enumerate(cells)]
    if line >= opened.header.row.line and line not in notes:
        return seen
    unsigned = signatures.without_names(seen)
    return [old if privacy.kind_of(old, "text") else new for old, new in zip(seen, unsigned, strict=True)]


def _opened(path: Path, named: FileName, settings: Settings, programme: str | None, told: Sequence[Message]) -> Source:
    suffix = path.suffix.lower()
    try:
        return source.open_source(path, named, programme, contracts.all_tables(), settings.max_file_mb, suffix)
    except (Refused, UnicodeDecodeError):
        why = next((one.zh for one in told if one.severity == messages.REFUSE), "")
        raise FixItError(f"{shown(path)} 整个没有读懂，标不出要改的格。{why}") from None


def _rows(opened: Source, path: Path, has_open_quote: bool) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line it begins on, cells as they stood."""
    if opened.sheet is not None:
        for line, values in enumerate(opened.sheet.frame.iter_rows(), start=1):
            yield line, ["" if value is None or value == NO_RESULT else str(value) for value in values]
        return
    if not isinstance(opened.grid, DelimitedText):
        raise TypeError(f"no rows of a {type(opened.grid).__name__}")
    # Where a quotation mark is not closed, cells are cut at every delimiter instead, so that the mark can be seen.
    quoting: Literal[0, 3] = csv.QUOTE_NONE if has_open_quote else csv.QUOTE_MINIMAL
    with path.open(encoding=opened.encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=opened.grid.delimiter, quoting=quoting)
        first = 1
        for cells in reader:
            yield first, [cell.strip("\ufeff") for cell in cells]
            first = reader.line_num + 1


def _marks(opened: Source, rows: Sequence[tuple[int, list[str]]], told: Sequence[Message]) -> _Marks:
    """Where each message belongs; what has no cell of its own stands at the beginning of its line or of the file."""
    marks = _Marks()
    header = opened.header
    known = {line for line, _ in rows}
    for one in told:
        place = _column_of(one.column, header.matches)
        if one.row is not None and one.row in known:
            marks.add(one.row, place if place is not None else 0, one.zh)
        elif place is not None:
            marks.add(header.row.last_line, place, one.zh)
        else:
            marks.whole.append(one.zh)
    for match in table_rows.sensitive_columns(header):
        marks.add(header.row.last_line, match.index, PRIVATE_COLUMN)
    return marks


def _column_of(name: str | None, matches: Sequence[Match]) -> int | None:
    """The position of a column that a message names: by the contract's header, else by the file's own."""
    if name is None:
        return None
    for match in matches:
        if match.column is not None and match.column.header == name:
            return match.index
    for match in matches:
        if name in (match.text.strip(), f"第{match.index + 1}列"):
            return match.index
    return None


def _write(
    target: Path, opened: Source, rows: Sequence[tuple[int, list[str]]], marks: _Marks, missing: Sequence[str]
) -> None:
    header = opened.header
    kinds = {match.index: match.column.type for match in header.matches if match.column is not None}
    private_types = {match.index: privacy.type_of(match.column, header.table) for match in header.matches}
    sensitive = {match.index for match in table_rows.sensitive_columns(header)}
    is_1904 = opened.sheet is not None and opened.sheet.epoch_1904
    options = {"strings_to_formulas": False, "strings_to_urls": False, "date_1904": is_1904}
    with xlsxwriter.Workbook(str(target), options) as book:
        name = opened.sheet.name if opened.sheet is not None else header.table.name_zh
        sheet = book.add_worksheet(name if privacy.kind_of(name, "text") is None else header.table.name_zh)
        paint = _Paint(book, sheet, marks)
        for line, cells in rows:
            below = line > header.row.last_line
            for index, text in enumerate(cells):
                kind = kinds.get(index, "text") if below else "text"
                if text.strip() and (
                    (below and index in sensitive)
                    or privacy.kind_of(text, private_types.get(index, "id") if below else "text") is not None
                ):
                    is_mark = privacy.kind_left(text, "id") is None and text.strip() in privacy.MARKS.values()
                    marks.add(line, index, LEFT_OUT_ROW if is_mark else PRIVATE_CELL)
                    text = ""
                paint.cell(line, index, text, kind, is_header=header.row.line <= line <= header.row.last_line)
        for number, column in enumerate(missing):
            index = header.width + number
            marks.add(header.row.last_line, index, MISSING_COLUMN)
            paint.cell(header.row.last_line, index, column, "text", is_header=True)
        paint.marks_without_text({line: len(cells) for line, cells in rows})
        paint.merges(opened)
        paint.comments()
        sheet.freeze_panes(header.row.last_line, 0)
        for match in header.matches:
            sheet.set_column(match.index, match.index, min(40, max(10, 2 * len(match.text) + 4)))


def _missing(opened: Source, named: FileName) -> list[str]:
    """Required columns that the file has not and its name does not give."""
    header = opened.header
    filled = table_rows.fillable(header.table, header, named)
    return [column.header for column in table_rows.missing_columns(header, tuple(filled))]


class _Paint:
    """Writes cells with their formats, and remembers them for what comes later."""

    def __init__(self, book: Any, sheet: Any, marks: _Marks) -> None:
        self._book, self._sheet, self._marks = book, sheet, marks
        self._formats: dict[tuple[bool, bool, bool], Any] = {}
        self._texts: dict[tuple[int, int], tuple[str, str, bool]] = {}

    def cell(self, line: int, index: int, text: str, kind: str, is_header: bool) -> None:
        """One cell; numbers of number columns as numbers, all else as the text it was."""
        if not text and (line, index) not in self._marks.cells:
            return
        self._texts[(line, index)] = (text, kind, is_header)
        style = self._format((line, index) in self._marks.cells, is_header, kind in ("int", "decimal"))
        if not text:
            self._sheet.write_blank(line - 1, index, None, style)
        elif kind in ("int", "decimal") and _NUMBER.fullmatch(text):
            self._sheet.write_number(line - 1, index, float(text), style)
        else:
            self._sheet.write_string(line - 1, index, text[:_LONGEST_CELL], style)

    def marks_without_text(self, widths: dict[int, int]) -> None:
        """Marked cells that the file did not reach."""
        for line, index in list(self._marks.cells):
            if (line, index) not in self._texts and index >= widths.get(line, 0):
                self._sheet.write_blank(line - 1, index, None, self._format(True, False, False))

    def merges(self, opened: Source) -> None:
        """Merged cells stay merged, because what stands beside them is read from them."""
        if opened.sheet is None:
            return
        left = opened.sheet.first_column
        for top, first, bottom, last in opened.sheet.facts.merges:
            if (top, first) == (bottom, last) or first < left:
                continue
            text, kind, is_header = self._texts.get((top, first - left), ("", "text", False))
            style = self._format((top, first - left) in self._marks.cells, is_header, kind in ("int", "decimal"))
            try:
                self._sheet.merge_range(top - 1, first - left, bottom - 1, last - left, "", style)
            except OverlappingRange:
                continue
            self.cell(top, first - left, text, kind, is_header)

    def comments(self) -> None:
        """The comments, each as large as its text; what is said of the whole file stands on the first cell."""
        if self._marks.whole:
            self._marks.cells[(1, 0)][:0] = self._marks.whole
        for (line, index), texts in self._marks.cells.items():
            text = "\n".join(texts)
            lines = sum(-(-len(part) // 22) for part in text.split("\n"))
            options = {"author": AUTHOR, "width": 300, "height": max(60, 22 * lines + 16), "font_size": 10}
            self._sheet.write_comment(line - 1, index, text, options)

    def _format(self, is_marked: bool, is_header: bool, is_number: bool) -> Any:
        key = (is_marked, is_header, is_number)
        if key not in self._formats:
            look: dict[str, Any] = {} if is_number else {"num_format": "@"}
            look |= {"bold": True} if is_header else {}
            look |= {"bg_color": _MARKED, "border": 1, "border_color": "#BF9000"} if is_marked else {}
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]
