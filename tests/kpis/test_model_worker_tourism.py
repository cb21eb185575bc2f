"""KPIs of the model-worker volunteers against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

SHENYANG, HEPING, TIEXI, LIAONING, NATION = "210100", "210102", "210106", "210000", "000000"
CHANGCHUN = {"province_code": "22", "region_code": "220100", "reporting_unit": "吉林省总工会"}
JILIN_CITY = "220200"


def team(team_id: str, members: int, model_workers: int, **changes: object) -> dict[str, object]:
    return {
        "team_id": team_id,
        "province_code": "21",
        "region_code": SHENYANG,
        "reporting_unit": "沈阳市总工会",
        "team_name": f"{team_id}队",
        "team_level": "市级",
        "members": members,
        "model_workers": model_workers,
        "data_basis": "时点",
        **changes,
    }


def shift(
    shift_id: str, team_id: str, site: str, region: str, day: str, volunteers: int, hours: float, **changes: object
) -> dict[str, object]:
    return {
        "shift_id": shift_id,
        "team_id": team_id,
        "province_code": "21",
        "region_code": region,
        "reporting_unit": "沈阳市总工会",
        "report_period": day[:7],
        "site_name": site,
        "service_date": day,
        "service_type": "讲解",
        "volunteers": volunteers,
        "volunteer_hours": hours,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    teams = [
        team("T1", 20, 5, registered_on="2020-01-01"),
        # Nobody knows when it was founded; first reported for March.
        team("T2", 10, 1, report_period="2024-03"),
        team("T2", 12, 2),
        team("T3", 8, 8, registered_on="2023-05-01", disbanded_on="2024-05-20"),
        team("T4", 15, 3, registered_on="2024-05-31", region_code=TIEXI),
        # One office of another province reports for two cities; only one of them has served, in March.
        team("T5", 9, 1, registered_on="2024-01-01", **CHANGCHUN),
        team("T6", 9, 1, registered_on="2024-01-01", **{**CHANGCHUN, "region_code": JILIN_CITY}),
    ]
    shifts = [
        shift("S1", "T1", "老北市", HEPING, "2024-05-01", 4, 16, visitors_served=100),
        # A site of the same name in another district; visitors not reported.
        shift("S2", "T1", "老北市", TIEXI, "2024-05-03", 2, 5.5),
        # Served and then disbanded.
        shift("S3", "T3", "劳动公园", TIEXI, "2024-05-10", 3, 9, visitors_served=50, inexact="visitors_served≈"),
        shift("S4", "T2", "老北市", HEPING, "2024-04-05", 1, 2, visitors_served=10),
        shift("S6", "T5", "净月潭", "220100", "2024-03-09", 2, 4, **CHANGCHUN),
        # Its team has not been reported.
        shift("S5", "T9", "故宫", HEPING, "2024-05-05", 50, 300, visitors_served=900),
    ]
    return build_kpis({("model_worker_tourism", "team"): teams, ("model_worker_tourism", "shift"): shifts})


def test_active_teams_are_those_on_the_register_at_period_end(kpis: KpiTable) -> None:
    # February: T1, T3. March and April: T2 too. May: T4 has come, T3 has gone.
    expected = {"2024-02": 2, "2024-03": 3, "2024-04": 3, "2024-05": 3, "2023": 2, "all": 3}
    assert {period: kpis.value("mt_active_teams", LIAONING, period) for period in expected} == expected
    assert kpis.value("mt_active_teams", TIEXI, "2024-05") == 1


def test_model_worker_share_is_a_ratio_of_sums_of_the_latest_reports(kpis: KpiTable) -> None:
    row = kpis.row("mt_model_worker_share", SHENYANG, "2024-05")
    # T1 5 of 20, T2 2 of 12, T4 3 of 15.
    assert (row["numerator"], row["denominator"]) == (10, 47)


def test_service_hours_add_up_over_months_without_unknown_teams(kpis: KpiTable) -> None:
    # 16 + 5.5 + 9.
    assert kpis.value("mt_service_hours", SHENYANG, "2024-05") == 30.5
    assert kpis.value("mt_service_hours", NATION, "2024Q2") == 32.5


def test_visitors_not_reported_are_not_zero(kpis: KpiTable) -> None:
    row = kpis.row("mt_visitors_served", SHENYANG, "2024-05")
    assert (row["value"], row["qualifier"]) == (150, "≈")
    # The teams are Shenyang's; that they served in Heping and Tiexi makes no number there, and no 0 either.
    assert not kpis.has("mt_visitors_served", HEPING, "2024-05")
    assert not kpis.has("mt_visitors_served", TIEXI, "2024-05")


def test_sites_of_one_name_in_two_districts_are_two(kpis: KpiTable) -> None:
    # 老北市 in Heping, 老北市 and 劳动公园 in Tiexi.
    assert kpis.value("mt_sites_covered", SHENYANG, "2024-05") == 3
    # April's 老北市 in Heping is May's.
    assert kpis.value("mt_sites_covered", SHENYANG, "2024Q2") == 3


def test_hours_per_volunteer_is_over_attendances(kpis: KpiTable) -> None:
    row = kpis.row("mt_hours_per_volunteer", SHENYANG, "2024-05")
    # 30.5 hours, 4 + 2 + 3 attendances.
    assert (row["numerator"], row["denominator"]) == (30.5, 9)
    assert row["value"] == pytest.approx(30.5 / 9)


def test_active_rate_is_over_the_register_at_period_end(kpis: KpiTable) -> None:
    # May: T1 of T1, T2, T4; T3 served and is gone.
    assert kpis.value("mt_active_rate", SHENYANG, "2024-05") == pytest.approx(1 / 3)
    # April: T2 of T1, T2, T3.
    assert kpis.value("mt_active_rate", SHENYANG, "2024-04") == pytest.approx(1 / 3)
    # The quarter: T1 and T2 of T1, T2, T4, each once.
    row = kpis.row("mt_active_rate", SHENYANG, "2024Q2")
    assert (row["numerator"], row["denominator"]) == (2, 3)


def test_active_rate_belongs_to_where_a_team_is_registered(kpis: KpiTable) -> None:
    # Others served in Tiexi, its own team did not.
    assert kpis.value("mt_active_rate", TIEXI, "2024-05") == 0
    # Heping has services and no team.
    assert kpis.value("mt_active_rate", HEPING, "2024-05") is None


def test_active_rate_is_zero_where_an_office_reported_and_its_teams_did_not_serve(kpis: KpiTable) -> None:
    row = kpis.row("mt_active_rate", JILIN_CITY, "2024-03")
    # T6 was on the register, and its office reported March.
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 1, 0)
    # Nobody reported services for February or April: that is not 0.
    assert not kpis.has("mt_active_rate", JILIN_CITY, "2024-02")
    assert not kpis.has("mt_active_rate", JILIN_CITY, "2024-04")
    assert kpis.value("mt_active_rate", "220000", "2024-03") == pytest.approx(1 / 2)


def test_team_activity_has_the_teams_that_did_not_serve(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select team_id, is_on_register, shift_count, volunteer_hours from mart_model_worker_tourism_team_activity"
        " where period = '2024-05' order by team_id"
    )
    # T3 served and was disbanded within the month; the others are on the register without a service: no hours, not 0.
    assert [tuple(row.values()) for row in rows] == [
        ("T1", True, 2, 21.5),
        ("T2", True, 0, None),
        ("T3", False, 1, 9),
        ("T4", True, 0, None),
        ("T5", True, 0, None),
        ("T6", True, 0, None),
    ]


def test_team_activity_counts_as_the_active_rate_does(kpis: KpiTable) -> None:
    for period in ("2024-04", "2024-05", "2024Q2", "2024", "all"):
        [counted] = kpis.query(
            "select count(*) filter (where shift_count > 0) as active, count(*) as registered"
            " from mart_model_worker_tourism_team_activity where period = ? and is_on_register and is_reported",
            [period],
        )
        row = kpis.row("mt_active_rate", NATION, period)
        assert (counted["active"], counted["registered"]) == (row["numerator"], row["denominator"]), period


def test_site_weeks_begin_on_monday_and_keep_unreported_visitors_apart(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select cast(week_start as varchar) as week, site_region_code, site_name, shift_count, visitors_served, visitors_served_sign"
        " from mart_model_worker_tourism_site_weeks where service_month = '2024-05-01' order by 1, 2, 3"
    )
    # 1 and 3 May lie in the week of Monday 29 April, 10 May in the week after. One service does not state its visitors.
    assert [tuple(row.values()) for row in rows] == [
        ("2024-04-29", HEPING, "老北市", 1, 100, ""),
        ("2024-04-29", TIEXI, "老北市", 1, None, ""),
        ("2024-05-06", TIEXI, "劳动公园", 1, 50, "≈"),
    ]
