"""The pictures that the marts' YAML declares, without building anything, and their drawing over any database that has the marts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from dashboard import formatting, links
from dashboard.charts import declared as drawing
from dashboard.data import pictures as answers
from dashboard.data.pictures import Ask, Chosen
from dashboard.i18n import CHINESE, using
from warehouse.pictures.declared import Picture, read
from warehouse.settings import DBT_PROJECT


def entries(project: Path = DBT_PROJECT) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Programme, mart and entry of every picture of a project."""
    for path in sorted((project / "models").glob("*/mart_*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []:
            for entry in ((model.get("config") or {}).get("meta") or {}).get("pictures") or []:
                yield path.parent.name, model["name"], entry


@cache
def pictures() -> dict[str, Picture]:
    """Every picture by its name. AssertionError where one is declared wrongly."""
    found = {}
    for programme, mart, entry in entries():
        picture, mistakes = read(entry, programme, mart)
        assert not mistakes, (picture.name, mistakes)
        found[picture.name] = picture
    return found


def picture(name: str) -> Picture:
    """The picture of this name."""
    return pictures()[name]


def draw(
    name: str, ask: Ask, region: str, period: str, origin: str = "submitted", hidden: bool = False, spoken: str = CHINESE,
    limits: tuple[str, str] = ("", ""), **more: Any,
) -> str:  # fmt: skip
    """A picture's markup over whatever `ask` answers from; `more` is what else was chosen, "" where it is not shown.

    `limits` puts another number into the condition under which it is shown.
    """
    shown = picture(name)
    shown = replace(shown, when=shown.when.replace(*limits))
    with using(spoken), links.at(()):
        answer = answers.answered(shown, Chosen(region, period, origin, tuple(more.items())), ask, hidden)
        ways: dict[str, Callable[[Any], str]] = {"until": formatting.period_name, "word": str}
        return str(drawing.drawn(shown, answer, ways) or "") if answer is not None else ""


def table(markup: str, number: int = 0) -> list[tuple[str, ...]]:
    """The rows of one of a picture's tables, as text."""
    tables = re.findall(r'<table class="ub-table">(.*?)</table>', markup)
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', tables[number]) if tables else []
    return [
        tuple(unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.split(r"</th><td>|</td><td>", row)) for row in rows
    ]


def node(mart: str, programme: str, entries: list[dict[str, Any]]) -> Any:
    """What dbt makes of a mart that declares these pictures, as far as their check looks at it."""
    path = f"models/{programme}/{mart}.yml"
    return SimpleNamespace(
        resource_type="model",
        name=mart,
        fqn=["unionboard", programme, mart],
        patch_path=f"unionboard://{path}",
        original_file_path=path,
        config=SimpleNamespace(meta={"pictures": entries}),
    )
