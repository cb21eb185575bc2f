"""Regions side by side as a Plotly figure: a panel for each KPI over one time axis, one colour a region in all of them."""

from collections.abc import Sequence
from typing import Any

from dashboard import formatting, theme
from dashboard.components.trend_chart import told
from dashboard.data import periods, side_by_side
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.side_by_side import Line
from dashboard.data.values import Value
from dashboard.i18n import pick, t

PANEL = 230
# Room between panels for the name of the next, and above the first for the legend, in pixels.
_GAP = 44
_TOP = 66
# Regions are told apart by colour and by stroke, the nation is the weaker line behind them.
COLOURS = (
    theme.CHART_SERIES[0],
    theme.CHART_SERIES[3],
    theme.CHART_SERIES[2],
    theme.CHART_SERIES[4],
    theme.CHART_SERIES[5],
    theme.CHART_SERIES[1],
)
_DASHES = ("solid", "solid", "solid", "longdash", "longdash", "longdash")
CONFIG = {
    "displaylogo": False,
    "displayModeBar": True,
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


def figure(found: Sequence[Line], *, is_indexed: bool) -> dict[str, Any]:
    """The figure as Plotly reads it. Clicking a name in the legend switches its lines in every panel, hover names all of them."""
    kpis = list({line.kpi.code: line.kpi for line in found}.values())
    regions = list({line.region.code: line.region for line in found}.values())
    axis = side_by_side.axis(found)
    inside = PANEL * len(kpis) + _GAP * (len(kpis) - 1)
    heights = _domains(len(kpis), _GAP / inside)
    layout: dict[str, Any] = {
        "height": inside + _TOP + 36,
        "margin": {"l": 56, "r": 16, "t": _TOP, "b": 36},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "y": 1 + 26 / inside,
            "yanchor": "bottom",
            "x": 0,
            "groupclick": "togglegroup",
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.CHART_TEXT, "activecolor": theme.CHART_ME},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": theme.FONT, "size": 12, "color": theme.CHART_TEXT},
        "xaxis": _time_axis(axis, len(kpis)),
        "annotations": [],
    }
    traces: list[dict[str, Any]] = []
    for number, kpi in enumerate(kpis):
        panel = "" if number == 0 else str(number + 1)
        layout[f"yaxis{panel}"] = _value_axis(kpi, heights[number], is_indexed=is_indexed)
        layout["annotations"].append(_panel_title(kpi, heights[number], is_indexed=is_indexed))
        for line in (one for one in found if one.kpi.code == kpi.code):
            colour, dash, width = _stroke(line.region, regions)
            traces += _traces(line, f"y{panel}", colour, dash, width, number == 0, is_indexed=is_indexed)
    return {"data": traces, "layout": layout}


def _stroke(region: Region, regions: Sequence[Region]) -> tuple[str, str, float]:
    if region.code == NATION:
        return theme.CHART_TEXT, "dot", 1.5
    place = [one.code for one in regions if one.code != NATION].index(region.code) % len(COLOURS)
    return COLOURS[place], _DASHES[place], 2.25


def _traces(
    line: Line, panel: str, colour: str, dash: str, width: float, is_first: bool, *, is_indexed: bool
) -> list[dict[str, Any]]:
    name = _plain(formatting.region_name(line.region))
    common = {"type": "scatter", "yaxis": panel, "xaxis": "x", "legendgroup": line.region.code}
    start = side_by_side.base(line) if is_indexed else None
    points = _points(line)
    traces: list[dict[str, Any]] = [
        {
            **common,
            "mode": "lines+markers",
            "name": name,
            "showlegend": is_first,
            "x": [side_by_side.place(period) for period, _ in points],
            "y": [_height(value, line.kpi, start, is_indexed=is_indexed) for _, value in points],
            "text": [_told(value, line.kpi, start) if value is not None else "" for _, value in points],
            "hovertemplate": f"{name} %{{text}}<extra></extra>",
            "connectgaps": False,
            "marker": {"color": colour, "size": 5, "symbol": [_symbol(value, line.kpi) for _, value in points]},
            "line": {"color": colour, "width": width, "dash": dash},
        }
    ]
    if not is_indexed:
        traces += _marks(line, common, colour, name) + _aim(line, common, colour, name)
    return traces


