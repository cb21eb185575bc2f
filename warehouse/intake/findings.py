"""Collects what is found in one file and turns it into the messages of its receipt, without ever showing a secret."""

from collections import defaultdict
from collections.abc import Iterable

from warehouse.intake import messages, privacy
from warehouse.intake.note import Note
from warehouse.intake.receipt import Message

# How many messages of one kind and column are listed one by one; the rest is one sentence with their number.
LISTED = {messages.INFO: 20, messages.WARNING: 200, messages.QUARANTINE: 2000, messages.REFUSE: 200}


class Findings:
    """The findings of one file, listed up to a limit per kind and column and counted beyond it."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._counts: dict[tuple[str, str, str | None], int] = defaultdict(int)
        self.hidden_rows: frozenset[int] = frozenset()

    def add(self, note: Note, row: int | None = None, column: str | None = None) -> None:
        """Adds one finding."""
        self.add_many(note, [row], column, 1)

    def add_many(self, note: Note, rows: Iterable[int | None], column: str | None, count: int) -> None:
        """Adds the same finding for several rows; `rows` may be only the first of `count`."""
        place = (messages.code_of(note.key), note.weight, column)
        room = LISTED[note.weight] - self._counts[place]
        self._counts[place] += count
        for row in rows:
            if room <= 0:
                return
            room -= 1
            self._messages.append(_message(note, row, column))

    def count(self, note: Note, column: str | None, more: int) -> None:
        """Counts further findings like one that is listed."""
        self._counts[(messages.code_of(note.key), note.weight, column)] += more

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

    @property
    def room_for_infos(self) -> int:
        """How many rows of one kind are worth looking up."""
        return max(LISTED.values())

    def finish(self) -> tuple[Message, ...]:
        """All messages: whole-file ones first, then by row; with a sentence for those that were only counted."""
        listed: dict[tuple[str, str, str | None], int] = defaultdict(int)
        for message in self._messages:
            listed[(message.code, message.severity, message.column)] += 1
        more = []
        for (code, severity, column), count in self._counts.items():
            left = count - listed[(code, severity, column)]
            if left > 0:
                zh, en = messages.texts("MORE", {"column": column or code, "n": left, "total": count})
                more.append(Message(code, severity, None, column, zh, en))
        return tuple(sorted(self._messages, key=lambda message: (message.row is not None, message.row or 0))) + tuple(
            more
        )


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
