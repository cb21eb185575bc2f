"""Kills the intake at random moments, again and again, and says whether what is left ever differs from an undisturbed run.

Run as `python -m tests.intake.kills --count 200 --seed 1`; the exit status is 1 when anything differed.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import polars as pl

from tests.intake import files
from warehouse.intake.folder.take_in import Intake, take_in
from warehouse.settings import Settings

EVENT, CASE = "skills_to_community.event", "dispute_mediation.case"


def main() -> int:
    """Kills as often as asked; after every few kills an undisturbed run and one of a fresh home are compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    kills = compared = differed = 0
    with tempfile.TemporaryDirectory() as folder:
        settings = files.make_settings(Path(folder))
        _drop(settings, 0)
        begun = time.monotonic()
        take_in(replace(settings, home=settings.home.with_name("first")))
        seconds = time.monotonic() - begun
        while kills < arguments.count:
            compared += 1
            # Each round the folder changes: files are added, corrected and taken away.
            _drop(settings, compared)
            for _ in range(dice.randint(1, 5)):
                kills += _is_killed(settings, dice.uniform(0, seconds))
            fresh = replace(settings, home=settings.home.with_name(f"undisturbed{compared}"))
            if _left(take_in(settings), settings) != _left(take_in(fresh), fresh):
                differed += 1
                print(f"DIFFERS after {kills} kills, seed {arguments.seed}")
    print(f"{kills} kills, {compared} comparisons, {differed} differed, seed {arguments.seed}")
    return 1 if differed else 0


def _drop(settings: Settings, number: int) -> None:
    """Six files of two tables: two of them change their content with `number`, one comes and goes."""
    for name in (EVENT, CASE):
        table = files.table_of(name)
        for month in (3, 4, 5):
            rows = files.valid_rows(table, 20 + (number if month == 5 else 0))
            rows = [{**row, "report_period": f"2024-{month:02d}"} for row in rows]
            files.write_text(
                files.place(settings, table, period=f"2024{month:02d}"), files.to_text(files.grid_of(table, rows))
            )
    coming = files.place(settings, files.table_of(EVENT), mark="_更正1")
    if number % 2:
        table = files.table_of(EVENT)
        files.write_text(coming, files.to_text(files.grid_of(table, files.valid_rows(table, 18 + number))))
    else:
        coming.unlink(missing_ok=True)


def _is_killed(settings: Settings, seconds: float) -> bool:
    process = multiprocessing.get_context("fork").Process(target=take_in, args=(settings,))
    process.start()
    process.join(seconds)
    is_alive = process.is_alive()
    if is_alive and process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    return is_alive


def _left(intake: Intake, settings: Settings) -> tuple[object, ...]:
    """What counts of an intake: statuses and numbers of every file, the current submissions, the landed rows."""
    told = [(receipt.file, receipt.status, receipt.rows_in, receipt.rows_accepted) for receipt in intake.receipts]
    landed = {
        path.relative_to(settings.landing).as_posix(): pl.read_parquet(path).hash_rows().sum()
        for path in sorted(settings.landing.rglob("*.parquet"))
        if "intake" not in path.parts
    }
    current = pl.read_parquet(settings.landing / "intake" / "submissions" / "*.parquet").filter("is_current")
    leftovers = [path.name for path in settings.home.rglob(".intake-*")]
    return told, landed, sorted(current["submission_id"]), leftovers


if __name__ == "__main__":
    sys.exit(main())
