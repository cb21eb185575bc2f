"""Remembers, across refreshes, when which bytes were first seen, which path held them, and which corrections were confirmed."""

import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.intake import decode
from warehouse.settings import TIME_ZONE

_TABLES = """
create table if not exists sightings (sha256 text primary key, number integer not null, first_seen_at text not null);
create table if not exists paths (
    label text primary key, size integer, modified integer, changed integer, inode integer, hashed_at integer, sha256 text,
    since integer
);
create table if not exists settled (label text primary key, sha256 text not null);
create table if not exists unreadable (label text primary key, key text not null, day text, told text not null);
create table if not exists confirmations (sha256 text primary key, confirmed_at text not null);
create table if not exists comparisons (
    older text, newer text, added integer, changed integer, removed integer, primary key (older, newer)
);
"""
# A file changed this shortly before it was hashed may change again without a visible trace.
_RACY_NANOSECONDS = 2_000_000_000


@dataclass(frozen=True)
class Sighting:
    """When bytes were first seen; the higher the number, the later."""

    number: int
    first_seen_at: datetime

    def seen_at(self) -> str:
        """The moment as people here write it."""
        return self.first_seen_at.astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")


class Ledger:
    """The ledger of one home folder. A damaged ledger is set aside and begun anew."""

    def __init__(self, home: Path) -> None:
        self.path = home / "ledger" / "ledger.sqlite"
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._database = self._open()
        except sqlite3.OperationalError:
            # A full disk or another writer: the ledger itself is sound.
            raise
        except sqlite3.DatabaseError:
            # The last one is kept for whoever wants to know what happened.
            for earlier in self.path.parent.glob(f"{self.path.stem}.damaged-*"):
                earlier.unlink(missing_ok=True)
            self.path.replace(self.path.with_suffix(f".damaged-{int(time.time())}"))
            self._database = self._open()
        found = self._database.execute("select coalesce(max(since), 0) + 1 from paths").fetchone()
        self._run = int(found[0])

    @staticmethod
    def peek(home: Path) -> tuple[dict[str, Sighting], frozenset[str]]:
        """First sights and confirmations, without writing anything; empty when there is no ledger that can be read."""
        path = home / "ledger" / "ledger.sqlite"
        if not path.exists():
            return {}, frozenset()
        try:
            database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=60)
        except sqlite3.DatabaseError:
            return {}, frozenset()
        try:
            return _sightings(database), _confirmed(database)
        except sqlite3.DatabaseError:
            return {}, frozenset()
        finally:
            database.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def hash_of(self, path: Path, label: str) -> str:
        """SHA-256 of a file; its bytes are read only when the file may have changed since the last time."""
        found = path.stat()
        stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        known = self._database.execute(
            "select sha256, hashed_at from paths where label = ? and size = ? and modified = ? and changed = ? and inode = ?",
            (label, *stamp),
        ).fetchone()
        if known and max(stamp[1], stamp[2]) < known[1] - _RACY_NANOSECONDS:
            return str(known[0])
        now = time.time_ns()
        sha256, _ = decode.digest(path)
        before = self._database.execute("select sha256, since from paths where label = ?", (label,)).fetchone()
        since = before[1] if before and before[0] == sha256 else self._run
        with self._database:
            self._database.execute(
                "insert or replace into paths values (?, ?, ?, ?, ?, ?, ?, ?)", (label, *stamp, now, sha256, since)
            )
        return sha256

    def since(self) -> dict[str, int]:
        """The refresh, counted from 1, since which each path has held its bytes."""
        return {str(label): int(since) for label, since in self._database.execute("select label, since from paths")}

    def settled(self, label: str) -> str | None:
        """The SHA-256 of what was last read whole under this path."""
        found = self._database.execute("select sha256 from settled where label = ?", (label,)).fetchone()
        return str(found[0]) if found else None

    def settle(self, entries: Iterable[tuple[str, str]]) -> None:
        """Notes, by path, the bytes that were read whole."""
        with self._database:
            self._database.executemany("insert or replace into settled values (?, ?)", entries)

    def unreadable(self, label: str, key: str, day: str) -> str | None:
        """What was told of a file that could not be read, if that would be no different today; `key` stands for all it depends on."""
        found = self._database.execute(
            "select told from unreadable where label = ? and key = ? and coalesce(day, ?) = ?", (label, key, day, day)
        ).fetchone()
        return str(found[0]) if found else None

    def note_unreadable(self, label: str, key: str, day: str | None, told: str) -> None:
        """Notes that a file could not be read, so that the same bytes are not tried at every refresh; on another `day` they are."""
        with self._database:
            self._database.execute("insert or replace into unreadable values (?, ?, ?, ?)", (label, key, day, told))

    def forget(self, labels: Iterable[str]) -> None:
        """Forgets paths that are gone; their bytes stay known."""
        with self._database:
            gone = [(label,) for label in labels]
            self._database.executemany("delete from paths where label = ?", gone)
            self._database.executemany("delete from settled where label = ?", gone)
            self._database.executemany("delete from unreadable where label = ?", gone)

    def labels(self) -> set[str]:
        """All paths that were there the last time."""
        return {str(row[0]) for row in self._database.execute("select label from paths")}

    def see(self, hashes: Iterable[str]) -> Mapping[str, Sighting]:
        """First sights of these bytes; new ones are numbered in the order given."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database:
            known = {str(row[0]) for row in self._database.execute("select sha256 from sightings")}
            [(last,)] = self._database.execute("select coalesce(max(number), 0) from sightings")
            new = [sha256 for sha256 in dict.fromkeys(hashes) if sha256 not in known]
            self._database.executemany(
                "insert into sightings values (?, ?, ?)",
                [(sha256, number, now) for number, sha256 in enumerate(new, start=last + 1)],
            )
        return self.sightings()

    def sightings(self) -> dict[str, Sighting]:
        """First sights of all bytes ever seen."""
        return _sightings(self._database)

    def confirm(self, sha256: str) -> None:
        """Notes that a correction which loses more than half of the rows is meant (D76)."""
        with self._database:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._database.execute("insert or ignore into confirmations values (?, ?)", (sha256, now))

    def confirmed(self) -> frozenset[str]:
        """Hashes of the corrections that were confirmed."""
        return _confirmed(self._database)

    def comparison(self, older: str, newer: str) -> tuple[int, int, int] | None:
        """Rows added, changed and removed from one submission to another, when they were compared before."""
        found: tuple[int, int, int] | None = self._database.execute(
            "select added, changed, removed from comparisons where older = ? and newer = ?", (older, newer)
        ).fetchone()
        return found

    def remember_comparison(self, older: str, newer: str, counts: tuple[int, int, int]) -> None:
        """Keeps what a comparison found."""
        with self._database:
            self._database.execute("insert or replace into comparisons values (?, ?, ?, ?, ?)", (older, newer, *counts))

    def keep_comparisons(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forgets the comparisons of submissions that stand no more."""
        with self._database:
            known = set(self._database.execute("select older, newer from comparisons"))
            self._database.executemany(
                "delete from comparisons where older = ? and newer = ?", sorted(known - set(pairs))
            )

    def _open(self) -> sqlite3.Connection:
        # What the database writes beside itself has the rights of the file.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        database = sqlite3.connect(self.path, timeout=60)
        try:
            database.executescript(_TABLES)
            if database.execute("pragma quick_check").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("damaged")
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database


def _sightings(database: sqlite3.Connection) -> dict[str, Sighting]:
    rows = database.execute("select sha256, number, first_seen_at from sightings")
    return {sha256: Sighting(number, datetime.fromisoformat(seen)) for sha256, number, seen in rows}


def _confirmed(database: sqlite3.Connection) -> frozenset[str]:
    return frozenset(str(row[0]) for row in database.execute("select sha256 from confirmations"))
