"""One KPI over time as inline SVG: drawn with the page, no chart bundle; each period can be pointed at and chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard import formatting, links
from dashboard.components import markup, outlook_words
from dashboard.components.markup import Markup, tag
from dashboard.components.trend_chart import (
    EndLabel,
    direct_labels,
    segments,
    tick_text,
    ticks,
    told,
    until,
    whole_only,
)
from dashboard.data import periods
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.values import Value
from dashboard.i18n import t
from warehouse.releases.forecasts.outlook import Outlook, Step

# Half of what two labels of two lines each need on a phone, as a share of the height.
_LABEL_GAP = 8.5
# With few periods each is a dot; with many only the last one.
_DOTTED_UP_TO = 14


@dataclass(frozen=True)
class _Frame:
    """What is drawn; places in it are percent from the left and from the top."""

    axis: tuple[str, ...]
    bottom: float
    top: float

    @cached_property
    def places(self) -> dict[str, int]:
        return {period: place for place, period in enumerate(self.axis)}

    def x(self, period: str) -> float:
        return (self.places[period] + 0.5) / len(self.axis) * 100

    def y(self, value: float) -> float:
        return 100 - (value - self.bottom) / (self.top - self.bottom) * 100


def draw(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    published: Sequence[Value],
    label: str,
    chosen: str,
    ahead: Outlook | None = None,
) -> Markup:
    """The region's line, the nation's weaker one, the target dashed, published figures as open diamonds; what is expected goes on dashed.

    `own` must hold a value; `label` says the whole to who cannot see it; `chosen` is the period the page shows.
    """
    shown = [value.period for value in own if value.value is not None]
    axis = periods.between(shown[0], shown[-1])
    steps = ahead.steps if ahead is not None else ()
    within = frozenset(axis)
    is_nation = region.code == NATION
    beside = [] if is_nation else [one for one in nation if one.period in within]
    marks = [one for one in published if one.value is not None and one.period in within]
    aims = [one for one in own if one.target is not None and one.period in within]
    numbers = [one.value for one in (*own, *beside, *marks) if one.value is not None]
    numbers += [one.target for one in aims if one.target is not None]
    numbers += [number for step in steps for number in (step.low, step.high)]
    factor = 100 if kpi.unit == "percent" else 1
    heights = ticks(min(numbers) * factor, max(numbers) * factor)
    frame = _Frame((*axis, *(step.period for step in steps)), heights[0] / factor, heights[-1] / factor)
    area = tag(
        "div",
        tag(
            "svg",
            [
                tag("path", d=f"M0 {100 - i * 100 / (len(heights) - 1):.2f}H100", cls="ub-trend-rule")
                for i in range(len(heights))
            ],
            tag("path", d=_aim(aims, steps, frame), cls="ub-trend-aim") if aims else None,
            _expected(shown[-1], ahead, frame),
            _line(beside, kpi, frame, "ub-trend-nation"),
            _line(until(own, chosen), kpi, frame, "ub-trend-own"),
            _line(_later(own, chosen), kpi, frame, "ub-trend-own ub-trend-later"),
            viewBox="0 0 100 100",
            preserveAspectRatio="none",
            aria_hidden="true",
        ),
        [
            tag(
                "span", tick_text(kpi, height), cls="ub-trend-y", style=f"top:{100 - i * 100 / (len(heights) - 1):.2f}%"
            )
            for i, height in enumerate(heights)
        ],
        _dots(until(own, chosen), kpi, frame),
        tag("span", t("axis_begins", value=tick_text(kpi, heights[0])), cls="ub-trend-from")
        if heights[0] > 0
        else None,
        [
            tag(
                "span",
                "◇",
                cls="ub-trend-published",
                style=f"left:{frame.x(one.period):.2f}%;top:{frame.y(one.value or 0):.2f}%",
            )
            for one in marks
        ],
        tag(
            "div",
            _columns(axis, kpi, region, own, beside, marks, chosen),
            [_column_ahead(step, kpi) for step in steps],
            cls="ub-trend-columns",
        ),
        [
            tag("span", period, cls=f"ub-trend-x {place}", style=f"left:{frame.x(period):.2f}%")
            for period, place in _named(axis, frame.axis)
        ],
        cls="ub-trend-area",
    )
    ends = tag("div", _ends(kpi, region, own, beside, frame, ahead, chosen), cls="ub-trend-ends", aria_hidden="true")
    return tag("figure", area, ends, cls="ub-trend", role="group", aria_label=label)


def _later(own: Sequence[Value], chosen: str) -> Sequence[Value]:
    """From the period that the page shows on: weaker, because nothing said of the page is about it."""
    early = until(own, chosen)
    return own[len(early) - 1 :] if len(early) < len(own) else ()


def _aim(aims: Sequence[Value], steps: Sequence[Step], frame: _Frame) -> str:
    """The target's line goes on to its date where it is known what is expected then."""
    points = [(one.period, one.target) for one in aims]
    return _path([*points, *((step.period, aims[-1].target) for step in steps)], frame)


