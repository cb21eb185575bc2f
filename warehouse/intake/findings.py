"""Collects what is found in one file and turns it into the messages of its receipt, without ever showing a secret."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import polars as pl

from warehouse.intake import messages, privacy
from warehouse.intake.note import Note
from warehouse.intake.receipt import Message

# How many messages of one kind and column are listed one by one; the rest is one sentence with their number and lines.
LISTED = {messages.INFO: 200, messages.WARNING: 200, messages.QUARANTINE: 2000, messages.REFUSE: 200}

_LISTED_RANGES = 50

# Code, severity and column: findings of one kind.
_Kind = tuple[str, str, str | None]


class Findings:
    """The findings of one file, listed up to a limit per kind and column and counted beyond it."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._counts: dict[_Kind, int] = defaultdict(int)
        self._unlisted: dict[_Kind, list[int]] = defaultdict(list)

    def add(self, note: Note, row: int | None = None, column: str | None = None) -> None:
        """Adds one finding."""
        self.add_many(note, [row], column)

    def add_many(self, note: Note, rows: Sequence[int | None] | pl.Series, column: str | None) -> None:
        """Adds the same finding for several rows."""
        room = self.room(note, column)
        for row in rows[:room]:
            self._messages.append(_message(note, row, column))
        self._counts[_kind(note, column)] += min(room, len(rows))
        if len(rows) > room:
            self.count(note, rows[room:], column)

    def room(self, note: Note, column: str | None) -> int:
        """How many more findings of this kind are listed one by one."""
        return max(0, LISTED[note.weight] - self._counts[_kind(note, column)])

    def count(self, note: Note, rows: Sequence[int | None] | pl.Series, column: str | None) -> None:
        """Counts further findings like one that is listed; `rows` are their lines."""
        kind = _kind(note, column)
        self._counts[kind] += len(rows)
        self._unlisted[kind] += [row for row in rows if row is not None]

    def copy(self) -> "Findings":
        """What was found so far, to go back to when a file has to be read again in another light."""
        other = Findings()
        other._messages = [*self._messages]
        other._counts.update(self._counts)
        other._unlisted.update({kind: [*rows] for kind, rows in self._unlisted.items()})
        return other

    def go_back_to(self, earlier: "Findings") -> None:
        """Forgets everything that was found since a copy was made."""
        again = earlier.copy()
        self._messages, self._counts, self._unlisted = again._messages, again._counts, again._unlisted

    def withdraw(self, code: str, row: int | None) -> None:
        """Takes back what was found in a row, because something more exact is said of it."""
        gone = [message for message in self._messages if message.code == code and message.row == row]
        self._messages = [message for message in self._messages if message not in gone]
        for message in gone:
            self._counts[(code, message.severity, message.column)] -= 1

    def has(self, code: str) -> bool:
        """Whether anything of this code was found."""
        return any(message.code == code for message in self._messages)

    @property
    def refused(self) -> bool:
        """Whether anything found refuses the whole file."""
        return any(message.severity == messages.REFUSE for message in self._messages)

    def finish(self) -> tuple[Message, ...]:
        """All messages: whole-file ones first, then by row; with a sentence for those that were only counted."""
        more = []
        for kind, rows in self._unlisted.items():
            code, severity, column = kind
            shown = {"column": _shown(column or code), "n": len(rows), "total": self._counts[kind]}
            zh, en = messages.texts("MORE", {**shown, "rows": line_ranges(rows), "rows_en": line_ranges(rows, ", ")})
            more.append(Message(code, severity, None, None if column is None else str(_shown(column)), zh, en))
        return (*sorted(self._messages, key=lambda message: (message.row is not None, message.row or 0)), *more)


def line_ranges(rows: Iterable[int] | pl.Series, joint: str = "、") -> str:
    """Lines as a person would write them: `3、5–9、12`; the first ranges only where there are many."""
    lines = pl.Series(rows if isinstance(rows, pl.Series) else list(rows), dtype=pl.Int64).unique().sort()
    begins = lines.filter((lines.diff() != 1).fill_null(True))
    ends = lines.filter((lines.diff(-1) != -1).fill_null(True))
    shown = joint.join(
        f"{first}" if first == last else f"{first}–{last}"
        for first, last in zip(begins.head(_LISTED_RANGES), ends.head(_LISTED_RANGES), strict=True)
    )
    return shown if len(begins) <= _LISTED_RANGES else f"{shown} … {lines[-1]}"


def _kind(note: Note, column: str | None) -> "_Kind":
    return messages.code_of(note.key), note.weight, None if column is None else str(_shown(column))


def _message(note: Note, row: int | None, column: str | None) -> Message:
    shown = {name: _shown(value) for name, value in note.values.items()}
    shown_column = _shown(column) if column is not None else None
    zh, en = messages.texts(note.key, {"row": row, "column": shown_column, **shown})
    return Message(messages.code_of(note.key), note.weight, row, None if column is None else str(shown_column), zh, en)


def _shown(value: object) -> object:
    """A value as a text may show it: short, one line, and never anything that may identify a person."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    if privacy.may_identify(text):
        return "（已隐去）"
    return text if len(text) <= 60 else text[:57] + "…"
