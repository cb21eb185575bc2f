"""Signs of increments, totals that fall, and the pace of a target (rulings 39 and 40), against values worked out by hand."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.kpis.conftest import KpiTable
from tests.support.landing import Rows, write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build
from warehouse.settings import CHECKOUT

PLACE = {"province_code": "33", "region_code": "331002", "reporting_unit": "椒江区总工会"}
JIAOJIANG, HENAN, NATION = "331002", "410000", "000000"


def output(period: str, basis: str, count: int, kind: str = "培训", **changes: object) -> dict[str, object]:
    return {
        **PLACE,
        "project_id": "P",
        "output_type": kind,
        "report_period": period,
        "data_basis": basis,
        "output_count": count,
        **changes,
    }


def centre(period: str, region: str, ready: bool) -> dict[str, object]:
    return {
        "centre_id": region,
        "region_code": region,
        "report_period": period,
        "centre_level": "市(示范区)",
        "established_on": f"{period}-01",
        "org_in_place": ready,
        "staff_in_place": True,
        "funds_in_place": True,
        "mediators": 3,
        "union_legal_workers": 1,
        "data_basis": "时点",
    }


@pytest.fixture(scope="module")
def kpis(kpi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> KpiTable:
    project = {
        **PLACE,
        "project_id": "P",
        "chair_ref": "A",
        "start_date": "2024-01-01",
        "project_status": "实施",
        "data_basis": "累计",
    }
    chair = {
        **PLACE,
        "chair_ref": "A",
        "term_no": 2,
        "term_start": "2024-01-01",
        "appoint_status": "在任",
        "data_basis": "时点",
    }
    rows: Rows = {
        ("vice_chair_projects", "vice_chair"): [chair],
        ("vice_chair_projects", "project"): [project],
        ("vice_chair_projects", "output"): [
            output("2024-01", "累计", 50, inexact="output_count≥"),
            output("2024-02", "累计", 80),
            output("2024-03", "本期", 5),
            # Falls: not counted, told; what follows it goes on from what was known.
            output("2024-04", "累计", 70),
            output("2024-05", "累计", 90),
            output("2024-04", "累计", 19, "获批试点企业"),
            output("2024-05", "累计", 15, "获批试点企业"),
        ],
        # 2 of Henan's 18 prefectures at the end of December, 3 at the end of March, and 8 in May.
        ("dispute_mediation", "centre"): [
            *(centre("2023-12", f"4{code}00", True) for code in ("101", "103")),
            *(centre("2024-03", f"4{code}00", True) for code in ("102",)),
            *(centre("2024-05", f"4{code}00", True) for code in ("104", "105", "106", "107", "108")),
        ],
    }  # fmt: skip
    seeds = tmp_path_factory.mktemp("seeds")
    shutil.copytree(CHECKOUT / "seeds" / "reference", seeds / "reference")
    targets = seeds / "reference" / "targets.csv"
    with targets.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    # The nation has a target of its own, with a baseline of nothing at the end of February.
    extra = {**next(row for row in given if row["kpi"] == "dm_coverage_pref"), "region_code": NATION, "scope": "self"}
    given.append({**extra, "target": "0.06", "baseline": "0", "baseline_date": "2024-02-29"})
    with targets.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    settings = settings_module.load(seeds=seeds, home=kpi_home, today=date(2024, 6, 15))
    write_landing(settings.landing, rows)
    database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
    result = build(settings, database, select=["+mart_cross_checks"])
    assert not result.failures, result.failures
    return KpiTable(database)


def told(kpis: KpiTable, period: str) -> tuple[object, object]:
    row = kpis.row("vc_training_times", JIAOJIANG, period)
    return row["value"], row["qualifier"]


def test_month_after_a_lower_bound_is_an_upper_bound_and_the_quarter_is_exact(kpis: KpiTable) -> None:
    assert told(kpis, "2024-01") == (50, "≥")
    assert told(kpis, "2024-02") == (30, "≤")
    assert told(kpis, "2024-03") == (5, "")
    assert told(kpis, "2024Q1") == (85, "")


def test_running_total_that_falls_is_a_cross_check_and_no_negative_month(kpis: KpiTable) -> None:
    assert told(kpis, "2024-04") == (0, "")
    # 90 less 85.
    assert told(kpis, "2024-05") == (5, "")
    assert told(kpis, "all") == (90, "")
    assert kpis.value("vc_pilot_enterprises", JIAOJIANG, "2024-05") == 19
    rows = kpis.query(
        "select left_value, right_value from mart_cross_checks where rule = 'cumulative_falls' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("15", "19"), ("70", "85")]


def test_pace_without_a_baseline_begins_at_the_first_value_reported(kpis: KpiTable) -> None:
    # From 2 / 18 at the end of December to 18 / 18 at the end of 2024: 16 / 12 a month, 6 by the end of March, 8.7 by the end of May.
    row = kpis.row("dm_coverage_pref", HENAN, "2024-03")
    assert (row["numerator"], row["status"]) == (3, "behind")
    may = kpis.row("dm_coverage_pref", HENAN, "2024-05")
    assert (may["numerator"], may["status"]) == (8, "behind")
    # A pace from 0 would ask for 7.5 of 18 by the end of May and call it on track.
    assert may["value"] > 5 / 12


def test_list_of_targets_may_lack_the_baselines(kpi_home: Path, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "seeds" / "reference", tmp_path / "reference")
    targets = tmp_path / "reference" / "targets.csv"
    with targets.open(encoding="utf-8-sig", newline="") as file:
        given = [{name: row[name] for name in row if not name.startswith("baseline")} for row in csv.DictReader(file)]
    with targets.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    settings = settings_module.load(seeds=tmp_path, home=kpi_home, today=date(2024, 6, 15))
    database = tmp_path / DATABASE_FILE
    build(settings, database, select=["+fct_kpi_targets"])
    rows = KpiTable(database).query("select count(*) as n, count(baseline) as known from fct_kpi_targets")
    assert rows == [{"n": len(given), "known": 0}]


def test_pace_runs_from_the_baseline_that_the_list_gives(kpis: KpiTable) -> None:
    # From 0 at the end of February to 0.06 at the end of 2024: 0.018 by the end of May. From the first value, 2 of them at the end
    # of December, an even pace would ask for more than 0.028. 8 of some 340 prefectures lie between.
    row = kpis.row("dm_coverage_pref", NATION, "2024-05")
    assert row["numerator"] == 8 and 0.018 < row["value"] < 0.028
    assert row["status"] == "on_track"
