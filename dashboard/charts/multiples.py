"""Small multiples: one small line a series, side by side on one scale, so that none is added into another."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting
from dashboard.charts.geometry import Frame, ticks
from dashboard.charts.lines import Point, Tick
from dashboard.components.markup import Markup, join, tag
from dashboard.i18n import t


@dataclass(frozen=True)
class Multiple:
    """One series with its name, what it is now, and a note beside that."""

    name: str
    text: str
    note: str
    points: tuple[Point, ...]


def small_multiples(multiples: Sequence[Multiple], axis: Sequence[Tick]) -> Markup:
    """The series side by side; `axis` names places from left to right. All have the same scale, whose ends are written."""
    values = [point.value for one in multiples for point in one.points if point.value is not None]
    heights = ticks(min(values), max(values)) if values else [0.0, 1.0]
    drawn = tag("ul", [_one(one, axis, heights[0], heights[-1]) for one in multiples], cls="ub-multiples")
    if heights[0] <= 0:
        return drawn
    return join(drawn, tag("p", t("axis_begins", value=formatting.trimmed(heights[0], 1)), cls="ub-hint"))


def _one(one: Multiple, axis: Sequence[Tick], bottom: float, top: float) -> Markup:
    places = [point.at for point in one.points] + [tick.at for tick in axis]
    frame = Frame(min(places), max(places), bottom, top)
    drawn = tag(
        "div",
        tag(
            "svg",
            tag("path", d=frame.path((point.at, point.value) for point in one.points), fill="none"),
            viewBox="0 0 100 100",
            preserveAspectRatio="none",
            aria_hidden="true",
        ),
        [
            tag("i", style=frame.place(point.at, point.value), title=point.text)
            for point in one.points
            if point.value is not None
        ],
        [tag("em", formatting.trimmed(end, 1), style=f"top:{frame.y(end):.2f}%") for end in (top, bottom)],
        [tag("span", tick.name, style=f"left:{frame.x(tick.at):.2f}%") for tick in axis],
        cls="ub-multiple-area",
        role="img",
        aria_label=f"{one.name} " + " ".join(point.text for point in one.points),
    )
    head = tag("p", tag("span", one.name), tag("b", one.text), tag("small", one.note) if one.note else None)
    return tag("li", head, drawn)


# ruff: noqa: E501 - one rule of the style sheet a line
CSS = """
.ub-multiples { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px 22px !important; }
.stHtml .ub-multiples p, .ub-linked .ub-multiples p { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 8px; font-size: 13px; margin: 0 0 10px; }
.ub-multiples p b { font-size: 17px; font-weight: 700; }
.ub-multiples p small { font-size: 12px; color: var(--ub-third); }
.ub-multiple-area { position: relative; height: 72px; margin: 0 18px 26px 34px; border-top: 1px solid var(--ub-rule); border-bottom: 1px solid var(--ub-rule); }
.ub-multiple-area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.ub-multiple-area path { stroke: var(--ub-line); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.ub-multiple-area i { position: absolute; width: 7px; height: 7px; margin: -3.5px; border-radius: 50%; background: var(--ub-line); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ub-multiple-area em { position: absolute; right: 100%; margin-right: 8px; transform: translateY(-50%); font-style: normal; font-size: 11px; line-height: 1; color: var(--ub-third); }
.ub-multiple-area span { position: absolute; top: 100%; margin-top: 8px; transform: translateX(-50%); font-size: 11px; line-height: 1; color: var(--ub-third); white-space: nowrap; }
"""
