"""同比 and 环比 compare like with like."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.components import kpi_card
from dashboard.data import comparisons
from dashboard.data.values import Value
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE

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
    assert found == comparisons.LikeForLike(before=0.55, now=0.65, parts=2)


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
    assert found == comparisons.LikeForLike(before=20.0, now=30.0, parts=1)


def test_like_for_like_never_adds_what_does_not_add_up() -> None:
    now, before = ({"a": replace(VALUE, region="a", value=number)} for number in (8.0, 6.0))
    whole_now, whole_before = (replace(VALUE, value=number) for number in (8.0, 6.0))
    assert comparisons.like_for_like(KPI, whole_now, whole_before, now, before) is not None
    median = replace(KPI, is_additive_over_regions=False)
    assert comparisons.like_for_like(median, whole_now, whole_before, now, before) is None
