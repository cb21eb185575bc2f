"""Lines over time: what was reported, what is expected, what is aimed at, labelled where they end and read off at each place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from dashboard import formatting, links
from dashboard.charts.geometry import Frame, apart, ticks
from dashboard.charts.parts import TONES
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.i18n import t

# A label of two lines on the lowest drawing, a phone's, as a share of its height.
_LABEL = 17.0
# What lines are told apart by besides their colour and their name.
GLYPHS = ("●", "▲", "■", "◆", "▼", "✚")

End = Literal["", "first", "known", "last"]


@dataclass(frozen=True)
class Point:
    """A place on the time axis and the value there; None where nothing was reported, which leaves a gap.

    Ways to and from one that is `is_open`, its period not over, are dashed and its dot is hollow; one not `is_marked` has no dot.
    """

    at: float
    value: float | None
    text: str = ""
    is_open: bool = False
    is_marked: bool = True


@dataclass(frozen=True)
class Line:
    """One series; `name` and `text` stand where it ends.

    A `weak` one stands behind the others, a `reference` is dashed (an even pace, a target), an `ahead` is what is expected, a `later` goes
    on after what the page speaks of, and `marks` are figures of another kind that no line may join.
    """

    name: str
    points: tuple[Point, ...]
    text: str = ""
    tone: str = "line"
    kind: Literal["own", "weak", "reference", "ahead", "later", "marks"] = "own"


@dataclass(frozen=True)
class Tick:
    """A place on the time axis that has a name: the end of March, an opening day. The name of the first and the last is kept inside the drawing.

    `known` is where what is known ends before the last one: where there is no room for both, it is the one that stays.
    """

    at: float
    name: str
    end: End = ""


@dataclass(frozen=True)
class Span:
    """The range at one place of what is expected."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Reading:
    """What is read off at one place: a head and a sentence for each line; where it leads, if anywhere."""

    at: float
    head: str
    says: tuple[str, ...]
    target: links.Target | None = None
    is_chosen: bool = False


def line(
    lines: Sequence[Line],
    axis: Sequence[Tick],
    label: str,
    marks: Sequence[Tick] = (),
    write: Callable[[float], str] | None = None,
    *,
    base: float | None = 0.0,
    ends: tuple[float, float] | None = None,
    spans: Sequence[Span] = (),
    readings: Sequence[Reading] | None = None,
    cls: str = "ub-plot",
) -> Markup:
    """Lines over time, each with its name and text at its end; who points at a place, touches it or goes there by arrow keys reads it off.

    `axis` names places from left to right and `marks` draws dated lines across; `label` says the whole to who cannot see it; `write`
    writes the numbers of the value axis, which holds `base`. The time axis goes from what is drawn first to what is last, or between `ends`.
    """
    points = [point for one in lines for point in one.points]
    values = [point.value for point in points if point.value is not None]
    values += [side for span in spans for side in (span.low, span.high)] + (
        [] if base is None and values else [base or 0.0]
    )
    places = [point.at for point in points] + [tick.at for tick in (*axis, *marks)] or [0.0]
    heights = ticks(min(values), max(values) or (0 if base is None else 1))
    left, right = ends or (min(places), max(places))
    frame = Frame(left, right, heights[0], heights[-1])
    if readings is None:
        readings = _readings(lines, (*axis, *marks), write or _written)
    drawn = tag(
        "div",
        tag(
            "svg",
            [tag("path", d=f"M0 {frame.y(height):.2f}H100", cls="ub-plot-rule") for height in heights],
            [tag("path", d=f"M{frame.x(mark.at):.2f} 0V100", cls="ub-plot-reference") for mark in marks],
            tag("path", d=_outline(spans, frame), cls="ub-plot-span") if spans else None,
            [_paths(one, frame) for one in lines if one.kind != "marks"],
            viewBox="0 0 100 100",
            preserveAspectRatio="none",
            aria_hidden="true",
        ),
        [
            tag("span", (write or _written)(height), cls="ub-plot-y", style=f"top:{frame.y(height):.2f}%")
            for height in heights
        ],
        _from(heights[0], write or _written),
        [_tick(tick, frame) for tick in axis],
        [tag("span", mark.name, cls="ub-plot-mark", style=f"left:{frame.x(mark.at):.2f}%") for mark in marks],
        [_dots(one, glyph, frame) for one, glyph in _with_glyphs(lines)],
        _strips(readings, frame),
        cls="ub-plot-area",
    )
    named = tag("div", _end_labels(lines, frame), cls="ub-plot-ends", aria_hidden="true")
    # A drawing with links in it is no picture: what is in a picture is not told.
    role = "group" if any(one.target for one in readings) else "img"
    return tag("figure", drawn, named, cls=cls, role=role, aria_label=label, tabindex="0" if readings else None)


