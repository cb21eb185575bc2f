"""KPIs of the free health check-ups against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

QINGDAO, SHINAN, SHANDONG, NATION = "370200", "370202", "370000", "000000"
PROGRAMME = "health_checkup"


def centre(centre_id: str, target_persons: int, target_year: int = 2024, **changes: object) -> dict[str, object]:
    return {
        "centre_id": centre_id,
        "province_code": "37",
        "region_code": QINGDAO,
        "reporting_unit": "青岛市总工会",
        "opened_on": "2023-01-10",
        "target_persons": target_persons,
        "target_year": target_year,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
        **changes,
    }


def session(
    session_id: str, session_date: str, worker_group: str, checked: int, first: int, **changes: object
) -> dict[str, object]:
    return {
        "session_id": session_id,
        "province_code": "37",
        "region_code": QINGDAO,
        "reporting_unit": "青岛市总工会",
        "report_period": session_date[:7],
        "centre_id": "C1",
        "session_date": session_date,
        "worker_group": worker_group,
        "checked_persons": checked,
        "first_time_persons": first,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    centres = [
        # The plan was corrected a month later.
        centre("C1", 8000, report_period="2024-04"),
        centre("C1", 6000),
        centre("C1", 2000, 2023),
        centre("C2", 4000, region_code=SHINAN),
    ]
    sessions = [
        session("1", "2023-11-05", "快递员", 500, 400),
        session("2", "2024-03-10", "网约车司机", 300, 250, abnormal_persons=60, followup_persons=45, union_members=120,
                cost_yuan=150000),
        # No findings, members or cost reported.
        session("3", "2024-04-02", "农民工", 200, 200, centre_id="C2", region_code=SHINAN),
        # Findings, but follow-up not reported.
        session("4", "2024-04-20", "外卖员", 100, 80, abnormal_persons=30, union_members=10),
        # Outdoor workers are checked, but are not in the plan.
        session("5", "2024-05-10", "环卫等户外", 150, 140, abnormal_persons=20, followup_persons=10, cost_yuan=45000),
        # 26 days old on 15 June.
        session("6", "2024-05-20", "货车司机", 50, 50, abnormal_persons=10, followup_persons=0, inexact="first_time_persons≥"),
        # Its centre has not been reported.
        session("7", "2024-05-12", "快递员", 900, 900, centre_id="C9"),
    ]  # fmt: skip
    return build_kpis({(PROGRAMME, "centre"): centres, (PROGRAMME, "session"): sessions})


def test_persons_are_first_time_persons_of_the_period(kpis: KpiTable) -> None:
    # 140 + 50; attendances would be 200.
    row = kpis.row("hc_persons", QINGDAO, "2024-05")
    assert (row["value"], row["qualifier"], row["rows"]) == (190, "≥", 2)
    # 250 + 200 + 80 + 140 + 50.
    assert kpis.value("hc_persons", SHANDONG, "2024") == 720
    assert kpis.value("hc_persons", SHINAN, "2024Q2") == 200


def test_persons_of_several_years_are_not_added(kpis: KpiTable) -> None:
    assert kpis.value("hc_persons", SHANDONG, "2023") == 400
    assert not kpis.has("hc_persons", SHANDONG, "all")
    # One year only: nothing is added over years.
    assert kpis.value("hc_persons", SHINAN, "all") == 200


def test_target_progress_runs_from_the_beginning_of_the_year_without_outdoor_workers(kpis: KpiTable) -> None:
    april = kpis.row("hc_target_progress", QINGDAO, "2024-04")
    # 250 + 200 + 80 of 8 000 + 4 000, as the plan stood in April.
    assert (april["numerator"], april["denominator"]) == (530, 12000)
    may = kpis.row("hc_target_progress", QINGDAO, "2024-05")
    # The 140 outdoor workers of May stay out, the 50 lorry drivers come in.
    assert (may["numerator"], may["denominator"]) == (580, 10000)
    assert may["value"] == pytest.approx(0.058)
    # 5.8 % where 5 of 12 months are gone.
    assert (may["target"], may["status"]) == (1.0, "behind")


def test_target_progress_of_another_year_has_its_own_plan(kpis: KpiTable) -> None:
    row = kpis.row("hc_target_progress", QINGDAO, "2023")
    assert (row["numerator"], row["denominator"]) == (400, 2000)
    assert not kpis.has("hc_target_progress", QINGDAO, "all")


def test_abnormal_rate_is_over_sessions_that_reported_findings(kpis: KpiTable) -> None:
    row = kpis.row("hc_abnormal_rate", QINGDAO, "2024Q2")
    # (30 + 20 + 10) of (100 + 150 + 50); session 3 reported none.
    assert (row["numerator"], row["denominator"], row["rows"]) == (60, 300, 3)
    assert kpis.value("hc_abnormal_rate", SHINAN, "2024-04") is None


def test_followup_rate_waits_thirty_days_and_for_both_figures(kpis: KpiTable) -> None:
    row = kpis.row("hc_followup_rate", QINGDAO, "2024")
    # Sessions 2 and 5: (45 + 10) of (60 + 20). Session 4 has no follow-up figure, session 6 is 26 days old.
    assert (row["numerator"], row["denominator"]) == (55, 80)
    assert kpis.value("hc_followup_rate", QINGDAO, "2024-04") is None


def test_cost_per_person_is_over_sessions_that_reported_cost(kpis: KpiTable) -> None:
    # (150 000 + 45 000) / (300 + 150).
    assert kpis.value("hc_cost_per_person", NATION, "2024") == pytest.approx(195000 / 450, abs=1e-6)
    assert kpis.value("hc_cost_per_person", SHINAN, "2024") is None


def test_member_share_is_over_sessions_that_reported_members(kpis: KpiTable) -> None:
    # (120 + 10) / (300 + 100).
    assert kpis.value("hc_member_share", QINGDAO, "2024") == pytest.approx(0.325)


def test_group_mix_is_each_groups_share_of_everybody_checked(kpis: KpiTable) -> None:
    drivers = kpis.row("hc_group_mix", QINGDAO, "2024", category="网约车司机")
    # 300 of 300 + 200 + 100 + 150 + 50; the 900 of an unknown centre are not there.
    assert (drivers["numerator"], drivers["denominator"], drivers["value"]) == (300, 800, 0.375)
    shares = kpis.query(
        "select sum(value) as whole from mart_kpi_values where kpi = 'hc_group_mix' and region = '370200' and period = '2024'"
    )
    assert shares[0]["whole"] == pytest.approx(1)
    assert not kpis.has("hc_group_mix", QINGDAO, "2024")


def test_followup_leaves_out_young_sessions_and_those_without_figures(kpis: KpiTable) -> None:
    [year] = kpis.query(
        "select sessions, due_sessions, young_sessions, sessions_without_followup, sessions_without_findings"
        f" from mart_health_checkup_followups where region_code = '{QINGDAO}' and period = '2024'"
    )
    # 2 and 5 are due, 6 is 26 days old, 4 lacks its follow-up, 3 reported no findings; 7 has no centre.
    assert list(year.values()) == [5, 2, 1, 1, 1]


def test_pace_adds_up_the_plans_groups_from_january_beside_the_plan(kpis: KpiTable) -> None:
    months = kpis.query(
        "select period, persons, persons_sign, plan_persons from mart_health_checkup_pace"
        f" where region_code = '{QINGDAO}' and period >= '2023-12' order by period"
    )
    assert [tuple(month.values()) for month in months] == [
        ("2023-12", 400, "", 2000),
        # A plan, and nothing reported yet.
        ("2024-01", None, "", 12000),
        ("2024-02", None, "", 12000),
        ("2024-03", 250, "", 12000),
        # 250 + 200 + 80.
        ("2024-04", 530, "", 12000),
        # The 140 outdoor workers are not in the plan; at least 50 lorry drivers came. The data end here.
        ("2024-05", 580, "≥", 10000),
    ]
