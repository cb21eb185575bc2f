"""Bars on tracks: from one start, stacked, as funnels, as intervals, as waterfalls."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting
from dashboard.components.markup import Markup, join, tag
from dashboard.i18n import t
from dashboard.pictures.shapes.parts import missing, piece


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


def bar_list(bars: Sequence[Bar], largest: float | None = None) -> Markup:
    """Bars from one start, in the order given; `largest` is the length of a full bar, the largest value unless told."""
    full = largest or max((bar.value or 0 for bar in bars), default=0) or 1
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", bar.name),
                tag("span", piece(0, bar.value / full, bar.tone), cls="ub-shape-track")
                if bar.value is not None
                else missing(),
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
            pieces.append(piece(at / full, (at + part.value) / full, part.tone, f"{part.name} {part.text}"))
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
                else missing(),
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
                    piece(min(change.start, change.end) / full, max(change.start, change.end) / full, change.tone),
                    cls="ub-shape-track",
                ),
                tag("span", tag("b", change.text), cls="ub-shape-text"),
            )
            for change in changes
        ],
        cls="ub-shape",
    )


def _interval(one: Range) -> Markup | None:
    if one.low is None or one.high is None:
        return None
    return piece(one.low, one.high, "others")


# ruff: noqa: E501 - one rule of the style sheet a line
CSS = """
.ub-shape li { display: grid; grid-template-columns: 112px minmax(60px, 1fr) minmax(104px, auto); gap: 12px; align-items: center; min-height: 34px; font-size: 13px; }
.ub-shape-track { position: relative; display: block; height: 14px; border-radius: 4px; background: var(--ub-track); overflow: hidden; }
.ub-shape-track i { position: absolute; top: 0; bottom: 0; border-radius: 2px; min-width: 1px; box-shadow: inset -1px 0 var(--ub-card); }
.ub-shape-thin { overflow: visible; height: 6px; }
.ub-shape-thin em { position: absolute; top: -3px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--ub-line); border: 2px solid var(--ub-card); box-sizing: border-box; }
.ub-shape-text b { font-weight: 600; }
.ub-shape-text small { margin-left: 6px; font-size: 12px; color: var(--ub-third); }
.ub-shape-legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12.5px !important; color: var(--ub-second); margin: 10px 0 0 !important; }
.ub-shape-legend span { display: inline-flex; align-items: center; gap: 6px; }
.ub-shape-legend i { display: inline-block; font-style: normal; }
.ub-shape-legend i:not(.ub-state) { width: 14px; height: 10px; border-radius: 2px; }
@media (max-width: 720px) {
  .ub-shape li { grid-template-columns: 84px minmax(40px, 1fr) minmax(72px, auto); gap: 8px; }
}
@media print {
  .ub-shape-track, .ub-shape-track i, .ub-shape-legend i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
