"""Brings the landing folder to the state that the seeds folder asks for; safe to kill at any moment and to run again."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import filename, landing, packing, reference, remembered, submissions
from warehouse.intake.apart import Judged
from warehouse.intake.files import DroppedFile, dropped_files
from warehouse.intake.folder import latest_receipts, set_aside, taken_back
from warehouse.intake.folder.ahead import Ahead, Wanted, ahead
from warehouse.intake.folder.ledger import Ledger, Sighting
from warehouse.intake.folder.together import judged_together
from warehouse.intake.messages import REFUSE
from warehouse.intake.plain_data import plain, restored
from warehouse.intake.receipt import REFUSED, WAITING, Receipt, double_of, refusal_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing, TakenFile
from warehouse.settings import Settings
from warehouse.system.durable import remove_temporaries

Progress = Callable[[str, int, int], None]

# What a file looks like that cannot be read at all: damaged, in no known encoding, with a password, beyond all limits.
_UNREADABLE = frozenset({"D04", "D05", "D06", "D64", "D87", "D98"})


@dataclass(frozen=True)
class Intake:
    """What came of taking the folder in; `fingerprint` changes when what KPIs see changes."""

    receipts: tuple[Receipt, ...]
    fingerprint: str

    @property
    def refused(self) -> int:
        """How many files were refused."""
        return sum(receipt.status == REFUSED for receipt in self.receipts)


def take_in(settings: Settings, progress: Progress | None = None) -> Intake:
    """Reads what is new in the seeds folder and leaves landing and receipts as the whole folder asks for.

    Files that did not change are not read again. Raises OSError when the disk does not take the files.
    """
    tables = contracts.all_tables()
    with Ledger(settings.home) as ledger:
        remove_temporaries(settings.landing)
        remove_temporaries(settings.receipts)
        landing.write_schemas(settings.landing, tables)
        packing.sweep(settings, tables)
        programmes = frozenset(table.programme for table in tables)
        files = dropped_files(settings.seeds, programmes, settings.links_to)
        hashes = _hashes(files, ledger)
        sightings = ledger.see(hashes[file.label] for file in files if file.label in hashes)
        taken = _read_all(files, hashes, sightings, settings, progress, ledger)
        intake = _settle(taken, sightings, settings, tables, ledger)
        ledger.settle(
            (entry.receipt.file, entry.sha256)
            for entry in taken
            if entry.receipt.status != WAITING and not entry.is_unjudged
        )
        ledger.forget(ledger.labels() - {file.label for file in files})
    return intake


def confirm_replacement(path: Path, settings: Settings) -> None:
    """Notes that a correction which loses more than half of its rows is meant, so that the next refresh takes it (D76)."""
    from warehouse.intake import decode

    with Ledger(settings.home) as ledger:
        ledger.confirm(decode.digest(path)[0])


def tell_again(settings: Settings) -> None:
    """Write the last receipts anew after files were set aside or let in without a refresh. Nothing is read or judged."""
    document = latest_receipts.load(settings)
    if not document["files"]:
        return
    aside = {file.file: (file, taken) for file, taken in set_aside.out(set_aside.load(settings)).values()}
    kept = {entry.receipt.file: entry for entry in remembered.load_all(settings)}
    for number, receipt in enumerate(document["files"]):
        entry = kept.get(receipt["file"])
        if entry is None:
            continue
        file, taken = aside.get(receipt["file"], (None, None))
        was_out = any(message["code"] == taken_back.CODE for message in receipt["messages"])
        if file is not None and taken is not None and file.sha256 == entry.sha256:
            document["files"][number] = taken_back.told(entry.receipt, taken).as_json()
        elif was_out:
            document["files"][number] = entry.receipt.as_json()
    latest_receipts.put(settings, document)


def _hashes(files: Sequence[DroppedFile], ledger: Ledger) -> dict[str, str]:
    hashes = {}
    for file in files:
        if file.problem is not None or filename.is_growing(file.path.name):
            continue
        # One file that cannot be read holds up no other; what it held before counts until it can be.
        with contextlib.suppress(OSError):
            hashes[file.label] = ledger.hash_of(file.path, file.label)
    return hashes


def _read_all(
    files: Sequence[DroppedFile],
    hashes: Mapping[str, str],
    sightings: Mapping[str, Sighting],
    settings: Settings,
    progress: Progress | None,
    ledger: Ledger,
) -> list[Remembered]:
    """One entry a file: remembered from the last time where nothing changed, else judged now."""
    lists = reference.load(settings.reference)
    state = _state(settings, lists.digest)
    order = _first_first(files, ledger)
    known = _known(order, hashes, state, settings)
    wanted = _wanted(order, hashes, known, state, settings, ledger)
    taken: list[Remembered] = []
    winners: dict[str, Remembered] = {}
    with ahead(wanted, settings) as judging:
        for number, file in enumerate(order, start=1):
            sha256 = hashes.get(file.label)
            if progress is not None:
                progress(file.label, number, len(files))
            winner = winners.get(sha256 or "")
            if winner is not None and winner.is_unjudged:
                # The same bytes would break the judging again, or take as long.
                said = replace(winner.receipt, file=file.label, messages=winner.receipt.messages[:1])
                taken.append(_unreadable(file, said, winner.key, sha256, winner.correction, settings, ledger))
                continue
            if winner is not None and winner.receipt.status != REFUSED:
                taken.append(_doubled(file, winner, sightings))
                continue
            entry = known.get(file.label) or _read(file, sha256, state, settings, ledger, judging)
            if entry is None:
                continue
            taken.append(entry)
            if sha256 is not None and entry.receipt.status != WAITING:
                winners.setdefault(sha256, entry)
    return taken


def _known(
    files: Sequence[DroppedFile], hashes: Mapping[str, str], state: str, settings: Settings
) -> dict[str, Remembered]:
    """By label, what is remembered of files and would be judged no differently now."""
    found = {}
    for file in files:
        sha256 = hashes.get(file.label)
        if file.problem is not None or sha256 is None:
            continue
        entry = remembered.load(settings, sha256, file.label)
        key = _key(state, file, sha256)
        if entry is not None and entry.key == key and entry.holds_on(settings.today) and entry.is_landed(settings):
            found[file.label] = entry
    return found


def _wanted(
    files: Sequence[DroppedFile],
    hashes: Mapping[str, str],
    known: Mapping[str, Remembered],
    state: str,
    settings: Settings,
    ledger: Ledger,
) -> list[Wanted]:
    """The files that are sure to be judged, the first of equal ones only: of the others that depends on what becomes of it."""
    seen: set[str] = set()
    found = []
    for file in files:
        sha256 = hashes.get(file.label)
        if file.problem is not None or sha256 is None or sha256 in seen:
            continue
        seen.add(sha256)
        if file.label not in known and _noted(file, _key(state, file, sha256), settings, ledger) is None:
            found.append(Wanted(file, sha256))
    return found


def _first_first(files: Sequence[DroppedFile], ledger: Ledger) -> list[DroppedFile]:
    """The files in the order in which equal bytes count: those that were there before, then lower marks, then names."""
    since = ledger.since()
    return sorted(
        files,
        key=lambda file: (
            since.get(file.label, 0),
            filename.correction_of(filename.readable(file.path.name)),
            file.path.name,
            file.label,
        ),
    )


def _key(state: str, file: DroppedFile, sha256: str | None) -> str:
    return hashlib.sha256(f"{state}\n{file.label}\n{sha256}".encode()).hexdigest()


def _noted(file: DroppedFile, key: str, settings: Settings, ledger: Ledger) -> str | None:
    return ledger.unreadable(file.label, key, settings.today.isoformat())


def _read(
    file: DroppedFile, sha256: str | None, state: str, settings: Settings, ledger: Ledger, judging: Ahead
) -> Remembered | None:
    if file.problem is not None:
        return _unreadable(file, refusal_of(file.problem, file.label, file.programme), "", None, 0, settings, ledger)
    key = _key(state, file, sha256)
    noted = _noted(file, key, settings, ledger) if sha256 is not None else None
    if noted is not None:
        correction = filename.correction_of(filename.readable(file.path.name))
        said = restored(Receipt, json.loads(noted))
        return _unreadable(file, said, key, sha256, correction, settings, ledger)
    with judging.judged(file, sha256) as judged:
        if judged is None:
            return None
        return _taken(file, judged, key, sha256, settings, ledger)


def _taken(
    file: DroppedFile, judged: Judged, key: str, sha256: str | None, settings: Settings, ledger: Ledger
) -> Remembered:
    """What is kept of a file that was judged now."""
    judgement, receipt = judged.judgement, judged.judgement.receipt
    is_lost = bool(judgement.problems)
    is_other = receipt.status == WAITING or sha256 is None or receipt.sha256 not in (None, sha256)
    if is_other and not is_lost:
        # Not wholly there, or changed between hashing and reading: what was there before counts until it is.
        before = ledger.settled(file.label)
        known = remembered.load(settings, before, file.label) if before else None
        return remembered.waiting(judgement, key, known if known and known.is_landed(settings) else None)
    if is_lost or (_is_unreadable(receipt) and _taken_before(file, sha256, settings, ledger) is not None):
        # What broke the judging may have been the day's: a machine that was short of memory or of time.
        day = settings.today.isoformat() if is_lost else None
        ledger.note_unreadable(file.label, key, day, json.dumps(plain(receipt), ensure_ascii=False))
        return _unreadable(file, receipt, key, sha256, judgement.named.correction, settings, ledger)
    assert sha256 is not None
    return remembered.remember(judgement, judged.prepared, judged.rows, key, sha256, file.label, settings)


def _is_unreadable(receipt: Receipt) -> bool:
    return any(message.code in _UNREADABLE and message.severity == REFUSE for message in receipt.messages)


def _unreadable(
    file: DroppedFile,
    receipt: Receipt,
    key: str,
    sha256: str | None,
    correction: int,
    settings: Settings,
    ledger: Ledger,
) -> Remembered:
    before = _taken_before(file, sha256, settings, ledger)
    return remembered.unreadable(receipt, key, sha256 or "", correction, before)


def _taken_before(file: DroppedFile, sha256: str | None, settings: Settings, ledger: Ledger) -> Remembered | None:
    """What stands landed of this path: of the same bytes as they were judged before, else of the bytes that were there last."""
    for bytes_before in (sha256, ledger.settled(file.label)):
        known = remembered.load(settings, bytes_before, file.label) if bytes_before else None
        if known is not None and known.submissions and known.is_landed(settings):
            return known
    return None


def _doubled(file: DroppedFile, winner: Remembered, sightings: Mapping[str, Sighting]) -> Remembered:
    receipt = double_of(
        replace(winner.receipt, file=file.label), winner.receipt.file, sightings[winner.sha256].seen_at()
    )
    return Remembered(winner.key, receipt, winner.sha256, winner.correction, (), None, False, None)


def _settle(
    taken: Sequence[Remembered],
    sightings: Mapping[str, Sighting],
    settings: Settings,
    tables: Sequence[Table],
    ledger: Ledger,
) -> Intake:
    """Decides what counts, writes submissions, files and receipts, and removes what is gone."""
    numbers = {sha256: sighting.number for sha256, sighting in sightings.items()}
    judged = judged_together(taken, numbers, ledger.confirmed(), settings, ledger)
    rows = submissions.rows_of(judged.files, judged.stands)
    listed = sorted(taken, key=lambda entry: entry.receipt.file)
    receipts = tuple(judged.final(entry.receipt) for entry in listed)
    landing.write_intake(settings.landing, "submissions", rows)
    landing.write_intake(settings.landing, "files", [_file_row(receipt, sightings) for receipt in receipts])
    landed: dict[tuple[str, str], dict[str, packing.Stamp]] = {table.key: {} for table in tables}
    for entry in taken:
        key = (entry.receipt.programme or "", entry.receipt.table or "")
        if entry.stamp is not None and key in landed:
            landed[key][entry.sha256[:12]] = entry.stamp
    for table in tables:
        packing.tidy(settings, table, landed[table.key])
    remembered.remove_others(settings, taken)
    latest_receipts.write(settings, receipts)
    return Intake(receipts, _fingerprint(judged.files, judged.stands, taken))


def _file_row(receipt: Receipt, sightings: Mapping[str, Sighting]) -> dict[str, Any]:
    seen = sightings.get(receipt.sha256 or "")
    return {
        "report_id": receipt.report_id,
        "file_name": receipt.file,
        "sha256": receipt.sha256,
        "size_bytes": receipt.size_bytes,
        "programme": receipt.programme,
        "table_name": receipt.table,
        "origin": receipt.origin,
        "status": receipt.status,
        "encoding": receipt.encoding,
        "rows_in": receipt.rows_in,
        "rows_accepted": receipt.rows_accepted,
        "rows_quarantined": receipt.rows_quarantined,
        "rows_ignored": receipt.rows_ignored,
        "first_seen_at": seen.first_seen_at.replace(tzinfo=None) if seen else None,
    }


def _fingerprint(files: Sequence[TakenFile], stands: Standing, taken: Sequence[Remembered]) -> str:
    """Of the contracts, of the current submissions, and of how their files were read."""
    keys = {entry.receipt.file: entry.key for entry in taken}
    digest = hashlib.sha256(contracts.digest().encode())
    for file in sorted(files, key=lambda file: file.order):
        counted = [
            (submission.submission_id, submission.is_zero_report, *submission.regions.items())
            for submission in file.submissions
            if stands.is_current(submission)
        ]
        if counted:
            digest.update(repr((keys[file.label], submissions.order_number(file), counted)).encode())
    return digest.hexdigest()


def _state(settings: Settings, reference_digest: str) -> str:
    """What a judgement depends on besides the file: contracts, reference lists, this code, the limits."""
    limits = (settings.max_file_mb, settings.judge_memory_mb, settings.judge_seconds)
    said = f"{contracts.digest()}\n{reference_digest}\n{_code_version()}\n{limits}"
    return hashlib.sha256(said.encode()).hexdigest()


@lru_cache(maxsize=1)
def _code_version() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
