"""A change explains itself: what was done, in which words, and what it moves, status changes included."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from tests.conftest import TODAY
from tests.support.files import centre, write_csv
from warehouse import settings as settings_module
from warehouse.command.cli import app
from warehouse.front_door import preview
from warehouse.refresh import refresh
from warehouse.releases import compare, release, summary, told
from warehouse.settings import CHECKOUT, Settings

MEDIATION = "dispute_mediation"
FILE = f"{MEDIATION}/河南_劳动争议裁调对接_调解中心_202405.csv"
STANDARD = "dm_staffing_compliance,000000,within,1.0,"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One centre of Henan's that has two mediators of the three it should, so that it is behind; and a reference of its own."""
    root = tmp_path_factory.mktemp("desk")
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    write_csv(settings.seeds / FILE, MEDIATION, "centre", [centre(), centre("HN002", mediators=2)])
    shutil.copytree(CHECKOUT / "seeds" / "reference", settings.seeds / "reference")
    assert refresh(settings).published
    return settings


@pytest.fixture(scope="module")
def eased(desk: Settings) -> compare.Compared:
    """The preview of half the standard: one of two centres is enough."""
    path = desk.seeds / "reference" / "targets.csv"
    before = path.read_text(encoding="utf-8")
    assert STANDARD in before
    path.write_text(before.replace(STANDARD, STANDARD.replace("1.0", "0.5")), encoding="utf-8")
    try:
        return preview.preview(desk, []).compared
    finally:
        path.write_text(before, encoding="utf-8")


def test_changed_target_is_told_with_the_statuses_that_it_turns(eased: compare.Compared) -> None:
    [target] = eased.what.targets
    assert (target.kpi, target.region) == ("dm_staffing_compliance", "000000")
    assert (target.before or {})["target"] == 1.0
    assert (target.after or {})["target"] == 0.5
    short = summary.of(eased)
    assert short.values == 0
    # Three regions; the month, the quarter, the year and the whole time at least.
    assert short.statuses == len(eased.changes) >= 12
    assert {(one["before"], one["after"]) for one in eased.changes} == {(0.5, 0.5)}
    assert {(one["status_before"], one["status_after"]) for one in eased.changes} == {("behind", "met")}
    assert {tuple(one["causes"]) for one in eased.changes} == {("target",)}
    assert {tuple(one["files"]) for one in eased.changes} == {()}


def test_summary_names_the_kpi_the_nation_and_one_line_a_fact(eased: compare.Compared) -> None:
    document = summary.of(eased).as_json()
    [kpi] = document["kpis"]
    assert (kpi["kpi"], kpi["causes"], kpi["values"]) == ("dm_staffing_compliance", ["target"], 0)
    assert kpi["turns"] == [{"before": "behind", "after": "met", "count": kpi["statuses"]}]
    assert {"all", "2024", "2024Q2", "2024-05"} == {one["period"] for one in document["nation"]}
    # The nation, Henan and Luoyang move together: one line of three levels.
    assert document["lines"] == 1
    [line] = document["largest"]
    assert line["regions"] == ["000000", "410000", "410300"]
    json.dumps(document, default=str)


def test_a_person_reads_the_words_before_and_after(eased: compare.Compared) -> None:
    [said] = told.sentences(eased, "zh")
    assert "目标" in said
    assert "100%，standard → 50%，standard" in said
    [in_english] = told.sentences(eased, "en")
    assert "100%" in in_english and "Target" in in_english
    tables = dict(told.tables(summary.of(eased), eased, "zh"))
    assert tables["全国"][0]["状态"] == "落后 → 达成"
    assert len(told.rows(eased, "zh")) == len(eased.changes)


def edited(settings: Settings, folder: Path, *statements: str) -> compare.Compared:
    """The release that stands against a copy of it in which these statements were run."""
    current = release.current(settings)
    assert current is not None
    later = folder / "later.duckdb"
    shutil.copyfile(current.path, later)
    with duckdb.connect(str(later)) as connection:
        for statement in statements:
            connection.execute(statement)
    return compare.compared(current.path, later)


