"""The shapes programmes' own pictures are made of, one family a module, and the panel around them."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.pictures.shapes import bars, lines, multiples, panels, parts, states
from dashboard.pictures.shapes.bars import (
    Bar,
    Change,
    Dot,
    Part,
    Range,
    Reference,
    Stack,
    bar_list,
    dot_range,
    funnel,
    stacked,
    waterfall,
)
from dashboard.pictures.shapes.lines import Line, Point, Tick, line
from dashboard.pictures.shapes.multiples import Multiple, small_multiples
from dashboard.pictures.shapes.panels import Table, empty, panel
from dashboard.pictures.shapes.parts import TONES
from dashboard.pictures.shapes.states import GridRow, State, Tile, state_grid, state_tiles

__all__ = [
    "TONES",
    "Bar",
    "Change",
    "Dot",
    "GridRow",
    "Line",
    "Multiple",
    "Part",
    "Point",
    "Range",
    "Reference",
    "Stack",
    "State",
    "Table",
    "Tick",
    "Tile",
    "bar_list",
    "dot_range",
    "empty",
    "funnel",
    "line",
    "panel",
    "show",
    "small_multiples",
    "stacked",
    "state_grid",
    "state_tiles",
    "waterfall",
]

CSS = "".join(family.CSS for family in (panels, bars, lines, multiples, states, parts))


def show(panels: Sequence[Markup], key: str) -> None:
    """Draw panels side by side where there is room, below one another where there is not."""
    st.html(f"<style>{CSS}</style>")
    markup.show(tag("div", panels, cls="ub-pictures"), key=key)
