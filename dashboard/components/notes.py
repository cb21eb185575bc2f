"""What a number must be read with: 回填, who is not in it, that its period is not over."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import t

# Who has heard of less than half of those due is not ranked.
ENOUGH = 0.5


def of(value: Value | None, kpi: Kpi) -> list[str]:
    """The notes in words, most telling first; none for a value that is whole, or that is not shown."""
    if value is None or value.value is None:
        return []
    return [note for note in (*_of_reports(value, kpi), formatting.unfinished(value, kpi)) if note]


def of_row(value: Value, kpi: Kpi, latest: str) -> Markup | None:
    """The notes of one region beside others; how far its period has gone only where others have gone further, to `latest`."""
    months = formatting.unfinished(value, kpi) if value.is_running and (value.reported_to or "") < latest else ""
    found = [note for note in (*_of_reports(value, kpi), months) if note]
    return tag("small", t("semicolon").join(found), cls="ub-note") if found else None


def text(value: Value | None, kpi: Kpi) -> str:
    """The notes in one line, as tables and files have them."""
    return t("semicolon").join(of(value, kpi))


def small(value: Value | None, kpi: Kpi) -> Markup | None:
    """The notes small beside a number."""
    found = of(value, kpi)
    return tag("small", t("semicolon").join(found), cls="ub-note") if found else None


def _of_reports(value: Value, kpi: Kpi) -> tuple[str, str]:
    return silent(value, kpi), t("backfilled") if value.is_backfilled else ""


def silent(value: Value, kpi: Kpi) -> str:
    """571个县未报, of a KPI over the region list; 已报 27 / 应报 31 of others; empty where nobody is silent."""
    if not value.silent_units:
        return ""
    if not kpi.is_over_region_list:
        return t("reported_of_due", reported=f"{value.reported_units or 0:,}", due=f"{value.due_units:,}")
    kind = "counties" if kpi.reference_measure == "county_units" else "prefectures"
    return t(f"silent_{kind}", count=f"{value.silent_units:,}")


def judged_on(value: Value | None, kpi: Kpi) -> str:
    """按下限判断, where the status of a lower bound is told; else empty."""
    if value is None or value.target is None or not (kpi.is_over_region_list and value.qualifier == "≥"):
        return ""
    return t("judged_on_bound")


def is_mostly_silent(value: Value) -> bool:
    """Whether more than half of those due have not reported: such a number is not ranked."""
    return bool(value.due_units) and value.silent_units > value.due_units * (1 - ENOUGH)  # type: ignore[operator]


def latest_month(values: Sequence[Value]) -> str:
    """The month up to which the furthest of these values reaches; empty where none says so."""
    return max((value.reported_to or "" for value in values), default="")


def running_together(values: Sequence[Value], kpi: Kpi) -> str:
    """未完，1–5月, where the period of these values is not over; 各地报到的月份不一 where they reach to different months; else empty."""
    known = [value for value in values if value.value is not None]
    if not any(value.is_running for value in known):
        return ""
    if len({value.reported_to for value in known}) > 1:
        return t("unfinished_apart")
    return formatting.unfinished(known[0], kpi)
