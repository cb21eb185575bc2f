"""Says what a correction changed: rows added, changed and removed from one submission to the one that replaced it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import messages
from warehouse.intake.findings import Note
from warehouse.intake.ledger import Ledger
from warehouse.intake.receipt import Message
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
        found[replaced.label].append(_message("D75", {**shared, **counts, "file": replaced.older_label}))
        found[replaced.older_label].append(_message("D75.replaced", {**shared, "file": replaced.label}))
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


def _message(key: str, values: Mapping[str, object]) -> Message:
    zh, en = messages.texts(key, values)
    return Message(messages.code_of(key), Note(key).weight, None, None, zh, en)
