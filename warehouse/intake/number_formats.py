"""Gives the numbers of a workbook the units that their number formats show: 100 under 0"万元" is 100万元."""

import html
import re
import zipfile
from collections.abc import Collection, Iterator
from xml.parsers import expat

import polars as pl

from warehouse.intake.unit_words import SCALES, SHOWN_OTHERWISE, Unit, foreign_word, read_unit, said_in

_STYLES = "xl/styles.xml"
_LOCALE = {"411": "日元", "412": "韩元"}
_DIGITS = "0#?"
_BEGINNING = 1 << 16
_PAGE_WORDS = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_PAGE_CODES = re.compile(r'&(?:[LCRPNDTFAGZBIUESXY]|"[^"]*"|[0-9]+|K[0-9A-F]{6})')


def units_by_style(archive: zipfile.ZipFile) -> dict[int, str]:
    """What stands behind the numbers of each cell style: a unit that is not 元 or 人 itself, or SHOWN_OTHERWISE.

    Formats without a code in the file are Excel's own; their sign of money is that of whoever looks, so they say nothing.
    """
    if _STYLES not in archive.namelist():
        return {}
    codes: dict[int, str] = {}
    styles: list[int] = []
    is_in_cells = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_in_cells
        name = tag.rpartition(":")[2]
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            is_in_cells = True
        elif name == "xf" and is_in_cells:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        nonlocal is_in_cells
        if tag.rpartition(":")[2] == "cellXfs":
            is_in_cells = False

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(archive.read(_STYLES), True)
    except (expat.ExpatError, ValueError):
        # Damaged styles show nothing; whether the workbook can be read at all is not decided here.
        return {}
    shown = {number: unit for number, code in codes.items() if (unit := unit_of_format(code)) is not None}
    return {style: shown[number] for style, number in enumerate(styles) if number in shown}


def with_units(
    frame: pl.DataFrame, xml: bytes, units: dict[int, str], first_column: int, first_row: int = 1
) -> pl.DataFrame:
    """The values of a sheet with the units that their styles show behind them; the frame begins at this column and row."""
    if not units:
        return frame
    patches: dict[int, dict[int, str]] = {}
    for row, column, style in _styled_numbers(xml, units):
        patches.setdefault(column - first_column, {})[row - first_row] = units[style]
    for column, cells in patches.items():
        if 0 <= column < frame.width:
            values = frame.to_series(column).to_list()
            for row, unit in cells.items():
                if 0 <= row < len(values) and values[row] is not None:
                    values[row] = f"{values[row]}{unit}"
            frame = frame.with_columns(pl.Series(frame.columns[column], values, dtype=pl.String))
    return frame


