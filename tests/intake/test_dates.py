"""Dates whose order a contract declares, and dates in English."""

from datetime import date

import pytest

from warehouse.intake.dates import read_date, read_period

TODAY = date(2024, 6, 15)


@pytest.mark.parametrize(
    ("raw", "order", "expected"),
    [
        ("05/06/2024", "month_first", date(2024, 5, 6)),
        ("05/06/2024", "day_first", date(2024, 6, 5)),
        ("5/22/2024", None, date(2024, 5, 22)),
        ("2024-05-06", "day_first", date(2024, 5, 6)),
        ("May 22, 2024", None, date(2024, 5, 22)),
        ("22 May 2024", "month_first", date(2024, 5, 22)),
        ("Sept. 3, 2023", None, date(2023, 9, 3)),
    ],
)
def test_date_is_read_in_the_contracts_order(raw: str, order: str | None, expected: date) -> None:
    assert read_date(raw, TODAY, True, False, order=order).value == expected


@pytest.mark.parametrize(
    ("raw", "order", "key"),
    [
        ("05/06/2024", None, "D39"),
        # No month has the number 22: the file does not keep to what its contract says.
        ("22/05/2024", "month_first", "D40"),
        ("Mai 22, 2024", None, "D40"),
        ("July 4, 2024", None, "D41"),
    ],
)
def test_date_that_does_not_fit_is_refused_and_not_guessed(raw: str, order: str | None, key: str) -> None:
    cell = read_date(raw, TODAY, True, False, order=order)
    assert (cell.value, [note.key for note in cell.notes]) == (None, [key])


def test_month_may_be_written_in_english() -> None:
    assert read_period("May 2024", TODAY, True, False).value == "2024-05"
