"""Columns and cells of records as offices know them."""

import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.components.data_table import Cell
from dashboard.data import descriptions
from dashboard.data.kpis import Kpi
from dashboard.i18n import is_english, pick, t
from warehouse import contracts
from warehouse.settings import CHECKOUT

# 已结案：调解成功、调解不成或撤回 → 已结案
_BEGINNING = re.compile(r"[：；，。（]")


def headers(kpi: Kpi) -> dict[str, str]:
    """By column name the header offices use, from the contract of the fact's table; what the fact adds goes by its description."""
    added = {name: _BEGINNING.split(words)[0] for name, words in _descriptions(kpi).items()}
    states = {name: t(f"record_{name}") for name in ("valid_from", "valid_to", "first_reported_on")}
    return states | added | _of_file(kpi) | {"file_name": t("file"), "row_number": t("line")}


def header(kpi: Kpi, columns: Sequence[str]) -> tuple[str, ...]:
    """The headers of columns, each another: one that would say what a column of the file says is told apart by all of its description."""
    known = headers(kpi)
    first = [known.get(name, name) for name in columns]
    doubled = {text for text, count in Counter(first).items() if count > 1}
    own = _of_file(kpi)
    described = _descriptions(kpi)
    second = [
        text if text not in doubled or name in own else described.get(name, text)
        for name, text in zip(columns, first, strict=True)
    ]
    still = {text for text, count in Counter(second).items() if count > 1}
    return tuple(
        f"{text} ({name})" if text in still and name not in own else text
        for name, text in zip(columns, second, strict=True)
    )


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


def _of_file(kpi: Kpi) -> dict[str, str]:
    """The columns of the office's table, by the header that offices use; in English by their names, which are English words."""
    with contextlib.suppress(KeyError):
        columns = contracts.find(kpi.programme, kpi.table_name or "").columns
        return {one.name: pick(one.header, one.name.replace("_", " ").capitalize()) for one in columns}
    return {}


def _descriptions(kpi: Kpi) -> dict[str, str]:
    """What is said of the columns that the fact works out itself, which is Chinese."""
    if is_english():
        return {}
    _, columns = descriptions.in_file(CHECKOUT / kpi.definition_path).get(kpi.fact_model, ("", {}))
    return {name: words for name, words in columns.items() if words}
