"""The periods that have values, and their order."""

import calendar

from dashboard.data import connection, origins
from dashboard.data.caching import per_release
from warehouse import changes

ALL = "all"


@per_release(12)
def available(release_id: str, mode: str) -> tuple[str, ...]:
    """Every period with a value under this choice of origin: months from the latest back, quarters, years, then `all`."""
    found = connection.rows(
        release_id,
        "select distinct programme, origin, period, period_grain from mart_kpi_values where value is not null",
    )
    have = {
        (row["period_grain"], row["period"])
        for row in found
        if row["origin"] == origins.PUBLISHED or row["origin"] == origins.shown(release_id, row["programme"], mode)
    }
    ordered: list[str] = []
    for grain in ("month", "quarter", "year"):
        ordered += sorted((period for its_grain, period in have if its_grain == grain), reverse=True)
    return (*ordered, ALL)


@per_release(12)
def latest(release_id: str, mode: str) -> str:
    """The latest month with recorded values, else the latest with a published one, else `all`."""
    found = connection.rows(
        release_id,
        "select programme, origin, max(period) as period from mart_kpi_values"
        " where period_grain = 'month' and value is not null group by programme, origin",
    )
    recorded = [row["period"] for row in found if row["origin"] == origins.shown(release_id, row["programme"], mode)]
    published = [row["period"] for row in found if row["origin"] == origins.PUBLISHED]
    return str(max(recorded or published or [ALL]))


@per_release(12)
def data_to(release_id: str, mode: str) -> str | None:
    """The date the shown records reach to, as YYYY-MM-DD."""
    found = connection.rows(
        release_id,
        "select programme, origin, max(as_of) as as_of from mart_kpi_values where value is not null group by programme, origin",
    )
    dates = [
        row["as_of"]
        for row in found
        if row["as_of"] and row["origin"] == origins.shown(release_id, row["programme"], mode)
    ]
    return max(dates).isoformat() if dates else None


def grain_of(period: str) -> str:
    """month, quarter, year or all; span for the first months of a year or quarter (2023-01..2023-05)."""
    if period == ALL:
        return "all"
    if ".." in period:
        return "span"
    if "Q" in period:
        return "quarter"
    return "month" if "-" in period else "year"


def before(period: str) -> str | None:
    """The period of the same length right before; None for `all`."""
    return changes.period_before(period)


def between(first: str, last: str) -> tuple[str, ...]:
    """Every period of one length from the first to the last, both included."""
    found = [last]
    while found[-1] > first and (earlier := before(found[-1])) is not None:
        found.append(earlier)
    return tuple(reversed(found))


def contains_month(period: str, month: str) -> bool:
    """Whether a month (YYYY-MM) lies in a period."""
    if period == ALL:
        return True
    if "Q" in period:
        return month[:4] == period[:4] and (int(month[5:7]) + 2) // 3 == int(period[5])
    return month.startswith(period)


def last_month(period: str) -> str:
    """The last month of a period as YYYY-MM; 9999-12 for `all`."""
    if period == ALL:
        return "9999-12"
    if "Q" in period:
        return f"{period[:4]}-{int(period[5]) * 3:02d}"
    return period if "-" in period else f"{period}-12"


def is_over(release_id: str, mode: str, period: str) -> bool:
    """Whether the shown records reach to the last day of a period."""
    reached = data_to(release_id, mode)
    return reached is not None and bounds(period)[1] <= reached


def bounds(period: str) -> tuple[str, str]:
    """First and last day of a period as YYYY-MM-DD; `all` is everything."""
    if period == ALL:
        return "0001-01-01", "9999-12-31"
    last = last_month(period)
    first = {"year": f"{period[:4]}-01", "quarter": f"{last[:4]}-{int(last[5:]) - 2:02d}"}.get(grain_of(period), last)
    return f"{first}-01", f"{last}-{calendar.monthrange(int(last[:4]), int(last[5:]))[1]:02d}"
