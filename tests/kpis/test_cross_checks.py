"""Cross-checks against contradictions put in by hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.kpis.conftest import KpiTable
from tests.support.landing import write_landing
from warehouse import settings as settings_module
from warehouse.build import DATABASE_FILE, build

GUANGZHOU, ZHENGZHOU = "440100", "410100"
STUDIOS = "women_innovation_studios"
MEDIATION = "dispute_mediation"


def studio(studio_id: str, women: int) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": "44",
        "region_code": GUANGZHOU,
        "reporting_unit": "广东省总工会",
        "studio_name": studio_id,
        "level": "地市级",
        "named_on": "2023-03-08",
        "host_unit": "某单位",
        "members": 10,
        "women_members": women,
        "has_leader": True,
        "has_team": True,
        "has_platform": True,
        "has_projects_rules": True,
        "has_results": True,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
    }


def review(studio_id: str, year: int, result: str, funding: int) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": "44",
        "region_code": GUANGZHOU,
        "reporting_unit": "广东省总工会",
        "review_year": year,
        "review_result": result,
        "funding_yuan": funding,
        "data_basis": "本期",
    }


def case(number: int, accepted: str) -> dict[str, object]:
    return {
        "case_no": f"C{number}",
        "centre_id": "A",
        "region_code": ZHENGZHOU,
        "source": "仲裁委委托",
        "referred_on": accepted,
        "accepted_on": accepted,
        "outcome": "在办",
        "dispute_type": "劳动报酬",
        "workers_involved": 1,
        "data_basis": "本期",
    }


def project(period: str, measures_done: int) -> dict[str, object]:
    return {
        "project_id": "P1",
        "chair_ref": "331002-5-1",
        "province_code": "33",
        "region_code": "331002",
        "reporting_unit": "浙江省总工会",
        "report_period": period,
        "project_name": "技能",
        "field": "技能人才培育",
        "start_date": "2024-01-01",
        "project_status": "实施",
        "measures_planned": 7,
        "measures_done": measures_done,
        "data_basis": "累计",
    }


@pytest.fixture(scope="module")
def checks(kpi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> KpiTable:
    settings = settings_module.load(home=kpi_home, today=date(2024, 6, 15))
    centre = {
        "centre_id": "A",
        "region_code": ZHENGZHOU,
        "centre_level": "市(示范区)",
        "established_on": "2024-01-01",
        "org_in_place": True,
        "staff_in_place": True,
        "funds_in_place": True,
        "mediators": 3,
        "union_legal_workers": 1,
        "data_basis": "时点",
    }
    write_landing(
        settings.landing,
        {
            (STUDIOS, "studio"): [studio("G1", 12), studio("G2", 10)],
            (STUDIOS, "review"): [
                review("G1", 2021, "新命名", 30000),
                review("G1", 2023, "复核通过", 30000),
                review("G2", 2023, "整改", 0),
                review("G2", 2024, "复核通过", 50000),
            ],
            (MEDIATION, "centre"): [centre],
            # Three accepted in April, thirty in May.
            (MEDIATION, "case"): [
                *(case(number, "2024-04-10") for number in range(3)),
                *(case(number, "2024-05-10") for number in range(3, 33)),
            ],
            ("vice_chair_projects", "project"): [project("2024-04", 5), project("2024-05", 4)],
        },
    )
    database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
    result = build(settings, database, select=["+mart_cross_checks"], leave_out=["unit_test"])
    assert not result.failures, result.failures
    return KpiTable(database)


@pytest.fixture
def of_rule(checks: KpiTable) -> Callable[[str], list[tuple[object, ...]]]:
    def found(rule: str) -> list[tuple[object, ...]]:
        rows = checks.query("select * from mart_cross_checks where rule = ? order by region, period", [rule])
        return [(row["region"], row["period"], row["left_value"], row["right_value"]) for row in rows]

    return found


Found = Callable[[str], list[tuple[object, ...]]]


def test_twelve_women_of_ten_members_contradict_ten_of_ten_do_not(of_rule: Found) -> None:
    assert of_rule("women_more_than_members") == [(GUANGZHOU, "2024-05", "12", "10")]


def test_funding_is_judged_since_2022_only(of_rule: Found) -> None:
    assert of_rule("funding_not_as_due") == [(GUANGZHOU, "2023", "30000", "50000")]


def test_cumulative_figure_that_falls_is_found_with_its_row(of_rule: Found, checks: KpiTable) -> None:
    assert of_rule("cumulative_falls") == [("331002", "2024-05", "4", "5")]
    (row,) = checks.query("select * from mart_cross_checks where rule = 'cumulative_falls'")
    assert row["sentence_zh"] == "项目 P1 的已兑现措施数（累计）从 2024-04 的 5 减到 2024-05 的 4。"
    assert (row["file_name"], row["row_number"]) == ("vice_chair_projects/rows.csv", 3)


def test_nothing_is_closed_that_was_not_open(of_rule: Found) -> None:
    assert of_rule("closed_more_than_open") == []
