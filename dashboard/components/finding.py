"""The title of a picture: what it shows in words; which KPI that is stands in the hint beside it."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.markup import Child, Markup, tag
from dashboard.data.comparisons import Comparison
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import t


def heading(title: str, hint: str, *tools: Child) -> Markup:
    """The finding, its hint below it, and what may be done with the picture at the right."""
    return tag(
        "header",
        tag("h3", title, tag("small", hint)),
        tag("div", tools, cls="ub-finding-tools") if any(tools) else None,
        cls="ub-finding",
    )


def of_trend(kpi: Kpi, last: Value, yearly: Comparison | None) -> str:
    """一年来上升 17.4 pp，到 84.1%; without a year to hold it against, what it is."""
    amount = formatting.value_amount(last, kpi).text
    held = yearly.held(last) if yearly is not None else None
    if held is None:
        return t("finding_is", period=formatting.period_name(last.period), value=amount)
    change = formatting.difference(held[1], held[0], kpi)
    if held[1] == held[0] or change.split(" ")[0].rstrip("%") == "0":
        return t("finding_same", value=amount)
    way = "finding_up" if held[1] > held[0] else "finding_down"
    return t(way, change=change.lstrip(f"+{formatting.MINUS}"), value=amount)


def ends(kpi: Kpi, ranked: Sequence[tuple[Region, Value]]) -> str:
    """吉林最高，广东最低; empty where nobody is ahead of another."""
    if len(ranked) < 2 or ranked[0][1].value == ranked[-1][1].value:
        return ""
    highest, lowest = (ranked[-1], ranked[0]) if kpi.direction == "lower" else (ranked[0], ranked[-1])
    return t("finding_ends", highest=formatting.region_name(highest[0]), lowest=formatting.region_name(lowest[0]))
