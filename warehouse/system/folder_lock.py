"""One process at a time in a folder: the kernel releases the lock of a process that dies, so no stale lock is ever left."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def folder_lock(folder: Path, name: str = ".lock", on_busy: Callable[[], None] | None = None) -> Iterator[Path]:
    """Hold the lock `name` of the folder, which is made where there is none; yields the folder.

    Waits while another holds it, calling `on_busy` once before; what that raises goes to the caller, and nothing is waited for.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_busy is not None:
                on_busy()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)
