"""A past period shows what was reported for it (rulings 33), against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.support.declared import table

JIAOJIANG, ZHEJIANG = "331002", "330000"
GUANGZHOU, SHENZHEN, GUANGDONG = "440100", "440300", "440000"
LUOYANG, HENAN = "410300", "410000"
VICE_CHAIRS, STUDIOS, MEDIATION = "vice_chair_projects", "women_innovation_studios", "dispute_mediation"


def project(period: str, done: int, spent: int, **changes: object) -> dict[str, object]:
    return {
        "province_code": "33",
        "region_code": JIAOJIANG,
        "reporting_unit": "椒江区总工会",
        "report_period": period,
        "project_id": "P1",
        "chair_ref": "A",
        "project_name": "P1",
        "field": "其他",
        "start_date": "2023-01-10",
        "project_status": "实施",
        "measures_planned": 10,
        "measures_done": done,
        "budget_yuan": 1000,
        "spent_yuan": spent,
        "data_basis": "累计",
        **changes,
    }


def studio(period: str, **changes: object) -> dict[str, object]:
    return {
        "province_code": "44",
        "region_code": GUANGZHOU,
        "reporting_unit": "广东省总工会",
        "report_period": period,
        "studio_id": "S1",
        "studio_name": "S1",
        "level": "地市级",
        "named_on": "2022-03-08",
        "host_unit": "某单位",
        "members": 10,
        "women_members": 4,
        "has_leader": True,
        "has_team": True,
        "has_platform": True,
        "has_projects_rules": True,
        "has_results": False,
        "data_basis": "时点",
        **changes,
    }


def centre(period: str, **changes: object) -> dict[str, object]:
    return {
        "region_code": LUOYANG,
        "report_period": period,
        "centre_id": "C1",
        "centre_level": "市(示范区)",
        "established_on": "2022-05-01",
        "org_in_place": True,
        "staff_in_place": False,
        "funds_in_place": True,
        "mediators": 2,
        "union_legal_workers": 1,
        "data_basis": "时点",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    chair = {
        "province_code": "33",
        "region_code": JIAOJIANG,
        "reporting_unit": "椒江区总工会",
        "report_period": "2023-06",
        "chair_ref": "A",
        "term_no": 2,
        "term_start": "2023-01-01",
        "appoint_status": "在任",
        "data_basis": "时点",
    }
    return build_kpis(
        {
            (VICE_CHAIRS, "vice_chair"): [chair],
            (VICE_CHAIRS, "project"): [
                project("2023-06", 1, 100),
                project("2023-12", 4, 500),
                # The correction of December that came later is what counts for December.
                project("2023-12", 5, 450, submission_id="correction", row_number=9),
                project("2024-05", 9, 900),
            ],
            (STUDIOS, "studio"): [
                studio("2023-06"),
                # Moved to Shenzhen, raised to provincial, complete at last.
                studio("2024-03", region_code=SHENZHEN, level="省级", has_results=True, members=20, women_members=10),
                # Known to be closed since January, reported in May.
                studio("2024-05", region_code=SHENZHEN, level="省级", revoked_on="2024-05-05"),
            ],
            (MEDIATION, "centre"): [
                centre("2023-06"),
                centre("2024-01", staff_in_place=True, mediators=3),
                # It can fall again.
                centre("2024-04", staff_in_place=True, mediators=3, funds_in_place=False),
            ],
            (MEDIATION, "case"): [],
        }
    )


def parts(kpis: KpiTable, kpi: str, region: str, period: str) -> tuple[object, ...] | None:
    if not kpis.has(kpi, region, period):
        return None
    row = kpis.row(kpi, region, period)
    return row["numerator"], row["denominator"], row["is_backfilled"]


def test_fulfilment_and_budget_of_a_month_are_the_newest_reported_by_then(kpis: KpiTable) -> None:
    assert parts(kpis, "vc_measure_fulfilment", JIAOJIANG, "2023-06") == (1, 10, False)
    assert parts(kpis, "vc_measure_fulfilment", JIAOJIANG, "2023-11") == (1, 10, False)
    assert parts(kpis, "vc_measure_fulfilment", JIAOJIANG, "2023-12") == (5, 10, False)
    assert parts(kpis, "vc_measure_fulfilment", JIAOJIANG, "2023Q4") == (5, 10, False)
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "2023") == (450, 1000, False)
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "2024-04") == (450, 1000, False)
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "all") == (900, 1000, False)


def test_before_its_first_report_a_record_has_its_first_state_marked_as_backfilled(kpis: KpiTable) -> None:
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "2023-03") == (100, 1000, True)
    # The quarter ends with the month of the first report.
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "2023Q2") == (100, 1000, False)
    # Only in periods before anybody had reported does it say since when somebody has.
    assert kpis.row("vc_budget_execution", JIAOJIANG, "2023-03")["reported_from"] == "2023-06"
    assert kpis.row("vc_budget_execution", JIAOJIANG, "2023-12")["reported_from"] is None
    # It had not begun.
    assert parts(kpis, "vc_budget_execution", JIAOJIANG, "2022-12") is None


def test_studio_counts_where_and_as_what_it_was(kpis: KpiTable) -> None:
    assert parts(kpis, "ws_five_haves", GUANGZHOU, "2024-02") == (0, 1, False)
    assert parts(kpis, "ws_five_haves", SHENZHEN, "2024-03") == (1, 1, False)
    assert parts(kpis, "ws_women_share", GUANGDONG, "2024-02") == (4, 10, False)
    assert parts(kpis, "ws_women_share", GUANGDONG, "2024-03") == (10, 20, False)
    # Nothing of it is left in Guangzhou, which is 0 and not missing: its office has reported.
    assert kpis.value("ws_studios", GUANGZHOU, "2024-03") == 0
    assert [kpis.value("ws_studios_municipal", GUANGDONG, period) for period in ("2023", "2024Q1")] == [1, 0]
    # The date in the row says until when it counts.
    assert [kpis.value("ws_studios", GUANGDONG, period) for period in ("2024-04", "2024-05")] == [1, 0]


def test_stock_can_fall_again(kpis: KpiTable) -> None:
    months = ("2023-12", "2024-01", "2024-03", "2024-04")
    assert [kpis.row("dm_coverage_pref", LUOYANG, month)["numerator"] for month in months] == [0, 1, 1, 0]
    assert [kpis.value("dm_staffing_compliance", HENAN, month) for month in months] == [0, 1, 1, 1]


def test_fact_has_a_row_for_each_state_with_the_months_it_was_true_for(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select cast(valid_from as varchar), cast(valid_to as varchar), measures_done, is_first_state"
        " from fct_vice_chair_projects_projects order by valid_from"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2023-06-01", "2023-12-01", 1, True),
        ("2023-12-01", "2024-05-01", 5, False),
        ("2024-05-01", None, 9, False),
    ]


def test_pictures_take_the_states_of_their_period(kpis: KpiTable) -> None:
    def done(period: str) -> str:
        [row] = table(kpis.picture("vc_ledger", ZHEJIANG, period, term=None))
        return row[4].partition(" / ")[0]

    assert (done("2023-03"), done("2023-12")) == ("1", "5")
    haves = kpis.picture("ws_haves_studios", GUANGDONG, "2024-02")
    assert "期末有效工作室 1 家，五有齐全 0 家" in haves
