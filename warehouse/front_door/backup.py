"""A backup of everything that cannot be made again, and a machine put back from one.

What is made from it (landed rows, releases that nobody has pinned) is left out: `unionboard refresh` makes it again. One tar file with a
list of what it holds, each with its SHA-256; a backup is taken under the writer's lock, so that it is of one moment also while `up` runs.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from warehouse.access import audit
from warehouse.intake import filename
from warehouse.releases import release, retention
from warehouse.settings import Settings
from warehouse.system import scratch
from warehouse.system.durable import put_in_place, temporary_in
from warehouse.system.lock import writer_lock

FORMAT = 1
LIST = "backup.json"
# Parts of home by their names; the ledger and the audit are copied as they are at one moment.
_FOLDERS = ("receipts", "uploads", "keys", "briefings", "notify", "comments", "views", "waiting")
_FILES = ("notify.yml", "set_aside.json", "last_refresh.json", "seeds_seen.json")
# Secrets of the machine stay with the machine: what is noted of the settings says how it was, for a person to read.
_SECRET = ("SECRET", "TOKEN", "PASSWORD", "KEY")
_LOCKS = frozenset({".lock", ".sending"})

Say = Callable[[str], None]


class BackupError(Exception):
    """A backup that cannot be taken or put back; the message is a Chinese sentence."""


def back_up(settings: Settings, path: Path, say: Say | None = None) -> dict[str, Any]:
    """Write a backup at `path`, whole or not at all; what it holds by parts. Raises BackupError, LockedError and OSError."""
    told = say or (lambda _: None)
    if path.exists():
        raise BackupError(f"{path} 已经存在，不会覆盖。请换一个文件名。")
    if path.absolute().is_relative_to(settings.seeds):
        raise BackupError(f"{path} 在数据文件夹里，会被当成交来的文件。请放到别处。")
    audit.check(settings)
    with writer_lock(settings.home, on_wait=told), temporary_in(path.absolute().parent) as temporary:
        with tarfile.open(temporary, "w:gz", compresslevel=1) as archive:
            held = _fill(archive, settings, told)
        put_in_place(temporary, path.absolute())
    audit.record(settings, "backup.take", file=path.name, files=len(held["files"]))
    return held


def restore(settings: Settings, path: Path, say: Say | None = None) -> dict[str, Any]:
    """Put back what a backup holds, all of it or nothing. Raises BackupError where it is damaged or something else lies in the way."""
    told = say or (lambda _: None)
    with scratch.folder() as room:
        held = _unpacked(path, Path(room), told)
        placed = {Path(room, *PurePosixPath(name).parts): _place(settings, name) for name in held["files"]}
        in_the_way = [str(place) for source, place in placed.items() if place.exists() and not _are_same(source, place)]
        if in_the_way:
            shown = "、".join(in_the_way[:5]) + ("……" if len(in_the_way) > 5 else "")
            raise BackupError(
                f"这里已有 {len(in_the_way)} 个不同的文件，不会覆盖：{shown}。请恢复到空的 --home 和 --seeds。"
            )
        told("写回文件")
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for source, place in placed.items():
            if place.exists():
                continue
            with temporary_in(place.parent) as temporary:
                temporary.write_bytes(source.read_bytes())
                if place.is_relative_to(settings.seeds):
                    temporary.chmod(0o644)
                put_in_place(temporary, place)
            os.utime(place, (held["files"][_name_of(settings, place)]["modified"],) * 2)
    audit.record(settings, "backup.restore", file=path.name, files=len(held["files"]), taken_at=held["at"])
    return held


def _fill(archive: tarfile.TarFile, settings: Settings, told: Say) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}

    def add(name: str, content: bytes, modified: float) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(content), int(modified), 0o600
        archive.addfile(entry, io.BytesIO(content))
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "modified": modified}

    told("备份交来的文件和参考表")
    for path in sorted(settings.seeds.rglob("*")):
        is_inside = path.is_relative_to(settings.home)
        if path.is_file() and not path.is_symlink() and not is_inside and not filename.is_junk(path.name):
            add(f"seeds/{path.relative_to(settings.seeds).as_posix()}", path.read_bytes(), path.stat().st_mtime)
    told("备份回执、账本和审计")
    for path in _of_home(settings):
        add(f"home/{path.relative_to(settings.home).as_posix()}", path.read_bytes(), path.stat().st_mtime)
    ledger = settings.home / "ledger" / "ledger.sqlite"
    if ledger.exists():
        add("home/ledger/ledger.sqlite", _of_sqlite(ledger), ledger.stat().st_mtime)
    with audit.standing_still(settings) as place:
        for path in sorted(place.rglob("*")):
            if path.is_file() and path.name not in _LOCKS:
                add(f"home/audit/{path.relative_to(place).as_posix()}", path.read_bytes(), path.stat().st_mtime)
    noted = {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("UNIONBOARD_") and not any(word in name for word in _SECRET)
    }
    held = {
        "format": FORMAT,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "current": release.current_id(settings),
        "settings": {**noted, "seeds": str(settings.seeds), "home": str(settings.home)},
        "files": files,
    }
    listed = json.dumps(held, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(LIST)
    entry.size, entry.mtime, entry.mode = len(listed), int(time.time()), 0o600
    archive.addfile(entry, io.BytesIO(listed))
    return held


def _of_home(settings: Settings) -> Iterator[Path]:
    for name in _FOLDERS:
        yield from sorted(
            path
            for path in (settings.home / name).rglob("*")
            if path.is_file() and not path.is_symlink() and path.name not in _LOCKS
        )
    yield from (path for name in _FILES if (path := settings.home / name).is_file())
    for one in release.list_releases(settings):
        # What somebody has pinned is to be shown as it was; the others are made again.
        if retention.is_pinned(one) and one.problem() is None:
            yield from (one.path, one.path.with_suffix(".json"), one.path.with_suffix(retention.PIN))


def _of_sqlite(path: Path) -> bytes:
    """The database as it is at one moment, whoever writes it."""
    with scratch.folder() as room:
        copy = Path(room) / path.name
        with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy.read_bytes()


def _unpacked(path: Path, room: Path, told: Say) -> dict[str, Any]:
    """The files of a backup in a folder, each as it was listed."""
    told("核对备份")
    found: dict[str, tuple[str, int]] = {}
    held: dict[str, Any] | None = None
    try:
        with tarfile.open(path, "r:gz") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is None:
                    raise BackupError(f"{path} 不是完好的备份：里面的 {entry.name} 不是普通文件。")
                if entry.name == LIST:
                    held = json.loads(source.read())
                    continue
                parts = PurePosixPath(entry.name).parts
                if parts[0] not in ("seeds", "home") or ".." in parts or len(parts) < 2:
                    raise BackupError(f"{path} 不是完好的备份：里面的 {entry.name} 会写到别处。")
                place = room.joinpath(*parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                content = source.read()
                place.write_bytes(content)
                found[entry.name] = (hashlib.sha256(content).hexdigest(), len(content))
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError) as error:
        raise BackupError(f"{path} 不是完好的备份（{type(error).__name__}）。") from None
    if not isinstance(held, dict) or held.get("format") != FORMAT or not isinstance(held.get("files"), dict):
        raise BackupError(f"{path} 不是完好的备份：没有清单，或是别的版本写的。")
    listed = {name: (one["sha256"], one["size"]) for name, one in held["files"].items()}
    wrong = sorted(set(listed.items()) ^ set(found.items()))
    if wrong:
        raise BackupError(f"{path} 不是完好的备份：{wrong[0][0]} 与清单不符。")
    return held


def _place(settings: Settings, name: str) -> Path:
    part, *rest = PurePosixPath(name).parts
    return (settings.seeds if part == "seeds" else settings.home).joinpath(*rest)


def _name_of(settings: Settings, place: Path) -> str:
    if place.is_relative_to(settings.seeds) and not place.is_relative_to(settings.home):
        return f"seeds/{place.relative_to(settings.seeds).as_posix()}"
    return f"home/{place.relative_to(settings.home).as_posix()}"


def _are_same(source: Path, place: Path) -> bool:
    return (
        place.is_file() and place.stat().st_size == source.stat().st_size and place.read_bytes() == source.read_bytes()
    )
