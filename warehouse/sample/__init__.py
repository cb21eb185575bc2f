"""Demonstration records: synthetic, marked as such, the same on every machine, at any size."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from warehouse.contracts import all_tables
from warehouse.sample import files, places
from warehouse.sample.plan import Plan
from warehouse.settings import Settings

MARK = "演示_"
SHIPPED_SEED = 1
"""The seed of the demonstration files in the repository."""


def write_sample(rows: int | None, programme: str | None, out: Path, seed: int, settings: Settings) -> list[Path]:
    """Write demonstration files to `<out>/<programme>/演示_{项目}_{表}.csv`, one a table, and say which.

    rows: records in each programme's largest event table, parents in proportion; None for what the repository ships.
    programme: one programme, or None for all that have a generator, a module of this package by the programme's name.
    The same arguments and reference lists give the same bytes. Raises ValueError, in Chinese, for an unknown programme
    (the known ones are named) and for rows that are not positive.
    """
    if rows is not None and rows < 1:
        raise ValueError(f"--rows 应为正整数，现为 {rows}")
    file_words = _file_words(settings.reference)
    known = [name for name in dict.fromkeys(table.programme for table in all_tables()) if _has_generator(name)]
    if programme is not None and programme not in known:
        raise ValueError(f"没有项目 {programme} 的演示记录；可用的项目：{'、'.join(known)}")
    regions = places.read(settings.reference)
    written: list[Path] = []
    for name in known if programme is None else [programme]:
        contracts = {table.name: table for table in all_tables() if table.programme == name}
        for table, batches in tables(Plan(name, rows, seed, regions)):
            path = out / name / f"{MARK}{file_words.get(name, name)}_{contracts[table].name_zh}.csv"
            files.write(contracts[table], batches, regions.provinces, path)
            written.append(path)
    return written


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """The tables of the plan's programme, each with its batches of records (contract column names)."""
    module = import_module(f"warehouse.sample.{plan.programme}")
    yield from module.tables(plan)


def _has_generator(programme: str) -> bool:
    return find_spec(f"warehouse.sample.{programme}") is not None


def _file_words(reference: Path) -> dict[str, str]:
    programmes = pl.read_csv(reference / "programmes.csv", infer_schema=False)
    return dict(programmes.select("programme", "file_word").iter_rows())
