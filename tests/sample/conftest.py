"""The shipped demonstration, made once for all tests of this folder."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from tests.sample import checked
from warehouse import settings
from warehouse.sample import SHIPPED_SEED, write_sample


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shipped demonstration, freshly made from the checkout's reference lists."""
    out = tmp_path_factory.mktemp("sample")
    write_sample(None, None, out, SHIPPED_SEED, settings.load(seeds=settings.CHECKOUT / "seeds"))
    return out


@pytest.fixture(scope="session")
def records(made: Path) -> Mapping[tuple[str, str], pl.DataFrame]:
    """Its records by (programme, table)."""
    return checked.read_all(made)
