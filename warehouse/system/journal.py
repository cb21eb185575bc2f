"""Logs for machines: one JSON object a line in `<home>/logs`, rotated, each line with the id of its refresh or request."""

import contextlib
import contextvars
import json
import logging
import logging.handlers
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

# As large as a text editor still opens, and as many as an afternoon's search needs.
LARGEST_BYTES = 5_000_000
KEPT = 5

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_run: contextvars.ContextVar[str | None] = contextvars.ContextVar("run", default=None)


def new_id() -> str:
    """An id that tells one refresh or request from all others."""
    return uuid.uuid4().hex[:12]


@contextlib.contextmanager
def writing(path: Path, logger: str, level: int = logging.INFO) -> Iterator[None]:
    """Everything that this logger and those below it say goes to `path` as well. One process at a time may write one file."""
    # A disk that takes no log must not stop the work: each line that does not fit is left out.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _Handler(path, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(_JsonLines())
    chosen = logging.getLogger(logger)
    before = (chosen.level, chosen.propagate)
    chosen.addHandler(handler)
    chosen.setLevel(level)
    # People are told in their own words elsewhere; dbt's and Streamlit's handlers must not print these lines to them.
    chosen.propagate = False
    try:
        yield
    finally:
        chosen.removeHandler(handler)
        chosen.setLevel(before[0])
        chosen.propagate = before[1]
        handler.close()


@contextlib.contextmanager
def run(run_id: str) -> Iterator[str]:
    """Lines written inside carry this id."""
    token = _run.set(run_id)
    try:
        yield run_id
    finally:
        _run.reset(token)


class _Handler(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        """The log, readable by its owner only, however it is begun."""
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must not stop the work that is being told of, nor fill the terminal."""


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line: at, level, logger, id, event, and whatever came in `extra`."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "id": _run.get(),
            "event": record.getMessage(),
            **{key: value for key, value in record.__dict__.items() if key not in _PLAIN},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
