"""A million rows of every programme at the defaults: published from nothing and as a drop, with what all processes hold together."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from warehouse import contracts
from warehouse import settings as settings_module
from warehouse.sample import write_sample
from warehouse.settings import CHECKOUT

DROP = 1_000
# What all processes of a refresh may hold together.
MOST_MB = 1_200
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Published:
    """One refresh: whether it published, its seconds, what all of its processes held at most (proportional set size), its release."""

    name: str
    outcome: str
    reason: str
    again: tuple[str, ...]
    seconds: dict[str, float]
    processor_seconds: float
    most_mb: float
    release_mb: float

    def line(self) -> str:
        """One line of the report."""
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in self.seconds.items())
        is_well = self.outcome == "published" and self.most_mb <= MOST_MB and not self.again
        beyond = "" if is_well else f"  ← {'; '.join([*self.again, self.reason])[:300]}"
        return (
            f"{self.name}: {self.outcome}, at most {self.most_mb:,.0f} MB, {self.processor_seconds:.1f} s of processor time "
            f"({stages}), release {self.release_mb:.0f} MB{beyond}"
        )


def run() -> Iterator[Published]:
    """Every programme, or those of BENCHMARK_PROGRAMMES; as many rows as BENCHMARK_ROWS says, 1 000 000 by default."""
    rows = int(os.environ.get("BENCHMARK_ROWS", "1000000"))
    known = dict.fromkeys(table.programme for table in contracts.all_tables())
    named = os.environ.get("BENCHMARK_PROGRAMMES", "").split()
    for programme in named or known:
        with tempfile.TemporaryDirectory() as folder:
            yield from _programme(programme, rows, Path(folder))


def _programme(programme: str, rows: int, folder: Path) -> Iterator[Published]:
    settings = settings_module.load(seeds=folder / "seeds", home=folder / "home")
    shutil.copytree(CHECKOUT / "seeds" / "reference", settings.seeds / "reference")
    written = write_sample(rows, programme, settings.seeds, 1, settings)
    largest = max(written, key=lambda path: path.stat().st_size)
    more = _held_back(programme, largest)
    yield _refreshed(f"{programme}, {rows:,} rows from nothing", settings)
    more.write_csv(largest.with_name(f"{largest.stem}_续.csv"))
    yield _refreshed(f"{programme}, {DROP:,} rows dropped on them", settings)


def _held_back(programme: str, path: Path) -> pl.DataFrame:
    """The first rows of a file, of one or a few provinces, taken out of it: what another office will send later."""
    frame = pl.read_csv(path, infer_schema=False)
    frame[DROP:].write_csv(path)
    table = next(one for one in contracts.all_tables() if one.programme == programme and one.name_zh in path.stem)
    return frame[:DROP].with_columns(pl.col(table.column("reporting_unit").header) + "乙")


def _refreshed(name: str, settings: settings_module.Settings) -> Published:
    environment = {**os.environ, "UNIONBOARD_SEEDS": str(settings.seeds), "UNIONBOARD_HOME": str(settings.home)}
    command = [sys.executable, "-m", "warehouse.command.cli", "refresh", "--json"]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=CHECKOUT)
    held: list[int] = [0]
    used: dict[int, float] = {}
    looker = threading.Thread(target=_look, args=(child.pid, held, used), daemon=True)
    looker.start()
    out, _ = child.communicate()
    looker.join()
    told: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        told = json.loads(out)
    path = settings.releases / f"{told.get('release')}.duckdb"
    return Published(
        name=name,
        outcome=told.get("outcome", f"exit {child.returncode}"),
        reason=told.get("reason", ""),
        again=_again(settings),
        seconds=told.get("seconds", {}),
        processor_seconds=sum(used.values()),
        most_mb=max(held) / 1024,
        release_mb=path.stat().st_size / (1 << 20) if path.exists() else 0,
    )


def _again(settings: settings_module.Settings) -> tuple[str, ...]:
    """Which models did not fit at first in the last refresh, and the megabytes they were built with then."""
    lines = (settings.logs / "refresh.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    last = [one.get("id") for one in told][-1]
    return tuple(
        f"{one['model']} {one['memory_mb']} MB" for one in told if one.get("id") == last and "memory_mb" in one
    )


def _look(root: int, held: list[int], used: dict[int, float]) -> None:
    """Notes what a process and all that it started hold together, and the processor time of each, until it ends."""
    tick = os.sysconf("SC_CLK_TCK")
    while os.path.exists(f"/proc/{root}") and (tree := _tree(root)):
        held.append(sum(_kilobytes(process) for process in tree))
        for process in tree:
            with contextlib.suppress(OSError, IndexError, ValueError):
                fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                used[process] = (int(fields[11]) + int(fields[12])) / tick
        time.sleep(LOOK_SECONDS)


def _tree(root: int) -> Sequence[int]:
    parents: dict[int, list[int]] = {}
    state = ""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path(entry.path, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
                if int(entry.name) == root:
                    state = fields[0]
    if state in ("", "Z"):
        return ()
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def _kilobytes(process: int) -> int:
    """Proportional set size: what several processes share counts once."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
