"""What analysts may ask and what they may not: tried, not assumed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.data import asking
from warehouse.releases import question
from warehouse.settings import CHECKOUT, Settings

ENDLESS = "select count(*) from range(1000000000) as a(x), range(1000000) as b(y) where x % 7 = y % 5"
REFUSED = (asking.Refused, asking.Failed)


def test_answer_has_columns_rows_and_a_limit(at_house: Settings, release_id: str) -> None:
    answer = asking.ask(release_id, "select kpi, unit from dim_kpi where kpi = 'dm_success_rate'")
    assert (answer.columns, answer.rows, answer.is_cut) == (("kpi", "unit"), (("dm_success_rate", "percent"),), False)
    many = asking.ask(release_id, "select * from range(1000000)")
    assert (len(many.rows), many.is_cut) == (question.ROWS, True)


@pytest.mark.parametrize(
    "sql",
    [
        "drop table dim_kpi",
        "delete from dim_kpi",
        "create table stolen as select 1",
        "attach '/etc/passwd' as x",
        "copy dim_kpi to '/tmp/stolen.csv'",
        "set memory_limit = '100GB'",
        "pragma database_list",
        "install httpfs",
        "load httpfs",
        "explain analyze delete from dim_kpi",
        "select 1; drop table dim_kpi",
    ],
)
def test_only_one_select_is_taken(at_house: Settings, release_id: str, sql: str) -> None:
    with pytest.raises(REFUSED):
        asking.ask(release_id, sql)
    assert asking.ask(release_id, "select count(*) from dim_kpi").rows[0][0] > 0


def test_files_cannot_be_read(at_house: Settings, release_id: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    release = at_house.releases / f"{release_id}.duckdb"
    for source in (
        f"read_csv('{secret}')",
        f"read_text('{secret}')",
        f"read_blob('{release}')",
        f"glob('{tmp_path}/*')",
        f"'{secret}'",
        "read_parquet('https://example.org/x.parquet')",
        f"query('select * from read_csv(''{secret}'')')",
    ):
        with pytest.raises(asking.Refused, match=r"no_such_(table|function)"):
            asking.ask(release_id, f"select * from {source}")


@pytest.mark.parametrize(
    "sql",
    [
        "select name, value from duckdb_settings()",
        "select current_setting('temp_directory')",
        "select 'temp_directory'.current_setting()",
        "select main.current_setting('home_directory')",
        "select CURRENT_SETTING('threads')",
        "select getvariable('x')",
        "select getenv('HOME')",
        "from duckdb_databases()",
        "from duckdb_databases",
        "from pragma_database_list",
        "from pragma_database_size()",
        "from duckdb_tables() union all from duckdb_tables()",
        "from information_schema.tables",
        "from system.information_schema.columns",
        "from pg_catalog.pg_settings",
        "from sqlite_master",
        "from duckdb_secrets()",
        "from duckdb_extensions()",
        "from duckdb_temporary_files()",
        "from duckdb_external_file_cache()",
        "show all tables",
        "show databases",
        "describe from duckdb_settings()",
        "summarize from duckdb_settings()",
        "select (select count(*) from duckdb_databases())",
        "select 1 where exists (from duckdb_settings())",
        "select * from range(1) where 1 in (select 1 from duckdb_settings())",
        "with a as materialized (from duckdb_settings()) from a",
        "with a as (with duckdb_databases as (select 1) from duckdb_databases) from duckdb_databases",
        "with recursive r as (select 1 as n union all select n + 1 from r, duckdb_settings() where n < 2) from r",
        "from range(1), lateral (from duckdb_settings())",
        "select list_transform([1], lambda x: current_setting('threads'))",
        "select [current_setting('threads') for x in range(1)]",
        "select 1 order by current_setting('threads')",
        "select count(*) filter (current_setting('threads') = '1')",
        "select sum(1) over (order by current_setting('threads'))",
        "values (current_setting('threads'))",
        "from query('from duckdb_settings()')",
        "from query_table('dim_kpi')",
        "from json_execute_serialized_sql(json_serialize_sql('from duckdb_settings()'))",
        "select json_serialize_plan('from dim_kpi')",
        "select stats(value) from mart_kpi_values limit 1",
        "from pragma_storage_info('dim_kpi')",
        "select pg_get_viewdef(1)",
        "select pg_sleep(1)",
        "select write_log('x')",
        "from seq_scan('dim_kpi')",
        "from read_duckdb('x')",
        "select 1 limit (select count(*) from duckdb_settings())",
        "select distinct on (current_setting('threads')) 1",
        "select 1 from range(2) a join range(2) b on a.range = (select count(*) from duckdb_databases())",
        "select quantile_cont(x, 0.5) within group (order by current_setting('threads')) from range(3) t(x)",
        "select \"current_setting\"('threads')",
        "from (show all tables)",
        "from (describe from duckdb_settings())",
        "pivot duckdb_settings() on name using count(*)",
        "from (pivot (from duckdb_settings()) on name in ('threads') using first(value))",
        "select 1\0 from duckdb_settings()",
        "select * exclude (x) replace (current_setting('threads') as y) from (select 1 as x, 2 as y)",
        "select columns(c -> current_setting('threads') = '1') from dim_kpi",
        "select * from release.main.dim_kpi",
        "select * from temp.main.x",
    ],
)
def test_paths_settings_and_catalogues_are_not_told(at_house: Settings, release_id: str, sql: str) -> None:
    with pytest.raises(REFUSED) as refused:
        asking.ask(release_id, sql)
    assert str(at_house.home) not in f"{refused.value} {refused.value.__dict__}"


def test_no_answer_and_no_error_names_a_folder(at_house: Settings, release_id: str) -> None:
    for one in asking.relations(release_id):
        answer = asking.ask(release_id, f'select * from "{one.name}"')
        told = [cell for row in answer.rows for cell in row if isinstance(cell, str)]
        assert [text for text in told if str(at_house.home) in text or str(CHECKOUT) in text] == []
    # What would be written to disk elsewhere has no place to go.
    with pytest.raises(asking.Refused, match="too_much_memory"):
        asking.ask(release_id, "select * from range(40000000) a(x), range(3) order by hash(x)::varchar || x")


@pytest.mark.parametrize(
    "sql",
    [
        "select kpi, unit from dim_kpi order by kpi limit 2",
        "describe dim_kpi",
        "summarize dim_kpi",
        "with best as (select region, value from mart_kpi_values where value is not null) select max(value) from best",
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * from r",
        "select current_date, now(), unnest([1, 2])",
        "select * from main.dim_programme",
        "select DIM_KPI.kpi from DIM_KPI",
        "select programme, list(kpi), map {'a': 1}, {'b': [null]} from dim_kpi group by all",
        "values (1), (2)",
    ],
)
def test_questions_of_people_are_answered(at_house: Settings, release_id: str, sql: str) -> None:
    assert asking.ask(release_id, sql).rows


def test_question_without_end_is_stopped(at_house: Settings, release_id: str) -> None:
    with pytest.raises(asking.Refused, match="too_long"):
        asking.ask(release_id, ENDLESS, seconds=0.5)
    assert asking.ask(release_id, "select 1").rows == ((1,),)


# Measured in a process of its own, so that what other tests hold does not count.
GREEDY = """
import resource, sys
from dashboard.data import asking
asking.ask(sys.argv[1], "select 1")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for sql in sys.argv[2:]:
    try:
        # What never ends is stopped soon; what ends by itself, or for want of memory, has the time of a busy machine.
        answer = asking.ask(sys.argv[1], sql, seconds=1 if "count(*)" in sql else 120)
        print("answered", len(answer.rows), answer.cut)
    except (asking.Refused, asking.Failed) as error:
        print(error)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print("grown", grown // 1024 < 60, "children", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024 < 1200)
"""


def test_greedy_questions_end_and_the_server_does_not_grow(at_house: Settings, release_id: str) -> None:
    questions = {
        "select repeat('x', 1000000000)": "too_much_memory",
        "select repeat('x', 5000000)": "too_large",
        "select repeat('x', 1000000) from range(1000000)": None,
        "select * from range(1000000000000)": "answered 5000 rows",
        "select list(range) from range(1000000000)": "too_much_memory",
        "select [null for x in range(100000000)]": "too_much_memory",
        "with recursive r(n, s) as (select 1, 'x' union all select n + 1, s || s from r) select * from r": "too_much_memory",
        "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r": "too_long",
        "select count(*) from mart_kpi_values a, mart_kpi_values b, mart_kpi_values c where a.value > b.value": "too_long",
        "select repeat(label_zh, 100000) from dim_kpi": None,
        "select bitstring('1', 1000000000)::varchar": None,
        f"select {', '.join(f'{number} as c{number}' for number in range(300))}": "too_many_columns",
        f"select {'(' * 9000}1{')' * 9000}": None,
        f"select 1 as n{' ' * 30_000}": "too_much_sql",
        "select repeat('ab', 1000) from range(100000)": "answered",
    }
    command = [sys.executable, "-c", GREEDY, release_id, *questions]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    *answers, measured = done.stdout.splitlines()
    told = dict(zip(questions, answers, strict=True))
    assert measured == "grown True children True"
    expected = {sql: says for sql, says in questions.items() if says is not None}
    assert {sql: told[sql][: len(says)] for sql, says in expected.items()} == expected
    assert [says for says in answers if not says.startswith(("too_", "answered", "Parser Error"))] == []
    assert told["select repeat('ab', 1000) from range(100000)"].endswith("bytes")


def test_question_is_taken_back(at_house: Settings, release_id: str) -> None:
    asked = asking.Asked(release_id, ENDLESS)
    assert not asked.is_done(within=0.5)
    asked.cancel()
    with pytest.raises(asking.Refused, match="cancelled"):
        asked.answer()
    assert _children_asking() == []


def test_third_question_waits_and_is_told_when_no_place_comes_free(at_house: Settings, release_id: str) -> None:
    running = [asking.Asked(release_id, ENDLESS) for _ in range(asking.PLACES)]
    while len(_children_asking()) < asking.PLACES:
        time.sleep(0.05)
    with pytest.raises(asking.Refused, match="busy"):
        asking.ask(release_id, "select 1", wait=0.2)
    waiting = asking.Asked(release_id, "select 7")
    assert not waiting.is_done(within=0.3)
    for one in running:
        one.cancel()
    assert waiting.answer().rows == ((7,),)


def test_process_of_a_question_ends_with_the_server(at_house: Settings, release_id: str) -> None:
    script = f"import sys; from dashboard.data import asking; asking.ask(sys.argv[1], {ENDLESS!r}, seconds=500)"
    server = subprocess.Popen([sys.executable, "-c", script, release_id], cwd=CHECKOUT)
    try:
        while not (children := _children_asking(server.pid)):
            assert server.poll() is None
            time.sleep(0.05)
        server.send_signal(signal.SIGKILL)
        server.wait()
        until = time.monotonic() + 20
        while any(_is_running(child) for child in children):
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        server.kill()
        server.wait()


def test_answer_that_the_process_makes_up_is_bounded(
    at_house: Settings, release_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a process sends that no longer keeps to its own limits, no more than the limit is read."""
    script = tmp_path / "question_process.py"
    script.write_text("import sys\nwhile True: sys.stdout.write('[' + '1,' * 50000 + '1]\\n')\n", encoding="utf-8")
    monkeypatch.setattr(question, "_SCRIPT", script)
    with pytest.raises(asking.Refused, match="too_large"):
        asking.ask(release_id, "select 1")


def _children_asking(parent: int | None = None) -> list[int]:
    """The processes of questions that this one, or `parent`, has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            its_parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"question_process" in command and its_parent == (parent or os.getpid()):
            found.append(int(folder.name))
    return found


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_small_counts_are_hidden(at_house: Settings, release_id: str) -> None:
    sql = (
        "select value, numerator, rows, is_hidden from mart_kpi_values"
        " where kpi = 'dm_success_rate' and region = '{}' and period = '2024-05' and origin = 'submitted'"
    )
    assert asking.ask(release_id, sql.format("410100")).rows == ((None, None, None, True),)
    assert asking.ask(release_id, sql.format("410300")).rows == ((0.625, 10.0, 16, False),)
    telling = (
        "coalesce(value, numerator, denominator, rows, target, provinces_reported) is not null or as_of is not null"
    )
    assert asking.ask(release_id, f"select count(*) from mart_kpi_values where is_hidden and ({telling})").rows == (
        (0,),
    )
    assert asking.ask(release_id, "select count(*) from mart_kpi_values where is_hidden").rows[0][0] > 0


def test_records_behind_masked_counts_are_not_there(at_house: Settings, release_id: str) -> None:
    names = {one.name for one in asking.relations(release_id)}
    assert "mart_kpi_values" in names
    assert "fct_women_innovation_studios_studios" in names
    assert {name for name in names if "dispute" in name or "health_checkup" in name or name == "fct_submissions"} == {
        "fct_dispute_mediation_centres",
        "fct_health_checkup_centres",
    }
    counts = "select rows_accepted from dim_file where programme = 'dispute_mediation' and table_name = 'case'"
    assert asking.ask(release_id, counts).rows == ((None,),)
    assert asking.ask(release_id, "select count(*) from mart_orphans where programme = 'dispute_mediation'").rows == (
        (0,),
    )
    for name in ("fct_dispute_mediation_cases", "release.main.fct_dispute_mediation_cases"):
        with pytest.raises(asking.Refused, match="no_such_table"):
            asking.ask(release_id, f"select * from {name}")


def test_columns_are_described(at_house: Settings, release_id: str) -> None:
    values = next(one for one in asking.relations(release_id) if one.name == "mart_kpi_values")
    assert values.description.startswith("One row per")
    assert {column.name for column in values.columns if not column.description} == set()
