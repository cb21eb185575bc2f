"""Rows whose parent has not been reported (D101): found when the warehouse is built, told in the file's receipt."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse import contracts
from warehouse.intake import messages
from warehouse.intake.receipt import ACCEPTED, WARNED, Message, Receipt

# A file whose every row waits for its parent says so a few times, not a million times.
ROWS_TOLD = 100


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
        zh, en = messages.texts("D101", {"row": row, "raw": missing_key})
        told.setdefault(file_name, []).append(Message("D101", messages.WARNING, row, header, zh, en))
    return tuple(_with(receipt, told.get(receipt.file, [])) for receipt in receipts)


def _with(receipt: Receipt, orphans: list[Message]) -> Receipt:
    if not orphans:
        return receipt
    status = WARNED if receipt.status == ACCEPTED else receipt.status
    return replace(receipt, status=status, messages=(*receipt.messages, *orphans[:ROWS_TOLD]))
