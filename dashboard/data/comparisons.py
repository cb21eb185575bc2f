"""同比 and 环比: like compared with like, or the reason why not."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from warehouse.releases import period_changes
from warehouse.releases.period_changes import Change, Point


@dataclass(frozen=True)
class Comparison:
    """A value, an earlier one, and what may be said of the two."""

    change: Change
    before: Value | None
    is_few: bool = False

    @property
    def is_like_with_like(self) -> bool:
        """Whether there is a difference to be told."""
        return self.change.reason is None


def year_on_year(value: Value, kpi: Kpi, at: Callable[[str], Value | None]) -> Comparison | None:
    """Against the same months of the year before; None for `all`. `at` gives the KPI's value in another period."""
    return _compared(period_changes.on_year_before, value, kpi, at)


def on_previous(value: Value, kpi: Kpi, at: Callable[[str], Value | None]) -> Comparison | None:
    """Against as many months of the period right before; None for `all`."""
    return _compared(period_changes.on_period_before, value, kpi, at)


def between(value: Value, before: Value, kpi: Kpi) -> Comparison:
    """Two values of periods that are over, like the first and the last of a line."""
    is_few = any(one.is_masked and not one.is_beside_few for one in (value, before))
    return Comparison(period_changes.between(_point(value), _point(before), kpi.grain), before, is_few)


@dataclass(frozen=True)
class LikeForLike:
    """The same parts then and now, where the whole is not comparable."""

    before: float
    now: float
    parts: int


def like_for_like(
    kpi: Kpi, value: Value, before: Value, parts_now: Mapping[str, Value], parts_before: Mapping[str, Value]
) -> LikeForLike | None:
    """The parts (provinces) that have a value in both periods, added up; None where adding them up would say something else.

    A KPI that does not add up over regions is not added, and of the others it is checked, not assumed: all parts of a period
    together must give the whole of that period. A masked part gives None as well, because a difference would tell it.
    """
    if not (kpi.is_ratio or kpi.is_additive_over_regions):
        return None
    if any(part.is_masked for part in (*parts_now.values(), *parts_before.values())):
        return None
    totals = [(value, parts_now), (before, parts_before)]
    if not all(_adds_up(kpi, whole, parts) for whole, parts in totals):
        return None
    both = [code for code in parts_now if _counts(kpi, parts_now[code]) and _counts(kpi, parts_before.get(code))]
    if not both:
        return None
    now, then = (_total(kpi, [parts[code] for code in both]) for parts in (parts_now, parts_before))
    return None if now is None or then is None else LikeForLike(then, now, len(both))


def _counts(kpi: Kpi, part: Value | None) -> bool:
    if part is None or part.value is None or part.qualifier:
        return False
    return not kpi.is_ratio or (part.numerator is not None and part.denominator is not None)


def _adds_up(kpi: Kpi, whole: Value, parts: Mapping[str, Value]) -> bool:
    counted = [part for part in parts.values() if _counts(kpi, part)]
    if kpi.is_ratio:
        return _same(sum(part.numerator or 0 for part in counted), whole.numerator) and _same(
            sum(part.denominator or 0 for part in counted), whole.denominator
        )
    return _same(sum(part.value or 0 for part in counted), whole.value)


def _total(kpi: Kpi, parts: Sequence[Value]) -> float | None:
    if not kpi.is_ratio:
        return sum(part.value or 0 for part in parts)
    below = sum(part.denominator or 0 for part in parts)
    return sum(part.numerator or 0 for part in parts) / below if below else None


def _same(total: float, whole: float | None) -> bool:
    return whole is not None and math.isclose(total, whole, rel_tol=1e-9, abs_tol=1e-9)


def _compared(
    function: Callable[[Point, str, Callable[[str], Point | None]], Change | None],
    value: Value,
    kpi: Kpi,
    at: Callable[[str], Value | None],
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
    return Comparison(change, asked[0] if asked else None, is_few)


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
