"""The periods that have values, and their order."""

import calendar
from collections import Counter

from dashboard.data import connection, origins
from dashboard.data.caching import per_release
from warehouse.releases import period_changes

ALL = "all"
GRAINS = ("month", "quarter", "year")


@per_release(12)
def available(release_id: str, mode: str) -> tuple[str, ...]:
    """Every period with a value under this choice of origin: months from the latest back, quarters, years, then `all`."""
    have = {
        (grain, period)
        for (programme, origin), periods in _with_values(release_id).items()
        if origin in (origins.PUBLISHED, origins.shown(release_id, programme, mode))
        for grain, period in periods
    }
    ordered: list[str] = []
    for grain in GRAINS:
        ordered += sorted((period for its_grain, period in have if its_grain == grain), reverse=True)
    return (*ordered, ALL)


@per_release(64)
def latest(release_id: str, mode: str, programme: str | None = None) -> str:
    """The period with which a page opens.

    Of one programme its own latest: a month, else a quarter or year, else one with a published value. For pages about all of them the
    latest month of which at least half of the programmes that have records have values, so that one early row empties no page.
    """
    if programme is not None:
        own = _latest_of(release_id, programme, origins.shown(release_id, programme, mode))
        found = own or _latest_of(release_id, programme, origins.PUBLISHED)
        return found or latest(release_id, mode)
    recorded = [
        {period for grain, period in periods if grain == "month"}
        for (one, origin), periods in _with_values(release_id).items()
        if origin != origins.PUBLISHED and origin == origins.shown(release_id, one, mode)
    ]
    counted = Counter(month for months in recorded for month in months)
    enough = [month for month, count in counted.items() if 2 * count >= len(recorded)]
    if not enough and counted:
        most = max(counted.values())
        enough = [month for month, count in counted.items() if count == most]
    published = [
        period
        for (_, origin), periods in _with_values(release_id).items()
        for grain, period in periods
        if origin == origins.PUBLISHED and grain == "month"
    ]
    return max(enough or published or [ALL])


def data_to(release_id: str, mode: str, programme: str | None = None, period: str = ALL) -> str | None:
    """The date the shown records reach to, of the leading origin or of one programme, as YYYY-MM-DD; at most the end of a period."""
    reached = [
        day
        for (one, origin), day in _reached(release_id).items()
        if (one == programme or (programme is None and not origins.is_apart(release_id, one, mode)))
        and origin == origins.shown(release_id, one, mode)
    ]
    return min(max(reached), bounds(period)[1]) if reached else None


@per_release(4)
def _reached(release_id: str) -> dict[tuple[str, str], str]:
    found = connection.rows(
        release_id,
        "select programme, origin, max(as_of) as as_of from mart_kpi_values where value is not null and as_of is not null"
        " group by programme, origin",
    )
    return {(row["programme"], row["origin"]): row["as_of"].isoformat() for row in found}


def _latest_of(release_id: str, programme: str, origin: str) -> str | None:
    periods = _with_values(release_id).get((programme, origin), frozenset())
    for grain in GRAINS:
        of_grain = [period for its_grain, period in periods if its_grain == grain]
        if of_grain:
            return max(of_grain)
    return None


@per_release(4)
def _with_values(release_id: str) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """By programme and origin, grain and name of the periods that have a value."""
    found = connection.rows(
        release_id,
        "select distinct programme, origin, period_grain, period from mart_kpi_values where value is not null",
    )
    together: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in found:
        together.setdefault((row["programme"], row["origin"]), set()).add((row["period_grain"], row["period"]))
    return {place: frozenset(periods) for place, periods in together.items()}


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
    return period_changes.period_before(period)


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


def is_over(release_id: str, mode: str, period: str, programme: str) -> bool:
    """Whether the shown records of a programme reach to the last day of a period."""
    reached = data_to(release_id, mode, programme)
    return reached is not None and bounds(period)[1] <= reached


def bounds(period: str) -> tuple[str, str]:
    """First and last day of a period as YYYY-MM-DD; `all` is everything."""
    if period == ALL:
        return "0001-01-01", "9999-12-31"
    last = last_month(period)
    first = {"year": f"{period[:4]}-01", "quarter": f"{last[:4]}-{int(last[5:]) - 2:02d}"}.get(grain_of(period), last)
    return f"{first}-01", f"{last}-{calendar.monthrange(int(last[:4]), int(last[5:]))[1]:02d}"
