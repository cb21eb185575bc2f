"""Judge files as a refresh would, and write nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from warehouse.front_door import offer
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings
from warehouse.system import scratch


def check(
    settings: Settings, paths: Sequence[Path], programme: str | None, progress: Callable[[str], None]
) -> list[Receipt]:
    """One receipt a file; folders and ZIP archives are searched for files. Junk such as .DS_Store is not listed."""
    with offer.opened(paths) as (files, refused), scratch.folder() as room:
        offers = offer.judged(settings, files, programme, False, progress, Path(room))
        return [*refused, *(one.receipt for one in offers)]
