"""同比 and 环比: like compared with like, or the reason why not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.data import periods
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value


@dataclass(frozen=True)
class Comparison:
    """A value against an earlier one. `reason` is '' when comparable, else missing, masked, beside, coverage or bounded."""

    before: Value | None
    difference: float | None
    reason: str
    provinces_now: int | None = None
    provinces_before: int | None = None


def year_on_year(value: Value, history: Sequence[Value]) -> Comparison:
    """Against the same period of the year before."""
    return _compare(value, periods.year_before(value.period), history)


def on_previous(value: Value, history: Sequence[Value]) -> Comparison:
    """Against the period right before."""
    return _compare(value, periods.before(value.period), history)


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


def _compare(value: Value, period: str | None, history: Sequence[Value]) -> Comparison:
    before = next((one for one in history if one.period == period), None)
    if value.is_masked or (before is not None and before.is_masked):
        is_few = any(one.is_masked and not one.is_beside_few for one in (value, before) if one is not None)
        return Comparison(before, None, "masked" if is_few else "beside")
    if before is None or before.value is None or value.value is None:
        return Comparison(before, None, "missing")
    if value.qualifier or before.qualifier:
        return Comparison(before, None, "bounded")
    counts = (value.provinces_reported, before.provinces_reported)
    if None not in counts and counts[0] != counts[1]:
        return Comparison(before, None, "coverage", *counts)
    return Comparison(before, value.value - before.value, "", *counts)
