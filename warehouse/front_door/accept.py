"""Takes offered files in: judged, put into the seeds folder whole or not at all, and published by a refresh."""

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.access import audit
from warehouse.build import origins
from warehouse.build.origins import Turn
from warehouse.front_door import handed_in, offer, waiting
from warehouse.front_door.offer import Offer
from warehouse.front_door.waiting import Waiting
from warehouse.intake import decode, privacy
from warehouse.intake.folder import orphans
from warehouse.intake.receipt import REFUSED, WAITING, Receipt
from warehouse.refresh import Progress, RefreshResult, refresh
from warehouse.releases import in_use, release
from warehouse.settings import Settings
from warehouse.system import durable, scratch
from warehouse.system.durable import sync

# Names that begin with a dot are nobody's submission: neither intake nor watcher looks at them.
_TEMPORARY = ".accept-"
_STALE_SECONDS = 3600


REFUSED_OFFERS = "refused_offers.json"
_REFUSED_KEPT = 500


@dataclass(frozen=True)
class Acceptance:
    """What became of the offered files, and of the refresh that followed; `turns` as of a preview."""

    offered: tuple[Receipt, ...]
    result: RefreshResult
    turns: tuple[Turn, ...] = ()

    @property
    def exit_code(self) -> int:
        """As `refresh`: 1 nothing published because it failed, 2 some file or row was refused, else 0."""
        is_refused = any(one.status in (REFUSED, WAITING) or one.rows_quarantined for one in self.offered)
        return 2 if self.result.exit_code == 0 and is_refused else self.result.exit_code

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The document of `refresh --json`, the offered files first and named in `offered`; with the `origins` of `preview --json`."""
        names = [receipt.file for receipt in self.offered]
        rest = [receipt for receipt in self.result.receipts if receipt.file not in names]
        listed = [receipt.as_json(language) for receipt in (*self.offered, *rest)]
        turned = [turn.as_json(language) for turn in self.turns]
        return {**self.result.as_json(), "files": listed, "offered": names, "origins": turned}


def accept(
    settings: Settings,
    paths: Sequence[Path],
    programme: str | None = None,
    is_confirmed: bool = False,
    progress: Progress | None = None,
    signed: Waiting | None = None,
) -> Acceptance:
    """Files that are refused stay where they are; the others are copied in and published, or wait for a second person's word.

    `is_confirmed` says that corrections which lose more than half of their rows are meant, and what they do to the release;
    `signed` is what a second person has just signed.
    When nothing can be published the copies are taken out again; a release that waits for a word keeps them. Raises
    OSError when the disk does not take a file, InUseError when another program has the release open for writing.
    """
    say = progress or (lambda _: None)
    audit.check(settings)
    in_use.check(settings)
    before = release.current_id(settings)
    standing = release.current(settings)
    was_shown = origins.shown(standing.path) if standing is not None else {}
    with offer.opened(paths) as (files, refused), scratch.folder() as room:
        offers = offer.judged(settings, files, programme, is_confirmed, say, Path(room), is_signed=signed is not None)
        waits = [one for one in offers if one.waits_for is not None and one.place is not None]
        put = waiting.put_aside(settings, waits, is_confirmed) if waits else []
        aside = dict(zip(map(id, waits), put, strict=True))
        offers = [aside[id(one)][0] if id(one) in aside else one for one in offers]
        copied = _put_in(offers, settings)
    _remember_refused(settings, [*refused, *(one.receipt for one in offers if one.receipt.status == REFUSED)])
    upload = None
    try:
        upload = handed_in.remember(settings, [_named(one, settings) for one in offers if one.place in copied])
        result = refresh(settings, say, confirm=is_confirmed)
    except Exception:
        _take_out(copied)
        handed_in.forget(settings, upload)
        raise
    if result.outcome == "failed":
        _take_out(copied)
        handed_in.forget(settings, upload)
        result = replace(result, reason=f"{result.reason}（交来的文件没有留在数据文件夹里）")
    elif not result.published and result.release != before:
        # The watcher of a running `up` was faster; what it published holds these files.
        result = replace(result, published=True, reason=f"已发布 {result.release}。")
    if put:
        result = replace(result, reason=f"{len(put)} 个文件已交来，在等本省另一个人会签，签了才发布。{result.reason}")
    finals = (*refused, *(_final(one, settings, result) for one in offers))
    if signed is None:
        _record(settings, upload, finals, result, [name for _, name in put])
    return Acceptance(finals, result, _turns(was_shown, settings, result))


def _record(
    settings: Settings,
    upload: handed_in.Upload | None,
    finals: Sequence[Receipt],
    result: RefreshResult,
    waits: Sequence[str],
) -> None:
    is_in = upload is not None or bool(waits)
    outcome = audit.FAILED if result.outcome == "failed" else audit.DONE if is_in else audit.REFUSED
    files = [f"{privacy.masked(Path(one.file).name)} {one.status}" for one in finals]
    audit.record(
        settings,
        "files.hand_in",
        outcome,
        upload=upload.id if upload else None,
        release=result.release if result.published else None,
        files=files,
        waits=list(waits) or None,
    )


def refused_offers(settings: Settings) -> list[dict[str, Any]]:
    """Files that were offered and refused, the latest last: at, file, and the rest of the receipt."""
    try:
        found: list[dict[str, Any]] = json.loads((settings.receipts / REFUSED_OFFERS).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    return found


def _put_in(offers: Sequence[Offer], settings: Settings) -> list[Path]:
    """Copies what goes in: all bytes first, under names nobody looks at, then all names at once, so that one refresh sees them."""
    copies: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    _remove_stale(settings.seeds)
    try:
        for number, one in enumerate(offers):
            if one.place is None or one.path is None or one.is_in_place or one.place.exists():
                continue
            one.place.parent.mkdir(parents=True, exist_ok=True)
            temporary = one.place.with_name(f"{_TEMPORARY}{os.getpid()}-{number}.tmp")
            copies.append((temporary, one.place))
            shutil.copyfile(one.path, temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        for temporary, place in copies:
            _give_name(temporary, place)
            placed.append(place)
        for folder in {place.parent for place in placed}:
            sync(folder)
    except FileExistsError as error:
        _undo(copies, placed)
        raise FileExistsError(error.errno, "数据文件夹里刚刚出现了同名文件，请再试一次", error.filename2) from None
    except BaseException:
        _undo(copies, placed)
        raise
    return placed


def _named(one: Offer, settings: Settings) -> tuple[str, str]:
    """What receipts call a file that was put in, and its SHA-256."""
    if one.place is None:
        raise ValueError(one.receipt.file)
    return privacy.masked(one.place.relative_to(settings.seeds).as_posix()), one.receipt.sha256 or decode.digest(
        one.place
    )[0]


def _give_name(temporary: Path, place: Path) -> None:
    """Unlike a rename, a link fails where somebody has put a file of this name in the meantime."""
    try:
        os.link(temporary, place)
    except FileExistsError:
        raise
    except OSError:
        # A disk without hard links.
        os.rename(temporary, place)
    temporary.unlink(missing_ok=True)


def _undo(copies: Sequence[tuple[Path, Path]], placed: Sequence[Path]) -> None:
    _take_out([*(temporary for temporary, _ in copies), *placed])


def _take_out(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _remove_stale(seeds: Path) -> None:
    """What a killed process left behind."""
    for path in seeds.glob(f"*/{_TEMPORARY}*.tmp"):
        if time.time() - path.stat().st_mtime > _STALE_SECONDS:
            path.unlink(missing_ok=True)


def _final(one: Offer, settings: Settings, result: RefreshResult) -> Receipt:
    """The receipt after the refresh, which also knows the other files and, once they are published, the warehouse."""
    if one.place is None:
        return one.receipt
    label = one.place.relative_to(settings.seeds).as_posix()
    final = next((receipt for receipt in result.receipts if receipt.file == label), one.receipt)
    final = offer.with_first_said(final, one.receipt)
    return final if result.published else orphans.with_told(final, orphans.told_in(one.receipt))


def _turns(was_shown: Mapping[str, str], settings: Settings, result: RefreshResult) -> tuple[Turn, ...]:
    """What the new release turns, or the candidate that waits for a word."""
    if result.held is not None:
        return origins.turns(was_shown, result.held.path)
    now = release.current(settings) if result.published else None
    return origins.turns(was_shown, now.path) if now is not None else ()


def _remember_refused(settings: Settings, receipts: Sequence[Receipt]) -> None:
    """Keeps that a file came and was refused, so that its sender is not taken for silent."""
    if not receipts:
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    names = {Path(receipt.file).name for receipt in receipts}
    kept = [entry for entry in refused_offers(settings) if entry["file"] not in names]
    kept += [{"at": at, **receipt.as_json(), "file": Path(receipt.file).name} for receipt in receipts]
    settings.receipts.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept[-_REFUSED_KEPT:], ensure_ascii=False)
    durable.write_text(settings.receipts / REFUSED_OFFERS, text)
