"""Says what a correction changed: rows added, changed and removed from one submission to the one that replaced it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake.folder.ledger import Ledger
from warehouse.intake.note import Note
from warehouse.intake.receipt import Message, message_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Replacement, Standing
from warehouse.settings import Settings


def replacement_messages(
    stands: Standing,
    taken: Sequence[Remembered],
    settings: Settings,
    ledger: Ledger | None,
    only: Collection[str] | None = None,
) -> dict[str, list[Message]]:
    """Messages by file: what each correction changed, and which earlier files were replaced by what.

    The ledger remembers comparisons; without one nothing is written. `only` names the files whose messages are wanted.
    """
    entries = {entry.receipt.file: entry for entry in taken if entry.submissions}
    found: dict[str, list[Message]] = defaultdict(list)
    for replaced in stands.replacements:
        if replaced.label == replaced.older_label:
            continue
        shared = {"unit": replaced.newer.reporting_unit, "period": replaced.newer.report_period}
        if only is None or replaced.label in only:
            added, changed, removed = _compared(replaced, entries, settings, ledger)
            counts = {"a": added, "b": changed, "c": removed}
            found[replaced.label].append(
                message_of(Note("D75", {**shared, **counts, "file": replaced.older_label}), None, None)
            )
        found[replaced.older_label].append(
            message_of(Note("D75.replaced", {**shared, "file": replaced.label}), None, None)
        )
    if ledger is not None:
        ledger.keep_comparisons((one.older.submission_id, one.newer.submission_id) for one in stands.replacements)
    return found


def _compared(
    replaced: Replacement, entries: Mapping[str, Remembered], settings: Settings, ledger: Ledger | None
) -> tuple[int, int, int]:
    older, newer = replaced.older.submission_id, replaced.newer.submission_id
    known = ledger.comparison(older, newer) if ledger is not None else None
    if known is not None:
        return known
    table = contracts.find(replaced.newer.programme, replaced.newer.table)
    counts = difference(
        _rows(entries.get(replaced.older_label), older, table, settings),
        _rows(entries.get(replaced.label), newer, table, settings),
        table,
    )
    if ledger is not None:
        ledger.remember_comparison(older, newer, counts)
    return counts


def difference(older: pl.DataFrame, newer: pl.DataFrame, table: Table) -> tuple[int, int, int]:
    """Rows added, changed and removed, by the table's key."""
    content = [*(column.name for column in table.columns), "inexact"]
    key = list(table.primary_key)
    before, after = _hashed(older, key, content), _hashed(newer, key, content)
    both = before.join(after, on="key", how="inner", suffix="_new")
    changed = both.filter(pl.col("content") != pl.col("content_new")).height
    return after.height - both.height, changed, before.height - both.height


def _hashed(frame: pl.DataFrame, key: list[str], content: list[str]) -> pl.DataFrame:
    hashed = frame.select(
        pl.struct(key or content).hash(seed=1).alias("key"), pl.struct(content).hash(seed=2).alias("content")
    )
    return hashed.unique("key", keep="last")


def _rows(entry: Remembered | None, submission_id: str, table: Table, settings: Settings) -> pl.DataFrame:
    rows = entry.rows(settings) if entry is not None else None
    if rows is None:
        return pl.DataFrame(schema={**{column.name: pl.String for column in table.columns}, "inexact": pl.String})
    return rows.filter(pl.col("submission_id") == submission_id).collect()
