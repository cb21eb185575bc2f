"""查询: for analysts: a cross table without SQL, or a SELECT of their own beside the columns they may ask for."""

import math

import streamlit as st

from dashboard import formatting
from dashboard.access import throttle
from dashboard.components import (
    data_table,
    empty_state,
    filters,
    markup,
    page_title,
    pivot,
    result_chart,
    saved_views,
    share_button,
)
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import asking
from dashboard.data.asking import Asked
from dashboard.i18n import is_english, t
from warehouse.releases import question

WAYS = ("pivot", "sql")
SHOWN_ROWS = 200
SHOWN_CHARACTERS = 300
BEAT_SECONDS = 0.25
EXAMPLE = (
    "from mart_kpi_values select region, value where kpi = 'dm_success_rate' and period = '2024-05' order by value desc"
)
_ASKED = "_ask_asked"
# What was begun and then ended, and the heading for it; other refusals were never begun.
_ENDED = {"cancelled": "ask_cancelled_title"} | dict.fromkeys(
    ("too_long", "too_much_memory", "too_large"), "ask_stopped"
)


def show() -> None:
    """The page; the address holds the way, the choices and the SQL, so that a link brings the same question, and runs nothing."""
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
        sql = st.query_params.get("sql", "")
        saved_views.show({"way": t("ask_sql"), "sql": sql} if sql else {})
        return
    pivot.show(selection)
    chosen = {name: st.query_params[name] for name in pivot.NAMES if name in st.query_params}
    saved_views.show({**chosen, **share_button.latest(selection)})


def _sql(selection: Selection) -> None:
    with st.container(key="ask_columns"):
        main, beside = st.container(key="ask_main"), st.container(key="ask_relations")
    # Drawn first, so that it stands there while a question runs.
    with beside:
        _relations(selection.release_id)
    with main:
        with st.form("ask_form", border=False):
            sql = st.text_area(
                t("ask_sql_label"), key="sql", bind="query-params", height=160, placeholder=EXAMPLE, max_chars=4_000
            )
            is_pressed = st.form_submit_button(t("ask_run"), type="primary")
        limits = t("ask_limits", seconds=int(question.SECONDS), rows=f"{question.ROWS:,}", megabytes=question.MEMORY_MB)
        markup.show(tag("p", limits, cls="ub-hint"), key="ask_limits")
        if sql and sql.strip():
            _asked_or_not(selection.release_id, sql, is_pressed)


def _asked_or_not(release_id: str, sql: str, is_pressed: bool) -> None:
    """The answer to what the reader has asked; what a link has put into the box waits for the button."""
    asked: Asked | None = st.session_state.get(_ASKED)
    if is_pressed:
        if asked is not None:
            asked.cancel()
        if wait := throttle.wait_for_sql():
            says = t("ask_too_often", seconds=math.ceil(wait))
            empty_state.show(t("ask_refused"), [says], key="ask_refused")
            return
        asked = st.session_state[_ASKED] = Asked(release_id, sql)
    if asked is None or (asked.release_id, asked.sql) != (release_id, sql):
        markup.show(tag("p", t("ask_not_run"), cls="ub-lead", role="status"), key="ask_not_run")
        return
    _wait(asked)
    _answer(asked)


def _wait(asked: Asked) -> None:
    """Until there is an answer; when it takes longer than a moment, with a button that takes the question back."""
    if asked.is_done(within=BEAT_SECONDS):
        return
    place = st.empty()
    with place.container(key="ask_running"):
        line = st.empty()
        st.button(t("ask_cancel"), on_click=asked.cancel, key="ask_cancel")
    # Each line drawn is where a press on the button reaches this run.
    while True:
        says = tag("p", t("ask_running", seconds=int(asked.seconds)), cls="ub-hint", role="status")
        with line:
            markup.show(tag("div", tag("div", tag("i"), cls="ub-moving"), says), key="ask_progress")
        if asked.is_done(within=BEAT_SECONDS):
            break
    place.empty()


def _answer(asked: Asked) -> None:
    try:
        answer = asked.answer()
    except asking.Refused as refused:
        limits = {"seconds": int(question.SECONDS), "megabytes": question.MEMORY_MB, "result": question.RESULT_MB}
        says = t(f"ask_{refused}", about=refused.about, columns=question.COLUMNS, **limits)
        empty_state.show(t(_ENDED.get(str(refused), "ask_refused")), [says], key="ask_refused")
        return
    except asking.Failed as failed:
        empty_state.show(t("ask_failed"), [str(failed).split("\n\n")[0][:600]], key="ask_failed")
        return
    header = list(answer.columns)
    rows: list[list[Cell]] = [list(row) for row in answer.rows]
    says = t("ask_rows", rows=f"{len(rows):,}", seconds=f"{answer.seconds:.2f}")
    if answer.is_cut:
        says += t(f"ask_cut_{answer.cut}", rows=f"{len(rows):,}", result=question.RESULT_MB)
    result_chart.show(header, rows, key="ask_chart")
    shown = [[_shown(cell) for cell in row] for row in rows[:SHOWN_ROWS]]
    data_table.show_only(header, shown, key="ask_result", caption=says)
    # The rows go with this run; whoever takes them along has them made again.
    data_table.downloads_of(header, lambda: answer.rows, t("ask"), key="ask_result")


def _relations(release_id: str) -> None:
    try:
        found = asking.relations(release_id)
    except asking.Failed as failed:
        empty_state.show(t("ask_failed"), [str(failed)[:600]], key="ask_relations_failed")
        return
    entries = [
        tag(
            "details",
            tag("summary", tag("code", one.name), tag("small", one.says(is_english()))),
            tag(
                "ul",
                [tag("li", _inserting(one.name, one.name), tag("small", t("ask_table")))],
                [
                    tag(
                        "li",
                        _inserting(column.name, one.name),
                        tag("small", column.data_type.lower()),
                        tag("span", column.says(is_english())),
                    )
                    for column in one.columns
                ],
            ),
        )
        for one in found
    ]
    heading = tag("h3", t("ask_relations"), tag("small", t("ask_relations_note")))
    markup.show(tag("section", heading, entries, cls="ub-panel ub-relations"), key="ask_relations_list")


def _inserting(name: str, table: str) -> Markup:
    """A name that goes into the box where the writing stands (static/editor.js), and is offered while one writes."""
    return tag("button", tag("code", name), type="button", cls="ub-insert", data_insert=name, data_of=table)


def _shown(cell: Cell) -> Markup | str:
    if cell is None:
        return tag("span", "null", cls="ub-hint")
    if isinstance(cell, float):
        return formatting.trimmed(cell, 4)
    text = str(cell)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}……"
