"""Several regions and KPIs over one time axis: what the lines of a comparison are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data import origins, periods, values
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value

# Beyond these nobody tells the lines apart.
MOST_REGIONS = 6
MOST_KPIS = 4
ALL_MONTHS = 0


@dataclass(frozen=True)
class Line:
    """One KPI in one region: its values, oldest first, and what was published for it, within the months shown."""

    kpi: Kpi
    region: Region
    origin: str
    values: tuple[Value, ...]
    published: tuple[Value, ...] = ()

    @property
    def known(self) -> tuple[Value, ...]:
        """The values that have a number."""
        return tuple(value for value in self.values if value.value is not None)


def lines(
    release_id: str, mode: str, kpis: Sequence[Kpi], regions: Sequence[Region], grain: str, months: int
) -> tuple[Line, ...]:
    """A line for each KPI and region, KPI by KPI, over the last so many months up to the latest that any of them has a value for."""
    found = [_line(release_id, mode, kpi, region, grain) for kpi in kpis for region in regions]
    last = max((place(value.period) for line in found for value in line.known), default=None)
    if last is None or months == ALL_MONTHS:
        return tuple(found)
    first = _earlier(last, months - 1)
    return tuple(_within(line, first, last) for line in found)


def place(period: str) -> str:
    """Where a period stands on the axis: its last month, so that a quarter stands among months."""
    return periods.last_month(period)


def axis(found: Sequence[Line]) -> tuple[str, ...]:
    """Every place from the first known value to the last, those without any included."""
    known = sorted({value.period for line in found for value in line.known}, key=place)
    if not known:
        return ()
    finest = min((periods.grain_of(period) for period in known), key=periods.GRAINS.index)
    of_finest = [period for period in known if periods.grain_of(period) == finest]
    between = {place(period) for period in periods.between(of_finest[0], of_finest[-1])}
    return tuple(sorted(between | {place(period) for period in known}))


def base(line: Line) -> Value | None:
    """What an index of the line is 100 of: its first value that is not 0."""
    return next((value for value in line.known if value.value), None)


def _line(release_id: str, mode: str, kpi: Kpi, region: Region, grain: str) -> Line:
    origin = origins.shown(release_id, kpi.programme, mode)
    series = values.series(release_id, region.code, grain, origin, kpi.programme).get(kpi.code, ())
    published = tuple(
        value
        for value in values.published(release_id, region.code)
        if value.kpi == kpi.code and value.value is not None and periods.grain_of(value.period) in (grain, kpi.grain)
    )
    return Line(kpi, region, origin, series, published)


def _within(line: Line, first: str, last: str) -> Line:
    inside = [
        tuple(value for value in series if first <= place(value.period) <= last)
        for series in (line.values, line.published)
    ]
    return Line(line.kpi, line.region, line.origin, inside[0], inside[1])


def _earlier(month: str, months: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
