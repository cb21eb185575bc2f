"""The dataset for other tools: described so that others read it, and saying what the interface says."""

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from dbt_semantic_interfaces.parsing.dir_to_model import parse_yaml_files_to_semantic_manifest
from dbt_semantic_interfaces.parsing.objects import YamlConfigFile
from dbt_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from frictionless import Package, system
from typer.testing import CliRunner

from tests.dashboard.test_same_numbers import PROGRAMMES, Rows, by_key, of_command, plain, same
from warehouse.answers.columns import TEXT, Column
from warehouse.answers.source import source
from warehouse.command.cli import app
from warehouse.exporting import dataset
from warehouse.exporting.tables import TABLES
from warehouse.exporting.tabular import as_csv, harmless
from warehouse.settings import Settings

assert of_command  # The fixture of both files.


@pytest.fixture(scope="module")
def exported(house: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of two programmes in each format."""
    root = tmp_path_factory.mktemp("exported")
    for form in dataset.FORMATS:
        dataset.write(source(house), root / form, form, {"programme": PROGRAMMES})
    return root


def test_dataset_says_what_the_command_says_in_every_format(exported: Path, of_command: Rows) -> None:
    with (exported / "csv" / "kpi_values.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: plain(name, cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    same(by_key(rows), of_command)
    for table in (
        pq.read_table(exported / "parquet" / "kpi_values.parquet").to_pylist(),
        duckdb.connect(str(exported / "duckdb" / "unionboard.duckdb"), read_only=True)
        .sql("from kpi_values")
        .to_arrow_table()
        .to_pylist(),
    ):
        for row in table:
            row["as_of"] = row["as_of"].isoformat() if row["as_of"] else None
        same(by_key(table), of_command)


def test_package_is_read_by_frictionless_as_it_describes_itself(exported: Path) -> None:
    with system.use_context(trusted=True):
        report = Package(source=str(exported / "csv" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "fieldName", "message"])[:5]


def test_every_column_is_in_the_dictionary(exported: Path) -> None:
    with (exported / "csv" / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        described = {(row["table"], row["column"]) for row in csv.DictReader(file) if row["description"]}
    for table in TABLES:
        with (exported / "csv" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for name in next(csv.reader(file)):
                assert (table.name, name) in described
    with duckdb.connect(str(exported / "duckdb" / "unionboard.duckdb"), read_only=True) as database:
        bare = database.sql(
            "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        )
        assert bare.fetchall() == []


def test_registry_is_what_metricflow_reads(exported: Path) -> None:
    text = (exported / "csv" / "semantic" / "metricflow.yml").read_text(encoding="utf-8")
    # dbt reads a list of each kind; MetricFlow's own reader one document a thing, with the relation instead of ref().
    written = yaml.safe_load(text)
    [model] = written["semantic_models"]
    assert model.pop("model") == "ref('kpi_values')"
    model["node_relation"] = {"schema_name": "main", "alias": "kpi_values"}
    documents = [{"semantic_model": model}, *({"metric": metric} for metric in written["metrics"])]
    documents.append({"project_configuration": {"time_spines": []}})
    files = [YamlConfigFile(filepath="all.yml", contents=yaml.safe_dump_all(documents, allow_unicode=True))]
    parsed = parse_yaml_files_to_semantic_manifest(files)
    assert not parsed.issues.errors
    SemanticManifestValidator().checked_validations(parsed.semantic_manifest)
    assert {"dm_success_rate", "hc_persons"} <= {metric.name for metric in parsed.semantic_manifest.metrics}


def test_interchange_names_what_is_in_the_dataset(exported: Path) -> None:
    [model] = yaml.safe_load((exported / "csv" / "semantic" / "osi.yaml").read_text(encoding="utf-8"))["semantic_model"]
    fields = {one["name"]: {field["name"] for field in one["fields"]} for one in model["datasets"]}
    for table in TABLES:
        assert fields[table.name] == {column.name for column in table.columns}
    for one in model["relationships"]:
        assert set(one["from_columns"]) <= fields[one["from"]]
        assert set(one["to_columns"]) <= fields[one["to"]]
    database = duckdb.connect(str(exported / "duckdb" / "unionboard.duckdb"), read_only=True)
    [rate] = [one for one in model["metrics"] if one["name"] == "dm_success_rate"]
    [said] = rate["expression"]["dialects"]
    where = "region = '410300' and period = '2024-05' and origin = 'submitted'"
    # Ten of sixteen: the metric picks the published value.
    assert database.sql(f"select {said['expression']} from kpi_values where {where}").fetchall() == [(0.625,)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－1"])
def test_text_that_looks_like_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
    said = as_csv([Column("name", TEXT, "名")], [{"name": text}, {"name": "洛阳-1"}]).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(said.splitlines(keepends=True))] == [f"'{text}", "洛阳-1"]


def test_command_exports_and_says_where(house: Settings, tmp_path: Path) -> None:
    at = ["--home", str(house.home), "--seeds", str(house.seeds)]
    out = tmp_path / "出"
    asked = ["export", "--format", "csv", "--out", str(out), "--programme", "gba_studio_alliance", "--json", *at]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert {Path(name).name for name in told["files"]} >= {
        "kpi_values.csv",
        "datapackage.json",
        "osi.yaml",
        "README.md",
    }
    assert all(Path(name).is_file() for name in told["files"])
    refused = CliRunner().invoke(app, ["export", "--format", "ods", "--out", str(out), *at])
    assert refused.exit_code == 1
    assert "parquet" in refused.stderr
    assert CliRunner().invoke(app, ["export", "--programme", "nothing", "--out", str(out), *at]).exit_code == 1
