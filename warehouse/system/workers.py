"""Processes that can be lost: each answers questions in JSON, under limits of memory and time, and is replaced when it dies.

Nothing of the intake is imported here, so that a worker can be started before its parent has read all of its own modules.
"""

import atexit
import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO, Any

JUDGE = "warehouse.intake.worker"

# A worker that nobody needs holds memory; one for each question that is commonly asked at a time is kept.
KEPT_IDLE = 2
# An answer names thousands of rows at most; more is no answer.
LONGEST_ANSWER = 512 << 20
_OUT_OF_MEMORY = re.compile(
    rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|out of memory|cannot allocate", re.I
)
_TOLD_BYTES = 1 << 14


class LostError(Exception):
    """A worker that did not answer; `why` is memory, time, killed (from outside) or failed, `detail` is for the log."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why} {detail}".strip())
        self.why, self.detail = why, detail


def begin() -> None:
    """Start a worker without waiting for it, so that it is ready when the first question comes."""
    with _lock:
        if not _idle:
            _idle.append(_Worker())


def ask(question: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A worker's answer to one question. Raises LostError when none comes within this time, or the worker dies of it.

    A worker that somebody ended from outside says nothing about the question: that is asked once more.
    """
    try:
        return _asked(question, seconds)
    except LostError as lost:
        if lost.why != "killed" or _is_given_up:
            raise
        return _asked(question, seconds)


@contextlib.contextmanager
def several(count: int) -> Iterator[None]:
    """Questions come from `count` threads in this block, so that many workers are kept between questions."""
    global _kept, _is_given_up
    with _lock:
        _kept = max(KEPT_IDLE, count)
    try:
        yield
    finally:
        with _lock:
            _kept, _is_given_up = KEPT_IDLE, False
            gone, _idle[:] = _idle[KEPT_IDLE:], _idle[:KEPT_IDLE]
        for worker in gone:
            worker.end()


def give_up() -> None:
    """End the workers that are asked something now: nobody in the block of `several` wants their answers any more."""
    global _is_given_up
    with _lock:
        _is_given_up = True
        for worker in _busy:
            worker.kill()


def end() -> None:
    """End all workers that are idle."""
    with _lock:
        gone, _idle[:] = list(_idle), []
    for worker in gone:
        worker.end()


def _asked(question: dict[str, Any], seconds: float) -> dict[str, Any]:
    worker = _take()
    try:
        answer = worker.ask(question, seconds)
    except BaseException:
        worker.end()
        raise
    finally:
        with _lock:
            _busy.discard(worker)
    if "lost" in answer:
        worker.end()
        raise LostError(answer["lost"], answer.get("detail", ""))
    if answer.pop("is_worn", False):
        worker.end()
        # Where one large file came, another may follow: its worker starts while this one's rows are put away.
        begin()
    else:
        _give_back(worker)
    return answer


def _take() -> "_Worker":
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.is_alive():
                _busy.add(worker)
                return worker
            worker.end()
    worker = _Worker()
    with _lock:
        _busy.add(worker)
    return worker


def _give_back(worker: "_Worker") -> None:
    with _lock:
        if len(_idle) < _kept:
            _idle.append(worker)
            return
    worker.end()


class _Worker:
    """One child process; what it prints goes nowhere but, for a moment, into a file without a name."""

    def __init__(self) -> None:
        self._told: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", JUDGE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._told,
            bufsize=0,
            cwd=_ROOT,
        )
        assert self._child.stdout is not None
        os.set_blocking(self._child.stdout.fileno(), False)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Its answer. Raises LostError."""
        deadline = time.monotonic() + seconds
        # ASCII only: names that are no UTF-8 pass as escapes.
        line = json.dumps(question).encode("ascii") + b"\n"
        assert self._child.stdin is not None
        try:
            while line:
                line = line[self._child.stdin.write(line) or 0 :]
        except (BrokenPipeError, ConnectionResetError):
            raise self._loss() from None
        return self._answer(deadline)

    def _answer(self, deadline: float) -> dict[str, Any]:
        assert self._child.stdout is not None
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            while not pieces or not pieces[-1].endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise LostError("time")
                if not selector.select(left):
                    continue
                piece = os.read(self._child.stdout.fileno(), 1 << 20)
                if not piece:
                    raise self._loss()
                pieces.append(piece)
                size += len(piece)
                if size > LONGEST_ANSWER:
                    raise LostError("memory", "answer")
        answer: dict[str, Any] = json.loads(b"".join(pieces))
        return answer

    def kill(self) -> None:
        """End it, and leave it to whoever waits for its answer."""
        self._child.kill()

    def end(self) -> None:
        """End it, at once."""
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout, self._told):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _loss(self) -> LostError:
        """Why it died, by its exit status and by what its libraries printed; that text may quote the file, so none of it is kept."""
        code = self._child.wait()
        size = self._told.seek(0, os.SEEK_END)
        self._told.seek(max(0, size - _TOLD_BYTES))
        if _OUT_OF_MEMORY.search(self._told.read()):
            return LostError("memory", _name(code))
        if -code in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            return LostError("killed", _name(code))
        return LostError("failed", _name(code))


def _name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit {code}"


_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_lock = threading.Lock()
_idle: list[_Worker] = []
_busy: set[_Worker] = set()
_kept = KEPT_IDLE
_is_given_up = False
_inherited: list[list[_Worker] | set[_Worker]] = []


def _after_fork() -> None:
    """A forked child must not speak to its parent's workers; it keeps them from being closed and collected, and starts its own."""
    global _lock, _idle, _busy
    _inherited.extend((_idle, _busy))
    _lock, _idle, _busy = threading.Lock(), [], set()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(end)
