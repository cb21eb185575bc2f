"""KPIs of the culture blocks against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.support.declared import table

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
def kpis(build_kpis: BuildKpis) -> KpiTable:
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
    assert not kpis.has("cb_blocks", YUNNAN, "2024-02")


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


def test_weeks_run_from_the_opening_day_and_only_as_far_as_somebody_reported(kpis: KpiTable) -> None:
    visits = kpis.picture("cb_visits", PANLONG, "all")
    # B1 opened on 31 March; its office reported April and May. Week 0 (31 March to 6 April) begins in March, which it did not report.
    assert table(visits) == [
        ("揭牌当周", "未报", "0"),
        ("第 2 周", "100", "1"),  # 7 to 13 April: A1
        ("第 3 周", "0", "1"),
        ("第 4 周", "0", "1"),
        ("第 5 周", "330", "1"),  # 28 April to 4 May: 200 + 50 + 80
        ("第 6 周", "0", "1"),
        ("第 7 周", "0", "1"),
        ("第 8 周", "0", "1"),  # 19 to 25 May; the week after it ends in June
    ]
    assert "2024-03-31 揭牌，每周人次" in visits
    # By the end of April three whole weeks after the first had passed.
    assert len(table(kpis.picture("cb_visits", PANLONG, "2024-04"))) == 4


def test_weeks_of_several_blocks_are_added_week_by_week_and_keep_their_sign(kpis: KpiTable) -> None:
    # B2 opened on 20 May: about 40 on 25 May. B1's first week is unknown and no block of this week.
    assert table(kpis.picture("cb_visits", KUNMING, "all"))[0] == ("揭牌当周", "≈40", "1")


def test_checkins_are_over_activities_that_say_how_many_finished(kpis: KpiTable) -> None:
    # A2 says 80 of 200; A3 does not say; A6 is of no known block.
    assert table(kpis.picture("cb_checkins", KUNMING, "2024-05")) == [("B1", "80", "200", "40.0%")]
    assert table(kpis.picture("cb_checkins", KUNMING, "2024Q2")) == [("B1", "120", "300", "40.0%")]
    row = kpis.row("cb_checkin_completion", KUNMING, "2024Q2")
    assert (row["numerator"], row["denominator"]) == (120, 300)


def test_pictures_say_whether_people_still_come(kpis: KpiTable) -> None:
    visits = kpis.picture("cb_visits", PANLONG, "all")
    # Weeks 1 to 3 had 100 visits, weeks 5 to 7 none; seven weeks were reported.
    assert "第 2–4 周每个街区每周 33.3 人次，第 6–8 周 0 人次，为前者的 0%。" in visits
    assert "有报送的 7 个街区·周里，2 个有人来。" in visits
    assert "揭牌日" in visits
    checkins = kpis.picture("cb_checkins", PANLONG, "2024-05")
    assert (
        "参与打卡 200 人次，完成全部打卡 80 人，完成率 40.0%。2 场打卡活动中有 1 场没填完成人数，未计入。" in checkins
    )
    for picture in ("cb_visits", "cb_checkins"):
        assert "未报" in kpis.picture(picture, "540000", "2024-05")
