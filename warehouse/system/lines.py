"""Lists that only grow: one JSON object a line, on the disk before it is told; what a killed writer left of a line is taken back."""

import errno
import fcntl
import json
import os
from pathlib import Path
from typing import Any

from warehouse.system.durable import sync


class DamagedError(OSError):
    """A line that nobody here has written; the message is a Chinese sentence without a full stop."""


def append(path: Path, *entries: dict[str, Any]) -> None:
    """Write entries at the end, all of them or none, one writer at a time. Raises OSError where the disk does not take them."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        end = _whole(descriptor)
        content = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in entries)
        try:
            if os.write(descriptor, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, end)
            raise
    finally:
        os.close(descriptor)
    if is_new:
        sync(path.parent)


def read(path: Path) -> list[dict[str, Any]]:
    """The entries, oldest first; none where nothing was written yet. Raises DamagedError for a whole line that is none."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            # Its writer was killed, or is at it.
            break
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            raise DamagedError(f"{path} 第 {number} 行已损坏，请从备份恢复这个文件")
        found.append(entry)
    return found


def _whole(descriptor: int) -> int:
    """Where the whole lines end; what comes behind is half of one and is cut off."""
    size = os.fstat(descriptor).st_size
    end, step = size, 4096
    while end and os.pread(descriptor, 1, end - 1) != b"\n":
        begin = max(0, end - step)
        end = begin + os.pread(descriptor, end - begin, begin).rfind(b"\n") + 1
    if end < size:
        os.ftruncate(descriptor, end)
    return end
