"""KPIs of skills into the community against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

HAIGANG, SHANHAIGUAN, BEIDAIHE, QINHUANGDAO, HEBEI = "130302", "130303", "130304", "130300", "130000"


def event(
    event_id: str, day: str, teachers: int, students: int, residents: int, **changes: object
) -> dict[str, object]:
    return {
        "event_id": event_id,
        "province_code": "13",
        "region_code": HAIGANG,
        "reporting_unit": "秦皇岛市总工会",
        "report_period": day[:7],
        "event_date": day,
        "community": "文化里社区",
        "school": "职业学校",
        "service_item": "茶艺、插花",
        "teachers": teachers,
        "students": students,
        "residents_served": residents,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    events = [
        event("E1", "2024-05-22", 4, 16, 120, service_hours=40, satisfaction_n=50, satisfied_n=48),
        # A community of the same name in another district; answers without how many were satisfied.
        event("E2", "2024-05-10", 2, 8, 60, region_code=SHANHAIGUAN, satisfaction_n=10),
        event("E3", "2024-05-28", 1, 9, 30, service_hours=15.5, satisfaction_n=10, satisfied_n=5, inexact="students≈"),
        event("E4", "2024-04-15", 0, 0, 20, community="建设社区", service_item="茶艺"),
        # Nothing to report.
        {
            "province_code": "13",
            "region_code": BEIDAIHE,
            "reporting_unit": "北戴河区总工会",
            "report_period": "2024-05",
            "is_zero_report": True,
        },
    ]
    return build_kpis({("skills_to_community", "event"): events})


def test_residents_add_up_over_events_and_months(kpis: KpiTable) -> None:
    # 120 + 60 + 30, and April's 20.
    assert kpis.value("sc_residents", QINHUANGDAO, "2024-05") == 210
    assert kpis.value("sc_residents", HEBEI, "2024Q2") == 230
    assert kpis.value("sc_residents", SHANHAIGUAN, "2024-05") == 60


def test_residents_where_nobody_reported_are_missing_and_a_zero_report_is_zero(kpis: KpiTable) -> None:
    assert not kpis.has("sc_residents", "440000", "2024-05")
    assert not kpis.has("sc_residents", HEBEI, "2024-03")
    assert kpis.value("sc_residents", BEIDAIHE, "2024-05") == 0
    assert kpis.value("sc_events", BEIDAIHE, "2024-05") == 0


def test_events_are_counted_whatever_services_they_have(kpis: KpiTable) -> None:
    assert kpis.value("sc_events", QINHUANGDAO, "2024-05") == 3
    assert kpis.value("sc_events", QINHUANGDAO, "all") == 4


def test_communities_of_one_name_in_two_districts_are_two(kpis: KpiTable) -> None:
    # E1 and E3 in one community, E2 in another.
    assert kpis.value("sc_communities", QINHUANGDAO, "2024-05") == 2
    assert kpis.value("sc_communities", QINHUANGDAO, "2024Q2") == 3


def test_hours_nobody_stated_are_missing(kpis: KpiTable) -> None:
    assert kpis.value("sc_hours", QINHUANGDAO, "2024-05") == 55.5
    assert kpis.value("sc_hours", QINHUANGDAO, "2024-04") is None
    assert kpis.value("sc_hours", SHANHAIGUAN, "2024-05") is None


def test_satisfaction_is_over_valid_answers_and_not_a_mean_of_events(kpis: KpiTable) -> None:
    row = kpis.row("sc_satisfaction", QINHUANGDAO, "2024-05")
    # 48 of 50 and 5 of 10; the mean of 96 % and 50 % would be 73 %. E2 does not say how many were satisfied.
    assert (row["numerator"], row["denominator"], row["rows"]) == (53, 60, 2)
    assert row["value"] == pytest.approx(53 / 60)


def test_service_ratio_is_residents_over_teachers_and_students(kpis: KpiTable) -> None:
    row = kpis.row("sc_service_ratio", QINHUANGDAO, "2024-05")
    # 210 over 20 + 10 + about 10.
    assert (row["numerator"], row["denominator"], row["value"], row["qualifier"]) == (210, 40, 5.25, "≈")
    # April's event had no helpers.
    assert kpis.value("sc_service_ratio", QINHUANGDAO, "2024-04") is None


def service(kpis: KpiTable, name: str | None, period: str, *columns: str) -> tuple[object, ...]:
    [row] = kpis.query(
        f"select {', '.join(columns)} from mart_skills_to_community_services"
        " where region_code = ? and period = ? and service is not distinct from ?",
        [QINHUANGDAO, period, name],
    )
    return tuple(row.values())


def test_residents_of_an_event_with_two_services_count_under_both(kpis: KpiTable) -> None:
    columns = ("events", "residents", "shared_residents", "residents_sign")
    # May: 120 + 60 + 30, all at events with tea and flowers; April's 20 had tea alone.
    assert service(kpis, "茶艺", "2024Q2", *columns) == (4, 230, 210, "")
    assert service(kpis, "插花", "2024Q2", *columns) == (3, 210, 210, "")
    # Over all events each counts once: not 230 + 210.
    assert service(kpis, None, "2024Q2", *columns) == (4, 230, None, "")


def test_satisfaction_has_wilsons_interval(kpis: KpiTable) -> None:
    low, high = service(kpis, None, "2024-05", "satisfaction_low", "satisfaction_high")
    # 53 of 60, z = 1.96: (53 + 1.9207 ± 1.96 * sqrt(53 * 7 / 60 + 0.9604)) / (60 + 3.8415) = (54.9207 ± 5.2388) / 63.8415.
    assert low == pytest.approx(0.7782, abs=5e-4)
    assert high == pytest.approx(0.9423, abs=5e-4)


def test_satisfaction_nobody_asked_for_has_no_interval(kpis: KpiTable) -> None:
    columns = ("answers", "satisfied", "satisfaction", "satisfaction_low", "satisfaction_high", "surveyed_events")
    assert service(kpis, "茶艺", "2024-04", *columns) == (None, None, None, None, None, 0)
