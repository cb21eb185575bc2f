"""Cross-checks against contradictions put in by hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.kpis.conftest import KpiTable
from tests.support.landing import write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build

GUANGZHOU, ZHENGZHOU, LUOYANG = "440100", "410100", "410300"
GUANGDONG, HENAN, NATION = "440000", "410000", "000000"
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


def training(studio_id: str, training_times: int) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": "44",
        "region_code": GUANGZHOU,
        "reporting_unit": "广东省总工会",
        "result_period": 2023,
        "training_times": training_times,
        "data_basis": "本期",
    }


def case(number: int, accepted: str, **changes: object) -> dict[str, object]:
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
        **changes,
    }


def project(period: str, measures_done: int, spent: int) -> dict[str, object]:
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
        "spent_yuan": spent,
        "data_basis": "累计",
    }


def pilots(period: str, total: int) -> dict[str, object]:
    return {
        "project_id": "P1",
        "province_code": "33",
        "region_code": "331002",
        "reporting_unit": "浙江省总工会",
        "report_period": period,
        "output_type": "获批试点企业",
        "output_count": total,
        "data_basis": "累计",
    }


def member_org(code: str, women: int) -> dict[str, object]:
    return {
        "org_uscc": code,
        "province_code": "23",
        "region_code": "230300",
        "reporting_unit": "黑龙江省总工会",
        "org_name": f"组织{code}",
        "joined_on": "2024-01-01",
        "members": 8,
        "women_members": women,
        "data_basis": "时点",
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
            (STUDIOS, "studio"): [studio("G1", 12), studio("G2", 10), studio("G3", 1)],
            (STUDIOS, "review"): [
                review("G1", 2021, "新命名", 30000),
                review("G1", 2023, "复核通过", 30000),
                review("G2", 2023, "整改", 0),
                review("G2", 2024, "复核通过", 50000),
            ],
            (MEDIATION, "centre"): [centre, {**centre, "centre_id": "B", "region_code": LUOYANG}],
            # Three accepted in April, thirty in May.
            (MEDIATION, "case"): [
                *(case(number, "2024-04-10") for number in range(3)),
                *(case(number, "2024-05-10") for number in range(3, 33)),
                # Called settled, and nobody says when it was accepted: the one closure of Luoyang, where nothing was open.
                case(
                    33,
                    "2024-05-11",
                    region_code=LUOYANG,
                    centre_id="B",
                    accepted_on=None,
                    closed_on="2024-05-20",
                    outcome="调解成功",
                ),
            ],
            (STUDIOS, "result"): [training("G1", 40)],
            ("vice_chair_projects", "project"): [project("2024-04", 5, 50000), project("2024-05", 4, 40000)],
            ("vice_chair_projects", "output"): [pilots("2024-04", 19), pilots("2024-05", 15)],
            ("social_org_federation", "member_org"): [member_org("A", 9), member_org("B", 8), member_org("C", 1)],
        },
    )
    database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
    result = build(settings, database, select=["+mart_cross_checks"])
    assert not result.failures, result.failures
    return KpiTable(database)


@pytest.fixture
def of_rule(checks: KpiTable) -> Callable[[str], list[tuple[object, ...]]]:
    def found(rule: str) -> list[tuple[object, ...]]:
        rows = checks.query("select * from mart_cross_checks where rule = ? order by region, period", [rule])
        return [(row["region"], row["period"], row["left_value"], row["right_value"]) for row in rows]

    return found


@pytest.fixture
def sentence(checks: KpiTable) -> Callable[[str], str]:
    def only(rule: str) -> str:
        (row,) = checks.query("select sentence_zh from mart_cross_checks where rule = ?", [rule])
        return str(row["sentence_zh"])

    return only


Found = Callable[[str], list[tuple[object, ...]]]
Sentence = Callable[[str], str]


def test_women_more_than_members_are_found_and_as_many_are_not(of_rule: Found) -> None:
    # 9 of the 8 members of organisation A; 12 of the 10 members of studio G1.
    assert of_rule("women_more_than_members") == [("230300", "2024-05", "9", "8"), (GUANGZHOU, "2024-05", "12", "10")]


def test_funding_is_judged_since_2022_only(of_rule: Found, sentence: Sentence) -> None:
    assert of_rule("funding_not_as_due") == [(GUANGZHOU, "2023", "30000", "50000")]
    assert sentence("funding_not_as_due") == "工作室 G1 2023 年复核通过，拨付 30000 元，按规则应拨 50000 元。"


def test_cumulative_figure_that_falls_is_found_with_its_row(of_rule: Found, checks: KpiTable) -> None:
    assert sorted(of_rule("cumulative_falls")) == [
        # 19, then 15 enterprises, which are not counted, and what the project says of itself.
        ("331002", "2024-05", "15", "19"),
        ("331002", "2024-05", "4", "5"),
        ("331002", "2024-05", "40000", "50000"),
    ]
    (row,) = checks.query("select * from mart_cross_checks where rule = 'cumulative_falls' and left_value = '4'")
    assert row["sentence_zh"] == "项目 P1 的已兑现措施数（累计）从 2024-04 的 5 减到 2024-05 的 4。"
    assert (row["file_name"], row["row_number"]) == ("vice_chair_projects/rows.csv", 3)


def test_more_closed_than_open_is_found_where_a_closed_case_was_never_accepted(
    of_rule: Found, checks: KpiTable
) -> None:
    # One closure in Luoyang, none open; in Henan one closure and 33 open. Of a hidden cell neither figures nor rows are told.
    periods = ["2024", "2024-05", "2024Q2", "all"]
    assert of_rule("closed_more_than_open") == [(LUOYANG, period, None, None) for period in periods]
    (row,) = checks.query("select * from mart_cross_checks where rule = 'closed_more_than_open' and period = '2024-05'")
    assert row["sentence_zh"] == "洛阳市 2024-05：结案多于期初未结加期内受理的（件数少，不显示）。"
    assert (row["file_name"], row["row_number"], row["row_count"]) == (None, None, None)


def test_month_ten_times_the_last_is_found_in_province_and_nation(of_rule: Found, checks: KpiTable) -> None:
    # 3 cases with a worker each in April, 31 in May.
    assert of_rule("ten_times_last_month") == [(NATION, "2024-05", "31", "3"), (HENAN, "2024-05", "31", "3")]
    (row,) = checks.query("select * from mart_cross_checks where rule = 'ten_times_last_month' and region = '410000'")
    assert row["sentence_zh"] == "河南省 涉及劳动者：2024-05 为 31人次，是上月的十倍以上（2024-04 为 3）。"
    assert row["row_count"] == 31


def test_published_figure_that_the_records_contradict_is_found_once(of_rule: Found) -> None:
    # 525 studios were published for Guangdong's cities and industries; the records hold three.
    found = of_rule("published_contradicted")
    assert [row for row in found if row[3] == "525"] == [(GUANGDONG, "2024-05", "3", "525")]
    # 960 000 trained since nobody knows when: fewer in the records contradict nothing.
    assert not [row for row in found if row[3] == "960000"]
    # Henan published no number of workers.
    assert not [row for row in found if row[0] == HENAN]
