"""What a workbook's style sheet says of its cells: the number format of each style, and which styles are struck out, raised or lowered."""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

STRUCK, RAISED, LOWERED = "struck", "raised", "lowered"
_ALIGNED = {"superscript": RAISED, "subscript": LOWERED}
# Where a style sheet keeps what cells refer to; elsewhere (conditional formats) the same elements mean something else.
_LISTS = ("numFmts", "fonts", "cellXfs")


@dataclass(frozen=True)
class Styles:
    """The styles of a workbook by the number that cells give: number formats of its own, and fonts that mark their text."""

    formats: dict[int, str] = field(default_factory=dict)
    fonts: dict[int, str] = field(default_factory=dict)


def font_mark(name: str, attributes: dict[str, str]) -> str | None:
    """What an element inside a font says of its text: struck out, raised or lowered; None for anything else."""
    if name == "strike" and attributes.get("val", "1") not in ("0", "false"):
        return STRUCK
    return _ALIGNED.get(attributes.get("val", "")) if name == "vertAlign" else None


def read_styles(xml: bytes) -> Styles:
    """The styles of `xl/styles.xml`."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.Parse(xml, True)
    formats = {number: reader.codes[code] for number, (code, _) in enumerate(reader.cells) if code in reader.codes}
    fonts = {number: reader.fonts[font] for number, (_, font) in enumerate(reader.cells) if font in reader.fonts}
    return Styles(formats, fonts)


class _Reader:
    """Collects formats, fonts and cell styles while the style sheet goes by."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.fonts: dict[str, str] = {}
        self.cells: list[tuple[str, str]] = []
        self._list = ""
        self._font = -1

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(":")[2]
        if name in _LISTS:
            self._list = name
        elif self._list == "numFmts" and name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif self._list == "fonts":
            self._font += name == "font"
            mark = font_mark(name, attributes)
            # What is struck out is no value, however it stands.
            if mark is not None and self.fonts.get(str(self._font)) != STRUCK:
                self.fonts[str(self._font)] = mark
        elif self._list == "cellXfs" and name == "xf":
            self.cells.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == self._list:
            self._list = ""
