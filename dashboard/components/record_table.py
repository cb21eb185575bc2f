"""Columns and cells of records as offices know them."""

from typing import Any

from dashboard.components.data_table import Cell
from dashboard.data.kpis import Kpi
from dashboard.i18n import t
from warehouse import contracts


def headers(kpi: Kpi) -> dict[str, str]:
    """By column name the header offices use, from the contract of the fact's table."""
    known = {"file_name": t("file"), "row_number": t("line")}
    try:
        table = contracts.find(kpi.programme, kpi.table_name or "")
    except KeyError:
        return known
    return {column.name: column.header for column in table.columns} | known


def cell(value: Any) -> Cell:
    """A value as it goes into a file: numbers stay numbers, yes and no become words."""
    if value is None:
        return None
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return value if isinstance(value, int | float) else str(value)


def text(value: Any) -> str:
    """A value as the page shows it."""
    shown = cell(value)
    return "" if shown is None else str(shown)
