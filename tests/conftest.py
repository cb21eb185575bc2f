"""Fixtures of the whole house: an empty installation, and the warehouse of the shipped seeds, built once."""

from datetime import date
from pathlib import Path

import pytest

from warehouse import settings as settings_module
from warehouse.settings import Settings

TODAY = date(2024, 6, 15)


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    """An installation of its own with an empty seeds folder."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    return settings_module.load(seeds=seeds, home=tmp_path / "home", today=TODAY)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped seeds, taken in and published; read-only for tests."""
    from warehouse.refresh import refresh

    settings = settings_module.load(home=tmp_path_factory.mktemp("shipped"), today=TODAY)
    result = refresh(settings)
    assert result.published, result.reason
    return settings
