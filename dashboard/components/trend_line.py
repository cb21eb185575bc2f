"""One KPI over time as the drawing of lines has it: the region, the nation behind it, target, published figures, what is expected."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard import formatting, links
from dashboard.charts import lines
from dashboard.charts.lines import Line, Point, Reading, Span, Tick
from dashboard.components import event_marks, outlook_words
from dashboard.components.event_marks import Numbered
from dashboard.components.markup import Markup
from dashboard.components.trend_chart import direct_labels, reported, tick_text, told, until
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.values import Value
from dashboard.i18n import t
from warehouse.releases.forecasts.outlook import Outlook

# With few periods each is a dot; with many only those that no line joins, that are not over, and the last one.
_DOTTED_UP_TO = 14


def draw(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    published: Sequence[Value],
    label: str,
    chosen: str,
    ahead: Outlook | None = None,
    events: Numbered = (),
) -> Markup:
    """The region's line, the nation's weaker one, the target dashed, published figures as open diamonds; what is expected goes on dashed.

    `own` must hold a value; `label` says the whole to who cannot see it; `chosen` is the period the page shows.
    """
    axis = reported(own)
    steps = ahead.steps if ahead is not None else ()
    drawn = (*axis, *(step.period for step in steps))
    at = {period: float(place) for place, period in enumerate(drawn)}
    beside = [] if region.code == NATION else [one for one in nation if one.period in axis]
    marks = [one for one in published if one.value is not None and one.period in axis]
    found = [Line("", _target(own, drawn, len(axis)), kind="reference")]
    spans = []
    if ahead is not None and steps:
        begin = at[axis[-1]]
        spans = [Span(begin, ahead.now, ahead.now), *(Span(at[step.period], step.low, step.high) for step in steps)]
        way = (Point(begin, ahead.now), *(Point(at[step.period], step.value) for step in steps))
        name = t("ahead_end", at=outlook_words.date_words(ahead))
        found.append(Line(name, way, outlook_words.amount(ahead.value, kpi), kind="ahead"))
    texts = {one.is_own: one for one in direct_labels(kpi, region, own, beside, chosen)}
    if beside:
        found.append(
            Line(t("nation"), _points(kpi, beside, axis), texts[False].text if False in texts else "", kind="weak")
        )
    early = until(own, chosen)
    if len(early) < len(own):
        found.append(Line("", _points(kpi, own[len(early) - 1 :], axis), kind="later"))
    found.append(Line(texts[True].name, _points(kpi, early, axis), texts[True].text))
    found.append(Line(t("published"), tuple(Point(at[one.period], one.value) for one in marks), kind="marks"))
    factor = 100 if kpi.unit == "percent" else 1
    readings = _with_events(_readings(axis, kpi, region, own, beside, marks, chosen), axis, events)
    readings += [
        Reading(at[step.period], formatting.period_name(step.period), (outlook_words.step(step, kpi),))
        for step in steps
    ]
    return lines.line(
        found,
        [Tick(at[period], period, end) for period, end in _named(axis, drawn)],
        label,
        event_marks.ticks(events, axis),
        write=lambda number: tick_text(kpi, number * factor),
        base=None,
        ends=(-0.5, len(drawn) - 0.5),
        spans=spans,
        readings=readings,
        cls="ub-plot ub-trend",
    )


def _target(own: Sequence[Value], drawn: Sequence[str], known: int) -> tuple[Point, ...]:
    """The target's line goes on to its date where it is known what is expected then."""
    aims = {one.period: one.target for one in own if one.target is not None and one.period in drawn[:known]}
    last = next(reversed(aims.values()), None)
    return tuple(Point(float(place), aims.get(period) if place < known else last) for place, period in enumerate(drawn))


def _points(kpi: Kpi, series: Sequence[Value], axis: Sequence[str]) -> tuple[Point, ...]:
    """Every period of the axis, hollow where it is not whole."""
    of = {one.period: one for one in series if one.value is not None}
    last = max(of, default="")
    points = []
    for place, period in enumerate(axis):
        value = of.get(period)
        if value is None:
            points.append(Point(float(place), None))
            continue
        is_open = bool(formatting.unfinished(value, kpi))
        is_alone = not any(near in of for near in (*axis[max(place - 1, 0) : place], *axis[place + 1 : place + 2]))
        is_marked = len(of) <= _DOTTED_UP_TO or is_open or is_alone or period == last
        points.append(Point(float(place), value.value, is_open=is_open, is_marked=is_marked))
    return tuple(points)


def _readings(
    axis: Sequence[str],
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    marks: Sequence[Value],
    chosen: str,
) -> list[Reading]:
    """What each period says; a click chooses it."""
    says: dict[str, list[str]] = {period: [] for period in axis}
    for name, series in ((formatting.region_name(region), own), (t("nation"), nation), (t("published"), marks)):
        known = {one.period: one for one in reversed(series)}
        for period in axis if series is own else known:
            value = known.get(period)
            text = told(value, kpi) if value is not None else formatting.value_amount(None, kpi).text
            says[period].append(f"{name} {text}")
    return [
        Reading(
            float(place),
            formatting.period_name(period),
            tuple(says[period]),
            links.Target(period=period),
            is_chosen=period == chosen,
        )
        for place, period in enumerate(axis)
    ]


def _with_events(readings: list[Reading], axis: Sequence[str], events: Numbered) -> list[Reading]:
    """What happened in a period is read off with its values."""
    told: dict[str, tuple[str, ...]] = {}
    for number, event, period in events:
        told[period] = (*told.get(period, ()), f"{event_marks.sign(number)} {event_marks.said(event)}")
    return [
        replace(one, says=(*one.says, *told[period])) if period in told else one
        for one, period in zip(readings, axis, strict=True)
    ]


def _named(axis: Sequence[str], drawn: Sequence[str]) -> list[tuple[str, lines.End]]:
    """The periods written under the axis: first, middle where there is room, last; where the line goes on, the last known and the end."""
    if len(drawn) > len(axis):
        # Too near to an end, the last known would run into it.
        is_apart = len(axis) > len(drawn) * 0.3 and len(drawn) - len(axis) > len(drawn) * 0.15
        known: list[tuple[str, lines.End]] = [(axis[-1], "known")] if is_apart else []
        return [(drawn[0], "first"), *known, (drawn[-1], "last")]
    if len(axis) == 1:
        return [(axis[0], "")]
    middle: list[tuple[str, lines.End]] = [(axis[len(axis) // 2], "")] if len(axis) > 12 else []
    return [(axis[0], "first"), *middle, (axis[-1], "last")]
