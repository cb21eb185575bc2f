"""The same months of the year before, computed from rows (rulings 34), against values worked out by hand."""

from typing import Any

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

HAIGANG, HEBEI, NATION = "130302", "130000", "000000"
TAIYUAN, SHANXI = "140100", "140000"
PROGRAMME = "skills_to_community"


def event(event_id: str, day: str, community: str, residents: int, surveyed: int, satisfied: int) -> dict[str, object]:
    return {
        "province_code": "13",
        "region_code": HAIGANG,
        "reporting_unit": "海港区总工会",
        "report_period": day[:7],
        "event_id": event_id,
        "event_date": day,
        "community": community,
        "school": "示例学校",
        "service_item": "茶艺",
        "teachers": 1,
        "students": 4,
        "residents_served": residents,
        "satisfaction_n": surveyed,
        "satisfied_n": satisfied,
        "data_basis": "本期",
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    events = [
        event("1", "2023-01-05", "东", 100, 10, 9),
        event("2", "2023-02-05", "东", 50, 40, 20),
        event("3", "2023-03-05", "西", 70, 10, 10),
        # After the months that 2024 has so far.
        event("4", "2023-11-05", "北", 900, 90, 90),
        event("5", "2024-01-05", "东", 120, 10, 9),
        event("6", "2024-02-05", "西", 60, 10, 10),
        # Shanxi is a month behind.
        {**event("7", "2023-01-09", "南", 10, 5, 5), "province_code": "14", "region_code": TAIYUAN, "reporting_unit": "山西省总工会"},
        {**event("8", "2024-01-09", "南", 20, 5, 4), "province_code": "14", "region_code": TAIYUAN, "reporting_unit": "山西省总工会"},
    ]  # fmt: skip
    return build_kpis({(PROGRAMME, "event"): events})


def span(kpis: KpiTable, kpi: str, region: str, period: str) -> dict[str, Any]:
    rows = kpis.query(
        f"select * from mart_{PROGRAMME}_kpi_values where kpi = ? and region = ? and period = ? and category is null",
        [kpi, region, period],
    )
    [row] = rows
    return row


def test_year_that_runs_has_the_same_months_of_the_year_before(kpis: KpiTable) -> None:
    # January and February of 2023; the whole of it had 1 120.
    assert span(kpis, "sc_residents", HAIGANG, "2023-01..2023-02")["value"] == 150
    assert kpis.value("sc_residents", HAIGANG, "2023") == 1120
    row = kpis.row("sc_residents", HAIGANG, "2024")
    assert (row["value"], row["reported_from"], row["reported_to"]) == (180, "2023-01", "2024-02")


def test_quarter_that_runs_has_the_same_months_of_both_quarters_before(kpis: KpiTable) -> None:
    assert span(kpis, "sc_residents", HAIGANG, "2023-10..2023-11")["value"] == 900
    assert span(kpis, "sc_residents", HAIGANG, "2023-01..2023-02")["period_grain"] == "span"


def test_distinct_counts_and_ratios_of_the_months_come_from_rows(kpis: KpiTable) -> None:
    # 东 in both months is one community; adding months up would give 2.
    assert span(kpis, "sc_communities", HAIGANG, "2023-01..2023-02")["value"] == 1
    satisfaction = span(kpis, "sc_satisfaction", HAIGANG, "2023-01..2023-02")
    assert (satisfaction["numerator"], satisfaction["denominator"]) == (29, 50)


def test_region_that_is_behind_is_compared_over_its_own_months(kpis: KpiTable) -> None:
    assert span(kpis, "sc_residents", SHANXI, "2023-01..2023-01")["value"] == 10
    assert kpis.row("sc_residents", SHANXI, "2024")["reported_to"] == "2024-01"
    # The nation has reported up to February; that one province has not is told by the numbers of provinces.
    assert span(kpis, "sc_residents", NATION, "2023-01..2023-02")["value"] == 160


def test_spans_stand_beside_the_values_and_not_among_them(kpis: KpiTable) -> None:
    assert kpis.query("select * from mart_kpi_values where period_grain = 'span'") == []
