"""Writes a workbook anew with the one sheet that is read, its values and looks, and nothing else."""

import html
import re
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from warehouse.intake import privacy
from warehouse.intake.cell_places import column_letters, column_number
from warehouse.intake.workbook import Sheet
from warehouse.intake.workbook_parts import Said

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The same workbook gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
# What a cell is made of; the reading aids of Japanese strings (rPh) are left out.
_INSIDE = frozenset({"v", "is", "t", "r"})
_LOOKS = frozenset(
    {"rPr", "vertAlign", "strike", "dstrike", "b", "i", "u", "color", "sz", "family", "charset", "scheme"}
)
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
_SHAPES = re.compile(
    rb"<(?:\w+:)?(headerFooter|hyperlink|dataValidation|conditionalFormatting|f|oddHeader|oddFooter)[\s>]"
)
# Formulas, lists to choose from, and what is said when somebody chooses.
_WORDS = (
    re.compile(rb"<(?:\w+:)?(?:f|formula1|formula2)(?:\s[^>]*)?>([^<]*)<"),
    re.compile(rb"\s(?:prompt|promptTitle|error|errorTitle|tooltip)=\"([^\"]*)\""),
)
_FORMAT = re.compile(r"formatCode=\"([^\"]*)\"")
_NAMES = re.compile(r"(?<= name=\")[^\"]*(?=\")")


