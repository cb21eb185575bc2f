"""The shapes programmes' own pictures are made of: bars, funnels, grids of states, ranges, waterfalls, and the panel around them."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.markup import Markup, join, tag
from dashboard.i18n import t

TONES = ("met", "on-track", "behind", "check", "line", "others")


@dataclass(frozen=True)
class Bar:
    """One bar: `value` gives its length (None: nothing was reported), `text` is what stands beside it."""

    name: str
    value: float | None
    text: str
    note: str = ""
    tone: str = "line"


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar."""

    name: str
    value: float
    text: str
    tone: str


@dataclass(frozen=True)
class Stack:
    """A stacked bar and what stands beside it."""

    name: str
    parts: tuple[Part, ...]
    text: str


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


@dataclass(frozen=True)
class Range:
    """A value with its interval, all on a scale from 0 to 1; `text` is what stands beside it."""

    name: str
    low: float | None
    value: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Change:
    """One step of a waterfall from `start` to `end`, in the unit of the picture."""

    name: str
    start: float
    end: float
    text: str
    tone: str = "line"


@dataclass(frozen=True)
class Table:
    """A picture as a table: what it is, the heads of its columns, and its rows as text."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def show(panels: Sequence[Markup], key: str) -> None:
    """Draw panels side by side where there is room, below one another where there is not."""
    st.html(f"<style>{CSS}</style>")
    markup.show(tag("div", panels, cls="ub-pictures"), key=key)


def panel(title: str, hint: str, body: Markup, sentence: str, table: Table | None = None) -> Markup:
    """A picture with its title, the sentence that says what it shows, and its table view."""
    return tag(
        "section",
        tag("h3", title, tag("small", hint) if hint else None),
        body,
        tag("p", sentence, cls="ub-picture-says"),
        _table(table) if table and table.rows else None,
        cls="ub-panel ub-picture",
    )


def empty(title: str, hint: str) -> Markup:
    """A picture of which nothing was reported: 未报, never 0."""
    return panel(title, hint, tag("p", tag("span", t("missing"), cls="ub-missing")), t("picture_empty"))


def bar_list(bars: Sequence[Bar], largest: float | None = None) -> Markup:
    """Bars from one start, in the order given; `largest` is the length of a full bar, the largest value unless told."""
    full = largest or max((bar.value or 0 for bar in bars), default=0) or 1
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", bar.name),
                tag("span", _piece(0, bar.value / full, bar.tone), cls="ub-shape-track")
                if bar.value is not None
                else _missing(),
                tag("span", tag("b", bar.text), tag("small", bar.note) if bar.note else None, cls="ub-shape-text"),
            )
            for bar in bars
        ],
        cls="ub-shape",
    )


def funnel(steps: Sequence[tuple[str, int]]) -> Markup:
    """Steps one after the other, each with how many of the step before went on."""
    bars = []
    before = 0
    for name, count in steps:
        note = t("picture_of_previous", share=formatting.percent(count / before)) if before else ""
        bars.append(Bar(name, count, f"{count:,}", note))
        before = count
    return bar_list(bars)


def stacked(stacks: Sequence[Stack]) -> Markup:
    """Bars of parts, each bar as long as its sum; the legend names the parts."""
    full = max((sum(part.value for part in stack.parts) for stack in stacks), default=0) or 1
    rows = []
    legend: dict[str, str] = {}
    for stack in stacks:
        pieces = []
        at = 0.0
        for part in stack.parts:
            legend.setdefault(part.name, part.tone)
            pieces.append(_piece(at / full, (at + part.value) / full, part.tone, f"{part.name} {part.text}"))
            at += part.value
        rows.append(
            tag(
                "li",
                tag("span", stack.name),
                tag("span", pieces, cls="ub-shape-track"),
                tag("span", tag("b", stack.text), cls="ub-shape-text"),
            )
        )
    names = [tag("span", tag("i", cls=f"ub-fill-{tone}"), name) for name, tone in legend.items()]
    return join(tag("ul", rows, cls="ub-shape"), tag("p", names, cls="ub-shape-legend"))


def state_tiles(tiles: Sequence[Tile], states: Sequence[State], label: str) -> Markup:
    """Many units as small tiles, each in one state; the legend counts them."""
    drawn = [
        tag("li", tile.state.mark, cls=f"ub-state ub-state-{tile.state.tone}", title=f"{tile.name} {tile.state.word}")
        for tile in tiles
    ]
    counts = {state: sum(1 for tile in tiles if tile.state == state) for state in states}
    return join(tag("ul", drawn, cls="ub-state-tiles", role="img", aria_label=label), _legend(states, counts))


def state_grid(columns: Sequence[str], rows: Sequence[GridRow], states: Sequence[State], label: str) -> Markup:
    """Rows by columns, a mark in each cell; what the mark means stands in the cell for screen readers and in the legend."""
    head = tag("tr", tag("th", scope="col"), [tag("th", column, scope="col") for column in columns])
    body = [tag("tr", tag("th", row.name, scope="row"), [_cell(cell) for cell in row.cells]) for row in rows]
    table = tag("table", tag("thead", head), tag("tbody", body), cls="ub-state-grid")
    return join(
        tag("div", table, cls="ub-shape-scroll", tabindex=0, role="region", aria_label=label), _legend(states, {})
    )


def dot_range(ranges: Sequence[Range]) -> Markup:
    """Values as dots on a scale from 0 to 1 with their intervals as lines."""
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", one.name),
                tag(
                    "span", _interval(one), tag("em", style=f"left:{one.value:.1%}"), cls="ub-shape-track ub-shape-thin"
                )
                if one.value is not None
                else _missing(),
                tag("span", tag("b", one.text), cls="ub-shape-text"),
            )
            for one in ranges
        ],
        cls="ub-shape",
    )


def waterfall(changes: Sequence[Change]) -> Markup:
    """What a whole becomes step by step: each bar starts where the one before ended."""
    full = max((max(change.start, change.end) for change in changes), default=0) or 1
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", change.name),
                tag(
                    "span",
                    _piece(min(change.start, change.end) / full, max(change.start, change.end) / full, change.tone),
                    cls="ub-shape-track",
                ),
                tag("span", tag("b", change.text), cls="ub-shape-text"),
            )
            for change in changes
        ],
        cls="ub-shape",
    )


def _piece(start: float, end: float, tone: str, title: str | None = None) -> Markup:
    width = max(end - start, 0)
    return tag("i", cls=f"ub-fill-{tone}", style=f"left:{start:.2%};width:{width:.2%}", title=title)


def _interval(one: Range) -> Markup | None:
    if one.low is None or one.high is None:
        return None
    return _piece(one.low, one.high, "others")


def _missing() -> Markup:
    return tag("span", tag("span", t("missing"), cls="ub-missing"))


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


def _table(table: Table) -> Markup:
    head = tag("tr", [tag("th", name, scope="col") for name in table.heads])
    body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in table.rows]
    drawn = tag("table", tag("caption", table.caption), tag("thead", head), tag("tbody", body), cls="ub-table")
    return tag(
        "details",
        tag("summary", t("picture_table")),
        tag("div", drawn, cls="ub-table-box ub-shape-scroll", tabindex=0, role="region", aria_label=table.caption),
        cls="ub-more",
    )


_FILLS = "".join(f".ub-fill-{tone} {{ background: var(--ub-{tone}); }}\n" for tone in TONES)
_STATES = "".join(f".ub-state-{tone} {{ background: var(--ub-{tone}); color: var(--ub-card); }}\n" for tone in TONES)

# ruff: noqa: E501 - one rule of the style sheet a line
CSS = f"""
.ub-pictures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; }}
.ub-picture-says {{ font-size: 13px; color: var(--ub-second); margin-top: 12px !important; }}
.ub-shape li {{ display: grid; grid-template-columns: 112px minmax(60px, 1fr) minmax(104px, auto); gap: 12px; align-items: center; min-height: 34px; font-size: 13px; }}
.ub-shape-track {{ position: relative; display: block; height: 14px; border-radius: 4px; background: var(--ub-track); overflow: hidden; }}
.ub-shape-track i {{ position: absolute; top: 0; bottom: 0; border-radius: 2px; min-width: 1px; box-shadow: inset -1px 0 var(--ub-card); }}
.ub-shape-thin {{ overflow: visible; height: 6px; }}
.ub-shape-thin em {{ position: absolute; top: -3px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--ub-line); border: 2px solid var(--ub-card); box-sizing: border-box; }}
.ub-shape-text b {{ font-weight: 600; }}
.ub-shape-text small {{ margin-left: 6px; font-size: 12px; color: var(--ub-third); }}
.ub-shape-legend {{ display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12.5px !important; color: var(--ub-second); margin: 10px 0 0 !important; }}
.ub-shape-legend span {{ display: inline-flex; align-items: center; gap: 6px; }}
.ub-shape-legend i {{ display: inline-block; font-style: normal; }}
.ub-shape-legend i:not(.ub-state) {{ width: 14px; height: 10px; border-radius: 2px; }}
.ub-shape-scroll {{ overflow-x: auto; }}
.ub-state {{ display: inline-block; width: 20px; height: 18px; line-height: 18px; border-radius: 4px; text-align: center; font-size: 11px; }}
.ub-state-open {{ border: 1.5px solid var(--ub-behind); color: var(--ub-behind); line-height: 15px; box-sizing: border-box; }}
.ub-state-quiet {{ background: var(--ub-track); color: var(--ub-second); }}
.ub-state-soft {{ background: var(--ub-scale-3); color: var(--ub-on-scale-3); }}
.ub-state-tiles {{ display: flex; flex-wrap: wrap; gap: 4px !important; }}
.stHtml .ub-state-tiles li, .ub-linked .ub-state-tiles li {{ font-size: 11px; }}
.stHtml .ub-state-grid th, .stHtml .ub-state-grid td, .ub-linked .ub-state-grid th, .ub-linked .ub-state-grid td {{ padding: 2px 3px; text-align: center; border: none; white-space: nowrap; font-size: 12px; }}
.stHtml .ub-state-grid tbody th, .ub-linked .ub-state-grid tbody th {{ text-align: left; padding-right: 10px; position: sticky; left: 0; background: var(--ub-card); }}
{_FILLS}{_STATES}
@media (max-width: 720px) {{
  .ub-shape li {{ grid-template-columns: 84px minmax(40px, 1fr) minmax(72px, auto); gap: 8px; }}
}}
@media print {{
  .ub-state, .ub-shape-track, .ub-shape-track i, .ub-shape-legend i {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
