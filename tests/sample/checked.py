"""Reads a sample file as the contract says and lists everything in it that the contract does not allow."""

from pathlib import Path
from typing import Any

import polars as pl

from warehouse.contracts import Column, Table, all_tables

LAST_PERIOD, LAST_DAY = "2024-05", "2024-05-31"
TYPES = {"int": pl.Int64, "decimal": pl.Float64}
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def read(path: Path, table: Table) -> pl.DataFrame:
    """The file's rows under the contract's column names, typed; fails on other headers or another order."""
    raw = pl.read_csv(path, infer_schema=False)
    assert raw.columns == [column.header for column in table.columns], path.name
    return raw.rename({column.header: column.name for column in table.columns}).with_columns(
        _typed(column) for column in table.columns
    )


def read_all(folder: Path) -> dict[tuple[str, str], pl.DataFrame]:
    """Every table of a sample folder; fails when a file is missing or more than one has a table's name."""
    frames = {}
    for table in all_tables():
        (path,) = folder.glob(f"{table.programme}/演示_*_{table.name_zh}.csv")
        frames[table.key] = read(path, table)
    return frames


def faults(frame: pl.DataFrame, table: Table) -> list[str]:
    """One line for every column or rule that some row breaks."""
    found = [f"{column.name}: {fault}" for column in table.columns for fault in _column_faults(frame, column)]
    for rule in table.rules:
        broken = frame.filter(~pl.sql_expr(rule.check)).height
        if broken:
            found.append(f"{rule.check}: {broken} rows")
    keys = ["reporting_unit", "report_period", *table.primary_key]
    doubled = frame.height - frame.unique(keys).height
    if doubled:
        found.append(f"{keys}: {doubled} rows of a key that is there already")
    return found


def _typed(column: Column) -> pl.Expr:
    if column.type == "bool":
        return pl.col(column.name).replace_strict({"是": True, "否": False}, return_dtype=pl.Boolean)
    if column.type == "date":
        return pl.col(column.name).str.to_date()
    return pl.col(column.name).cast(TYPES.get(column.type, pl.String))


def _column_faults(frame: pl.DataFrame, column: Column) -> list[str]:
    cell = frame[column.name]
    there = cell.drop_nulls()
    found = []
    if column.required and cell.null_count():
        found.append(f"{cell.null_count()} blanks")
    if column.required_if and frame.filter(pl.sql_expr(column.required_if) & pl.col(column.name).is_null()).height:
        found.append(f"blank where {column.required_if}")
    if column.allowed:
        values = there.str.split("、").explode() if column.type == "multi" else there
        if set(values) - set(column.allowed):
            found.append(f"not allowed: {set(values) - set(column.allowed)}")
    # Of whatever type the column has.
    least: Any = there.min()
    most: Any = there.max()
    if column.min is not None:
        limit = column.min if column.type != "date" else pl.Series([column.min]).str.to_date()[0]
        if len(there) and (least < limit or (column.min_exclusive and least == limit)):
            found.append(f"below {column.min}: {least}")
    if isinstance(column.max, int) and len(there) and most > column.max:
        found.append(f"above {column.max}: {most}")
    if column.max == "current_year" and len(there) and most > 2024:
        found.append(f"a year to come: {most}")
    if column.type == "date" and column.not_future and (there > pl.Series([LAST_DAY]).str.to_date()[0]).any():
        found.append(f"a day to come: {most}")
    if column.type == "period" and not (there.is_between(pl.lit("2022-06"), pl.lit(LAST_PERIOD))).all():
        found.append(f"outside the window: {least} to {most}")
    if column.pattern and not there.str.contains(column.pattern).all():
        found.append(f"not of the form {column.pattern}")
    if column.max_length and len(there) and (there.str.len_chars() > column.max_length).any():
        found.append(f"longer than {column.max_length}")
    if column.provinces and not there.str.slice(0, 2).is_in(column.provinces).all():
        found.append("in another province")
    if column.checksum == "uscc" and not all(_is_uscc(code) for code in there):
        found.append("wrong check digit")
    return found


def _is_uscc(code: str) -> bool:
    total = sum(USCC.index(digit) * weight for digit, weight in zip(code, WEIGHTS, strict=False))
    return len(code) == 18 and USCC[-total % 31] == code[-1]
