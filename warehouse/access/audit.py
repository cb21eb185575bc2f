"""The audit: who did and saw what, one JSON object a line in `<home>/audit/YYYY-MM-DD.jsonl`, chained and sealed by the day.

`HEAD` beside the days holds where the chain ends and what it begins behind, so that a tail cut off is missed. An entry is written under a
lock in one piece; what a killed writer or a full disk leaves of one is taken back before the next, and told.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.access import chain, people, sealing
from warehouse.access.chain import KeyProblem, Link
from warehouse.access.people import Person
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system.folder_lock import folder_lock

DAYS = "UNIONBOARD_AUDIT_DAYS"
REQUIRED = "UNIONBOARD_AUDIT_REQUIRED"
# 等保 2.0 asks for six months.
LEAST_DAYS = 180
HEAD = "HEAD"
DONE, REFUSED, FAILED = "done", "refused", "failed"


class AuditError(Exception):
    """The entry could not be written; the message is a Chinese sentence without a full stop."""


@dataclass(frozen=True)
class Head:
    """Where the chain ends (`last`, in the file `day` of `size` bytes), and what its first entry on disk hangs on (`floor`)."""

    floor: Link
    last: Link
    day: str
    size: int


def folder(settings: Settings) -> Path:
    """Where the audit lies."""
    return settings.home / "audit"


def days_kept() -> int:
    """How many days are kept. Raises ValueError, in Chinese, when it is no number or fewer than must be."""
    text = os.environ.get(DAYS) or str(LEAST_DAYS)
    if not text.isdecimal() or int(text) < LEAST_DAYS:
        raise ValueError(f"{DAYS} 要写成不小于 {LEAST_DAYS} 的整数（天），现为“{text}”。")
    return int(text)


def is_required() -> bool:
    """Whether nothing is answered or done that could not be written down: as the variable says, else where people sign in."""
    text = (os.environ.get(REQUIRED) or "").lower()
    if text:
        return text not in ("0", "false", "no")
    return bool(os.environ.get("UNIONBOARD_SIGN_IN"))


def record(
    settings: Settings, action: str, outcome: str = DONE, who: Person | None = None, **details: Any
) -> dict[str, Any] | None:
    """Write one entry; None where the disk does not take it and the installation does without. Raises AuditError where it does not."""
    try:
        return write(settings, action, outcome, who, **details)
    except (OSError, KeyProblem) as error:
        if is_required():
            raise AuditError(f"审计记录写不下（{_reason(error)}），所以没有照办") from error
        return None


def write(
    settings: Settings,
    action: str,
    outcome: str = DONE,
    who: Person | None = None,
    now: datetime | None = None,
    **details: Any,
) -> dict[str, Any]:
    """Write one entry and return it as it stands. Raises OSError and KeyProblem."""
    person = who or people.acting()
    now = now or datetime.now(TIME_ZONE)
    entry = {
        "at": now.isoformat(timespec="milliseconds"),
        "who": {"subject": person.subject, "name": person.name},
        "action": action,
        "outcome": outcome,
        "about": {name: value for name, value in details.items() if value is not None},
    }
    with standing_still(settings) as place:
        secret = chain.key(settings, is_made=_is_empty(place))
        head = _head(place, secret)
        if head is None:
            head = _begin(place, secret, now)
        head = _mended(place, head, secret, entry)
        if head.day < f"{now:%Y-%m-%d}":
            head = _turned(place, head, secret, now)
        written, _ = _append(place, head, secret, entry)
    return written


def check(settings: Settings) -> None:
    """Whether an entry could be written, asked before something is done that cannot be taken back. Raises AuditError where it must be."""
    if not is_required():
        return
    try:
        with standing_still(settings) as place:
            chain.key(settings, is_made=_is_empty(place))
            if os.statvfs(place).f_bavail == 0:
                raise OSError("磁盘已满")
    except (OSError, KeyProblem) as error:
        raise AuditError(f"审计记录写不下（{_reason(error)}），所以没有照办") from error


def day_files(settings: Settings) -> list[Path]:
    """The files of the days, oldest first."""
    return sorted(folder(settings).glob("????-??-??.jsonl"))


def read_head(settings: Settings, secret: bytes) -> Head | None:
    """Where the chain ends; None where nothing says so, or what says so was not written by us."""
    return _head(folder(settings), secret)


def standing_still(settings: Settings) -> contextlib.AbstractContextManager[Path]:
    """The audit's folder, into which nobody writes inside the block."""
    return folder_lock(folder(settings))


def _is_empty(place: Path) -> bool:
    return not (place / HEAD).exists() and not any(place.glob("*.jsonl"))


