"""The shapes programmes' own pictures are made of, one family a module, and the panel around them."""

from collections.abc import Callable, Hashable, Iterable

from dashboard.charts import bars, columns, ledgers, lines, multiples, panels, paretos, parts, scatters, states
from dashboard.charts.bars import (
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
from dashboard.charts.columns import Place, Row, columns_by_row
from dashboard.charts.ledgers import Pledge, ledger
from dashboard.charts.lines import Line, Point, Tick, line
from dashboard.charts.multiples import Multiple, small_multiples
from dashboard.charts.panels import Table, empty, hidden, panel, wide
from dashboard.charts.paretos import Callout, Column, pareto
from dashboard.charts.parts import TONES
from dashboard.charts.scatters import Axis, Kind, Spot, scatter
from dashboard.charts.states import GridRow, State, Tile, state_grid, state_tiles
from dashboard.components import kept, markup
from dashboard.components.markup import Markup, tag

__all__ = [
    "TONES",
    "Axis",
    "Bar",
    "Callout",
    "Change",
    "Column",
    "Dot",
    "GridRow",
    "Kind",
    "Line",
    "Multiple",
    "Part",
    "Place",
    "Pledge",
    "Point",
    "Range",
    "Reference",
    "Row",
    "Spot",
    "Stack",
    "State",
    "Table",
    "Tick",
    "Tile",
    "bar_list",
    "columns_by_row",
    "dot_range",
    "empty",
    "funnel",
    "hidden",
    "ledger",
    "line",
    "panel",
    "pareto",
    "scatter",
    "show",
    "small_multiples",
    "stacked",
    "state_grid",
    "state_tiles",
    "waterfall",
    "wide",
]

FAMILIES = (panels, bars, columns, ledgers, lines, multiples, paretos, scatters, states, parts)
CSS = "".join(family.CSS for family in FAMILIES)


def show(panels: Callable[[], Iterable[Markup]], key: str, *of: Hashable) -> None:
    """Draw panels side by side where there is room, below one another where there is not.

    They are made once for each selection and `of` (see `kept`).
    """
    markup.show(kept.block(key, lambda: tag("div", panels(), cls="ub-pictures"), *of), key=key)
