"""Writes files so that a reader, or a power cut, finds the old content or the new, never a part."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

TEMPORARY = ".intake-"


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; what was written there takes its place at the end, and nothing does on an error."""
    with temporary_in(path.parent) as temporary:
        yield temporary
        put_in_place(temporary, path)


def write_text(path: Path, text: str) -> None:
    """Write a small file so that after a crash either the old text or the new one is there, whole."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def keep_only(path: Path, pattern: str, text: str) -> None:
    """Write a text that was worked out once for a state of things; those of earlier states, files like `pattern` beside it, go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for earlier in path.parent.glob(pattern):
        earlier.unlink(missing_ok=True)
    write_text(path, text)


@contextlib.contextmanager
def temporary_in(folder: Path) -> Iterator[Path]:
    """An empty file in a folder that goes with the block, unless it was put in its place by then."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Readable by its owner only, whatever the umask says.
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=".tmp", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path) -> None:
    """Gives a file that is wholly written its name, on the same disk, so that a power cut leaves the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Makes what a file holds durable, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporaries(folder: Path) -> None:
    """Removes what a killed writer left behind."""
    if folder.is_dir():
        for path in folder.rglob(f"{TEMPORARY}*.tmp"):
            path.unlink(missing_ok=True)
