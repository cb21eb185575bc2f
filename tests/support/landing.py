"""Write rows straight to a landing folder, as intake would have left them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from warehouse import contracts
from warehouse.intake import reference, units
from warehouse.settings import CHECKOUT, DBT_PROJECT

Rows = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]

DEFAULTS = {
    "origin": "submitted",
    "province_code": "41",
    "region_code": "410000",
    "reporting_unit": "河南省总工会",
    "report_period": "2024-05",
}


def write_landing(landing: Path, rows: Rows) -> None:
    """Landing of these rows and nothing else; (origin, province, 填报单位, 统计期) of a table make a submission, in the order given.

    A row may say the `unit_region_code` of its submission; otherwise it is what intake makes of the 填报单位.
    """
    lists = reference.load(CHECKOUT / "seeds" / "reference")
    connection = duckdb.connect()
    for path in landing.rglob("*.parquet"):
        path.unlink()
    submissions = []
    for table in contracts.all_tables():
        given = [{**DEFAULTS, **row} for row in rows.get(table.key, ())]
        for number, row in enumerate(given):
            office = units.office_province(table, row["province_code"])
            region = row.setdefault("unit_region_code", units.unit_region(row["reporting_unit"], office, lists))
            names = (table.name, row["origin"], office, region, row["reporting_unit"], row["report_period"])
            submission = "/".join(names)
            row.setdefault("submission_id", submission)
            row.setdefault("report_id", "0123456789ab")
            row.setdefault("file_name", f"{table.programme}/rows.csv")
            row.setdefault("row_number", number + 2)
            submissions.append((table, row))
        zero_reports = [row for row in given if row.get("is_zero_report")]
        _write(
            connection,
            landing / table.programme / table.name / "rows.parquet",
            landed_columns(table),
            [_landed(row) for row in given if row not in zero_reports],
        )
    _write(
        connection,
        landing / "intake" / "submissions" / "rows.parquet",
        _intake_columns("submissions"),
        _index(submissions),
    )
    _write(connection, landing / "intake" / "files" / "rows.parquet", _intake_columns("files"), [])


def landed_columns(table: contracts.Table) -> list[tuple[str, str]]:
    """Name and DuckDB type of every column of a landed table, in order."""
    head = [("origin", "varchar"), ("submission_id", "varchar"), ("report_id", "varchar"), ("file_name", "varchar")]
    columns = [(column.name, column.data_type) for column in table.columns]
    return [*head, ("row_number", "integer"), *columns, ("inexact", "varchar")]


def _landed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "unit_region_code"}


def _index(submissions: Sequence[tuple[contracts.Table, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    index: dict[tuple[str, ...], dict[str, Any]] = {}
    for table, row in submissions:
        key = (table.programme, row["submission_id"], row["region_code"])
        entry = index.setdefault(
            key,
            {
                "submission_id": row["submission_id"],
                "programme": table.programme,
                "table_name": table.name,
                "origin": row["origin"],
                "reporting_unit": row["reporting_unit"],
                "report_period": row["report_period"],
                "province_code": row["province_code"],
                "region_code": row["region_code"],
                "unit_region_code": row["unit_region_code"],
                "row_count": 0,
                "is_zero_report": bool(row.get("is_zero_report")),
                "is_current": True,
                "submission_order": len(index) + 1,
                "report_id": row["report_id"],
            },
        )
        entry["row_count"] += 1
    return list(index.values())


def _intake_columns(name: str) -> list[tuple[str, str]]:
    path = DBT_PROJECT / "models" / "core" / "_intake__sources.yml"
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"][0]["tables"]
    [table] = [table for table in tables if table["name"] == name]
    return [(column["name"], column["data_type"]) for column in table["columns"]]


def _write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unknown = {name for row in rows for name in row} - {name for name, _ in columns}
    assert not unknown, f"{path.parent.name} has no columns {unknown}"
    connection.execute("create or replace temp table landed (" + ", ".join(f'"{n}" {t}' for n, t in columns) + ")")
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into landed ({names}) values ({marks})", list(row.values()))
    connection.sql("select * from landed").write_parquet(str(path))
