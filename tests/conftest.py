"""Fixtures of the whole house: an empty installation, and the warehouse of the shipped seeds, built once."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.support.once import made_once
from warehouse import settings as settings_module
from warehouse.settings import Settings

TODAY = date(2024, 6, 15)


# Files that take minutes: begun first, so that no process is left alone with one at the end.
LONGEST = (
    *("tests/hosts/test_offering.py", "tests/test_refresh.py", "tests/browser/test_dashboard.py"),
    *("tests/browser/test_upload.py", "tests/test_extending.py", "tests/dashboard/test_hidden_in_answers.py"),
    *("tests/releases/test_rollback.py", "tests/dashboard/test_what_is_kept.py", "tests/dashboard/test_asking.py"),
    *("tests/browser/test_drop_to_screen.py", "tests/test_faults.py", "tests/dashboard/test_pages.py"),
    *("tests/dashboard/test_scopes.py", "tests/intake/test_packing.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of LONGEST come first, the others as they stand."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where installations stand one after the other: the same paths, so that the dbt project is parsed once."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def installation(ground: Path) -> Settings:
    """An installation with an empty seeds folder and nothing under home."""
    shutil.rmtree(ground)
    (ground / "seeds").mkdir(parents=True)
    return settings_module.load(seeds=ground / "seeds", home=ground / "home", today=TODAY)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped seeds, taken in and published; read-only for tests."""

    def publish(home: Path) -> None:
        from warehouse.refresh import refresh

        result = refresh(settings_module.load(home=home, today=TODAY))
        assert result.published, result.reason

    return settings_module.load(home=made_once(tmp_path_factory, "shipped", publish), today=TODAY)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of a process; without Chromium they are skipped, or fail where CI=true."""
    if chromium.path() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(chromium.MISSING)
        pytest.skip(chromium.MISSING)
    with chromium.running() as opened:
        yield opened
