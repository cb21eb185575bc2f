"""Releases: read-only DuckDB files under new names, and the pointer that says which one counts."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

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


def candidate_path(settings: Settings, file_name: str) -> Path:
    """Where the next release is built, on the same disk as the releases; left-overs of an earlier attempt are removed.

    Call it under the writer's lock only.
    """
    folder = settings.releases / ".candidate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder / file_name


def seal(candidate: Path) -> None:
    """Make a built candidate fit to be read under any name and without its landing files.

    Staging views read the landing folder, which readers may not; the views that stay must not name the database they were built in.
    """
    with duckdb.connect(str(candidate)) as connection:
        views = connection.execute("select view_name, sql from duckdb_views() where not internal").fetchall()
        for name, sql in views:
            if name.startswith("stg_"):
                connection.execute(f'drop view "{name}"')
            else:
                definition = sql.split(" AS ", 1)[1].replace(f"{candidate.stem}.main.", "")
                connection.execute(f'create or replace view "{name}" as {definition}')
        connection.execute("checkpoint")


def publish(settings: Settings, candidate: Path, release_id: str, manifest: dict[str, Any]) -> Release:
    """Give the tested candidate its name and move the pointer to it; every step is durable before the next begins."""
    path = settings.releases / f"{release_id}.duckdb"
    _sync(candidate)
    os.replace(candidate, path)
    write_durably(path.with_suffix(".json"), json.dumps(manifest, ensure_ascii=False, indent=1))
    point_to(settings, release_id)
    return find(settings, release_id)


def point_to(settings: Settings, release_id: str) -> None:
    """Make a release the current one."""
    write_durably(settings.releases / POINTER, release_id + "\n")


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that after a crash either the old text or the new one is there, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    os.replace(temporary, path)
    _sync(path.parent)


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


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
