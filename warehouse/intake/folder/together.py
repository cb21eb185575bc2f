"""Judges files in the light of each other: which of them counts, what each replaces, what does not go with other periods."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from warehouse.intake import remembered, submissions
from warehouse.intake.folder import comparing, paid_once, set_aside, taken_back, timeseries
from warehouse.intake.folder.ledger import Ledger, Sighting
from warehouse.intake.folder.set_aside import Taken
from warehouse.intake.receipt import REFUSED, Message, Receipt, message_of, status_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing, TakenFile
from warehouse.settings import Settings


@dataclass(frozen=True)
class Together:
    """What counts among some files, the messages by file that only all of them together show, and what was taken back."""

    files: tuple[TakenFile, ...]
    stands: Standing
    messages: Mapping[str, Sequence[Message]]
    taken: Mapping[str, Taken]

    def final(self, receipt: Receipt) -> Receipt:
        """The receipt with what only the whole folder shows: taken back, replacements, shrinking corrections, time series."""
        if receipt.file in self.taken:
            return taken_back.told(receipt, self.taken[receipt.file])
        more, shrunken = self.messages.get(receipt.file, ()), self.stands.shrunken.get(receipt.file)
        added = (*more, message_of(shrunken, None, None)) if shrunken is not None else tuple(more)
        if not added:
            return receipt
        found = (*receipt.messages, *added)
        if shrunken is not None:
            quarantined = receipt.rows_in - receipt.rows_ignored
            return replace(receipt, messages=found, status=REFUSED, rows_accepted=0, rows_quarantined=quarantined)
        status = receipt.status if receipt.status == REFUSED else status_of(found, 1, receipt.rows_quarantined)
        return replace(receipt, messages=found, status=status)


def judged_together(
    entries: Sequence[Remembered],
    numbers: Mapping[str, int],
    confirmed: frozenset[str],
    settings: Settings,
    ledger: Ledger | None = None,
    only: Collection[str] | None = None,
) -> Together:
    """The one judgement of files beside each other (D75–D79, D105, D124), for `refresh` and for whatever says before what it will say.

    `numbers` are first sights by SHA-256. Without a ledger nothing is written. `only` names the files whose messages are wanted.
    """
    out = set_aside.out(set_aside.load(settings))
    taken = {entry.receipt.file: out[entry.sha256][1] for entry in entries if entry.sha256 in out}
    entries = [entry for entry in entries if entry.sha256 not in out]
    files = tuple(
        TakenFile(entry.receipt.file, entry.sha256, entry.correction, numbers[entry.sha256], entry.submissions)
        for entry in entries
        if entry.submissions
    )
    stands = submissions.standing(files, confirmed)
    messages = timeseries.merged(
        comparing.replacement_messages(stands, entries, settings, ledger, only),
        timeseries.period_warnings(stands, entries),
        paid_once.double_payments(stands, entries, settings, ledger is not None, only),
    )
    return Together(files, stands, messages, taken)


@dataclass(frozen=True)
class Folder:
    """What is remembered of the seeds folder and counts: its judged files, first sights and confirmations. Read only."""

    entries: tuple[Remembered, ...]
    sightings: Mapping[str, Sighting]
    confirmed: frozenset[str]

    @classmethod
    def remembered(cls, settings: Settings) -> "Folder":
        """As the last refresh left it."""
        sightings, confirmed = Ledger.peek(settings.home)
        aside = set_aside.out(set_aside.load(settings))
        found = tuple(
            entry for entry in remembered.load_all(settings) if entry.sha256 in sightings and entry.sha256 not in aside
        )
        return cls(found, sightings, confirmed)

    def without(self, labels: Collection[str]) -> tuple[Remembered, ...]:
        """The files apart from those that others stand in for."""
        return tuple(entry for entry in self.entries if entry.receipt.file not in labels)

    def double_of(self, sha256: str, label: str) -> Remembered | None:
        """The file that brought the same bytes before, under another name (D74)."""
        return next(
            (one for one in self.without((label,)) if one.sha256 == sha256 and one.receipt.status != REFUSED), None
        )

    def with_offered(
        self, offered: Sequence[Remembered], settings: Settings, confirmed: frozenset[str] = frozenset()
    ) -> Together:
        """How a refresh would judge these files were they in the folder, each standing in for what has its name now."""
        labels = {entry.receipt.file for entry in offered}
        numbers = {sha256: sighting.number for sha256, sighting in self.sightings.items()}
        last = max(numbers.values(), default=0)
        for place, entry in enumerate(offered, start=1):
            numbers.setdefault(entry.sha256, last + place)
        entries = (*self.without(labels), *offered)
        return judged_together(entries, numbers, self.confirmed | confirmed, settings, only=labels)
