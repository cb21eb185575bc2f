"""Warns when an amount that its contract marks `paid_once` was reported twice for one record, and differs (D105)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import remembered
from warehouse.intake.note import Note
from warehouse.intake.receipt import Message, message_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing, order_number
from warehouse.settings import Settings
from warehouse.system.durable import replacing


def double_payments(
    stands: Standing,
    taken: Sequence[Remembered],
    settings: Settings,
    is_kept: bool,
    only: Collection[str] | None = None,
) -> dict[str, list[Message]]:
    """Messages by file: rows whose amount differs from the one reported before, among the submissions that count.

    `is_kept`: what is found is kept for the next time. `only` names the files whose messages are wanted.
    """
    wanted = {
        (entry.receipt.programme, entry.receipt.table) for entry in taken if only is None or entry.receipt.file in only
    }
    found: dict[str, list[Message]] = defaultdict(list)
    for table in contracts.all_tables():
        for column in table.columns:
            if column.paid_once and table.key in wanted:
                for file, row, key in _of_column(table, column.name, stands, taken, settings, is_kept):
                    found[file].append(message_of(Note("D105", {"key": key}), row, column.header))
    return found


def _of_column(
    table: Table, column: str, stands: Standing, taken: Sequence[Remembered], settings: Settings, is_kept: bool
) -> list[tuple[str, int, str]]:
    order = {
        submission.submission_id: (order_number(file), submission.unit_region_code)
        for file, submission in stands.current.values()
        if (submission.programme, submission.table) == table.key
    }
    if len(order) < 2:
        return []
    parts = remembered.rows_of(
        (entry for entry in taken if (entry.receipt.programme, entry.receipt.table) == table.key), settings
    )
    return _cached(settings, table, column, order, parts) if is_kept else _search(table, column, order, parts)


def _cached(
    settings: Settings, table: Table, column: str, order: Mapping[str, tuple[int, str]], landed: Sequence[pl.LazyFrame]
) -> list[tuple[str, int, str]]:
    """The search's result, kept until other submissions count."""
    key = hashlib.sha256(json.dumps([sorted(order.items()), repr(table)]).encode()).hexdigest()
    path = settings.receipts / f"once_{table.programme}_{table.name}_{column}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] == key:
            return [(str(file), int(row), str(text)) for file, row, text in content["found"]]
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError, ValueError):
        pass  # Nothing is kept, or not for these submissions.
    found = _search(table, column, order, landed)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"key": key, "found": found}, ensure_ascii=False), encoding="utf-8")
    return found


def _search(
    table: Table, column: str, order: Mapping[str, tuple[int, str]], landed: Sequence[pl.LazyFrame]
) -> list[tuple[str, int, str]]:
    names = [
        "submission_id",
        "report_period",
        "file_name",
        "row_number",
        "origin",
        "region_code",
        *table.primary_key,
        column,
    ]
    parts = [rows.select(list(dict.fromkeys(names))).filter(pl.col(column).is_not_null()) for rows in landed]
    if not parts:
        return []
    # Of a million records few were reported twice; only those have to be put in order.
    whole = pl.concat(parts).collect().filter(pl.len().over(["origin", *table.primary_key]) > 1)
    if whole.is_empty():
        return []
    orders = pl.DataFrame(
        [(identity, number, region) for identity, (number, region) in order.items()],
        schema=["submission_id", "number", "unit_region_code"],
        orient="row",
    )
    reported = whole.join(orders, on="submission_id").sort("report_period", "number")
    # The same key is the same record from an office of the same region, or, where a city and its province both report, of the same place.
    changed = pl.concat(
        reported.filter(pl.col(column) != pl.col(column).shift(1).over(["origin", place, *table.primary_key]))
        for place in ("unit_region_code", "region_code")
    ).unique(["file_name", "row_number"], maintain_order=True)
    return [
        (
            row["file_name"],
            row["row_number"],
            "、".join(f"{table.column(name).header}{row[name]}" for name in table.primary_key),
        )
        for row in changed.iter_rows(named=True)
    ]
