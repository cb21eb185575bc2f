"""Judges a file in the light of what is already in: the same bytes, corrections, and corrections that lose too much."""

from dataclasses import replace
from pathlib import Path

from warehouse import set_aside
from warehouse.intake import comparing, decode, landing, privacy, reference, remembered, submissions, taken_back
from warehouse.intake.judge import Judgement
from warehouse.intake.ledger import Ledger
from warehouse.intake.note import Note
from warehouse.intake.receipt import REFUSED, WAITING, message_of, status_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import TakenFile
from warehouse.settings import Settings


def in_context(judgement: Judgement, path: Path, settings: Settings) -> Judgement:
    """The judgement with what a refresh would add to it: D74, D75, D76 and D124. Reads only, and writes nothing."""
    receipt = judgement.receipt
    if receipt.status in (REFUSED, WAITING) or judgement.table is None:
        return judgement
    label = _label(path, settings)
    sightings, confirmed = Ledger.peek(settings.home)
    sha256 = receipt.sha256 or decode.digest(path)[0]
    aside = set_aside.out(set_aside.load(settings))
    if sha256 in aside:
        refused = taken_back.told(receipt, aside[sha256][1])
        return replace(judgement, receipt=refused, frame=None, zero_reports=())
    others = [
        entry for entry in remembered.load_all(settings) if entry.receipt.file != label and entry.sha256 not in aside
    ]
    double = next((entry for entry in others if entry.sha256 == sha256 and entry.receipt.status != REFUSED), None)
    if double is not None and sha256 in sightings:
        return _doubled(judgement, double, sightings[sha256].seen_at())
    last = max((sighting.number for sighting in sightings.values()), default=0)
    files = [
        TakenFile(entry.receipt.file, entry.sha256, entry.correction, sightings[entry.sha256].number, entry.submissions)
        for entry in others
        if entry.submissions and entry.sha256 in sightings
    ]
    number = sightings[sha256].number if sha256 in sightings else last + 1
    found = remembered.submissions_of(judgement, judgement.table, sha256[:12], reference.load(settings.reference))
    stands = submissions.standing(
        [*files, TakenFile(label, sha256, judgement.named.correction, number, found)], confirmed
    )
    if label in stands.shrunken:
        messages = (*receipt.messages, message_of(stands.shrunken[label], None, None))
        quarantined = receipt.rows_in - receipt.rows_ignored
        refused = replace(receipt, status=REFUSED, rows_accepted=0, rows_quarantined=quarantined, messages=messages)
        return replace(judgement, receipt=refused, frame=None, zero_reports=())
    rows = None
    if judgement.frame is not None:
        rows = landing.landed(judgement.frame, judgement.table, receipt.origin, sha256[:12], label)
    more = comparing.replacements_by(label, rows, stands, others, settings)
    if not more:
        return judgement
    messages = (*receipt.messages, *more)
    status = status_of(messages, 1, receipt.rows_quarantined)
    return replace(judgement, receipt=replace(receipt, messages=messages, status=status))


def _doubled(judgement: Judgement, double: Remembered, seen: str) -> Judgement:
    message = message_of(Note("D74", {"t": seen, "file": double.receipt.file}), None, None)
    receipt = replace(
        judgement.receipt,
        status="accepted",
        rows_in=0,
        rows_accepted=0,
        rows_quarantined=0,
        rows_ignored=0,
        messages=(message,),
    )
    return replace(judgement, receipt=receipt, frame=None, zero_reports=())


def _label(path: Path, settings: Settings) -> str:
    try:
        return privacy.masked(path.absolute().relative_to(settings.seeds).as_posix())
    except ValueError:
        return str(path)
