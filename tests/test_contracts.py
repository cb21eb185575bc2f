"""A contract says what a file may look like; a mistake in it is told with the file, the table and the key."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from warehouse.contracts import ContractError, Table, all_tables
from warehouse.settings import CHECKOUT, DBT_PROJECT

EXAMPLE = CHECKOUT / "docs" / "examples" / "work_stoppages" / "models" / "_work_stoppages__sources.yml"
Contract = Callable[..., Table]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """The example's contract with one thing changed: a key of its table, or of its column began_on."""

    def read(column: dict[str, object] | None = None, **table: object) -> Table:
        source = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
        spec = source["sources"][0]["tables"][0]
        spec["config"]["meta"] |= table
        next(one for one in spec["columns"] if one["name"] == "began_on")["config"]["meta"] |= column or {}
        for folder in ("core", "work_stoppages"):
            (tmp_path / "models" / folder).mkdir(parents=True, exist_ok=True)
        common = DBT_PROJECT / "models" / "core" / "_intake__sources.yml"
        (tmp_path / "models" / "core" / common.name).write_text(common.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "models" / "work_stoppages" / EXAMPLE.name).write_text(yaml.safe_dump(source), encoding="utf-8")
        all_tables.cache_clear()
        [table_read] = all_tables(tmp_path)
        all_tables.cache_clear()
        return table_read

    return read


def test_table_of_the_nation_asks_files_for_no_places(contract: Contract) -> None:
    table = contract()
    assert not {"province_code", "region_code"} & {column.name for column in table.file_columns}
    assert table.column("region_code").default == "000000"
    assert (table.column("report_period").header, table.column("reporting_unit").default) == ("Month", "BLS")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"places": "states"}, "config.meta.places 应为 regions 或 nation"),
        ({"keys": ["stoppage_id"]}, "config.meta 有不认识的键 keys"),
        ({"common": {"period": {"header": "Month"}}}, "config.meta.common 中的 period 不是公共列"),
        ({"column": {"date_order": "mdy"}}, "began_on: config.meta.date_order 应为 month_first 或 day_first，现为 mdy"),
        ({"kind": "register"}, "began_on: event_date 只用于 kind: event 的表中 type: date 的列"),
        ({"column": {"type": "text"}}, "began_on: event_date 只用于 kind: event 的表中 type: date 的列"),
        ({"column": {"headers": "Start"}}, "began_on: config.meta 有不认识的键"),
        (
            {"rules": [{"check": "ended >= began_on", "column": "ended_on", "code": "D42", "message": {}}]},
            "rules 中的 check “ended >= began_on”用到了不存在的列：ended",
        ),
        (
            {"rules": [{"check": "ended_on >=", "column": "ended_on", "code": "D42", "message": {}}]},
            "rules 中的 check “ended_on >=”不是有效的 SQL 条件",
        ),
        ({"rules": [{"check": "true", "column": "ended_on"}]}, "rules 中缺少 code"),
        ({"parents": [{"column": "employer"}]}, "parents 要写 column 和 table，可加 without"),
        ({"parents": [{"column": "boss", "table": "firm"}]}, "parents 中的 column boss 不是本表的列"),
    ],
)
def test_mistake_in_a_contract_is_told_with_file_and_key(
    contract: Contract, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(ContractError) as caught:
        contract(**changes)
    assert EXAMPLE.name in str(caught.value)
    assert told in str(caught.value)


def test_freshness_of_sources_is_that_of_the_reporting_calendar() -> None:
    longest = {"monthly": 31, "quarterly": 92, "half_yearly": 184, "yearly": 366}
    with (CHECKOUT / "seeds" / "reference" / "reporting_calendar.csv").open(encoding="utf-8", newline="") as calendar:
        # A period's rows are still in time while the next one is neither over nor beyond its days of grace.
        due = {
            (line["programme"], line["table_name"]): longest[line["frequency"]] + int(line["grace_days"])
            for line in csv.DictReader(calendar)
        }
    said = {}
    for path in DBT_PROJECT.glob("models/*/_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                if freshness := table.get("config", {}).get("freshness"):
                    assert "loaded_at_field" in source["config"], path
                    assert freshness["warn_after"]["period"] == "day"
                    said[source["name"], table["name"]] = freshness["warn_after"]["count"]
    assert said == due
