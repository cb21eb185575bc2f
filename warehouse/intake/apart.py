"""Judges files in a process that can be lost; what is lost is told as a refusal of that file alone (D98)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from warehouse import contracts
from warehouse.intake import filename, reference
from warehouse.intake.judge import Judgement
from warehouse.intake.keeping import Kept
from warehouse.intake.note import Note
from warehouse.intake.plain_data import restored
from warehouse.intake.receipt import REFUSED, Receipt, message_of
from warehouse.intake.remembered import Prepared
from warehouse.settings import Settings
from warehouse.system import scratch, workers
from warehouse.system.durable import temporary_in
from warehouse.system.workers import LostError

# What any file may take, and what each further megabyte may; the settings say the most.
_BASE_SECONDS = 60
_SECONDS_BY_MB = 5

_log = logging.getLogger("unionboard.intake")


@dataclass(frozen=True)
class Judged:
    """A judgement, what was prepared of its rows, and the path they were written to."""

    judgement: Judgement
    prepared: Prepared
    rows: Path


@contextmanager
def prepared(
    path: Path, label: str, settings: Settings, programme: str | None, sha256: str | None
) -> Iterator[Judged | None]:
    """A file judged, with its rows ready to be landed until the block ends; None for what systems leave behind (D95)."""
    with temporary_in(settings.landing) as rows:
        wanted = {"rows": str(rows), "sha256": sha256} if sha256 is not None else {}
        answer = _asked(path, label, settings, programme, wanted)
        if answer is None:
            yield None
        elif isinstance(answer, Judgement):
            yield Judged(answer, Prepared(), rows)
        else:
            made = restored(Prepared, answer["prepared"]) if "prepared" in answer else Prepared()
            yield Judged(_told(answer, label), made, rows)


def judged(path: Path, label: str, settings: Settings, programme: str | None) -> Judgement | None:
    """A file judged, its accepted rows in memory; None for what systems leave behind (D95)."""
    with scratch.folder() as folder:
        frame = Path(folder) / "frame.arrow"
        answer = _asked(path, label, settings, programme, {"frame": str(frame)})
        if answer is None or isinstance(answer, Judgement):
            return answer
        judgement = _told(answer, label)
        return replace(judgement, frame=pl.read_ipc(frame)) if answer["has_frame"] else judgement


@dataclass(frozen=True)
class Offered:
    """A file judged for somebody who offers it: what may be kept of it where that is not all, or that it could not be written."""

    judgement: Judgement
    kept: Kept | None = None
    is_kept_failed: bool = False


def offered(path: Path, label: str, settings: Settings, programme: str | None, room: Path) -> Offered | None:
    """A file judged, and what may be kept of it written into `room` (`keeping`); None for what systems leave behind (D95)."""
    with scratch.folder() as folder:
        frame = Path(folder) / "frame.arrow"
        answer = _asked(path, label, settings, programme, {"frame": str(frame), "room": str(room)})
        if answer is None:
            return None
        if isinstance(answer, Judgement):
            return Offered(answer)
        judgement = _told(answer, label)
        if answer["has_frame"]:
            judgement = replace(judgement, frame=pl.read_ipc(frame))
        kept = restored(Kept, answer["kept"]) if "kept" in answer else None
        return Offered(judgement, kept, answer.get("is_kept_failed", False))


def _asked(
    path: Path, label: str, settings: Settings, programme: str | None, wanted: dict[str, Any]
) -> dict[str, Any] | Judgement | None:
    """The worker's answer, the judgement of a file that it was lost over, or None for what systems leave behind."""
    if filename.is_junk(filename.readable(path.name)):
        return None
    try:
        answer = asked_of_worker(path, label, settings, programme, wanted)
    except LostError as lost:
        return _lost(path, label, settings, programme, lost, _seconds(path, settings))
    return None if answer["judgement"] is None else answer


def asked_of_worker(
    path: Path, label: str, settings: Settings, programme: str | None, wanted: dict[str, Any]
) -> dict[str, Any]:
    """What a worker answers to a question about a file, whose limits are its size's. Raises LostError."""
    question = {
        "path": str(path.absolute()),
        "label": label,
        "programme": programme,
        "settings": {
            "seeds": str(settings.seeds),
            "home": str(settings.home),
            "today": settings.today.isoformat(),
            "max_file_mb": settings.max_file_mb,
        },
        "memory": settings.judge_memory_mb << 20,
        "rows": None,
        "frame": None,
        "room": None,
        "fix": None,
        **wanted,
    }
    return workers.ask(question, _seconds(path, settings))


def _told(answer: dict[str, Any], label: str) -> Judgement:
    judgement: Judgement = restored(Judgement, answer["judgement"])
    if judgement.problems:
        _log.warning(
            "a file could not be judged", extra={"file": label, "why": "failed", "detail": judgement.problems[-3:]}
        )
    return judgement


def _lost(
    path: Path, label: str, settings: Settings, programme: str | None, lost: LostError, seconds: float
) -> Judgement:
    _log.warning("a file could not be judged", extra={"file": label, "why": lost.why, "detail": lost.detail})
    named = filename.parse(filename.readable(path.name), reference.load(settings.reference), contracts.all_tables())
    values = {"mb": settings.judge_memory_mb, "s": round(seconds), "kind": lost.detail.partition(" ")[0]}
    message = message_of(Note(f"D98.{lost.why}", values), None, None)
    receipt = Receipt(
        file=label,
        programme=programme or named.programme,
        table=None,
        status=REFUSED,
        rows_in=0,
        rows_accepted=0,
        rows_quarantined=0,
        rows_ignored=0,
        encoding=None,
        messages=(message,),
        origin=named.origin,
        size_bytes=_size(path),
    )
    return Judgement(receipt, named, problems=(f"{lost.why} {lost.detail}".strip(),))


def _seconds(path: Path, settings: Settings) -> float:
    return min(float(settings.judge_seconds), _BASE_SECONDS + _SECONDS_BY_MB * (_size(path) >> 20))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
