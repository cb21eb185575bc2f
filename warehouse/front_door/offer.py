"""Files that somebody offers, ZIP archives opened: each judged, with the place in the seeds folder where it would lie."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.access import own_unit
from warehouse.access.own_unit import OwnUnit
from warehouse.front_door import archive
from warehouse.intake import apart, decode, filename, messages, privacy, reference, remembered
from warehouse.intake.apart import Offered
from warehouse.intake.files import problem_of
from warehouse.intake.folder import orphans
from warehouse.intake.folder.context import doubled
from warehouse.intake.folder.one_file import judge_alone
from warehouse.intake.folder.take_in import confirm_replacement
from warehouse.intake.folder.together import Folder
from warehouse.intake.judge import Judgement, label_of
from warehouse.intake.note import Note
from warehouse.intake.receipt import ACCEPTED, REFUSED, WAITING, Message, Receipt, message_of, refusal_of
from warehouse.intake.remembered import Remembered
from warehouse.settings import Settings
from warehouse.system import scratch

Say = Callable[[str], None]

# What was unpacked a moment ago is whole; an old date keeps the intake from waiting for more of it.
_AN_HOUR = 3600
_NAMES_TOLD = 10
_FIRST_SAID = frozenset({"D88", "D120"})


@dataclass(frozen=True)
class Offer:
    """One offered file: its bytes, what became of it, and its place below the seeds folder, None when it does not go in.

    `waits_for`: it is published once somebody signs who may for all these regions; None where nobody has to. `keys` name what it reports,
    so that whatever corrects it is known.
    """

    path: Path | None
    receipt: Receipt
    place: Path | None = None
    waits_for: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()

    @property
    def is_in_place(self) -> bool:
        """Whether the file lies there already."""
        return self.place is not None and self.path is not None and self.place == self.path


@contextlib.contextmanager
def opened(paths: Sequence[Path]) -> Iterator[tuple[list[tuple[Path, str]], list[Receipt]]]:
    """The files behind some paths, with what to call each: folders searched, archives unpacked until the block ends.

    The receipts are of archives, or entries of archives, that were refused.
    """
    with contextlib.ExitStack() as stack:
        files: list[tuple[Path, str]] = []
        refused: list[Receipt] = []
        for path in paths:
            for file, homes in _files(path):
                problem = problem_of(file, homes)
                if problem is not None:
                    refused.append(refusal_of(problem, label_of(file), None))
                    continue
                if file.is_dir():
                    continue
                if not archive.is_archive(file):
                    files.append((file, label_of(file)))
                    continue
                folder = stack.enter_context(scratch.folder())
                found, receipts = archive.unpack(file, Path(folder))
                refused += receipts
                for unpacked in found:
                    before = time.time() - _AN_HOUR
                    os.utime(unpacked.path, (before, before))
                    files.append((unpacked.path, unpacked.label))
        yield files, refused


class NoMemberError(Exception):
    """A name that no file of an archive bears, or several do; the message says which names there are."""


@contextlib.contextmanager
def one_of(path: Path) -> Iterator[Path | None]:
    """The one file that a path names: itself, or, behind the path of a ZIP, a file inside (`报表.zip/五月/河南_….csv`).

    The name inside may be written as the receipt has it, or without its folders, and left out where the archive holds one
    file only. None when there is nothing at the path. Raises NoMemberError where no file, or more than one, is meant.
    """
    outer = next((place for place in (path, *path.parents) if place.is_file()), None)
    if outer is None or not archive.is_archive(outer):
        yield path if outer == path else None
        return
    with opened([outer]) as (files, _):
        inside = {label.removeprefix(f"{privacy.masked(outer.name)}/"): file for file, label in files}
        wanted = privacy.masked(path.relative_to(outer).as_posix()) if path != outer else ""
        meant = [name for name in inside if wanted in ("", name, Path(name).name)]
        # The whole name counts before a name that only ends like it.
        meant = [wanted] if wanted in inside else meant
        if len(meant) != 1:
            names = "、".join(list(inside)[:_NAMES_TOLD]) + ("……" if len(inside) > _NAMES_TOLD else "")
            said = f"压缩包里没有“{wanted}”" if wanted and not meant else "压缩包里有多个文件，请写明是哪一个"
            raise NoMemberError(
                f"{said}：{privacy.masked(outer.name)}/文件名；里面有：{names or '（没有可收的文件）'}。"
            )
        yield inside[meant[0]]


@dataclass(frozen=True)
class _Placed:
    """A file that may go in: its position among the offers, and how it would be remembered at its place."""

    position: int
    place: Path
    entry: Remembered


def judged(
    settings: Settings,
    files: Sequence[tuple[Path, str]],
    programme: str | None,
    is_confirmed: bool,
    say: Say,
    room: Path,
    is_signed: bool = False,
) -> list[Offer]:
    """Each file judged as a refresh would, beside what is in and what is offered with it, and placed if it goes in.

    What goes in is what may be kept: where that is not the file as it came, it lies in `room`, written anew (D120).
    `is_confirmed`: corrections that lose more than half are meant (D76). Writes nothing but the confirmations. Junk such as
    .DS_Store is not listed. `is_signed`: a second person has signed, and whose units they are was asked when they were handed in.
    """
    own = None if is_signed else own_unit.of_this_command()
    countersigned = reference.load(settings.reference).countersigned if own is not None else frozenset()
    offers: list[Offer] = []
    placed: list[_Placed] = []
    seen: dict[str, str] = {}
    folder = Folder.remembered(settings)
    for number, (path, label) in enumerate(files):
        say(f"检查 {Path(label).name}")
        found = _judged(path, settings, programme, room / str(number))
        if found is None:
            continue
        judgement = found.judgement
        receipt = replace(judgement.receipt, file=label)
        offers.append(Offer(path, receipt))
        its_programme = receipt.programme
        if receipt.status in (REFUSED, WAITING) or its_programme is None:
            continue
        path, judgement, left_out = _kept(path, found, settings, programme)
        receipt = _with_kept(replace(judgement.receipt, file=label), left_out)
        offers[-1] = Offer(path, receipt)
        if left_out is not None and left_out.severity == messages.REFUSE:
            continue
        sha256 = decode.digest(path)[0]
        if sha256 in seen:
            offers[-1] = Offer(path, _repeated(receipt, seen[sha256]))
            continue
        seen[sha256] = label
        double = folder.double_of(sha256, _label(path.absolute(), settings))
        if double is not None:
            offers[-1] = Offer(path, doubled(receipt, double, folder))
            continue
        place = _place(settings, path, its_programme, sha256, {one.place for one in placed})
        # The correction mark of the name it will bear decides what it replaces.
        correction = filename.correction_of(place.name)
        told = replace(judgement, receipt=receipt)
        entry = remembered.offered(told, sha256, _label(place, settings), correction, settings)
        if (foreign := _foreign(entry, own)) is not None:
            offers[-1] = Offer(path, _not_for(receipt, foreign))
            continue
        if own is not None and its_programme in countersigned:
            keys = tuple(sorted({json.dumps(one.key, ensure_ascii=False) for one in entry.submissions}))
            offers[-1] = Offer(path, receipt, waits_for=_regions(entry) or own.regions or (), keys=keys)
        placed.append(_Placed(len(offers) - 1, place, entry))
    for one, receipt in _together(placed, folder, is_confirmed, offers, settings):
        before = offers[one.position]
        goes_in = receipt.status != REFUSED
        receipt = replace(receipt, file=before.receipt.file)
        if goes_in and before.waits_for is not None:
            receipt = replace(receipt, messages=(message_of(Note("D126"), None, None), *receipt.messages))
        offers[one.position] = replace(before, receipt=receipt, place=one.place if goes_in else None)
    return offers


def _together(
    placed: Sequence[_Placed], folder: Folder, is_confirmed: bool, offers: Sequence[Offer], settings: Settings
) -> list[tuple[_Placed, Receipt]]:
    """The receipts of files that may go in, judged beside each other and beside the folder (D75–D79, D101, D105)."""
    if not placed:
        return []
    entries = [one.entry for one in placed]
    confirmed: frozenset[str] = frozenset()
    together = folder.with_offered(entries, settings)
    while is_confirmed and (new := [one for one in placed if one.entry.receipt.file in together.stands.shrunken]):
        for one in new:
            path = offers[one.position].path
            assert path is not None
            confirm_replacement(path, settings)
        confirmed |= {one.entry.sha256 for one in new}
        together = folder.with_offered(entries, settings, confirmed)
    others = folder.without({entry.receipt.file for entry in entries})
    waiting = orphans.told_before_publishing(entries, others, together.stands, settings)
    return [
        (one, orphans.with_told(together.final(one.entry.receipt), waiting.get(one.entry.receipt.file, ())))
        for one in placed
    ]


def _judged(path: Path, settings: Settings, programme: str | None, room: Path) -> Offered | None:
    """A file by itself; what may be kept of it in `room`, except of what lies in the seeds folder and is nobody's to edit."""
    if path.absolute().is_relative_to(settings.seeds):
        judgement = judge_alone(path, settings, programme)
        return None if judgement is None else Offered(judgement)
    room.mkdir()
    return apart.offered(path, label_of(path), settings, programme, room)