def test_new_definition_is_told_in_its_words_before_and_after(desk: Settings, tmp_path: Path) -> None:
    found = edited(
        desk,
        tmp_path,
        "update dim_kpi set numerator_sql = 'count(*)', may_pass_one = true where kpi = 'dm_success_rate'",
        "delete from dim_kpi where kpi = 'dm_workers'",
    )
    changed, gone = found.what.definitions
    assert (changed.kpi, changed.what) == ("dm_success_rate", "changed")
    assert changed.words == (
        ("numerator_sql", "count(*) filter (where is_settled)", "count(*)"),
        ("may_pass_one", "false", "true"),
    )
    assert (gone.kpi, gone.what, gone.words) == ("dm_workers", "removed", ())
    # Nothing moved, and the KPI is named all the same.
    assert [one["kpi"] for one in summary.of(found).kpis] == ["dm_success_rate", "dm_workers"]


def test_edited_model_is_told_with_its_lines_and_yaml_of_a_told_kpi_is_not(desk: Settings, tmp_path: Path) -> None:
    path = "dbt_project/models/dispute_mediation/fct_dispute_mediation_centres"
    found = edited(
        desk,
        tmp_path,
        f"update dim_code set content = replace(content, 'mediators >= 3', 'mediators >= 2'), sha256 = 'x' where path = '{path}.sql'",
        f"update dim_code set content = replace(content, '至少', '不少于') || '\n# a remark', sha256 = 'y' where path = '{path}.yml'",
    )
    codes: dict[str, Any] = {one.path: one for one in found.what.code}
    sql = codes[f"{path}.sql"]
    assert (sql.what, sql.added, sql.removed) == ("changed", 1, 1)
    assert [line[0] for line in sql.lines] == ["-", "+"]
    assert ">= 2" in sql.lines[1]


def test_reference_list_is_told_by_the_lines_that_came_and_went(desk: Settings, tmp_path: Path) -> None:
    found = edited(desk, tmp_path, "update provinces set census_population = 1 where province_code = '41'")
    assert [(one.name, one.added, one.removed) for one in found.what.lists] == [("provinces", 1, 1)]


def test_releases_without_code_are_compared_as_before(desk: Settings, tmp_path: Path) -> None:
    found = edited(desk, tmp_path, "drop table dim_code")
    assert found.what.code == ()
    assert found.changes == []


def test_diff_says_the_summary_first_and_every_line_only_when_asked(desk: Settings, tmp_path: Path) -> None:
    current = release.current(desk)
    assert current is not None
    at = ["--seeds", str(desk.seeds), "--home", str(desk.home), current.id, current.id]
    document = json.loads(CliRunner().invoke(app, ["diff", *at, "--json"]).stdout)
    assert document["changes"] == []
    assert (document["summary"]["values"], document["summary"]["statuses"], document["summary"]["targets"]) == (
        0,
        0,
        [],
    )
    assert CliRunner().invoke(app, ["diff", *at, "--all"]).exit_code == 0


def test_replaced_file_causes_what_it_changes(desk: Settings, tmp_path: Path) -> None:
    better = write_csv(tmp_path / Path(FILE).name, MEDIATION, "centre", [centre(), centre("HN002")])
    better = better.rename(better.with_name(f"{better.stem}_更正.csv"))
    result = preview.preview(desk, [better])
    compliance = [
        one for one in result.changes if one["kpi"] == "dm_staffing_compliance" and one["period"] == "2024-05"
    ]
    assert {(one["region"], one["before"], one["after"]) for one in compliance} == {
        ("000000", 0.5, 1.0),
        ("410000", 0.5, 1.0),
        ("410300", 0.5, 1.0),
    }
    assert {tuple(one["causes"]) for one in compliance} == {("file",)}
    assert [(file.what, Path(file.file).name) for file in result.compared.what.files] == [("added", better.name)]
    assert [
        line["lines"] for line in summary.of(result.compared).largest if line["kpi"] == "dm_staffing_compliance"
    ] == ["3"]
