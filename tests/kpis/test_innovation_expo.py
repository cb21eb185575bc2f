"""KPIs of the worker innovation expo against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

NANCHANG, GANZHOU, JIANGXI, CHANGSHA, NATION = "360100", "360700", "360000", "430100", "000000"


def hall(hall_no: str, unit: str = "江西省总工会", **changes: object) -> dict[str, object]:
    return {
        "hall_no": hall_no,
        "province_code": "36",
        "region_code": NANCHANG,
        "reporting_unit": unit,
        "organiser": unit,
        "data_basis": "时点",
        **changes,
    }


def achievement(achievement_id: str, hall_no: str, **changes: object) -> dict[str, object]:
    return {
        "achievement_id": achievement_id,
        "hall_no": hall_no,
        "province_code": "36",
        "region_code": NANCHANG,
        "reporting_unit": "江西省总工会",
        "category": "技术创新",
        "is_frontline": True,
        "data_basis": "时点",
        **changes,
    }


def benefit(achievement_id: str, year: int, benefit_type: str, yuan: float, **changes: object) -> dict[str, object]:
    return {
        "achievement_id": achievement_id,
        "benefit_year": year,
        "benefit_type": benefit_type,
        "benefit_yuan": yuan,
        "certified": False,
        "province_code": "36",
        "region_code": NANCHANG,
        "reporting_unit": "江西省总工会",
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    halls = [
        hall("主展馆", report_period="2024-03"),
        hall("3号", report_period="2024-03"),
        hall("5", unit="赣州市总工会", region_code=GANZHOU),
    ]
    achievements = [
        # In two halls, one after the other: one achievement, on show since March.
        achievement("A1", "主展馆", report_period="2024-03", patent_status="已申报"),
        achievement("A1", "3", patent_status="已授权"),
        achievement("A2", "3", is_frontline=False, patent_status="已申报"),
        achievement("A3", "5号", region_code=GANZHOU, patent_status="无"),
        achievement("A4", "3号"),
        # Its hall has not been reported.
        achievement("A5", "17号"),
        # Jiangxi's hall 3 is not Hunan's.
        achievement("A6", "3号", province_code="43", region_code=CHANGSHA, reporting_unit="湖南省总工会"),
    ]
    benefits = [
        benefit("A1", 2023, "增收", 1_000_000, certified=True),
        benefit("A1", 2023, "节支", 500_000),
        benefit("A2", 2023, "增收", 300_000, certified=True),
        benefit("A3", 2023, "避免损失", 100_000, region_code=GANZHOU, inexact="benefit_yuan≥"),
        benefit("A1", 2022, "增收", 200_000, certified=True),
        # Its achievement has not been reported.
        benefit("A9", 2023, "增收", 9_000_000, certified=True),
    ]
    return build_kpis(
        {
            ("innovation_expo", "hall"): halls,
            ("innovation_expo", "achievement"): achievements,
            ("innovation_expo", "benefit"): benefits,
        }
    )


def test_exhibits_count_each_achievement_once_from_its_first_report(kpis: KpiTable) -> None:
    assert kpis.value("ie_exhibits", JIANGXI, "2024-03") == 1
    # Nothing was reported for April: what was on show is still on show.
    assert kpis.value("ie_exhibits", JIANGXI, "2024-04") == 1
    # A1 to A4.
    assert kpis.value("ie_exhibits", JIANGXI, "2024-05") == 4
    assert kpis.value("ie_exhibits", GANZHOU, "2024") == 1
    # Editions are never added.
    assert not kpis.has("ie_exhibits", GANZHOU, "all")


def test_exhibits_in_an_unknown_hall_are_kept_and_not_counted(kpis: KpiTable) -> None:
    orphans = kpis.query("select achievement_id from fct_innovation_expo_achievements where is_orphan order by 1")
    assert [row["achievement_id"] for row in orphans] == ["A5", "A6"]
    assert kpis.value("ie_exhibits", NATION, "2024-05") == 4


def test_frontline_share_is_over_all_exhibits(kpis: KpiTable) -> None:
    row = kpis.row("ie_frontline_share", JIANGXI, "2024-05")
    # A1, A3, A4 of A1 to A4.
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 4, 0.75)


def test_exhibits_per_hall_counts_main_and_independent_halls(kpis: KpiTable) -> None:
    # March: A1 in the main hall and hall 3.
    assert kpis.value("ie_exhibits_per_hall", JIANGXI, "2024-03") == pytest.approx(1 / 2)
    # May: A1 to A4 in the main hall, 3 and 5.
    assert kpis.value("ie_exhibits_per_hall", JIANGXI, "2024-05") == pytest.approx(4 / 3)


def test_granted_share_leaves_out_what_has_no_patent_filed(kpis: KpiTable) -> None:
    row = kpis.row("ie_granted_share", JIANGXI, "2024-05")
    # A1 granted, A2 filed; A3 has none, A4 does not say.
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert kpis.value("ie_granted_share", GANZHOU, "2024-05") is None


def test_benefit_reported_adds_certified_and_not_by_year(kpis: KpiTable) -> None:
    row = kpis.row("ie_benefit_reported", JIANGXI, "2023")
    # 1 000 000 + 500 000 + 300 000 + at least 100 000.
    assert (row["value"], row["qualifier"], row["rows"]) == (1_900_000, "≥", 4)
    assert kpis.value("ie_benefit_reported", JIANGXI, "2023", category="增收") == 1_300_000
    assert kpis.value("ie_benefit_reported", JIANGXI, "all") == 2_100_000
    assert not kpis.has("ie_benefit_reported", JIANGXI, "2024")
    assert not kpis.has("ie_benefit_reported", JIANGXI, "2023-12")


def test_benefit_certified_counts_sealed_amounts_only(kpis: KpiTable) -> None:
    row = kpis.row("ie_benefit_certified", JIANGXI, "2023")
    # 1 000 000 + 300 000; what is inexact is not among them.
    assert (row["value"], row["qualifier"]) == (1_300_000, "")
    # Ganzhou reported a benefit and none that is certified.
    assert kpis.value("ie_benefit_certified", GANZHOU, "2023") == 0
    assert kpis.value("ie_benefit_certified", JIANGXI, "2022", category="增收") == 200_000


def test_certified_share_is_weighted_by_amount(kpis: KpiTable) -> None:
    row = kpis.row("ie_certified_share", JIANGXI, "2023")
    # By entries it would be 2 of 4; a larger denominator would only lower it.
    assert row["value"] == pytest.approx(1_300_000 / 1_900_000)
    assert row["qualifier"] == "≤"


def test_benefit_median_adds_the_types_of_an_achievement_first(kpis: KpiTable) -> None:
    row = kpis.row("ie_benefit_median", JIANGXI, "2023")
    # A1 1 500 000, A2 300 000, A3 100 000; by entries it would be 400 000.
    assert (row["value"], row["rows"]) == (300_000, 3)
    # A1's 200 000 of 2022 counts by itself: between 200 000 and 300 000.
    assert kpis.value("ie_benefit_median", JIANGXI, "all") == 250_000
    assert kpis.row("ie_benefit_median", GANZHOU, "2023")["qualifier"] == "≥"


def test_benefit_ranking_adds_the_types_of_an_achievement_and_runs_on(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select place, achievement_id, certified_yuan, declared_yuan, running_yuan, reported_sign"
        " from mart_innovation_expo_benefit_ranking where region_code = ? and period = '2023' order by place",
        [JIANGXI],
    )
    # A9's achievement has not been reported; A3's benefit is a lower bound.
    assert [tuple(row.values()) for row in rows] == [
        (1, "A1", 1_000_000, 500_000, 1_500_000, ""),
        (2, "A2", 300_000, 0, 1_800_000, ""),
        (3, "A3", 0, 100_000, 1_900_000, "≥"),
    ]
    [first] = kpis.query(
        "select achievement_id, running_yuan from mart_innovation_expo_benefit_ranking"
        " where region_code = ? and period = 'all' and place = 1",
        [JIANGXI],
    )
    # 1 500 000 of 2023 and 200 000 of 2022.
    assert tuple(first.values()) == ("A1", 1_700_000)


def test_benefit_split_tells_certified_and_not_apart_by_type(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select benefit_type, certified_yuan, certified_sign, declared_yuan, declared_sign"
        " from mart_innovation_expo_benefit_split where region_code = ? and period = '2023' order by 1",
        [JIANGXI],
    )
    assert sorted(tuple(row.values()) for row in rows) == [
        ("增收", 1_300_000, "", 0, ""),
        ("节支", 0, "", 500_000, ""),
        ("避免损失", 0, "", 100_000, "≥"),
    ]
    # The parts are the KPIs.
    assert sum(row["certified_yuan"] for row in rows) == kpis.value("ie_benefit_certified", JIANGXI, "2023")
