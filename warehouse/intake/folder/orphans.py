"""Rows whose parent has not been reported (D101): told before publishing, and again when the warehouse is built."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from warehouse import contracts
from warehouse.contracts import Parent, Table
from warehouse.intake import messages, units
from warehouse.intake.receipt import ACCEPTED, WARNED, Message, Receipt
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing
from warehouse.settings import Settings

# A file whose every row waits for its parent says so a few times, not a million times.
ROWS_TOLD = 100
CODE = "D101"


def told_before_publishing(
    offered: Sequence[Remembered], others: Sequence[Remembered], stands: Standing, settings: Settings
) -> dict[str, list[Message]]:
    """By label, a warning for each offered row whose parent is neither among the landed rows that count nor among the offered ones.

    `stands` is what will count once the offered files are in. A parent is looked for among the records of the same origin and of
    offices of the same province. Reads only.
    """
    current = _current(stands)
    told: dict[str, list[Message]] = {}
    for entry in offered:
        table = _table(entry)
        if table is None or not table.parents:
            continue
        found: list[Message] = []
        for parent in table.parents:
            try:
                rows = _counted(entry, current, settings).select(
                    "row_number", parent.column, units.OFFICE_PROVINCE, _key(parent)
                )
                known = _known(entry, parent, (*others, *offered), current, settings)
                rows = rows.filter(pl.col("key").is_not_null())
                missing = rows.collect().join(known, on=[units.OFFICE_PROVINCE, "key"], how="anti")
            except (pl.exceptions.PolarsError, OSError):
                # Landed rows that are damaged, or being changed by a refresh: nobody is told of a parent that may be there.
                continue
            header = table.column(parent.column).header
            for line, raw in missing.sort("row_number").head(ROWS_TOLD).select("row_number", parent.column).iter_rows():
                found.append(_message(line, header, raw))
        if found:
            told[entry.receipt.file] = sorted(found, key=lambda message: message.row or 0)[:ROWS_TOLD]
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


def _table(entry: Remembered) -> Table | None:
    receipt = entry.receipt
    if receipt.programme is None or receipt.table is None or not entry.submissions:
        return None
    return contracts.find(receipt.programme, receipt.table)


def _current(stands: Standing) -> pl.Series:
    names = [submission.submission_id for _, submission in stands.current.values()]
    return pl.Series("submission_id", names, dtype=pl.String)


def _counted(entry: Remembered, current: pl.Series, settings: Settings) -> pl.LazyFrame:
    """The rows of a file that count, with the province of their office."""
    table, rows = _table(entry), entry.rows(settings)
    if table is None or rows is None:
        return pl.LazyFrame(schema={"submission_id": pl.String})
    return rows.with_columns(units.office_provinces(table)).filter(pl.col("submission_id").is_in(current.implode()))


def _known(
    entry: Remembered, parent: Parent, entries: Sequence[Remembered], current: pl.Series, settings: Settings
) -> pl.DataFrame:
    """Province and key of the parents that count: those of these files, of the origin of this one."""
    wanted = [
        _counted(one, current, settings).select(units.OFFICE_PROVINCE, _key(parent))
        for one in entries
        if (one.receipt.programme, one.receipt.table) == (entry.receipt.programme, parent.table)
        and one.receipt.origin == entry.receipt.origin
        and one.rows(settings) is not None
    ]
    if not wanted:
        return pl.DataFrame(schema={units.OFFICE_PROVINCE: pl.String, "key": pl.String})
    return pl.concat(wanted).unique().collect()


def _key(parent: Parent) -> pl.Expr:
    key = pl.col(parent.column).cast(pl.String)
    return (key.str.replace_all(parent.without, "", literal=True) if parent.without else key).alias("key")