def _head(place: Path, secret: bytes) -> Head | None:
    try:
        told = json.loads((place / HEAD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(told, dict) or not chain.is_marked(told, secret):
        return None
    return Head(Link(*told["floor"]), Link(*told["last"]), told["day"], told["size"])


def _save(place: Path, head: Head, secret: bytes) -> None:
    told: dict[str, Any] = {
        "floor": [head.floor.number, head.floor.mark],
        "last": [head.last.number, head.last.mark],
        "day": head.day,
        "size": head.size,
    }
    told["mark"] = chain.mark_of(told, secret)
    beside = place / f".{HEAD}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write_whole(descriptor, chain.written(told) + b"\n")
    finally:
        os.close(descriptor)
    os.replace(beside, place / HEAD)


def _begin(place: Path, secret: bytes, now: datetime) -> Head:
    """The first entry of all, or one that says that the end of the chain was lost: the entries before it are not hung on."""
    days = sorted(place.glob("????-??-??.jsonl"))
    day = max(f"{now:%Y-%m-%d}", *(path.stem for path in days)) if days else f"{now:%Y-%m-%d}"
    path = place / f"{day}.jsonl"
    head = Head(chain.START, chain.START, day, path.stat().st_size if path.exists() else 0)
    first = _note(now, "audit.begins" if not days else "audit.begins_again")
    return _append(place, head, secret, first)[1]


def _mended(place: Path, head: Head, secret: bytes, about: dict[str, Any]) -> Head:
    """The end of the chain as the file has it: entries that a killed writer had not told HEAD of count, half of one is taken back."""
    path = place / f"{head.day}.jsonl"
    size = path.stat().st_size if path.exists() else 0
    if size <= head.size:
        # Shorter than it was: somebody has cut it, which verifying tells. The chain goes on from where it was.
        return head if size == head.size else Head(head.floor, head.last, head.day, size)
    with path.open("rb") as file:
        file.seek(head.size)
        rest = file.read()
    last, end = head.last, head.size
    for line in rest.splitlines(keepends=True):
        entry = _parsed(line)
        if entry is None or entry.get("previous") != last.mark or not chain.is_marked(entry, secret):
            break
        last, end = Link(entry["number"], entry["mark"]), end + len(line)
    found = Head(head.floor, last, head.day, end)
    if end < size and b"\n" not in rest[end - head.size :]:
        # Half a line: its writer was killed, or the disk was full.
        os.truncate(path, end)
        now = datetime.fromisoformat(about["at"])
        return _append(place, found, secret, _note(now, "audit.mended", bytes_taken_back=size - end))[1]
    return Head(head.floor, last, head.day, size)


def _turned(place: Path, head: Head, secret: bytes, now: datetime) -> Head:
    """A new day: the one before is sealed, days beyond the time they are kept go, and the chain says which."""
    sealing.seal(place, head.day, head.last, secret, now)
    try:
        kept = days_kept()
    except ValueError:
        # Told where the programme starts; nothing is thrown away for a slip of the pen.
        return Head(head.floor, head.last, f"{now:%Y-%m-%d}", 0)
    oldest = f"{now.date() - timedelta(days=kept):%Y-%m-%d}"
    gone = [path for path in sorted(place.glob("????-??-??.jsonl")) if path.stem < oldest]
    turned = Head(head.floor, head.last, f"{now:%Y-%m-%d}", 0)
    if not gone:
        return turned
    floor = _last_of(gone[-1]) or head.floor
    _, turned = _append(
        place,
        Head(floor, head.last, turned.day, 0),
        secret,
        _note(now, "audit.expired", days=[path.stem for path in gone], through=floor.number),
    )
    for path in gone:
        path.unlink()
    return turned


def _last_of(path: Path) -> Link | None:
    lines = path.read_bytes().splitlines()
    entry = _parsed(lines[-1]) if lines else None
    return Link(entry["number"], entry["mark"]) if entry else None


def _append(place: Path, head: Head, secret: bytes, entry: dict[str, Any]) -> tuple[dict[str, Any], Head]:
    hung = chain.marked(entry, head.last, secret)
    line = chain.written(hung) + b"\n"
    path = place / f"{head.day}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_whole(descriptor, line)
            # What only looks at pages is left to the system; what changes something is on the disk before it is told.
            if entry["action"] not in LOOKING:
                os.fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
    after = Head(head.floor, Link(hung["number"], hung["mark"]), head.day, before + len(line))
    _save(place, after, secret)
    return hung, after


LOOKING = frozenset({"page.view", "request.refused"})


def _note(now: datetime, action: str, **details: Any) -> dict[str, Any]:
    return {
        "at": now.isoformat(timespec="milliseconds"),
        "who": {"subject": "audit", "name": ""},
        "action": action,
        "outcome": DONE,
        "about": details,
    }


def _write_whole(descriptor: int, content: bytes) -> None:
    if os.write(descriptor, content) != len(content):
        raise OSError("磁盘已满")


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    is_entry = isinstance(entry, dict) and isinstance(entry.get("number"), int) and isinstance(entry.get("mark"), str)
    return entry if is_entry else None


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def read(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    subject: str | None = None,
    action: str | None = None,
    outcome: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The entries, oldest first: of these days, this subject, an action or a kind of them (`release`), and an outcome.

    Lines that are no entries are left out; verifying tells of them.
    """
    for path in day_files(settings):
        if (first and path.stem < first.isoformat()) or (last and path.stem > last.isoformat()):
            continue
        with path.open("rb") as file:
            for line in file:
                entry = _parsed(line)
                if entry is None or "who" not in entry or "action" not in entry:
                    continue
                if subject is not None and subject not in (entry["who"].get("subject"), entry["who"].get("name")):
                    continue
                if action is not None and entry["action"] != action and not entry["action"].startswith(f"{action}."):
                    continue
                if outcome is not None and entry.get("outcome") != outcome:
                    continue
                yield entry
