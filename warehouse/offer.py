"""Files that somebody offers, ZIP archives opened: each judged, with the place in the seeds folder where it would lie."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse import archive, orphans, scratch
from warehouse.intake import Judgement, confirm_replacement, decode, filename, judge, privacy
from warehouse.intake.files import problem_of
from warehouse.intake.judge import label_of
from warehouse.intake.note import Note
from warehouse.intake.receipt import ACCEPTED, REFUSED, WAITING, Message, Receipt, message_of, refusal_of
from warehouse.settings import Settings

Say = Callable[[str], None]

# What was unpacked a moment ago is whole; an old date keeps the intake from waiting for more of it.
_AN_HOUR = 3600
_NAMES_TOLD = 10


@dataclass(frozen=True)
class Offer:
    """One offered file: its bytes, what became of it, and its place below the seeds folder, None when it does not go in."""

    path: Path | None
    receipt: Receipt
    place: Path | None = None

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


def judged(
    settings: Settings, files: Sequence[tuple[Path, str]], programme: str | None, is_confirmed: bool, say: Say
) -> list[Offer]:
    """Each file judged, and placed if it goes in. `is_confirmed`: corrections that lose more than half are meant (D76).

    Rows whose parent is neither landed nor offered with them are told (D101). Writes nothing but the confirmations. Junk such as
    .DS_Store is not listed.
    """
    offers: list[Offer] = []
    rows: list[orphans.OfferedRows | None] = []
    seen: dict[str, str] = {}
    taken: set[Path] = set()
    for path, label in files:
        say(f"检查 {Path(label).name}")
        judgement = judge(path, settings, programme)
        if judgement is None:
            continue
        receipt = replace(judgement.receipt, file=label)
        is_refused = receipt.status == REFUSED and not _is_shrunken(receipt)
        if is_refused or receipt.status == WAITING or receipt.programme is None:
            offers.append(Offer(path, receipt))
            continue
        sha256 = receipt.sha256 or decode.digest(path)[0]
        if sha256 in seen:
            offers.append(Offer(path, _repeated(receipt, seen[sha256])))
            continue
        seen[sha256] = label
        if any(message.code == "D74" for message in receipt.messages):
            offers.append(Offer(path, receipt))
            continue
        place = _place(settings, path, receipt.programme, sha256, taken)
        judgement = _judge_under(place.name, settings, path, judgement, is_confirmed)
        receipt = replace(judgement.receipt, file=label)
        if receipt.status == REFUSED:
            offers.append(Offer(path, receipt))
            continue
        taken.add(place)
        offers.append(Offer(path, receipt, place))
        rows.append(orphans.offered_rows(judgement, sha256, _label(place, settings), settings))
    told = orphans.told_before_publishing([one for one in rows if one is not None], settings)
    return [_with_told(one, told, settings) for one in offers]


def _label(place: Path, settings: Settings) -> str:
    return privacy.masked(place.relative_to(settings.seeds).as_posix())


def _with_told(one: Offer, told: Mapping[str, Sequence[Message]], settings: Settings) -> Offer:
    found = told.get(_label(one.place, settings), ()) if one.place is not None else ()
    return replace(one, receipt=orphans.with_told(one.receipt, found)) if found else one


def next_correction(folder: Path, name: str, suffix: str | None = None, others: Sequence[Path] = ()) -> str:
    """The name that a further correction of a file bears: with the correction mark after the highest in the folder."""
    bare = filename.without_mark(name)
    names = [path.name for path in (*(folder.iterdir() if folder.is_dir() else ()), *others)]
    marks = [filename.correction_of(other) for other in (*names, name) if filename.without_mark(other) == bare]
    return f"{bare}_更正{max(marks) + 1}{suffix if suffix is not None else Path(name).suffix}"


def _judge_under(name: str, settings: Settings, path: Path, found: Judgement, is_confirmed: bool) -> Judgement:
    """The file judged under the name it will bear, because the correction mark decides what it replaces."""
    if name == path.name and not (is_confirmed and _is_shrunken(found.receipt)):
        return found
    with scratch.folder() as folder:
        link = Path(folder) / name
        link.symlink_to(path.absolute())
        judgement = judge(link, settings, found.receipt.programme)
        if judgement is not None and is_confirmed and _is_shrunken(judgement.receipt):
            confirm_replacement(link, settings)
            judgement = judge(link, settings, found.receipt.programme)
    if judgement is None:
        raise ValueError(f"{name} is no submission")
    return judgement


def _is_shrunken(receipt: Receipt) -> bool:
    return receipt.status == REFUSED and any(message.code == "D76" for message in receipt.messages)


def _place(settings: Settings, path: Path, programme: str, sha256: str, taken: set[Path]) -> Path:
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
