"""KPIs of the Greater Bay Area alliance against values worked out by hand."""

import pytest

from dashboard.components.filters import Selection
from dashboard.data.pictures import gba_studio_alliance as data
from dashboard.pictures import gba_studio_alliance as pictures
from tests.kpis.conftest import KpiTable

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
def kpis(build_kpis) -> KpiTable:
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
    assert kpis.row("ga_studios", MACAO, "2024-04") is None


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
    assert kpis.row("ga_projects_closed", NATION, "2024-06") is None
    assert kpis.value("ga_projects_closed", NATION, "2024Q2") == 1
    assert kpis.value("ga_projects_closed", NATION, "all") == 6


def test_alliance_belongs_to_no_province(kpis: KpiTable) -> None:
    rows = kpis.query("select distinct kpi from mart_kpi_values where region <> '000000' and origin = 'submitted'")
    assert [row["kpi"] for row in rows] == ["ga_studios"]


def test_grid_tells_held_not_held_not_reported_and_not_yet_due_apart(kpis: KpiTable, release_id: str) -> None:
    found = {
        (one.sub_id, one.quarter): one.state for one in data.exchanges(release_id, "2023Q2", "2024-05", "submitted")
    }
    assert found == {
        ("5G", "2023Q2"): "not_reported",
        ("5G", "2023Q3"): "held",
        ("5G", "2023Q4"): "not_held",
        ("5G", "2024Q1"): "held",
        # Held before its quarter has ended.
        ("5G", "2024Q2"): "held",
        ("港口", "2024Q1"): "held",
        ("港口", "2024Q2"): "not_due",
        ("海事", "2024Q2"): "not_due",
    }


def test_grid_agrees_with_the_exchange_rate(kpis: KpiTable, release_id: str) -> None:
    for period, first in (("all", None), ("2023", "2023Q1"), ("2024Q1", "2024Q1")):
        row = kpis.row("ga_exchange_rate", NATION, period)
        due = [one for one in data.exchanges(release_id, first, period, "submitted") if one.is_due]
        held = [one for one in due if one.state == data.HELD]
        assert (len(held), len(due)) == (row["numerator"], row["denominator"]), period


def test_waterfall_takes_off_what_member_studios_count(kpis: KpiTable, release_id: str) -> None:
    year = data.values(release_id, "2023", "submitted")
    assert [(one.name, one.declared, one.attributed, one.net) for one in year] == [("5G", 1000000, 300000, 700000)]
    quarter = data.values(release_id, "2024Q1", "submitted")
    # 港口 first: all of its value counts twice. 无名 is in no register.
    assert [(one.name, one.declared, one.attributed, one.net, one.net_sign) for one in quarter] == [
        ("港口", 500000, 500000, 0, ""),
        ("5G", 2000000, 0, 2000000, "≤"),
    ]
    together = data.together(quarter)
    assert (together.declared, together.declared_sign, together.unattributed_quarters) == (2500000, "≤", 1)
    assert together.net == kpis.value("ga_value", NATION, "2024Q1")
    # A month shows the quarters of its year that had ended by then.
    assert data.values(release_id, "2024-05", "submitted") == quarter
    assert data.values(release_id, "2024-02", "submitted") == ()


def test_pictures_speak_of_the_nation_only(kpis: KpiTable, release_id: str) -> None:
    nation = Selection(release_id, "2024-05", NATION, "auto", False)
    grid = pictures._exchanges(nation, "submitted")
    # Eight quarters from 2022Q3: 5G owes seven of them, 港口 one; two were not reported, 2022Q3 to 2023Q2 are four.
    assert "2022年三季度 – 2024年二季度应开 8 次：已召开 3 次，未召开 1 次，未报 4 次。" in grid
    assert "2024年一季度各分联盟都已召开。" in grid
    value = pictures._value(nation, "submitted")
    assert "申报 ≤250 万元，其中 50 万元（20.0%）已计入成员工作室，扣除后净额 ≤200 万元。2 笔中有 1 笔没填" in value
    assert "也不进广东省的合计和排名" in pictures._of_the_nation()
    assert "未报" in pictures._exchanges(nation, "demonstration")
    assert "未报" in pictures._value(nation, "demonstration")


@pytest.mark.parametrize(
    ("period", "first"),
    [("2024-05", "2022Q3"), ("2024-01", "2022Q2"), ("2024Q1", "2022Q2"), ("2023", "2023Q1"), ("all", None)],
)
def test_grid_begins_eight_quarters_back_or_with_the_year(period: str, first: str | None) -> None:
    assert pictures._first_quarter(period) == first
