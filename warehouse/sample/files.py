"""Sample files: records under the contract's Chinese headers, marked as demonstration by file name and unit."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from warehouse.contracts import Table

BASIS = {"event": "本期", "register": "时点", "snapshot": "时点"}


def write(table: Table, batches: Iterable[pl.DataFrame], provinces: pl.DataFrame, path: Path) -> None:
    """Write the batches of one table as UTF-8 CSV without BOM; what was at `path` is replaced once all is written.

    Batches have province_code, region_code, report_period and the contract's own columns; reporting_unit is made from
    the province where it is missing, other columns stay empty. Raises ValueError when a required column is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            header = True
            for batch in batches:
                _as_written(table, batch, provinces).write_csv(file, include_header=header, line_terminator="\n")
                header = False
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _as_written(table: Table, batch: pl.DataFrame, provinces: pl.DataFrame) -> pl.DataFrame:
    frame = batch.join(
        provinces.select("province_code", "province_name"), on="province_code", how="left", maintain_order="left"
    ).with_columns(pl.lit(BASIS[table.kind]).alias("data_basis"))
    if "reporting_unit" not in frame.columns:
        frame = frame.with_columns((pl.col("province_name") + "总工会（演示）").alias("reporting_unit"))
    frame = frame.with_columns(pl.col("province_name").alias("province_code"))
    absent = [column.header for column in table.columns if column.required and column.name not in frame.columns]
    if absent:
        raise ValueError(f"{table.programme}.{table.name} 的演示记录缺少必填列：{'、'.join(absent)}")
    return frame.select(_cell(frame, column.name).alias(column.header) for column in table.columns)


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.String)
    if frame.schema[name] == pl.Boolean:
        return pl.when(name).then(pl.lit("是")).when(~pl.col(name)).then(pl.lit("否"))
    return pl.col(name)
