"""What the columns of answers are called, hold and mean: behind JSON, CSV, Arrow, the description of the interface and the dictionary.

What a column of a model means stands in the model's YAML and is read from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from warehouse.settings import DBT_PROJECT
from warehouse.system import yaml_files

TEXT, NUMBER, WHOLE, FLAG, DAY, MOMENT, LIST, CHANGE = (
    "text",
    "number",
    "whole",
    "flag",
    "day",
    "moment",
    "list",
    "change",
)
KINDS = (TEXT, NUMBER, WHOLE, FLAG, DAY, MOMENT, LIST, CHANGE)


@dataclass(frozen=True)
class Column:
    """One column: its name, the kind of what it holds, and what it means."""

    name: str
    kind: str
    about: str
    is_key: bool = False


def of_model(model: str, kinds: str, keys: str = "") -> tuple[Column, ...]:
    """Columns of a model, given as `name:kind name:kind`, with the words of its YAML.

    Raises KeyError for a column that the YAML does not describe.
    """
    words, key_names = _words()[model], frozenset(keys.split())
    pairs = (entry.split(":") for entry in kinds.split())
    return tuple(Column(name, kind, words[name], name in key_names) for name, kind in pairs)


def names(columns: Iterable[Column]) -> tuple[str, ...]:
    """The names alone."""
    return tuple(column.name for column in columns)


@cache
def _words() -> dict[str, dict[str, str]]:
    return {
        model["name"]: {column["name"]: str(column["description"]) for column in model.get("columns") or []}
        for path in sorted((DBT_PROJECT / "models" / "core").glob("*.yml"))
        for model in yaml_files.read(path).get("models") or []
    }
