"""Remembers which files came in by which upload, so that one upload can be undone as it came."""

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.intake.folder.set_aside import AsideFile, Taken
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import copied
from warehouse.system.durable import replacing

FOLDER = "uploads"
KEPT = 200


@dataclass(frozen=True)
class Upload:
    """One upload: its id, which sorts by time, when it came (UTC), and the files it put into the seeds folder."""

    id: str
    at: str
    files: tuple[AsideFile, ...]

    def when(self) -> str:
        """The moment as people here write it."""
        return minute_of(self.at)

    def in_force(self, out: Mapping[str, tuple[AsideFile, Taken]]) -> tuple[AsideFile, ...]:
        """Its files that nobody has taken back; `out` as set_aside.out gives it."""
        return tuple(file for file in self.files if file.sha256 not in out)

    def as_json(self, out: Mapping[str, tuple[AsideFile, Taken]]) -> dict[str, Any]:
        """As `uploads --json` prints it."""
        files = [{"file": file.file, "sha256": file.sha256, "set_aside": file.sha256 in out} for file in self.files]
        return {"upload": self.id, "at": self.at, "files": files, "undone": not self.in_force(out)}


def minute_of(at: str) -> str:
    """A moment as people here write it."""
    return datetime.fromisoformat(at).astimezone(TIME_ZONE).strftime("%Y-%m-%d %H:%M")


class UploadError(Exception):
    """An upload that is not known; the message names those that are."""


def remember(settings: Settings, files: Sequence[tuple[str, str]]) -> Upload | None:
    """Keep one upload, given path and SHA-256 of each file it put in; None where it put in none."""
    if not files:
        return None
    now = datetime.now(UTC)
    upload = Upload(
        f"{now:%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:4]}",
        now.isoformat(timespec="seconds"),
        tuple(AsideFile(name, sha256) for name, sha256 in files),
    )
    document = {"at": upload.at, "files": [{"file": name, "sha256": sha256} for name, sha256 in files]}
    with replacing(settings.home / FOLDER / f"{upload.id}.json") as path:
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    for old in sorted((settings.home / FOLDER).glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return upload


def forget(settings: Settings, upload: Upload | None) -> None:
    """Its files did not stay."""
    if upload is not None:
        (settings.home / FOLDER / f"{upload.id}.json").unlink(missing_ok=True)


def uploads(settings: Settings) -> list[Upload]:
    """The uploads whose files lie in the seeds folder, the latest first."""
    found = []
    # A copy has the lists of uploads, not their files.
    is_copy = copied.is_copy(settings.home)
    for path in sorted((settings.home / FOLDER).glob("*.json"), reverse=True):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            document = json.loads(path.read_text(encoding="utf-8"))
            files = tuple(AsideFile(one["file"], one["sha256"]) for one in document["files"])
            if is_copy or any((settings.seeds / Path(one.file)).is_file() for one in files):
                found.append(Upload(path.stem, document["at"], files))
    return found


def find(settings: Settings, upload_id: str | None, out: Mapping[str, tuple[AsideFile, Taken]]) -> Upload:
    """The upload whose id begins like this, by default the latest that is not undone. Raises UploadError when there is none such."""
    known = uploads(settings)
    if upload_id is None:
        latest = next((one for one in known if one.in_force(out)), None)
        if latest is None:
            raise UploadError("没有可以撤销的上报：经 unionboard accept 或“上报文件”页交来的文件才能这样撤销。")
        return latest
    meant = [one for one in known if one.id.startswith(upload_id)]
    if len(meant) != 1:
        listed = "、".join(one.id for one in known[:10]) or "无"
        raise UploadError(f"没有上报 {upload_id}。最近的上报：{listed}")
    return meant[0]
