"""An analyst adds a KPI and a programme to a copy of the repository, without touching Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.reader import read
from tests.support.files import case, centre, write_csv
from warehouse.settings import CHECKOUT

STOPPAGES = "work_stoppages"

EXAMPLE = CHECKOUT / "docs" / "examples" / STOPPAGES


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("copy") / "unionboard"
    for room in ("warehouse", "dashboard", "dbt_project"):
        shutil.copytree(CHECKOUT / room, root / room, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    shutil.copytree(CHECKOUT / "seeds" / "reference", root / "seeds" / "reference")
    _add_kpi(root)
    _add_programme(root)
    return root


def _add_kpi(root: Path) -> None:
    path = root / "dbt_project" / "models" / "dispute_mediation" / "fct_dispute_mediation_cases.yml"
    entry = """        kpis:
          - name: dm_cases_closed
            label: {zh: 结案件数, en: Cases closed}
            definition: {zh: 期内结案的案件数。, en: Cases closed in the period.}
            date: closed_on
            basis: period
            numerator: count(*) filter (where is_closed)
            unit: count
            unit_label: {zh: 件, en: cases}
            direction: neutral
"""
    path.write_text(path.read_text(encoding="utf-8").replace("        kpis:\n", entry, 1), encoding="utf-8")


def _add_programme(root: Path) -> None:
    """Exactly what docs/adding-a-programme.md says: the folder, the row, the files."""
    shutil.copytree(EXAMPLE / "models", root / "dbt_project" / "models" / STOPPAGES)
    row = (EXAMPLE / "programmes.csv").read_text(encoding="utf-8").splitlines()[-1]
    with (root / "seeds" / "reference" / "programmes.csv").open("a", encoding="utf-8") as lines:
        lines.write(row + "\n")
    shutil.copytree(EXAMPLE / "seeds", root / "seeds" / STOPPAGES)


def run(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root), "UNIONBOARD_TODAY": "2024-06-15"}
    for name in ("UNIONBOARD_SEEDS", "UNIONBOARD_HOME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.command.cli", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def refreshed(copy: Path) -> Path:
    seeds = copy / "seeds"
    write_csv(
        seeds / "dispute_mediation" / "河南_劳动争议裁调对接_调解中心_202405.csv",
        "dispute_mediation",
        "centre",
        [centre()],
    )
    write_csv(
        seeds / "dispute_mediation" / "河南_劳动争议裁调对接_案件表_202405.csv",
        "dispute_mediation",
        "case",
        [case("1")],
    )
    run(copy, "refresh")
    return copy


def value(root: Path, kpi: str, region: str = "410000", *options: str) -> Any:
    [row] = json.loads(run(root, "kpi", "--kpi", kpi, "--region", region, "--period", "2024-05", "--json", *options))
    return row["value"]


def test_added_kpi_has_a_value(refreshed: Path) -> None:
    assert value(refreshed, "dm_cases_closed") == 1


def test_added_programme_of_another_country_has_values(refreshed: Path) -> None:
    # Begun in May: 1 500 and 2 400 workers; 05/06/2024 is 6 May, because the contract says month_first.
    assert value(refreshed, "st_workers", "000000") == 3900
    # 2024-003 has no end; 2024-001 and 2024-002 ended in May, after 33 and 3 days.
    assert value(refreshed, "st_in_effect", "000000") == 1
    assert value(refreshed, "st_duration_median", "000000") == 18
    # 4 500 days of 1 500 workers; the stoppage without days is left out of both.
    assert value(refreshed, "st_days_per_worker", "000000") == 3
    rows = json.loads(run(refreshed, "kpi", "--kpi", "st_stoppages", "--period", "2024-05", "--categories", "--json"))
    assert {(row["region"], row.get("category")): row["value"] for row in rows} == {
        ("000000", None): 2,
        ("000000", "CA"): 2,
    }


def test_added_programme_has_a_template_under_its_own_headers(refreshed: Path, tmp_path: Path) -> None:
    written = run(refreshed, "template", STOPPAGES, "--out", str(tmp_path)).split()
    assert {Path(path).suffix for path in written} == {".csv", ".xlsx"}
    [form] = tmp_path.glob("*.csv")
    header = form.read_text(encoding="utf-8-sig").strip().split(",")
    assert header[:2] == ["Source", "Month"]
    assert {"Start date", "Workers involved"} <= set(header)
    assert not {"省份", "地区"} & set(header)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("work-stoppages", ["停工人数", "哪些行业停工最多"]),
        ("dispute-mediation", ["结案件数"]),
        ("glossary", ["结案件数", "停工人数"]),
        ("", ["停工记录"]),
    ],
)
def test_added_programme_and_kpi_are_on_the_pages(
    refreshed: Path, page: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(refreshed / "seeds"))
    monkeypatch.setenv("UNIONBOARD_HOME", str(refreshed / "var"))
    seen = read(page)
    assert not seen.errors
    assert not [word for word in words if word not in seen.text]
