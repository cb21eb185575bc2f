"""Writes accepted rows and what is known of files and submissions to the landing folder."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.contracts import Table
from warehouse.intake import units
from warehouse.intake.cells import landed_dtype
from warehouse.settings import DBT_PROJECT
from warehouse.system import yaml_files
from warehouse.system.durable import replacing

SCHEMA_FILE = "schema.parquet"
_LEADING = {
    "origin": pl.String(),
    "submission_id": pl.String(),
    "report_id": pl.String(),
    "file_name": pl.String(),
    "row_number": pl.Int32(),
}
_INTAKE_TYPES: Mapping[str, pl.DataType] = {
    "varchar": pl.String(),
    "bigint": pl.Int64(),
    "boolean": pl.Boolean(),
    "timestamp": pl.Datetime("us"),
}


def schema_of(table: Table) -> dict[str, pl.DataType]:
    """The columns of a landed table, in order."""
    return {**_LEADING, **{column.name: landed_dtype(column) for column in table.columns}, "inexact": pl.String()}


def submission_id(
    report_id: str, origin: str, table: Table, office_province: str, reporting_unit: str, report_period: str
) -> str:
    """The md5 that names a submission of one file."""
    parts = (report_id, origin, table.programme, table.name, office_province, reporting_unit, report_period)
    return hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()


def with_submissions(frame: pl.DataFrame, table: Table, origin: str, report_id: str) -> pl.DataFrame:
    """Rows of one file with the `office_province` and the `submission_id` of each."""
    names = [units.OFFICE_PROVINCE, "reporting_unit", "report_period"]
    frame = frame.with_columns(units.office_provinces(table))
    keys = frame.select(names).unique(maintain_order=True)
    identities = [
        submission_id(report_id, origin, table, province, unit, str(period))
        for province, unit, period in keys.iter_rows()
    ]
    keys = keys.with_columns(pl.Series("submission_id", identities, dtype=pl.String))
    return frame.join(keys, on=names, how="left", maintain_order="left")


def landed(frame: pl.DataFrame, table: Table, origin: str, report_id: str, label: str) -> pl.DataFrame:
    """Accepted rows as they are landed: every row with its origin, submission, file and line."""
    joined = with_submissions(frame, table, origin, report_id).with_columns(
        pl.lit(origin).alias("origin"),
        pl.lit(report_id).alias("report_id"),
        pl.lit(label).alias("file_name"),
        pl.col("line").cast(pl.Int32).alias("row_number"),
    )
    return joined.select(pl.col(name).cast(dtype) for name, dtype in schema_of(table).items())


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Writes one parquet file, whole or not at all."""
    with replacing(path) as temporary:
        write_rows(frame, temporary)


def write_rows(frame: pl.DataFrame, path: Path) -> None:
    """Writes one parquet file as landed rows are packed, without a word about its being whole."""
    frame.write_parquet(path, compression="zstd", compression_level=1)


def write_schemas(landing: Path, tables: Iterable[Table]) -> None:
    """One parquet file without rows per table, so that a glob always finds one."""
    for table in tables:
        path = landing / table.programme / table.name / SCHEMA_FILE
        schema = schema_of(table)
        if _schema_on_disk(path) != schema:
            write_table(pl.DataFrame(schema=schema), path)


def write_intake(landing: Path, name: str, rows: Sequence[Mapping[str, Any]] | Mapping[str, list[Any]]) -> None:
    """`submissions` or `files`, as rows or as columns, with those that models/core/_intake__sources.yml declares."""
    frame = pl.DataFrame(rows, schema=_intake_schema(name), orient="row")
    _write_when_different(frame, landing / "intake" / name / f"{name}.parquet")


def write_empty(landing: Path, tables: Iterable[Table]) -> None:
    """A landing as it is before anything was dropped, for models of which only their columns are asked."""
    write_schemas(landing, tables)
    for name in ("submissions", "files"):
        write_intake(landing, name, [])


def _schema_on_disk(path: Path) -> dict[str, pl.DataType] | None:
    """The columns of a parquet file; None when it is not there or cannot be read."""
    try:
        return dict(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError):
        return None


def _write_when_different(frame: pl.DataFrame, path: Path) -> None:
    if path.exists():
        try:
            if pl.read_parquet(path, hive_partitioning=False).equals(frame):
                return
        except (pl.exceptions.PolarsError, OSError):
            pass  # A damaged file is written anew.
    write_table(frame, path)


@lru_cache(maxsize=4)
def _intake_schema(name: str) -> dict[str, pl.DataType]:
    content = yaml_files.read(DBT_PROJECT / "models" / "core" / "_intake__sources.yml")
    for table in content["sources"][0]["tables"]:
        if table["name"] == name:
            return {column["name"]: _INTAKE_TYPES[column["data_type"]] for column in table["columns"]}
    raise KeyError(f"_intake__sources.yml: 缺少表 {name}（no table named {name}）")
