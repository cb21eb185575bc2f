"""Lines over time with a reference line and marked dates, labelled where they end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard import formatting
from dashboard.charts.parts import TONES
from dashboard.components.markup import Markup, join, tag
from dashboard.components.trend_chart import ticks

HEIGHT = 190
_LABEL_HEIGHT = 32
# What a line is told apart by besides its colour and its name.
GLYPHS = ("●", "▲", "■", "◆", "▼", "✚")


@dataclass(frozen=True)
class Point:
    """A place on the time axis and the value there; None where nothing was reported, which leaves a gap."""

    at: float
    value: float | None
    text: str = ""


@dataclass(frozen=True)
class Line:
    """One series, or a reference such as an even pace: drawn dashed and without points. `text` stands where it ends."""

    name: str
    points: tuple[Point, ...]
    text: str = ""
    tone: str = "line"
    is_reference: bool = False


@dataclass(frozen=True)
class Tick:
    """A place on the time axis that has a name: the end of March, an opening day."""

    at: float
    name: str


def line(
    lines: Sequence[Line],
    axis: Sequence[Tick],
    label: str,
    marks: Sequence[Tick] = (),
    write: Callable[[float], str] | None = None,
) -> Markup:
    """Lines over time from zero up, each with its name and text at its end.

    `axis` names places from left to right and `marks` draws dated lines across; `label` says the whole to who cannot see it;
    `write` writes the numbers of the value axis.
    """
    points = [point for one in lines for point in one.points]
    values = [0.0, *(point.value for point in points if point.value is not None)]
    places = [point.at for point in points] + [tick.at for tick in (*axis, *marks)] or [0.0]
    heights = ticks(min(values), max(values) or 1)
    frame = _Frame(min(places), max(places), heights[0], heights[-1])
    drawn = tag(
        "div",
        tag(
            "svg",
            [_rule(frame.y(height)) for height in heights],
            [_mark(frame.x(mark.at)) for mark in marks],
            [_path(one, frame) for one in lines],
            viewBox="0 0 100 100",
            preserveAspectRatio="none",
            aria_hidden="true",
        ),
        [_tick_text(height, frame, write or _written) for height in heights],
        [tag("span", tick.name, cls="ub-plot-x", style=f"left:{frame.x(tick.at):.2f}%") for tick in axis],
        [tag("span", mark.name, cls="ub-plot-mark", style=f"left:{frame.x(mark.at):.2f}%") for mark in marks],
        [_dots(one, glyph, frame) for one, glyph in _with_glyphs(lines)],
        cls="ub-plot-area",
    )
    ends = tag("div", _end_labels(lines, frame), cls="ub-plot-ends")
    return tag("div", drawn, ends, cls="ub-plot", role="img", aria_label=label)


@dataclass(frozen=True)
class _Frame:
    """What is drawn, in the units of the axes; places in it are percent from the left and from the top."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, at: float) -> float:
        return (at - self.left) / ((self.right - self.left) or 1) * 100

    def y(self, value: float) -> float:
        return 100 - (value - self.bottom) / (self.top - self.bottom) * 100


def _with_glyphs(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    own = [one for one in lines if not one.is_reference]
    return [(one, "" if one.is_reference else GLYPHS[own.index(one) % len(GLYPHS)]) for one in lines]


def _path(one: Line, frame: _Frame) -> Markup:
    parts = []
    pen_down = False
    for point in one.points:
        if point.value is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{frame.x(point.at):.2f} {frame.y(point.value):.2f}")
        pen_down = True
    kind = "ub-plot-reference" if one.is_reference else f"ub-stroke-{one.tone}"
    return tag("path", d=" ".join(parts), fill="none", cls=kind)


def _dots(one: Line, glyph: str, frame: _Frame) -> Markup | None:
    if one.is_reference:
        return None
    return join(
        [
            tag(
                "span",
                glyph,
                cls=f"ub-plot-dot ub-ink-{one.tone}",
                style=f"left:{frame.x(point.at):.2f}%;top:{frame.y(point.value):.2f}%",
                title=f"{one.name} {point.text}".strip(),
                aria_hidden="true",
            )
            for point in one.points
            if point.value is not None
        ]
    )


def _end_labels(lines: Sequence[Line], frame: _Frame) -> list[Markup]:
    """Each line's name and text at the height where it ends, moved apart where they would cover each other."""
    ends = []
    for one, glyph in _with_glyphs(lines):
        last = next((point.value for point in reversed(one.points) if point.value is not None), None)
        if last is not None:
            ends.append((frame.y(last), one, glyph))
    ends.sort(key=lambda end: end[0])
    tops = _apart([place for place, _, _ in ends])
    return [
        tag(
            "span",
            tag(
                "i", glyph or "┄", cls="ub-plot-glyph" if one.is_reference else f"ub-ink-{one.tone}", aria_hidden="true"
            ),
            one.name,
            tag("b", one.text) if one.text else None,
            style=f"top:{top:.2f}%",
        )
        for top, (_, one, glyph) in zip(tops, ends, strict=True)
    ]


def _apart(places: Sequence[float]) -> list[float]:
    """Sorted places in percent, at least a label's height apart, kept inside the frame from the bottom up."""
    gap = min(_LABEL_HEIGHT / HEIGHT * 100, 100 / max(len(places) - 1, 1))
    moved = list(places)
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + gap)
    if moved and moved[-1] > 100:
        moved[-1] = 100
        for index in range(len(moved) - 2, -1, -1):
            moved[index] = min(moved[index], moved[index + 1] - gap)
    return moved


