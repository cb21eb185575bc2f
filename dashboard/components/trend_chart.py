"""One KPI over time: the region against the nation, published figures as marks of their own.

The page draws it as inline SVG (`trend_line`); who wants to select and zoom turns on the Plotly chart, whose bundle is
loaded only then.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import formatting, links, theme
from dashboard.charts.geometry import ticks
from dashboard.components import event_marks, finding, kept, kpi_card, markup, notes, outlook_words
from dashboard.components.markup import Markup, tag
from dashboard.data import comparisons, periods
from dashboard.data.comparisons import Comparison, Provinces
from dashboard.data.events import Event
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t
from warehouse.releases import period_changes
from warehouse.releases.forecasts.outlook import Outlook

HEIGHT = 300
# With more periods than these the points of a line would run into each other.
DOTTED = 36
_INTERACTIVE = "interactive"


@dataclass(frozen=True)
class EndLabel:
    """What stands where a line ends."""

    name: str
    text: str
    height: float
    is_own: bool


def is_interactive() -> bool:
    """Whether the reader has turned on the Plotly chart."""
    # The switch stands below and takes its word from the address only when it is drawn.
    return bool(st.session_state.get(_INTERACTIVE, st.query_params.get(_INTERACTIVE) == "true"))


def show_switch() -> None:
    """What turns the Plotly chart on and off."""
    st.toggle(t("interactive_chart"), key=_INTERACTIVE, bind="query-params", help=t("interactive_chart_help"))


def drawn(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    published: Sequence[Value],
    chosen: str,
    latest: Comparison | None = None,
    provinces: Provinces | None = None,
    ahead: Outlook | None = None,
    switch: Markup | None = None,
    events: Sequence[Event] = (),
) -> Markup:
    """A line for the region, a weaker one for the nation; one sentence underneath says what the lines do.

    `latest` compares the last value up to the period shown with the same months of the year before.
    """
    from dashboard.components import trend_line

    if not any(value.value is not None for value in own):
        nothing = tag("p", t("nothing_reported"), cls="ub-hint ub-panel-hint")
        return tag("div", _heading(kpi, region, (), None, switch), nothing)

    def line() -> Markup:
        told, numbered = until(own, chosen), event_marks.on(reported(own), events)
        alt, below = _alternative(kpi, region, told, latest, provinces), _below(kpi, told, latest, provinces, ahead)
        return tag(
            "div",
            _heading(kpi, region, told, latest, switch),
            trend_line.draw(
                kpi, region, own, nation, published, alt + event_marks.spoken(numbered), chosen, ahead, numbered
            ),
            event_marks.below(numbered),
            below,
        )

    return kept.block("trend_line", line, kpi.code)


def show_chart(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    published: Sequence[Value],
    chosen: str,
    latest: Comparison | None = None,
    provinces: Provinces | None = None,
    ahead: Outlook | None = None,
    switch: Markup | None = None,
    events: Sequence[Event] = (),
) -> None:
    """The same as a Plotly chart, in which a click on a point chooses its period."""
    if not any(value.value is not None for value in own):
        markup.show(drawn(kpi, region, own, nation, published, chosen, switch=switch), key="trend_empty")
        return
    told, numbered = until(own, chosen), event_marks.on(reported(own), events)
    markup.show(_heading(kpi, region, told, latest, switch), key="trend_title")
    st.plotly_chart(
        figure(kpi, region, own, nation, published, ahead, chosen, numbered),
        config={"displayModeBar": False, "staticPlot": False, "scrollZoom": False, "responsive": True},
        alt=_alternative(kpi, region, told, latest, provinces) + event_marks.spoken(numbered),
        key="trend_chart",
        on_select=_choose_period,
        selection_mode="points",
    )
    markup.show(
        markup.join(event_marks.below(numbered), _below(kpi, told, latest, provinces, ahead)), key="trend_sentence"
    )


def until(own: Sequence[Value], chosen: str) -> Sequence[Value]:
    """The values up to the period that the page shows, of which sentences and labels speak; all of them where none is as early."""
    early = [value for value in own if value.period <= chosen] if chosen else own
    return early if any(value.value is not None for value in early) else own


def _heading(
    kpi: Kpi, region: Region, told: Sequence[Value], latest: Comparison | None, switch: Markup | None
) -> Markup:
    definition = pick(kpi.definition_zh, kpi.definition_en).split("；")[0]
    hint = t("trend_of", kpi=pick(kpi.label_zh, kpi.label_en)) + t("colon") + definition
    beside = () if region.code == NATION else (region.code,)
    last = _last(told)
    title = (
        finding.of_trend(kpi, last, latest)
        if last is not None
        else t("trend_none", kpi=pick(kpi.label_zh, kpi.label_en))
    )
    return finding.heading(title, hint, switch, to_compare(kpi, *beside))


def to_compare(kpi: Kpi, *regions: str) -> Markup:
    """比较: the same KPI with these regions side by side."""
    label = t("to_side_by_side_of", kpi=pick(kpi.label_zh, kpi.label_en))
    target = links.side_by_side(kpi.code, *regions)
    return tag("span", markup.link(target, t("to_side_by_side"), cls="ub-chip", label=label), cls="ub-to-compare")


def _below(
    kpi: Kpi,
    own: Sequence[Value],
    latest: Comparison | None,
    provinces: Provinces | None,
    ahead: Outlook | None,
) -> Markup:
    known = [value for value in own if value.value is not None]
    says = tag("p", sentence(kpi, known, latest, provinces), cls="ub-hint")
    if ahead is None:
        return says
    last = known[-1]
    words = outlook_words.sentence(ahead, kpi, last.target, last.target_upper)
    return markup.join(tag("p", words, tag("small", t("ahead_range")), cls=f"ub-ahead ub-ahead-{ahead.verdict}"), says)


def _alternative(
    kpi: Kpi, region: Region, own: Sequence[Value], latest: Comparison | None, provinces: Provinces | None
) -> str:
    says = sentence(kpi, [value for value in own if value.value is not None], latest, provinces)
    return t("trend_alt", kpi=pick(kpi.label_zh, kpi.label_en), region=formatting.region_name(region), sentence=says)


def _choose_period() -> None:
    """Clicking a point chooses its period."""
    points = st.session_state["trend_chart"].selection.points
    if points and isinstance(points[0].get("x"), str):
        st.session_state["period"] = points[0]["x"]


def sentence(
    kpi: Kpi, known: Sequence[Value], latest: Comparison | None = None, provinces: Provinces | None = None
) -> str:
    """从2022年6月的 67.1% 到2024年5月的 76.4%：+9.3 pp.

    It runs from one whole period to another. A last one that is not over is told apart, with `latest`, its comparison.
    """
    whole = [value for value in known if not formatting.unfinished(value, kpi)]
    parts = [_from_to(kpi, whole, provinces, is_all=len(whole) == len(known))] if whole else []
    if known[-1] not in whole:
        parts.append(_unfinished(kpi, known[-1], latest))
    return formatting.sentences(parts)


def _unfinished(kpi: Kpi, value: Value, latest: Comparison | None) -> str:
    """2024年（未完，1–5月）：55，同期 +10%。"""
    change = ""
    held = latest.held(value) if value.is_running and latest is not None else None
    if held is not None:
        change = t("trend_same_months", change=formatting.difference(held[1], held[0], kpi))
    return t(
        "trend_unfinished",
        period=formatting.period_name(value.period),
        words=formatting.unfinished(value, kpi),
        value=formatting.value_amount(value, kpi).text,
        change=change,
    )


def _from_to(kpi: Kpi, whole: Sequence[Value], provinces: Provinces | None, *, is_all: bool) -> str:
    first, last = whole[0], whole[-1]
    if first is last or first.value is None or last.value is None:
        return t(
            "trend_single" if is_all else "trend_single_whole",
            period=formatting.period_name(last.period),
            value=formatting.value_amount(last, kpi).text,
        )
    return t(
        "trend_sentence",
        first=formatting.period_name(first.period),
        before=formatting.value_amount(first, kpi).text,
        last=formatting.period_name(last.period),
        now=formatting.value_amount(last, kpi).text,
        change=_change(kpi, first, last, provinces),
    )


def _change(kpi: Kpi, first: Value, last: Value, provinces: Provinces | None) -> str:
    """+9.3 pp, or 不可比 and why."""
    found = comparisons.between(last, first, kpi, provinces)
    held = found.held(last)
    if held is None:
        return t("not_comparable") + t("colon") + pick(*period_changes.reason_words(found.change))
    mark = kpi_card.alike_text(found, kpi)
    return t("comma_then").join(filter(None, (formatting.difference(held[1], held[0], kpi), mark)))


def figure(
    kpi: Kpi,
    region: Region,
    own: Sequence[Value],
    nation: Sequence[Value],
    published: Sequence[Value],
    ahead: Outlook | None = None,
    chosen: str = "",
    events: event_marks.Numbered = (),
) -> dict[str, Any]:
    """The figure as Plotly reads it; colours are places that the reader's theme fills."""
    factor = 100 if kpi.unit == "percent" else 1
    axis = reported(own)
    nation = [value for value in nation if value.period in axis]
    is_nation = region.code == NATION
    traces = [] if is_nation else _lines(kpi, nation, axis, t("nation"), theme.CHART_OTHERS, 1.5, factor)
    traces += _lines(kpi, own, axis, formatting.region_name(region), theme.CHART_ME, 2.5, factor)
    marks = [value for value in published if value.value is not None and value.period in axis]
    if marks:
        traces.append(_marks(kpi, marks, factor))
    targets = [(value.period, value.target) for value in own if value.target is not None and value.period in axis]
    if targets:
        traces.append(_target(kpi, targets, factor))
    if ahead is not None and ahead.steps:
        traces += _ahead(kpi, region, ahead, axis[-1], factor)
        axis = (*axis, *(step.period for step in ahead.steps))
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 48, "r": 104, "t": 22 if events else 12, "b": 28},
            "showlegend": False,
            "clickmode": "event+select",
            "hovermode": "x unified",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.FONT, "size": 12, "color": theme.CHART_TEXT},
            "xaxis": _time_axis(axis),
            "yaxis": _value_axis(kpi, traces),
            "annotations": [
                *_direct_labels(
                    kpi, region, until(own, chosen), () if is_nation else until(nation, chosen), axis, factor
                ),
                *(_event(number, event, period) for number, event, period in events),
            ],
            "shapes": [_across(period) for _, _, period in events],
        },
    }


