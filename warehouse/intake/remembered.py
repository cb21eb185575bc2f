"""Keeps what was judged of a file, so that an unchanged file is not read again: its receipt, submissions and sums."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.contracts import Table
from warehouse.intake import landing, messages, packing, reference, units
from warehouse.intake.judge import Judgement
from warehouse.intake.note import Note
from warehouse.intake.receipt import REFUSED, WAITING, Message, Receipt, message_of
from warehouse.intake.reference import Reference
from warehouse.intake.submissions import Submission
from warehouse.settings import Settings
from warehouse.system import integrity
from warehouse.system.durable import put_in_place, replacing

# Findings that depend on what day it is.
_DAY_CODES = frozenset({"D41", "D103", "D104"})


@dataclass(frozen=True)
class Remembered:
    """One judged file. `key` stands for everything the judgement depends on, the day apart."""

    key: str
    receipt: Receipt
    sha256: str
    correction: int
    submissions: tuple[Submission, ...]
    latest: date | None
    depends_on_day: bool
    stamp: tuple[int, str] | None
    judged_on: date | None = None
    sums: tuple[Mapping[str, Any], ...] = ()
    is_unjudged: bool = False
    offered_rows: Callable[[], pl.DataFrame] | None = field(default=None, compare=False)
    """The rows of a file that is not landed, in the form in which they would be."""

    def rows(self, settings: Settings) -> pl.LazyFrame | None:
        """The accepted rows as they are, or would be, landed; None when there are none."""
        if self.offered_rows is not None:
            return self.offered_rows().lazy()
        path = self.landed_in(settings)
        if path is None:
            return None
        rows = pl.scan_parquet(path, hive_partitioning=False)
        return rows if path == self.own_path(settings) else rows.filter(pl.col("report_id") == self.sha256[:12])

    def holds_on(self, today: date) -> bool:
        """Whether the judgement would be the same on this day."""
        if self.depends_on_day and today != self.judged_on:
            return False
        return self.latest is None or today >= self.latest

    def own_path(self, settings: Settings) -> Path | None:
        """Where the accepted rows are landed by themselves, before they are packed with those of others; None when there are none."""
        receipt = self.receipt
        if self.stamp is None or receipt.programme is None or receipt.table is None:
            return None
        return settings.landing / receipt.programme / receipt.table / f"{self.sha256[:12]}.parquet"

    def landed_in(self, settings: Settings) -> Path | None:
        """The file that holds the accepted rows, their own or a packed one; None when there are none."""
        own, receipt = self.own_path(settings), self.receipt
        if own is None or self.stamp is None or receipt.programme is None or receipt.table is None:
            return None
        return packing.packed_in(settings, receipt.programme, receipt.table, self.sha256[:12], self.stamp) or own

    def is_landed(self, settings: Settings) -> bool:
        """Whether the landed rows are there, byte for byte; packed files were looked through when the intake began (`packing.sweep`)."""
        path = self.landed_in(settings)
        if path is None or path != self.own_path(settings):
            return True
        return _stamp(path) == self.stamp

    def problem_on_disk(self, settings: Settings, known: dict[Path, str | None]) -> str | None:
        """What is wrong with the landed rows, as a Chinese sentence without a full stop; None when they are whole.

        `known` are packed files that were looked through for another entry.
        """
        path = self.landed_in(settings)
        if path is None or self.stamp is None or not isinstance(self.stamp[1], str):
            return None
        if path not in known:
            size, sha256 = self.stamp
            if path != self.own_path(settings):
                size, sha256 = packing.index_of(path.parent).packs[path.name].stamp
            known[path] = integrity.problem_of(path, sha256, size, again=True)
        return known[path]


def rows_of(entries: Iterable[Remembered], settings: Settings) -> list[pl.LazyFrame]:
    """The accepted rows of many files, each packed file read once for all of them."""
    found: list[pl.LazyFrame] = []
    packed: dict[Path, list[str]] = {}
    for entry in entries:
        path = entry.landed_in(settings) if entry.offered_rows is None else None
        if path is not None and path != entry.own_path(settings):
            packed.setdefault(path, []).append(entry.sha256[:12])
        elif (rows := entry.rows(settings)) is not None:
            found.append(rows)
    for path, ids in packed.items():
        found.append(pl.scan_parquet(path, hive_partitioning=False).filter(pl.col("report_id").is_in(ids)))
    return found


@dataclass(frozen=True)
class Prepared:
    """What a worker made of an accepted file: its submissions and sums, and whether it wrote rows to be landed."""

    submissions: tuple[Submission, ...] = ()
    sums: tuple[Mapping[str, Any], ...] = ()
    has_rows: bool = False


def prepare(judgement: Judgement, sha256: str, label: str, settings: Settings, rows: Path) -> Prepared:
    """Everything that needs the rows of a file; they are written to the path `rows` as they are to be landed."""
    table, frame = judgement.table, judgement.frame
    if table is None or judgement.receipt.status in (REFUSED, WAITING):
        return Prepared()
    grouped = _grouped(frame, table)
    found = submissions_of(judgement, table, grouped, sha256[:12], reference.load(settings.reference))
    if frame is None or grouped is None:
        return Prepared(found)
    landing.write_rows(landing.landed(frame, table, judgement.receipt.origin, sha256[:12], label), rows)
    return Prepared(found, _sums(grouped, table), has_rows=True)


def remember(
    judgement: Judgement, prepared: Prepared, rows: Path, key: str, sha256: str, label: str, settings: Settings
) -> Remembered:
    """Lands the prepared rows, then keeps the judgement; in this order, so that a kept judgement is always landed."""
    receipt, table = judgement.receipt, judgement.table
    stamp = None
    if prepared.has_rows and table is not None:
        path = settings.landing / table.programme / table.name / f"{sha256[:12]}.parquet"
        put_in_place(rows, path)
        stamp = _stamp(path)
    depends = any(message.code in _DAY_CODES for message in receipt.messages)
    known = replace(receipt, sha256=sha256, report_id=sha256[:12])
    entry = Remembered(
        key,
        known,
        sha256,
        judgement.named.correction,
        prepared.submissions,
        judgement.latest,
        depends,
        stamp,
        settings.today,
        prepared.sums,
    )
    with replacing(_path(settings, sha256, label)) as temporary:
        temporary.write_text(json.dumps(_as_json(entry), ensure_ascii=False, default=str), encoding="utf-8")
    return entry


def offered(judgement: Judgement, sha256: str, label: str, correction: int, settings: Settings) -> Remembered:
    """A judged file as it would be remembered, were it to lie at `label`. Writes nothing."""
    receipt, table, frame = judgement.receipt, judgement.table, judgement.frame
    known = replace(receipt, file=label, sha256=sha256, report_id=sha256[:12])
    if table is None or receipt.status in (REFUSED, WAITING):
        return Remembered("", known, sha256, correction, (), None, False, None, settings.today)
    grouped = _grouped(frame, table)
    found = submissions_of(judgement, table, grouped, sha256[:12], reference.load(settings.reference))
    if frame is None or grouped is None:
        return Remembered("", known, sha256, correction, found, None, False, None, settings.today)

    @cache
    def rows() -> pl.DataFrame:
        return landing.landed(frame, table, receipt.origin, sha256[:12], label)

    sums = _sums(grouped, table)
    return Remembered("", known, sha256, correction, found, None, False, None, settings.today, sums, offered_rows=rows)


def waiting(judgement: Judgement, key: str, before: Remembered | None) -> Remembered:
    """A file that has not wholly arrived, or may not be read: nothing of it is kept, what was there `before` stays."""
    receipt = judgement.receipt
    no_right, _ = messages.texts("D98.permission", {})
    said = tuple(message for message in receipt.messages if message.zh == no_right)
    if not said:
        zh, en = messages.texts("D86", {})
        said = (Message("D86", messages.INFO, None, None, zh, en),)
    shown = replace(
        receipt, status=WAITING, rows_in=0, rows_accepted=0, rows_quarantined=0, rows_ignored=0, messages=said
    )
    if before is None:
        return Remembered(key, shown, "", judgement.named.correction, (), None, True, None)
    shown = replace(shown, programme=before.receipt.programme, table=before.receipt.table)
    return replace(before, receipt=shown)


def unreadable(receipt: Receipt, key: str, sha256: str, correction: int, before: Remembered | None) -> Remembered:
    """A file that cannot be read now: what was taken from it `before` stays, and the receipt says so (D107)."""
    if before is None or not before.submissions:
        return Remembered(key, receipt, sha256, correction, (), None, True, None, is_unjudged=True)
    kept = message_of(Note("D107", {"n": before.receipt.rows_accepted}), None, None)
    shown = replace(
        receipt,
        programme=before.receipt.programme,
        table=before.receipt.table,
        origin=before.receipt.origin,
        report_id=before.receipt.report_id,
        sha256=before.sha256,
        messages=(*receipt.messages, kept),
    )
    return replace(before, receipt=shown, is_unjudged=True)


def load(settings: Settings, sha256: str, label: str) -> Remembered | None:
    """What was kept of these bytes under this name; None when nothing was, or when it cannot be read."""
    try:
        path = _path(settings, sha256, label)
        found = path.stat()
        return _read(path, (found.st_size, found.st_mtime_ns, found.st_ino))
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


@lru_cache(maxsize=32_768)
def _read(path: Path, _stamp: tuple[int, int, int]) -> Remembered:
    """Read once for each state of the file, because a process that watches asks for all of them at every change."""
    return _from_json(json.loads(path.read_text(encoding="utf-8")))


def load_all(settings: Settings) -> list[Remembered]:
    """Everything that is kept, apart from what cannot be read."""
    found = []
    for path in sorted(settings.receipts.glob("*.json")):
        if not _is_receipt(path.name):
            continue
        try:
            found.append(_from_json(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, json.JSONDecodeError, KeyError, TypeError, ValueError):
            continue
    return found


def remove_others(settings: Settings, entries: Iterable[Remembered]) -> None:
    """Removes the receipts of files that are gone."""
    keep = {_path(settings, entry.sha256, entry.receipt.file).name for entry in entries if entry.sha256}
    for path in settings.receipts.glob("*.json"):
        if path.name not in keep and _is_receipt(path.name):
            path.unlink(missing_ok=True)


def _is_receipt(name: str) -> bool:
    head = name.removesuffix(".json").partition("-")[0]
    return len(head) == 12 and all(character in "0123456789abcdef" for character in head)


def _path(settings: Settings, sha256: str, label: str) -> Path:
    """`<report_id>.json`; the first name under which bytes came has it, further names have one of their own."""
    first = settings.receipts / f"{sha256[:12]}.json"
    if _file_of(first) in (None, label):
        return first
    return settings.receipts / f"{sha256[:12]}-{hashlib.sha256(label.encode()).hexdigest()[:8]}.json"


def _file_of(path: Path) -> str | None:
    """The file that a kept receipt is about, which is the first thing it says."""
    try:
        with path.open(encoding="utf-8") as file:
            start = file.read(4096)
        return str(json.JSONDecoder().raw_decode(start, start.index(":") + 2)[0])
    except (FileNotFoundError, ValueError):
        return None


def _stamp(path: Path) -> tuple[int, str] | None:
    """Size and SHA-256. Rot leaves no trace in a file's times, and parquet is small beside what it was read from: it is read whole."""
    try:
        return path.stat().st_size, integrity.sha256_of(path)
    except OSError:
        return None


