"""A chart of a result: its kind and axes are the reader's to choose; time gives lines to begin with, everything else bars."""

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.components import lines_chart, markup
from dashboard.components.data_table import Cell, Number
from dashboard.components.markup import tag
from dashboard.i18n import t

LINE, BAR, STACK, POINTS = "line", "bar", "stack", "points"
POINTS_SHOWN = 400
BARS = 60
SERIES = 8
FIRST_SERIES = 4
_TIME = re.compile(r"(\d{4}|\d{4}Q[1-4]|\d{4}-\d\d(-\d\d)?([ T].*)?)$")


def show(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    key: str,
    *,
    is_time: bool | None = None,
    may_stack: bool = False,
) -> None:
    """Drawn on demand only, because its bundle is large; nothing where no column holds numbers.

    `is_time`: whether the first column is time, where the caller knows; `may_stack`: whether the numbers of a row may be added up.
    """
    numeric = numeric_columns(header, rows)
    if not rows or not numeric:
        return
    if not st.toggle(t("show_chart"), key=f"{key}_on"):
        return
    with st.container(horizontal=True, key=f"{key}_choices"):
        across = st.selectbox(
            t("chart_across"), range(len(header)), format_func=lambda place: header[place], key=f"{key}_across"
        )
        offered = [place for place in numeric if place != across]
        chosen = st.multiselect(
            t("chart_up", most=SERIES),
            offered,
            default=offered[:FIRST_SERIES],
            format_func=lambda place: header[place],
            max_selections=SERIES,
            # Another result has other columns, and another axis leaves others.
            key=f"{key}_up_{across}_{hash(tuple(header)) & 0xFFFFFF}",
        )
        has_time = is_time if is_time is not None and across == 0 else _is_time([row[across] for row in rows])
        kinds = [LINE, BAR, *([STACK] if may_stack else []), POINTS]
        kind = st.segmented_control(
            t("chart_kind"),
            kinds,
            default=LINE if has_time else BAR,
            format_func=lambda one: t(f"chart_kind_{one}"),
            required=True,
            key=f"{key}_kind_{has_time}_{may_stack}",
        )
    if not chosen:
        return
    drawn = figure(header, rows, str(kind), int(across), chosen)
    st.plotly_chart(drawn, config={"displayModeBar": False}, key=key, alt=t("result_chart_alt", count=len(rows)))
    if len(rows) > _most(str(kind)):
        markup.show(tag("p", t("chart_cut", rows=_most(str(kind))), cls="ub-hint"), key=f"{key}_cut")


def numeric_columns(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The places of the columns that hold numbers, words where there is none."""
    return [
        place
        for place in range(len(header))
        if any(_number(row[place]) is not None for row in rows)
        and all(row[place] is None or _number(row[place]) is not None or isinstance(row[place], str) for row in rows)
    ]


def figure(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], kind: str, across: int, up: Sequence[int]
) -> dict[str, Any]:
    """The figure as Plotly reads it; bars begin at zero, and names are shown as they are."""
    shown = rows[: _most(kind)]
    names = [_text(row[across]) for row in shown]
    is_number = kind == POINTS and all(_number(row[across]) is not None for row in shown)
    return {
        "data": [
            {
                **_trace(kind, colour),
                "name": _plain(header[place]),
                "x": [_number(row[across]) for row in shown] if is_number else names,
                "y": [_number(row[place]) for row in shown],
            }
            for place, colour in zip(up, (lines_chart.COLOURS * 2)[:SERIES], strict=False)
        ],
        "layout": {
            "height": 340,
            "margin": {"l": 56, "r": 16, "t": 12, "b": 72},
            "barmode": "stack" if kind == STACK else "group",
            "hovermode": "closest" if kind == POINTS else "x unified",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.FONT, "size": 12, "color": theme.CHART_TEXT},
            "xaxis": {
                "type": "linear" if is_number else "category",
                "automargin": True,
                "nticks": 12,
                "title": {"text": _plain(header[across]) if is_number else ""},
            },
            "yaxis": {
                "gridcolor": theme.CHART_GRID,
                "automargin": True,
                "rangemode": "normal" if kind in (LINE, POINTS) else "tozero",
            },
            "legend": {"orientation": "h", "y": 1.12},
            "showlegend": len(up) > 1,
        },
    }


def _trace(kind: str, colour: str) -> dict[str, Any]:
    if kind in (BAR, STACK):
        return {"type": "bar", "marker": {"color": colour}}
    mode = "lines+markers" if kind == LINE else "markers"
    return {
        "type": "scatter",
        "mode": mode,
        "connectgaps": False,
        "line": {"color": colour},
        "marker": {"color": colour},
    }


def _most(kind: str) -> int:
    return BARS if kind in (BAR, STACK) else POINTS_SHOWN


def _is_time(cells: Sequence[Cell]) -> bool:
    known = [str(cell) for cell in cells if cell is not None]
    return bool(known) and all(_TIME.match(text) for text in known)


def _number(cell: Cell) -> float | None:
    if isinstance(cell, Number):
        return cell.value
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _text(cell: Cell) -> str:
    number = _number(cell)
    return "" if cell is None else _plain(f"{number:g}" if number is not None else str(cell))


def _plain(text: str) -> str:
    # Plotly reads some markup in labels.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
