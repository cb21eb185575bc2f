"""Dated events that a reader of a line should know of, from the list that officials own (seeds/reference/events.csv)."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dashboard.data import connection, regions
from dashboard.data.caching import per_release
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION


@dataclass(frozen=True)
class Event:
    """What happened when and where; of a published one the figure that it stands with."""

    happened_on: date
    region_code: str
    programme: str | None
    kpi: str | None
    kind: str
    origin: str
    label_zh: str
    label_en: str
    source_figure_id: str | None

    @property
    def month(self) -> str:
        """2024-05."""
        return self.happened_on.isoformat()[:7]


def of_line(release_id: str, kpi: Kpi, region: str, origin: str) -> tuple[Event, ...]:
    """Those to be marked on a KPI's line of a region, the earliest first: of it, of those it lies in and, but for the nation, within it.

    What is made up is told on demonstration only; what was published is told of every line.
    """
    around = {one.code for one in regions.lineage(release_id, region)}
    return tuple(
        one
        for one in _all(release_id)
        if one.programme in (None, kpi.programme)
        and one.kpi in (None, kpi.code)
        and one.origin in ("published", origin)
        and (one.region_code in around or (region != NATION and _is_within(release_id, one.region_code, region)))
    )


def _is_within(release_id: str, code: str, region: str) -> bool:
    return any(one.code == region for one in regions.lineage(release_id, code))


@per_release(24)
def _all(release_id: str) -> tuple[Event, ...]:
    try:
        found = connection.rows(release_id, "select * from events order by happened_on, region_code, label_zh")
    except duckdb.CatalogException:
        # An earlier release has no such list.
        return ()
    return tuple(Event(**row) for row in found)
