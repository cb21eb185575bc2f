"""An analyst adds a KPI and a programme to a copy of the repository, without touching Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboard.reader import read
from tests.support.files import case, centre, write_csv
from warehouse.settings import CHECKOUT

STOPPAGES = "work_stoppages"
VISITS = "visits"

EXAMPLE = CHECKOUT / "docs" / "examples" / STOPPAGES


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("copy") / "unionboard"
    for room in ("warehouse", "dashboard", "dbt_project"):
        shutil.copytree(CHECKOUT / room, root / room, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    shutil.copytree(CHECKOUT / "seeds" / "reference", root / "seeds" / "reference")
    _add_kpi(root)
    _add_programme(root)
    _write_skeletons(root)
    return root


def _write_skeletons(root: Path) -> None:
    """A programme and a KPI as `unionboard new` writes them, and the first file of the programme."""
    told = json.loads(run(root, "new", "programme", VISITS, "--name", "慰问走访", "--table", "visit", "--json"))
    assert {Path(path).name for path in told["written"]} >= {f"_{VISITS}__sources.yml", f"fct_{VISITS}_visits.sql"}
    assert all("待填" in blank["text"] for blank in told["to_fill"])
    run(root, "new", "kpi", VISITS, "vi_visits")
    run(root, "new", "kpi", "skills_to_community", "sc_more")
    (root / "seeds" / VISITS / "河南_慰问走访_202405.csv").write_text(
        "省份,地区,填报单位,统计期,数据口径,编号,日期,人数\n"
        "河南省,洛阳市,洛阳市总工会,2024-05,本期,V1,2024-05-10,30\n"
        "河南省,洛阳市,洛阳市总工会,2024-05,本期,V2,2024-05-11,0\n",
        encoding="utf-8",
    )


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
    entry += pasted_from_readme()
    path.write_text(path.read_text(encoding="utf-8").replace("        kpis:\n", entry, 1), encoding="utf-8")


def pasted_from_readme() -> str:
    """The KPI that the README shows, character by character."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    return readme.partition("```yaml\n")[2].partition("```")[0]


def _add_programme(root: Path) -> None:
    """Exactly what docs/adding-a-programme.md says: the folder, the row, the files; and the column of docs/spark.md."""
    shutil.copytree(EXAMPLE / "models", root / "dbt_project" / "models" / STOPPAGES)
    row = (EXAMPLE / "programmes.csv").read_text(encoding="utf-8").splitlines()[-1]
    listed = root / "seeds" / "reference" / "programmes.csv"
    header, *rows = listed.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},engine", *(f"{one}," for one in rows), f"{row},duckdb"]
    listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
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


def test_kpi_of_the_readme_can_be_pasted_as_it_is(refreshed: Path) -> None:
    # The one case was settled, not withdrawn.
    assert value(refreshed, "dm_withdrawn_share") == 0


def test_programme_and_kpi_that_were_written_as_skeletons_publish(refreshed: Path) -> None:
    assert value(refreshed, f"{VISITS}_persons") == 30
    assert value(refreshed, f"{VISITS}_attended_share") == 0.5
    assert value(refreshed, "vi_visits") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["programme", VISITS], "已经有项目 visits"),
        (["programme", "Visits-2"], "只用小写字母"),
        (["programme", "calls", "--name", "慰问走访"], "已经是项目 visits 的"),
        (["kpi", VISITS, "vi_visits"], "已经有指标 vi_visits"),
        (["kpi", "nowhere", "n_one"], "没有项目 nowhere"),
        (["kpi", VISITS, "vi_other", "--fact", "fct_none"], "没有事实表 fct_none"),
    ],
)
def test_skeleton_of_what_is_there_already_is_not_written(copy: Path, arguments: list[str], said: str) -> None:
    before = {path: path.read_bytes() for path in (copy / "dbt_project" / "models").rglob("*.yml")}
    with pytest.raises(AssertionError, match=said):
        run(copy, "new", *arguments)
    assert {path: path.read_bytes() for path in (copy / "dbt_project" / "models").rglob("*.yml")} == before


def test_dbt_builds_a_part_of_the_project_in_the_home_that_it_is_told(refreshed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed / "var", home)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "build", "-s", f"path:models/{VISITS}", "--no-use-colors"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(refreshed),
            "UNIONBOARD_HOME": str(home),
            "UNIONBOARD_TODAY": "2024-06-15",
        },
        cwd=refreshed / "dbt_project",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(home / "dev.duckdb"), read_only=True) as connection:
        assert connection.execute(f"select count(*) from fct_{VISITS}_visits").fetchall() == [(2,)]
        # What was not chosen stands beside it.
        assert connection.execute("select count(*) from fct_dispute_mediation_cases").fetchall() == [(1,)]
    assert not (refreshed / "var" / "dev.duckdb").exists()


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
        ("work-stoppages", ["停工人数", "哪些行业停工最多", "哪些州停工最多", "共 2 起，CA 最多，2 起。"]),
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