def _expected(last: str, ahead: Outlook | None, frame: _Frame) -> list[Markup]:
    """Dashed what is expected from the last value on, behind it the range that holds eight times out of ten."""
    if ahead is None or not ahead.steps:
        return []
    begin = f"{frame.x(last):.2f} {frame.y(ahead.now):.2f}"
    way = "".join(f"L{frame.x(step.period):.2f} {frame.y(step.value):.2f}" for step in ahead.steps)
    over = "".join(f"L{frame.x(step.period):.2f} {frame.y(step.high):.2f}" for step in ahead.steps)
    back = "".join(f"L{frame.x(step.period):.2f} {frame.y(step.low):.2f}" for step in reversed(ahead.steps))
    return [
        tag("path", d=f"M{begin}{over}{back}Z", cls="ub-trend-range"),
        tag("path", d=f"M{begin}{way}", cls="ub-trend-own ub-trend-ahead"),
    ]


def _column_ahead(step: Step, kpi: Kpi) -> Markup:
    """A strip of a period to come: it says what is expected, and leads nowhere."""
    lines = [tag("b", formatting.period_name(step.period)), tag("span", outlook_words.step(step, kpi))]
    return tag("span", tag("span", lines, cls="ub-trend-tip"), cls="ub-trend-column")


def _line(values: Sequence[Value], kpi: Kpi, frame: _Frame, cls: str) -> list[Markup]:
    """The line of whole periods, and dashed the ways to and from one that is not."""
    ways = "".join(
        f"M{frame.x(one.period):.2f} {frame.y(one.value or 0):.2f}L{frame.x(other.period):.2f} {frame.y(other.value or 0):.2f}"
        for one, other in segments(frame.axis, values, kpi)
    )
    lines = [tag("path", d=_path(whole_only(values, kpi), frame), cls=cls)]
    return [*lines, tag("path", d=ways, cls=f"{cls} ub-trend-open")] if ways else lines


def _path(points: Sequence[tuple[str, float | None]], frame: _Frame) -> str:
    """Gaps stay gaps: a period without a value, or missing from the series, lifts the pen."""
    known = {period: value for period, value in points if value is not None}
    parts = []
    pen_down = False
    for period in frame.axis:
        value = known.get(period)
        if value is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{frame.x(period):.2f} {frame.y(value):.2f}")
        pen_down = True
    return "".join(parts)


def _dots(own: Sequence[Value], kpi: Kpi, frame: _Frame) -> list[Markup]:
    """Hollow where the period is not whole."""
    known = [one for one in own if one.value is not None]
    together = {one.period for one in known}
    alone = {
        one.period
        for one in known
        if not any(near in together for near in (periods.before(one.period), _after(one.period, frame)))
    }
    hollow = {one.period for one in known if formatting.unfinished(one, kpi)}
    marked = alone | hollow | {known[-1].period}
    shown = known if len(known) <= _DOTTED_UP_TO else [one for one in known if one.period in marked]
    return [
        tag(
            "i",
            cls="ub-trend-dot ub-hollow" if one.period in hollow else "ub-trend-dot",
            style=f"left:{frame.x(one.period):.2f}%;top:{frame.y(one.value or 0):.2f}%",
        )
        for one in shown
    ]


