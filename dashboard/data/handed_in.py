"""The last uploads and what became of them."""

from dataclasses import dataclass
from itertools import islice

from dashboard.data import sight
from warehouse import settings as warehouse_settings
from warehouse.front_door import handed_in
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import AsideFile


@dataclass(frozen=True)
class RecentUpload:
    """One upload: its id, when it came, its files, and those of them that are in or out."""

    id: str
    when: str
    inside: tuple[AsideFile, ...]
    outside: tuple[AsideFile, ...]


def recent(most: int) -> tuple[RecentUpload, ...]:
    """The latest uploads whose files lie in the seeds folder, the latest first."""
    settings = warehouse_settings.load()
    try:
        out = set_aside.out(set_aside.load(settings))
    except OSError:
        return ()
    own = (one for one in handed_in.uploads(settings) if all(sight.is_own_file(file.file) for file in one.files))
    return tuple(
        RecentUpload(
            one.id,
            one.when(),
            one.in_force(out),
            tuple(file for file in one.files if file.sha256 in out),
        )
        for one in islice(own, most)
    )
