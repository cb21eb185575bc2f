"""Processes we start: they end when we do, however we end."""

import contextlib
import ctypes
import os
import signal
import subprocess
from pathlib import Path

from warehouse.settings import Settings

_PR_SET_PDEATHSIG = 1

# What a line of progress on stderr begins with, so that a parent tells it from sentences.
STEP = "» "


def die_with_parent() -> None:
    """To be run in a new process: a killed parent must not leave it behind; Linux alone offers this, elsewhere nothing is done."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def speaking(
    python: Path, module: str, argument: Path, settings: Settings, log: str, **variables: str
) -> "subprocess.Popen[str]":
    """A module of ours that answers lines, for one installation; what it says besides goes to `log` in the logs."""
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_TODAY": settings.today.isoformat(),
        **variables,
    }
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (settings.logs / log).open("w", encoding="utf-8") as file:
        return subprocess.Popen(  # noqa: S603 - our own module
            [str(python), "-m", module, str(argument)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            encoding="utf-8",
            preexec_fn=die_with_parent,
        )