_PLACED = ("reporting_unit", "report_period", "province_code", "region_code", "data_basis")


def _measures(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.is_number and column.unit and not column.ratio]


def _grouped(frame: pl.DataFrame | None, table: Table) -> pl.DataFrame | None:
    """How many rows, and the sums of the measures, by office, period, place and basis, in one pass."""
    if frame is None or not frame.height:
        return None
    sums = pl.col(_measures(table)).cast(pl.Float64).sum()
    grouped = frame.group_by(_PLACED, maintain_order=True).agg(pl.len().alias("rows"), sums)
    return grouped.with_columns(units.office_provinces(table))


def submissions_of(
    judgement: Judgement, table: Table, grouped: pl.DataFrame | None, report_id: str, lists: Reference
) -> tuple[Submission, ...]:
    """The submissions that a file holds, zero reports included."""
    origin = judgement.receipt.origin
    rows: dict[tuple[str, str, str], dict[tuple[str, str], int]] = {}
    if grouped is not None:
        names = [units.OFFICE_PROVINCE, "reporting_unit", "report_period", "province_code", "region_code"]
        counts = grouped.group_by(names, maintain_order=True).agg(pl.col("rows").sum())
        for office, unit, period, province, region, count in counts.iter_rows():
            rows.setdefault((office, unit, period), {})[(province, region)] = count
    zeros: dict[tuple[str, str, str], str] = {}
    for report in judgement.zero_reports:
        office = units.office_province(table, report.province_code)
        zeros.setdefault((office, report.reporting_unit, report.report_period), report.province_code)
    found = []
    # An office hands in for many periods; where it sits is looked up once.
    regions: dict[tuple[str, str], str] = {}
    for key in dict.fromkeys((*rows, *zeros)):
        office, unit, period = key
        if (unit, office) not in regions:
            regions[unit, office] = units.unit_region(unit, office, lists)
        province = zeros.get(key, "")
        found.append(
            Submission(
                submission_id=landing.submission_id(report_id, origin, table, office, unit, period),
                programme=table.programme,
                table=table.name,
                origin=origin,
                office_province=office,
                reporting_unit=unit,
                unit_region_code=regions[unit, office],
                report_period=period,
                regions=rows.get(key) or {(province, f"{province}0000"): 0},
                is_zero_report=key not in rows,
            )
        )
    return tuple(found)


