"""查询: for analysts: a cross table without SQL, or a SELECT of their own beside the columns they may ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import streamlit as st

from dashboard import formatting
from dashboard.components import data_table, empty_state, filters, markup, page_title, pivot, result_chart
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import asking
from dashboard.i18n import t

WAYS = ("pivot", "sql")
SHOWN_ROWS = 200
EXAMPLE = (
    "from mart_kpi_values select region, value where kpi = 'dm_success_rate' and period = '2024-05' order by value desc"
)


def show() -> None:
    """The page; the address holds the way, the choices and the SQL, so that a link asks the same again."""
    selection = filters.current()
    page_title.show(t("ask"), t("ask_question"))
    way = st.segmented_control(
        t("ask_way"),
        WAYS,
        default="pivot",
        required=True,
        format_func=lambda one: t(f"ask_{one}"),
        key="way",
        bind="query-params",
        label_visibility="collapsed",
    )
    if way == "sql":
        _sql(selection)
    else:
        pivot.show(selection)


def _sql(selection: Selection) -> None:
    with st.container(key="ask_columns"):
        with st.container(key="ask_main"):
            with st.form("ask_form", border=False):
                sql = st.text_area(
                    t("ask_sql_label"), key="sql", bind="query-params", height=160, placeholder=EXAMPLE, max_chars=4_000
                )
                st.form_submit_button(t("ask_run"), type="primary")
            limits = t("ask_limits", seconds=int(asking.SECONDS), rows=f"{asking.ROWS:,}")
            markup.show(tag("p", limits, cls="ub-hint"), key="ask_limits")
            if sql and sql.strip():
                _answer(selection.release_id, sql)
        with st.container(key="ask_relations"):
            _relations(selection.release_id)


def _answer(release_id: str, sql: str) -> None:
    try:
        answer = asking.ask(release_id, sql)
    except asking.Refused as refused:
        empty_state.show(t("ask_refused"), [t(f"ask_{refused}", seconds=int(asking.SECONDS))], key="ask_refused")
        return
    except duckdb.Error as error:
        empty_state.show(t("ask_failed"), [str(error).split("\n\n")[0][:600]], key="ask_failed")
        return
    header = list(answer.columns)
    rows: list[list[Cell]] = [[_cell(cell) for cell in row] for row in answer.rows]
    says = t("ask_rows", rows=f"{len(rows):,}", seconds=f"{answer.seconds:.2f}")
    if answer.is_cut:
        says += t("ask_cut", rows=f"{asking.ROWS:,}")
    result_chart.show(header, rows, key="ask_chart")
    shown = [[_shown(cell) for cell in row] for row in rows[:SHOWN_ROWS]]
    data_table.show(header, shown, rows, t("ask"), key="ask_result", caption=says)


def _relations(release_id: str) -> None:
    entries = [
        tag(
            "details",
            tag("summary", tag("code", one.name), tag("small", one.description.split("。")[0].split(". ")[0])),
            tag(
                "ul",
                [
                    tag(
                        "li",
                        tag("code", column.name),
                        tag("small", column.data_type.lower()),
                        tag("span", column.description),
                    )
                    for column in one.columns
                ],
            ),
        )
        for one in asking.relations(release_id)
    ]
    heading = tag("h3", t("ask_relations"), tag("small", t("ask_relations_note")))
    markup.show(tag("section", heading, entries, cls="ub-panel ub-relations"), key="ask_relations_list")


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | date):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)


def _shown(cell: Cell) -> Markup | str:
    if cell is None:
        return tag("span", "null", cls="ub-hint")
    if isinstance(cell, float):
        return formatting.trimmed(cell, 4)
    return str(cell)
