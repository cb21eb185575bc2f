"""KPIs of the Greater Bay Area alliance against values worked out by hand."""

import re

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.support.declared import table

NATION, GUANGDONG, GUANGZHOU, HONG_KONG, MACAO = "000000", "440000", "440100", "810000", "820000"
PROGRAMME = "gba_studio_alliance"
PLACE = {"province_code": "44", "region_code": GUANGDONG, "reporting_unit": "广东省总工会"}


def sub_alliance(sub_id: str, founded_on: str, **changes: object) -> dict[str, object]:
    return {
        **PLACE,
        "sub_id": sub_id,
        "sub_name": sub_id,
        "founded_on": founded_on,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
        **changes,
    }


def membership(sub_id: str, studio_id: str, studio_region: str, joined_on: str = "2022-01-01") -> dict[str, object]:
    return {
        **PLACE,
        "sub_id": sub_id,
        "studio_id": studio_id,
        "studio_region": studio_region,
        "joined_on": joined_on,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
    }


def activity(sub_id: str, quarter: str, held: bool, **changes: object) -> dict[str, object]:
    return {**PLACE, "sub_id": sub_id, "quarter": quarter, "exchange_held": held, "data_basis": "本期", **changes}


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    sub_alliances = [
        sub_alliance("5G", "2021-06-01"),
        sub_alliance("港口", "2024-03-31"),
        # The file says no place at all.
        sub_alliance("海事", "2024-05-20", province_code=None, region_code=None),
    ]
    memberships = [
        # One studio in two sub-alliances.
        membership("5G", "S1", GUANGZHOU),
        membership("港口", "S1", GUANGZHOU, "2024-04-01"),
        membership("5G", "S2", HONG_KONG),
        membership("5G", "S3", MACAO, "2024-05-20"),
        # Its sub-alliance is in no register.
        membership("无名", "S9", HONG_KONG),
    ]
    activities = [
        activity("5G", "2023Q3", True),
        activity("5G", "2023Q4", False, value_created_yuan=1000000, attributed_value_yuan=300000, projects_closed=2),
        activity("5G", "2024Q1", True, value_created_yuan=2000000, projects_closed=3, inexact="value_created_yuan≤"),
        activity("港口", "2024Q1", True, value_created_yuan=500000, attributed_value_yuan=500000),
        # The second quarter has not ended on 15 June.
        activity("5G", "2024Q2", True, projects_closed=1),
        activity("无名", "2024Q1", True, value_created_yuan=9000000, projects_closed=90),
    ]
    return build_kpis(
        {
            (PROGRAMME, "sub_alliance"): sub_alliances,
            (PROGRAMME, "membership"): memberships,
            (PROGRAMME, "activity"): activities,
        }
    )


def test_sub_alliances_are_a_stock_of_the_nation(kpis: KpiTable) -> None:
    assert kpis.value("ga_sub_alliances", NATION, "2024-05") == 3
    assert kpis.value("ga_sub_alliances", NATION, "2024-04") == 2
    assert kpis.value("ga_sub_alliances", NATION, "2021") == 1


def test_studios_count_once_and_where_they_are(kpis: KpiTable) -> None:
    assert kpis.value("ga_studios", NATION, "2024-05") == 3
    assert kpis.value("ga_studios", NATION, "2024-04") == 2
    places = [GUANGDONG, GUANGZHOU, HONG_KONG, MACAO]
    assert [kpis.value("ga_studios", place, "2024-05") for place in places] == [1, 1, 1, 1]
    assert not kpis.has("ga_studios", MACAO, "2024-04")


def test_exchange_rate_divides_by_sub_alliances_times_quarters(kpis: KpiTable) -> None:
    first_quarter = kpis.row("ga_exchange_rate", NATION, "2024Q1")
    # 5G, and 港口, founded on the quarter's last day.
    assert (first_quarter["numerator"], first_quarter["denominator"]) == (2, 2)
    assert (first_quarter["target"], first_quarter["status"]) == (1.0, "met")
    year = kpis.row("ga_exchange_rate", NATION, "2023")
    # Held in Q3, not in Q4; Q1 and Q2 were not reported.
    assert (year["numerator"], year["denominator"], year["status"]) == (1, 4, "behind")
    ever = kpis.row("ga_exchange_rate", NATION, "all")
    # 5G from 2021Q2 to 2024Q1 is 12 quarters, 港口 one.
    assert (ever["numerator"], ever["denominator"]) == (3, 13)


def test_exchange_rate_leaves_out_the_quarter_that_has_not_ended(kpis: KpiTable) -> None:
    assert kpis.value("ga_exchange_rate", NATION, "2024Q2") is None
    assert kpis.row("ga_exchange_rate", NATION, "2024")["denominator"] == 2


