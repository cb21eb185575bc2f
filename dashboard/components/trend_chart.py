"""One KPI over time: the region against the nation, published figures as marks of their own."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import formatting, theme
from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t

HEIGHT = 300


def show(
    kpi: Kpi, region: Region, own: Sequence[Value], nation: Sequence[Value], published: Sequence[Value]
) -> None:
    """A line for the region, a weaker one for the nation; one sentence underneath says what the lines do."""
    label = pick(kpi.label_zh, kpi.label_en)
    with st.container(key="trend", border=False):
        markup.show(
            tag("h3", t("trend_of", kpi=label), tag("small", pick(kpi.definition_zh, kpi.definition_en).split("；")[0])), key="trend_title"
        )
        known = [value for value in own if value.value is not None]
        if not known:
            markup.show(tag("p", t("nothing_reported"), cls="ub-hint ub-panel-hint"), key="trend_empty")
            return
        st.plotly_chart(
            figure(kpi, region, own, nation, published),
            config={"displayModeBar": False, "staticPlot": False, "scrollZoom": False, "responsive": True},
            alt=t("trend_alt", kpi=label, region=formatting.region_name(region), sentence=sentence(kpi, known)),
            key="trend_chart",
        )
        markup.show(tag("p", sentence(kpi, known), cls="ub-hint"), key="trend_sentence")


def sentence(kpi: Kpi, known: Sequence[Value]) -> str:
    """从2022年6月的 67.1% 到2024年5月的 76.4%：+9.3 pp."""
    first, last = known[0], known[-1]
    if first is last or first.value is None or last.value is None:
        return t("trend_single", period=formatting.period_name(last.period), value=formatting.value_amount(last, kpi).text)
    return t(
        "trend_sentence",
        first=formatting.period_name(first.period),
        before=formatting.value_amount(first, kpi).text,
        last=formatting.period_name(last.period),
        now=formatting.value_amount(last, kpi).text,
        change=formatting.difference(last.value, first.value, kpi),
    )


def figure(
    kpi: Kpi, region: Region, own: Sequence[Value], nation: Sequence[Value], published: Sequence[Value]
) -> dict[str, Any]:
    """The figure as Plotly reads it; colours are places that the reader's theme fills."""
    factor = 100 if kpi.unit == "percent" else 1
    is_nation = region.code == NATION
    traces = [] if is_nation else [_line(kpi, nation, t("nation"), theme.CHART_OTHERS, 1.5, factor)]
    traces.append(_line(kpi, own, formatting.region_name(region), theme.CHART_ME, 2.5, factor))
    marks = [value for value in published if value.value is not None and value.period in {one.period for one in own}]
    if marks:
        traces.append(_marks(kpi, marks, factor))
    targets = [(value.period, value.target) for value in own if value.target is not None]
    if targets:
        traces.append(_target(kpi, targets, factor))
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 40, "r": 104, "t": 12, "b": 28},
            "showlegend": False,
            "hovermode": "x unified",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": theme.FONT, "size": 12, "color": theme.CHART_TEXT},
            "xaxis": _time_axis([value.period for value in own]),
            "yaxis": {
                "gridcolor": theme.CHART_GRID,
                "zeroline": False,
                "nticks": 5,
                "ticksuffix": "%" if kpi.unit == "percent" else "",
                "fixedrange": True,
                "automargin": False,
                "tickformat": ",.3~s" if is_large(own) and kpi.unit != "percent" else "",
                "title": {"text": ""},
            },
            "annotations": _direct_labels(kpi, region, own, () if is_nation else nation, factor),
        },
    }


def is_large(values: Sequence[Value]) -> bool:
    """Whether axis numbers need shortening."""
    return any(abs(value.value or 0) >= formatting.WAN for value in values)


def _line(kpi: Kpi, values: Sequence[Value], name: str, colour: str, width: float, factor: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [value.period for value in values],
        "y": [None if value.value is None else value.value * factor for value in values],
        "text": [formatting.value_amount(value, kpi).text for value in values],
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": {"color": colour, "width": width},
    }


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
        "text": [formatting.amount(target, kpi).text for _, target in targets],
        "hovertemplate": "%{text}",
        "line": {"color": theme.CHART_TEXT, "width": 1, "dash": "dash"},
    }


def _time_axis(periods: Sequence[str]) -> dict[str, Any]:
    ticks = [periods[0], periods[-1]] if len(periods) > 1 else list(periods)
    if len(periods) > 12:
        ticks = [periods[0], periods[len(periods) // 2], periods[-1]]
    return {
        "type": "category",
        "range": [-0.3, len(periods) - 0.7],
        "automargin": False,
        "categoryorder": "array",
        "categoryarray": list(periods),
        "tickvals": ticks,
        "ticktext": ticks,
        "showgrid": False,
        "fixedrange": True,
        "title": {"text": ""},
    }


def _direct_labels(
    kpi: Kpi, region: Region, own: Sequence[Value], nation: Sequence[Value], factor: int
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
            "x": value.period,
            "y": (value.value or 0) * factor,
            "text": f"{_plain(name)} {_plain(formatting.value_amount(value, kpi).text)}",
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
            "yshift": shift if (value.value or 0) >= max(heights) and index == heights.index(max(heights)) else -shift,
            "font": {"color": colour, "size": 12, "family": theme.FONT},
        }
        for index, (name, value, colour) in enumerate(drawn)
    ]


def _last(values: Sequence[Value]) -> Value | None:
    return next((value for value in reversed(values) if value.value is not None), None)


def _plain(text: str) -> str:
    """Plotly reads some markup in labels; names are shown as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