def _with_glyphs(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Each line with the sign of its points; one alone has plain dots."""
    own = [one for one in lines if one.kind == "own"]
    signs = {id(one): GLYPHS[place % len(GLYPHS)] for place, one in enumerate(own)} if len(own) > 1 else {}
    return [(one, "◇" if one.kind == "marks" else signs.get(id(one), "")) for one in lines]


def _paths(one: Line, frame: Frame) -> list[Markup]:
    """The line of what is whole, and dashed the ways to and from what is not."""
    stroke = f"ub-stroke-{one.tone}"
    inked = {"own": stroke, "ahead": f"{stroke} ub-plot-ahead", "later": f"{stroke} ub-plot-later"}
    cls = inked.get(one.kind, f"ub-plot-{one.kind}")
    whole = frame.path((point.at, None if point.is_open else point.value) for point in one.points)
    known = [
        (start, end)
        for start, end in pairwise(one.points)
        if start.value is not None and end.value is not None and (start.is_open or end.is_open)
    ]
    ways = " ".join(frame.path(((start.at, start.value), (end.at, end.value))) for start, end in known)
    return [tag("path", d=whole, cls=cls), *([tag("path", d=ways, cls=f"{cls} ub-plot-open")] if ways else [])]


def _from(lowest: float, write: Callable[[float], str]) -> Markup | None:
    """An axis that does not begin at zero says so."""
    return tag("span", t("axis_begins", value=write(lowest)), cls="ub-plot-from") if lowest > 0 else None


def _outline(spans: Sequence[Span], frame: Frame) -> str:
    there = [(span.at, span.high) for span in spans]
    back = [(span.at, span.low) for span in reversed(spans)]
    return frame.path([*there, *back]) + "Z"


def _dots(one: Line, glyph: str, frame: Frame) -> list[Markup]:
    if one.kind not in ("own", "marks"):
        return []
    ink = "ub-plot-other" if one.kind == "marks" else f"ub-ink-{one.tone}"
    sign = f"ub-plot-glyph {ink}" if glyph else f"ub-plot-dot {ink}"
    return [
        tag(
            "i",
            glyph or None,
            cls=f"{sign} ub-hollow" if point.is_open else sign,
            style=frame.place(point.at, point.value),
            aria_hidden="true",
        )
        for point in one.points
        if point.value is not None and point.is_marked
    ]


def _tick(tick: Tick, frame: Frame) -> Markup:
    cls = f"ub-plot-x ub-plot-{tick.end}" if tick.end else "ub-plot-x"
    return tag("span", tick.name, cls=cls, style=f"left:{frame.x(tick.at):.2f}%")


def _readings(lines: Sequence[Line], named: Sequence[Tick], write: Callable[[float], str]) -> list[Reading]:
    """At each place that has a value, what every line says there."""
    names = {tick.at: tick.name for tick in named}
    told: dict[float, list[str]] = {}
    for one in lines:
        for point in one.points if one.kind != "reference" else ():
            if point.value is not None:
                told.setdefault(point.at, []).append(f"{one.name} {point.text or write(point.value)}".strip())
    return [Reading(at, names.get(at, ""), tuple(says)) for at, says in sorted(told.items())]


def _strips(readings: Sequence[Reading], frame: Frame) -> Markup | None:
    """A strip for each place, from half way to the one before to half way to the next."""
    places = [frame.x(one.at) for one in readings]
    if not places:
        return None
    edges = [0.0, *((before + after) / 2 for before, after in pairwise(places)), 100.0]
    return tag(
        "div",
        [
            _strip(one, start, end, (place - start) / ((end - start) or 1))
            for one, place, (start, end) in zip(readings, places, pairwise(edges), strict=True)
        ],
        cls="ub-plot-strips",
    )


def _strip(one: Reading, start: float, end: float, middle: float) -> Markup:
    lines = [tag("b", one.head) if one.head else None, *(tag("span", said) for said in one.says)]
    # Beside the place, on the side where there is room.
    side = "ub-plot-tip" if (start + end) / 2 < 50 else "ub-plot-tip ub-plot-tip-left"
    tip = tag("span", lines, cls=side)
    cls = "ub-plot-strip ub-plot-chosen" if one.is_chosen else "ub-plot-strip"
    style = f"left:{start:.2f}%;width:{end - start:.2f}%;--at:{middle:.0%}"
    if one.target is None:
        return tag("span", tip, cls=cls, style=style)
    return markup.link(one.target, tip, cls=cls, style=style, label=one.head, skip_in_tab_order=True)


def _end_labels(lines: Sequence[Line], frame: Frame) -> list[Markup]:
    """Each line's name and text at the height where it ends, moved apart where they would cover each other."""
    ends = []
    for one, glyph in _with_glyphs(lines):
        last = next((point.value for point in reversed(one.points) if point.value is not None), None)
        if last is not None and one.name and one.kind != "marks":
            ends.append((frame.y(last), one, glyph))
    ends.sort(key=lambda end: end[0])
    return [_end_label(one, glyph, top) for top, (_, one, glyph) in zip(_tops(ends), ends, strict=True)]


def _tops(ends: Iterable[tuple[float, Line, str]]) -> list[float]:
    return apart([top for top, *_ in ends], _LABEL)


def _end_label(one: Line, glyph: str, top: float) -> Markup:
    sign = "┄" if one.kind == "reference" else glyph
    ink = f"ub-ink-{one.tone}"
    return tag(
        "span",
        tag("i", sign, cls=ink if glyph else None) if sign else None,
        one.name,
        " ",
        tag("b", one.text) if one.text else None,
        cls=None if sign else "ub-plot-behind" if one.kind == "weak" else f"ub-plot-only {ink}",
        style=f"top:{top:.2f}%",
    )


def _written(number: float) -> str:
    shown = formatting.scaled(number, "", formatting.as_given)
    return shown.number + shown.unit.strip()


_INKS = "".join(
    f".ub-plot .ub-stroke-{tone} {{ stroke: var(--ub-{tone}); }}\n.ub-plot .ub-ink-{tone} {{ color: var(--ub-{tone}); }}\n"
    for tone in TONES
)

# ruff: noqa: E501 - one rule of the style sheet a line
CSS = f"""
.ub-plot {{ display: grid; grid-template-columns: minmax(0, 1fr) 114px; gap: 10px; margin: 22px 0 30px 46px; }}
.ub-plot-area, .ub-plot-ends {{ position: relative; height: 190px; }}
.ub-plot-area {{ touch-action: pan-y; }}
.ub-plot svg {{ position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }}
.ub-plot path {{ vector-effect: non-scaling-stroke; stroke-width: 2.3; stroke-linejoin: round; fill: none; }}
.ub-plot .ub-plot-rule {{ stroke: var(--ub-rule); stroke-width: 1; }}
.ub-plot .ub-plot-reference {{ stroke: var(--ub-third); stroke-width: 1.2; stroke-dasharray: 5 4; }}
.ub-plot .ub-plot-weak {{ stroke: var(--ub-third); stroke-width: 1.5; }}
.ub-plot .ub-plot-open {{ stroke-dasharray: 3 3; }}
.ub-plot .ub-plot-ahead {{ stroke-dasharray: 5 4; stroke-width: 2; }}
.ub-plot .ub-plot-later {{ opacity: 0.32; }}
.ub-plot-from {{ position: absolute; left: 4px; bottom: 3px; padding: 1px 2px; font-size: 11px; line-height: 1; color: var(--ub-third); background: color-mix(in srgb, var(--ub-card) 82%, transparent); }}
.ub-plot .ub-plot-span {{ fill: color-mix(in srgb, var(--ub-line) 14%, transparent); }}
.ub-plot-y, .ub-plot-x, .ub-plot-mark {{ position: absolute; font-size: 12px; line-height: 1; color: var(--ub-third); white-space: nowrap; }}
.ub-plot-y {{ right: 100%; transform: translateY(-50%); margin-right: 8px; }}
.ub-plot-x {{ top: 100%; transform: translateX(-50%); margin-top: 8px; }}
.ub-plot-first {{ transform: translateX(-12px); }}
.ub-plot-last {{ transform: translateX(calc(-100% + 12px)); }}
.ub-plot-mark {{ bottom: 100%; transform: translateX(-50%); margin-bottom: 5px; color: var(--ub-second); }}
.ub-plot-dot {{ position: absolute; width: 6px; height: 6px; margin: -3px; border-radius: 50%; background: currentColor; }}
.ub-plot-dot.ub-hollow {{ background: var(--ub-card); box-shadow: inset 0 0 0 1.5px currentColor; width: 7px; height: 7px; margin: -3.5px; }}
.ub-plot-glyph {{ position: absolute; transform: translate(-50%, -50%); font-style: normal; font-size: 9px; line-height: 1; }}
.ub-plot .ub-plot-other {{ font-size: 14px; color: var(--ub-second); }}
.ub-plot-strips, .ub-plot-strip {{ position: absolute; inset: 0; }}
.ub-plot .ub-plot-strip {{ right: auto; text-decoration: none; }}
.ub-plot-strip::before {{ content: ""; position: absolute; top: 0; bottom: 0; left: var(--at); border-left: 1px solid var(--ub-third); display: none; }}
.ub-plot-chosen, .ub-plot-strip:hover, .ub-plot-strip.ub-pointed {{ background: color-mix(in srgb, var(--ub-line) 9%, transparent); }}
.ub-plot-strip:hover::before, .ub-plot-strip.ub-pointed::before {{ display: block; }}
.ub-plot-tip {{ position: absolute; z-index: 6; bottom: calc(100% - 44px); left: 0; display: none; width: max-content; max-width: min(220px, 33vw); background: var(--ub-ink); color: var(--ub-card); font-size: 12px; line-height: 1.5; padding: 5px 10px; border-radius: 6px; pointer-events: none; }}
.ub-plot-tip-left {{ left: auto; right: 0; }}
.ub-plot-tip b, .ub-plot-tip span {{ display: block; }}
.ub-plot-strip:hover .ub-plot-tip, .ub-plot-strip.ub-pointed .ub-plot-tip {{ display: block; }}
.ub-plot-ends span {{ position: absolute; left: 0; right: 0; transform: translateY(-50%); color: var(--ub-second); font-size: 12px; line-height: 1.3; }}
.ub-plot-ends b {{ font-weight: 600; white-space: nowrap; color: var(--ub-ink); }}
.ub-plot-ends .ub-plot-only {{ font-weight: 600; }}
.ub-plot-ends .ub-plot-behind {{ color: var(--ub-third); }}
.ub-plot-only b, .ub-plot-behind b {{ color: inherit; }}
.ub-plot-ends i {{ font-style: normal; font-size: 9px; margin-right: 4px; }}
@media screen and (max-width: 720px) {{
  .ub-plot {{ grid-template-columns: minmax(0, 1fr) 88px; gap: 6px; margin-left: 40px; }}
  .ub-plot-ends b {{ display: block; }}
  .ub-plot-strip {{ pointer-events: none; }}
  .ub-plot-known + .ub-plot-last {{ display: none; }}
}}
@media print {{
  .ub-plot {{ break-inside: avoid; }}
  .ub-plot-dot, .ub-plot-glyph, .ub-plot-ends i {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  .ub-plot-chosen {{ background: none; }}
}}
{_INKS}"""
