"""Periods and their neighbours."""

import pytest

from dashboard.data import periods
from warehouse import changes


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        ("2024-05", "2024-04", "2023-05"),
        ("2024-01", "2023-12", "2023-01"),
        ("2024Q1", "2023Q4", "2023Q1"),
        ("2024", "2023", "2023"),
        ("all", None, None),
    ],
)
def test_neighbours_of_a_period(period: str, before: str | None, year_before: str | None) -> None:
    assert periods.before(period) == before
    assert changes.year_before(period) == year_before


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024Q2", ("2024-04-01", "2024-06-30")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("all", ("0001-01-01", "9999-12-31")),
    ],
)
def test_bounds_of_a_period(period: str, bounds: tuple[str, str]) -> None:
    assert periods.bounds(period) == bounds


def test_periods_between_two_leave_none_out() -> None:
    assert periods.between("2023-11", "2024-02") == ("2023-11", "2023-12", "2024-01", "2024-02")
    assert periods.between("2024", "2024") == ("2024",)


def test_latest_period_is_the_latest_with_records(release_id: str, at_house: object) -> None:
    assert periods.latest(release_id, "auto") == "2024-05"
    available = periods.available(release_id, "auto")
    assert available[0] == "2024-05"
    assert available[-1] == "all"
    assert {"2024Q2", "2024"} <= set(available)
