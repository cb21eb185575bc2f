"""What publishing some files, or an edited model, would change: a candidate is built aside and compared, nothing is published."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse import build as building
from warehouse import compare, release
from warehouse.intake import take_in
from warehouse.intake.receipt import Receipt
from warehouse.refresh import Progress
from warehouse.retention import PREVIEW
from warehouse.settings import Settings


@dataclass(frozen=True)
class Preview:
    """The receipts of the previewed files and every KPI value that would change, largest relative change first."""

    receipts: tuple[Receipt, ...]
    changes: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The document that `preview --json` prints."""
        return {"files": [receipt.as_json() for receipt in self.receipts], "changes": self.changes}


def preview(
    settings: Settings, paths: Sequence[Path], programme: str | None = None, progress: Progress | None = None
) -> Preview:
    """Build the seeds folder with these files added and compare with the current release; without files, the models as they are now.

    Raises BuildError when the candidate does not build, ReleaseError when there is no release to compare with.
    """
    say = progress or (lambda _: None)
    current = release.current(settings)
    if current is None:
        raise release.ReleaseError("还没有版本可以比较。请先运行 unionboard refresh。")
    # Beside the releases' disk, not in /tmp: a candidate may be as large as a release.
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{PREVIEW}{os.getpid()}-", dir=settings.home) as folder:
        aside = replace(settings, seeds=Path(folder) / "seeds", home=Path(folder) / "home")
        _copy_seeds(settings.seeds, aside.seeds)
        added = {_add(aside, path, programme) for path in paths}
        _copy_memory(settings, aside)
        intake = take_in(aside, lambda name, number, total: say(f"读入 {number}/{total} {name}"))
        candidate = release.candidate_path(aside, building.DATABASE_FILE)
        building.build(aside, candidate, lambda node: say(f"构建 {node}"))
        release.seal(candidate)
        receipts = tuple(receipt for receipt in intake.receipts if receipt.file in added)
        return Preview(receipts, compare.kpi_changes(current.path, candidate))


def place_of(settings: Settings, path: Path, programme: str | None) -> Path:
    """Where in the seeds folder a file belongs: its programme's folder, under its own name."""
    from warehouse.intake import judge

    if programme is None:
        judgement = judge(path, settings, None)
        programme = judgement.receipt.programme if judgement is not None else None
    return settings.seeds / (programme or "") / path.name


def _add(aside: Settings, path: Path, programme: str | None) -> str:
    place = place_of(aside, path, programme)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    shutil.copy2(path, place)
    return str(place.relative_to(aside.seeds))


def _copy_seeds(seeds: Path, aside: Path) -> None:
    """Links to the dropped files; they are only read."""
    for path in seeds.rglob("*"):
        if path.is_file():
            link = aside / path.relative_to(seeds)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    aside.mkdir(parents=True, exist_ok=True)


def _copy_memory(settings: Settings, aside: Settings) -> None:
    """What intake remembers (first sight, rows already read), so that only the added files are read."""
    for name in ("landing", "receipts", "ledger"):
        if (settings.home / name).is_dir():
            shutil.copytree(settings.home / name, aside.home / name)
        elif (settings.home / name).is_file():
            aside.home.mkdir(parents=True, exist_ok=True)
            shutil.copy2(settings.home / name, aside.home / name)
