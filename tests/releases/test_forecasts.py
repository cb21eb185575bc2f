"""What is expected at a target's date, worked out by hand, and where nothing is."""

from dataclasses import replace
from datetime import date

import pytest

from warehouse.releases.forecasts import methods
from warehouse.releases.forecasts.outlook import Aim, Kind, Known, Outlook, Placed, Unforetold, aim_of, look

LEVEL = Kind("month", "stock", is_ratio=True, is_additive_over_time=False, direction="higher", is_share=True)
RUNNING = replace(LEVEL, basis="year_to_date", may_pass_one=True)
FLOW = Kind("month", "period", is_ratio=False, is_additive_over_time=True, direction="higher", is_share=False)
END_2025 = Aim(1.0, None, date(2024, 1, 1), date(2025, 12, 31))


def months(first: str, *values: float | None, **more: object) -> list[Known]:
    year, month = int(first[:4]), int(first[5:])
    return [
        Known(f"{year + (month - 1 + at) // 12}-{(month - 1 + at) % 12 + 1:02d}", value, **more)  # type: ignore[arg-type]
        for at, value in enumerate(values)
    ]


def outlook(kind: Kind, aim: Aim, history: list[Known]) -> Outlook:
    found = look(kind, aim, history)
    assert isinstance(found, Outlook), found
    return found


def why_not(kind: Kind, aim: Aim, history: list[Known]) -> str:
    found = look(kind, aim, history)
    assert isinstance(found, Unforetold), found
    return found.reason


def test_straight_line_goes_on_straight_with_no_doubt() -> None:
    """0.02 a month from 0.10 in 2023-06: 0.32 in 2024-05, and nineteen months later 0.32 + 19 x 0.02 = 0.70."""
    found = outlook(LEVEL, END_2025, months("2023-06", *(0.10 + 0.02 * at for at in range(12))))
    assert found.method == "trend"
    assert (found.value, found.low, found.high) == pytest.approx((0.70, 0.70, 0.70))
    assert (found.pace, found.needed) == pytest.approx((0.02, 0.68 / 19))
    assert (found.at, found.of, found.verdict, found.points) == (date(2025, 12, 31), "2024-05", "missed", 12)
    assert [found.steps[0].period, found.steps[-1].period] == ["2024-06", "2025-12"]
    assert found.steps[0].value == pytest.approx(0.34)


def test_short_history_goes_on_at_its_pace_with_a_range_that_widens() -> None:
    """Moves 1, 3, 1, 3, 1: drift 9/5, spread sqrt(4.8/4); two steps ahead 9 + 3.6, error spread x sqrt(2 x (1 + 2/5))."""
    one, two = methods.pace([0.0, 1.0, 4.0, 5.0, 8.0, 9.0], 2)
    assert (one.value, two.value) == pytest.approx((10.8, 12.6))
    spread = (4.8 / 4) ** 0.5
    assert (one.error, two.error) == pytest.approx((spread * 1.2**0.5, spread * (2 * 1.4) ** 0.5))
    # Student's 0.9 quantile with 4 degrees of freedom is 1.5332.
    assert two.half_width == pytest.approx(1.5332 * two.error, rel=0.005)


@pytest.mark.parametrize(("freedom", "known"), [(3, 1.6377), (5, 1.4759), (10, 1.3722), (30, 1.3104), (1000, 1.2824)])
def test_quantile_is_that_of_the_tables(freedom: int, known: float) -> None:
    assert methods.quantile(freedom) == pytest.approx(known, rel=0.005)


def test_values_that_scatter_around_a_level_stay_there_and_say_how_much_they_scatter() -> None:
    """0.4 and 0.6 in turn: no drift to speak of, and the range holds both."""
    found = outlook(replace(LEVEL, may_pass_one=True), END_2025, months("2022-06", *([0.4, 0.6] * 12)))
    assert found.value == pytest.approx(0.5, abs=0.06)
    assert found.low < 0.4
    assert found.high > 0.6
    assert abs(found.pace) < 0.01


def test_share_stays_between_0_and_1_and_a_verdict_says_how_sure_it_is() -> None:
    rising = months("2023-06", *(0.40 + 0.05 * at for at in range(12)))
    met = outlook(LEVEL, END_2025, rising)
    assert (met.value, met.low, met.high, met.verdict) == (1.0, 1.0, 1.0, "met")
    scattered = months("2022-06", *([0.4, 0.6] * 12))
    assert outlook(LEVEL, replace(END_2025, target=0.5), scattered).verdict == "at_risk"
    assert outlook(LEVEL, replace(END_2025, target=0.95), scattered).verdict == "missed"
    lower = replace(LEVEL, direction="lower")
    assert outlook(lower, replace(END_2025, target=0.95), scattered).verdict == "met"
    between = replace(LEVEL, direction="range")
    assert outlook(between, replace(END_2025, target=0.1, target_upper=0.9), scattered).verdict == "met"
    assert outlook(between, replace(END_2025, target=0.9, target_upper=1.0), scattered).verdict == "missed"