def _styled_numbers(xml: bytes, styles: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Row, column and style of the cells that hold a number in one of these styles."""
    if b"='" in xml[:_BEGINNING]:
        # A writer with a taste of its own for quotation marks.
        yield from _counted_numbers(xml, styles)
        return
    wanted = "|".join(str(style) for style in styles).encode()
    for found in re.finditer(rb'<(?:\w+:)?c\s([^>]*?\bs="(' + wanted + rb')"[^>]*)(?<!/)>', xml):
        place = re.search(rb'\br="([A-Z]+)([0-9]+)"', found.group(1))
        kind = re.search(rb'\bt="(\w+)"', found.group(1))
        if place is None:
            # A writer that leaves the places out: they are counted.
            yield from _counted_numbers(xml, styles)
            return
        if kind is None or kind.group(1) == b"n":
            yield int(place.group(2)), _column_number(place.group(1).decode()), int(found.group(2))


def _counted_numbers(xml: bytes, styles: Collection[int]) -> list[tuple[int, int, int]]:
    numbers: list[tuple[int, int, int]] = []
    row = column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        name = tag.rpartition(":")[2]
        if name == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            column = _column_number(letters) if letters else column + 1
            style = int(attributes.get("s", "0"))
            if style in styles and attributes.get("t", "n") == "n":
                numbers.append((row, column, style))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return numbers


def page_words(xml: bytes) -> str:
    """What the page header and footer of a sheet say, without codes; they stand at the end of its XML."""
    found = _PAGE_WORDS.findall(xml, max(0, len(xml) - _BEGINNING))
    texts = [html.unescape(text.decode("utf-8", "replace")) for text in found]
    return " ".join(_PAGE_CODES.sub(" ", text) for text in texts).strip()


def unit_of_format(code: str) -> str | None:
    """What a number format shows behind a number, as far as it changes what the number means.

    `0"万元"` → 万元; `0,"千元"` shows the whole number in thousands and says nothing new → None; `[$HK$-C04]#,##0` → hk$;
    a format whose scale cannot be told, such as `0!.0,` → SHOWN_OTHERWISE.
    """
    sections = [_Section(text) for text in _split(code)]
    said = [one.unit() for one in sections if one.has_digits]
    if not said:
        return None
    if any(one.has_condition for one in sections):
        return said[0] if len(set(said)) == 1 else SHOWN_OTHERWISE
    return said[0]


class _Section:
    """One section of a number format, taken apart."""

    def __init__(self, text: str) -> None:
        self.literal = ""
        self.has_condition = False
        self._digits: list[str] = []
        self._is_date = False
        self._take(re.sub(r"G/通用格式|General", "0", text, flags=re.IGNORECASE))

    @property
    def has_digits(self) -> bool:
        """Whether the section shows a number."""
        return any(character in _DIGITS for character in self._digits) and not self._is_date

    def unit(self) -> str | None:
        """As `unit_of_format`, for this section."""
        size = self._shown_size()
        unit = _unit_in(self.literal)
        if unit is None:
            return SHOWN_OTHERWISE if size != 1 or _may_be_scaled(self.literal) else None
        if unit.is_foreign:
            return unit.text
        factor = unit.scale / size
        if factor == 1:
            return None
        word = next((word for word, number in SCALES.items() if number == factor), None)
        return f"{word}{unit.base}" if word else SHOWN_OTHERWISE

    def _take(self, text: str) -> None:
        position = 0
        while position < len(text):
            character = text[position]
            if character == '"':
                end = text.find('"', position + 1)
                end = len(text) if end < 0 else end
                self._say(text[position + 1 : end])
                position = end + 1
            elif character in "\\!":
                self._say(text[position + 1 : position + 2])
                position += 2
            elif character in "_*":
                position += 2
            elif character == "[":
                end = text.find("]", position)
                end = len(text) if end < 0 else end
                self._bracket(text[position + 1 : end])
                position = end + 1
            else:
                self._plain(character)
                position += 1

    def _say(self, text: str) -> None:
        # A point that is only written shows the number smaller: 0!.0000 is the number in ten thousands.
        self._digits.append("¨" if text == "." else "")
        self.literal += "" if text == "." else text

    def _bracket(self, text: str) -> None:
        if text.startswith("$"):
            sign, _, locale = text[1:].partition("-")
            self.literal += _LOCALE.get(locale[-3:].upper(), sign) if sign in ("¥", "￥", "\\", "₩") else sign
        elif text[:1] in "<>=":
            self.has_condition = True
        elif re.fullmatch(r"[hms]+", text, re.IGNORECASE):
            self._is_date = True

    def _plain(self, character: str) -> None:
        if character in f"{_DIGITS}.,":
            self._digits.append(character)
        elif character.lower() in "ymdhs" and character.isascii():
            self._is_date = True
        else:
            self._digits.append("")
            self.literal += character

    def _shown_size(self) -> int:
        """How many times smaller than it is a number is shown."""
        marks = "".join(self._digits)
        whole, _, _ = marks.partition(".")
        trailing = re.search(r"(,*)[^0#?,.¨]*$", marks.rstrip()) if "." not in whole else None
        commas = len(trailing.group(1)) if trailing else 0
        inside = re.search(r"(,+)$", whole)
        commas = max(commas, len(inside.group(1)) if inside else 0)
        after_point = re.search(r"¨([0#?]+)", marks)
        return int(1000**commas * 10 ** (len(after_point.group(1)) if after_point and "." not in marks else 0))


def _split(code: str) -> list[str]:
    """The sections of a format, which semicolons outside of quotes divide."""
    return re.findall(r'(?:[^;"\\!\[]|"[^"]*"?|[\\!].?|\[[^\]]*\]?)+', code)


def _unit_in(literal: str) -> Unit | None:
    unit = read_unit(literal)
    if unit is None and literal.strip():
        foreign = foreign_word(literal)
        if foreign is not None:
            return read_unit(foreign)
        units = said_in(f"({literal})").units
        unit = units[0] if len(units) == 1 else None
    return unit


def _may_be_scaled(literal: str) -> bool:
    return bool(re.search(r"[百千万亿萬億]|元", literal))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
