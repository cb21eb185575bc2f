"""What analysts may ask and what they may not: tried, not assumed."""

import time
from pathlib import Path

import duckdb
import pytest

from dashboard.data import asking
from warehouse.settings import Settings

ENDLESS = "select count(*) from range(1000000000) as a(x), range(1000000) as b(y) where x % 7 = y % 5"


def test_answer_has_columns_rows_and_a_limit(at_house: Settings, release_id: str) -> None:
    answer = asking.ask(release_id, "select kpi, unit from dim_kpi where kpi = 'dm_success_rate'")
    assert (answer.columns, answer.rows, answer.is_cut) == (("kpi", "unit"), (("dm_success_rate", "percent"),), False)
    many = asking.ask(release_id, "select * from range(1000000)")
    assert (len(many.rows), many.is_cut) == (asking.ROWS, True)


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
    with pytest.raises((asking.Refused, duckdb.Error)):
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
        with pytest.raises(duckdb.Error):
            asking.ask(release_id, f"select * from {source}")


def test_settings_stay_as_they_are(at_house: Settings, release_id: str) -> None:
    shown = dict(asking.ask(release_id, "select name, value from duckdb_settings()").rows)
    assert (shown["enable_external_access"], shown["lock_configuration"]) == ("false", "true")
    with pytest.raises(duckdb.Error):
        asking.ask(release_id, "select set_config('memory_limit', '1TB')")


def test_question_without_end_is_stopped(at_house: Settings, release_id: str) -> None:
    begun = time.monotonic()
    with pytest.raises(asking.Refused, match="too_long"):
        asking.ask(release_id, ENDLESS, seconds=0.5)
    assert time.monotonic() - begun < 8
    assert asking.ask(release_id, "select 1").rows == ((1,),)


def test_question_that_needs_too_much_memory_fails_alone(at_house: Settings, release_id: str) -> None:
    with pytest.raises((duckdb.Error, asking.Refused)):
        asking.ask(release_id, "select list(range) from range(400000000)", seconds=20)
    assert asking.ask(release_id, "select 1").rows == ((1,),)


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
        with pytest.raises(duckdb.Error):
            asking.ask(release_id, f"select * from {name}")


def test_columns_are_described(at_house: Settings, release_id: str) -> None:
    values = next(one for one in asking.relations(release_id) if one.name == "mart_kpi_values")
    assert values.description.startswith("One row per")
    assert {column.name for column in values.columns if not column.description} == set()