def test_what_runs_within_a_year_takes_the_months_to_come_from_the_year_before() -> None:
    """2023 added 1 a month, 2024 so far as much: 5 by May, and seven more by December. A year twice as fast is believed in part."""
    year_before = [float(at) for at in range(1, 13)]
    aim = Aim(12.0, None, date(2024, 1, 1), date(2024, 12, 31))
    same = outlook(RUNNING, aim, months("2023-01", *year_before, 1.0, 2.0, 3.0, 4.0, 5.0))
    assert (same.method, same.value, same.now) == ("same_months", pytest.approx(12.0), 5.0)
    assert same.low == same.high == pytest.approx(12.0)
    fast = outlook(RUNNING, aim, months("2023-01", *year_before, 2.0, 4.0, 6.0, 8.0, 10.0))
    # Five months count 5/8 of themselves: 10 + 7 x (1 + 5/8).
    assert fast.value == pytest.approx(10 + 7 * 1.625)
    assert fast.low > 10


def test_first_year_of_what_runs_goes_on_at_its_pace_from_january_only() -> None:
    aim = Aim(12.0, None, date(2024, 1, 1), date(2024, 12, 31))
    found = outlook(RUNNING, aim, months("2024-01", 1.0, 3.0, 4.0, 6.0))
    # Added 1, 2, 1, 2: 1.5 a month, eight months on.
    assert (found.method, found.value) == ("pace", pytest.approx(6 + 8 * 1.5))
    assert why_not(RUNNING, aim, months("2024-03", 1.0, 3.0, 4.0, 6.0)) == "too_few"
    assert why_not(RUNNING, aim, months("2024-01", 1.0, 3.0)) == "too_few"


def test_months_of_a_flow_add_up_from_the_first_day_of_the_target() -> None:
    """10 a month since January: 50 by May, 120 by the end of the year; what came before does not count."""
    aim = Aim(130.0, None, date(2024, 1, 1), date(2024, 12, 31))
    found = outlook(FLOW, aim, months("2023-10", 99.0, 99.0, 99.0, 10.0, 10.0, 10.0, 10.0, 10.0))
    assert (found.now, found.value, found.verdict, found.steps) == (50.0, pytest.approx(120.0), "missed", ())
    assert found.needed == pytest.approx(80 / 7)


def test_nothing_is_foretold_without_a_date_or_after_it() -> None:
    history = months("2023-06", *(0.1 + 0.02 * at for at in range(12)))
    assert why_not(LEVEL, Aim(1.0), history) == "no_date"
    assert why_not(LEVEL, Aim(1.0, None, date(2024, 1, 1), date(2024, 5, 31)), history) == "over"


def test_nothing_is_foretold_from_too_few_values_or_across_a_gap() -> None:
    assert why_not(LEVEL, END_2025, months("2024-01", *[0.1] * 5)) == "too_few"
    assert outlook(LEVEL, END_2025, months("2023-12", *[0.1, 0.2] * 3)).method == "pace"
    gap = [*months("2023-01", *[0.1] * 12), *months("2024-02", *[0.1] * 4)]
    assert why_not(LEVEL, END_2025, gap) == "too_few"
    assert why_not(LEVEL, END_2025, []) == "too_few"
    # States that were only reported later are not how it went.
    late = [*months("2023-06", *[0.1] * 10, is_backfilled=True), *months("2024-04", 0.1, 0.2)]
    assert why_not(LEVEL, END_2025, late) == "too_few"


def test_nothing_is_foretold_where_others_reported_or_numbers_may_not_be_shown() -> None:
    values = [0.1 + 0.02 * at for at in range(12)]
    fewer = [
        *months("2023-06", *values[:6], provinces_reported=27),
        *months("2023-12", *values[6:], provinces_reported=31),
    ]
    assert why_not(LEVEL, END_2025, fewer) == "coverage"
    nearly = [
        *months("2023-06", *values[:6], provinces_reported=28),
        *months("2023-12", *values[6:], provinces_reported=31),
    ]
    assert outlook(LEVEL, END_2025, nearly).value == pytest.approx(0.70)
    units = [
        replace(one, reported_units=70 + 3 * at, due_units=100) for at, one in enumerate(months("2023-06", *values))
    ]
    assert why_not(LEVEL, END_2025, units) == "coverage"
    hidden = [*months("2023-06", *values[:11]), Known("2024-05", None, is_hidden=True)]
    assert why_not(LEVEL, END_2025, hidden) == "hidden"
    assert why_not(LEVEL, END_2025, months("2023-06", *values, qualifier="≈")) == "inexact"
    bound = outlook(LEVEL, END_2025, months("2023-06", *values, qualifier="≥"))
    assert bound.is_bound


def test_target_of_the_region_itself_stands_before_one_for_all_within() -> None:
    day, lineage = date(2024, 5, 31), ["410300", "410000", "000000"]
    nation, own = Placed("000000", True, END_2025), Placed("410300", False, replace(END_2025, target=0.8))
    elsewhere = Placed("410000", False, replace(END_2025, target=0.5))
    assert aim_of(lineage, [nation, elsewhere, own], day, LEVEL) == own.aim
    assert aim_of(lineage, [nation, elsewhere], day, LEVEL) == nation.aim
    assert aim_of(lineage, [elsewhere], day, LEVEL) is None
    past = Placed("000000", True, Aim(1.0, None, date(2023, 1, 1), date(2023, 12, 31)))
    assert aim_of(lineage, [past], day, LEVEL) is None