def _kept(
    path: Path, found: Offered, settings: Settings, programme: str | None
) -> tuple[Path, Judgement, Message | None]:
    """What may be kept of a file, judged anew, and the message that says what was left out; the file itself where that is all of it."""
    judgement, kept = found.judgement, found.kept
    if kept is None and not found.is_kept_failed:
        return path, judgement, None
    if kept is not None:
        before = time.time() - _AN_HOUR
        os.utime(kept.path, (before, before))
        again = judge_alone(kept.path, settings, programme or judgement.receipt.programme)
        if again is not None and _is_same(judgement, again):
            return kept.path, again, message_of(kept.note, None, None)
    note = Note("D120.failed", {"what_zh": "个人信息或附加内容", "what_en": "personal data or added parts"})
    return path, judgement, message_of(note, None, None)


def _is_same(first: Judgement, again: Judgement) -> bool:
    """Whether the same rows are taken in."""
    if first.frame is None or again.frame is None:
        return first.receipt.status == again.receipt.status
    return first.frame.equals(again.frame) and len(first.zero_reports) == len(again.zero_reports)


def _with_kept(receipt: Receipt, told: Message | None) -> Receipt:
    """A receipt that says what was left out of the file (D120)."""
    if told is None:
        return receipt
    listed = (told, *receipt.messages)
    if told.severity != messages.REFUSE:
        return replace(receipt, messages=listed)
    lost = receipt.rows_in - receipt.rows_ignored
    return replace(receipt, messages=listed, status=REFUSED, rows_accepted=0, rows_quarantined=lost)


