"""The size of a release after twenty drops, beside one of the same files that is built from nothing."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import drop
from warehouse.refresh import refresh
from warehouse.releases import compare, release
from warehouse.settings import Settings

DROPS = 20
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Growth:
    """Bytes of a release that grew, of one from nothing, and of the first; how many KPI values differ between the two."""

    name: str
    grown: int
    anew: int
    first: int
    differences: int

    def line(self) -> str:
        """One line of the report: megabytes and the ratio."""
        return (
            f"{self.name}: {self.grown / MEGABYTE:.1f} MB after {DROPS} drops (first {self.first / MEGABYTE:.1f}), "
            f"from nothing {self.anew / MEGABYTE:.1f} MB, ratio {self.grown / self.anew:.2f}, "
            f"{self.differences} KPI values differ"
        )


def run() -> list[Growth]:
    """As many cases as BENCHMARK_ROWS says before the drops, 100 000 by default."""
    rows = int(os.environ.get("BENCHMARK_ROWS", "100000"))
    with tempfile.TemporaryDirectory() as folder:
        settings = drop.house(Path(folder))
        drop.write(settings.seeds / drop.PROGRAMME / "河南_劳动争议裁调对接_案件表_历来_202405.csv", rows, "历来")
        first = _published(settings)
        grown = first
        for number in range(DROPS):
            name = f"河南_劳动争议裁调对接_案件表_第{number}批_202405.csv"
            drop.write(settings.seeds / drop.PROGRAMME / name, drop.ROWS, f"第{number}批")
            grown = _published(settings)
        kept = shutil.copyfile(grown.path, Path(folder) / "grown.duckdb")
        shutil.rmtree(settings.releases)
        anew = _published(settings)
        differences = len(compare.kpi_changes(kept, anew.path))
        sizes = [path.stat().st_size for path in (kept, anew.path)]
        return [Growth(f"{drop.ROWS:,} rows dropped on {rows:,}", sizes[0], sizes[1], _size_of(first), differences)]


def _published(settings: Settings) -> release.Release:
    result = refresh(settings)
    assert result.published, result.reason
    current = release.current(settings)
    assert current is not None
    # Read by the engine, as any reader would: a file that is small because it is broken is no result.
    with duckdb.connect(str(current.path), read_only=True) as connection:
        assert connection.execute("select count(*) from mart_kpi_values").fetchall() != [(0,)]
    return current


def _size_of(one: release.Release) -> int:
    return int(one.manifest["size_bytes"])
