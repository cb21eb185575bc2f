"""同比 and 环比 compare like with like."""

from dataclasses import replace

import pytest

from dashboard.data import comparisons
from dashboard.data.values import Value
from tests.dashboard.test_formatting import VALUE

NOW = replace(VALUE, value=0.8, period="2024-05", provinces_reported=31)
LAST_MONTH = replace(NOW, value=0.7, period="2024-04")
LAST_YEAR = replace(NOW, value=0.6, period="2023-05", provinces_reported=27)


def test_same_coverage_gives_a_difference() -> None:
    found = comparisons.on_previous(NOW, [LAST_YEAR, LAST_MONTH, NOW])
    assert found.reason == ""
    assert found.difference == pytest.approx(0.1)


def test_other_coverage_is_not_comparable_and_says_why() -> None:
    found = comparisons.year_on_year(NOW, [LAST_YEAR, LAST_MONTH, NOW])
    assert (found.reason, found.difference) == ("coverage", None)
    assert (found.provinces_before, found.provinces_now) == (27, 31)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (None, "missing"),
        (replace(LAST_MONTH, value=None), "missing"),
        (replace(LAST_MONTH, value=None, is_masked=True), "masked"),
        (replace(LAST_MONTH, qualifier="≥"), "bounded"),
    ],
)
def test_what_cannot_be_compared_says_why(before: Value | None, reason: str) -> None:
    assert comparisons.on_previous(NOW, [before] if before else []).reason == reason
