"""Bars on tracks: from one start, stacked, as funnels, as intervals, as waterfalls."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting
from dashboard.charts.parts import missing, piece
from dashboard.components.markup import Markup, join, tag
from dashboard.i18n import t

# A list of more rows than this stands in two columns where there is room.
LONGEST = 14


@dataclass(frozen=True)
class Bar:
    """One bar: `value` gives its length (None: nothing was reported), `text` is what stands beside it."""

    name: str
    value: float | None
    text: str
    note: str = ""
    tone: str = "line"


@dataclass(frozen=True)
class Reference:
    """A line across all bars at `value`; `text` says what it is."""

    value: float
    text: str


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar; `mark` stands in it, where there is room, and in the legend."""

    name: str
    value: float
    text: str
    tone: str
    mark: str = ""


@dataclass(frozen=True)
class Dot:
    """A share from 0 to 1 as a dot below a stacked bar; None where there is none, which `text` then explains."""

    value: float | None
    text: str


@dataclass(frozen=True)
class Stack:
    """A stacked bar, what stands beside it (nothing where nothing was reported), and a share as a dot below it."""

    name: str
    parts: tuple[Part, ...]
    text: str
    note: str = ""
    dot: Dot | None = None


@dataclass(frozen=True)
class Range:
    """A value with its interval, all on a scale from 0 to 1; `text` and `note` stand beside it.

    `is_weak` draws the dot hollow: too little stands behind it.
    """

    name: str
    low: float | None
    value: float | None
    high: float | None
    text: str
    note: str = ""
    is_weak: bool = False


@dataclass(frozen=True)
class Change:
    """One step of a waterfall from `start` to `end`, in the unit of the picture."""

    name: str
    start: float
    end: float
    text: str
    tone: str = "line"


def bar_list(bars: Sequence[Bar], largest: float | None = None, reference: Reference | None = None) -> Markup:
    """Bars from one start, in the order given; `largest` is the length of a full bar, the largest value unless told."""
    values = [bar.value or 0 for bar in bars] + ([reference.value] if reference else [])
    full = largest or max(values, default=0) or 1
    line = tag("em", cls="ub-shape-reference", style=f"left:{reference.value / full:.2%}") if reference else None
    drawn = tag(
        "ul",
        [
            tag(
                "li",
                tag("span", bar.name),
                tag("span", tag("span", piece(0, bar.value / full, bar.tone), cls="ub-shape-track"), line)
                if bar.value is not None
                else missing(),
                _beside(bar.text, bar.note),
            )
            for bar in bars
        ],
        **_columns(len(bars)),
    )
    legend = (
        tag("p", tag("span", tag("i", cls="ub-shape-dash"), reference.text), cls="ub-shape-legend")
        if reference
        else None
    )
    return join(drawn, legend)


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
    """Bars of parts, each bar as long as its sum; the legend names the parts in the order of the first bar that has them."""
    full = max((sum(part.value for part in stack.parts) for stack in stacks), default=0) or 1
    rows = []
    legend: dict[str, Part] = {}
    for stack in stacks:
        pieces = []
        at = 0.0
        for part in stack.parts:
            legend.setdefault(part.name, part)
            if part.value:
                end = at + part.value
                pieces.append(piece(at / full, end / full, part.tone, f"{part.name} {part.text}", part.mark))
                at = end
        rows.append(
            tag(
                "li",
                tag("span", stack.name),
                tag(
                    "span",
                    tag("span", pieces, cls="ub-shape-track") if stack.text else missing(),
                    _dot(stack.dot) if stack.dot else None,
                ),
                _beside(stack.text, stack.note, stack.dot.text if stack.dot else ""),
            )
        )
    names = [tag("span", tag("i", part.mark, cls=f"ub-fill-{part.tone}"), name) for name, part in legend.items()]
    return join(tag("ul", rows, cls="ub-shape"), tag("p", names, cls="ub-shape-legend"))


def dot_range(ranges: Sequence[Range]) -> Markup:
    """Values as dots on a scale from 0 to 1 with their intervals as lines."""
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", one.name),
                tag(
                    "span",
                    _interval(one),
                    tag("em", style=f"left:{one.value:.1%}", cls="ub-shape-weak" if one.is_weak else None),
                    cls="ub-shape-track ub-shape-thin",
                )
                if one.value is not None
                else missing(),
                _beside(one.text, one.note),
            )
            for one in ranges
        ],
        tag(
            "li",
            tag("span"),
            tag("span", tag("small", "0%"), tag("small", "100%"), cls="ub-shape-scale"),
            tag("span"),
            aria_hidden="true",
        ),
        **_columns(len(ranges) + 1),
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
                    piece(min(change.start, change.end) / full, max(change.start, change.end) / full, change.tone),
                    cls="ub-shape-track",
                ),
                tag("span", tag("b", change.text), cls="ub-shape-text"),
            )
            for change in changes
        ],
        cls="ub-shape",
    )


