"""What the models promise: each record once, the contract's words on the columns, and the columns that others read."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from warehouse import contracts
from warehouse.build import plan as planning
from warehouse.build import project
from warehouse.build.engines import EngineError
from warehouse.build.engines.duckdb import DuckDb
from warehouse.build.plan import Node, Plan
from warehouse.releases import release
from warehouse.settings import CHECKOUT, Settings

MODELS = CHECKOUT / "dbt_project" / "models"


def model_of(path: Path) -> dict[str, object]:
    [model] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    found: dict[str, object] = model
    return found


@pytest.mark.parametrize("path", sorted(MODELS.glob("*/fct_*.yml")), ids=lambda path: path.stem)
def test_every_fact_is_asked_whether_it_holds_each_record_once(path: Path) -> None:
    tests = model_of(path).get("data_tests") or []
    assert isinstance(tests, list)
    assert any(one == "one_row_per_record" or "one_row_per_record" in one for one in tests)


def test_record_that_stands_twice_is_found_by_the_primary_key_of_its_contract(shipped: Settings) -> None:
    plan = planning.load(shipped)
    assert plan is not None
    [found] = [node for node in plan.nodes if node.name.startswith("one_row_per_record_fct_dispute_mediation_cases")]
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {project.DATABASE_NAME}")
        connection.execute(
            f"create table {project.DATABASE_NAME}.main.fct_dispute_mediation_cases as select * from (values"
            " ('submitted', '410300', 'LY1', '7'), ('submitted', '410300', 'LY1', '7'),"
            # Another office, another centre and another origin each have a case 7 of their own.
            " ('submitted', '410100', 'LY1', '7'), ('submitted', '410300', 'LY2', '7'), ('demonstration', '410300', 'LY1', '7')"
            ") as cases (origin, owner_region_code, centre_id, case_no)"
        )
        rows = connection.execute(found.sql).fetchall()
    assert rows == [("submitted", "410300", "LY1", "7", 2)]


@pytest.mark.parametrize("table", contracts.all_tables(), ids=lambda table: f"{table.programme}.{table.name}")
def test_a_table_is_staged_once_with_the_columns_of_its_contract(shipped: Settings, table: contracts.Table) -> None:
    plan = planning.load(shipped)
    assert plan is not None
    own = f"source.unionboard.{table.programme}.{table.name}"
    [staged] = [node for node in plan.nodes if own in node.parents and node.kind != "test"]
    assert staged.name.startswith(f"stg_{table.programme}__") and staged.kind == "view"
    assert set(staged.parents) == {own, "source.unionboard.intake.submissions"}
    # What stands below the contract says of each column what the contract says, for it is the same text.
    [model] = [
        model
        for model in yaml.safe_load(table.path.read_text(encoding="utf-8"))["models"]
        if model["name"] == staged.name
    ]
    said = {column["name"]: (column["description"], column["data_type"]) for column in model["columns"]}
    known = {column.name: column.description for column in table.columns}
    assert {name: description for name, (description, _) in said.items()} == {name: known[name] for name in said}
    assert {name for name, *_ in staged.columns} >= set(said)


def test_columns_of_a_release_carry_the_words_of_the_contract(shipped: Settings) -> None:
    current = release.current(shipped)
    assert current is not None
    with duckdb.connect(str(current.path), read_only=True) as connection:
        said = dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'fct_dispute_mediation_cases'"
            ).fetchall()
        )
        [(about,)] = connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_dispute_mediation_cases'"
        ).fetchall()
    # From the contract, from the columns that every table has, and from the model itself.
    assert (said["accepted_on"], said["reporting_unit"], said["is_settled"]) == (
        "受理日期；≥委托",
        "填报单位",
        "调解成功结案",
    )
    assert about.startswith("One row per case")


def test_dim_kpi_names_the_facts_that_its_definitions_stand_with() -> None:
    named: set[str] = set()
    for path in MODELS.glob("*/mart_*_kpi_values.sql"):
        for listed in re.findall(
            r"macro kpi_facts_of__\w+\(\).*?endmacro", path.read_text(encoding="utf-8"), re.DOTALL
        ):
            named |= set(re.findall(r"ref\('(\w+)'\)", listed))
    defined = {
        path.stem
        for path in MODELS.glob("*/fct_*.yml")
        if re.search(r"^        kpis:", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert defined <= named


def test_lineage_of_dim_kpi_does_not_build_it_again_with_every_drop(shipped: Settings) -> None:
    plan = planning.load(shipped)
    assert plan is not None
    [node] = [node for node in plan.nodes if node.name == "dim_kpi"]
    assert node.parents == ()


def test_model_that_breaks_the_contract_of_its_readers_is_not_built(shipped: Settings, tmp_path: Path) -> None:
    promised = (("kpi", "varchar"), ("value", "double"), ("status", "varchar"))
    name = f'"{project.DATABASE_NAME}"."main"."mart_x"'
    sql = "select 'a' as kpi, 1 as value, 2 as extra"
    node = Node("model.x", "mart_x", "table", name, sql, (), (), "models/mart_x.yml", contract=promised)
    engine = DuckDb(shipped, tmp_path / f"{project.DATABASE_NAME}.duckdb", Plan((node,)), 600)
    try:
        with pytest.raises(EngineError) as told:
            engine.make(node)
    finally:
        engine.close()
    for words in ("多了列 extra（integer）", "缺少列 status（varchar）", "列 value 应是 double，现在是 integer"):
        assert words in str(told.value)
