"""The last uploads and what became of them."""

from dataclasses import dataclass
from itertools import islice

from dashboard.data import files, sight
from dashboard.data.files import Receipts
from warehouse import settings as warehouse_settings
from warehouse.front_door import accept, handed_in
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import AsideFile

# Of the refused so many are looked at, because most of them are of others.
_LOOKED_AT = 100


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


def last_receipts(most: int) -> Receipts:
    """The receipts of the files of the last uploads, and of those that were refused when they were offered; the latest first."""
    latest = files.latest_receipts()
    by_file = {one.file: one for one in latest.files}
    taken = [(one.when, by_file[file.file]) for one in recent(most) for file in one.inside if file.file in by_file]
    settings = warehouse_settings.load()
    refused = [
        (handed_in.minute_of(one["at"]), files.receipt_of(one))
        for one in accept.refused_offers(settings)[-_LOOKED_AT:]
        if sight.is_own_file(one["file"])
    ]
    newest = sorted([*taken, *refused], key=lambda pair: pair[0], reverse=True)
    return Receipts(latest.at, tuple(receipt for _, receipt in newest[:most]))
