"""The audit as administrators read it: the newest entries of a selection, and all of them to take along."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from warehouse import settings as warehouse_settings
from warehouse.access import audit, scopes, syslog, verifying
from warehouse.access.verifying import Verdict

# What an entry's action begins with; each has words of its own.
KINDS = (
    "session",
    "page",
    "request",
    "release",
    "files",
    "backup",
    "token",
    "interface",
    "dataset",
    "briefing",
    "audit",
)
OUTCOMES = (audit.DONE, audit.REFUSED, audit.FAILED)


@dataclass(frozen=True)
class Selection:
    """Which entries: of these days, this account (subject or name), this kind, this outcome; None is any."""

    first: date | None = None
    last: date | None = None
    who: str | None = None
    kind: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the audit, `about` in one text."""

    number: int
    at: str
    subject: str
    name: str
    action: str
    outcome: str
    about: str


def newest(chosen: Selection, most: int) -> tuple[list[Entry], int]:
    """The newest entries of a selection, newest first, and how many there are. Raises NotAllowedError."""
    kept: deque[Entry] = deque(maxlen=most)
    count = 0
    for entry in entries(chosen):
        kept.append(entry)
        count += 1
    return list(reversed(kept)), count


def entries(chosen: Selection) -> Iterator[Entry]:
    """All entries of a selection, oldest first. Raises NotAllowedError before the first."""
    scopes.require(scopes.AUDIT)
    settings = warehouse_settings.load()
    found = audit.read(settings, chosen.first, chosen.last, chosen.who, chosen.kind, chosen.outcome)
    return (_entry(one) for one in found)


def verdict() -> Verdict:
    """Whether the audit is as it was written. Raises NotAllowedError."""
    scopes.require(scopes.AUDIT)
    return verifying.verify(warehouse_settings.load())


def _entry(one: dict[str, Any]) -> Entry:
    who = one["who"]
    subject, name = str(who.get("subject", "")), str(who.get("name", ""))
    told = (str(one.get(part, "")) for part in ("at", "action", "outcome"))
    at, action, outcome = told
    return Entry(one["number"], at, subject, name, action, outcome, syslog.as_text(one))
