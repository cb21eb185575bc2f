"""`unionboard query`: one statement, so many seconds, any amount of rows; and what a release file held by another program says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support import releases
from tests.support.releases import held_for_writing
from warehouse.command import cli
from warehouse.refresh import refresh
from warehouse.releases import in_use, release
from warehouse.settings import Settings

ENDLESS = "select count(*) from range(1000000000) a(x), range(1000000) b(y) where x % 7 = y % 5"


@pytest.fixture
def made(installation: Settings) -> Settings:
    releases.make(installation, ["create table dim_kpi as select 'p_count' as kpi, 7 as answer"])
    return installation


def run(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    where = ["--seeds", str(settings.seeds), "--home", str(settings.home), "--today", settings.today.isoformat()]
    done = CliRunner().invoke(cli.app, [*arguments, *where])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_query_gives_rows_with_the_types_that_json_has(made: Settings) -> None:
    sql = "select kpi, answer, answer / 2 as half, [1, null] as l, {'a': date '2024-05-01'} as s, 1.50::decimal(9, 2) as d from dim_kpi"
    code, out, _ = run(made, "query", sql, "--json")
    assert code == 0
    assert json.loads(out) == [
        {"kpi": "p_count", "answer": 7, "half": 3.5, "l": [1, None], "s": {"a": "2024-05-01"}, "d": "1.50"}
    ]
    assert run(made, "query", "select 1 as one where false", "--json")[:2] == (0, "[]\n")
    many = json.loads(run(made, "query", "select range as n from range(25000)", "--json")[1])
    assert [one["n"] for one in many] == list(range(25_000))
    code, out, said = run(made, "query", "select range as n from range(10003)")
    assert (code, "9999" in out, "10000" in out) == (0, True, False)
    assert "还有 3 行" in said


@pytest.mark.parametrize("sql", ["select 1; select 2", "", ";", "/* nothing */", "select 1; drop table dim_kpi"])
def test_query_takes_exactly_one_statement(made: Settings, sql: str) -> None:
    code, out, said = run(made, "query", sql, "--json")
    assert (code, out) == (1, "")
    assert "只能写一条" in said
    assert run(made, "query", "select 1 as one;", "--json")[0] == 0


@pytest.mark.parametrize("sql", [ENDLESS, "select * from range(1000000000000)"])
def test_query_ends_after_its_seconds(made: Settings, sql: str) -> None:
    code, out, said = run(made, "query", sql, "--seconds", "0.5", "--json")
    assert (code, out) == (1, "")
    assert "超过 0.5 秒，已停止" in said


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("selec 1", "查询出错"),
        ("drop table dim_kpi", "查询出错"),
        ("from read_csv('/etc/hostname')", "查询出错"),
        ("select * from nothing_here", "查询出错"),
    ],
)
def test_query_says_what_the_engine_says(made: Settings, sql: str, says: str) -> None:
    code, out, said = run(made, "query", sql, "--json")
    assert (code, out) == (1, "")
    assert says in said
    assert json.loads(run(made, "query", "select answer from dim_kpi", "--json")[1]) == [{"answer": 7}]


def test_release_that_another_program_writes_is_named_and_read_again_afterwards(made: Settings) -> None:
    current = release.current(made)
    assert current is not None
    with held_for_writing(current.path) as process:
        for command in (
            ["kpi", "--json"],
            ["query", "select 1 as one", "--json"],
            ["refresh", "--json"],
            ["status", "--json"],
            ["accept", str(_some_file(made)), "--json"],
        ):
            code, out, said = _of_process(made, *command)
            assert code == 1, command
            assert f"文件 {current.path} 正被另一个程序" in said, command
            assert str(process) in said, command
            assert "关闭这个文件" in said, command
            if command[0] in ("refresh", "accept"):
                assert json.loads(out)["published"] is False
                assert str(current.path) in json.loads(out)["reason"]
    assert json.loads(run(made, "query", "select answer from dim_kpi", "--json")[1]) == [{"answer": 7}]


def test_refresh_that_meets_another_writer_leaves_everything_as_it_was(made: Settings) -> None:
    current = release.current(made)
    assert current is not None
    before = sorted(path.name for path in made.home.rglob("*.parquet"))
    with held_for_writing(current.path), pytest.raises(in_use.InUseError):
        refresh(made)
    assert sorted(path.name for path in made.home.rglob("*.parquet")) == before
    assert release.current_id(made) == current.id


def test_other_errors_are_no_conflict() -> None:
    assert in_use.conflict_of(ValueError("IO Error: Cannot open file")) is None
    told = in_use.conflict_in(
        'IO Error: Could not set lock on file "/h/releases/a.duckdb": Conflicting lock is held in /usr/bin/python3.11 (PID 7).'
        " See also https://example.org"
    )
    assert told == in_use.InUse("/h/releases/a.duckdb", "/usr/bin/python3.11 (PID 7)")
    assert in_use.conflict_in('Could not set lock on file "/h/a.duckdb"') == in_use.InUse("/h/a.duckdb", "")


def _of_process(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    where = ["--seeds", str(settings.seeds), "--home", str(settings.home), "--today", settings.today.isoformat()]
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.command.cli", *arguments, *where],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def _some_file(settings: Settings) -> Path:
    path = settings.seeds.parent / "河南_劳动争议裁调对接_案件表_202405.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    return path
