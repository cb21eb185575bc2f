"""Which engine runs what, and statements as Spark is given them; no cluster is needed (tests/cluster has one)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse import settings as settings_module
from warehouse.build import candidate as building
from warehouse.build.candidate import BuildError
from warehouse.build.engines import Choice, spark
from warehouse.build.engines.spark_sql import in_parts, standard_literals
from warehouse.build.plan import Kpi, Node, Plan
from warehouse.settings import Settings


def node(file: str, kind: str = "table", parents: tuple[str, ...] = (), name: str = "x") -> Node:
    return Node(f"model.unionboard.{name}", name, kind, name, "select 1", parents, (), file)


CASES = node("dbt_project/models/dispute_mediation/fct_cases.yml", name="cases")
TALKS = node("dbt_project/models/station_health_talks/fct_talks.yml", name="talks")
CORE = node("dbt_project/models/core/dim_kpi.yml", name="dim_kpi")
LIST = node("dbt_project/models/core/_reference__seeds.yml", "seed", name="targets")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))


def engines(settings: Settings) -> tuple[str, ...]:
    choice = Choice(settings)
    return tuple(choice.of(one) for one in (CASES, TALKS, CORE, LIST))


def test_all_models_run_on_the_engine_of_the_settings_and_lists_are_read_by_duckdb(settings: Settings) -> None:
    assert engines(settings) == ("duckdb", "duckdb", "duckdb", "duckdb")
    assert engines(replace(settings, engine="spark")) == ("spark", "spark", "spark", "duckdb")
    assert not Choice(settings).needs_spark


def test_one_programme_runs_on_spark_while_the_others_stay(settings: Settings) -> None:
    one = replace(settings, spark_programmes=("dispute_mediation",))
    assert engines(one) == ("spark", "duckdb", "duckdb", "duckdb")
    assert Choice(one).needs_spark
    with pytest.raises(BuildError, match="没有项目 disputes"):
        Choice(replace(settings, spark_programmes=("disputes",)))


def test_list_of_programmes_may_name_the_engine_and_the_command_line_overrules_it(settings: Settings) -> None:
    settings.reference.mkdir(parents=True) if not settings.reference.is_dir() else None
    own = settings.seeds / "reference"
    own.mkdir(exist_ok=True)
    (own / "programmes.csv").write_text("programme,engine\ndispute_mediation,Spark\nstation_health_talks,\n", "utf-8")
    assert engines(settings) == ("spark", "duckdb", "duckdb", "duckdb")
    assert engines(replace(settings, is_engine_forced=True)) == ("duckdb", "duckdb", "duckdb", "duckdb")
    (own / "programmes.csv").write_text("programme,engine\ndispute_mediation,sparc\n", "utf-8")
    with pytest.raises(BuildError, match=r"programmes\.csv 第2行：engine 只能是 duckdb 或 spark，现为“sparc”"):
        Choice(settings)


def test_test_runs_on_spark_where_all_it_looks_at_is_there(settings: Settings) -> None:
    choice = Choice(replace(settings, spark_programmes=("dispute_mediation",)))
    nodes = {one.id: one for one in (CASES, TALKS, CORE, LIST)}
    tests = {
        "spark": node("x.yml", "test", (CASES.id,)),
        "duckdb": node("x.yml", "test", (CASES.id, CORE.id)),
    }
    assert {engine: choice.of_test(one, nodes) for engine, one in tests.items()} == {
        "spark": "spark",
        "duckdb": "duckdb",
    }
    assert choice.of_test(node("x.yml", "test", (LIST.id,)), nodes) == "duckdb"


def test_engine_of_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_ENGINE", "hive")
    with pytest.raises(ValueError, match="UNIONBOARD_ENGINE 只能是 duckdb 或 spark，现为“hive”"):
        settings_module.load()


def test_backslash_in_a_text_is_doubled_and_nowhere_else() -> None:
    sql = "select 'a\\b''\\', \"c\\d\" -- it's \\ \n/* ' \\ */ from t"
    assert standard_literals(sql) == "select 'a\\\\b''\\\\', \"c\\d\" -- it's \\ \n/* ' \\ */ from t"


STATEMENT = """
-- with ) a bracket
with once as (select ')' as x),
twice as (select x, 1 as n from once union all select 'b', 2),
thrice as (with own as (select * from twice) select * from own),
alone as (select * from thrice where n = 1)
select a.x, b.n from thrice as a inner join alone as b on a.n = b.n cross join twice as c
"""


def test_parts_that_are_read_more_than_once_are_made_first_and_the_result_stays() -> None:
    parts, rest = in_parts(STATEMENT)
    assert [part.name for part in parts] == ["twice", "thrice"]
    with duckdb.connect() as connection:
        whole = connection.execute(STATEMENT).fetchall()
        for part in parts:
            connection.execute(f"create temp table {part.name} as {part.sql}")
        assert sorted(connection.execute(rest).fetchall()) == sorted(whole)
    assert len(whole) == 2


def test_statement_without_parts_stays_as_it_is() -> None:
    for sql in ("select 1", "with recursive t as (select 1 union all select 2 from t) select * from t, t"):
        assert in_parts(sql) == ([], sql)


def test_error_of_spark_names_the_file_and_the_kpi_whose_expression_it_complains_about() -> None:
    fact = replace(CASES, kpis=(Kpi("dm_closed", "count", "higher", False, False),))
    mart = node("dbt_project/models/dispute_mediation/mart_values.yml", name="mart_values")
    sql = "create table s.mart_values using parquet as\nselect\n  /* dm_closed numerator */ count(no_such) as a\nfrom t"
    said = "[UNRESOLVED_COLUMN] A column with name `no_such` cannot be resolved. SQLSTATE: 42703; line 3 pos 34"
    told = building._explained(mart, Plan((fact, mart)), spark.with_line(said, sql))
    assert told.startswith("dbt_project/models/dispute_mediation/fct_cases.yml：指标 dm_closed 的 numerator 写错了。")
    assert "no_such" in told
