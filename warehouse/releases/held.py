"""The candidate that is beyond the limits: kept aside, published when somebody says so, gone when another takes its place."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.releases import release, signing
from warehouse.releases.limits import Excess
from warehouse.releases.release import Release, ReleaseError
from warehouse.settings import Settings
from warehouse.system import copied, integrity
from warehouse.system.durable import sync

FOLDER = ".held"


@dataclass(frozen=True)
class Held:
    """A tested candidate that waits for a word: the id it would get, its file, its manifest, and what is beyond which limit."""

    id: str
    path: Path
    manifest: dict[str, Any]
    excesses: tuple[Excess, ...]

    def as_json(self) -> dict[str, Any]:
        """As `refresh --json` and `status --json` tell it."""
        return {
            "release": self.id,
            "created_at": self.manifest.get("created_at"),
            "reasons": [excess.as_json() for excess in self.excesses],
        }

    @property
    def sentence(self) -> str:
        """What a person reads: the reasons and what to do."""
        reasons = "；".join(excess.zh for excess in self.excesses[:5])
        more = f"……共 {len(self.excesses)} 项" if len(self.excesses) > 5 else ""
        return (
            f"新版本 {self.id} 超出发布限度，等待确认，原版本不变：{reasons}{more}。"
            "确实如此就运行 unionboard confirm，或在“版本”页点“确认发布”；否则请先改正文件或模型。"
        )


def current(settings: Settings) -> Held | None:
    """The candidate that waits, or None."""
    for path in sorted((settings.releases / FOLDER).glob("*.json"), reverse=True):
        with contextlib.suppress(ReleaseError, KeyError, TypeError):
            manifest = release.believed(path, signing.trusted(settings))
            # A copy is told of what waits; the candidate itself stays where it can be confirmed.
            is_there = path.with_suffix(".duckdb").exists() or copied.is_copy(settings.home)
            if is_there:
                excesses = tuple(Excess(**excess) for excess in manifest["beyond_limits"])
                return Held(path.stem, path.with_suffix(".duckdb"), manifest, excesses)
    return None


def keep_aside(
    settings: Settings, candidate: Path, release_id: str, manifest: dict[str, Any], excesses: Sequence[Excess]
) -> Held:
    """Keep a sealed candidate until somebody confirms it; one that waited before is superseded. Under the writer's lock only."""
    discard(settings)
    path = settings.releases / FOLDER / f"{release_id}.duckdb"
    release.store(settings, candidate, path, {**manifest, "beyond_limits": [excess.as_json() for excess in excesses]})
    kept = current(settings)
    if kept is None:
        raise ReleaseError(f"候选版本 {release_id} 写下之后读不回来，请检查磁盘。")
    return kept


def confirm(settings: Settings, release_id: str | None = None) -> Release:
    """Publish the candidate that waits. Call it under the writer's lock only.

    Raises ReleaseError when none waits, another than `release_id` does, it is damaged, or the current release is no longer the one
    it was compared with.
    """
    kept = current(settings)
    if kept is None or (release_id is not None and not kept.id.startswith(release_id)):
        waits = f"等待确认的是 {kept.id}。" if kept else "现在没有等待确认的版本。"
        raise ReleaseError(f"没有等待确认的版本 {release_id or ''}。{waits}")
    problem = integrity.problem_of(kept.path, kept.manifest.get("sha256"), kept.manifest.get("size_bytes"), again=True)
    if problem is not None:
        discard(settings)
        raise ReleaseError(f"等待确认的版本 {kept.id} 已损坏：{problem}。已移除，请运行 unionboard refresh 重新生成。")
    now = release.current(settings)
    if kept.manifest.get("previous") != (now.id if now else None):
        discard(settings)
        raise ReleaseError(f"版本 {kept.id} 比较的对象已不是当前版本，已移除。请运行 unionboard refresh 重新生成。")
    manifest = {**kept.manifest, "confirmed_at": datetime.now(UTC).isoformat(timespec="seconds")}
    published = release.publish(settings, kept.path, kept.id, manifest)
    discard(settings)
    return published


def discard(settings: Settings) -> None:
    """Remove the candidate that waits, if one does."""
    folder = settings.releases / FOLDER
    if folder.is_dir():
        # Renamed first: what is killed in between is found by the sweep under a name that nobody reads.
        gone = settings.releases / f"{release.CANDIDATE}-gone"
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(folder, gone)
        sync(settings.releases)
        shutil.rmtree(gone, ignore_errors=True)
