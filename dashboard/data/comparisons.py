"""同比 and 环比: like compared with like, or the reason why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION
from dashboard.data.values import Value
from warehouse.releases import period_changes
from warehouse.releases.like_for_like import Kind, LikeForLike, Part, worked_out
from warehouse.releases.period_changes import Change, Point


@dataclass(frozen=True)
class Comparison:
    """A value, an earlier one, and what may be said of the two; `alike` are the provinces in both, where others reported than before."""

    change: Change
    before: Value | None
    is_few: bool = False
    alike: LikeForLike | None = None

    @property
    def is_like_with_like(self) -> bool:
        """Whether there is a difference to be told: of the whole, or of nearly all of it."""
        return self.change.reason is None or self.is_of_nearly_all

    @property
    def is_of_nearly_all(self) -> bool:
        """Whether the difference told is that of the provinces in both periods."""
        return self.alike is not None and self.alike.is_enough

    def held(self, value: Value) -> tuple[float, float] | None:
        """The two numbers whose difference is told, the earlier one first; None where there is none."""
        if self.alike is not None and self.alike.is_enough:
            return self.alike.before, self.alike.now
        if self.change.reason is not None or self.change.before is None or value.value is None:
            return None
        return self.change.before, value.value


# The values of a value's own KPI, period and origin in each province.
Provinces = Callable[[Value], Mapping[str, Value]]


def year_on_year(
    value: Value, kpi: Kpi, at: Callable[[str], Value | None], provinces: Provinces | None = None
) -> Comparison | None:
    """Against the same months of the year before; None for `all`. `at` gives the KPI's value in another period."""
    return _compared(period_changes.on_year_before, value, kpi, at, provinces)


def on_previous(
    value: Value, kpi: Kpi, at: Callable[[str], Value | None], provinces: Provinces | None = None
) -> Comparison | None:
    """Against as many months of the period right before; None for `all`."""
    return _compared(period_changes.on_period_before, value, kpi, at, provinces)


def between(value: Value, before: Value, kpi: Kpi, provinces: Provinces | None = None) -> Comparison:
    """Two values of periods that are over, like the first and the last of a line."""
    is_few = any(one.is_masked and not one.is_beside_few for one in (value, before))
    change = period_changes.between(_point(value), _point(before), kpi.grain)
    return Comparison(change, before, is_few, _alike(kpi, value, before, change, provinces))


def like_for_like(
    kpi: Kpi, value: Value, before: Value, parts_now: Mapping[str, Value], parts_before: Mapping[str, Value]
) -> LikeForLike | None:
    """The provinces that reported both times, of two values whose whole is not comparable; None where that cannot be told."""
    first, last = period_changes.months_of(value.period)
    months = (first, min(value.reported_to or last, last))
    parts = tuple({code: _part(part) for code, part in side.items()} for side in (parts_now, parts_before))
    kind = Kind(kpi.is_ratio, kpi.is_additive_over_regions)
    begins = before.period.split("..")[0] if ".." in before.period else period_changes.months_of(before.period)[0]
    return worked_out(kind, (_part(value), _part(before)), (parts[0], parts[1]), months, begins)


def _alike(
    kpi: Kpi, value: Value, before: Value | None, change: Change, provinces: Provinces | None
) -> LikeForLike | None:
    """Where the nation's whole is not comparable because others reported: those who did both times."""
    if change.reason != "coverage" or value.region != NATION or before is None or provinces is None:
        return None
    return like_for_like(kpi, value, before, provinces(value), provinces(before))


def _part(value: Value) -> Part:
    return Part(
        value.value,
        value.numerator,
        value.denominator,
        value.qualifier,
        value.is_masked,
        value.reported_from,
        value.reported_to,
    )


def _compared(
    function: Callable[[Point, str, Callable[[str], Point | None]], Change | None],
    value: Value,
    kpi: Kpi,
    at: Callable[[str], Value | None],
    provinces: Provinces | None,
) -> Comparison | None:
    asked: list[Value] = []

    def point_at(period: str) -> Point | None:
        found = at(period)
        if found is None:
            return None
        asked.append(found)
        return _point(found)

    change = function(_point(value), kpi.grain, point_at)
    if change is None:
        return None
    is_few = any(one.is_masked and not one.is_beside_few for one in (value, *asked))
    before = asked[0] if asked else None
    return Comparison(change, before, is_few, _alike(kpi, value, before, change, provinces))


def _point(value: Value) -> Point:
    return Point(
        value.period,
        value.value,
        value.qualifier,
        value.provinces_reported,
        value.is_backfilled,
        value.is_masked,
        value.reported_from,
        value.reported_to,
    )
