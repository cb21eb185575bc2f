"""Units in states: small tiles, and a grid of rows by columns. Word, mark and colour say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.parts import TONES
from dashboard.components.markup import Markup, join, tag


@dataclass(frozen=True)
class State:
    """What a cell can be: word, mark and colour say the same."""

    word: str
    mark: str
    tone: str


@dataclass(frozen=True)
class Tile:
    """One unit among many, in a state."""

    name: str
    state: State


@dataclass(frozen=True)
class GridRow:
    """A row of a state grid, one cell a column; None where there is nothing to be in a state."""

    name: str
    cells: tuple[State | None, ...]


def state_tiles(tiles: Sequence[Tile], states: Sequence[State], label: str) -> Markup:
    """Many units as small tiles, each in one state; the legend counts them."""
    drawn = [
        tag("span", tile.state.mark, cls=f"ub-state ub-state-{tile.state.tone}", title=f"{tile.name} {tile.state.word}")
        for tile in tiles
    ]
    counts = {state: sum(1 for tile in tiles if tile.state == state) for state in states}
    return join(tag("div", drawn, cls="ub-state-tiles", role="img", aria_label=label), _legend(states, counts))


def state_grid(columns: Sequence[str], rows: Sequence[GridRow], states: Sequence[State], label: str) -> Markup:
    """Rows by columns, a mark in each cell; what the mark means stands in the cell for screen readers and in the legend.

    A column's name may be markup.
    """
    head = tag("tr", tag("th", scope="col"), [tag("th", column, scope="col") for column in columns])
    body = [tag("tr", tag("th", row.name, scope="row"), [_cell(cell) for cell in row.cells]) for row in rows]
    table = tag("table", tag("thead", head), tag("tbody", body), cls="ub-state-grid")
    return join(
        tag("div", table, cls="ub-shape-scroll", tabindex=0, role="region", aria_label=label), _legend(states, {})
    )


def _cell(state: State | None) -> Markup:
    if state is None:
        return tag("td")
    return tag(
        "td",
        tag("span", state.mark, cls=f"ub-state ub-state-{state.tone}", aria_hidden="true", title=state.word),
        tag("span", state.word, cls="ub-sr"),
    )


def _legend(states: Sequence[State], counts: dict[State, int]) -> Markup:
    return tag(
        "p",
        [
            tag(
                "span",
                tag("i", state.mark, cls=f"ub-state ub-state-{state.tone}"),
                state.word,
                tag("b", f" {counts[state]:,}") if state in counts else None,
            )
            for state in states
        ],
        cls="ub-shape-legend",
    )


_STATES = "".join(f".ub-state-{tone} {{ background: var(--ub-{tone}); color: var(--ub-card); }}\n" for tone in TONES)

# ruff: noqa: E501 - one rule of the style sheet a line
CSS = f"""
.ub-state {{ display: inline-block; width: 20px; height: 18px; line-height: 18px; border-radius: 4px; text-align: center; font-size: 11px; }}
.ub-state-open {{ border: 1.5px solid var(--ub-behind); color: var(--ub-behind); line-height: 15px; box-sizing: border-box; }}
.ub-state-quiet {{ background: var(--ub-track); color: var(--ub-second); }}
.ub-state-blank {{ border: 1px dashed var(--ub-third); color: var(--ub-second); line-height: 16px; box-sizing: border-box; }}
.ub-state-soft {{ background: var(--ub-scale-3); color: var(--ub-on-scale-3); }}
.ub-state-tiles {{ display: flex; flex-wrap: wrap; gap: 4px !important; }}
.stHtml .ub-state-tiles li, .ub-linked .ub-state-tiles li {{ font-size: 11px; }}
.stHtml .ub-state-grid th, .stHtml .ub-state-grid td, .ub-linked .ub-state-grid th, .ub-linked .ub-state-grid td {{ padding: 2px 3px; text-align: center; border: none; white-space: nowrap; font-size: 12px; }}
.stHtml .ub-shape + .ub-shape-scroll, .ub-linked .ub-shape + .ub-shape-scroll {{ margin-top: 12px; }}
.stHtml .ub-state-grid tbody th, .ub-linked .ub-state-grid tbody th {{ text-align: left; padding-right: 10px; position: sticky; left: 0; background: var(--ub-card); }}
{_STATES}
@media screen and (max-width: 720px) {{
  .stHtml .ub-state-grid th, .stHtml .ub-state-grid td, .ub-linked .ub-state-grid th, .ub-linked .ub-state-grid td {{ padding: 2px 1px; font-size: 11px; }}
  .stHtml .ub-state-grid tbody th, .ub-linked .ub-state-grid tbody th {{ white-space: normal; min-width: 92px; max-width: 92px; line-height: 1.25; padding-right: 4px; }}
}}
@media print {{
  .stHtml .ub-state-grid th, .stHtml .ub-state-grid td, .ub-linked .ub-state-grid th, .ub-linked .ub-state-grid td {{ padding: 1px; font-size: 10px; }}
  .stHtml .ub-state-grid tbody th, .ub-linked .ub-state-grid tbody th {{ white-space: normal; min-width: 104px; }}
  .ub-state-grid .ub-state {{ width: 17px; }}
  .ub-state {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
