"""同比 and 环比: like compared with like, or the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data import periods
from dashboard.data.values import Value


@dataclass(frozen=True)
class Comparison:
    """A value against an earlier one. `reason` is '' when comparable, else missing, masked, coverage or bounded."""

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


def _compare(value: Value, period: str | None, history: Sequence[Value]) -> Comparison:
    before = next((one for one in history if one.period == period), None)
    if value.is_masked or (before is not None and before.is_masked):
        return Comparison(before, None, "masked")
    if before is None or before.value is None or value.value is None:
        return Comparison(before, None, "missing")
    if value.qualifier or before.qualifier:
        return Comparison(before, None, "bounded")
    counts = (value.provinces_reported, before.provinces_reported)
    if None not in counts and counts[0] != counts[1]:
        return Comparison(before, None, "coverage", *counts)
    return Comparison(before, value.value - before.value, "", *counts)
