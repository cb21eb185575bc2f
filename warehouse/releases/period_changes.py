"""同比 and 环比: with which earlier period a value is held, over which months, and why it cannot be where it cannot.

A period that is not over is held against the first as many months of the earlier one, never against the whole of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ALL = "all"

# Why two values are not like with like, in Chinese and in English.
_WORDS = {
    "hidden": ("不单列的数不比较", "Hidden numbers are not compared"),
    "missing": ("两期中有一期没有数", "One of the two has no number"),
    "running": ("本年未完，年度指标没有分月数可比", "The year is not over, and a yearly KPI has no months to compare"),
    "began": ("上期从{month}起才有上报", "Reports of the earlier period begin with {month} only"),
    "backfilled": ("上期尚无上报，是回填数", "Nothing had been reported for the earlier period (backfilled)"),
    "bounded": ("其中有约数或上下限", "One of the two is a bound or rounded"),
    "coverage": ("当时 {before} 省报送，本期 {now} 省", "{before} provinces reported then, {now} now"),
}
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Point:
    """What a comparison looks at in one KPI value; months are YYYY-MM.

    Of states, which have no months to be added up, `reported_from` stands only in periods before it. Without
    `reported_to` the period is over.
    """

    period: str
    value: float | None
    qualifier: str = ""
    provinces_reported: int | None = None
    is_backfilled: bool = False
    is_hidden: bool = False
    reported_from: str | None = None
    reported_to: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A value against an earlier one. `reason` is None where they are like with like; else there is no difference.

    `span` are the first and last month compared, in the later period; `is_partial` says that these are not all of its months.
    `relative` is None where the earlier value is 0.
    """

    before: float | None
    difference: float | None
    relative: float | None
    reason: str | None
    span: tuple[str, str]
    is_partial: bool = False
    reported_from: str | None = None
    provinces_before: int | None = None
    provinces_now: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As `unionboard kpi --json` prints it."""
        return {
            "before": self.before,
            "difference": self.difference,
            "relative": self.relative,
            "comparable": self.reason is None,
            "reason": self.reason,
            "span": list(self.span),
        }


def on_year_before(now: Point, grain: str, at: Callable[[str], Point | None]) -> Change | None:
    """同比: against the same months of the year before; None for `all`. See `on_period_before`."""
    return _change(now, year_before(now.period), grain, at)


def on_period_before(now: Point, grain: str, at: Callable[[str], Point | None]) -> Change | None:
    """环比: against as many months of the period before; None for `all`.

    `grain` is the KPI's own rhythm (month, quarter, year); `at` gives the KPI's value in another period of the same region, origin and
    category, `2023-01..2023-05` among them, or None.
    """
    return _change(now, period_before(now.period), grain, at)


def between(now: Point, before: Point, grain: str) -> Change:
    """A value against any earlier one of a period that is over as well, like the first and the last of a line."""
    reason = _reason(now, before, before.period, grain, is_held=True)
    return _told(now, before, reason, months_of(now.period))


def looked_up(now: Point, grain: str) -> tuple[str, ...]:
    """The periods for which the two functions above will ask."""
    asked = (one(now.period, now.reported_to, grain) for one in (held_against_year, held_against_previous))
    return tuple(period for period in asked if period is not None)


def held_against_year(period: str, reported_to: str | None, grain: str) -> str | None:
    """The period that 同比 asks for: that of the year before or, where this one runs, the first months of it."""
    earlier = year_before(period)
    return _held_against(period, reported_to, earlier, grain)[0] if earlier else None


def held_against_previous(period: str, reported_to: str | None, grain: str) -> str | None:
    """The period that 环比 asks for, likewise."""
    earlier = period_before(period)
    return _held_against(period, reported_to, earlier, grain)[0] if earlier else None


@lru_cache(maxsize=4096)
def period_before(period: str) -> str | None:
    """The period of the same length right before; None for `all`."""
    if period == ALL:
        return None
    year = int(period[:4])
    if "Q" in period:
        quarter = int(period[5])
        return f"{year - 1}Q4" if quarter == 1 else f"{year}Q{quarter - 1}"
    if "-" not in period:
        return str(year - 1)
    month = int(period[5:7])
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


@lru_cache(maxsize=4096)
def year_before(period: str) -> str | None:
    """The same period a year earlier; None for `all`."""
    return None if period == ALL else f"{int(period[:4]) - 1}{period[4:]}"


@lru_cache(maxsize=4096)
def months_of(period: str) -> tuple[str, str]:
    """First and last month of a month, quarter or year."""
    if "Q" in period:
        last = int(period[5]) * 3
        return f"{period[:4]}-{last - 2:02d}", f"{period[:4]}-{last:02d}"
    return (period, period) if "-" in period else (f"{period}-01", f"{period}-12")


def is_running(period: str, reported_to: str | None) -> bool:
    """Whether a period goes on after the last month that was reported."""
    return period != ALL and reported_to is not None and reported_to < months_of(period)[1]


def reason_words(change: Change) -> tuple[str, str]:
    """Why the values cannot be compared, in Chinese and in English; two empty texts where they can."""
    if change.reason is None:
        return "", ""
    if change.reason == "coverage":
        counts = {"before": change.provinces_before, "now": change.provinces_now}
        chinese, english = _WORDS["coverage"]
        return chinese.format(**counts), english.format(**counts)
    chinese, english = _WORDS[change.reason]
    if change.reported_from is None:
        return chinese, english
    month = month_words(change.reported_from)
    return chinese.format(month=month[0]), english.format(month=month[1])


def span_words(change: Change) -> tuple[str, str]:
    """1–5月，同期, where only a part of a period is compared; else two empty texts."""
    if not change.is_partial:
        return "", ""
    chinese, english = months_words(*change.span)
    return f"{chinese}，同期", f"{english}, same months"


def months_words(first: str, last: str) -> tuple[str, str]:
    """1–5月 and Jan–May, for months of one year."""
    begin, end = int(first[5:7]), int(last[5:7])
    if begin == end:
        return f"{begin}月", _ENGLISH_MONTHS[begin - 1]
    return f"{begin}–{end}月", f"{_ENGLISH_MONTHS[begin - 1]}–{_ENGLISH_MONTHS[end - 1]}"


def month_words(month: str) -> tuple[str, str]:
    """2022年6月 and Jun 2022."""
    return f"{month[:4]}年{int(month[5:7])}月", f"{_ENGLISH_MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def begins_within(point_from: str | None, period: str, grain: str) -> bool:
    """Whether reports begin after the first month of a period and in it, counted in the KPI's own rhythm (month, quarter, year)."""
    if point_from is None or period == ALL:
        return False
    first, last = months_of(period)
    return _place(first, grain) < _place(point_from, grain) and point_from <= last


