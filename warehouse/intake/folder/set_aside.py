"""What was taken back: withdrawn releases and undone uploads, why, and the files that stay out until somebody lets them in again.

Bytes are set aside, not names: a corrected file under the same name is another file and goes in, the same file under another
name does not.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import integrity
from warehouse.system.durable import replacing

FILE = "set_aside.json"
ROLLBACK, UNDO = "rollback", "undo"
NO_REASON = "没有写明原因"


@dataclass(frozen=True)
class AsideFile:
    """One file that was taken back: its path in the seeds folder, its bytes, and when it was let in again (UTC)."""

    file: str
    sha256: str
    let_in_at: str | None = None


@dataclass(frozen=True)
class Taken:
    """One taking back: a rollback from `release` to `target` that withdrew `releases`, or the undoing of an upload.

    `files` are set aside. `project` is the digest of models and reference lists that a rollback left, and `missing` are files that
    the target counts and the folder no longer holds; both only where they differ, and until somebody has `decided_at`.
    `is_moving` says that the pointer may not have moved yet.
    """

    kind: str
    at: str
    reason: str
    release: str | None
    target: str | None
    releases: tuple[str, ...]
    files: tuple[AsideFile, ...]
    project: str | None = None
    missing: tuple[AsideFile, ...] = ()
    decided_at: str | None = None
    is_moving: bool = False

    @property
    def out(self) -> tuple[AsideFile, ...]:
        """The files that are still out."""
        return tuple(file for file in self.files if file.let_in_at is None)

    @property
    def is_in_force(self) -> bool:
        """Whether something of it still waits for somebody's word."""
        waits = bool(self.project or self.missing or not self.files)
        return bool(self.out) or (self.decided_at is None and waits)

    @property
    def said(self) -> str:
        """The reason as people are shown it."""
        return self.reason or NO_REASON

    def when(self) -> str:
        """The moment as people here write it."""
        return datetime.fromisoformat(self.at).astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")

    def as_json(self) -> dict[str, Any]:
        """As `status --json` tells it."""
        return {
            "kind": self.kind,
            "at": self.at,
            "when": self.when(),
            "reason": self.reason,
            "release": self.release,
            "target": self.target,
            "releases": list(self.releases),
            "files": [{"file": one.file, "sha256": one.sha256, "let_in_at": one.let_in_at} for one in self.files],
            "in_force": self.is_in_force,
        }


def now() -> str:
    """This moment (UTC), as it stands in the list."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def load(settings: Settings) -> tuple[Taken, ...]:
    """Everything that was taken back, the latest last.

    Raises OSError when the list cannot be believed: publishing without it would let everything in again.
    """
    path = settings.home / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not integrity.is_as_signed(document):
            raise ValueError(FILE)
        return tuple(_taken(entry) for entry in document["taken_back"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OSError(
            f"撤回清单 {path} 已损坏，不知道哪些文件要放在一边，所以没有发布，原版本不变。"
            "请从备份恢复它；确实要让全部文件进来，就删掉它再运行 unionboard refresh。"
        ) from None


def save(settings: Settings, taken: Sequence[Taken]) -> None:
    """Writes the list, whole or not at all. Call it under the writer's lock only."""
    with replacing(settings.home / FILE) as path:
        document = integrity.signed({"taken_back": [asdict(one) for one in taken]})
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def out(taken: Sequence[Taken]) -> dict[str, tuple[AsideFile, Taken]]:
    """By their bytes, the files that are out, each with the latest taking back that set it aside."""
    return {file.sha256: (file, one) for one in taken for file in one.out}


def withdrawn(settings: Settings) -> dict[str, Taken]:
    """By its id, each release that a rollback withdrew, with that rollback; empty where the list cannot be believed."""
    try:
        taken = load(settings)
    except OSError:
        return {}
    return {name: one for one in taken if one.kind == ROLLBACK and one.is_in_force for name in one.releases}


def let_in(taken: Sequence[Taken], hashes: Collection[str]) -> tuple[Taken, ...]:
    """The list after files with these bytes were let in again, whoever set them aside."""
    at = now()
    return tuple(
        replace(one, files=tuple(_let_in(file, at) if file.sha256 in hashes else file for file in one.files))
        for one in taken
    )


def decide(settings: Settings) -> None:
    """Notes that what a rollback left besides files is meant to be published. Call it under the writer's lock only."""
    taken = load(settings)
    at = now()
    decided = tuple(
        replace(one, decided_at=at) if one.decided_at is None and (one.project or one.missing) else one for one in taken
    )
    if decided != taken:
        save(settings, decided)


def _let_in(file: AsideFile, at: str) -> AsideFile:
    return file if file.let_in_at is not None else replace(file, let_in_at=at)


def _taken(entry: Mapping[str, Any]) -> Taken:
    files = {name: tuple(AsideFile(**file) for file in entry[name]) for name in ("files", "missing")}
    return Taken(**{**entry, "releases": tuple(entry["releases"]), **files})