def _event(number: int, event: Event, period: str) -> dict[str, Any]:
    """The number of an event above the drawing; what it was is told when pointed at, and below."""
    return {
        "text": event_marks.sign(number),
        "hovertext": event_marks.said(event),
        "x": period,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _across(period: str) -> dict[str, Any]:
    line = {"color": theme.CHART_TEXT, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": period, "x1": period, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _ahead(kpi: Kpi, region: Region, ahead: Outlook, last: str, factor: int) -> list[dict[str, Any]]:
    """What is expected, dashed, with its range behind it."""
    periods_ahead = [last, *(step.period for step in ahead.steps)]
    sides = {
        side: [ahead.now * factor, *(getattr(step, side) * factor for step in ahead.steps)]
        for side in ("value", "low", "high")
    }
    name = t("ahead_name", region=formatting.region_name(region))
    common: dict[str, Any] = {"type": "scatter", "mode": "lines", "x": periods_ahead, "name": name}
    edge = {"color": theme.CHART_ME, "width": 0}
    texts = ["", *(outlook_words.step(step, kpi) for step in ahead.steps)]
    return [
        {**common, "y": sides["low"], "line": edge, "hoverinfo": "skip"},
        {**common, "y": sides["high"], "line": edge, "hoverinfo": "skip", "fill": "tonexty", "opacity": 0.3},
        {
            **common,
            "y": sides["value"],
            "line": {"color": theme.CHART_ME, "width": 2, "dash": "dash"},
            "text": texts,
            "hovertemplate": "%{text}",
        },
    ]


def _lines(
    kpi: Kpi, values: Sequence[Value], axis: Sequence[str], name: str, colour: str, width: float, factor: int
) -> list[dict[str, Any]]:
    """The line of whole periods; hollow points for those that are not, with dashed ways to their neighbours."""
    line = _line(kpi, values, axis, name, colour, width, factor)
    opened = [value for value in values if value.value is not None and formatting.unfinished(value, kpi)]
    if not opened:
        return [line]
    points: list[tuple[str | None, float | None, str]] = []
    for one in opened:
        points += [(one.period, (one.value or 0) * factor, told(one, kpi)), (None, None, "")]
    for one, other in segments(axis, values, kpi):
        points += [(way.period, (way.value or 0) * factor, "") for way in (one, other)] + [(None, None, "")]
    is_told = [bool(text) for *_, text in points]
    dashed = {
        "type": "scatter",
        "mode": "lines+markers",
        "marker": {"color": colour, "size": 8, "symbol": "circle-open", "opacity": [int(one) for one in is_told]},
        "selected": {"marker": {"size": 10}},
        "name": name,
        "x": [period for period, *_ in points],
        "y": [number for _, number, _ in points],
        "text": [text for *_, text in points],
        "hoverinfo": ["text+name" if one else "skip" for one in is_told],
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": "dot"},
    }
    return [line, dashed]


def _line(
    kpi: Kpi, values: Sequence[Value], axis: Sequence[str], name: str, colour: str, width: float, factor: int
) -> dict[str, Any]:
    is_sparse = len(values) < len(axis) * 0.6
    is_dotted = is_sparse or len(axis) <= DOTTED
    return {
        "type": "scatter",
        # Plotly selects markers only, so there is one at every point, seen where there is room for it.
        "mode": "lines+markers",
        "marker": {"color": colour, "size": 5, "opacity": 1 if is_dotted else 0},
        "selected": {"marker": {"size": 10, "opacity": 1}},
        "unselected": {"marker": {"opacity": 1 if is_dotted else 0}},
        "name": name,
        "x": [value.period for value in values],
        "y": [None if value is None else value * factor for _, value in whole_only(values, kpi)],
        "text": [told(value, kpi) for value in values],
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": {"color": colour, "width": width},
    }


def reported(own: Sequence[Value]) -> tuple[str, ...]:
    """All periods from the first that has a value to the last: those without one keep their place on the axis."""
    known = [value.period for value in own if value.value is not None]
    return tuple(periods.between(known[0], known[-1]))


def told(value: Value, kpi: Kpi) -> str:
    """A value with what it must be read with: 55 人（回填；未完，1–5月）."""
    amount, words = formatting.value_amount(value, kpi).text, notes.text(value, kpi)
    return amount + t("in_brackets", text=words) if words else amount


def segments(axis: Sequence[str], values: Sequence[Value], kpi: Kpi) -> list[tuple[Value, Value]]:
    """The ways between neighbouring periods of which one is not whole; lines go them dashed."""
    known = {value.period: value for value in values if value.value is not None}
    pairs = ((known.get(one), known.get(other)) for one, other in itertools.pairwise(axis))
    return [
        (one, other)
        for one, other in pairs
        if one is not None
        and other is not None
        and (formatting.unfinished(one, kpi) or formatting.unfinished(other, kpi))
    ]


def whole_only(values: Sequence[Value], kpi: Kpi) -> list[tuple[str, float | None]]:
    """Period and value; None where the period is not whole."""
    return [(one.period, None if formatting.unfinished(one, kpi) else one.value) for one in values]


def _marks(kpi: Kpi, values: Sequence[Value], factor: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": t("published"),
        "x": [value.period for value in values],
        "y": [(value.value or 0) * factor for value in values],
        "text": [formatting.value_amount(value, kpi).text for value in values],
        "hovertemplate": "%{text}",
        "marker": {"symbol": "diamond-open", "size": 10, "color": theme.CHART_TEXT},
    }


def _target(kpi: Kpi, targets: Sequence[tuple[str, float]], factor: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": t("target_word"),
        "x": [period for period, _ in targets],
        "y": [target * factor for _, target in targets],
        "text": [formatting.target_amount(target, kpi).text for _, target in targets],
        "hovertemplate": "%{text}",
        "line": {"color": theme.CHART_TEXT, "width": 1, "dash": "dash"},
    }


def _value_axis(kpi: Kpi, traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    numbers = [number for trace in traces for number in trace["y"] if number is not None]
    at = ticks(min(numbers), max(numbers))
    return {
        "gridcolor": theme.CHART_GRID,
        "zeroline": False,
        "range": [at[0], at[-1] + (at[-1] - at[0]) * 0.03],
        "tickvals": at,
        "ticktext": [tick_text(kpi, number) for number in at],
        "fixedrange": True,
        "automargin": False,
        "title": {
            "text": t("axis_begins", value=tick_text(kpi, at[0])) if at[0] > 0 else "",
            "font": {"size": 11},
            "standoff": 2,
        },
    }


def tick_text(kpi: Kpi, number: float) -> str:
    """A number of the value axis, percent already times a hundred."""
    if kpi.unit == "percent":
        return f"{formatting.signed(formatting.trimmed(number, 2))}%"
    if kpi.unit in ("count", "yuan"):
        shown = formatting.scaled(number, "", formatting.as_given)
        return shown.number + shown.unit.strip()
    return formatting.signed(formatting.trimmed(number, 2))


def _time_axis(axis: Sequence[str]) -> dict[str, Any]:
    shown = list(axis) if len(axis) <= 4 else [axis[0], axis[-1]]
    if len(axis) > 12:
        shown = [axis[0], axis[len(axis) // 2], axis[-1]]
    return {
        "type": "category",
        "range": [-0.3, len(axis) - 0.7],
        "automargin": False,
        "categoryorder": "array",
        "categoryarray": list(axis),
        "tickvals": [axis.index(period) for period in shown],
        "ticktext": shown,
        "showgrid": False,
        "fixedrange": True,
        "title": {"text": ""},
    }


def _direct_labels(
    kpi: Kpi, region: Region, own: Sequence[Value], nation: Sequence[Value], axis: Sequence[str], factor: int
) -> list[dict[str, Any]]:
    ends = [
        (formatting.region_name(region), _last(own), theme.CHART_ME),
        (t("nation"), _last(nation), theme.CHART_TEXT),
    ]
    drawn = [(name, value, colour) for name, value, colour in ends if value is not None and value.value is not None]
    heights = [(value.value or 0) for _, value, _ in drawn]
    together = [one.value for one in (*own, *nation) if one.value is not None]
    spread = (max(together) - min(together)) if together else 0
    # Two labels at nearly the same height would cover each other.
    shift = 9 if len(heights) == 2 and abs(heights[0] - heights[1]) < spread * 0.08 else 0
    return [
        {
            # By place, because a name like 2024 would be read as a number.
            "x": axis.index(value.period),
            "y": (value.value or 0) * factor,
            "text": f"{_plain(name)} {_plain(formatting.value_amount(value, kpi).text)}{_short(value)}",
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
            "yshift": shift if (value.value or 0) >= max(heights) and index == heights.index(max(heights)) else -shift,
            "font": {"color": colour, "size": 12, "family": theme.FONT},
        }
        for index, (name, value, colour) in enumerate(drawn)
    ]


def direct_labels(
    kpi: Kpi, region: Region, own: Sequence[Value], nation: Sequence[Value], chosen: str = ""
) -> list[EndLabel]:
    """Name and last value of each line that has one; of which period, where the page shows another one, `chosen`."""
    ends = ((formatting.region_name(region), until(own, chosen), True), (t("nation"), until(nation, chosen), False))
    return [
        EndLabel(
            name, formatting.value_amount(last, kpi).text + _short(last) + _dated(last, chosen), last.value, is_own
        )
        for name, series, is_own in ends
        if (last := _last(series)) is not None and last.value is not None
    ]


def _dated(value: Value, chosen: str) -> str:
    if not chosen or value.period == chosen:
        return ""
    return t("in_brackets", text=formatting.period_name(value.period))


def _short(value: Value) -> str:
    return t("in_brackets", text=t("unfinished_short")) if value.is_running else ""


def _last(values: Sequence[Value]) -> Value | None:
    return next((value for value in reversed(values) if value.value is not None), None)


def _plain(text: str) -> str:
    """Plotly reads some markup in labels; names are shown as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
