"""Which releases stay on disk, and what killed or finished work leaves behind is removed."""

import contextlib
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.access import audit
from warehouse.releases import release
from warehouse.releases.release import Release
from warehouse.settings import Settings
from warehouse.system import durable, scratch
from warehouse.system.durable import remove_temporaries, sync

# Sessions may still ask a release that was current a moment ago, and one step back must always be there.
ALWAYS_KEPT = 3
PIN = ".pin"
PREVIEW = ".preview-"

_TEMPORARY = re.compile(r"\.intake-.*\.tmp|\..+\.\d+|.*\.wal|.*\.duckdb\.tmp")


def pin(settings: Settings, release_id: str) -> Release:
    """Keep a release for good. Raises ReleaseError when there is none of that id."""
    found = release.find(settings, release_id)
    audit.check(settings)
    durable.write_text(found.path.with_suffix(PIN), "")
    audit.record(settings, "release.pin", release=found.id)
    return found


def unpin(settings: Settings, release_id: str) -> Release:
    """Let a release go when its time comes. Raises ReleaseError when there is none of that id."""
    found = release.find(settings, release_id)
    audit.check(settings)
    found.path.with_suffix(PIN).unlink(missing_ok=True)
    sync(settings.releases)
    audit.record(settings, "release.unpin", release=found.id)
    return found


def is_pinned(found: Release) -> bool:
    """Whether a release is kept for good."""
    return found.path.with_suffix(PIN).exists()


def remove_old(settings: Settings, now: datetime | None = None) -> list[str]:
    """Remove releases beyond the number or the age that settings keep; their ids. The current, the pinned and the newest few stay.

    Call it under the writer's lock only.
    """
    releases = release.list_releases(settings)
    shown = release.current(settings)
    named = release.current_id(settings)
    oldest = (now or datetime.now(UTC)) - timedelta(days=settings.keep_days)
    gone = []
    for number, found in enumerate(releases):
        if number < ALWAYS_KEPT or found.id in (named, shown.id if shown else None) or is_pinned(found):
            continue
        if number >= settings.keep_releases or found.created_at < oldest:
            _remove(found)
            gone.append(found.id)
    if gone:
        sync(settings.releases)
    return gone


def sweep(settings: Settings) -> None:
    """Remove what a killed refresh or preview left behind. Call it under the writer's lock only."""
    release.discard_candidate(settings)
    shutil.rmtree(settings.releases / f"{release.CANDIDATE}-gone", ignore_errors=True)
    for folder in (settings.releases, settings.home):
        for path in folder.glob(".*") if folder.is_dir() else ():
            if path.is_file() and _TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)
    for path in settings.releases.glob("*") if settings.releases.is_dir() else ():
        # A database without its manifest was never published; a manifest or a pin without its database is the rest of a removal.
        alone = path.suffix == ".duckdb" and not path.with_suffix(".json").exists()
        rest = path.suffix in (".json", PIN) and not path.with_suffix(".duckdb").exists()
        if alone or rest or path.name.endswith(".wal"):
            path.unlink(missing_ok=True)
    for path in settings.home.glob(f"{PREVIEW}*"):
        process = path.name.removeprefix(PREVIEW).partition("-")[0]
        if not (process.isdigit() and scratch.is_alive(int(process))):
            shutil.rmtree(path, ignore_errors=True)
    remove_temporaries(settings.home / "build")
    scratch.remove_abandoned()


def disk_use(settings: Settings) -> dict[str, Any]:
    """Bytes taken by releases, landing and everything under home, and bytes free on that disk."""
    home = _bytes_below(settings.home)
    return {
        "releases": len(list(settings.releases.glob("*.duckdb"))),
        "releases_bytes": _bytes_below(settings.releases),
        "landing_bytes": _bytes_below(settings.landing),
        "home_bytes": home,
        "free_bytes": shutil.disk_usage(settings.home).free if settings.home.is_dir() else None,
    }


def _remove(found: Release) -> None:
    # The manifest first: what is killed in between is a database that does not count, and the next sweep takes it.
    for suffix in (".json", ".duckdb", PIN):
        found.path.with_suffix(suffix).unlink(missing_ok=True)


def _bytes_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
