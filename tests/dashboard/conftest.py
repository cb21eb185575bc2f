"""The small house, built once, and the dashboard that shows it."""

from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.dashboard.house import build
from warehouse import release
from warehouse import settings as settings_module
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small house; read-only for tests."""
    return build(tmp_path_factory.mktemp("house"))


@pytest.fixture
def at_house(house: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The dashboard shows the house."""
    return _showing(house, monkeypatch)


@pytest.fixture
def at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The dashboard of an installation that has never published anything."""
    empty = settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home", today=TODAY)
    return _showing(empty, monkeypatch)


@pytest.fixture(scope="session")
def release_id(house: Settings) -> str:
    """The release of the house."""
    current = release.current_id(house)
    assert current is not None
    return current


def _showing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(settings.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(settings.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", settings.today.isoformat())
    return settings
