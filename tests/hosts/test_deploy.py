"""What deploy/ says fits the programme: its variables are read, its options exist, its places are filled in by everything that uses it."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from warehouse.command.cli import app
from warehouse.settings import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
# Filled in by nginx's image, compose or systemd itself.
PLACES = {
    "UNIONBOARD_LISTEN", "UNIONBOARD_TLS", "UNIONBOARD_REPLICAS", "UNIONBOARD_WRITER", "UNIONBOARD_WRITER_LISTEN",
    "UNIONBOARD_WRITER_ALLOW",
    "UNIONBOARD_NAME", "UNIONBOARD_FROM",
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_variables_are_read_by_the_programme_or_are_places_to_fill_in(path: Path) -> None:
    code = "".join(
        one.read_text(encoding="utf-8")
        for room in ("warehouse", "dashboard")
        for one in (CHECKOUT / room).rglob("*.py")
    )
    named = set(re.findall(r"UNIONBOARD_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
    assert not [name for name in named - PLACES if f'"{name}"' not in code]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_have_the_options_they_are_given(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = re.findall(r"bin/unionboard[\"', ]+(up|serve)([^\n]*)", text)
    for command, given in commands:
        known = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        for option in re.findall(r"--[a-z-]+", given):
            assert option in known, (command, option)
    assert commands or path.suffix not in (".service",)


def test_compose_gives_every_dashboard_a_copy_of_its_own_and_nginx_all_of_them() -> None:
    services = COMPOSE["services"]
    replicas = {name: one for name, one in services.items() if "serve" in one.get("command", [])}
    assert len(replicas) >= 2
    homes = [volume for one in replicas.values() for volume in one["volumes"] if ":/home/unionboard" in volume]
    assert len(set(homes)) == len(replicas)
    listed = re.findall(r"server ([\w-]+):8501", services["nginx"]["environment"]["UNIONBOARD_REPLICAS"])
    assert sorted(listed) == sorted(replicas)
    # Who publishes is reached by the dashboards only, and knows the same token as they.
    assert "ports" not in services["writer"]
    tokens = [next(v for v in one["volumes"] if "token" in v) for one in (services["writer"], *replicas.values())]
    assert len({token.partition(":")[0] for token in tokens}) == 1


@pytest.mark.parametrize("name", ["unionboard.conf.template", "writer.conf.template"])
def test_places_of_nginx_are_said_in_its_head(name: str) -> None:
    text = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
    places = re.findall(r"\$\{(UNIONBOARD_[A-Z_]+)\}", text)
    assert sorted(places) == sorted(set(places)) != []
    head = text[: text.index("\n", text.rindex("#   UNIONBOARD"))]
    assert not [place for place in places if place not in head]
