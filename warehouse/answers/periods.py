"""Which period and which origin stand for a KPI where a reader has chosen one for all of them."""

from threading import Lock

from cachetools import LRUCache, cached

from warehouse.answers.source import Source

SUBMITTED, DEMONSTRATION = "submitted", "demonstration"


def year_of(period: str) -> str:
    """The year of a period, for KPIs that exist by year; `all` stays."""
    return period if period == "all" else period[:4]


def period_of(grain: str, period: str) -> str:
    """The period that a KPI of this rhythm shows where one is chosen.

    A yearly KPI has no months and quarters and shows their year. A quarterly one shows the latest quarter over at the end of a month.
    """
    if grain == "year":
        return year_of(period)
    if grain != "quarter" or "-" not in period:
        return period
    year, month = int(period[:4]), int(period[5:7])
    return f"{year}Q{month // 3}" if month >= 3 else f"{year - 1}Q4"


def shown_origin(source: Source, programme: str) -> str:
    """The origin a programme shows: submitted records, or its demonstration while it has no others."""
    held = _held(source.release.path, source).get(programme, frozenset())
    return DEMONSTRATION if SUBMITTED not in held and DEMONSTRATION in held else SUBMITTED


@cached(LRUCache(4), key=lambda path, _: path, lock=Lock())
def _held(_path: object, source: Source) -> dict[str, frozenset[str]]:
    found = source.rows(
        "select distinct programme, origin from mart_kpi_values where value is not null and origin <> 'published'"
    )
    held: dict[str, set[str]] = {}
    for row in found:
        held.setdefault(row["programme"], set()).add(row["origin"])
    return {programme: frozenset(origins) for programme, origins in held.items()}
