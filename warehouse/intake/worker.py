"""The process that opens dropped files: reads questions as lines of JSON, judges, and answers with lines of JSON.

It may die of any file. What it lands it writes to a temporary file that its parent names; nothing else is written. Entry point of
`python -m warehouse.intake.worker`, which `warehouse.system.workers` starts.
"""

import contextlib
import json
import lzma
import os
import queue
import resource
import signal
import sys
import threading
import traceback
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

# What any file may take, however small it is: libraries and their threads reserve most of it without using it.
_BASE_MEMORY = 2 << 30
# Beyond it a file gets this many times its bytes; a workbook, of its bytes unpacked.
_MEMORY_BY_SIZE = 16
# A worker that holds more than this after a file is replaced: what a large file left must not count against the next.
_WORN_BYTES = 1 << 30

# What of a judgement is not told: rows travel apart, and where personal data stands is used in this process alone.
_STAYS = frozenset({"frame", "private"})


def main() -> None:
    """Answers until there are no more questions."""
    # Libraries print where they please; only answers go to the parent.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    os.umask(0o077)
    # The parent decides what a Ctrl-C means. A core would hold what was in the file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where the machine runs short, this process goes and not the one that publishes.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    import_module("warehouse.intake.judge")  # Read while nobody waits.

    fresh = _held()
    while True:
        answer = _answer(json.loads(questions.get()))
        answer["is_worn"] = _held() - fresh > _WORN_BYTES
        _write(answers, json.dumps(answer).encode("ascii") + b"\n")


def _listen(questions: "queue.SimpleQueue[bytes]") -> None:
    """Questions as they come; the end of them ends the process, whatever it is doing, because nobody waits for an answer any more."""
    for line in sys.stdin.buffer:
        questions.put(line)
    os._exit(0)


def _write(answers: Any, line: bytes) -> None:
    view = memoryview(line)
    while view:
        view = view[answers.write(view) :]


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    """Everything that Python can still tell of what went wrong; the rest is read off the process's end."""
    try:
        _allow(Path(question["path"]), question["memory"])
        return _judged(question) if question["fix"] is None else _fixed(question)
    except MemoryError:
        return {"lost": "memory"}
    except BaseException as error:
        # Panics of libraries are no Exceptions. Their texts may quote the file, so only the kind and the place are told.
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " <- ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        return {"lost": "failed", "detail": f"{type(error).__name__} {places}"}


def _judged(question: dict[str, Any]) -> dict[str, Any]:
    from warehouse.intake import remembered
    from warehouse.intake.judge import judge_as
    from warehouse.intake.plain_data import plain
    from warehouse.intake.receipt import REFUSED, WAITING

    settings = _settings(question)
    path, label = Path(question["path"]), question["label"]
    judgement = judge_as(path, label, settings, question["programme"])
    if judgement is None:
        return {"judgement": None}
    answer: dict[str, Any] = {"judgement": plain(judgement, without=_STAYS), "has_frame": False}
    if question["room"] is not None and judgement.receipt.status not in (REFUSED, WAITING):
        answer |= _kept(path, judgement, settings, Path(question["room"]))
    if judgement.frame is not None and question["frame"] is not None:
        judgement.frame.write_ipc(question["frame"])
        answer["has_frame"] = True
    if question["rows"] is not None:
        prepared = remembered.prepare(judgement, question["sha256"], label, settings, Path(question["rows"]))
        answer["prepared"] = plain(prepared)
    return answer


def _settings(question: dict[str, Any]) -> Any:
    from warehouse.settings import Settings

    given = question["settings"]
    return Settings(
        seeds=Path(given["seeds"]),
        home=Path(given["home"]),
        today=date.fromisoformat(given["today"]),
        max_file_mb=given["max_file_mb"],
    )


@contextlib.contextmanager
def _under_readable_name(path: Path) -> Iterator[Path]:
    """A path whose name libraries open and offices read, where the file's own is no UTF-8."""
    from warehouse.intake import filename
    from warehouse.system import scratch

    name = filename.readable(path.name)
    if name == path.name:
        yield path
        return
    with scratch.folder() as folder:
        link = Path(folder) / name
        link.symlink_to(path)
        yield link


def _fixed(question: dict[str, Any]) -> dict[str, Any]:
    """The fix-it workbook drawn, or the sentence why there is none."""
    from warehouse.intake.marked_workbook import Drawing, FixItError, draw
    from warehouse.intake.plain_data import restored

    try:
        with _under_readable_name(Path(question["path"])) as path:
            draw(path, _settings(question), question["programme"], restored(Drawing, question["fix"]))
    except FixItError as error:
        return {"why": str(error)}
    return {"why": None}


def _kept(path: Path, judgement: Any, settings: Any, room: Path) -> dict[str, Any]:
    """What may be kept of the file, if it is not all of it; or that this could not be written."""
    import polars as pl
    from fastexcel import FastExcelError

    from warehouse.intake import keeping
    from warehouse.intake.plain_data import plain
    from warehouse.intake.workbook import UnreadableWorkbook

    try:
        with _under_readable_name(path) as named:
            kept = keeping.cleaned(named, judgement, settings, room)
    except (
        *(
            OSError,
            ValueError,
            LookupError,
            StopIteration,
            EOFError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
        ),
        *(ExpatError, FastExcelError, UnreadableWorkbook, pl.exceptions.PolarsError),
    ):
        return {"is_kept_failed": True}
    return {} if kept is None else {"kept": plain(kept)}


def _allow(path: Path, most: int) -> None:
    """Sets how much address space this file may take."""
    wanted = _BASE_MEMORY + _MEMORY_BY_SIZE * _unpacked(path)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = min(wanted, most) if hard == resource.RLIM_INFINITY else min(wanted, most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _unpacked(path: Path) -> int:
    """How many bytes a file has, unpacked if it is a workbook, as far as it is believed."""
    from warehouse.intake import kinds
    from warehouse.intake.guards import LARGEST_UNPACKED

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"
        if not is_zip or kinds.list_is_long(path):
            return size
        with zipfile.ZipFile(path) as archive:
            return min(LARGEST_UNPACKED, sum(entry.file_size for entry in archive.infolist()))
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return 0


def _held() -> int:
    """Address space that is taken now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


if __name__ == "__main__":
    main()
