"""同比 and 环比 hold the same months against each other, or say why not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from warehouse.releases import period_changes
from warehouse.releases.period_changes import Change, Point

FLOW = Point("2024", 55.0, provinces_reported=31, reported_from="2022-06", reported_to="2024-05")


def asked(*points: Point) -> Callable[[str], Point | None]:
    """What the release says of other periods."""
    known = {point.period: point for point in points}
    return known.get


def test_running_year_is_held_against_the_same_months_of_the_year_before() -> None:
    whole, part = replace(FLOW, period="2023", value=120.0), replace(FLOW, period="2023-01..2023-05", value=50.0)
    expected = Change(50.0, 5.0, 0.1, None, ("2024-01", "2024-05"), is_partial=True)
    assert period_changes.on_year_before(FLOW, "month", asked(whole, part)) == expected
    assert period_changes.on_period_before(FLOW, "month", asked(whole, part)) == expected


def test_running_quarter_is_held_against_as_many_months_of_each_earlier_quarter() -> None:
    now = replace(FLOW, period="2024Q2", value=30.0)
    points = asked(
        replace(FLOW, period="2024-01..2024-02", value=20.0), replace(FLOW, period="2023-04..2023-05", value=40.0)
    )
    before, yearly = (
        function(now, "month", points) for function in (period_changes.on_period_before, period_changes.on_year_before)
    )
    assert before == Change(20.0, 10.0, 0.5, None, ("2024-04", "2024-05"), is_partial=True)
    assert yearly == Change(40.0, -10.0, -0.25, None, ("2024-04", "2024-05"), is_partial=True)
    assert period_changes.looked_up(now, "month") == ("2023-04..2023-05", "2024-01..2024-02")


@pytest.mark.parametrize(
    ("period", "before", "year_before", "span"),
    [
        ("2023", "2022", "2022", ("2023-01", "2023-12")),
        ("2024Q1", "2023Q4", "2023Q1", ("2024-01", "2024-03")),
        ("2024-05", "2024-04", "2023-05", ("2024-05", "2024-05")),
        ("2024-01", "2023-12", "2023-01", ("2024-01", "2024-01")),
    ],
)
def test_period_that_is_over_is_held_against_the_whole_one_before(
    period: str, before: str, year_before: str, span: tuple[str, str]
) -> None:
    now = replace(FLOW, period=period, value=3.0, reported_from="2020-01")
    points = asked(replace(now, period=before, value=2.0), replace(now, period=year_before, value=2.0))
    found = period_changes.on_period_before(now, "month", points)
    assert found == Change(2.0, 1.0, 0.5, None, span)
    assert period_changes.on_year_before(now, "month", points) == found
    assert period_changes.looked_up(now, "month") == (year_before, before)


def test_since_the_beginning_there_is_nothing_before() -> None:
    now = replace(FLOW, period="all")
    assert period_changes.on_period_before(now, "month", asked()) is None
    assert period_changes.on_year_before(now, "month", asked()) is None


def test_state_of_a_running_year_is_held_against_the_state_of_the_same_month() -> None:
    now = replace(FLOW, value=110.0, reported_from=None)
    part = replace(now, period="2023-01..2023-05", value=100.0)
    found = period_changes.on_year_before(now, "month", asked(part))
    assert found == Change(100.0, 10.0, 0.1, None, ("2024-01", "2024-05"), is_partial=True)


NOW = replace(FLOW, period="2023", value=12.0)
BEFORE = replace(FLOW, period="2022", value=10.0, reported_from="2022-01")


@pytest.mark.parametrize(
    ("now", "before", "reason"),
    [
        (NOW, None, "missing"),
        (replace(NOW, value=None), BEFORE, "missing"),
        (NOW, replace(BEFORE, value=None), "missing"),
        # Reports begin in June 2022: the year before is not a whole one.
        (NOW, BEFORE, "began"),
        (
            replace(NOW, reported_from="2022-01"),
            replace(BEFORE, is_backfilled=True, reported_from="2024-01"),
            "backfilled",
        ),
        # A plan that one of many reported late makes nothing incomparable.
        (replace(NOW, reported_from="2022-01"), replace(BEFORE, is_backfilled=True), None),
        (replace(NOW, reported_from="2022-01", qualifier="≥"), BEFORE, "bounded"),
        (replace(NOW, reported_from="2022-01"), replace(BEFORE, qualifier="≈"), "bounded"),
        (replace(NOW, reported_from="2022-01"), replace(BEFORE, provinces_reported=27), "coverage"),
        (replace(NOW, is_hidden=True, value=None), BEFORE, "hidden"),
        (NOW, replace(BEFORE, is_hidden=True), "hidden"),
        (replace(NOW, reported_from="2022-01"), BEFORE, None),
        # A state has no months that could be missing.
        (replace(NOW, reported_from=None), BEFORE, None),
    ],
)
def test_what_is_not_like_with_like_has_a_reason_and_no_difference(
    now: Point, before: Point | None, reason: str | None
) -> None:
    found = period_changes.on_year_before(now, "month", asked(*([before] if before else [])))
    assert found is not None
    assert found.reason == reason
    assert (found.difference is None) == (reason is not None)
    assert found.as_json()["comparable"] == (reason is None)


def test_beginning_is_judged_in_the_rhythm_of_the_kpi() -> None:
    """A yearly KPI first reported in June 2022 has the whole of 2022; a quarterly one its second quarter."""
    yearly = period_changes.on_year_before(NOW, "year", asked(BEFORE))
    assert yearly is not None
    assert yearly.reason is None
    quarter, earlier = replace(FLOW, period="2023Q2", value=2.0), replace(FLOW, period="2022Q2", value=1.0)
    for grain, reason in (("quarter", None), ("month", "began")):
        found = period_changes.on_year_before(quarter, grain, asked(earlier))
        assert found is not None
        assert found.reason == reason


def test_yearly_kpi_of_a_running_year_has_no_months_to_compare() -> None:
    found = period_changes.on_year_before(FLOW, "year", asked(replace(FLOW, period="2023", value=120.0)))
    assert found == Change(None, None, None, "running", ("2024-01", "2024-05"), is_partial=True)
    assert period_changes.looked_up(FLOW, "year") == ()


def test_growth_from_nothing_has_no_share() -> None:
    found = period_changes.on_period_before(replace(FLOW, period="2024-05"), "month", asked(Point("2024-04", 0.0)))
    assert found is not None
    assert (found.difference, found.relative) == (55.0, None)


def test_fall_below_zero_is_a_share_of_the_size_it_had() -> None:
    now = replace(FLOW, period="2024-05", value=-3.0)
    found = period_changes.on_period_before(now, "month", asked(Point("2024-04", -2.0)))
    assert found is not None
    assert found.relative == -0.5


def test_words_say_the_months_and_the_reason() -> None:
    part = replace(FLOW, period="2023-01..2023-05", value=50.0)
    found = period_changes.on_year_before(FLOW, "month", asked(part))
    assert found is not None
    assert period_changes.span_words(found) == ("1–5月，同期", "Jan–May, same months")
    assert period_changes.reason_words(found) == ("", "")
    began = period_changes.on_year_before(NOW, "month", asked(BEFORE))
    assert began is not None
    assert period_changes.span_words(began) == ("", "")
    assert period_changes.reason_words(began)[0] == "上期从2022年6月起才有上报"
    covered = period_changes.on_year_before(
        replace(FLOW, provinces_reported=31), "month", asked(replace(part, provinces_reported=27))
    )
    assert covered is not None
    assert period_changes.reason_words(covered)[1] == "27 provinces reported then, 31 now"


def test_month_nobody_has_reported_of_is_missing_and_breaks_nothing() -> None:
    now = Point("2024Q3", None, reported_to="2024-05")
    found = period_changes.on_period_before(now, "month", asked())
    assert found == Change(None, None, None, "missing", ("2024-07", "2024-09"))
