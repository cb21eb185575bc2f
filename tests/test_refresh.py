"""From dropped files to a release, and what a refresh leaves alone when something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.support.files import case, centre, write_csv, write_xlsx
from tests.support.once import put_back
from warehouse import refresh as refreshing
from warehouse import settings as settings_module
from warehouse.build import project
from warehouse.front_door import preview as previewing
from warehouse.intake import landing
from warehouse.releases import compare, current_values, release, rollback
from warehouse.settings import CHECKOUT, Settings

FOLDER = "dispute_mediation"
CENTRES = f"{FOLDER}/河南_劳动争议裁调对接_调解中心_202405.csv"
CASES = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405.csv"


def value(settings: Settings, kpi: str, region: str = "410000", period: str = "2024-05") -> float | None:
    rows = current_values.kpi_values(
        settings, current_values.Selection(kpi=kpi, region=region, period=period, origin="submitted")
    )
    found: float | None = rows[0]["value"]
    return found


def drop_centre(settings: Settings) -> None:
    write_csv(settings.seeds / CENTRES, FOLDER, "centre", [centre()])


@pytest.fixture(scope="module")
def one_centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose release has one centre and no case."""
    root = tmp_path_factory.mktemp("one_centre")
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    drop_centre(settings)
    assert refreshing.refresh(settings).published
    return root


