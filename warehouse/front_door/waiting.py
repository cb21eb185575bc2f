"""Files that were handed in and wait for a second person of the province: kept under home, each with what was judged of it."""

import contextlib
import json
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.access import people
from warehouse.access.people import Person
from warehouse.front_door.offer import Offer
from warehouse.intake import decode, privacy
from warehouse.intake.note import Note
from warehouse.intake.receipt import WAITING, Receipt, message_of
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import durable
from warehouse.system.durable import put_in_place, temporary_in
from warehouse.system.folder_lock import folder_lock

FOLDER = "waiting"
WAITS, SIGNED, RETURNED, WITHDRAWN = "waiting", "signed", "returned", "withdrawn"
KEPT = 500


@dataclass(frozen=True)
class Decision:
    """Who decided when, why, and what came of it."""

    at: str
    subject: str
    name: str
    reason: str = ""
    release: str | None = None


@dataclass(frozen=True)
class Waiting:
    """One file: who handed it in when (UTC), for which units and regions, its bytes' hash, and what was judged of it.

    `keys` name the submissions in it; `is_confirmed` says that a loss of more than half is meant.
    """

    id: str
    at: str
    subject: str
    name: str
    file: str
    programme: str
    sha256: str
    size_bytes: int
    units: tuple[str, ...]
    regions: tuple[str, ...]
    keys: tuple[str, ...]
    is_confirmed: bool
    receipt: dict[str, Any]
    state: str = WAITS
    decided: Decision | None = None

    def when(self) -> str:
        """The moment as people here write it."""
        return datetime.fromisoformat(self.at).astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")

    def as_json(self) -> dict[str, Any]:
        """As `countersign --json` prints it."""
        return {**asdict(self), "file": privacy.masked(self.file)}

    def as_upload(self) -> dict[str, Any]:
        """As `uploads --json` prints it beside those in the folder, which say nothing of `state`."""
        about = {"file": f"{self.programme}/{privacy.masked(self.file)}", "sha256": self.sha256, "set_aside": True}
        reason = {"reason": self.decided.reason} if self.decided and self.decided.reason else {}
        return {"upload": self.id, "at": self.at, "files": [about], "undone": True, "state": self.state, **reason}


def put_aside(settings: Settings, offers: Sequence[Offer], is_confirmed: bool) -> list[tuple[Offer, str]]:
    """Keep these files until somebody signs; each offer as its receipt says it then, with the id. Bytes that wait already wait once."""
    person, found = people.acting(), []
    with locked(settings) as folder:
        _sweep(settings, folder)
        there = {one.sha256: one.id for one in every(settings) if one.state == WAITS}
        for one in offers:
            if one.path is None or one.waits_for is None or one.receipt.programme is None:
                raise ValueError(one.receipt.file)
            sha256 = decode.digest(one.path)[0]
            name = there.get(sha256)
            if name is None:
                name = there[sha256] = _keep(settings, one, sha256, person, is_confirmed)
            found.append((replace(one, receipt=_told(one.receipt, name), place=None), name))
    return found


def every(settings: Settings) -> list[Waiting]:
    """All that wait and those decided not long ago, the oldest first."""
    found = []
    for path in sorted((settings.home / FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(path.read_text(encoding="utf-8"))
            decided = told.pop("decided")
            for name in ("units", "regions", "keys"):
                told[name] = tuple(told[name])
            found.append(Waiting(**told, decided=Decision(**decided) if decided else None))
    return found


def path_of(settings: Settings, one: Waiting) -> Path:
    """Where its bytes lie as long as it waits, and after it was returned."""
    return settings.home / FOLDER / one.id / one.file


def decide(settings: Settings, one: Waiting, state: str, reason: str = "", release: str | None = None) -> Waiting:
    """It waits no more. Bytes that were published or withdrawn are not kept twice."""
    person, now = people.acting(), datetime.now(UTC).isoformat(timespec="seconds")
    decided = replace(one, state=state, decided=Decision(now, person.subject, person.name, reason, release))
    _save(settings, decided)
    if state != RETURNED:
        shutil.rmtree(settings.home / FOLDER / one.id, ignore_errors=True)
    return decided


def locked(settings: Settings, on_wait: Callable[[], None] | None = None) -> contextlib.AbstractContextManager[Path]:
    """The folder, in which nobody else puts or decides anything inside the block."""
    return folder_lock(settings.home / FOLDER, on_busy=on_wait)


def _keep(settings: Settings, one: Offer, sha256: str, person: Person, is_confirmed: bool) -> str:
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:4]}"
    path, receipt = one.path, one.receipt
    assert path is not None and receipt.programme is not None
    place = settings.home / FOLDER / name / path.name
    with temporary_in(place.parent) as temporary:
        shutil.copyfile(path, temporary)
        put_in_place(temporary, place)
    units = tuple(sorted({json.loads(key)[4] for key in one.keys}))
    _save(
        settings,
        Waiting(
            name, now.isoformat(timespec="seconds"), person.subject, person.name, path.name, receipt.programme, sha256,
            place.stat().st_size, units, one.waits_for or (), one.keys, is_confirmed, _told(receipt, name).as_json(),
        ),
    )  # fmt: skip
    return name


def _save(settings: Settings, one: Waiting) -> None:
    durable.write_text(settings.home / FOLDER / f"{one.id}.json", json.dumps(asdict(one), ensure_ascii=False))


def _told(receipt: Receipt, name: str) -> Receipt:
    """The receipt of a file that waits; its counts are those of the check."""
    message = message_of(Note("D126.waits", {"id": name}), None, None)
    others = tuple(one for one in receipt.messages if one.code != message.code)
    return replace(receipt, status=WAITING, messages=(message, *others))


def _sweep(settings: Settings, folder: Path) -> None:
    """What a killed process left without a word on it, and decisions of long ago."""
    for path in folder.iterdir():
        if path.is_dir() and not path.with_suffix(".json").exists():
            shutil.rmtree(path, ignore_errors=True)
    old = [one for one in every(settings) if one.state != WAITS][:-KEPT]
    for one in old:
        (folder / f"{one.id}.json").unlink(missing_ok=True)
        shutil.rmtree(folder / one.id, ignore_errors=True)
