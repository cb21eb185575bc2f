"""Releases: read-only DuckDB files under new names, and the pointer that says which one counts."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.settings import Settings

POINTER = "CURRENT"


class ReleaseError(Exception):
    """A release that is not there; the message names those that are."""


@dataclass(frozen=True)
class Release:
    """One published release: its id, its file, when it was made (UTC) and what its manifest says."""

    id: str
    path: Path
    created_at: datetime
    manifest: dict[str, Any]


def current_id(settings: Settings) -> str | None:
    """The id of the current release, or None before the first one."""
    try:
        return (settings.releases / POINTER).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current(settings: Settings) -> Release | None:
    """The current release, or None before the first one."""
    release_id = current_id(settings)
    return None if release_id is None else find(settings, release_id)


def find(settings: Settings, release_id: str) -> Release:
    """The release of this id, or of the only one whose id begins with it. Raises ReleaseError otherwise."""
    matching = [release for release in list_releases(settings) if release.id.startswith(release_id)]
    exact = [release for release in matching if release.id == release_id]
    if len(exact or matching) != 1:
        known = "、".join(release.id for release in list_releases(settings)[:10]) or "无"
        raise ReleaseError(f"没有版本 {release_id}。现有版本：{known}")
    return (exact or matching)[0]


def list_releases(settings: Settings) -> list[Release]:
    """All releases on disk, newest first."""
    releases = []
    for path in settings.releases.glob("*.json"):
        database = path.with_suffix(".duckdb")
        if database.exists():
            manifest = json.loads(path.read_text(encoding="utf-8"))
            releases.append(Release(path.stem, database, datetime.fromisoformat(manifest["created_at"]), manifest))
    return sorted(releases, key=lambda release: release.id, reverse=True)


def new_id(now: datetime, fingerprint: str) -> str:
    """An id that sorts by time and tells contents apart: 20240601T083000Z-3f2a91bc."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"


def candidate_path(settings: Settings) -> Path:
    """Where the next release is built; left-overs of an earlier attempt are removed."""
    settings.releases.mkdir(parents=True, exist_ok=True)
    path = settings.releases / f".candidate-{os.getpid()}.duckdb"
    for leftover in settings.releases.glob(".candidate-*"):
        leftover.unlink(missing_ok=True)
    return path


def publish(settings: Settings, candidate: Path, release_id: str, manifest: dict[str, Any]) -> Release:
    """Give the tested candidate its name and move the pointer to it; every step is durable before the next begins."""
    path = settings.releases / f"{release_id}.duckdb"
    _sync(candidate)
    os.replace(candidate, path)
    _write_durably(path.with_suffix(".json"), json.dumps(manifest, ensure_ascii=False, indent=1))
    point_to(settings, release_id)
    return find(settings, release_id)


def point_to(settings: Settings, release_id: str) -> None:
    """Make a release the current one."""
    _write_durably(settings.releases / POINTER, release_id + "\n")


def rollback(settings: Settings, release_id: str | None = None) -> Release:
    """Point back to a release, by default to the one before the current. Raises ReleaseError when there is none."""
    releases = list_releases(settings)
    if release_id is None:
        now = current_id(settings)
        earlier = [release for release in releases if now is not None and release.id < now]
        if not earlier:
            raise ReleaseError("没有更早的版本可以退回。")
        target = earlier[0]
    else:
        target = find(settings, release_id)
    point_to(settings, target.id)
    return target


def _write_durably(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    os.replace(temporary, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
