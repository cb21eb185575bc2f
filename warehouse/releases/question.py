"""A question to a release, put in a process of its own that is ended when it takes too long, too much memory, or sends too much."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from warehouse.system import scratch

# Beyond the seconds of the question itself, for a busy machine to start the process.
START_SECONDS = 20.0
_SCRIPT = Path(__file__).with_name("question_process.py")
_BEAT_SECONDS = 0.1
_PIECE = 65_536


@dataclass(frozen=True)
class Limits:
    """What one question may take; None is no limit. `memory_mb` is what the process may hold beyond the engine itself."""

    seconds: float = 10.0
    memory_mb: int | None = None
    columns: int | None = None
    rows: int | None = None
    bytes: int | None = None


# What somebody on a page, or an assistant for an analyst, may ask for at once.
SECONDS, ROWS, COLUMNS, MEMORY_MB, RESULT_MB = 10.0, 5_000, 200, 512, 4
PERSON = Limits(SECONDS, MEMORY_MB, COLUMNS, ROWS, RESULT_MB * 2**20)
# Longer ones are no question of a person.
LONGEST_SQL = 20_000


class Refused(Exception):
    """A question that was not answered.

    `kind` is one_statement, only_select, no_such_table, no_such_function, too_long, too_much_memory, too_large, too_many_columns or
    cancelled; `about` is the name it is about.
    """

    def __init__(self, kind: str, about: str = "") -> None:
        super().__init__(kind)
        self.kind, self.about = kind, about


class Failed(Exception):
    """What the engine says of a question it cannot answer."""


@dataclass(frozen=True)
class Answer:
    """The columns, and whether there were more rows than `limits` let through (`rows` or `bytes`, else None)."""

    columns: tuple[str, ...]
    cut: str | None
    seconds: float


def put(
    database: Path, sql: str, limits: Limits, into: IO[bytes], guarded: bool, cancelled: threading.Event | None = None
) -> Answer:
    """Writes the rows of the answer into `into`, one JSON array a line.

    `guarded` lets SELECT ask the tables of `database` and nothing else; numbers and texts only come back. Raises Refused and Failed;
    what `into` holds then is no answer.
    """
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        # Whoever owns the data may ask what is larger than the memory; whoever reads a page may not.
        folder = "" if guarded else stack.enter_context(scratch.folder())
        process = stack.enter_context(_process(database))
        asked = {
            "database": database.name,
            "sql": sql,
            "guarded": guarded,
            "scratch": folder,
            "limits": asdict(limits),
        }
        with contextlib.suppress(BrokenPipeError):
            assert process.stdin is not None
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
        said = _read(process, limits, into, cancelled or threading.Event())
        process.wait()
    if "failed" in said:
        raise Failed(said["failed"])
    if "refused" in said:
        raise Refused(said["refused"], said.get("about", ""))
    if "cut" not in said:
        # Ended from outside or by its own limits: what it asked for was not given.
        raise Refused("too_much_memory")
    return Answer(tuple(said["columns"]), said["cut"], time.monotonic() - begun)


def rows_in(file: IO[bytes]) -> Iterator[list[Any]]:
    """The rows that `put` has written."""
    file.seek(0)
    for line in file:
        yield json.loads(line)


@contextlib.contextmanager
def _process(database: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, where the database lies, so that it knows no path; it has no variables and is ended here in any case."""
    engine = find_spec("duckdb")
    assert engine is not None and engine.origin is not None
    # Without `site`, which would look at everything that is installed; the second path is what that would have found.
    start = f"import sys; sys.path.append(sys.argv.pop(1)); import runpy; runpy.run_path({str(_SCRIPT)!r}, run_name='__main__')"
    command = [sys.executable, "-I", "-S", "-c", start, str(Path(engine.origin).parents[1])]
    process = subprocess.Popen(  # noqa: S603 - our own script
        command,
        cwd=database.parent,
        env={
            "HOME": "/",
            "MALLOC_ARENA_MAX": "1",
            **{name: os.environ[name] for name in ("TZ",) if name in os.environ},
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _read(
    process: "subprocess.Popen[bytes]", limits: Limits, into: IO[bytes], cancelled: threading.Event
) -> dict[str, Any]:
    """All that the process says besides the rows, which go to `into`; it is never sent more than the limit and a piece."""
    assert process.stdout is not None
    until = time.monotonic() + START_SECONDS + limits.seconds
    said: dict[str, Any] = {}
    size, rest = 0, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if cancelled.is_set():
                raise Refused("cancelled")
            left = until - time.monotonic()
            if left <= 0:
                raise Refused("too_long")
            if not selector.select(min(left, _BEAT_SECONDS)):
                continue
            piece = os.read(process.stdout.fileno(), _PIECE)
            if not piece:
                return said
            size += len(piece)
            if limits.bytes is not None and size > limits.bytes + 2 * _PIECE:
                raise Refused("too_large")
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"["):
                    into.write(line + b"\n")
                    continue
                said |= json.loads(line)
                if "ready" in said:
                    until = min(until, time.monotonic() + limits.seconds)
                    del said["ready"]