def _columns(rows: int) -> dict[str, str]:
    """A long list stands in two columns where there is room."""
    if rows <= LONGEST:
        return {"cls": "ub-shape"}
    return {"cls": "ub-shape ub-shape-two", "style": f"--ub-rows:{-(-rows // 2)}"}


def _beside(text: str, *notes: str) -> Markup:
    return tag(
        "span", tag("b", text) if text else None, [tag("small", note) for note in notes if note], cls="ub-shape-text"
    )


def _dot(dot: Dot) -> Markup:
    drawn = tag("em", style=f"left:{dot.value:.1%}") if dot.value is not None else None
    return tag("span", drawn, cls="ub-shape-track ub-shape-thin ub-shape-below")


def _interval(one: Range) -> Markup | None:
    if one.low is None or one.high is None:
        return None
    return piece(one.low, one.high, "others")


# ruff: noqa: E501 - one rule of the style sheet a line
CSS = """
.ub-shape, .ub-shape li { display: grid; grid-template-columns: 112px minmax(60px, 1fr) fit-content(46%); column-gap: 12px; }
.ub-shape li { align-items: center; min-height: 34px; font-size: 13px; grid-column: 1 / -1; }
.ub-shape li > span { position: relative; min-width: 0; }
/* One scale for all bars of a list: what stands beside the longest decides where every track ends. */
@supports (grid-template-columns: subgrid) {
  .ub-shape li { grid-template-columns: subgrid; }
}
.ub-shape-track { position: relative; display: block; height: 14px; border-radius: 4px; background: var(--ub-track); overflow: hidden; }
.ub-shape-track i { position: absolute; top: 0; bottom: 0; border-radius: 2px; min-width: 1px; box-shadow: inset -1px 0 var(--ub-card); }
.ub-shape-thin { overflow: visible; height: 6px; }
.ub-shape-thin em { position: absolute; top: -3px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--ub-line); border: 2px solid var(--ub-card); box-sizing: border-box; }
.ub-shape-track i { font-style: normal; font-size: 10px; line-height: 14px; text-align: center; color: var(--ub-card); overflow: hidden; }
.ub-shape-track i { container-type: inline-size; }
@container (max-width: 11px) { .ub-shape-track i span { display: none; } }
.ub-picture:has(.ub-shape-two) { grid-column: 1 / -1; }
.ub-shape-below { margin-top: 7px; }
.ub-shape li:has(.ub-shape-below) { min-height: 46px; }
.ub-shape li:has(.ub-shape-below) .ub-shape-text { flex-direction: column; }
.ub-shape-thin em.ub-shape-weak { background: var(--ub-card); border-color: var(--ub-line); }
.ub-shape-reference { position: absolute; top: -4px; bottom: -4px; width: 0; border-left: 1.5px dashed var(--ub-second); }
.ub-shape-legend .ub-shape-dash { width: 0; height: 14px; border-left: 1.5px dashed var(--ub-second); border-radius: 0; }
.ub-shape-scale { display: flex; justify-content: space-between; align-self: start; line-height: 1; }
.ub-shape-scale small { font-size: 11px; color: var(--ub-third); }
.ub-shape-text { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 6px; }
.ub-shape-text b { font-weight: 600; }
.ub-shape-text small { font-size: 12px; color: var(--ub-third); }
.ub-shape-legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12.5px !important; color: var(--ub-second); margin: 10px 0 0 !important; }
.ub-shape-legend span { display: inline-flex; align-items: center; gap: 6px; }
.ub-shape-legend i { display: inline-block; font-style: normal; }
.ub-shape-legend i:not(.ub-state) { width: 16px; height: 13px; border-radius: 2px; font-size: 10px; line-height: 13px; text-align: center; color: var(--ub-card); }
/* Both columns of tracks share what is left, so they are equally long. */
@media (min-width: 1100px) {
  @supports (grid-template-columns: subgrid) {
    .ub-shape-two { grid-template-columns: repeat(2, 112px minmax(60px, 1fr) fit-content(24%)); grid-template-rows: repeat(var(--ub-rows), auto); grid-auto-flow: column; column-gap: 18px; }
    .ub-shape-two li { grid-column: auto / span 3; }
  }
}
@media screen and (max-width: 720px) {
  .ub-shape, .ub-shape li { grid-template-columns: 84px minmax(40px, 1fr) fit-content(44%); column-gap: 8px; }
  @supports (grid-template-columns: subgrid) {
    .ub-shape li { grid-template-columns: subgrid; }
  }
}
@media print {
  .ub-shape-track, .ub-shape-track i, .ub-shape-legend i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
