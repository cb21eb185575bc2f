"""A short table filled in on the page: it becomes a file under the unit's name and goes the way of every file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import handing_in, regions
from dashboard.data.regions import NATION
from dashboard.i18n import pick, t
from warehouse import contracts
from warehouse import settings as warehouse_settings
from warehouse.contracts import Column, Table
from warehouse.front_door import filled
from warehouse.front_door.filled import Cell

BLANK_ROWS = 3
_CHECKED = "_filled_checked"


@dataclass(frozen=True)
class FilledFile:
    """A file as an upload would bring it."""

    name: str
    content: bytes

    @property
    def file_id(self) -> str:
        """Another for other bytes, so that what was changed after its check is checked again."""
        return hashlib.sha256(self.name.encode() + self.content).hexdigest()

    def getvalue(self) -> bytes:
        """Its bytes."""
        return self.content


def show(selection: Selection, turn: int) -> list[FilledFile]:
    """The form; returns the file that was asked to be checked, as long as nothing in the form has changed since.

    `turn` counts what was handed in: the next form is empty.
    """
    table = choose_table(selection, "fill")
    if table is None:
        return []
    said = _said_once(selection, table)
    is_nothing = st.toggle(t("fill_nothing"), key=f"fill_nothing_{turn}", help=t("fill_nothing_help"))
    rows = [{"remarks": filled.ZERO_REPORT}] if is_nothing else _grid(selection, table, said, turn)
    made = filled.as_file(warehouse_settings.load(), table.programme, table.name, said, rows)
    is_ready = made is not None and all(said.get(name) for name in filled.SAID_ONCE[:3])
    file = FilledFile(*made) if made is not None else None
    if st.button(t("fill_check"), type="primary", disabled=not is_ready, key="fill_check") and file is not None:
        st.session_state[_CHECKED] = file.file_id
    if not is_ready:
        markup.show(tag("p", t("fill_not_ready"), cls="ub-hint"), key="fill_not_ready")
    checked = st.session_state.get(_CHECKED)
    if file is not None and checked == file.file_id:
        return [file]
    if file is not None and checked is not None:
        markup.show(tag("p", t("fill_changed"), cls="ub-hint", role="status"), key="fill_changed")
    return []


def choose_table(selection: Selection, key: str) -> Table | None:
    """A programme and one of its tables."""
    names = handing_in.programmes_with_tables(selection.release_id)
    with st.container(horizontal=True, key=f"{key}_table_choice"):
        programme = st.selectbox(
            t("programme"), list(names), format_func=lambda code: pick(*names[code]), key=f"{key}_programme"
        )
        tables = {one.name: one for one in contracts.all_tables() if one.programme == programme}
        table = st.selectbox(
            t("table"),
            list(tables),
            format_func=lambda name: formatting.table_name(tables[name].name_zh, name),
            key=f"{key}_table_{programme}",
        )
    return tables.get(table or "")


def _said_once(selection: Selection, table: Table) -> dict[str, Cell]:
    """Province, unit and period, and what is the same in every row."""
    settings = warehouse_settings.load()
    columns = {column.name: column for column in table.file_columns}
    found: dict[str, Cell] = {}
    with st.container(horizontal=True, key="fill_once", vertical_alignment="bottom"):
        own = handing_in.own_provinces(selection.release_id)
        listed = [one for one in filled.provinces(settings) if own is None or one in own]
        home = handing_in.province_name(selection.release_id, selection.region)
        if "province_code" in columns:
            found["province_code"] = st.selectbox(
                _label(columns["province_code"]),
                listed,
                index=listed.index(home) if home in listed else 0 if len(listed) == 1 else None,
                key="fill_province",
                placeholder=t("fill_choose"),
            )
        units = handing_in.units(selection.release_id, table, str(found.get("province_code") or ""))
        found["reporting_unit"] = st.selectbox(
            _label(columns["reporting_unit"]),
            units.known,
            index=0 if len(units.known) == 1 else None,
            accept_new_options=not units.are_all,
            key=f"fill_unit_{table.programme}_{table.name}",
            placeholder=t("fill_choose") if units.are_all else t("fill_choose_or_write"),
        )
        months = handing_in.months(settings.today)
        found["report_period"] = st.selectbox(
            _label(columns["report_period"]), months, index=min(1, len(months) - 1), key="fill_period"
        )
        first = filled.first_said(table, str(found["report_period"]), settings.today)
        if "as_of_date" in columns:
            found["as_of_date"] = st.date_input(
                _label(columns["as_of_date"]),
                value=first.as_of_date,
                max_value=settings.today,
                key=f"fill_as_of_{found['report_period']}",
            )
        if "data_basis" in columns:
            offered = list(columns["data_basis"].allowed)
            found["data_basis"] = st.selectbox(
                _label(columns["data_basis"]),
                offered,
                index=offered.index(first.data_basis) if first.data_basis in offered else 0,
                key=f"fill_basis_{table.kind}",
            )
    return found


def _grid(selection: Selection, table: Table, said: dict[str, Cell], turn: int) -> Sequence[dict[str, Cell]]:
    # Takes a second to import, and is needed by this form alone.
    import pandas as pd  # type: ignore[import-untyped]

    columns = filled.columns(table)
    kinds = {"int": "Int64", "decimal": "Float64", "date": "datetime64[ns]"}
    blank = pd.DataFrame(
        {one.name: pd.Series([None] * BLANK_ROWS, dtype=kinds.get(one.type, "object")) for one in columns}
    )
    places = handing_in.places(selection.release_id, str(said.get("province_code") or ""))
    edited = st.data_editor(
        blank,
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        column_config={one.name: _column(selection, table, one, places) for one in columns},
        key=f"fill_rows_{table.programme}_{table.name}_{turn}",
        alt=t("fill_alt", table=table.name_zh),
    )
    words = t("fill_rows", most=filled.MOST_ROWS)
    markup.show(tag("p", words, cls="ub-hint"), key="fill_rows_hint")
    records: list[dict[Any, Any]] = edited.astype("object").where(edited.notna(), None).to_dict("records")
    return [{str(name): _cell(cell) for name, cell in row.items()} for row in records[: filled.MOST_ROWS]]


def _cell(cell: Any) -> Cell:
    made: Cell = cell.to_pydatetime().date() if hasattr(cell, "to_pydatetime") else cell
    return made


def _column(selection: Selection, table: Table, column: Column, places: Sequence[str]) -> Any:
    """How a column is filled in: the contract's lists to choose from, numbers and days as such."""
    label, told = _label(column), filled.explanation(table, column)
    offered = filled.choices(column, ())
    if column.type == "region" and places:
        return st.column_config.SelectboxColumn(
            label, help=told, options=list(places), format_func=lambda code: _place(selection, str(code))
        )
    if column.type == "multi":
        return st.column_config.MultiselectColumn(
            label, help=told, options=list(offered), accept_new_options=not offered
        )
    if offered:
        return st.column_config.SelectboxColumn(label, help=told, options=list(offered))
    if column.is_number:
        return st.column_config.NumberColumn(label, help=told, step=1 if column.type == "int" else None)
    if column.type == "date":
        return st.column_config.DateColumn(label, help=told, format="YYYY-MM-DD")
    return st.column_config.TextColumn(label, help=told, max_chars=column.max_length)


def _label(column: Column) -> str:
    unit = t("in_brackets", text=column.unit) if column.unit else ""
    # Offices know the columns by the headers of their tables, in whatever language the page is.
    return f"{column.header}{unit}{' *' if column.required else ''}"


def _place(selection: Selection, code: str) -> str:
    path = [one for one in regions.lineage(selection.release_id, code) if one.code != NATION]
    return " › ".join(formatting.region_name(one) for one in path[1:] or path)
