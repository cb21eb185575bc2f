"""Read the current release: KPI values by code, and any read-only query."""

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse import release
from warehouse.settings import Settings

ORIGINS = ("submitted", "published", "demonstration")

KPI_COLUMNS = (
    "kpi", "programme", "region", "period", "origin", "numerator", "denominator", "value", "value_upper", "qualifier", "unit",
    "target", "target_upper", "status", "rows", "as_of", "is_hidden",
)  # fmt: skip


class ReadingError(Exception):
    """A question that has no answer; the message says why and what would have one."""


@dataclass(frozen=True)
class Selection:
    """Which KPI values; None means any. `categories` adds the values by category (worker group, benefit type)."""

    programme: str | None = None
    kpi: str | None = None
    region: str | None = None
    period: str | None = None
    origin: str | None = None
    categories: bool = False


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the current release that cannot reach any other file. Raises ReadingError without a release."""
    current = release.current(settings)
    if current is None:
        raise ReadingError("还没有版本。请先运行 unionboard refresh。")
    return duckdb.connect(
        str(current.path), read_only=True, config={"enable_external_access": "false", "lock_configuration": "true"}
    )


def kpi_values(settings: Settings, selection: Selection) -> list[dict[str, Any]]:
    """The values selected, with the keys of KPI_COLUMNS, and category where one is selected or where a KPI has nothing else.

    A KPI, region and period that nobody has reported give one row whose value is None. Raises ReadingError for an unknown code.
    """
    with connect(settings) as connection:
        _check(connection, selection)
        conditions, parameters = ["true"], []
        for column in ("programme", "kpi", "region", "period", "origin"):
            wanted = getattr(selection, column)
            if wanted is not None:
                conditions.append(f"mart_kpi_values.{column} = ?")
                parameters.append(wanted)
        if not selection.categories:
            conditions.append("(category is null or dim_kpi.is_category_only)")
        columns = ", ".join(f"mart_kpi_values.{column}" for column in KPI_COLUMNS)
        found = rows_of(
            connection.execute(
                # Only column names of this module are put into the text; values are bound.
                f"select {columns}, category from mart_kpi_values inner join dim_kpi on mart_kpi_values.kpi = dim_kpi.kpi"  # noqa: S608
                f" where {' and '.join(conditions)}"
                " order by dim_kpi.programme, dim_kpi.sort_order, region, period, origin, category",
                parameters,
            )
        )
        if not found and selection.kpi and selection.region and selection.period:
            found = [_not_reported(connection, selection)]
    for row in found:
        if row["category"] is None:
            del row["category"]
        if row["as_of"] is not None:
            row["as_of"] = row["as_of"].isoformat()
    return found


def query(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """The rows of a read-only query. Raises ReadingError with the engine's message."""
    with connect(settings) as connection:
        try:
            return rows_of(connection.execute(sql))
        except duckdb.Error as error:
            raise ReadingError(f"查询出错：{error}") from error


def rows_of(cursor: Any) -> list[dict[str, Any]]:
    """All rows of an executed cursor as dictionaries."""
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _check(connection: duckdb.DuckDBPyConnection, selection: Selection) -> None:
    for what, value, sql in (
        ("项目", selection.programme, "select programme from dim_programme order by sort_order"),
        ("指标", selection.kpi, "select kpi from dim_kpi order by programme, sort_order"),
        ("地区", selection.region, "select region_code from dim_region order by region_code"),
        ("统计期", selection.period, "select period from dim_period order by period_end desc, period"),
    ):
        if value is None:
            continue
        known = [row[0] for row in connection.execute(sql).fetchall()]
        if value not in known:
            shown = known if len(known) <= 100 else [*known[:35], "……"]
            raise ReadingError(f"没有{what} {value}。现有{what}：{'、'.join(shown)}")
    if selection.origin is not None and selection.origin not in ORIGINS:
        raise ReadingError(f"没有来源 {selection.origin}。可用：{'、'.join(ORIGINS)}")


def _not_reported(connection: duckdb.DuckDBPyConnection, selection: Selection) -> dict[str, Any]:
    [(programme, unit)] = connection.execute(
        "select programme, unit from dim_kpi where kpi = ?", [selection.kpi]
    ).fetchall()
    row: dict[str, Any] = dict.fromkeys((*KPI_COLUMNS, "category"))
    row.update(
        kpi=selection.kpi, programme=programme, region=selection.region, period=selection.period,
        origin=selection.origin or "submitted", qualifier="", unit=unit, status="no_data", rows=0,
    )  # fmt: skip
    return row
