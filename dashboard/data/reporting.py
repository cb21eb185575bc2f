"""Who has reported and who is late, table by table and province by province, as whoever looks may see it."""

from collections.abc import Callable, Sequence
from functools import partial

from dashboard.data import connection, origins
from dashboard.data.caching import per_release
from warehouse.answers import owed
from warehouse.answers.owed import Report, Units


def with_units(release_id: str, reports: Sequence[Report], mode: str) -> tuple[Report, ...]:
    """The same reports; each names the offices that reported this table not long ago and have not reported this time."""
    return owed.with_units(reports, units_by_table(release_id, mode))


def of_leading(release_id: str, mode: str, reports: Sequence[Report]) -> tuple[Report, ...]:
    """The reports of the programmes that are counted together: those of the leading origin."""
    return tuple(report for report in reports if not origins.is_apart(release_id, report.programme, mode))


@per_release(32)
def latest_due(release_id: str, mode: str, last_month: str) -> tuple[Report, ...]:
    """Of each table, what was due for its latest 统计期 not after `last_month` (YYYY-MM), under this choice of origin."""
    return owed.latest_due(partial(connection.rows, release_id), _shown(release_id, mode), last_month)


@per_release(32)
def history(release_id: str, mode: str, programme: str, last_month: str) -> tuple[Report, ...]:
    """What one programme's tables were due for in the year that ends with `last_month` (YYYY-MM)."""
    return owed.history(partial(connection.rows, release_id), _shown(release_id, mode), programme, last_month)


@per_release(12)
def units_by_table(release_id: str, mode: str) -> Units:
    """By programme, table and province, the units that have reported, with their months."""
    return owed.units(partial(connection.rows, release_id), _shown(release_id, mode))


def _shown(release_id: str, mode: str) -> Callable[[str], str]:
    return lambda programme: origins.shown(release_id, programme, mode)