def test_value_leaves_out_what_member_studios_count(kpis: KpiTable) -> None:
    fourth_quarter = kpis.row("ga_value", NATION, "2023Q4")
    # 1 000 000 - 300 000.
    assert (fourth_quarter["value"], fourth_quarter["qualifier"]) == (700000, "")
    first_quarter = kpis.row("ga_value", NATION, "2024Q1")
    # 2 000 000, nothing declared as attributed, and 500 000 - 500 000.
    assert (first_quarter["value"], first_quarter["qualifier"]) == (2000000, "≤")
    assert kpis.value("ga_value", NATION, "2024-03") == 2000000


def test_projects_closed_stand_in_the_last_month_of_their_quarter(kpis: KpiTable) -> None:
    assert kpis.value("ga_projects_closed", NATION, "2024-03") == 3
    # Nobody has reported for June yet: nothing is said of it, though the quarter has its one.
    assert not kpis.has("ga_projects_closed", NATION, "2024-06")
    assert kpis.value("ga_projects_closed", NATION, "2024Q2") == 1
    assert kpis.value("ga_projects_closed", NATION, "all") == 6


def test_alliance_belongs_to_no_province(kpis: KpiTable) -> None:
    rows = kpis.query("select distinct kpi from mart_kpi_values where region <> '000000' and origin = 'submitted'")
    assert [row["kpi"] for row in rows] == ["ga_studios"]


def test_grid_tells_held_not_held_not_reported_and_not_yet_due_apart(kpis: KpiTable) -> None:
    grid = kpis.picture("ga_exchanges", NATION, "2024-05")
    # 2022Q3 to 2024Q2. The last of 5G was held before its quarter has ended.
    assert [(row[0], *row[4:]) for row in table(grid)] == [
        ("5G", "未报", "已召开", "未召开", "已召开", "已召开"),
        ("海事", "未成立", "未成立", "未成立", "未成立", "未到期"),
        ("港口", "未成立", "未成立", "未成立", "已召开", "未到期"),
    ]


def test_grid_agrees_with_the_exchange_rate(kpis: KpiTable) -> None:
    for period in ("all", "2023"):
        row = kpis.row("ga_exchange_rate", NATION, period)
        said = f"应开 {row['denominator']:.0f} 次：已召开 {row['numerator']:.0f} 次"
        assert said in kpis.picture("ga_exchanges", NATION, period), period


def test_waterfall_takes_off_what_member_studios_count(kpis: KpiTable) -> None:
    year = table(kpis.picture("ga_value", NATION, "2023"))
    assert year == [
        ("5G", "100 万元", "30 万元", "70 万元", "30.0%"),
        ("合计", "100 万元", "30 万元", "70 万元", "30.0%"),
    ]
    quarter = table(kpis.picture("ga_value", NATION, "2024Q1"))
    # 港口 first: all of its value counts twice. 无名 is in no register.
    assert quarter == [
        ("港口", "50 万元", "50 万元", "0 元", "100%"),
        ("5G", "≤200 万元", "0 元", "≤200 万元", "0%"),
        ("合计", "≤250 万元", "50 万元", "≤200 万元", "20.0%"),
    ]
    assert kpis.value("ga_value", NATION, "2024Q1") == 2000000
    # A month shows the quarters of its year that had ended by then.
    assert table(kpis.picture("ga_value", NATION, "2024-05")) == quarter
    assert "未报" in kpis.picture("ga_value", NATION, "2024-02")


def test_pictures_speak_of_the_nation_only(kpis: KpiTable) -> None:
    grid = kpis.picture("ga_exchanges", NATION, "2024-05")
    # Eight quarters from 2022Q3: 5G owes seven of them, 港口 one; two were not reported, 2022Q3 to 2023Q2 are four.
    assert "2022年三季度 – 2024年二季度应开 8 次：已召开 3 次，未召开 1 次，未报 4 次。" in grid
    assert "2024年一季度各分联盟都已召开。" in grid
    value = kpis.picture("ga_value", NATION, "2024-05")
    assert "申报 ≤250 万元，其中 50 万元（20.0%）已计入成员工作室，扣除后净额 ≤200 万元。2 笔中有 1 笔没填" in value
    assert "也不进广东省的合计和排名" in kpis.picture("ga_nation_only", GUANGDONG, "2024-05")
    assert kpis.picture("ga_value", GUANGDONG, "2024-05") == kpis.picture("ga_nation_only", NATION, "2024-05") == ""
    for picture in ("ga_exchanges", "ga_value"):
        assert "未报" in kpis.picture(picture, NATION, "2024-05", "demonstration")


@pytest.mark.parametrize(
    ("period", "first"),
    [("2024-05", "2022Q3"), ("2024-01", "2022Q2"), ("2024Q1", "2022Q2"), ("2023", "2023Q1"), ("all", "2021Q2")],
)
def test_grid_begins_eight_quarters_back_or_with_the_year(kpis: KpiTable, period: str, first: str) -> None:
    heads = re.findall(r'<th scope="col">(\d\dQ\d)</th>', kpis.picture("ga_exchanges", NATION, period))
    assert heads[0] == first[2:]
