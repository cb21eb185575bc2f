"""KPIs of dispute mediation against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

LUOYANG, JIANXI, JIYUAN, HENAN, NATION = "410300", "410305", "419001", "410000", "000000"


def centre(centre_id: str, region: str, **changes: object) -> dict[str, object]:
    return {
        "centre_id": centre_id,
        "region_code": region,
        "centre_level": "市(示范区)",
        "established_on": "2024-03-01",
        "org_in_place": True,
        "staff_in_place": True,
        "funds_in_place": True,
        "mediators": 3,
        "union_legal_workers": 1,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
        **changes,
    }


def case(case_no: str, region: str = JIANXI, **changes: object) -> dict[str, object]:
    return {
        "case_no": case_no,
        "centre_id": "C1",
        "region_code": region,
        "source": "仲裁委委派",
        "referred_on": "2024-05-01",
        "accepted_on": "2024-05-02",
        "outcome": "在办",
        "dispute_type": "劳动报酬",
        "workers_involved": 1,
        "data_basis": "本期",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    centres = [
        centre("C1", LUOYANG),
        # 济源示范区 hands in one row, which counts as prefecture and as county; two mediators are too few.
        centre("C2", JIYUAN, mediators=2),
        centre("C3", JIANXI, centre_level="县(市、区)", established_on="2024-05-20"),
        centre("C4", "410304", centre_level="县(市、区)", funds_in_place=False),
        centre("C5", "410311", centre_level="县(市、区)", established_on=None),
    ]
    cases = [
        # Carried over from March, settled in May after 69 days.
        case("1", LUOYANG, referred_on="2024-03-01", accepted_on="2024-03-02", closed_on="2024-05-10", outcome="调解成功",
             confirmed_on="2024-05-11", subsidy_yuan=300, workers_involved=3),
        case("2", closed_on="2024-05-12", outcome="调解不成", workers_involved=50, inexact="workers_involved≥"),
        case("3", closed_on="2024-05-06", outcome="调解成功", subsidy_yuan=200),
        # Withdrawn: closed, but neither settled nor failed.
        case("4", closed_on="2024-05-08", outcome="撤回"),
        case("5"),
        # Never accepted: not closed, not carried over.
        case("6", accepted_on=None, closed_on="2024-05-09", outcome="不予受理"),
        # Its centre has not been reported: kept, left out.
        case("7", centre_id="C9", closed_on="2024-05-09", outcome="调解成功", workers_involved=1000),
        # Open in April, closed in May: the later report is the case's state.
        case("8", report_period="2024-04", referred_on="2024-04-01", accepted_on="2024-04-01"),
        case("8", report_period="2024-05", referred_on="2024-04-01", accepted_on="2024-04-01", closed_on="2024-05-31",
             outcome="调解不成"),
    ]  # fmt: skip
    return build_kpis({("dispute_mediation", "centre"): centres, ("dispute_mediation", "case"): cases})


def test_coverage_counts_ready_centres_over_all_units_of_the_region_list(kpis: KpiTable) -> None:
    row = kpis.row("dm_coverage_pref", HENAN, "2024-05")
    # Luoyang and Jiyuan of 17 prefectures and Jiyuan.
    assert (row["numerator"], row["denominator"]) == (2, 18)
    county = kpis.row("dm_coverage_county", HENAN, "2024-05")
    # Jianxi and Jiyuan; 410304 lacks funds, 410311 is not established.
    assert (county["numerator"], county["denominator"]) == (2, 157)


def test_coverage_before_a_centre_is_established_leaves_it_out(kpis: KpiTable) -> None:
    assert kpis.row("dm_coverage_county", HENAN, "2024-04")["numerator"] == 1
    assert not kpis.has("dm_coverage_county", JIANXI, "2024-04")


def test_coverage_where_nothing_is_ready_is_zero_and_not_missing(kpis: KpiTable) -> None:
    assert kpis.value("dm_coverage_county", "410311", "2024-05") == 0


def test_coverage_has_the_plans_target_in_henan_only(kpis: KpiTable) -> None:
    row = kpis.row("dm_coverage_pref", HENAN, "2024-05")
    # 2 / 18 = 11 % is the first value reported: the line to 100 % begins there.
    assert (row["target"], row["status"]) == (1.0, "on_track")
    assert kpis.row("dm_coverage_pref", NATION, "2024-05")["status"] == "no_target"


def test_staffing_asks_for_three_mediators_one_of_them_a_legal_worker(kpis: KpiTable) -> None:
    row = kpis.row("dm_staffing_compliance", HENAN, "2024-05")
    # Four are established by the end of May; C2 has two mediators.
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 4, 0.75)


def test_success_rate_looks_at_settled_and_failed_cases_only(kpis: KpiTable) -> None:
    row = kpis.row("dm_success_rate", HENAN, "2024-05")
    # 1 and 3 settled, 2 and 8 failed.
    assert (row["numerator"], row["denominator"], row["rows"]) == (2, 4, 4)
    assert row["value"] == pytest.approx(0.5)


def test_closure_rate_divides_by_carried_over_plus_accepted(kpis: KpiTable) -> None:
    row = kpis.row("dm_closure_rate", HENAN, "2024-05")
    # Closed: 1, 2, 3, 4, 8. Carried over: 1, 8. Accepted in May: 2, 3, 4, 5.
    assert (row["numerator"], row["denominator"]) == (5, 6)
    april = kpis.row("dm_closure_rate", HENAN, "2024-04")
    assert (april["numerator"], april["denominator"]) == (0, 2)


def test_days_median_is_taken_from_cases(kpis: KpiTable) -> None:
    # 69 (1), 10 (2), 4 (3), 60 (8): the median of 4, 10, 60, 69 is 35.
    assert kpis.value("dm_days_median", HENAN, "2024-05") == 35


def test_confirmation_rate_is_over_settled_cases(kpis: KpiTable) -> None:
    assert kpis.value("dm_confirm_rate", HENAN, "2024-05") == pytest.approx(1 / 2)


def test_subsidy_per_case_is_over_subsidised_cases(kpis: KpiTable) -> None:
    assert kpis.value("dm_subsidy_per_case", HENAN, "2024-05") == pytest.approx(250)


def test_mediated_share_without_the_labour_authoritys_figure_has_no_value(kpis: KpiTable) -> None:
    row = kpis.row("dm_mediated_share", HENAN, "2024-05")
    assert row["value"] is None
    assert row["status"] == "no_data"


def test_workers_of_a_lower_bound_are_a_lower_bound(kpis: KpiTable) -> None:
    row = kpis.row("dm_workers", HENAN, "2024-05")
    # Referred in May: 2 (≥ 50), 3, 4, 5, 6.
    assert (row["value"], row["qualifier"]) == (54, "≥")
    assert kpis.row("dm_workers", LUOYANG, "2024-03")["qualifier"] == ""


def test_region_rolls_up_to_every_region_that_contains_it(kpis: KpiTable) -> None:
    # The cases are those of Luoyang's centre, wherever their workers are.
    assert not kpis.has("dm_closure_rate", JIANXI, "2024-05")
    for region, closed in [(LUOYANG, 5), (HENAN, 5), (NATION, 5)]:
        assert kpis.row("dm_closure_rate", region, "2024-05")["numerator"] == closed


def test_period_without_a_report_has_no_row(kpis: KpiTable) -> None:
    assert not kpis.has("dm_workers", HENAN, "2023-05")
    assert not kpis.has("dm_workers", "440000", "2024-05")
