"""Who has reported and who is late, and which records wait for their parent."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.kpis.conftest import TODAY, KpiTable
from tests.support.landing import write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build

HEBEI, SHANXI, LIAONING = "13", "14", "21"

# First sight in UTC; the calendar is China's, eight hours ahead.
FILES = {
    "in-time": "2024-05-10 15:59:00",
    "next-day": "2024-06-10 16:30:00",
    "correction": "2024-05-20 01:00:00",
    "years-later": "2026-01-01 00:00:00",
}


def submission(programme: str, table: str, province: str, period: str, file: str, **changes: Any) -> dict[str, Any]:
    return {
        "submission_id": f"{table}/{province}/{changes.get('reporting_unit')}/{period}",
        "programme": programme,
        "table_name": table,
        "origin": "submitted",
        "reporting_unit": f"{province}总工会",
        "report_period": period,
        "province_code": province,
        "region_code": f"{province}0000",
        "row_count": 3,
        "is_zero_report": False,
        "is_current": True,
        "submission_order": 1,
        "report_id": file,
        **changes,
    }


def append(path: Path, rows: list[dict[str, Any]]) -> None:
    """Rows added to a landed parquet file, in its own types."""
    with duckdb.connect() as connection:
        connection.execute("create table landed as select * from read_parquet(?)", [str(path)])
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"insert into landed ({names}) values ({marks})", list(row.values()))
        connection.table("landed").write_parquet(str(path))


@pytest.fixture(scope="module")
def marts(kpi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> KpiTable:
    settings = settings_module.load(home=kpi_home, today=TODAY)
    common = {"province_code": "23", "region_code": "230300", "reporting_unit": "鸡西市总工会", "data_basis": "本期"}
    step = {**common, "stage": "入驻", "stage_date": "2023-01-01", "file_name": "social_org_federation/孵化.csv"}
    write_landing(
        settings.landing,
        {
            ("social_org_federation", "member_org"): [
                {**common, "org_uscc": "O1", "org_name": "协会", "joined_on": "2023-01-01", "members": 5}
            ],
            ("social_org_federation", "incubation"): [
                {**step, "org_uscc": "O1", "row_number": 7},
                {**step, "org_uscc": "O9", "row_number": 8},
            ],
        },
    )
    event = ("skills_to_community", "event")
    append(
        settings.landing / "intake" / "submissions" / "rows.parquet",
        [
            submission(*event, HEBEI, "2024-04", "in-time"),
            submission(*event, HEBEI, "2024-04", "in-time", reporting_unit="秦皇岛市总工会", row_count=2),
            submission(*event, HEBEI, "2024-05", "next-day", row_count=0, is_zero_report=True),
            # Handed in in time and corrected after the day.
            submission(*event, SHANXI, "2024-04", "in-time", is_current=False),
            submission(*event, SHANXI, "2024-04", "correction", row_count=4, submission_order=2),
            submission(*event, HEBEI, "2024-03", "years-later", origin="demonstration"),
            # February belongs to the first quarter.
            submission("model_worker_tourism", "team", LIAONING, "2024-02", "in-time"),
            # The alliance's files come from Guangdong.
            submission("gba_studio_alliance", "activity", "44", "2024-03", "in-time"),
        ],
    )
    append(
        settings.landing / "intake" / "files" / "rows.parquet",
        [{"report_id": file, "first_seen_at": seen} for file, seen in FILES.items()],
    )
    database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
    result = build(settings, database, select=["+mart_reporting", "+mart_orphans"])
    assert not result.failures, result.failures
    return KpiTable(database)


def reported(marts: KpiTable, table: str, province: str, period: str, origin: str = "submitted") -> dict[str, Any]:
    [row] = marts.query(
        "select * from mart_reporting where table_name = ? and province_code = ? and report_period = ? and origin = ?"
        " and programme <> 'culture_block'",
        [table, province, period, origin],
    )
    return row


def test_reporting_in_time_is_judged_by_the_day_in_china(marts: KpiTable) -> None:
    april = reported(marts, "event", HEBEI, "2024-04")
    # Ten days of grace, and one minute before the tenth is over.
    assert (str(april["due_date"]), april["is_received"], april["is_late"]) == ("2024-05-10", True, False)
    assert (april["row_count"], april["reporting_units"], april["table_name_zh"]) == (5, 2, "活动表")
    may = reported(marts, "event", HEBEI, "2024-05")
    # Half past midnight of the eleventh.
    assert (may["is_received"], may["is_late"], may["is_zero_report"]) == (True, True, True)


def test_reporting_a_correction_does_not_make_the_first_report_late(marts: KpiTable) -> None:
    row = reported(marts, "event", SHANXI, "2024-04")
    assert (row["is_late"], row["row_count"]) == (False, 4)


def test_reporting_what_never_came_is_late_once_its_day_has_passed(marts: KpiTable) -> None:
    row = reported(marts, "event", SHANXI, "2024-05")
    assert (row["is_received"], row["is_late"], row["row_count"]) == (False, True, 0)
    assert row["received_at"] is None


def test_reporting_of_demonstration_records_is_never_late(marts: KpiTable) -> None:
    row = reported(marts, "event", HEBEI, "2024-03", origin="demonstration")
    assert (row["is_received"], row["is_late"]) == (True, False)


def test_reporting_of_a_quarter_may_come_under_any_of_its_months(marts: KpiTable) -> None:
    assert reported(marts, "team", LIAONING, "2024-03")["is_received"]
    assert not reported(marts, "team", LIAONING, "2023-12")["is_received"]


def test_reporting_of_the_alliance_is_due_from_the_nation(marts: KpiTable) -> None:
    assert reported(marts, "activity", "00", "2024-03")["is_received"]
    provinces = marts.query("select distinct province_code from mart_reporting where programme = 'gba_studio_alliance'")
    assert provinces == [{"province_code": "00"}]


def test_reporting_is_due_from_every_mainland_province_as_the_calendar_says(marts: KpiTable) -> None:
    [counted] = marts.query(
        "select count(*) as due, count(distinct province_code) as provinces, min(report_period) as first,"
        " max(report_period) as last from mart_reporting where table_name = 'event' and origin = 'submitted'"
    )
    # 24 months to the calendar's end, 31 provinces.
    assert counted == {"due": 744, "provinces": 31, "first": "2022-06", "last": "2024-05"}


def test_reporting_waits_for_a_programme_nobody_has_reported(marts: KpiTable) -> None:
    rows = marts.query("select distinct origin, is_received from mart_reporting where programme = 'culture_block'")
    assert rows == [{"origin": "submitted", "is_received": False}]


def test_orphans_are_listed_once_with_file_line_and_missing_key(marts: KpiTable) -> None:
    assert marts.query("select * from mart_orphans") == [
        {
            "programme": "social_org_federation",
            "table_name": "incubation",
            "origin": "submitted",
            "file_name": "social_org_federation/孵化.csv",
            "row_number": 8,
            "column_name": "org_uscc",
            "missing_key": "O9",
            "region_code": "230300",
            "report_period": "2024-05",
            "parent_table": "member_org",
            "parent_table_zh": "成员组织名册",
        }
    ]
