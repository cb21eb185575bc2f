"""同比 and 环比 compare like with like."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.components import kpi_card
from dashboard.data import comparisons
from dashboard.data.values import Value
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.releases.like_for_like import LikeForLike

NOW = replace(VALUE, value=0.8, period="2024-05", provinces_reported=31)
LAST_MONTH = replace(NOW, value=0.7, period="2024-04")
LAST_YEAR = replace(NOW, value=0.6, period="2023-05", provinces_reported=27)
YEAR = replace(VALUE, value=55.0, period="2024", reported_from="2022-06", reported_to="2024-05")
FIVE_MONTHS = replace(YEAR, value=50.0, period="2023-01..2023-05")


def others(*values: Value) -> Callable[[str], Value | None]:
    return {value.period: value for value in values}.get


def test_same_coverage_gives_a_difference() -> None:
    found = comparisons.on_previous(NOW, KPI, others(LAST_YEAR, LAST_MONTH))
    assert found is not None
    assert found.is_like_with_like
    assert found.change.difference == pytest.approx(0.1)


def test_other_coverage_is_not_comparable_and_says_why() -> None:
    found = comparisons.year_on_year(NOW, KPI, others(LAST_YEAR, LAST_MONTH))
    assert found is not None
    assert (found.change.reason, found.change.difference, found.before) == ("coverage", None, LAST_YEAR)
    with using(CHINESE):
        assert kpi_card.reason_text(found) == "当时 27 省报送，本期 31 省"
        assert kpi_card.comparison_text(found, NOW, KPI) == "不可比"


@pytest.mark.parametrize(
    ("before", "reason", "words"),
    [
        (None, "missing", ""),
        (replace(LAST_MONTH, value=None), "missing", ""),
        (replace(LAST_MONTH, value=None, is_masked=True), "hidden", "数量少，不显示"),
        (replace(LAST_MONTH, value=None, is_masked=True, is_beside_few=True), "hidden", "不单列的数不比较"),
        (replace(LAST_MONTH, qualifier="≥"), "bounded", "其中有约数或上下限"),
        (replace(LAST_MONTH, is_backfilled=True, reported_from="2024-06"), "backfilled", "上期尚无上报，是回填数"),
    ],
)
def test_what_cannot_be_compared_says_why(before: Value | None, reason: str, words: str) -> None:
    found = comparisons.on_previous(NOW, KPI, others(*([before] if before else [])))
    assert found is not None
    assert found.change.reason == reason
    with using(CHINESE):
        assert kpi_card.reason_text(found) == words


def test_running_year_is_compared_over_its_months_and_says_so() -> None:
    found = comparisons.year_on_year(YEAR, KPI, others(replace(YEAR, period="2023", value=120.0), FIVE_MONTHS))
    assert found is not None
    with using(CHINESE):
        assert kpi_card.comparison_text(found, YEAR, KPI) == "+10%"
        assert kpi_card.span_text(found) == "1–5月，同期"
    with using(ENGLISH):
        assert kpi_card.span_text(found) == "Jan–May, same months"
    assert comparisons.year_on_year(replace(YEAR, period="all"), KPI, others()) is None


def parts(**shares: tuple[float, float]) -> dict[str, Value]:
    return {
        code: replace(VALUE, region=code, value=above / below, numerator=above, denominator=below)
        for code, (above, below) in shares.items()
    }


def whole(found: dict[str, Value]) -> Value:
    above, below = (sum(getattr(one, side) for one in found.values()) for side in ("numerator", "denominator"))
    return replace(VALUE, value=above / below, numerator=above, denominator=below)


def test_like_for_like_adds_up_who_reported_both_times() -> None:
    now, before = parts(a=(8, 10), b=(5, 10), c=(1, 10)), parts(a=(6, 10), b=(5, 10))
    found = comparisons.like_for_like(PERCENT, whole(now), whole(before), now, before)
    # a and b: 13/20 against 11/20.
    assert found == LikeForLike(before=0.55, now=0.65, parts=2, of=3)


def test_like_for_like_is_left_when_the_parts_do_not_make_the_whole_or_one_is_masked() -> None:
    now, before = parts(a=(8, 10), b=(5, 10)), parts(a=(6, 10))
    odd = replace(whole(now), numerator=14.0)
    assert comparisons.like_for_like(PERCENT, odd, whole(before), now, before) is None
    hidden = now | {"b": replace(now["b"], is_masked=True, value=None, numerator=None, denominator=None)}
    assert comparisons.like_for_like(PERCENT, whole(now), whole(before), hidden, before) is None


def test_like_for_like_of_counts_adds_values() -> None:
    now = {code: replace(VALUE, value=number) for code, number in (("a", 30.0), ("b", 5.0))}
    before = {"a": replace(VALUE, value=20.0)}
    found = comparisons.like_for_like(KPI, replace(VALUE, value=35.0), replace(VALUE, value=20.0), now, before)
    assert found == LikeForLike(before=20.0, now=30.0, parts=1, of=2)


def test_like_for_like_never_adds_what_does_not_add_up() -> None:
    now, before = ({"a": replace(VALUE, region="a", value=number)} for number in (8.0, 6.0))
    whole_now, whole_before = (replace(VALUE, value=number) for number in (8.0, 6.0))
    assert comparisons.like_for_like(KPI, whole_now, whole_before, now, before) is not None
    median = replace(KPI, is_additive_over_regions=False)
    assert comparisons.like_for_like(median, whole_now, whole_before, now, before) is None


def provinces_of(count: int, each: float) -> dict[str, Value]:
    return {f"{code}0000": replace(VALUE, region=f"{code}0000", value=each) for code in range(11, 11 + count)}


def test_difference_of_nearly_all_provinces_is_the_difference_and_says_so() -> None:
    """31 provinces had 2 each, 30 of them have 3 each now: 30 x 3 against 30 x 2, not 90 against 62."""
    now = replace(VALUE, value=90.0, provinces_reported=30)
    before = replace(VALUE, value=62.0, provinces_reported=31, period="2024-04")
    sides = {"2024-05": provinces_of(30, 3.0), "2024-04": provinces_of(31, 2.0)}
    found = comparisons.on_previous(now, KPI, others(before), lambda value: sides[value.period])
    assert found is not None
    assert found.is_like_with_like
    assert found.held(now) == (60.0, 90.0)
    with using(CHINESE):
        assert kpi_card.comparison_text(found, now, KPI) == "+50%"
        assert kpi_card.reason_text(found) == ""
        assert kpi_card.alike_text(found, KPI) == "同口径 30/31 省"
    with using(ENGLISH):
        assert kpi_card.alike_text(found, KPI) == "like for like, 30 of 31 provinces"


def test_fewer_than_nine_tenths_stay_not_comparable_and_say_their_own_difference() -> None:
    """27 of 31 is less than nine tenths, 9 of 10 is not."""
    now = replace(VALUE, value=81.0, provinces_reported=27)
    before = replace(VALUE, value=62.0, provinces_reported=31, period="2024-04")
    sides = {"2024-05": provinces_of(27, 3.0), "2024-04": provinces_of(31, 2.0)}
    found = comparisons.on_previous(now, KPI, others(before), lambda value: sides[value.period])
    assert found is not None
    assert (found.is_like_with_like, found.held(now)) == (False, None)
    with using(CHINESE):
        assert kpi_card.comparison_text(found, now, KPI) == "不可比"
        assert kpi_card.reason_text(found) == "当时 31 省报送，本期 27 省"
        assert kpi_card.alike_text(found, KPI) == "同口径 +50%（27/31 省）"
    assert LikeForLike(9.0, 9.0, 9, 10).is_enough


def test_province_that_has_not_reported_all_the_months_compared_is_in_neither() -> None:
    """a has reported to May, b to April only, c began in February of the year before."""
    year = {
        code: replace(VALUE, region=code, value=10.0, period="2024", reported_from=start, reported_to=end)
        for code, start, end in (("a", "2022-01", "2024-05"), ("b", "2022-01", "2024-04"), ("c", "2023-02", "2024-05"))
    }
    part = {code: replace(VALUE, region=code, value=8.0, period="2023-01..2023-05") for code in year}
    whole_now = replace(YEAR, value=30.0, reported_from="2022-01")
    found = comparisons.like_for_like(KPI, whole_now, replace(FIVE_MONTHS, value=24.0), year, part)
    assert found == LikeForLike(before=8.0, now=10.0, parts=1, of=3)


def test_province_that_reported_and_had_nothing_to_divide_by_is_in_the_period() -> None:
    """b reported both times, in the later without a survey: 8/10 of both then and now 8/10; c reported once."""
    now = parts(a=(8, 10)) | {"b": replace(VALUE, value=None, numerator=None, denominator=None)}
    before = parts(a=(6, 10), b=(10, 10), c=(1, 10))
    whole_now = replace(VALUE, value=0.8, numerator=8.0, denominator=10.0)
    found = comparisons.like_for_like(PERCENT, whole_now, whole(before), now, before)
    assert found == LikeForLike(before=0.8, now=0.8, parts=2, of=3)
