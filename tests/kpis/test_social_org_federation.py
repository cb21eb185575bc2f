"""KPIs of the federations of social-organisation unions against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

JIXI, DIDAO, HEILONGJIANG, NATION = "230300", "230304", "230000", "000000"
PROGRAMME = "social_org_federation"
COMMON = {"province_code": "23", "region_code": JIXI, "reporting_unit": "鸡西市总工会"}


def federation(federation_id: str, founded_on: str, cadres: int, **changes: object) -> dict[str, object]:
    return {
        **COMMON,
        "federation_id": federation_id,
        "founded_on": founded_on,
        "fulltime_cadres": cadres,
        "data_basis": "时点",
        **changes,
    }


def member(org: str, joined_on: str, members: int, women: int | None, **changes: object) -> dict[str, object]:
    return {
        **COMMON,
        "org_uscc": org,
        "org_name": f"{org}协会",
        "joined_on": joined_on,
        "members": members,
        "women_members": women,
        "data_basis": "时点",
        **changes,
    }


def step(org: str, stage: str, stage_date: str) -> dict[str, object]:
    return {
        **COMMON,
        "org_uscc": org,
        "report_period": stage_date[:7],
        "stage": stage,
        "stage_date": stage_date,
        "data_basis": "本期",
    }


def site(site_id: str, period: str, basis: str, times: int, **changes: object) -> dict[str, object]:
    return {
        **COMMON,
        "site_id": site_id,
        "report_period": period,
        "site_type": "共享职工之家",
        "served_times": times,
        "data_basis": basis,
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    federations = [
        federation("F1", "2023-06-16", 3),
        federation("F2", "2024-05-10", 0, region_code=DIDAO),
    ]
    members = [
        member("O1", "2023-06-16", 20, 12),
        member("O2", "2023-06-16", 30, 10, left_on="2024-05-06", leave_reason="单独建会"),
        # Does not report women.
        member("O3", "2024-01-10", 15, None),
        member("O4", "2024-05-20", 10, 4, region_code=DIDAO),
        member("O5", "2023-07-01", 7, 7, left_on="2024-03-31", leave_reason="注销"),
    ]
    steps = [
        # Twelve months in on 2024-04-01, hatched on 2024-04-20.
        step("O1", "入驻", "2023-04-01"),
        step("O1", "出壳", "2024-04-20"),
        # Twelve months in on 2023-11-01, its own union half a year later.
        step("O2", "入驻", "2022-11-01"),
        step("O2", "培育", "2023-01-01"),
        step("O2", "单独建会", "2024-05-06"),
        # Hatched early, but not twelve months in yet.
        step("O3", "入驻", "2024-01-10"),
        step("O3", "出壳", "2024-05-01"),
        # Gave up before its twelve months were over on 2024-05-01.
        step("O5", "入驻", "2023-05-01"),
        step("O5", "终止", "2024-03-31"),
        # Not in the register.
        step("O9", "入驻", "2022-01-01"),
        step("O9", "出壳", "2022-06-01"),
    ]
    sites = [
        site("S1", "2024-04", "本期", 100),
        # So far 260, of which 100 were April's.
        site("S1", "2024-05", "累计", 260, inexact="served_times≥"),
        site("S2", "2024-05", "本期", 40, site_type="公益食堂", region_code=DIDAO),
    ]
    return build_kpis(
        {
            (PROGRAMME, "federation"): federations,
            (PROGRAMME, "member_org"): members,
            (PROGRAMME, "incubation"): steps,
            (PROGRAMME, "service_site"): sites,
        }
    )


def test_member_orgs_leave_on_the_day_they_found_their_own_union(kpis: KpiTable) -> None:
    # February: O1, O2, O3, O5. March: O5 left on the last day. May: O2 left, O4 joined.
    expected = {"2024-02": 4, "2024-03": 3, "2024-04": 3, "2024-05": 3}
    assert {period: kpis.value("sf_member_orgs", JIXI, period) for period in expected} == expected
    assert kpis.value("sf_member_orgs", HEILONGJIANG, "all") == 3


def test_members_are_those_of_organisations_still_in(kpis: KpiTable) -> None:
    # O1 20, O3 15, O4 10; O2's 30 have a union of their own.
    assert kpis.value("sf_members", JIXI, "2024-05") == 45
    assert kpis.value("sf_members", JIXI, "2024-04") == 65


def test_graduated_counts_own_unions_and_no_other_reason(kpis: KpiTable) -> None:
    # O5 was dissolved in March.
    assert kpis.value("sf_graduated", JIXI, "2024-04") == 0
    assert kpis.value("sf_graduated", JIXI, "2024-05") == 1
    assert kpis.value("sf_graduated", NATION, "2024") == 1


def test_graduated_has_a_range_as_target_where_it_was_announced(kpis: KpiTable) -> None:
    row = kpis.row("sf_graduated", JIXI, "2024-05")
    # No date was given, so one of five to six is neither met nor behind.
    assert (row["target"], row["target_upper"], row["status"]) == (5, 6, "on_track")
    assert kpis.row("sf_graduated", HEILONGJIANG, "2024-05")["target"] is None


def test_members_per_cadre_without_a_cadre_is_empty(kpis: KpiTable) -> None:
    row = kpis.row("sf_members_per_cadre", JIXI, "2024-05")
    assert (row["numerator"], row["denominator"], row["value"]) == (45, 3, 15)
    assert kpis.value("sf_members_per_cadre", DIDAO, "2024-05") is None


def test_graduation_rate_looks_at_organisations_twelve_months_in(kpis: KpiTable) -> None:
    def counted(period: str) -> tuple[float, float]:
        row = kpis.row("sf_graduation_rate", JIXI, period)
        return row["numerator"], row["denominator"]

    # March: only O2 is twelve months in, and has no union yet.
    assert counted("2024-03") == (0, 1)
    # April: O1 too, and it has hatched.
    assert counted("2024-04") == (1, 2)
    # May: O2 has its own union, O5 gave up and stays in the denominator.
    assert counted("2024-05") == (2, 3)
    # The data end in May: O3 is not twelve months in before January.
    assert counted("2024") == counted("all") == (2, 3)


def test_service_times_of_a_running_total_are_what_it_adds(kpis: KpiTable) -> None:
    assert kpis.value("sf_service_times", JIXI, "2024-04") == 100
    row = kpis.row("sf_service_times", JIXI, "2024-05")
    # 260 - 100 at the first site, at least, and 40 at the second.
    assert (row["value"], row["qualifier"]) == (200, "≥")
    assert kpis.value("sf_service_times", JIXI, "2024Q2") == 300
    assert kpis.value("sf_service_times", JIXI, "2024-05", category="公益食堂") == 40


def test_women_share_is_over_organisations_that_report_women(kpis: KpiTable) -> None:
    row = kpis.row("sf_women_share", JIXI, "2024-05")
    # O1 12 of 20, O4 4 of 10; O3 does not say.
    assert (row["numerator"], row["denominator"]) == (16, 30)


def cohorts(kpis: KpiTable, period: str) -> dict[int, tuple[int, ...]]:
    rows = kpis.query(
        "select entry_year, entered, nurtured, hatched, own_union, ended, ended_after_nurtured"
        f" from mart_social_org_federation_incubation where region_code = '{JIXI}' and period = '{period}'"
    )
    return {row.pop("entry_year"): tuple(row.values()) for row in rows}


def test_incubation_counts_how_far_each_years_organisations_have_come(kpis: KpiTable) -> None:
    # O2 entered in 2022 and has its own union since 6 May. O1 (2023) and O3 (2024) hatched without a step 培育 reported, which
    # they passed all the same. O5 (2023) gave up before 培育. O9 is in no register.
    assert cohorts(kpis, "2024-05") == {2022: (1, 1, 1, 1, 0, 0), 2023: (2, 1, 1, 0, 1, 0), 2024: (1, 1, 1, 0, 0, 0)}


def test_incubation_at_a_periods_end_does_not_know_what_came_later(kpis: KpiTable) -> None:
    # February: O1 has not hatched, O2 has no union yet, O5 has not given up; O3 entered in January.
    assert cohorts(kpis, "2024-02") == {2022: (1, 1, 0, 0, 0, 0), 2023: (2, 0, 0, 0, 0, 0), 2024: (1, 0, 0, 0, 0, 0)}
    # The data end in May 2024.
    assert cohorts(kpis, "2024-06") == {}


def test_incubation_knows_how_long_it_took_to_an_own_union(kpis: KpiTable) -> None:
    [row] = kpis.query(
        "select sum(days_to_own_union) as days from mart_social_org_federation_incubation"
        f" where region_code = '{JIXI}' and period = '2024-05'"
    )
    # 365 days from 2022-11-01 to 2023-11-01, and 187 more to 2024-05-06, 29 February among them.
    assert row["days"] == 552
