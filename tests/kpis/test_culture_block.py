"""KPIs of the culture blocks against values worked out by hand."""

import pytest

from tests.kpis.conftest import KpiTable

PANLONG, WUHUA, KUNMING, YUNNAN, NATION = "530103", "530102", "530100", "530000", "000000"
COMMON = {"province_code": "53", "region_code": PANLONG, "reporting_unit": "昆明市总工会"}


def block(block_id: str, opened_on: str, venues: int, **changes: object) -> dict[str, object]:
    return {
        **COMMON,
        "block_id": block_id,
        "opened_on": opened_on,
        "co_builders": 3,
        "venues": venues,
        "data_basis": "时点",
        **changes,
    }


def activity(
    activity_id: str, day: str, activity_type: str, participants: int, workers: int | None, **changes: object
) -> dict[str, object]:
    return {
        **COMMON,
        "activity_id": activity_id,
        "block_id": "B1",
        "report_period": day[:7],
        "activity_date": day,
        "activity_type": activity_type,
        "participants": participants,
        "workers": workers,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis) -> KpiTable:
    blocks = [
        # Opened on March's last day.
        block("B1", "2024-03-31", 3),
        block("B2", "2024-05-20", 5, region_code=WUHUA),
    ]
    activities = [
        activity("A1", "2024-04-10", "打卡", 100, 60, completed_checkins=40),
        activity("A2", "2024-05-01", "打卡", 200, None, completed_checkins=80),
        # Completed trails not reported.
        activity("A3", "2024-05-02", "打卡", 50, 20),
        # No check-in activity, whatever it says.
        activity("A4", "2024-05-03", "宣讲", 80, 30, completed_checkins=10),
        activity("A5", "2024-05-25", "展览", 40, 10, block_id="B2", region_code=WUHUA, inexact="participants≈"),
        # Its block has not been reported.
        activity("A6", "2024-05-25", "打卡", 999, 999, block_id="B9", completed_checkins=999),
    ]
    return build_kpis({("culture_block", "block"): blocks, ("culture_block", "activity"): activities})


def test_blocks_are_those_opened_by_period_end(kpis: KpiTable) -> None:
    expected = {"2024-03": 1, "2024-04": 1, "2024-05": 2, "2024": 2, "all": 2}
    assert {period: kpis.value("cb_blocks", YUNNAN, period) for period in expected} == expected
    assert kpis.row("cb_blocks", YUNNAN, "2024-02") is None


def test_activities_of_known_blocks_are_counted(kpis: KpiTable) -> None:
    assert kpis.value("cb_activities", KUNMING, "2024-05") == 4
    assert kpis.value("cb_activities", KUNMING, "2024Q2") == 5


def test_participants_add_up_with_the_least_exact_among_them(kpis: KpiTable) -> None:
    row = kpis.row("cb_participants", KUNMING, "2024-05")
    # 200 + 50 + 80 + about 40.
    assert (row["value"], row["qualifier"]) == (370, "≈")
    assert kpis.value("cb_participants", PANLONG, "2024-05") == 330


def test_worker_share_is_over_activities_that_report_workers(kpis: KpiTable) -> None:
    row = kpis.row("cb_worker_share", KUNMING, "2024-05")
    # 20 + 30 + 10 of 50 + 80 + 40; A2 does not say.
    assert (row["numerator"], row["denominator"]) == (60, 170)
    assert row["value"] == pytest.approx(60 / 170)


def test_checkin_completion_is_over_check_in_activities_that_report_it(kpis: KpiTable) -> None:
    row = kpis.row("cb_checkin_completion", KUNMING, "2024-05")
    # A2 only: A3 does not say, A4 is a talk.
    assert (row["numerator"], row["denominator"], row["value"]) == (80, 200, 0.4)


def test_venue_use_divides_by_venues_times_months_open(kpis: KpiTable) -> None:
    # April: one activity, three venues. May: four activities, three and five venues.
    assert kpis.value("cb_venue_use", KUNMING, "2024-04") == pytest.approx(1 / 3)
    assert kpis.value("cb_venue_use", KUNMING, "2024-05") == pytest.approx(4 / 8)
    # June has no data and no venue-months: five activities over 3 + 8.
    assert kpis.value("cb_venue_use", KUNMING, "2024Q2") == pytest.approx(5 / 11)
    # March counts as a month of the first block: over 3 + 3 + 8.
    assert kpis.value("cb_venue_use", NATION, "all") == pytest.approx(5 / 14)
