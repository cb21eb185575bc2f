"""Judge files as a refresh would, and write nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from warehouse.intake import judge
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings


def check(
    settings: Settings, paths: Sequence[Path], programme: str | None, progress: Callable[[str], None]
) -> list[Receipt]:
    """One receipt a file; folders are searched for files. Junk such as .DS_Store is not listed."""
    receipts = []
    for path in paths:
        for file in _files(path):
            progress(f"检查 {file}")
            judgement = judge(file, settings, programme)
            if judgement is not None:
                receipts.append(judgement.receipt)
    return receipts


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