@dataclass
class Edits:
    """What changes in a file's table: whole records that give way to a mark, and single cells with their new text."""

    records: dict[int, tuple[int, str]] = field(default_factory=dict)
    cells: dict[int, dict[int, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.cells)


def extras(path: Path, part: str) -> list[Said]:
    """What the sheet carries beside its cells that may name persons: its head and foot, links, lists to choose from, formulas."""
    xml = _part(path, part)
    found = {name.decode() for name in _SHAPES.findall(xml)}
    told = []
    if {"oddHeader", "oddFooter"} & found:
        told.append(Said("页眉页脚", "page headers and footers"))
    if "hyperlink" in found:
        told.append(Said("超链接", "links"))
    texts = {html.unescape(text.decode("utf-8", "replace")) for pattern in _WORDS for text in pattern.findall(xml)}
    if any(privacy.kind_of(text, "id") is not None for text in texts):
        told.append(Said("公式", "formulas"))
    with zipfile.ZipFile(path) as archive:
        strings = _find(archive, "xl/sharedstrings.xml")
        if strings is not None and b"rPh" in (read := archive.read(strings)) and b"<rPh" in read.replace(b":", b"<"):
            told.append(Said("拼音注音", "reading aids"))
    return told


def hidden_columns(path: Path, part: str) -> frozenset[int]:
    """The hidden columns of a sheet, counted from 1."""
    found: set[int] = set()
    xml = _part(path, part)
    head = xml[: xml.find(b"sheetData")].decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?col\s[^>]*>", head):
        if re.search(r"\shidden=\"(?:1|true)\"", tag):
            first, last = re.search(r"\smin=\"(\d+)\"", tag), re.search(r"\smax=\"(\d+)\"", tag)
            if first and last:
                found.update(range(int(first.group(1)), min(int(last.group(1)), 16_384) + 1))
    return frozenset(found)


def write(path: Path, target: Path, sheet: Sheet, part: str, edits: Edits, hidden: frozenset[int]) -> None:
    """Write the workbook at `path` anew to `target` with these edits. Raises ValueError where its XML cannot be followed."""
    name = sheet.name if privacy.kind_of(sheet.name, "text") is None else "Sheet1"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        strings, styles = _find(old, "xl/sharedstrings.xml"), _find(old, "xl/styles.xml")
        _add(new, "[Content_Types].xml", _content_types(strings is not None, styles is not None))
        _add(new, "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        _add(new, "xl/workbook.xml", _workbook(name, sheet.epoch_1904))
        targets = [("worksheet", "worksheets/sheet1.xml")]
        targets += [("sharedStrings", "sharedStrings.xml")] if strings is not None else []
        targets += [("styles", "styles.xml")] if styles is not None else []
        _add(new, "xl/_rels/workbook.xml.rels", _relations(targets))
        writer = _SheetWriter(sheet, edits, hidden)
        info = next(one for one in old.infolist() if one.filename.replace("\\", "/") == part)
        with new.open(_info("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as file:
            for piece in _parsed(old, info, writer):
                file.write(piece)
        if strings is not None:
            with new.open(_info("xl/sharedStrings.xml"), "w", force_zip64=True) as file:
                for piece in _parsed(old, strings, _StringsWriter(writer.used)):
                    file.write(piece)
        if styles is not None:
            _add(new, "xl/styles.xml", _plain_styles(old.read(styles).decode("utf-8-sig")))


class _Xml:
    """XML that is being written."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._size = 0

    def taken(self) -> bytes:
        """What was written since the last time."""
        text = "".join(self._out).encode()
        self._out = []
        return text

    def put(self, text: str) -> None:
        """Writes XML."""
        self._out.append(text)

    def put_start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Writes the beginning of an element."""
        kept = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        space = kept.pop("space", None)
        given = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        self.put(f"<{tag}{given}{' xml:space=' + quoteattr(space) if space else ''}>")


class _Writer(_Xml, ABC):
    """Elements that go by, without their name spaces, and the XML that is written for them."""

    @abstractmethod
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, tag: str) -> None:
        """An element ends."""

    @abstractmethod
    def text(self, data: str) -> None:
        """Text goes by."""


class _SheetWriter(_Writer):
    """The rows of a sheet with their edits, then its merged cells. `used` are the shared strings that it still needs."""

    def __init__(self, sheet: Sheet, edits: Edits, hidden: frozenset[int]) -> None:
        super().__init__()
        self.used: set[int] = set()
        self._edits, self._first = edits, sheet.first_column
        self._hidden = frozenset(index + self._first for index in hidden)
        # A record's cell that stands for others below it, too, is theirs as well.
        self._anchors = {(top, left) for top, left, bottom, _ in sheet.facts.merges if bottom > top}
        self._private = {(line, index + self._first) for line, (index, _) in edits.records.items()}
        self._merges: list[str] = []
        self._row = self._column = 0
        self._marked = False
        self._cell: dict[str, str] | None = None
        self._inner: list[str] = []
        self._value: list[str] = []
        self._depth = 0
        self._stack: list[str] = []
        self._has_formula = False
        self._pending: dict[int, str] = {}
        self.put(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>')

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._stack.append(tag)
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            shown = {"r": str(self._row)} | ({"hidden": "1"} if attributes.get("hidden") in ("1", "true") else {})
            self.put_start("row", shown)
            self._pending = {self._first + index: text for index, text in self._edits.cells.get(self._row, {}).items()}
            mark = self._edits.records.get(self._row)
            if mark is not None:
                self._pending = {self._first + mark[0]: mark[1]}
        elif tag == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_number(found.group(1)) if found else self._column + 1
            self._cell = dict(attributes)
            self._inner, self._value, self._has_formula = [], [], False
        elif tag == "f":
            self._has_formula = True
        elif tag == "mergeCell":
            self._merges.append(attributes.get("ref", ""))
        elif self._cell is not None and "f" not in self._stack and "rPh" not in self._stack and tag in _INSIDE | _LOOKS:
            self._inner.append(_opened(tag, attributes))

    def text(self, data: str) -> None:
        if self._cell is None or "f" in self._stack or "rPh" in self._stack:
            return
        if self._stack and self._stack[-1] in ("v", "t"):
            self._value.append(data)
            self._inner.append(escape(data))

    def end(self, tag: str) -> None:
        self._stack.pop()
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            self._put_pending(1 << 30)
            self.put("</row>")
        elif tag == "sheetData":
            self.put("</sheetData>")
        elif tag == "worksheet":
            if self._merges:
                merged = "".join(f"<mergeCell ref={quoteattr(one)}/>" for one in self._merges)
                self.put(f'<mergeCells count="{len(self._merges)}">{merged}</mergeCells>')
            self.put("</worksheet>")
        elif self._cell is not None and "f" not in self._stack and "rPh" not in self._stack and tag in _INSIDE | _LOOKS:
            self._inner.append(f"</{tag}>")

    def _end_cell(self) -> None:
        cell, self._cell = self._cell or {}, None
        place = (self._row, self._column)
        self._put_pending(self._column)
        is_edited = self._column in {self._first + index for index in self._edits.cells.get(self._row, {})}
        is_left_out = self._row in self._edits.records and (place not in self._anchors or place in self._private)
        if is_edited or is_left_out or self._column in self._hidden:
            return
        reference = f"{column_letters(self._column)}{self._row}"
        kept = {"r": reference} | {key: cell[key] for key in ("s", "t") if key in cell}
        if self._has_formula and not self._value and cell.get("t") != "str":
            # A formula without a result stays one, and says so when somebody has it worked out.
            self.put_start("c", kept)
            self.put("<f>NA()</f></c>")
            return
        if cell.get("t") == "s" and self._value:
            self.used.add(int("".join(self._value)))
        self.put_start("c", kept)
        self.put("".join(self._inner) + "</c>")

    def _put_pending(self, upto: int) -> None:
        """Cells with new text, in their order among the others."""
        for column in sorted(self._pending):
            if column <= upto:
                text = self._pending.pop(column)
                if text:
                    place = f"{column_letters(column)}{self._row}"
                    self.put(f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>')


class _StringsWriter(_Writer):
    """The shared strings, those that nobody needs any more left blank."""

    def __init__(self, used: set[int]) -> None:
        super().__init__()
        self._used, self._index = used, -1
        self._stack: list[str] = []
        self.put(f'{_HEAD}<sst xmlns="{_MAIN}">')

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._stack.append(tag)
        if tag == "si":
            self._index += 1
            self.put("<si>" if self._index in self._used else "<si><t></t>")
        elif self._is_kept() and tag in ("t", "r", *_LOOKS):
            self.put_start(tag, attributes)

    def text(self, data: str) -> None:
        if self._stack and self._stack[-1] == "t" and self._is_kept():
            self.put(escape(data))

    def end(self, tag: str) -> None:
        if tag == "si":
            self.put("</si>")
        elif tag == "sst":
            self.put("</sst>")
        elif self._is_kept() and tag in ("t", "r", *_LOOKS):
            self.put(f"</{tag}>")
        self._stack.pop()

    def _is_kept(self) -> bool:
        return "si" in self._stack and "rPh" not in self._stack and self._index in self._used


def _parsed(archive: zipfile.ZipFile, info: zipfile.ZipInfo, writer: _Writer) -> Iterator[bytes]:
    """Feeds a part to a writer piece by piece and yields what it writes."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: writer.start(tag.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda tag: writer.end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = writer.text
    try:
        with archive.open(info) as file:
            while piece := file.read(_CHUNK):
                parser.Parse(piece, False)
                yield writer.taken()
        parser.Parse(b"", True)
        yield writer.taken()
    except expat.ExpatError as error:
        raise ValueError(f"line {error.lineno}") from None


def _opened(tag: str, attributes: Mapping[str, str]) -> str:
    writer = _Xml()
    writer.put_start(tag, attributes)
    return writer.taken().decode()


def _plain_styles(xml: str) -> str:
    """The styles without the names that people gave them, and without texts in number formats that name a person."""

    def plain(found: re.Match[str]) -> str:
        is_private = privacy.kind_of(html.unescape(found.group(1)), "text") is not None
        return 'formatCode="General"' if is_private else found.group()

    kept = _FORMAT.sub(plain, xml)
    kept = re.sub(r"<(?:\w+:)?extLst>.*?</(?:\w+:)?extLst>", "", kept, flags=re.DOTALL)
    return re.sub(r"<(\w+:)?cellStyle\s[^>]*>", lambda found: _NAMES.sub(_style_name, found.group()), kept)


def _style_name(found: re.Match[str]) -> str:
    return found.group() if privacy.kind_of(html.unescape(found.group()), "text") is None else "Style"


def _workbook(name: str, epoch_1904: bool) -> str:
    dates = '<workbookPr date1904="1"/>' if epoch_1904 else "<workbookPr/>"
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{dates}'
        f'<sheets><sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(has_strings: bool, has_styles: bool) -> str:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/worksheets/sheet1.xml", "worksheet")]
    parts += [("xl/sharedStrings.xml", "sharedStrings")] if has_strings else []
    parts += [("xl/styles.xml", "styles")] if has_styles else []
    listed = "".join(f'<Override PartName="/{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(_info(name), text.encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    return next((info for info in archive.infolist() if info.filename.replace("\\", "/").lower() == name), None)


def _part(path: Path, part: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        info = next(one for one in archive.infolist() if one.filename.replace("\\", "/") == part)
        return archive.read(info)