def _rule(y: float) -> Markup:
    return tag("path", d=f"M0 {y:.2f} L100 {y:.2f}", cls="ub-plot-rule")


def _mark(x: float) -> Markup:
    return tag("path", d=f"M{x:.2f} 0 L{x:.2f} 100", cls="ub-plot-reference")


def _tick_text(height: float, frame: _Frame, write: Callable[[float], str]) -> Markup:
    return tag("span", write(height), cls="ub-plot-y", style=f"top:{frame.y(height):.2f}%")


def _written(number: float) -> str:
    shown = formatting.scaled(number, "", formatting.as_given)
    return shown.number + shown.unit.strip()


_INKS = "".join(
    f".ub-plot .ub-stroke-{tone} {{ stroke: var(--ub-{tone}); }}\n.ub-plot .ub-ink-{tone} {{ color: var(--ub-{tone}); }}\n"
    for tone in TONES
)

# ruff: noqa: E501 - one rule of the style sheet a line
CSS = f"""
.ub-plot {{ display: grid; grid-template-columns: minmax(0, 1fr) 116px; gap: 12px; margin: 22px 0 26px 46px; }}
.ub-plot-area, .ub-plot-ends {{ position: relative; height: {HEIGHT}px; }}
.ub-plot svg {{ position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }}
.ub-plot path {{ vector-effect: non-scaling-stroke; stroke-width: 2.2; stroke-linejoin: round; fill: none; }}
.ub-plot .ub-plot-rule {{ stroke: var(--ub-rule); stroke-width: 1; }}
.ub-plot .ub-plot-reference {{ stroke: var(--ub-third); stroke-width: 1.2; stroke-dasharray: 5 4; }}
.ub-plot-area span {{ position: absolute; font-size: 11.5px; line-height: 1; color: var(--ub-third); white-space: nowrap; }}
.ub-plot-area .ub-plot-y {{ right: 100%; transform: translateY(-50%); margin-right: 7px; }}
.ub-plot-area .ub-plot-x {{ top: 100%; transform: translateX(-50%); margin-top: 7px; }}
.ub-plot-area .ub-plot-mark {{ bottom: 100%; transform: translateX(-50%); margin-bottom: 5px; color: var(--ub-second); }}
.ub-plot-area .ub-plot-dot {{ transform: translate(-50%, -50%); font-size: 9px; }}
.ub-plot-ends span {{ position: absolute; left: 0; right: 0; transform: translateY(-50%); color: var(--ub-second); font-size: 12px; line-height: 15px; }}
.ub-plot-ends b {{ display: block; font-weight: 600; color: var(--ub-ink); }}
.ub-plot-ends i {{ font-style: normal; font-size: 9px; margin-right: 4px; }}
@media screen and (max-width: 720px) {{
  .ub-plot {{ grid-template-columns: minmax(0, 1fr) 92px; gap: 8px; margin-left: 36px; }}
  .ub-plot-ends span {{ font-size: 11.5px; }}
}}
@media print {{
  .ub-plot {{ break-inside: avoid; }}
  .ub-plot-area .ub-plot-dot, .ub-plot-ends i {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
{_INKS}"""