def _change(now: Point, earlier: str | None, grain: str, at: Callable[[str], Point | None]) -> Change | None:
    if earlier is None:
        return None
    asked, span = _held_against(now.period, now.reported_to, earlier, grain)
    is_partial = span[1] != months_of(now.period)[1]
    before = at(asked) if asked is not None else None
    reason = _reason(now, before, earlier, grain, is_held=asked is not None)
    return _told(now, before, reason, span, is_partial=is_partial)


def _told(
    now: Point, before: Point | None, reason: str | None, span: tuple[str, str], *, is_partial: bool = False
) -> Change:
    number = before.value if before is not None else None
    if reason is not None or now.value is None or number is None:
        began = now.reported_from if reason == "began" else None
        counts = (
            (before.provinces_reported, now.provinces_reported) if before and reason == "coverage" else (None, None)
        )
        return Change(number, None, None, reason, span, is_partial, began, *counts)
    difference = now.value - number
    return Change(number, difference, difference / abs(number) if number else None, None, span, is_partial)


# Asked for every value of a release, of a few hundred periods.
@lru_cache(maxsize=16_384)
def _held_against(period: str, reported_to: str | None, earlier: str, grain: str) -> tuple[str | None, tuple[str, str]]:
    """The period looked up, None where a yearly KPI has none, and the months compared."""
    first, last = months_of(period)
    # A month is whole; a period nobody has reported of yet has no value to be compared.
    if reported_to is None or first == last or not first <= reported_to < last:
        return earlier, (first, last)
    if grain == "year":
        return None, (first, reported_to)
    begins = months_of(earlier)[0]
    return f"{begins}..{_later(begins, _number(reported_to) - _number(first))}", (first, reported_to)


def _reason(now: Point, before: Point | None, earlier: str, grain: str, *, is_held: bool) -> str | None:
    if now.is_hidden or (before is not None and before.is_hidden):
        return "hidden"
    if now.value is None:
        return "missing"
    if not is_held:
        return "running"
    if before is None or before.value is None:
        return "missing"
    if now.reported_from is not None and _place(now.reported_from, grain) > _place(months_of(earlier)[0], grain):
        return "began"
    # A state from before anybody had reported is the first one reported; others are only completed by late reports.
    if before.is_backfilled and before.reported_from is not None and months_of(earlier)[1] < before.reported_from:
        return "backfilled"
    if now.qualifier or before.qualifier:
        return "bounded"
    if None not in (now.provinces_reported, before.provinces_reported):
        return None if now.provinces_reported == before.provinces_reported else "coverage"
    return None


def _place(month: str, grain: str) -> int:
    """A month counted in the KPI's own rhythm: whoever reports once a year began with the year."""
    return _number(month) // {"year": 12, "quarter": 3}.get(grain, 1)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _later(month: str, months: int) -> str:
    number = _number(month) + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
