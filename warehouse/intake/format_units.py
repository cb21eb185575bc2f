"""Gives the numbers of a workbook the units that their number formats show: 100 under 0"万元" is 100万元."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from warehouse.intake.unit_words import SCALES, SHOWN_OTHERWISE, Unit, foreign_word, read_unit, said_in

_LOCALE = {"411": "日元", "412": "韩元"}
_DIGITS = "0#?"
_END = 1 << 16
_PAGE_WORDS = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_PAGE_CODES = re.compile(r'&(?:[LCRPNDTFAGZBIUESXY]|"[^"]*"|[0-9]+|K[0-9A-F]{6})')


def with_units(frame: pl.DataFrame, formats: Mapping[tuple[int, int], str], first: int) -> pl.DataFrame:
    """The values of a sheet with the units that their number formats (by row and column of the sheet) show behind them.

    The frame begins at column `first`.
    """
    patches: dict[int, dict[int, str]] = {}
    for (row, column), code in formats.items():
        unit = unit_of_format(code)
        if unit is not None:
            patches.setdefault(column - first, {})[row - 1] = unit
    for column, cells in patches.items():
        if 0 <= column < frame.width:
            values = frame.to_series(column).to_list()
            for row, unit in cells.items():
                if 0 <= row < len(values) and values[row] is not None:
                    values[row] = f"{values[row]}{unit}"
            frame = frame.with_columns(pl.Series(frame.columns[column], values, dtype=pl.String))
    return frame


def page_words(xml: bytes) -> str:
    """What the page header and footer of a sheet say, without codes; they stand at the end of its XML."""
    found = _PAGE_WORDS.findall(xml, max(0, len(xml) - _END))
    texts = [html.unescape(text.decode("utf-8", "replace")) for text in found]
    return " ".join(_PAGE_CODES.sub(" ", text) for text in texts).strip()


@lru_cache(maxsize=1 << 10)
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
