"""The parts of a workbook's ZIP: found however their names are written, and written anew where a reader would stumble over them."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

WORKBOOK = "xl/workbook.xml"
_ROOT = "_rels/.rels"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# How far a sheet is, by its own word; readers need not believe it, and some words they cannot read.
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?(?:/>|>\s*</(?:\w+:)?dimension>)")


@dataclass(frozen=True)
class Part:
    """A sheet of cells: its name, the part of the ZIP that holds it, and whether it is hidden."""

    name: str
    path: str
    state: str


class Package:
    """A workbook's ZIP by the names its parts should have: with slashes, whatever their case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {plain_name(name).lower(): name for name in archive.namelist()}
        self.sheets: tuple[Part, ...] = ()
        self.epoch_1904 = False
        self.styles, self.strings = "xl/styles.xml", "xl/sharedStrings.xml"
        if WORKBOOK in self:
            self._read_workbook()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises KeyError when there is none."""
        return self._archive.read(self._names[name.lower()])

    def rewritten(self) -> bytes:
        """The workbook with nothing but its sheets of cells, without what they say of their own size."""
        sheets, relations = [], []
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for number, sheet in enumerate(self.sheets, start=1):
                xml = self.read(sheet.path)
                head, data, rest = xml.partition(b"sheetData")
                written.writestr(f"xl/worksheets/sheet{number}.xml", _DIMENSION.sub(b"", head) + data + rest)
                state = f" state={quoteattr(sheet.state)}" if sheet.state else ""
                sheets.append(f'<sheet name={quoteattr(sheet.name)} sheetId="{number}"{state} r:id="r{number}"/>')
                relations.append(_relation(number, "worksheet", f"worksheets/sheet{number}.xml"))
            for kind, name in (("styles", self.styles), ("sharedStrings", self.strings)):
                if name in self:
                    written.writestr(f"xl/{kind}.xml", self.read(name))
                    relations.append(_relation(len(relations) + 1, kind, f"{kind}.xml"))
            epoch = f'<workbookPr date1904="{int(self.epoch_1904)}"/>'
            book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{epoch}<sheets>{"".join(sheets)}</sheets></workbook>'
            written.writestr(WORKBOOK, book)
            written.writestr(_ROOT, _relations([_relation(1, "officeDocument", WORKBOOK)]))
            written.writestr(_RELATIONS, _relations(relations))
        return buffer.getvalue()

    def _read_workbook(self) -> None:
        """Where the sheets of cells (not of charts, dialogs or macros), styles and strings are, and whether dates count from 1904."""
        targets: dict[str, str] = {}
        for name, attributes in elements(self.read(_RELATIONS)) if _RELATIONS in self else ():
            kind, target = attributes.get("Type", "worksheet").rpartition("/")[2], _path(attributes.get("Target", ""))
            if name == "Relationship" and kind == "worksheet":
                targets[attributes.get("Id", "")] = target
            elif name == "Relationship" and kind == "styles":
                self.styles = target
            elif name == "Relationship" and kind == "sharedStrings":
                self.strings = target
        sheets: list[Part] = []
        for name, attributes in elements(self.read(WORKBOOK)):
            if name == "sheet":
                reference = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                if targets.get(reference, "") in self:
                    sheets.append(Part(attributes.get("name", ""), targets[reference], attributes.get("state", "")))
            elif name == "workbookPr":
                self.epoch_1904 = attributes.get("date1904", "0") in ("1", "true")
        self.sheets = tuple(sheets)


def plain_name(name: str) -> str:
    """The name of a part as the standard has it: some programs write backslashes, or begin it with a slash."""
    return name.replace("\\", "/").removeprefix("./").lstrip("/")


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small XML part, without their name-space prefixes. Expat limits what entities unfold to."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(xml, True)
    return found


def _path(target: str) -> str:
    target = target.replace("\\", "/")
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(relations: list[str]) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(relations)}</Relationships>'
