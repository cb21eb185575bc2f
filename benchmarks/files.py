"""Many small files in one folder: the first intake, the same again, and with one file more, by the number of files."""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import drop
from warehouse import settings as settings_module
from warehouse.intake import landing
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import Settings
from warehouse.system import workers

ROWS = 5


@dataclass(frozen=True)
class Folder:
    """Seconds by the wall and of processor time (all processes) of three intakes, and the parquet files that are left."""

    files: int
    seconds: dict[str, tuple[float, float]]
    parquet: int

    def line(self) -> str:
        """One line of the report; milliseconds of processor time for each file say whether it grows in line."""
        told = ", ".join(
            f"{name} {wall:.1f} s ({1000 * used / self.files:.1f} ms of processor time a file)"
            for name, (wall, used) in self.seconds.items()
        )
        return f"{self.files:,} files of {ROWS} rows: {told}; {self.parquet} parquet files"


def run() -> Iterator[Folder]:
    """As many files as BENCHMARK_FILES says, one number after the other."""
    for number in (os.environ.get("BENCHMARK_FILES") or "500 1000 2000 5000 10000").split():
        with tempfile.TemporaryDirectory() as folder:
            yield _taken_in(int(number), Path(folder))


def _taken_in(files: int, folder: Path) -> Folder:
    settings = settings_module.load(seeds=folder / "seeds", home=folder / "home", today=drop.TODAY)
    for number in range(files):
        _drop(settings, number)
    seconds = {"first": _seconds(settings), "again": _seconds(settings)}
    _drop(settings, files)
    seconds["one more"] = _seconds(settings)
    landed = settings.landing / drop.PROGRAMME / "case"
    return Folder(files, seconds, len([path for path in landed.glob("*.parquet") if path.name != landing.SCHEMA_FILE]))


def _drop(settings: Settings, number: int) -> None:
    name = f"河南_劳动争议裁调对接_案件表_{number:05}_202405.csv"
    drop.write(settings.seeds / drop.PROGRAMME / name, ROWS, f"第{number:05}号")


def _seconds(settings: Settings) -> tuple[float, float]:
    wall, used = time.perf_counter(), _used()
    take_in(settings)
    wall = time.perf_counter() - wall
    # What a worker used is counted when it has ended.
    workers.end()
    return wall, _used() - used


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)
