"""Which lines of which files cause a change of a KPI value: the rows of added files that are new or say something new."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import landing, remembered
from warehouse.intake.findings import line_ranges
from warehouse.intake.remembered import Remembered
from warehouse.settings import Settings

NATION = "000000"


def add_rows(changes: Sequence[dict[str, Any]], labels: Sequence[str], settings: Settings, aside: Settings) -> None:
    """Adds to each change `rows`, how many new or changed rows of its region the added files hold, and `lines`, which.

    `labels` are the added files, taken in under `aside`; `settings` is the installation they are compared with. Only rows that
    count are looked at: a file that waits, is refused or is replaced causes nothing. Where the added files have rows of the region,
    `files` names only those files.
    """
    by_programme: dict[str, dict[str, pl.DataFrame]] = defaultdict(dict)
    for entry in remembered.load_all(aside):
        if entry.receipt.file in labels and entry.receipt.programme is not None:
            by_programme[entry.receipt.programme][entry.receipt.file] = _new_rows(entry, settings, aside)
    known: dict[tuple[str, str], tuple[list[str], int, str]] = {}
    for change in changes:
        place = (str(change["programme"]), str(change["region"]))
        if place not in known:
            known[place] = _in_region(by_programme.get(place[0], {}), place[1])
        files, rows, lines = known[place]
        if files:
            change["files"] = files
        change["rows"], change["lines"] = rows, lines


def _new_rows(entry: Remembered, settings: Settings, aside: Settings) -> pl.DataFrame:
    """Region and line of the rows that no file of the installation holds in the same words."""
    landed = entry.rows(aside)
    if landed is None or entry.receipt.programme is None or entry.receipt.table is None:
        return pl.DataFrame(schema={"region_code": pl.String, "row_number": pl.Int32})
    table = contracts.find(entry.receipt.programme, entry.receipt.table)
    rows = _with_content(_standing(landed, aside), table)
    before = [
        _with_content(_standing(pl.scan_parquet(known, hive_partitioning=False), settings), table).select("content")
        for known in _landed(settings, table)
    ]
    if before:
        rows = rows.join(pl.concat(before).unique(), on="content", how="anti")
    return rows.select("region_code", "row_number")


def _standing(landed: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """The landed rows that count: those of submissions that nothing later has replaced."""
    listed = settings.landing / "intake" / "submissions" / "submissions.parquet"
    current = pl.read_parquet(listed).filter(pl.col("is_current"))["submission_id"]
    return landed.filter(pl.col("submission_id").is_in(current.implode())).collect()


def _landed(settings: Settings, table: Table) -> list[Path]:
    folder = settings.landing / table.programme / table.name
    return [path for path in sorted(folder.glob("*.parquet")) if path.name != landing.SCHEMA_FILE]


def _with_content(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    names = ["origin", *(column.name for column in table.columns), "inexact"]
    return frame.with_columns(pl.struct(names).hash(seed=2).alias("content"))


def _in_region(files: dict[str, pl.DataFrame], region: str) -> tuple[list[str], int, str]:
    found: list[str] = []
    count = 0
    shown: list[str] = []
    for name, rows in files.items():
        inside = rows if region == NATION else rows.filter(pl.col("region_code").str.starts_with(_prefix(region)))
        if inside.height:
            found.append(name)
            count += inside.height
            shown.append(line_ranges(inside["row_number"].to_list()))
    return found, count, "；".join(shown)


def _prefix(region: str) -> str:
    """The digits that the codes of all regions inside have in common."""
    return region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
