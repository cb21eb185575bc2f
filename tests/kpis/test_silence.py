"""Who has not reported is neither zero nor "not built" (rulings 35, 36 and 44), against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

LIAONING, SHENYANG, JILIN, HEILONGJIANG, NATION = "210000", "210100", "220000", "230000", "000000"
TOURISM, MEDIATION, HEALTH = "model_worker_tourism", "dispute_mediation", "health_checkup"
# Two of the three bear one name.
UNITS = {"21": ("210100", "省总工会"), "22": ("220100", "省总工会"), "23": ("230100", "黑龙江省总工会")}


def team(province: str, number: int, **changes: object) -> dict[str, object]:
    region, unit = UNITS[province]
    return {
        "province_code": province,
        "region_code": region,
        "reporting_unit": unit,
        "report_period": "2024-03",
        "team_id": f"T{province}{number}",
        "team_name": "队",
        "team_level": "市级",
        "registered_on": "2023-01-01",
        "members": 10,
        "model_workers": 2,
        "data_basis": "时点",
        **changes,
    }


def shift(shift_id: str, team_id: str, day: str, province: str = "21", **changes: object) -> dict[str, object]:
    region, unit = UNITS[province]
    return {
        "province_code": province,
        "region_code": region,
        "reporting_unit": unit,
        "report_period": day[:7],
        "shift_id": shift_id,
        "team_id": team_id,
        "site_name": "老北市",
        "service_date": day,
        "service_type": "讲解",
        "volunteers": 2,
        "volunteer_hours": 4,
        "data_basis": "本期",
        **changes,
    }


def centre(centre_id: str, region: str, established: str | None = "2024-01-01", **changes: object) -> dict[str, object]:
    return {
        "region_code": region,
        "centre_id": centre_id,
        "centre_level": "县(市、区)",
        "established_on": established,
        "org_in_place": True,
        "staff_in_place": True,
        "funds_in_place": True,
        "mediators": 3,
        "union_legal_workers": 1,
        "report_period": "2024-04",
        "data_basis": "时点",
        **changes,
    }


def case(case_no: str, centre_id: str, period: str, **changes: object) -> dict[str, object]:
    return {
        "region_code": "410305",
        "report_period": period,
        "case_no": case_no,
        "centre_id": centre_id,
        "source": "仲裁委委派",
        "referred_on": f"{period}-01",
        "accepted_on": f"{period}-02",
        "outcome": "在办",
        "dispute_type": "劳动报酬",
        "workers_involved": 7,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    return build_kpis(
        {
            # Three registers of four teams; one of their offices also sent its services.
            (TOURISM, "team"): [team(province, number) for province in UNITS for number in range(1, 5)],
            (TOURISM, "shift"): [
                shift("S1", "T211", "2024-05-03"),
                shift("S2", "T212", "2024-05-04"),
                # What Liaoning's province registered, its city reports in April: the city speaks for those teams.
                shift("S3", "T211", "2024-04-04", reporting_unit="沈阳市总工会"),
                # Dated after the last month anybody reported.
                shift("S4", "T213", "2024-06-01", report_period="2024-05"),
            ],
            (MEDIATION, "centre"): [
                centre("C1", "410305"),
                # Reported, and not built.
                centre("C2", "410304", None),
                centre("C3", "410303", funds_in_place=False),
            ],
            (MEDIATION, "case"): [
                # A case of March, first reported in April: nothing is known of who closed how many in March.
                case("1", "C1", "2024-04", referred_on="2024-02-20", accepted_on="2024-03-01", closed_on="2024-03-20", outcome="调解成功"),
                case("2", "C1", "2024-04"),
                # May has rows that wait for their centre, and nothing else.
                *(case(f"W{number}", "C9", "2024-05") for number in range(7)),
            ],
        }
    )  # fmt: skip


def test_ratio_over_a_register_counts_those_who_reported_both(kpis: KpiTable) -> None:
    row = kpis.row("mt_active_rate", NATION, "2024-05")
    assert (row["numerator"], row["denominator"]) == (2, 4)
    assert (row["reported_units"], row["due_units"]) == (1, 3)
    assert not kpis.has("mt_active_rate", JILIN, "2024-05")
    assert not kpis.has("mt_active_rate", HEILONGJIANG, "2024")


def test_register_of_one_office_is_answered_for_by_the_office_that_reports_its_teams(kpis: KpiTable) -> None:
    row = kpis.row("mt_active_rate", LIAONING, "2024-04")
    assert (row["numerator"], row["denominator"], row["reported_units"], row["due_units"]) == (1, 4, 1, 1)


def test_nothing_is_said_of_a_month_nobody_reported(kpis: KpiTable) -> None:
    assert not kpis.has("mt_service_hours", NATION, "2024-06")
    assert not kpis.has("mt_active_teams", NATION, "2024-06")
    # What happened in it is in the year all the same.
    assert kpis.value("mt_service_hours", NATION, "2024") == 16


def test_share_of_the_region_list_is_a_lower_bound_while_some_are_silent(kpis: KpiTable) -> None:
    row = kpis.row("dm_coverage_county", "410300", "2024-05")
    counties = row["denominator"]
    assert (row["numerator"], row["qualifier"]) == (1, "≥")
    assert (row["reported_units"], row["due_units"]) == (3, counties)
    assert counties > 3
    one = kpis.row("dm_coverage_county", "410304", "2024-05")
    assert (one["value"], one["qualifier"], one["reported_units"], one["due_units"]) == (0, "", 1, 1)
    # Before anybody reported: known by what was reported later.
    assert kpis.row("dm_coverage_county", "410300", "2024-01")["is_backfilled"]


def test_rows_that_wait_for_their_parent_make_nothing_zero(kpis: KpiTable) -> None:
    assert kpis.value("dm_workers", "410300", "2024-04") == 7
    assert not kpis.has("dm_workers", "410300", "2024-05")
    assert not kpis.has("dm_workers", NATION, "2024-05")
    waiting = kpis.query("select count(*) as rows from fct_dispute_mediation_cases where is_orphan")
    assert waiting == [{"rows": 7}]


def test_closure_rate_before_the_first_submission_appears_for_none(kpis: KpiTable) -> None:
    assert not kpis.has("dm_closure_rate", "410300", "2024-03")
    assert kpis.value("dm_closure_rate", "410300", "2024-04") == 0


def test_null_value_has_no_parts(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select numerator, denominator from mart_kpi_values where value is null and origin <> 'published'"
    )
    assert rows
    assert all((row["numerator"], row["denominator"]) == (None, None) for row in rows)


def test_offices_of_one_name_in_two_provinces_are_two(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select region, denominator from mart_kpi_values where kpi = 'mt_active_rate' and period = '2024-05'"
    )
    assert {row["region"] for row in rows} == {NATION, LIAONING, SHENYANG}
