"""A line of a few values without axes, as inline SVG."""

from collections.abc import Callable, Sequence

from dashboard import formatting
from dashboard.charts.geometry import pen
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import t

WIDTH = 200
HEIGHT = 36
_MARGIN = 4


def of_values(
    kpi: Kpi, shown: Sequence[Value], label: str, target: float | None = None, cls: str = "ub-spark"
) -> Markup:
    """The values of a KPI period by period; where the last period is not over, the label says so too."""
    known = [one for one in shown if one.value is not None]
    open_end = formatting.unfinished(known[-1], kpi) if known and known[-1].is_running else ""
    if open_end:
        label = t("spark_unfinished", label=label, period=formatting.period_name(known[-1].period), words=open_end)
    return svg([one.value for one in shown], label, target, cls, "open" if open_end else "over")


def svg(
    values: Sequence[float | None], label: str, target: float | None = None, cls: str = "ub-spark", last: str = "over"
) -> Markup:
    """The values from left to right with a dot at the last; gaps stay gaps; a target is a dashed line.

    Where the last one is `open`, its period not over, the way to it is dashed and its dot hollow.
    """
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
    way = list(values)
    while way and way[-1] is None:
        way.pop()
    over = way[:-1] if last == "open" else way
    drawn = [tag("path", d=_path(over, step, height), fill="none", vector_effect="non-scaling-stroke")]
    if last == "open" and len(way) > 1 and way[-2] is not None:
        dashed = _path([None] * (len(way) - 2) + way[-2:], step, height)
        drawn.append(tag("path", d=dashed, fill="none", vector_effect="non-scaling-stroke", cls="ub-spark-open"))
    if target is not None:
        at = height(target)
        drawn.insert(
            0, tag("line", x1=0, x2=WIDTH, y1=at, y2=at, cls="ub-spark-target", vector_effect="non-scaling-stroke")
        )
    end_x, end_y = points[-1]
    hollow = " ub-hollow" if last == "open" else ""
    dot = tag("span", cls=f"ub-spark-dot{hollow}", style=f"left:{end_x / WIDTH:.2%};top:{end_y / HEIGHT:.2%}")
    return tag(
        "span",
        tag("svg", drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", preserveAspectRatio="none", aria_hidden="true"),
        dot,
        cls=cls,
        role="img",
        aria_label=label,
    )


def _path(values: Sequence[float | None], step: float, height: Callable[[float], float]) -> str:
    places = enumerate(values)
    return pen((None if value is None else (_MARGIN + at * step, height(value)) for at, value in places), digits=1)
