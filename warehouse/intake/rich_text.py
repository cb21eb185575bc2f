"""Tells the value of a cell from marks in its text: runs that are struck out, raised or lowered."""

import re
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from warehouse.intake import marks
from warehouse.intake.styles import LOWERED, RAISED, STRUCK, font_mark

# A piece of a cell's text and its mark: empty for none, None where the cell's own style decides.
Run = tuple[str, str | None]


@dataclass(frozen=True)
class Marked:
    """A cell of whose text something is marked: all of it, what is left, what was left out, and how that was marked.

    `spelled` is the text with its marks as characters: 10³, and a stroke through what is struck out. `is_torn` says that a
    mark stands between digits, which are no number without it.
    """

    raw: str
    kept: str
    left_out: str
    mark: str
    spelled: str = ""
    is_torn: bool = False


def marked(parts: tuple[Run, ...], style: str | None) -> Marked | None:
    """What the parts of a cell come to under the cell's own style; None when nothing is marked."""
    pieces = [(text, style if mark is None else mark or None) for text, mark in parts]
    found = {mark for text, mark in pieces if mark and text.strip()}
    if not found:
        return None
    return Marked(
        "".join(text for text, _ in pieces),
        "".join(text for text, mark in pieces if not mark).strip(),
        "".join(text for text, mark in pieces if mark).strip(),
        next(mark for mark in (STRUCK, RAISED, LOWERED) if mark in found),
        "".join(_spelled(text, mark) for text, mark in pieces),
        re.search(r"\d\0+\d", "".join("\0" if mark else text for text, mark in pieces if text.strip())) is not None,
    )


def _spelled(text: str, mark: str | None) -> str:
    if mark == RAISED:
        return marks.raised(text)
    if mark == LOWERED:
        return marks.lowered(text)
    return "".join(f"{character}\u0336" for character in text) if mark else text


def marked_strings(xml: bytes) -> dict[int, tuple[Run, ...]]:
    """The shared strings in which a run is marked, by number. Looks closely only where a mark stands at all."""
    if b"strike" not in xml and b"vertAlign" not in xml:
        return {}
    reader = _Strings()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.runs.text
    parser.Parse(xml, True)
    return reader.found


class Runs:
    """Collects the runs of one string; what only tells how characters are pronounced is no part of it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begins a new string."""
        self._parts: list[Run] = []
        self._mark: str | None = None
        self._text = ""
        self._is_text = self._is_phonetic = False

    @property
    def parts(self) -> tuple[Run, ...]:
        """The runs so far."""
        return tuple(self._parts)

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        """An element begins."""
        if name == "rPh":
            self._is_phonetic = True
        elif name == "r":
            self._mark = None
        elif name == "rPr":
            self._mark = ""
        elif name == "t":
            self._is_text, self._text = not self._is_phonetic, ""
        elif self._mark != STRUCK:
            self._mark = font_mark(name, attributes) or self._mark

    def text(self, data: str) -> None:
        """Characters."""
        if self._is_text:
            self._text += data

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "rPh":
            self._is_phonetic = False
        elif name == "t" and self._is_text:
            self._parts.append((self._text, self._mark))
            self._is_text = False


class _Strings:
    """Numbers the shared strings while they go by and keeps those with a mark."""

    def __init__(self) -> None:
        self.runs = Runs()
        self.found: dict[int, tuple[Run, ...]] = {}
        self._number = -1

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self._number += 1
            self.runs.clear()
        self.runs.start(name, attributes)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self.runs.end(name)
        if name == "si" and any(mark for _, mark in self.runs.parts):
            self.found[self._number] = self.runs.parts
