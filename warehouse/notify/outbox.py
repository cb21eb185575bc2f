"""The outbox: what is to be told to whom, and what became of it; each occasion goes to a recipient once at most.

`<home>/notify/outbox.jsonl` has a line for each change of a parcel's state, on the disk before the next step is taken; the content
lies beside it until it was sent. Addresses are in neither. A parcel whose content was being handed over when its process died, or
when the other side fell silent, may have arrived: it is `uncertain`, is not sent again by itself, and is listed for a person.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.settings import Settings
from warehouse.system import lines
from warehouse.system.durable import remove_temporaries, replacing
from warehouse.system.folder_lock import folder_lock

FOLDER = "notify"
PENDING, SENDING, HANDING_OVER, SENT = "pending", "sending", "handing_over", "sent"
FAILED, GIVEN_UP, UNCERTAIN, SETTLED = "failed", "given_up", "uncertain", "settled"
# What a person has to look at.
OPEN = (UNCERTAIN, GIVEN_UP)
# After each failure so many minutes pass; when there is none left it is given up.
BACKOFF_MINUTES = (1, 5, 15, 60, 240, 720, 1440, 1440)


class BusyError(Exception):
    """Another process is sending."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What is told to one recipient, and the occasions of it."""

    recipient: str
    rule: str
    kind: str
    occasions: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same recipient and occasions."""
        return hashlib.sha256("\n".join((self.recipient, *self.occasions)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Parcel:
    """A letter on its way: its state since `at`, how often it was tried, when next, and why not."""

    id: str
    recipient: str
    rule: str
    kind: str
    occasions: tuple[str, ...]
    subject: str
    state: str
    at: str
    tries: int = 0
    next_at: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As `notify --json` tells it."""
        return {**vars(self), "occasions": list(self.occasions)}


class Outbox:
    """The outbox of an installation, held by one process at a time."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / FOLDER
        self._lines = self._folder / "outbox.jsonl"
        self.parcels = read(settings)

    def told(self, recipient: str) -> frozenset[str]:
        """The occasions that a recipient was told of, or is going to be."""
        return frozenset(
            one for parcel in self.parcels.values() if parcel.recipient == recipient for one in parcel.occasions
        )

    def put(self, letter: Letter, now: datetime) -> Parcel:
        """Take a letter in: its content first, so that what is listed can be sent."""
        known = self.parcels.get(letter.id)
        if known is not None:
            return known
        names = [one.name for one in letter.attachments]
        for number, one in enumerate(letter.attachments):
            with replacing(self._content(letter.id, f".{number}")) as path:
                path.write_bytes(one.content)
        with replacing(self._content(letter.id, ".json")) as path:
            document = {"text": letter.text, "attachments": names}
            path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        parcel = Parcel(
            letter.id, letter.recipient, letter.rule, letter.kind, letter.occasions, letter.subject, PENDING, _at(now)
        )
        lines.append(self._lines, parcel.as_json())
        self.parcels[parcel.id] = parcel
        return parcel

    def letter(self, parcel: Parcel) -> Letter:
        """The letter with its content. Raises OSError where that is gone."""
        document = json.loads(self._content(parcel.id, ".json").read_text(encoding="utf-8"))
        attachments = tuple(
            Attachment(name, self._content(parcel.id, f".{number}").read_bytes())
            for number, name in enumerate(document["attachments"])
        )
        return Letter(
            parcel.recipient, parcel.rule, parcel.kind, parcel.occasions, parcel.subject, document["text"], attachments
        )

    def move(self, parcel: Parcel, state: str, now: datetime, reason: str | None = None) -> Parcel:
        """A new state, on the disk when this returns."""
        tries = parcel.tries + (state == SENDING)
        next_at = None
        if state == FAILED:
            # A failure after the last of them is the end.
            if tries > len(BACKOFF_MINUTES):
                state = GIVEN_UP
            else:
                next_at = _at(now + timedelta(minutes=BACKOFF_MINUTES[tries - 1]))
        moved = replace(parcel, state=state, at=_at(now), tries=tries, next_at=next_at, reason=reason)
        changed = {name: getattr(moved, name) for name in ("id", "state", "at", "tries", "next_at", "reason")}
        lines.append(self._lines, changed)
        self.parcels[moved.id] = moved
        if state in (SENT, SETTLED):
            self._remove(moved.id)
        return moved

    def recover(self, now: datetime) -> list[Parcel]:
        """After a process that died: what it had not handed over goes again, what it may have is uncertain. The uncertain ones."""
        found = []
        for parcel in list(self.parcels.values()):
            if parcel.state == SENDING:
                self.move(parcel, PENDING, now)
            elif parcel.state == HANDING_OVER:
                reason = "发送的进程在交付时中断，不知道对方收到没有"
                found.append(self.move(parcel, UNCERTAIN, now, reason))
        known = {one.id for one in self.parcels.values() if one.state not in (SENT, SETTLED)}
        remove_temporaries(self._folder / "content")
        for path in (self._folder / "content").glob("*.*"):
            if path.name.partition(".")[0] not in known:
                path.unlink(missing_ok=True)
        return found

    def due(self, now: datetime) -> list[Parcel]:
        """What is to be tried now, oldest first."""
        return [
            one
            for one in self.parcels.values()
            if one.state == PENDING or (one.state == FAILED and (one.next_at or "") <= _at(now))
        ]

    def _content(self, name: str, suffix: str) -> Path:
        return self._folder / "content" / f"{name}{suffix}"

    def _remove(self, name: str) -> None:
        for path in (self._folder / "content").glob(f"{name}.*"):
            path.unlink(missing_ok=True)


def read(settings: Settings) -> dict[str, Parcel]:
    """Every parcel as it stands, oldest first. Raises DamagedError: an outbox that nobody can read must not send twice."""
    found: dict[str, Parcel] = {}
    for line in lines.read(settings.home / FOLDER / "outbox.jsonl"):
        known = found.get(line["id"])
        if known is None:
            found[line["id"]] = Parcel(**{**line, "occasions": tuple(line["occasions"])})
        else:
            found[line["id"]] = replace(known, **line)
    return found


@contextlib.contextmanager
def held(settings: Settings) -> Iterator[Outbox]:
    """The outbox for this process alone. Raises BusyError while another one holds it."""
    with folder_lock(settings.home / FOLDER, on_busy=_busy):
        yield Outbox(settings)


def _busy() -> None:
    raise BusyError("另一个进程正在发送，这一次不发；没发的下次再发。")


def chosen(parcels: Sequence[Parcel], begin: str) -> Parcel:
    """The parcel whose id begins so. Raises KeyError with a sentence where none or several do."""
    found = [one for one in parcels if one.id.startswith(begin)] if begin else []
    if len(found) != 1:
        raise KeyError(f"{'没有' if not found else '有几封'}编号以“{begin}”开头的，编号见 unionboard notify --list。")
    return found[0]


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
