"""Build one programme's KPIs from a handful of rows, with the real dbt project."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support import declared
from tests.support.landing import Rows, write_landing
from warehouse import settings as settings_module
from warehouse.build.candidate import DATABASE_FILE, build
from warehouse.settings import DBT_PROJECT

TODAY = date(2024, 6, 15)


@dataclass(frozen=True)
class KpiTable:
    """The built warehouse, asked for single values."""

    database: Path

    def row(
        self, kpi: str, region: str, period: str, origin: str = "submitted", category: str | None = None
    ) -> dict[str, Any]:
        """The row of mart_kpi_values, which must be there."""
        found = self._found(kpi, region, period, origin, category)
        assert found is not None, f"{kpi} {region} {period} {origin} is not there"
        return found

    def has(self, kpi: str, region: str, period: str) -> bool:
        """Whether there is a row of what offices have handed in."""
        return self._found(kpi, region, period, "submitted", None) is not None

    def _found(self, kpi: str, region: str, period: str, origin: str, category: str | None) -> dict[str, Any] | None:
        rows = self.query(
            "select * from mart_kpi_values where kpi = ? and region = ? and period = ? and origin = ?"
            # Hidden cells have rows for KPIs that nothing was reported of.
            " and category is not distinct from ? and rows is not null",
            [kpi, region, period, origin, category],
        )
        assert len(rows) <= 1, f"{kpi} {region} {period} {origin} stands {len(rows)} times"
        return rows[0] if rows else None

    def value(
        self, kpi: str, region: str, period: str, origin: str = "submitted", category: str | None = None
    ) -> float | None:
        """The value; None for a null value and for a row that is not there."""
        row = self._found(kpi, region, period, origin, category)
        return None if row is None else row["value"]

    def picture(self, name: str, region: str, period: str, origin: str = "submitted", **more: Any) -> str:
        """The markup of a declared picture of the programme over what was built; "" where it is not shown."""
        return declared.draw(name, self._ask, region, period, origin, **more)

    def _ask(self, sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.query(sql, dict(given))

    def query(self, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of any query on the built warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(sql, parameters or [])
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


BuildKpis = Callable[[Rows], KpiTable]


@pytest.fixture(scope="session")
def kpi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all modules, so that the dbt project is parsed once."""
    return tmp_path_factory.mktemp("kpi_home")


@pytest.fixture(scope="module")
def build_kpis(kpi_home: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildKpis:
    """Land the rows, build the KPI models and the other marts of the programmes they belong to, and return the values."""

    def run(rows: Rows, today: date = TODAY) -> KpiTable:
        settings = settings_module.load(home=kpi_home, today=today)
        write_landing(settings.landing, rows)
        database = tmp_path_factory.mktemp("warehouse") / DATABASE_FILE
        programmes = sorted({programme for programme, _ in rows})
        marts = [*(f"mart_{programme}_kpi_values" for programme in programmes), "mart_published_kpi_values"]
        folders = [DBT_PROJECT / "models" / programme for programme in programmes]
        models = [path.stem for folder in folders for path in sorted(folder.glob("mart_*.sql"))]
        wanted = [f"+{model}" for model in (*models, "mart_published_kpi_values")]
        result = build(settings, database, select=wanted)
        assert not result.failures, result.failures
        # The real view takes in all programmes; the tests of one need only its own.
        with duckdb.connect(str(database)) as connection:
            union = " union all ".join(f"select * from {mart} where period_grain <> 'span'" for mart in marts)
            connection.execute(f"create view mart_kpi_values as {union}")
        return KpiTable(database)

    return run


@pytest.fixture
def release_id(kpis: KpiTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The warehouse a module has built, as a release that the pages' data functions read."""
    name = kpis.database.parent.name
    (tmp_path / "releases").mkdir()
    shutil.copyfile(kpis.database, tmp_path / "releases" / f"{name}.duckdb")
    monkeypatch.setenv("UNIONBOARD_HOME", str(tmp_path))
    return name
