"""What the models' YAML says in words of a model and of its columns."""

from functools import cache
from pathlib import Path

from warehouse.settings import CHECKOUT
from warehouse.system import yaml_files

MODELS = CHECKOUT / "dbt_project" / "models"


@cache
def of_models() -> dict[str, tuple[str, dict[str, str]]]:
    """By model, its description and those of its columns."""
    return {name: words for path in sorted(MODELS.rglob("*.yml")) for name, words in in_file(path).items()}


@cache
def in_file(path: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """The same for the models of one file; empty when there is no such file."""
    if not path.is_file():
        return {}
    content = yaml_files.read(path)
    return {
        model["name"]: (
            str(model.get("description") or ""),
            {column["name"]: str(column.get("description") or "") for column in model.get("columns") or []},
        )
        for model in content.get("models") or []
    }
