"""Rounds of sending beside the watcher, each in a process of its own: a mail server that is silent holds up no refresh."""

import os
import subprocess
import sys
import time
from pathlib import Path

from warehouse.settings import Settings
from warehouse.system.children import die_with_parent

VARIABLE = "UNIONBOARD_NOTIFY"
FILE = "notify.yml"
# What is due by the clock, and what is to be tried again, waits so long at most.
EVERY_SECONDS = 300.0
# How a round ends whose schedule has mistakes: it is not tried again until the file is another one.
MISTAKEN = 3


def schedule_file(settings: Settings) -> Path:
    """Where the schedule lies."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else settings.home / FILE


class Rounds:
    """The rounds of one watcher, one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._next = 0.0
        self._mistaken: tuple[int, int] | None = None
        self._began_with: tuple[int, int] | None = None

    def look(self, settings: Settings, is_news: bool) -> None:
        """Begin a round where there is a schedule, and something is new or it is time."""
        if is_news:
            self._next = 0.0
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._mistaken = self._began_with if self._process.returncode == MISTAKEN else None
            self._process = None
        standing = _standing(schedule_file(settings))
        if standing is None or standing == self._mistaken or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_SECONDS
        self._began_with = standing
        environment = {**os.environ, "UNIONBOARD_SEEDS": str(settings.seeds), "UNIONBOARD_HOME": str(settings.home)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "warehouse.notify"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )


def _standing(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
