"""Columns and cells of records as offices know them."""

import contextlib
import re
from typing import Any

from dashboard.components.data_table import Cell
from dashboard.data import descriptions
from dashboard.data.kpis import Kpi
from dashboard.i18n import is_english, t
from warehouse import contracts
from warehouse.settings import CHECKOUT

# 已结案：调解成功、调解不成或撤回 → 已结案
_BEGINNING = re.compile(r"[：；，。（]")


def headers(kpi: Kpi) -> dict[str, str]:
    """By column name the header offices use, from the contract of the fact's table; what the fact adds goes by its description."""
    known = _added(kpi)
    with contextlib.suppress(KeyError):
        known |= {column.name: column.header for column in contracts.find(kpi.programme, kpi.table_name or "").columns}
    return known | {"file_name": t("file"), "row_number": t("line")}


def cell(value: Any) -> Cell:
    """A value as it goes into a file: numbers stay numbers, yes and no become words."""
    if value is None:
        return None
    if isinstance(value, bool):
        return t("record_yes") if value else t("record_no")
    return value if isinstance(value, int | float) else str(value)


def text(value: Any) -> str:
    """A value as the page shows it."""
    shown = cell(value)
    return "" if shown is None else str(shown)


def _added(kpi: Kpi) -> dict[str, str]:
    """The columns that the fact works out itself, by the beginning of their description, which is Chinese."""
    if is_english():
        return {}
    _, columns = descriptions.in_file(CHECKOUT / kpi.definition_path).get(kpi.fact_model, ("", {}))
    return {name: _BEGINNING.split(words)[0] for name, words in columns.items() if words}
