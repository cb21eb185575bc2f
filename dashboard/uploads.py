"""What somebody is about to hand in: the uploaded bytes in a folder of their own, forgotten when discarded."""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dashboard.jobs import Job
from warehouse import settings as warehouse_settings
from warehouse.access import rates, scopes
from warehouse.intake import privacy
from warehouse.system import copied, scratch

# Names that a disk takes; stranger ones are refused without being written.
LONGEST_NAME_BYTES = 240
# Files that were written a moment ago may still be growing; these are whole.
_AN_HOUR = 3600


def largest_mb() -> int:
    """How large one file may be."""
    return rates.UPLOAD_MB.most()


class Uploaded(Protocol):
    """A file as the page gets it."""

    @property
    def name(self) -> str:
        """What it was called where it came from."""
        ...

    @property
    def file_id(self) -> str:
        """What tells it from another of the same name."""
        ...

    def getvalue(self) -> bytes:
        """Its bytes."""
        ...


@dataclass
class Draft:
    """Uploaded files on their way: checked, previewed, and then accepted or discarded. The folder goes with the draft.

    `is_kept`: the page was left since, and with it what the browser held.
    """

    ids: tuple[str, ...]
    folder: "tempfile.TemporaryDirectory[str]"
    paths: dict[str, Path] = field(default_factory=dict)
    unsafe: list[str] = field(default_factory=list)
    check: Job | None = None
    preview: Job | None = None
    accept: Job | None = None
    is_confirmed: bool = False
    is_kept: bool = False

    def discard(self) -> None:
        """End what only looks, and forget the files."""
        for job in (self.check, self.preview):
            if job is not None:
                job.end()
                job.wait()
        self.folder.cleanup()


def begin(files: Sequence[Uploaded]) -> Draft:
    """Writes the files into a folder that only this process reads, and has them checked."""
    draft = Draft(tuple(file.file_id for file in files), scratch.folder())
    before = time.time() - _AN_HOUR
    for number, file in enumerate(files):
        name = Path(file.name.replace("\\", "/")).name
        if not name or "\0" in name or len(name.encode()) > LONGEST_NAME_BYTES:
            draft.unsafe.append(privacy.masked(file.name))
            continue
        path = Path(draft.folder.name) / str(number) / name
        path.parent.mkdir()
        path.write_bytes(file.getvalue())
        os.utime(path, (before, before))
        draft.paths[str(path)] = path
    if draft.paths:
        start_check(draft)
    return draft


def has_a_way() -> bool:
    """Whether files that are handed in here reach somebody: a copy hands them on, where it was told to whom."""
    copy = copied.load(warehouse_settings.load().home)
    return copy is None or copy.writer is not None


def may_offer() -> bool:
    """Whether whoever looks hands files in, or has a look at what files would do."""
    return scopes.current().allows(scopes.HAND_IN, scopes.PREVIEW)


def are_elsewhere() -> bool:
    """Whether dropped files lie at a writer that can be asked about them."""
    copy = copied.load(warehouse_settings.load().home)
    return copy is not None and copy.writer is not None


def start_check(draft: Draft) -> None:
    """Has the files judged."""
    draft.check = Job(["check", *draft.paths], may_be_ended=True)


def start_preview(draft: Draft) -> None:
    """Builds what would be published, beside what is."""
    draft.preview = Job(["preview", *draft.paths, *_confirmed(draft)], may_be_ended=True)


def start_accept(draft: Draft) -> None:
    """Hands the files in."""
    draft.accept = Job(["accept", *draft.paths, *_confirmed(draft)], may_be_ended=False)


def shown_name(draft: Draft, name: str) -> str:
    """What a receipt calls a file, without the folder it lies in for the moment."""
    return Path(name).name if name.startswith(draft.folder.name) else name


def bytes_of(draft: Draft, names: Sequence[str]) -> dict[str, Path]:
    """Where the files lie whose receipts bear these names; those inside a ZIP behind its path (`…/五月.zip/河南_….csv`)."""
    uploaded = {privacy.masked(path.name): path for path in draft.paths.values()}
    found = {}
    for name in names:
        outer, _, inside = name.partition("/")
        if outer in uploaded:
            found[name] = uploaded[outer] / inside
    return found


def fix_it(path: Path) -> bytes:
    """The fix-it workbook of a file (`bytes_of`), made in a process of its own. Raises ValueError with the reason when there is none."""
    with scratch.folder() as out:
        job = Job(["fix", str(path), "--out", out], may_be_ended=True).wait()
        written = (job.document or {}).get("workbook")
        if written is None:
            raise ValueError(job.said)
        return Path(written).read_bytes()


def _confirmed(draft: Draft) -> list[str]:
    return ["--replace"] if draft.is_confirmed else []
