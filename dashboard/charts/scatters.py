"""Units by a count and a measure: each a mark whose form and colour say its kind, those with neither counted at the origin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.charts.geometry import ticks
from dashboard.components.markup import Markup, join, tag

HEIGHT = 260
# Units of one count stand side by side where they would cover each other; sizes of a mark in percent of the picture.
_WIDE = 1.5
_HIGH = 3.6


@dataclass(frozen=True)
class Kind:
    """What a unit can be: the word, the form of its mark, and its tone."""

    word: str
    glyph: str
    tone: str


@dataclass(frozen=True)
class Spot:
    """One unit; `x` is a count, `text` is what is said of it."""

    x: int
    y: float
    kind: Kind
    text: str


@dataclass(frozen=True)
class Axis:
    """What an axis measures, and how to write its numbers."""

    name: str
    write: Callable[[float], str]


def scatter(
    spots: Sequence[Spot], across: Axis, upward: Axis, kinds: Sequence[Kind], nothing: tuple[str, int], label: str
) -> Markup:
    """Spots from a common zero; `nothing` is the word for, and number of, units with neither measure."""
    columns = [one for one in ticks(0, max((spot.x for spot in spots), default=0) or 1) if float(one).is_integer()]
    rows = ticks(0, max((spot.y for spot in spots), default=0) or 1)
    grid = tag(
        "svg",
        [tag("path", d=f"M0 {100 - row / rows[-1] * 100:.2f} L100 {100 - row / rows[-1] * 100:.2f}") for row in rows],
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    word, count = nothing
    area = tag(
        "div",
        grid,
        [
            tag("span", upward.write(row), cls="ub-spots-y", style=f"bottom:{row / rows[-1]:.2%}")
            for row in rows
            if row or not count
        ],
        [tag("span", across.write(one), cls="ub-spots-x", style=f"left:{one / columns[-1]:.2%}") for one in columns],
        tag("span", upward.name, cls="ub-spots-up"),
        tag("span", across.name, cls="ub-spots-across"),
        [_mark(spot, left, rows[-1]) for spot, left in _side_by_side(spots, columns[-1], rows[-1])],
        tag("span", f"{count:,}", cls="ub-spots-none", title=f"{word} {count:,}") if count else None,
        cls="ub-spots",
        role="img",
        aria_label=label,
    )
    counts = [(kind, sum(1 for spot in spots if spot.kind == kind)) for kind in kinds]
    legend = tag(
        "p",
        [
            tag("span", tag("em", kind.glyph, cls=f"ub-ink-{kind.tone}"), kind.word, tag("b", f" {size:,}"))
            for kind, size in counts
            if size
        ],
        tag("span", tag("em", "○", cls="ub-ink-behind"), word, tag("b", f" {count:,}")) if count else None,
        cls="ub-shape-legend",
    )
    return join(area, legend)


def _side_by_side(spots: Sequence[Spot], right: float, top: float) -> list[tuple[Spot, float]]:
    """The spots and where they stand from the left, in percent; within a count as far from its middle as needed, no further."""
    taken: dict[tuple[int, int], float] = {}
    most = int(100 / right / 2 / _WIDE)
    places = []
    for spot in sorted(spots, key=lambda spot: (spot.x, spot.y)):
        height = spot.y / top * 100
        tried = sorted(range(-most, most + 1), key=lambda step: (abs(step), step))
        free = next((step for step in tried if height - taken.get((spot.x, step), -100) >= _HIGH), 0)
        taken[spot.x, free] = height
        places.append((spot, spot.x / right * 100 + free * _WIDE))
    return places


def _mark(spot: Spot, left: float, top: float) -> Markup:
    return tag(
        "span",
        spot.kind.glyph,
        cls=f"ub-spot ub-ink-{spot.kind.tone}",
        style=f"left:{left:.2f}%;bottom:{spot.y / top:.2%}",
        title=spot.text,
        aria_hidden="true",
    )


CSS = f"""
.ub-spots {{ position: relative; height: {HEIGHT}px; margin: 30px 14px 44px 46px; }}
.ub-spots svg {{ position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }}
.ub-spots path {{ vector-effect: non-scaling-stroke; stroke: var(--ub-rule); stroke-width: 1; }}
.ub-spots span {{ position: absolute; font-size: 11.5px; line-height: 1; color: var(--ub-third); white-space: nowrap; }}
.ub-spots .ub-spots-y {{ right: 100%; transform: translateY(50%); margin-right: 12px; }}
.ub-spots .ub-spots-x {{ top: 100%; transform: translateX(-50%); margin-top: 14px; }}
.ub-spots .ub-spots-up {{ bottom: 100%; left: -38px; margin-bottom: 14px; color: var(--ub-second); }}
.ub-spots .ub-spots-across {{ top: 100%; right: 0; margin-top: 32px; color: var(--ub-second); }}
.ub-spots .ub-spot {{ transform: translate(-50%, 50%); font-size: 11px; opacity: 0.85; }}
.ub-spots .ub-spots-none {{ left: 0; bottom: 0; transform: translate(-50%, 50%); min-width: 20px; padding: 3px 4px; }}
.ub-spots .ub-spots-none {{ text-align: center; border: 1.5px solid var(--ub-behind); border-radius: 12px; background: var(--ub-card); }}
.ub-spots .ub-spots-none {{ color: var(--ub-behind); font-weight: 600; box-sizing: border-box; }}
.ub-shape-legend em {{ font-style: normal; }}
@media print {{
  .ub-spots {{ break-inside: avoid; }}
  .ub-spots span, .ub-shape-legend em {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
