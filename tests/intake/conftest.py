"""Fixtures of the intake tests."""

from pathlib import Path

import pytest

from tests.intake.files import make_settings
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own, today being 2024-06-30."""
    return make_settings(tmp_path)
