"""What publishing some files, or an edited model, would change: a candidate is built aside and compared, nothing is published."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.build import candidate as building
from warehouse.build import origins
from warehouse.build.origins import Turn
from warehouse.front_door import offer
from warehouse.intake.folder import orphans, set_aside
from warehouse.intake.folder.set_aside import Taken
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.receipt import Receipt
from warehouse.refresh import Progress, release_base
from warehouse.releases import change_causes, compare, release, summary
from warehouse.releases.compare import Compared
from warehouse.releases.release import Release
from warehouse.releases.retention import PREVIEW
from warehouse.settings import Settings
from warehouse.system import scratch


@dataclass(frozen=True)
class Preview:
    """The receipts of the previewed files and what would change, compared with the release that stands.

    `turns` are the programmes that would no longer show demonstration records.
    """

    receipts: tuple[Receipt, ...]
    compared: Compared
    turns: tuple[Turn, ...] = ()

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Every KPI value or status that would change."""
        return self.compared.changes

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The document that `preview --json` prints."""
        return {
            "files": [receipt.as_json(language) for receipt in self.receipts],
            "origins": [turn.as_json(language) for turn in self.turns],
            "summary": summary.of(self.compared).as_json(),
            "changes": self.changes,
        }


def preview(
    settings: Settings,
    paths: Sequence[Path],
    programme: str | None = None,
    progress: Progress | None = None,
    is_confirmed: bool = False,
    is_signed: bool = False,
) -> Preview:
    """Build the seeds folder with these files added and compare with the current release; without files, the models as they are now.

    `is_confirmed` shows what a correction that loses more than half of its rows would do, were it confirmed. Raises
    BuildError when the candidate does not build, ReleaseError when there is no release to compare with.
    """
    say = progress or (lambda _: None)
    current = _current(settings)
    with _aside(settings) as aside, offer.opened(paths) as (files, refused), scratch.folder() as room:
        aside = replace(aside, links_to=(*aside.links_to, *(path.absolute() for path, _ in files), Path(room)))
        # Judged beside the copied memory, so that even a confirmation is forgotten with it.
        offers = offer.judged(
            replace(settings, home=aside.home), files, programme, is_confirmed, say, Path(room), is_signed
        )
        added = {label: one for one in offers if (label := _add(settings, aside, one)) is not None}
        intake = take_in(aside, lambda name, number, total: say(f"读入 {number}/{total} {name}"))
        compared, candidate = _compared(aside, current, say)
        taken = {receipt.file: receipt for receipt in intake.receipts}
        change_causes.add_rows(compared.changes, [label for label in added if label in taken], settings, aside)
        receipts = [
            *(
                orphans.with_told(
                    offer.with_first_said(taken.get(label, one.receipt), one.receipt), orphans.told_in(one.receipt)
                )
                for label, one in added.items()
            ),
            *(one.receipt for one in offers if one not in added.values()),
        ]
        turned = origins.turns(origins.shown(current.path), candidate)
        return Preview((*refused, *receipts), compared, turned)


def preview_without(settings: Settings, taken: Taken, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Every KPI value that would change if these files were set aside, as `preview` tells it; nothing is set aside.

    Raises as `preview` does.
    """
    say = progress or (lambda _: None)
    current = _current(settings)
    with _aside(settings) as aside:
        set_aside.save(aside, (*set_aside.load(aside), taken))
        take_in(aside, lambda name, number, total: say(f"读入 {number}/{total} {name}"))
        return _compared(aside, current, say)[0].changes


def _current(settings: Settings) -> Release:
    current = release.current(settings)
    if current is None:
        raise release.ReleaseError("还没有版本可以比较。请先运行 unionboard refresh。")
    return current


@contextlib.contextmanager
def _aside(settings: Settings) -> Iterator[Settings]:
    """The installation in a folder of its own, gone at the end. Beside the releases' disk, not in /tmp: a candidate may be as large."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=f"{PREVIEW}{os.getpid()}-", dir=settings.home) as folder:
        # Links in the folder aside lead to the dropped files, as far as those do not lead out of theirs.
        aside = replace(settings, seeds=Path(folder) / "seeds", home=Path(folder) / "home", links_to=(settings.seeds,))
        _copy_seeds(settings.seeds, aside.seeds)
        _copy_memory(settings, aside)
        yield aside


def _compared(aside: Settings, current: Release, say: Progress) -> tuple[Compared, Path]:
    """What was taken in aside, built and compared with the current release; with the candidate's path."""
    candidate = release.candidate_path(aside, building.DATABASE_FILE)
    built = building.build(aside, candidate, say, base=release_base(current))
    say("比较")
    return compare.compared(current.path, candidate, built.relations), candidate


def _add(settings: Settings, aside: Settings, one: offer.Offer) -> str | None:
    """Links an offered file into the folder aside; its label there, None when it does not go in."""
    if one.place is None or one.path is None:
        return None
    label = one.place.relative_to(settings.seeds)
    place = aside.seeds / label
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(one.path.absolute())
    return label.as_posix()


def _copy_seeds(seeds: Path, aside: Path) -> None:
    """Links to the dropped files; they are only read."""
    for path in seeds.rglob("*"):
        if path.is_file():
            link = aside / path.relative_to(seeds)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    aside.mkdir(parents=True, exist_ok=True)


def _copy_memory(settings: Settings, aside: Settings) -> None:
    """What intake and build remember (first sight, rows already read, the compiled plan), so that only the added files are read.

    Landed rows and plans are never changed in place, so links to them will do.
    """
    for name in ("landing", "receipts", "ledger", "build", set_aside.FILE):
        if (settings.home / name).is_dir():
            linked = os.link if name in ("landing", "build") else shutil.copy2
            shutil.copytree(settings.home / name, aside.home / name, copy_function=linked)
        elif (settings.home / name).is_file():
            aside.home.mkdir(parents=True, exist_ok=True)
            shutil.copy2(settings.home / name, aside.home / name)