@pytest.fixture
def begun(one_centre: Path, ground: Path) -> Settings:
    """A copy of the installation with one centre, to go on with."""
    return put_back(one_centre, ground, TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_any_usual_encoding_becomes_the_same_kpis(installation: Settings, encoding: str) -> None:
    drop_centre(installation)
    cases = [case("1"), case("2", outcome="调解不成"), case("3", outcome="在办", closed_on=None)]
    write_csv(installation.seeds / CASES, FOLDER, "case", cases, encoding)
    result = refreshing.refresh(installation)
    assert result.published, result.reason
    assert result.exit_code == 0
    assert value(installation, "dm_success_rate") == 0.5
    assert value(installation, "dm_closure_rate") == pytest.approx(2 / 3)
    assert value(installation, "dm_workers") == 6


def test_xlsx_becomes_the_same_kpis(installation: Settings) -> None:
    write_xlsx((installation.seeds / CENTRES).with_suffix(".xlsx"), FOLDER, "centre", [centre()])
    write_xlsx(
        (installation.seeds / CASES).with_suffix(".xlsx"), FOLDER, "case", [case("1"), case("2", outcome="撤回")]
    )
    assert refreshing.refresh(installation).published
    assert value(installation, "dm_success_rate") == 1.0
    assert value(installation, "dm_closure_rate") == 1.0


def test_refresh_with_nothing_new_publishes_nothing(installation: Settings) -> None:
    drop_centre(installation)
    first = refreshing.refresh(installation)
    second = refreshing.refresh(installation)
    assert not second.published
    assert second.release == first.release
    assert second.exit_code == 0


def test_good_rows_count_and_bad_rows_are_named(begun: Settings) -> None:
    cases = [
        case("1"),
        case("2", workers_involved="若干"),
        case("3", closed_on="2024-04-01"),
        case("4", outcome="基本成功"),
        case("5", dispute_type="劳动报酬13800138000"),
        case("洛110101199003070011"),
    ]
    write_csv(begun.seeds / CASES, FOLDER, "case", cases)
    result = refreshing.refresh(begun)
    assert result.published
    assert result.exit_code == 2
    [receipt] = [receipt for receipt in result.receipts if receipt.table == "case"]
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (1, 5)
    found = {
        (message.code, message.row, message.column) for message in receipt.messages if message.severity == "quarantine"
    }
    assert found == {("D100", 3, "涉及劳动者"), ("D42", 4, "结案日期"), ("D82", 5, "结果")} | {
        ("D69", 6, "争议类型"),
        ("D68", 7, "案件编号"),
    }
    assert value(begun, "dm_workers") == 2
    everything = [*_kept_bytes(begun), *_published_values(begun)]
    assert not [
        secret for secret in (b"13800138000", b"110101199003070011") if any(secret in kept for kept in everything)
    ]


def _kept_bytes(installation: Settings) -> list[bytes]:
    """The files under home as they are: logs, receipts, the ledger, what dbt leaves, landing, releases."""
    return [path.read_bytes() for path in installation.home.rglob("*") if path.is_file() and not path.is_symlink()]


def _published_values(installation: Settings) -> list[bytes]:
    """Every value of every table of the current release, because a database keeps strings compressed."""
    with current_values.connect(installation) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return [
            repr(connection.execute(f'select * from "{schema}"."{table}"').fetchall()).encode()
            for schema, table in tables
        ]


def test_file_that_is_not_understood_is_refused_and_the_others_count(installation: Settings) -> None:
    drop_centre(installation)
    (installation.seeds / FOLDER / "河南_劳动争议裁调对接_202405.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    result = refreshing.refresh(installation)
    assert result.published
    assert result.exit_code == 2
    [refused] = [receipt for receipt in result.receipts if receipt.status == "refused"]
    assert refused.messages[0].zh
    assert value(installation, "dm_staffing_compliance") == 1.0


def test_removing_a_file_removes_its_rows_and_the_release_before_keeps_them(begun: Settings) -> None:
    cases = write_csv(begun.seeds / CASES, FOLDER, "case", [case("1")])
    first = refreshing.refresh(begun)
    cases.unlink()
    assert refreshing.refresh(begun).published
    assert value(begun, "dm_workers") is None
    rollback.roll_back(begun, first.release)
    assert value(begun, "dm_workers") == 2


def test_correction_replaces_its_submission(begun: Settings) -> None:
    write_csv(begun.seeds / CASES, FOLDER, "case", [case("1"), case("2")])
    refreshing.refresh(begun)
    corrected = [case("1", workers_involved=9), case("2", outcome="调解不成")]
    write_csv((begun.seeds / CASES).with_stem("河南_劳动争议裁调对接_案件表_202405_更正1"), FOLDER, "case", corrected)
    assert refreshing.refresh(begun).published
    assert value(begun, "dm_workers") == 11
    assert value(begun, "dm_success_rate") == 0.5


def test_case_of_an_unknown_centre_counts_once_the_centre_arrives(installation: Settings) -> None:
    write_csv(installation.seeds / CASES, FOLDER, "case", [case("1")])
    result = refreshing.refresh(installation)
    [receipt] = result.receipts
    assert (receipt.status, receipt.rows_accepted) == ("warned", 1)
    assert [(message.code, message.row) for message in receipt.messages if message.code == "D101"] == [("D101", 2)]
    assert value(installation, "dm_workers") in (None, 0)
    drop_centre(installation)
    refreshing.refresh(installation)
    assert value(installation, "dm_workers") == 2


def test_file_of_cases_leaves_the_values_of_centres_until_stocks_go_on(begun: Settings, tmp_path: Path) -> None:
    def key() -> str:
        now = release.current(begun)
        assert now is not None
        return str(now.manifest["keys"]["model.unionboard.mart_dispute_mediation_centres_kpi_values"])

    refreshing.refresh(begun)
    before = key()
    write_csv(begun.seeds / CASES, FOLDER, "case", [case("1")])
    assert refreshing.refresh(begun).published
    assert key() == before
    assert value(begun, "dm_workers") == 2
    assert value(begun, "dm_coverage_county", period="2024-06") is None
    # Stocks go on until the last month anybody has reported: with cases of June the centre stands in June, too.
    dates = {"referred_on": "2024-06-03", "accepted_on": "2024-06-04", "closed_on": "2024-06-05"}
    june = case("2", **dates, report_period="2024-06", as_of_date="2024-06-10")
    write_csv((begun.seeds / CASES).with_stem("河南_劳动争议裁调对接_案件表_202406"), FOLDER, "case", [june])
    assert refreshing.refresh(begun).published
    assert key() != before
    assert value(begun, "dm_staffing_compliance", period="2024-06") == 1
    fresh = replace(begun, home=tmp_path / "home")
    refreshing.refresh(fresh)
    selection = current_values.Selection(programme=FOLDER)
    assert current_values.kpi_values(begun, selection) == current_values.kpi_values(fresh, selection)


def copied_project(folder: Path) -> Path:
    """The dbt project to be edited, with the reference lists where it looks for them."""
    shutil.copytree(project.DBT_PROJECT, folder / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    (folder / "seeds").symlink_to(CHECKOUT / "seeds")
    return folder / "dbt_project"


def test_failed_build_leaves_the_release_before(
    begun: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = refreshing.refresh(begun)
    broken = copied_project(tmp_path)
    fact = broken / "models" / FOLDER / "fct_dispute_mediation_cases.yml"
    fact.write_text(
        fact.read_text(encoding="utf-8").replace(
            "count(*) filter (where is_closed)", "count(*) filter (where no_such_column)"
        )
    )
    write_csv(begun.seeds / CASES, FOLDER, "case", [case("1")])
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(project, "DBT_PROJECT", broken)
        result = refreshing.refresh(begun)
    assert not result.published
    assert result.exit_code == 1
    assert "fct_dispute_mediation_cases.yml：指标 dm_closure_rate 的 numerator" in result.reason
    assert release.current_id(begun) == first.release
    assert value(begun, "dm_staffing_compliance") == 1.0
    # The file of the failed refresh is taken out again: nothing of it was published, nothing of it stays.
    (begun.seeds / CASES).unlink()
    again = refreshing.refresh(begun)
    assert (again.outcome, again.release) == ("unchanged", first.release)
    assert [receipt.file for receipt in again.receipts] == [CENTRES]
    assert [path.name for path in (begun.landing / FOLDER / "case").glob("*.parquet")] == [landing.SCHEMA_FILE]


def test_failed_test_leaves_the_release_before(
    begun: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = refreshing.refresh(begun)
    strict = copied_project(tmp_path)
    (strict / "tests" / "assert_no_centre.sql").write_text("select * from {{ ref('fct_dispute_mediation_centres') }}")
    halls = strict / "models" / "innovation_expo" / "fct_innovation_expo_halls.yml"
    halls.write_text(halls.read_text(encoding="utf-8").replace("visitors_total: 280", "visitors_total: 281"))
    monkeypatch.setattr(project, "DBT_PROJECT", strict)
    result = refreshing.refresh(begun)
    assert (result.published, result.exit_code, result.tests_failed) == (False, 1, 2)
    assert "assert_no_centre" in result.reason
    assert "hall_visitors_running_total_replaces_and_period_adds" in result.reason
    assert release.current_id(begun) == first.release


def test_nothing_is_written_outside_home(installation: Settings) -> None:
    drop_centre(installation)
    before = {path: path.stat().st_mtime_ns for path in installation.seeds.rglob("*")}
    refreshing.refresh(installation)
    assert {path: path.stat().st_mtime_ns for path in installation.seeds.rglob("*")} == before


def test_command_line_speaks_json_and_exit_codes(installation: Settings) -> None:
    drop_centre(installation)
    write_csv(installation.seeds / CASES, FOLDER, "case", [case("1"), case("2", workers_involved="若干")])

    def run(*arguments: str) -> tuple[int, str, str]:
        environment = {**os.environ, "UNIONBOARD_SEEDS": str(installation.seeds), "UNIONBOARD_HOME": str(installation.home),
                       "UNIONBOARD_TODAY": "2024-06-15"}  # fmt: skip
        command = [sys.executable, "-m", "warehouse.command.cli", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        return done.returncode, done.stdout, done.stderr

    assert run("status")[0] == 1
    code, out, _ = run("check", str(installation.seeds), "--json")
    assert code == 2
    assert {file["status"] for file in json.loads(out)["files"]} == {"accepted", "warned"}
    assert not installation.home.exists(), "check wrote something"
    code, out, err = run("refresh", "--json")
    document = json.loads(out)
    assert (code, document["published"], document["tests"]["failed"]) == (2, True, 0)
    assert set(document["seconds"]) == {"intake", "build", "test", "publish", "total"}
    assert "若干" in err
    code, out, _ = run("kpi", "--kpi", "dm_workers", "--region", "410000", "--period", "2024-05", "--json")
    [row] = json.loads(out)
    assert (code, row["value"], row["origin"], row["unit"], row["status"]) == (
        0,
        2.0,
        "submitted",
        "count",
        "no_target",
    )
    code, out, err = run("kpi", "--kpi", "dm_worker")
    assert (code, out) == (1, "")
    assert "dm_workers" in err
    code, out, _ = run("query", "select count(*) as n from fct_dispute_mediation_cases", "--json")
    assert (code, json.loads(out)) == (0, [{"n": 1}])
    code, _, err = run("query", "drop table dim_kpi")
    assert code == 1
    code, out, _ = run("releases", "--json")
    assert [row["current"] for row in json.loads(out)] == [True]
    assert run("rollback")[0] == 1
    assert run("status", "--json")[0] == 0


def test_preview_says_what_would_change_and_publishes_nothing(begun: Settings, tmp_path: Path) -> None:
    first = refreshing.refresh(begun)
    cases = write_csv(tmp_path / "河南_劳动争议裁调对接_案件表_202405.csv", FOLDER, "case", [case("1")])
    seen = previewing.preview(begun, [cases])
    changed = {(change["kpi"], change["region"], change["period"]): change for change in seen.changes}
    workers = changed["dm_workers", "410000", "2024-05"]
    assert (workers["before"], workers["after"], workers["files"]) == (None, 2.0, [f"{FOLDER}/{cases.name}"])
    assert [receipt.rows_accepted for receipt in seen.receipts] == [1]
    assert release.current_id(begun) == first.release
    assert not list(begun.seeds.rglob("*案件表*"))
    assert not list(begun.home.glob(".preview-*"))


def test_only_files_whose_rows_count_are_named_as_causes(begun: Settings, tmp_path: Path) -> None:
    first = refreshing.refresh(begun)
    write_csv(begun.seeds / CASES, FOLDER, "case", [case("1"), case("2"), case("3")])
    # One that nobody can read, one of which nothing is taken, and one that says the same again, in the same drop.
    (begun.seeds / FOLDER / "河南_劳动争议裁调对接_案件表_郑州市总工会_202405.csv").write_bytes(b"\0\1\2")
    refused = [{**case("7"), "accepted_on": "2099-01-01"}]
    write_csv(begun.seeds / FOLDER / "河南_劳动争议裁调对接_案件表_开封市总工会_202405.csv", FOLDER, "case", refused)
    double = begun.seeds / FOLDER / "河南_劳动争议裁调对接_案件表_洛阳市总工会_202405.csv"
    shutil.copy(begun.seeds / CASES, double)
    second = refreshing.refresh(begun)

    assert first.release is not None and second.release is not None
    before, after = (release.find(begun, one).path for one in (first.release, second.release))
    changes = compare.kpi_changes(before, after)

    assert {tuple(change["files"]) for change in changes} == {(CASES,)}

    # A correction that loses more than half waits for a word: what changes is not its doing.
    shrunken = write_csv(tmp_path / "河南_劳动争议裁调对接_案件表_202405_更正.csv", FOLDER, "case", [case("1")])
    more = write_csv(
        tmp_path / "河南_劳动争议裁调对接_案件表_202404.csv",
        FOLDER,
        "case",
        [{**case("8"), "report_period": "2024-04"}],
    )
    seen = previewing.preview(begun, [shrunken, more])
    assert {Path(one.file).name: one.status for one in seen.receipts} == {shrunken.name: "refused", more.name: "warned"}
    assert {tuple(change["files"]) for change in seen.changes} == {(f"{FOLDER}/{more.name}",)}
