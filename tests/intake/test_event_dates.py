"""Tests of D106: an event after its own 统计期, or more than ten years before it."""

import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.receipt import Message
from warehouse.settings import Settings

TALKS = files.table_of("station_health_talks.talk")
CASES = files.table_of("dispute_mediation.case")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2024-05-31", None),
        ("2024-06-01", "第2行“活动日期”2024-06-01晚于本表统计期2024-05，请核对日期或统计期。"),
        # Ten years before May 2024 begins is 1 May 2014.
        ("2014-05-01", None),
        ("2014-04-30", "第2行“活动日期”2014-04-30早于统计期2024-05十年以上，请核对日期或统计期。"),
        # Reported late, within the ten years.
        ("2023-12-31", None),
    ],
)
def test_event_outside_its_period_is_warned_of_and_taken(settings: Settings, day: str, told: str | None) -> None:
    rows = files.valid_rows(TALKS, 1)
    rows[0]["talk_date"] = day
    receipt, found = _judged(settings, TALKS, rows)
    assert receipt == (1, "warned" if told else "accepted")
    assert [(one.severity, one.row, one.column, one.zh) for one in found] == (
        [("warning", 2, "活动日期", told)] if told else []
    )


def test_date_after_today_is_refused_and_not_warned_of(settings: Settings) -> None:
    rows = files.valid_rows(TALKS, 2)
    rows[0]["talk_date"] = "2024-07-01"
    receipt, found = _judged(settings, TALKS, rows)
    assert (receipt, found) == ((1, "warned"), [])


def test_day_that_places_a_case_is_the_day_it_came(settings: Settings) -> None:
    # It came in May and was closed in June; the file of May was sent late in June.
    rows = files.valid_rows(CASES, 1)
    rows[0] |= {"referred_on": "2024-05-20", "accepted_on": "2024-05-21", "closed_on": "2024-06-05", "confirmed_on": ""}
    assert _judged(settings, CASES, rows) == ((1, "accepted"), [])


def test_every_row_of_a_long_file_is_counted(settings: Settings) -> None:
    rows = files.valid_rows(TALKS, 250)
    for row in rows:
        row["talk_date"] = "2024-06-02"
    _, found = _judged(settings, TALKS, rows)
    assert [one.row for one in found[:2]] == [2, 3]
    assert (len(found), found[-1].row) == (201, None)
    assert "50" in found[-1].zh and "202–251" in found[-1].zh


def test_demonstration_records_of_another_month_are_told_like_any_other(settings: Settings) -> None:
    rows = files.valid_rows(TALKS, 1)
    rows[0]["talk_date"] = "2024-06-02"
    path = files.write_text(settings.seeds / "演示_健康进驿站_活动表.csv", files.to_text(files.grid_of(TALKS, rows)))
    assert "D106" in files.codes(files.judged(path, settings))


def _judged(settings: Settings, table: Table, rows: list[files.Row]) -> tuple[tuple[int, str], list[Message]]:
    path = files.write_text(files.place(settings, table), files.to_text(files.grid_of(table, rows)))
    receipt = files.judged(path, settings).receipt
    return (receipt.rows_accepted, receipt.status), [one for one in receipt.messages if one.code == "D106"]
