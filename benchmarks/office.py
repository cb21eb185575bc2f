"""What an office with eight rows waits for: check, preview and publishing, as the page runs them, beside a start of the command line."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks import drop
from benchmarks.timing import Comparison, in_turn
from warehouse.settings import Settings

ROWS = 8


def run() -> list[Comparison]:
    """Three comparisons on the shipped seeds; every file is another one."""
    with tempfile.TemporaryDirectory() as folder:
        settings = drop.house(Path(folder) / "house")
        desk = Path(folder) / "desk"
        numbers = count()
        start = _command(settings, "--help")
        return [
            in_turn(f"{ROWS} rows, {name}", _with_file(settings, desk, numbers, name), "a start of the command", start)
            for name in ("check", "preview", "accept")
        ]


def _with_file(settings: Settings, desk: Path, numbers: "count[int]", command: str) -> Callable[[], object]:
    def run_it() -> None:
        number = next(numbers)
        name = f"河南_劳动争议裁调对接_案件表_第{number}单位工会_202405.csv"
        path = drop.write(desk / name, ROWS, f"第{number}单位")
        before = path.stat().st_mtime - 3_600
        os.utime(path, (before, before))
        _command(settings, command, str(path), "--steps", "--json")()

    return run_it


def _command(settings: Settings, *arguments: str) -> Callable[[], object]:
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_TODAY": drop.TODAY.isoformat(),
    }
    words = [sys.executable, "-m", "warehouse.command.cli", *arguments]

    def run_it() -> None:
        done = subprocess.run(words, env=environment, capture_output=True, check=False)
        assert done.returncode in (0, 2), done.stderr.decode()

    return run_it
