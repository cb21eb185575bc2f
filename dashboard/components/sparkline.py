"""A line of a few values without axes, as inline SVG."""

from collections.abc import Callable, Sequence

from dashboard.components.markup import Markup, tag

WIDTH = 200
HEIGHT = 36
_MARGIN = 4


def svg(values: Sequence[float | None], label: str, target: float | None = None, cls: str = "ub-spark") -> Markup:
    """The values from left to right with a dot at the last; gaps stay gaps; a target is a dashed line."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return tag("span", cls="ub-spark-empty", aria_hidden="true")
    low, high = min(known), max(known)
    if target is not None and low - (high - low or abs(high)) * 2 <= target <= high + (high - low or abs(high)) * 2:
        low, high = min(low, target), max(high, target)
    else:
        target = None

    def height(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN), 1)

    step = (WIDTH - 2 * _MARGIN) / max(len(values) - 1, 1)
    points = [
        (round(_MARGIN + index * step, 1), height(value)) for index, value in enumerate(values) if value is not None
    ]
    drawn = [tag("path", d=_path(values, step, height), fill="none", vector_effect="non-scaling-stroke")]
    if target is not None:
        at = height(target)
        drawn.insert(
            0, tag("line", x1=0, x2=WIDTH, y1=at, y2=at, cls="ub-spark-target", vector_effect="non-scaling-stroke")
        )
    end_x, end_y = points[-1]
    dot = tag("span", cls="ub-spark-dot", style=f"left:{end_x / WIDTH:.2%};top:{end_y / HEIGHT:.2%}")
    return tag(
        "span",
        tag("svg", drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", preserveAspectRatio="none", aria_hidden="true"),
        dot,
        cls=cls,
        role="img",
        aria_label=label,
    )


def _path(values: Sequence[float | None], step: float, height: Callable[[float], float]) -> str:
    parts, pen_down = [], False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{_MARGIN + index * step:.1f} {height(value)}")
        pen_down = True
    return " ".join(parts)