def _label(place: Path, settings: Settings) -> str:
    """By what name the receipts of the folder know a file; its own path where it lies outside."""
    inside = place.relative_to(settings.seeds).as_posix() if place.is_relative_to(settings.seeds) else str(place)
    return privacy.masked(inside)


def with_first_said(final: Receipt, first: Receipt) -> Receipt:
    """A receipt with what only the file as it came shows: what was left out of it, and which of its sheets was read."""
    listed = {message.code for message in final.messages}
    told = tuple(one for one in first.messages if one.code in _FIRST_SAID and one.code not in listed)
    return replace(final, messages=(*told, *final.messages))


def next_correction(folder: Path, name: str, suffix: str | None = None, others: Sequence[Path] = ()) -> str:
    """The name that a further correction of a file bears: with the correction mark after the highest in the folder."""
    bare = filename.without_mark(name)
    names = [path.name for path in (*(folder.iterdir() if folder.is_dir() else ()), *others)]
    marks = [filename.correction_of(other) for other in (*names, name) if filename.without_mark(other) == bare]
    return f"{bare}_更正{max(marks) + 1}{suffix if suffix is not None else Path(name).suffix}"


def _place(settings: Settings, path: Path, programme: str, sha256: str, taken: Set[Path]) -> Path:
    """Where the file goes. Another file of its name is never overwritten: the newcomer is its correction and named so."""
    absolute = path.absolute()
    if absolute.is_relative_to(settings.seeds):
        return absolute
    place = settings.seeds / programme / filename.readable(path.name)
    if place in taken:
        return place.with_name(next_correction(place.parent, place.name, others=sorted(taken)))
    if not place.exists() or decode.digest(place)[0] == sha256:
        return place
    return place.with_name(next_correction(place.parent, place.name, others=sorted(taken)))


def _regions(entry: Remembered) -> tuple[str, ...]:
    """The regions that a file reports about, as its rows say."""
    return tuple(sorted({region for one in entry.submissions for _, region in one.regions or {} if region}))


def _foreign(entry: Remembered, own: OwnUnit | None) -> str | None:
    """Units in a file for which whoever hands it in may not report; None where all is well."""
    if own is None:
        return None
    there = [(one.reporting_unit, region) for one in entry.submissions for _, region in (one.regions or {("", ""): 0})]
    foreign = own.foreign(there)
    return "、".join(foreign[:_NAMES_TOLD]) if foreign else None


def _not_for(receipt: Receipt, units: str) -> Receipt:
    """The whole file is refused: what is one's own in it can be handed in by itself."""
    message = message_of(Note("D125", {"units": units}), None, None)
    return replace(
        receipt, status=REFUSED, rows_accepted=0, rows_ignored=receipt.rows_in - receipt.rows_quarantined,
        messages=(message, *receipt.messages),
    )  # fmt: skip


def _repeated(receipt: Receipt, first: str) -> Receipt:
    """The same bytes twice in one offer count once."""
    now = time.strftime("%Y-%m-%d %H:%M")
    message = message_of(Note("D74", {"t": now, "file": Path(first).name}), None, None)
    return replace(
        receipt, status=ACCEPTED, rows_in=0, rows_accepted=0, rows_quarantined=0, rows_ignored=0, messages=(message,)
    )


def _files(path: Path) -> list[tuple[Path, list[Path] | None]]:
    """The file itself, or what lies in a folder, each with where links may lead: out of a folder they may not, named by hand anywhere."""
    if not path.is_dir():
        return [(path, None)]
    found = (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())
    return [(one, [path.resolve()]) for one in sorted(found) if not filename.is_junk(filename.readable(one.name))]
