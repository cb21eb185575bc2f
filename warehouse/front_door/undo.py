"""Undoes an upload and lets files in again: both publish a release, and neither loses a file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.access import audit
from warehouse.front_door import handed_in
from warehouse.front_door.handed_in import Upload, UploadError
from warehouse.intake import privacy
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import UNDO, AsideFile, Taken
from warehouse.intake.folder.take_in import tell_again
from warehouse.refresh import Progress, RefreshResult, refresh
from warehouse.releases import compare, release
from warehouse.settings import Settings
from warehouse.system.lock import writer_lock

_SHORTEST_HASH = 6


class AsideError(Exception):
    """A file that is not set aside; the message names those that are."""


@dataclass(frozen=True)
class Done:
    """What was set aside or let in, the refresh that followed, and every KPI value that it changed."""

    files: tuple[AsideFile, ...]
    result: RefreshResult
    changes: list[dict[str, Any]]
    upload: Upload | None = None

    def as_json(self) -> dict[str, Any]:
        """The document of `refresh --json`, with the files it is about and the changes."""
        about = {"upload": self.upload.id} if self.upload else {}
        named = [{"file": one.file, "sha256": one.sha256} for one in self.files]
        return {
            **self.result.as_json(),
            **about,
            "set_aside" if self.upload else "let_in": named,
            "changes": self.changes,
        }


def undo(settings: Settings, upload_id: str | None = None, reason: str = "", progress: Progress | None = None) -> Done:
    """Set the files of an upload aside, by default of the latest, and publish without them.

    When nothing can be published they are in again. Raises UploadError when there is no such upload or it is undone already.
    """
    audit.check(settings)
    with writer_lock(settings.home, on_wait=progress):
        taken = set_aside.load(settings)
        upload, files = chosen(settings, upload_id, taken)
        mine = as_taken(settings, files, reason)
        set_aside.save(settings, (*taken, mine))
    try:
        result, changes = _published(settings, progress)
    except Exception:
        _take_out(settings, mine)
        raise
    is_failed = result.outcome == "failed"
    if is_failed:
        _take_out(settings, mine)
    outcome = audit.FAILED if is_failed else audit.DONE
    audit.record(
        settings, "files.undo", outcome, upload=upload.id, files=[one.file for one in files], reason=mine.reason
    )
    return Done(files, result, changes, upload)


def let_in(
    settings: Settings, names: Sequence[str], is_everything: bool = False, progress: Progress | None = None
) -> Done:
    """Let files in that were set aside, named by path, by name or by the beginning of their SHA-256, and publish with them.

    Raises AsideError when one of them is not set aside.
    """
    audit.check(settings)
    with writer_lock(settings.home, on_wait=progress):
        taken = set_aside.load(settings)
        out = [file for file, _ in set_aside.out(taken).values()]
        files = (
            tuple(out) if is_everything else tuple(dict.fromkeys(one for name in names for one in _named(out, name)))
        )
        set_aside.save(settings, set_aside.let_in(taken, {file.sha256 for file in files}))
        if is_everything:
            set_aside.decide(settings)
    audit.record(settings, "files.readmit", files=[one.file for one in files])
    result, changes = _published(settings, progress)
    return Done(files, result, changes)


def as_taken(settings: Settings, files: tuple[AsideFile, ...], reason: str) -> Taken:
    """The undoing of these files, as it stands in the list of what was taken back."""
    current = release.current_id(settings)
    return Taken(UNDO, set_aside.now(), privacy.masked(reason.strip()), current, None, (), files)


def chosen(settings: Settings, upload_id: str | None, taken: Sequence[Taken]) -> tuple[Upload, tuple[AsideFile, ...]]:
    """The upload of this id, by default the latest not undone, and its files that are in. Raises UploadError as `undo` does."""
    out = set_aside.out(taken)
    upload = handed_in.find(settings, upload_id, out)
    files = upload.in_force(out)
    if not files:
        raise UploadError(f"上报 {upload.id} 已经撤销过了。")
    return upload, files


def _published(settings: Settings, progress: Progress | None) -> tuple[RefreshResult, list[dict[str, Any]]]:
    before = release.current(settings)
    result = refresh(settings, progress)
    after = release.current(settings)
    if before is None or after is None or before.id == after.id:
        return result, []
    if not result.published and result.outcome == "unchanged":
        # The watcher of a running `up` was faster.
        result = replace(result, published=True, reason=f"已发布 {after.id}。")
    return result, compare.kpi_changes(before.path, after.path)


def _take_out(settings: Settings, mine: Taken) -> None:
    with writer_lock(settings.home):
        set_aside.save(settings, tuple(one for one in set_aside.load(settings) if one != mine))
        tell_again(settings)


def _named(out: Collection[AsideFile], name: str) -> list[AsideFile]:
    """The files that a name means: a path before a name, a name before the beginning of a hash."""
    by_path = [one for one in out if one.file == name]
    by_name = [one for one in out if Path(one.file).name == Path(name).name]
    by_hash = [one for one in out if len(name) >= _SHORTEST_HASH and one.sha256.startswith(name)]
    found = by_path or by_name or by_hash
    if not found:
        listed = "、".join(one.file for one in out) or "无"
        raise AsideError(f"没有放在一边的文件 {name}。现在放在一边的：{listed}")
    return found
