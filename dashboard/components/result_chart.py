"""A chart of a result: the first column against the columns that hold numbers."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.components.data_table import Cell
from dashboard.i18n import t

BARS = 40
SERIES = 4


def show(header: Sequence[str], rows: Sequence[Sequence[Cell]], key: str) -> None:
    """Drawn on demand only, because its bundle is large; nothing where no column holds numbers."""
    found = figure(header, rows)
    if found is None:
        return
    if st.toggle(t("show_chart"), key=f"{key}_on"):
        st.plotly_chart(found, config={"displayModeBar": False}, key=key, alt=t("result_chart_alt", count=len(rows)))


def figure(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[str, Any] | None:
    """Bars by the first column, the first forty rows and four columns of numbers; None without any number."""
    numeric = [
        place
        for place in range(1, len(header))
        if any(_is_number(row[place]) for row in rows)
        and all(row[place] is None or _is_number(row[place]) or isinstance(row[place], str) for row in rows)
    ][:SERIES]
    if not rows or not numeric:
        return None
    shown = rows[:BARS]
    return {
        "data": [
            {
                "type": "bar",
                "name": header[place],
                "x": ["" if row[0] is None else str(row[0]) for row in shown],
                "y": [row[place] if _is_number(row[place]) else None for row in shown],
                "marker": {"color": colour},
            }
            for place, colour in zip(numeric, theme.CHART_SERIES, strict=False)
        ],
        "layout": {
            "height": 320,
            "margin": {"l": 56, "r": 16, "t": 12, "b": 72},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.FONT, "size": 12, "color": theme.CHART_TEXT},
            "xaxis": {"type": "category", "automargin": True},
            "yaxis": {"gridcolor": theme.CHART_GRID, "automargin": True},
            "legend": {"orientation": "h", "y": 1.12},
            "showlegend": len(numeric) > 1,
        },
    }


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
