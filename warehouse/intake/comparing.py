"""Says what a correction changed: rows added, changed and removed from one submission to the one that replaced it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake.ledger import Ledger
from warehouse.intake.note import Note
from warehouse.intake.receipt import Message, message_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Replacement, Standing
from warehouse.settings import Settings


def replacement_messages(
    stands: Standing, taken: Sequence[Remembered], settings: Settings, ledger: Ledger
) -> dict[str, list[Message]]:
    """Messages by file: what each correction changed, and which earlier files were replaced by what."""
    paths = {entry.receipt.file: entry.parquet_path(settings) for entry in taken if entry.submissions}
    found: dict[str, list[Message]] = defaultdict(list)
    for replaced in stands.replacements:
        if replaced.label == replaced.older_label:
            continue
        added, changed, removed = _compared(replaced, paths, ledger)
        shared = {"unit": replaced.newer.reporting_unit, "period": replaced.newer.report_period}
        counts = {"a": added, "b": changed, "c": removed}
        found[replaced.label].append(
            message_of(Note("D75", {**shared, **counts, "file": replaced.older_label}), None, None)
        )
        found[replaced.older_label].append(
            message_of(Note("D75.replaced", {**shared, "file": replaced.label}), None, None)
        )
    ledger.keep_comparisons((one.older.submission_id, one.newer.submission_id) for one in stands.replacements)
    return found


def replacements_by(
    label: str, rows: pl.DataFrame | None, stands: Standing, others: Sequence[Remembered], settings: Settings
) -> list[Message]:
    """What a file that is not landed would change; `rows` are its rows as they would be landed."""
    paths = {entry.receipt.file: entry.parquet_path(settings) for entry in others if entry.submissions}
    found = []
    for replaced in stands.replacements:
        shared = {"unit": replaced.newer.reporting_unit, "period": replaced.newer.report_period}
        if replaced.older_label == label:
            found.append(message_of(Note("D75.replaced", {**shared, "file": replaced.label}), None, None))
        if replaced.label != label:
            continue
        table = contracts.find(replaced.newer.programme, replaced.newer.table)
        older = _rows(paths.get(replaced.older_label), replaced.older.submission_id, table)
        newer = _rows(None, "", table)
        if rows is not None:
            newer = rows.filter(pl.col("submission_id") == replaced.newer.submission_id)
        added, changed, removed = difference(older, newer, table)
        counts = {"a": added, "b": changed, "c": removed}
        found.append(message_of(Note("D75", {**shared, **counts, "file": replaced.older_label}), None, None))
    return found


def _compared(replaced: Replacement, paths: Mapping[str, Path | None], ledger: Ledger) -> tuple[int, int, int]:
    older, newer = replaced.older.submission_id, replaced.newer.submission_id
    known = ledger.comparison(older, newer)
    if known is not None:
        return known
    table = contracts.find(replaced.newer.programme, replaced.newer.table)
    counts = difference(
        _rows(paths.get(replaced.older_label), older, table), _rows(paths.get(replaced.label), newer, table), table
    )
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


def _rows(path: Path | None, submission_id: str, table: Table) -> pl.DataFrame:
    if path is None:
        return pl.DataFrame(schema={**{column.name: pl.String for column in table.columns}, "inexact": pl.String})
    return pl.scan_parquet(path, hive_partitioning=False).filter(pl.col("submission_id") == submission_id).collect()
