"""Receipts: what became of one dropped file, in the form that the command line prints and pages show."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from warehouse.intake import messages
from warehouse.intake.note import Note

ACCEPTED, WARNED, REFUSED, WAITING = "accepted", "warned", "refused", "waiting"
# How a file is told of to people that was taken in without some of its rows: they have to be mended.
PARTLY = "partly"


@dataclass(frozen=True)
class Message:
    """One sentence of a receipt; `row` is the line a person sees, null for the whole file."""

    code: str
    severity: str
    row: int | None
    column: str | None
    zh: str
    en: str

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The message object of interface.md."""
        text = self.en if language == "en" else self.zh
        return {"code": self.code, "severity": self.severity, "row": self.row, "column": self.column, "message": text}


@dataclass(frozen=True)
class Receipt:
    """What became of one file: `rows_in` = accepted + quarantined + ignored."""

    file: str
    programme: str | None
    table: str | None
    status: str
    rows_in: int
    rows_accepted: int
    rows_quarantined: int
    rows_ignored: int
    encoding: str | None
    messages: tuple[Message, ...]
    origin: str = "submitted"
    report_id: str | None = None
    sha256: str | None = None
    size_bytes: int = 0
    provinces: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The file object of interface.md, exactly its keys."""
        return {
            "file": self.file,
            "programme": self.programme,
            "table": self.table,
            "status": self.status,
            "rows_in": self.rows_in,
            "rows_accepted": self.rows_accepted,
            "rows_quarantined": self.rows_quarantined,
            "rows_ignored": self.rows_ignored,
            "encoding": self.encoding,
            "messages": [message.as_json(language) for message in self.messages],
        }


def message_of(note: Note, row: int | None, column: str | None) -> Message:
    """A note as a message, its values shown as they are: only for notes without values of cells."""
    zh, en = messages.texts(note.key, {"row": row, "column": column, **note.values})
    return Message(messages.code_of(note.key), note.weight, row, column, zh, en)


def refusal_of(note: Note, label: str, programme: str | None) -> Receipt:
    """The receipt of what is not even opened."""
    return Receipt(label, programme, None, REFUSED, 0, 0, 0, 0, None, (message_of(note, None, None),))


def double_of(receipt: Receipt, file: str, seen: object) -> Receipt:
    """The receipt of bytes that are in already under another name, that of `file`, `seen` then (D74)."""
    message = message_of(Note("D74", {"t": seen, "file": file}), None, None)
    return replace(
        receipt,
        status=ACCEPTED,
        rows_in=0,
        rows_accepted=0,
        rows_quarantined=0,
        rows_ignored=0,
        messages=(message,),
    )


def state_of(status: str, rows_quarantined: int) -> str:
    """The status as people are told it: `partly` where rows of a file that was taken in were set aside."""
    return PARTLY if status == WARNED and rows_quarantined else status


def status_of(found: tuple[Message, ...], rows_accepted: int, rows_quarantined: int) -> str:
    """accepted, warned or refused, by the worst message; all rows quarantined is refused."""
    severities = {message.severity for message in found}
    if messages.REFUSE in severities or (rows_quarantined and not rows_accepted):
        return REFUSED
    if severities & {messages.WARNING, messages.QUARANTINE}:
        return WARNED
    return ACCEPTED
