"""What an office fills in on a page, as the file it would have sent: from there on it goes the way of every file."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from warehouse import contracts
from warehouse.contracts import Column, Table
from warehouse.front_door import template
from warehouse.settings import Settings

SAID_ONCE = ("province_code", "reporting_unit", "report_period", "as_of_date", "data_basis")
"""Columns that are the same in every row of one submission."""
ZERO_REPORT = "零报告"
MOST_ROWS = 200

_BASIS = {"event": "本期", "register": "时点", "snapshot": "时点"}
# Signs that file names do not bear, or that part their words.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|_\s]+')

Cell = str | int | float | bool | date | Sequence[str] | None


def columns(table: Table) -> tuple[Column, ...]:
    """The columns that are filled in row by row, in the contract's order; remarks and what qualifies a number last."""
    own = [column for column in table.file_columns if column.name not in SAID_ONCE]
    last = ("value_qualifier", "remarks")
    return (*(one for one in own if one.name not in last), *(one for one in own if one.name in last))


@dataclass(frozen=True)
class FirstSaid:
    """What is most likely meant by columns that are said once."""

    as_of_date: date
    data_basis: str | None


def first_said(table: Table, period: str, today: date) -> FirstSaid:
    """The last day of the period (YYYY-MM), and the basis of the table's kind."""
    year, month = int(period[:4]), int(period[5:7])
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    basis = next((one for one in table.file_columns if one.name == "data_basis"), None)
    wanted = _BASIS[table.kind]
    known = basis.allowed if basis is not None else ()
    return FirstSaid(min(last, today), wanted if wanted in known else next(iter(known), None))


def explanation(table: Table, column: Column) -> str:
    """What the template says beside the column."""
    return template.explanation(column, {one.name: one.header for one in table.file_columns})


def choices(column: Column, provinces: Sequence[str]) -> tuple[str, ...]:
    """What may be chosen in the column, as the template offers it; nothing where anything may be written."""
    return template.choices(column, tuple(provinces))


def as_file(
    settings: Settings, programme: str, table: str, said: Mapping[str, Cell], rows: Sequence[Mapping[str, Cell]]
) -> tuple[str, bytes] | None:
    """Name and bytes of the CSV: the contract's headers in its order, blank rows left out; None where nothing was filled in.

    A report of nothing is one row whose remarks say 零报告. Nothing is judged here.
    """
    contract = contracts.find(programme, table)
    filled = [row for row in rows if any(_text(cell) for cell in row.values())]
    if not filled:
        return None
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.header for column in contract.file_columns])
    for row in filled:
        is_nothing = _text(row.get("remarks")) == ZERO_REPORT and not any(
            _text(cell) for name, cell in row.items() if name != "remarks"
        )
        # What says how a number is meant says nothing where there is none.
        once = {name: said.get(name) for name in (SAID_ONCE[:3] if is_nothing else SAID_ONCE)}
        cells = {**row, **once}
        writer.writerow([_text(cells.get(column.name), column) for column in contract.file_columns])
    return _name(settings, contract, said), text.getvalue().encode("utf-8-sig")


def _name(settings: Settings, table: Table, said: Mapping[str, Cell]) -> str:
    """河南_免费体检_体检场次_洛阳市总工会_202405.csv, as docs/dropping-a-file.md asks for."""
    words = {row["programme"]: row["file_word"] for row in template.rows_of(settings.reference / "programmes.csv")}
    names = {row["province_name"]: row["short_name"] for row in template.rows_of(settings.reference / "provinces.csv")}
    province = _text(said.get("province_code"))
    unit = _NOT_IN_NAMES.sub("", _text(said.get("reporting_unit")))[:60]
    period = _text(said.get("report_period")).replace("-", "")
    parts = (names.get(province, province), words.get(table.programme, table.programme), table.name_zh, unit, period)
    return "_".join(filter(None, parts)) + ".csv"


def _text(cell: Cell, column: Column | None = None) -> str:
    # What differs from itself is a cell of numbers or days that was left empty.
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return template.YES_NO[0] if cell else template.YES_NO[1]
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, str | int):
        return str(cell).strip()
    return "、".join(cell)


def provinces(settings: Settings) -> tuple[str, ...]:
    """The provinces by their full names, as the template lists them."""
    return tuple(row["province_name"] for row in template.rows_of(settings.reference / "provinces.csv"))
