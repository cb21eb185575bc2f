"""Goes back to an earlier release and stays there: what made the withdrawn ones is set aside until somebody decides.

Files are told by their bytes. What a withdrawn release brought besides files (models, lists, files that are gone) cannot be set
aside; a release that would publish it again waits for a word instead.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from warehouse.access import audit
from warehouse.intake import privacy, remembered
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import ROLLBACK, AsideFile, Taken
from warehouse.intake.folder.take_in import tell_again
from warehouse.intake.receipt import WAITING, Receipt
from warehouse.releases import held, release
from warehouse.releases.limits import Excess
from warehouse.releases.release import Release
from warehouse.settings import Settings
from warehouse.system import journal

WITHDRAWN = "withdrawn"
_NAMES_TOLD = 5

_log = logging.getLogger("unionboard.rollback")


def roll_back(settings: Settings, release_id: str | None = None, reason: str = "") -> tuple[Release, Taken | None]:
    """Point to a release, by default to the whole one before the current, and set aside what it does not hold.

    Going forward again to a withdrawn release lets its files in. Returns the release and what was taken back, None when nothing was.
    A kill in between is made good by `complete`. Call it under the writer's lock only. Raises ReleaseError as
    release.rollback_target does, and OSError when the list of what was set aside cannot be believed.
    """
    audit.check(settings)
    complete(settings)
    target = release.rollback_target(settings, release_id)
    named = release.current_id(settings)
    counted = release.files_counted(target)
    standing = tuple(_forward(one, target) for one in set_aside.let_in(set_aside.load(settings), counted.keys()))
    taken = _withdrawn(settings, named, target, counted, reason) if named is not None and target.id < named else None
    set_aside.save(settings, (*standing, *((taken,) if taken else ())))
    _move(settings, target.id)
    audit.record(settings, "release.roll_back", release=target.id, left=named, reason=taken.reason if taken else None)
    with journal.writing(settings.logs / "refresh.jsonl", "unionboard"):
        _log.info("rolled back", extra={"release": target.id, "taken_back": taken.as_json() if taken else None})
    return target, taken


def complete(settings: Settings) -> None:
    """Finish a rollback that was killed before the pointer moved. Call it under the writer's lock only."""
    for one in set_aside.load(settings):
        if one.is_moving and one.target is not None:
            # Somebody may have published in between, though no command does without completing first.
            _move(settings, one.target if release.current_id(settings) == one.release else release.current_id(settings))


def withdrawn_again(settings: Settings, project: str, receipts: Sequence[Receipt]) -> list[Excess]:
    """What a release built now would publish again of withdrawn ones besides files, and which rows of the target it would lose."""
    taken = set_aside.load(settings)
    out = set_aside.out(taken)
    found = []
    for one in taken:
        if one.kind != ROLLBACK or one.decided_at is not None:
            continue
        if one.project is not None and one.project == project:
            zh = f"模型或参考表还是撤回的版本 {one.release} 的样子（撤回原因：{one.said}）"
            en = f"models or reference lists are still those of the withdrawn release {one.release} ({one.said})"
            found.append(_excess("models", zh, en))
        there = {receipt.file: receipt.sha256 for receipt in receipts if receipt.status != WAITING or receipt.sha256}
        gone = [
            file.file
            for file in one.missing
            if file.sha256 not in there.values() and (file.file not in there or there[file.file] in out)
        ]
        if gone:
            names = "、".join(gone[:_NAMES_TOLD]) + (f"等 {len(gone)} 个" if len(gone) > _NAMES_TOLD else "")
            zh = f"版本 {one.target} 里的文件在文件夹里已被改写或删除，发布就会少掉它们的数：{names}。请把原文件放回去，或交改正后的文件"
            en = f"files of release {one.target} were overwritten or removed, and publishing would lose their numbers: {names}"
            found.append(_excess("files", zh, en))
    return found


def _withdrawn(
    settings: Settings, named: str, target: Release, counted: Mapping[str, str], reason: str
) -> Taken | None:
    """What is taken back by going from the release `named` back to `target`."""
    going = [one for one in _lineage(settings, named) if one.id > target.id]
    files: dict[str, str] = {}
    for one in going:
        files = {**_files_of(settings, one), **files}
    left = _files_of(settings, going[0]) if going else {}
    project = going[0].manifest.get("project") if going else None
    return Taken(
        kind=ROLLBACK,
        at=set_aside.now(),
        reason=privacy.masked(reason.strip()),
        release=named,
        target=target.id,
        releases=tuple(one.id for one in going) or (named,),
        files=_listed({sha256: name for sha256, name in files.items() if sha256 not in counted}),
        project=project if project != target.manifest.get("project") else None,
        missing=_listed({sha256: name for sha256, name in counted.items() if sha256 not in left}) if going else (),
        is_moving=True,
    )


def _lineage(settings: Settings, release_id: str) -> list[Release]:
    """A release and those it was built upon, newest first, as far as they are on disk."""
    known = {one.id: one for one in release.list_releases(settings)}
    found = []
    name: str | None = release_id
    while name in known and known[name] not in found:
        found.append(known[name])
        name = known[name].manifest.get("previous")
    return found


def _files_of(settings: Settings, one: Release) -> dict[str, str]:
    """The files that a release counts; of a damaged one, those that were read last."""
    try:
        return release.files_counted(one)
    except duckdb.Error:
        return {entry.sha256: entry.receipt.file for entry in remembered.load_all(settings) if entry.submissions}


def _listed(files: Mapping[str, str]) -> tuple[AsideFile, ...]:
    return tuple(AsideFile(name, sha256) for sha256, name in sorted(files.items(), key=lambda item: (item[1], item[0])))


def _forward(one: Taken, target: Release) -> Taken:
    """What is left of an earlier taking back once the pointer stands on `target`."""
    if one.kind != ROLLBACK or target.id not in one.releases:
        return one
    rest = tuple(name for name in one.releases if name > target.id)
    return replace(one, releases=rest, decided_at=one.decided_at if rest else set_aside.now())


def _move(settings: Settings, release_id: str | None) -> None:
    if release_id is not None:
        release.point_to(settings, release_id)
    # It was compared with the release that was left.
    held.discard(settings)
    tell_again(settings)
    set_aside.save(settings, tuple(replace(one, is_moving=False) for one in set_aside.load(settings)))


def _excess(subject: str, zh: str, en: str) -> Excess:
    return Excess(WITHDRAWN, "", subject, "", 0, 0, 0, zh, en)
