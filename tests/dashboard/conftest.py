"""The small house, built once, and the dashboard that shows it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import TODAY
from tests.dashboard.drawing import Board
from tests.dashboard.house import copied
from tests.support.releases import make
from warehouse import settings as settings_module
from warehouse.releases import release, signing
from warehouse.settings import Settings
from warehouse.system import integrity

Patch = Callable[..., str]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small house; read-only for tests."""
    return copied(tmp_path_factory)


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
def two_releases(house: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str, str]:
    """The house and, before it, the same release with a lower success rate in Luoyang; their ids, the earlier one first."""
    root = tmp_path_factory.mktemp("two")
    settings = settings_module.load(seeds=house.seeds, home=root, today=TODAY)
    now = release.current_id(house)
    earlier = "20240601T000000Z-earlier0"
    settings.releases.mkdir(parents=True)
    for name in (now, earlier):
        for suffix in (".duckdb", ".json"):
            shutil.copy(house.releases / f"{now}{suffix}", settings.releases / f"{name}{suffix}")
    (settings.releases / "CURRENT").write_text(f"{now}\n")
    path = settings.releases / f"{earlier}.duckdb"
    path.chmod(0o644)
    with duckdb.connect(str(path)) as database:
        database.execute(
            "update mart_dispute_mediation_cases_kpi_values set value = 0.5"
            " where kpi = 'dm_success_rate' and region = '410300' and period = '2024-05'"
        )
        # What an earlier programme did not make yet.
        database.execute("drop table mart_dispute_mediation_funnel")
    # As if it had been published like that.
    manifest = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    changed = {**manifest, "sha256": integrity.sha256_of(path), "size_bytes": path.stat().st_size}
    shutil.copytree(house.home / "keys", settings.home / "keys")
    path.with_suffix(".json").write_text(json.dumps(signing.signed(settings, earlier, changed)), encoding="utf-8")
    return settings, earlier, str(now)


@pytest.fixture
def at_two_releases(
    two_releases: tuple[Settings, str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Settings, str, str]:
    """The dashboard shows the later of the two."""
    _showing(two_releases[0], monkeypatch)
    return two_releases


@pytest.fixture(scope="session")
def release_id(house: Settings) -> str:
    """The release of the house."""
    current = release.current_id(house)
    assert current is not None
    return current


@pytest.fixture
def at_patched(house: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Patch:
    """A function that shows the house with something changed by SQL statements; it returns the release."""

    def patch(*statements: str) -> str:
        home = tmp_path_factory.mktemp("patched")
        settings = settings_module.load(seeds=house.seeds, home=home, today=TODAY)
        _showing(settings, monkeypatch)
        name = f"20240615T000000Z-{home.name.replace('patched', 'made')}"
        return make(settings, statements, house.releases / f"{release.current_id(house)}.duckdb", name)

    return patch


def _showing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(settings.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(settings.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", settings.today.isoformat())
    return settings


@pytest.fixture(scope="session")
def board(house: Settings) -> Board:
    """Draws declared pictures over rows of a test's own."""
    return Board(house)
