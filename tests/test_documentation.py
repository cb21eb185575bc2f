"""What is documented: every model, column, KPI and command."""

import csv
from functools import cache
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from warehouse import contracts
from warehouse.command.cli import app

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "dbt_project" / "models"


@cache
def documented_models() -> dict[str, dict[str, object]]:
    models: dict[str, dict[str, object]] = {}
    for path in MODELS.rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []:
            models[model["name"]] = model
    return models


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_model_has_a_twin_that_states_its_grain(path: Path) -> None:
    model = documented_models().get(path.stem)
    assert model, f"{path.relative_to(ROOT)} has no YAML twin"
    assert str(model["description"]).startswith("One row per")


@pytest.mark.parametrize("table", contracts.all_tables(), ids=lambda table: f"{table.programme}.{table.name}")
def test_contract_column_has_a_header_and_a_description(table: contracts.Table) -> None:
    for column in table.columns:
        assert column.header and column.description
    headers = [column.header for column in table.columns]
    assert len(headers) == len(set(headers)), "two columns of one table have one header"


@pytest.mark.parametrize("path", sorted(MODELS.glob("*/fct_*.yml")), ids=lambda path: path.stem)
def test_kpi_says_what_it_counts_and_what_is_easy_to_get_wrong(path: Path) -> None:
    for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
        for column in model.get("columns") or []:
            assert column.get("description"), f"{model['name']}.{column['name']} is not described"
        for kpi in model.get("config", {}).get("meta", {}).get("kpis") or []:
            for key in ("label", "definition"):
                assert kpi[key]["zh"] and kpi[key]["en"], f"{kpi['name']}: {key}"


@pytest.mark.parametrize(
    "command", [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
)
def test_command_explains_itself_and_stands_in_the_readme_or_docs(command: str) -> None:
    assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text += "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert f"unionboard {command}" in text


def test_every_page_is_an_exposure() -> None:
    from dashboard import navigation

    pages = {path for *_, path in (*navigation._data_pages(), *navigation._PROVINCES)} | {
        "overview",
        "province",
        "records",
    }
    with (ROOT / "seeds" / "reference" / "programmes.csv").open(encoding="utf-8") as file:
        pages |= {row["programme"].replace("_", "-") for row in csv.DictReader(file)}
    urls = [
        exposure["url"]
        for path in MODELS.rglob("_*__exposures.yml")
        for exposure in yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]
    ]
    assert {url.rpartition("/")[2] for url in urls} == pages