def _sums(grouped: pl.DataFrame, table: Table) -> tuple[Mapping[str, Any], ...]:
    """Sums of the table's measures by office, period and basis, for the comparison with other periods."""
    measures = _measures(table)
    if not measures:
        return ()
    keys = [units.OFFICE_PROVINCE, "reporting_unit", "report_period", "data_basis"]
    sums = grouped.group_by(keys, maintain_order=True).agg(pl.col(measures).sum())
    return tuple(sums.with_columns(pl.col(keys).cast(pl.String)).iter_rows(named=True))


def _as_json(entry: Remembered) -> dict[str, Any]:
    receipt = entry.receipt
    return {
        **receipt.as_json(),
        "intake": {
            "key": entry.key,
            "sha256": entry.sha256,
            "origin": receipt.origin,
            "size_bytes": receipt.size_bytes,
            "correction": entry.correction,
            "latest": entry.latest,
            "depends_on_day": entry.depends_on_day,
            "judged_on": entry.judged_on,
            "stamp": entry.stamp,
            "messages": [message.__dict__ for message in receipt.messages],
            "sums": entry.sums,
            "submissions": [
                {**submission.__dict__, "regions": [[*place, count] for place, count in submission.regions.items()]}
                for submission in entry.submissions
            ],
        },
    }


def _from_json(content: Mapping[str, Any]) -> Remembered:
    kept = content["intake"]
    names = ("file", "programme", "table", "status", "rows_in", "rows_accepted", "rows_quarantined", "rows_ignored")
    receipt = Receipt(
        **{name: content[name] for name in names},
        encoding=content["encoding"],
        messages=tuple(Message(**message) for message in kept["messages"]),
        origin=kept["origin"],
        report_id=kept["sha256"][:12],
        sha256=kept["sha256"],
        size_bytes=kept["size_bytes"],
    )
    found = tuple(
        Submission(
            **{
                **submission,
                "regions": {(province, region): count for province, region, count in submission["regions"]},
            }
        )
        for submission in kept["submissions"]
    )
    return Remembered(
        kept["key"],
        receipt,
        kept["sha256"],
        kept["correction"],
        found,
        date.fromisoformat(kept["latest"]) if kept["latest"] else None,
        kept["depends_on_day"],
        tuple(kept["stamp"]) if kept["stamp"] else None,
        date.fromisoformat(kept["judged_on"]) if kept["judged_on"] else None,
        tuple(kept["sums"]),
    )
