"""One writer at a time: a lock on the home folder that dies with the process that holds it."""

import contextlib
import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.settings import TIME_ZONE
from warehouse.system import copied


class LockedError(Exception):
    """Somebody else is refreshing; the message says which process and since when."""


@contextlib.contextmanager
def writer_lock(
    home: Path, wait_seconds: float = 600.0, on_wait: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the home folder's writer lock. Waits for another writer, calling `on_wait` once; raises LockedError when it takes too long.

    The kernel releases the lock of a process that dies, so no stale lock is ever left.
    """
    if (copy := copied.load(home)) is not None:
        raise LockedError(
            f"{home} 是副本，跟随 {copy.source or '发布主机'}，这里不收文件、不发布也不退回：请在发布主机上做。"
            f"要让它自己成为发布主机，先停下 serve 再删掉 {home / copied.FILE}"
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / "refresh.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, wait_seconds, on_wait)
        os.ftruncate(descriptor, 0)
        holder = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def running_mark(home: Path, address: str) -> Iterator[None]:
    """Say that `unionboard up` works on this home and shows it at `address`.

    Raises LockedError when another one does, OSError when the home cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _told(descriptor).get("address", "")
            raise LockedError(f"另一个 unionboard up 已在为 {home} 服务{_holder(descriptor)}：{where}") from None
        os.ftruncate(descriptor, 0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        mark = json.dumps({"pid": os.getpid(), "since": since, "address": address}).encode()
        if os.pwrite(descriptor, mark, 0) != len(mark):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(home))
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, wait_seconds: float, on_wait: Callable[[str], None] | None) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            message = f"另一个进程正在刷新{_holder(descriptor)}"
            if time.monotonic() >= deadline:
                raise LockedError(message) from None
            if on_wait and not told:
                on_wait(message + "，等待它结束……")
                told = True
            time.sleep(0.2)


def _holder(descriptor: int) -> str:
    """（进程 123，自 2024-06-01 08:30 起）, as far as the holder has said so."""
    try:
        holder = _told(descriptor)
        since = datetime.fromisoformat(holder["since"]).astimezone(TIME_ZONE)
        return f"（进程 {holder['pid']}，自 {since:%Y-%m-%d %H:%M:%S} 起）"
    except (ValueError, KeyError, TypeError):
        return ""


def _told(descriptor: int) -> dict[str, Any]:
    try:
        told = json.loads(os.pread(descriptor, 500, 0))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
