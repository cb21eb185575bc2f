"""Folders for work that is soon done, outside of home; what a killed process left of them is removed by the next refresh."""

import os
import shutil
import tempfile
import time
from pathlib import Path

_NAME = "unionboard"
# Where processes do not see each other, as in containers that share a disk, the age says that nobody works there any more.
_ABANDONED_SECONDS = 3600


def folder() -> "tempfile.TemporaryDirectory[str]":
    """A new folder that only this user reads and that goes with the block it is opened for."""
    # dbt's threads may still write there when it has given up; what went wrong must not be hidden by that.
    return tempfile.TemporaryDirectory(prefix=f"{_NAME}-{os.getpid()}-", ignore_cleanup_errors=True)


def remove_abandoned() -> list[Path]:
    """Removes the folders of processes that are no more; what it removed."""
    gone = []
    for path in Path(tempfile.gettempdir()).glob(f"{_NAME}-*-*"):
        process = path.name.split("-")[1]
        try:
            found = path.lstat()
        except OSError:
            continue
        is_old = time.time() - found.st_mtime > _ABANDONED_SECONDS
        if process.isdigit() and found.st_uid == os.getuid() and is_old and not is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)
            gone.append(path)
    return gone


def is_alive(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
