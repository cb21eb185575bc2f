"""Whose record a key names (rulings 37 and 38), against values worked out by hand."""

from datetime import date
from pathlib import Path

import pytest

from tests.kpis.conftest import KpiTable
from tests.support.landing import write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build

NATION, HUNAN, HUBEI, HENAN = "000000", "430000", "420000", "410000"
CHANGSHA, ZHUZHOU, ZHENGZHOU, LUOYANG = "430100", "430200", "410100", "410300"
EVENTS, MEDIATION, BLOCKS, CHECKUPS = "skills_to_community", "dispute_mediation", "culture_block", "health_checkup"


def event(unit: str, unit_region: str, event_id: str, residents: int, **changes: object) -> dict[str, object]:
    return {
        "province_code": unit_region[:2],
        "region_code": unit_region,
        "unit_region_code": unit_region,
        "reporting_unit": unit,
        "event_id": event_id,
        "event_date": "2024-05-10",
        "community": "东",
        "school": "示例学校",
        "service_item": "茶艺",
        "teachers": 1,
        "students": 4,
        "residents_served": residents,
        "data_basis": "本期",
        "file_name": f"{EVENTS}/{unit}.csv",
        **changes,
    }


def case(unit: str, unit_region: str, workers: int, **changes: object) -> dict[str, object]:
    return {
        "province_code": "41",
        "region_code": unit_region,
        "unit_region_code": unit_region,
        "reporting_unit": unit,
        "case_no": "1",
        "centre_id": "C1",
        "source": "仲裁委委派",
        "referred_on": "2024-05-01",
        "accepted_on": "2024-05-02",
        "outcome": "在办",
        "dispute_type": "劳动报酬",
        "workers_involved": workers,
        "data_basis": "本期",
        "file_name": f"{MEDIATION}/{unit}.csv",
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(kpi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> KpiTable:
    centre = {
        "region_code": ZHENGZHOU,
        "unit_region_code": HENAN,
        "centre_id": "C1",
        "centre_level": "市(示范区)",
        "established_on": "2024-01-01",
        "org_in_place": True,
        "staff_in_place": True,
        "funds_in_place": True,
        "mediators": 3,
        "union_legal_workers": 1,
        "data_basis": "时点",
    }
    block = {
        "province_code": "53",
        "region_code": "530103",
        "reporting_unit": "昆明市总工会",
        "unit_region_code": "530100",
        "block_id": "B1",
        "opened_on": "2024-01-01",
        "co_builders": 1,
        "venues": 3,
        "data_basis": "时点",
    }
    plan = {
        "province_code": "37",
        "region_code": "370202",
        "reporting_unit": "青岛市总工会",
        "unit_region_code": "370200",
        "centre_id": "C1",
        "opened_on": "2023-01-10",
        "target_persons": 50,
        "target_year": 2024,
        "data_basis": "时点",
    }
    session = {
        "province_code": "37",
        "reporting_unit": "青岛市总工会",
        "unit_region_code": "370200",
        "centre_id": "C1",
        "session_date": "2024-05-10",
        "worker_group": "快递员",
        "data_basis": "本期",
    }
    rows = {
        (EVENTS, "event"): [
            # Two provinces, and two cities of one of them, number from 1.
            event("湖南省总工会", HUNAN, "HD1", 10),
            event("湖南省总工会", HUNAN, "HD2", 20),
            event("湖北省总工会", HUBEI, "HD1", 100),
            event("湖北省总工会", HUBEI, "HD2", 200),
            event("长沙市总工会", CHANGSHA, "1", 1000),
            event("株洲市总工会", ZHUZHOU, "1", 2000),
            # Sent again a month later by the same office, in another region: the same record, moved.
            event("长沙市总工会", CHANGSHA, "2", 5, report_period="2024-04", event_date="2024-04-10"),
            event("长沙市总工会", CHANGSHA, "2", 6, region_code="430102", event_date="2024-04-10"),
        ],
        (MEDIATION, "centre"): [centre],
        # City and province send the same case; the province's is the later word.
        (MEDIATION, "case"): [
            case("郑州市总工会", ZHENGZHOU, 3),
            case("河南省总工会", HENAN, 4, region_code=ZHENGZHOU),
            # The province's own number 2 is another case than Luoyang's.
            case("洛阳市总工会", LUOYANG, 50, case_no="2", referred_on="2024-05-03"),
            case("河南省总工会", HENAN, 60, case_no="2", referred_on="2024-05-20", accepted_on="2024-05-21"),
        ],
        (BLOCKS, "block"): [block],
        (BLOCKS, "activity"): [
            # Coded to the prefecture, at a block in a county.
            {
                **block_free(block),
                "region_code": "530100",
                "activity_id": "A1",
                "block_id": "B1",
                "activity_date": "2024-05-10",
                "activity_type": "宣讲",
                "participants": 30,
                "data_basis": "本期",
            }
        ],
        (CHECKUPS, "centre"): [plan],
        (CHECKUPS, "session"): [
            {**session, "region_code": "370202", "session_id": "S1", "checked_persons": 10, "first_time_persons": 10},
            {**session, "region_code": "370200", "session_id": "S2", "checked_persons": 7, "first_time_persons": 7},
        ],
    }
    settings = settings_module.load(home=kpi_home, today=date(2024, 6, 15))
    write_landing(settings.landing, rows)
    database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
    result = build(settings, database, select=["+mart_cross_checks"])
    assert not result.failures, result.failures
    return KpiTable(database)


def block_free(block: dict[str, object]) -> dict[str, object]:
    return {name: block[name] for name in ("province_code", "reporting_unit", "unit_region_code")}


def test_two_offices_may_use_one_number(kpis: KpiTable) -> None:
    assert kpis.value("sc_events", NATION, "2024-05") == 6
    assert [kpis.value("sc_residents", region, "2024-05") for region in (HUNAN, HUBEI)] == [3030, 300]
    assert [kpis.value("sc_residents", region, "2024-05") for region in (CHANGSHA, ZHUZHOU)] == [1000, 2000]


def test_record_sent_again_by_its_office_is_one_record_where_it_is_now(kpis: KpiTable) -> None:
    assert kpis.value("sc_events", HUNAN, "2024-04") == 1
    assert kpis.value("sc_residents", "430102", "2024-04") == 6


def test_one_case_from_city_and_province_counts_once_and_both_files_are_named(kpis: KpiTable) -> None:
    # 4 of the province's later word, 50 and 60.
    assert kpis.value("dm_workers", HENAN, "2024-05") == 114
    [told] = kpis.query("select * from mart_cross_checks where rule = 'two_units_one_record'")
    assert told["sentence_zh"] == (
        "案件表 C1、1：河南省总工会（dispute_mediation/河南省总工会.csv 第3行）和 郑州市总工会（dispute_mediation/郑州市总工会.csv"
        " 第2行）都报了这一条，只计一次，以较新的为准。"
    )


def test_child_stands_in_the_region_of_its_parent(kpis: KpiTable) -> None:
    use = kpis.row("cb_venue_use", "530103", "2024-05")
    assert (use["numerator"], use["denominator"]) == (1, 3)
    progress = kpis.row("hc_target_progress", "370202", "2024-05")
    assert (progress["numerator"], progress["denominator"]) == (17, 50)
