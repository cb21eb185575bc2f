"""What takes long to make and is only read: made by the first process of a test run that asks, copied by each."""

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from warehouse import settings as settings_module
from warehouse.settings import Settings


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of the calling process's own with what `make(folder)` put into an empty one, once for all processes of the run.

    What is made must bear being moved: a home does, its files say nothing of where they stand.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            # Left by a process that failed half-way.
            shutil.rmtree(shared / "making", ignore_errors=True)
            (shared / "making").mkdir()
            make(shared / "making")
            (shared / "making").rename(shared / "made")
    copy = factory.mktemp(name)
    shutil.copytree(shared / "made", copy, symlinks=True, dirs_exist_ok=True)
    return copy


def put_back(made: Path, place: Path, today: date) -> Settings:
    """The installation made in a folder (`seeds`, `home`), copied to a place where the last test's stood, to be changed."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(made, place, symlinks=True)
    return settings_module.load(seeds=place / "seeds", home=place / "home", today=today)