def _after(period: str, frame: _Frame) -> str | None:
    place = frame.places[period] + 1
    return frame.axis[place] if place < len(frame.axis) else None


def _columns(
    axis: Sequence[str],
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    marks: Sequence[Value],
    chosen: str,
) -> list[Markup]:
    """A strip for each period: pointing at it says the numbers, clicking it chooses the period."""
    lines_of = {period: [tag("b", formatting.period_name(period))] for period in axis}
    for name, series in ((formatting.region_name(region), own), (t("nation"), nation), (t("published"), marks)):
        known = {one.period: one for one in reversed(series)}
        for period in axis if series is own else known:
            value = known.get(period)
            text = told(value, kpi) if value is not None else formatting.value_amount(None, kpi).text
            lines_of[period].append(tag("span", f"{name} {text}"))
    return [
        markup.link(
            links.Target(period=period),
            tag("span", lines, cls="ub-trend-tip"),
            cls="ub-trend-column ub-trend-chosen" if period == chosen else "ub-trend-column",
            label=formatting.period_name(period),
            skip_in_tab_order=True,
        )
        for period, lines in lines_of.items()
    ]


def _named(axis: Sequence[str], drawn: Sequence[str]) -> list[tuple[str, str]]:
    """The periods written under the axis: first, middle where there is room, last; where the line goes on, the last known and the end."""
    if len(drawn) > len(axis):
        # Too near to an end, the last known would run into it.
        is_apart = len(axis) > len(drawn) * 0.3 and len(drawn) - len(axis) > len(drawn) * 0.15
        known = [(axis[-1], "")] if is_apart else []
        return [(drawn[0], "ub-trend-first"), *known, (drawn[-1], "ub-trend-last")]
    if len(axis) == 1:
        return [(axis[0], "")]
    middle = [(axis[len(axis) // 2], "")] if len(axis) > 12 else []
    return [(axis[0], "ub-trend-first"), *middle, (axis[-1], "ub-trend-last")]


def _ends(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    frame: _Frame,
    ahead: Outlook | None,
    chosen: str,
) -> list[Markup]:
    """Names and last values beside the ends of the lines, moved apart where they would cover each other."""
    labels = direct_labels(kpi, region, own, nation, chosen)
    if ahead is not None and ahead.steps:
        amount = outlook_words.amount(ahead.value, kpi)
        labels.append(EndLabel(t("ahead_end", at=outlook_words.date_words(ahead)), amount, ahead.value, True))
    labels.sort(key=lambda one: -one.height)
    tops = _apart([frame.y(one.height) for one in labels])
    return [
        tag(
            "span",
            one.name,
            " ",
            tag("b", one.text),
            cls="ub-trend-me" if one.is_own else None,
            style=f"top:{top:.2f}%",
        )
        for one, top in zip(labels, tops, strict=True)
    ]


def _apart(tops: Sequence[float]) -> list[float]:
    """The places from top to bottom, each at least two gaps below the one before, all of them inside."""
    room = 2 * _LABEL_GAP
    moved: list[float] = []
    for top in tops:
        # As many as have run into each other are spread around where they would be together.
        group = [top]
        while moved and group[0] - moved[-1] < room:
            group.insert(0, moved.pop())
            middle = sum(group) / len(group)
            group = [middle + (place - (len(group) - 1) / 2) * room for place in range(len(group))]
        moved += group
    lift = max(0.0, moved[-1] - (100 - _LABEL_GAP)) if moved and len(moved) > 1 else 0.0
    drop = max(0.0, _LABEL_GAP - moved[0]) if len(moved) > 1 else 0.0
    return [top - lift + drop if room * len(moved) <= 100 + room else top for top in moved]
