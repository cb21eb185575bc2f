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

SOURCES = """
version: 2
sources:
  - name: work_stoppages
    description: 停工记录。
    config:
      meta:
        external_location: "read_parquet('{{ env_var(\\"UNIONBOARD_LANDING\\", \\"../var/landing\\") }}/work_stoppages/{identifier}/*.parquet')"
    tables:
      - name: stoppage
        description: 停工表（Stoppages）。One row per stoppage_id as one office reported it for one 统计期.
        config:
          meta: {name_zh: 停工表, name_en: Stoppages, kind: event, primary_key: [stoppage_id]}
        columns:
          - name: stoppage_id
            description: 停工编号
            data_type: varchar
            config: {meta: {header: 停工编号, type: text, required: true}}
          - name: began_on
            description: 开始日期
            data_type: date
            config: {meta: {header: 开始日期, type: date, required: true, not_future: true}}
          - name: workers_idle
            description: 停工人数，单位：人
            data_type: bigint
            config: {meta: {header: 停工人数, type: int, required: true, unit: 人, min: 0}}
"""  # noqa: E501

FACT = """
version: 2
models:
  - name: fct_work_stoppages_stoppages
    description: One row per stoppage and origin, in its latest reported state.
    config:
      meta:
        programme: work_stoppages
        table: stoppage
        kpis:
          - name: st_workers_idle
            label: {zh: 停工人数, en: Workers idle}
            definition: {zh: 期内开始的停工涉及的人数。, en: Workers idle in stoppages that began in the period.}
            date: began_on
            basis: period
            numerator: sum(workers_idle)
            unit: count
            unit_label: {zh: 人, en: persons}
            direction: lower
            headline: true
"""


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
    with (root / "seeds" / "reference" / "programmes.csv").open(encoding="utf-8") as lines:
        header = lines.readline().strip().split(",")
    row = dict.fromkeys(header, "")
    row |= {
        "programme": STOPPAGES, "programme_name_zh": "停工记录", "programme_name_en": "Work stoppages", "file_word": "停工记录",
        "pilot_region_code": "410000", "pilot_region_name": "河南省", "is_ranked": "true", "sort_order": "99",
        "question_zh": "哪里停工最多？", "question_en": "Where do most workers stand idle?", "regions_zh": "河南省",
    }  # fmt: skip
    with (root / "seeds" / "reference" / "programmes.csv").open("a", encoding="utf-8") as lines:
        lines.write(",".join(row[name] for name in header) + "\n")
    folder = root / "dbt_project" / "models" / STOPPAGES
    folder.mkdir()
    (folder / "_work_stoppages__sources.yml").write_text(SOURCES, encoding="utf-8")
    (folder / "stg_work_stoppages__stoppages.sql").write_text(
        "{{ config(materialized='view') }}\nwith landed as (\n    {{ landed('work_stoppages', 'stoppage') }}\n)\n\nselect * from landed\n"
    )
    (folder / "fct_work_stoppages_stoppages.sql").write_text(
        "with stoppages as (\n    {{ latest_state(ref('stg_work_stoppages__stoppages'), ['stoppage_id']) }}\n)\n\n"
        "select *, false as is_orphan from stoppages\n"
    )
    (folder / "fct_work_stoppages_stoppages.yml").write_text(FACT, encoding="utf-8")
    (folder / "mart_work_stoppages_kpi_values.sql").write_text(
        "{% macro kpi_values_of__work_stoppages() %}{{ return(ref('mart_work_stoppages_kpi_values')) }}{% endmacro %}\n\n"
        "-- depends_on: {{ ref('fct_work_stoppages_stoppages') }}\n{{ kpi_values('work_stoppages') }}\n"
    )


def run(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root), "UNIONBOARD_TODAY": "2024-06-15"}
    for name in ("UNIONBOARD_SEEDS", "UNIONBOARD_HOME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.cli", *arguments],
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
    (seeds / STOPPAGES).mkdir()
    (seeds / STOPPAGES / "河南_停工记录_202405.csv").write_text(
        "省份,地区,填报单位,统计期,数据口径,停工编号,开始日期,停工人数\n"
        "河南省,410300,洛阳市总工会,2024-05,本期,S1,2024-05-03,120\n"
        "河南省,410100,洛阳市总工会,2024-05,本期,S2,2024-05-20,80\n",
        encoding="utf-8",
    )
    run(copy, "refresh")
    return copy


def value(root: Path, kpi: str) -> Any:
    [row] = json.loads(run(root, "kpi", "--kpi", kpi, "--region", "410000", "--period", "2024-05", "--json"))
    return row["value"]


def test_added_kpi_has_a_value(refreshed: Path) -> None:
    assert value(refreshed, "dm_cases_closed") == 1


def test_added_programme_has_values_and_its_files_are_known_by_their_header(refreshed: Path) -> None:
    assert value(refreshed, "st_workers_idle") == 200


def test_added_programme_has_a_template(refreshed: Path, tmp_path: Path) -> None:
    written = run(refreshed, "template", STOPPAGES, "--out", str(tmp_path)).split()
    assert {Path(path).suffix for path in written} == {".csv", ".xlsx"}
    [form] = tmp_path.glob("*.csv")
    assert "停工人数" in form.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("work-stoppages", ["停工人数", "哪里停工最多"]),
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
