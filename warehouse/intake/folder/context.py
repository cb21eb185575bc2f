"""Judges a file in the light of what is already in, as a refresh would: the same bytes, what it replaces, the periods before it."""

from dataclasses import replace
from pathlib import Path

from warehouse.intake import decode, filename, privacy, remembered
from warehouse.intake.folder.together import Folder
from warehouse.intake.judge import Judgement
from warehouse.intake.receipt import REFUSED, WAITING, Receipt, double_of
from warehouse.intake.remembered import Remembered
from warehouse.settings import Settings


def in_context(judgement: Judgement, path: Path, settings: Settings) -> Judgement:
    """The judgement with what a refresh would add to it: D74–D79, D105, D124. Reads only, and writes nothing."""
    receipt = judgement.receipt
    if receipt.status in (REFUSED, WAITING) or judgement.table is None:
        return judgement
    label, folder = _label(path, settings), Folder.remembered(settings)
    sha256 = receipt.sha256 or decode.digest(path)[0]
    double = folder.double_of(sha256, label)
    if double is not None:
        return replace(judgement, receipt=doubled(receipt, double, folder), frame=None, zero_reports=())
    offered = remembered.offered(judgement, sha256, label, judgement.named.correction, settings)
    final = folder.with_offered([offered], settings).final(offered.receipt)
    found = replace(judgement, receipt=replace(final, file=receipt.file))
    return replace(found, frame=None, zero_reports=()) if final.status == REFUSED else found


def doubled(receipt: Receipt, double: Remembered, folder: Folder) -> Receipt:
    """The receipt of bytes that are in already, under another name (D74)."""
    seen = folder.sightings[double.sha256].seen_at()
    return double_of(receipt, double.receipt.file, seen)


def _label(path: Path, settings: Settings) -> str:
    try:
        parts = path.absolute().relative_to(settings.seeds).parts
        return privacy.masked("/".join(filename.readable(part) for part in parts))
    except ValueError:
        return str(path)