def _points(line: Line) -> list[tuple[str, Value | None]]:
    """Every period of the line's own rhythm from its first value to its last; a gap is a gap."""
    known = {value.period: value for value in line.known}
    if not known:
        return []
    return [(period, known.get(period)) for period in periods.between(min(known), max(known))]


def _height(value: Value | None, kpi: Kpi, start: Value | None, *, is_indexed: bool) -> float | None:
    if value is None or value.value is None:
        return None
    if not is_indexed:
        return value.value * (100 if kpi.unit == "percent" else 1)
    return value.value / start.value * 100 if start is not None and start.value else None


def _told(value: Value, kpi: Kpi, start: Value | None) -> str:
    words = told(value, kpi)
    if start is None or not start.value or value.value is None:
        return words
    index = formatting.trimmed(value.value / start.value * 100, 1)
    return f"{index}{t('in_brackets', text=words)}"


def _symbol(value: Value | None, kpi: Kpi) -> str:
    return "circle-open" if value is not None and formatting.unfinished(value, kpi) else "circle"


def _marks(line: Line, common: dict[str, Any], colour: str, name: str) -> list[dict[str, Any]]:
    if not line.published:
        return []
    factor = 100 if line.kpi.unit == "percent" else 1
    label = f"{name} · {t('published')}"
    return [
        {
            **common,
            "mode": "markers",
            "name": label,
            "showlegend": False,
            "x": [side_by_side.place(value.period) for value in line.published],
            "y": [(value.value or 0) * factor for value in line.published],
            "text": [formatting.value_amount(value, line.kpi).text for value in line.published],
            "hovertemplate": f"{label} %{{text}}<extra></extra>",
            "marker": {"symbol": "diamond-open", "size": 10, "color": colour},
        }
    ]


def _aim(line: Line, common: dict[str, Any], colour: str, name: str) -> list[dict[str, Any]]:
    aims = [value for value in line.values if value.target is not None]
    if not aims:
        return []
    factor = 100 if line.kpi.unit == "percent" else 1
    label = f"{name} · {t('target_word')}"
    return [
        {
            **common,
            "mode": "lines",
            "name": label,
            "showlegend": False,
            "x": [side_by_side.place(value.period) for value in aims],
            "y": [(value.target or 0) * factor for value in aims],
            "text": [formatting.target_amount(value.target or 0, line.kpi).text for value in aims],
            "hovertemplate": f"{label} %{{text}}<extra></extra>",
            "line": {"color": colour, "width": 1, "dash": "dash"},
        }
    ]


def _domains(panels: int, gap: float) -> list[tuple[float, float]]:
    """Where each panel stands from bottom (0) to top (1), the first one on top."""
    room = (1 - gap * (panels - 1)) / panels if panels else 1
    tops = [1 - number * (room + gap) for number in range(panels)]
    return [(max(0.0, round(top - room, 6)), round(top, 6)) for top in tops]


def _panel_title(kpi: Kpi, height: tuple[float, float], *, is_indexed: bool) -> dict[str, Any]:
    unit = t("index_unit") if is_indexed else pick(kpi.unit_zh, kpi.unit_en)
    return {
        "text": f"<b>{_plain(pick(kpi.label_zh, kpi.label_en))}</b>{t('in_brackets', text=_plain(unit))}",
        "x": 0,
        "y": height[1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
    }


def _value_axis(kpi: Kpi, height: tuple[float, float], *, is_indexed: bool) -> dict[str, Any]:
    return {
        "domain": list(height),
        "gridcolor": theme.CHART_GRID,
        "zeroline": False,
        "automargin": True,
        "nticks": 5,
        "ticksuffix": "%" if kpi.unit == "percent" and not is_indexed else "",
        "title": {"text": ""},
    }


def _time_axis(axis: Sequence[str], panels: int) -> dict[str, Any]:
    step = max(1, (len(axis) - 1) // 6 + 1)
    # Counted from the end, so that the latest month is always named.
    named = [month for place, month in enumerate(reversed(axis)) if place % step == 0]
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(axis),
        "tickvals": named[::-1],
        "ticktext": named[::-1],
        "anchor": f"y{panels}" if panels > 1 else "y",
        "showgrid": False,
        "automargin": True,
        "title": {"text": ""},
    }


def _plain(text: str) -> str:
    """Plotly reads some markup in labels; names are shown as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "%&#123;")
