"""Rows whose parent has not been reported (D101): told before publishing, and again when the warehouse is built."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from warehouse import contracts, set_aside
from warehouse.contracts import Parent, Table
from warehouse.intake import Judgement, landing, messages, reference, remembered, submissions, units
from warehouse.intake.ledger import Ledger
from warehouse.intake.receipt import ACCEPTED, WARNED, Message, Receipt
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing, Submission, TakenFile
from warehouse.settings import Settings

# A file whose every row waits for its parent says so a few times, not a million times.
ROWS_TOLD = 100
CODE = "D101"


@dataclass(frozen=True)
class OfferedRows:
    """An offered file's accepted rows as far as parents go: `keys` has line, submission_id, office_province and the keys."""

    label: str
    sha256: str
    correction: int
    origin: str
    table: Table
    submissions: tuple[Submission, ...]
    keys: pl.DataFrame


def offered_rows(judgement: Judgement, sha256: str, label: str, settings: Settings) -> OfferedRows | None:
    """What a judged file that will lie at `label` has to do with parents; None when no row goes in."""
    table, frame, origin = judgement.table, judgement.frame, judgement.receipt.origin
    if table is None or frame is None:
        return None
    names = ["line", "province_code", "reporting_unit", "report_period", *_key_columns(table)]
    keys = landing.with_submissions(frame.select(list(dict.fromkeys(names))), table, origin, sha256[:12])
    kept = keys.select("line", "submission_id", units.OFFICE_PROVINCE, *_key_columns(table))
    found = remembered.submissions_of(judgement, table, sha256[:12], reference.load(settings.reference))
    return OfferedRows(label, sha256, judgement.named.correction, origin, table, found, kept)


def told_before_publishing(offered: Sequence[OfferedRows], settings: Settings) -> dict[str, list[Message]]:
    """By label, a warning for each row whose parent is neither among the landed rows that count nor among the offered ones.

    A parent is looked for among the records of the same origin and of offices of the same province. Reads only.
    """
    if not any(rows.table.parents for rows in offered):
        return {}
    labels = {rows.label for rows in offered}
    aside = set_aside.out(set_aside.load(settings))
    others = [
        entry
        for entry in remembered.load_all(settings)
        if entry.receipt.file not in labels and entry.sha256 not in aside
    ]
    current = _current(_standing(offered, others, settings))
    told: dict[str, list[Message]] = {}
    for rows in offered:
        found: list[Message] = []
        for parent in rows.table.parents:
            try:
                known = _known(rows, parent, offered, others, current, settings)
            except (pl.exceptions.PolarsError, OSError):
                # Landed rows that are damaged, or being changed by a refresh: nobody is told of a parent that may be there.
                continue
            missing = rows.keys.with_columns(_key(parent)).join(known, on=[units.OFFICE_PROVINCE, "key"], how="anti")
            header = rows.table.column(parent.column).header
            for line, raw in missing.sort("line").head(ROWS_TOLD).select("line", parent.column).iter_rows():
                found.append(_message(line, header, raw))
        if found:
            told[rows.label] = sorted(found, key=lambda message: message.row or 0)[:ROWS_TOLD]
    return told


def with_orphans(receipts: Sequence[Receipt], database: Path) -> tuple[Receipt, ...]:
    """The receipts, with a warning for each row of theirs that the built warehouse keeps but does not count."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select file_name, programme, table_name, row_number, column_name, missing_key from mart_orphans"
            " order by file_name, row_number"
        ).fetchall()
    told: dict[str, list[Message]] = {}
    for file_name, programme, table_name, row, column_name, missing_key in found:
        header = contracts.find(programme, table_name).column(column_name).header
        told.setdefault(file_name, []).append(_message(row, header, missing_key))
    return tuple(with_told(receipt, told.get(receipt.file, [])) for receipt in receipts)


def with_told(receipt: Receipt, orphans: Iterable[Message]) -> Receipt:
    """The receipt with these warnings, none of them twice."""
    known = {(message.row, message.column) for message in receipt.messages if message.code == CODE}
    new = [message for message in orphans if (message.row, message.column) not in known]
    if not new:
        return receipt
    status = WARNED if receipt.status == ACCEPTED else receipt.status
    return replace(receipt, status=status, messages=(*receipt.messages, *new[: max(0, ROWS_TOLD - len(known))]))


def told_in(receipt: Receipt) -> list[Message]:
    """The warnings of this kind that a receipt holds."""
    return [message for message in receipt.messages if message.code == CODE]


def _message(row: int, header: str, raw: str) -> Message:
    zh, en = messages.texts(CODE, {"row": row, "raw": raw})
    return Message(CODE, messages.WARNING, row, header, zh, en)


def _standing(offered: Sequence[OfferedRows], others: Sequence[Remembered], settings: Settings) -> Standing:
    """What will count once the offered files are in."""
    sightings, confirmed = Ledger.peek(settings.home)
    last = max((sighting.number for sighting in sightings.values()), default=0)
    files = [
        TakenFile(entry.receipt.file, entry.sha256, entry.correction, sightings[entry.sha256].number, entry.submissions)
        for entry in others
        if entry.submissions and entry.sha256 in sightings
    ]
    for place, rows in enumerate(offered, start=1):
        number = sightings[rows.sha256].number if rows.sha256 in sightings else last + place
        files.append(TakenFile(rows.label, rows.sha256, rows.correction, number, rows.submissions))
    return submissions.standing(files, confirmed)


def _current(stands: Standing) -> pl.Series:
    names = [submission.submission_id for _, submission in stands.current.values()]
    return pl.Series("submission_id", names, dtype=pl.String)


def _known(
    rows: OfferedRows,
    parent: Parent,
    offered: Sequence[OfferedRows],
    others: Sequence[Remembered],
    current: pl.Series,
    settings: Settings,
) -> pl.DataFrame:
    """Province and key of the parents that count: those landed and those offered, of the origin of these rows."""
    table = contracts.find(rows.table.programme, parent.table)
    landed = [
        path
        for entry in others
        if (entry.receipt.programme, entry.receipt.table, entry.receipt.origin) == (*table.key, rows.origin)
        and (path := entry.parquet_path(settings)) is not None
    ]
    parts = [
        pl.scan_parquet(path, hive_partitioning=False).with_columns(units.office_provinces(table)) for path in landed
    ]
    parts += [one.keys.lazy() for one in offered if (one.table.key, one.origin) == (table.key, rows.origin)]
    wanted = [
        part.filter(pl.col("submission_id").is_in(current.implode())).select(units.OFFICE_PROVINCE, _key(parent))
        for part in parts
    ]
    if not wanted:
        return pl.DataFrame(schema={units.OFFICE_PROVINCE: pl.String, "key": pl.String})
    return pl.concat(wanted).unique().collect()


def _key(parent: Parent) -> pl.Expr:
    key = pl.col(parent.column).cast(pl.String)
    return (key.str.replace_all(parent.without, "", literal=True) if parent.without else key).alias("key")


def _key_columns(table: Table) -> list[str]:
    """The columns by which a table refers to others, and by which others refer to it."""
    referring = [parent.column for parent in table.parents]
    for other in contracts.all_tables():
        if other.programme == table.programme:
            referring += [parent.column for parent in other.parents if parent.table == table.name]
    return list(dict.fromkeys(referring))
