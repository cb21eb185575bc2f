"""A dropped file until its numbers are published: beside dbt's own command line, with ten times the history, and at a million rows."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import duckdb

from benchmarks.timing import RUNS, Comparison, in_turn, seconds_of
from tests.support.files import case, centre, write_csv
from warehouse import contracts
from warehouse import settings as settings_module
from warehouse.build import plan as planning
from warehouse.build import project
from warehouse.refresh import last_refresh, refresh
from warehouse.releases import release
from warehouse.settings import CHECKOUT, Settings

PROGRAMME = "dispute_mediation"
ROWS = 1_000
MANY_ROWS = int(os.environ.get("BENCHMARK_ROWS", "1000000"))
TODAY = date(2024, 6, 15)
WAIT_SECONDS = 600


def run() -> list[Comparison]:
    """The three comparisons, each in a home of its own; the worker is the one that `unionboard up` starts."""
    with tempfile.TemporaryDirectory() as folder:
        return [_beside_dbt(Path(folder) / "dbt"), _beside_history(Path(folder)), _many_rows(Path(folder) / "many")]


def _beside_dbt(folder: Path) -> Comparison:
    """Watcher included: from the file's last write to the moved pointer."""
    settings = house(folder)
    drop = _dropper(settings)
    environment = {
        **os.environ,
        "UNIONBOARD_DATABASE": str(folder / "unionboard.duckdb"),
        "UNIONBOARD_LANDING": str(settings.landing),
        "UNIONBOARD_TODAY": TODAY.isoformat(),
    }

    def dbt() -> None:
        for command in ("seed", "build"):
            words = [Path(sys.executable).with_name("dbt"), command, "--threads", "1", "--quiet"]
            words += ["--target-path", folder / "target", "--log-path", folder / "logs"]
            subprocess.run(words, cwd=CHECKOUT / "dbt_project", env=environment, check=True)

    with _worker(settings):
        return in_turn(f"{ROWS:,} rows dropped, until published", drop, "dbt seed && dbt build", dbt)


def _beside_history(folder: Path) -> Comparison:
    """The same drop where the programme has ten times the records of the shipped seeds, and where it has those."""
    usual, long = house(folder / "usual"), house(folder / "long", times=10)
    with _worker(usual), _worker(long):
        return in_turn(
            f"{ROWS:,} rows dropped on ten times the history", _dropper(long), "on the usual", _dropper(usual)
        )


def _many_rows(folder: Path) -> Comparison:
    """One large file in a warm process, beside DuckDB's typed read of it and the compiled SQL of what it touches."""
    settings = house(folder)
    path = settings.seeds / PROGRAMME / "河南_劳动争议裁调对接_案件表_大文件_202405.csv"
    aside = write(folder / path.name, MANY_ROWS, "大文件")
    database = folder / f"{project.DATABASE_NAME}.duckdb"
    current = release.current(settings)
    assert current is not None
    before = shutil.copyfile(current.path, folder / "before.duckdb")
    ours, theirs = [], []
    for _ in range(RUNS):
        shutil.copyfile(aside, path)
        ours.append(seconds_of(lambda: refresh(settings)))
        shutil.copyfile(before, database)
        touched = _touched(current, settings)
        theirs.append(seconds_of(partial(_by_hand, settings, database, path, touched)))
        path.unlink()
        refresh(settings)
    name = f"{MANY_ROWS:,} rows dropped, until published"
    return Comparison(name, "typed read_csv and the touched models' SQL", tuple(ours), tuple(theirs))


def _touched(before: release.Release, settings: Settings) -> set[str]:
    """The nodes that the release after `before` did not take over from it."""
    now = release.current(settings)
    assert now is not None and now.id != before.id
    return {node for node, key in now.manifest["keys"].items() if before.manifest["keys"].get(node) != key}


def _by_hand(settings: Settings, database: Path, path: Path, touched: set[str]) -> None:
    """What DuckDB alone needs: the file into a typed table, then the SQL of the models that a refresh builds again, and no test."""
    columns = {column.header: column.data_type for column in contracts.find(PROGRAMME, "case").columns}
    texts = ("bool", "province", "region", "period")
    header = path.open(encoding="utf-8").readline().strip().split(",")
    kinds = {column.header: column.type for column in contracts.find(PROGRAMME, "case").columns}
    types = ", ".join(f"'{name}': '{'varchar' if kinds[name] in texts else columns[name]}'" for name in header)
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        connection.execute(f"attach '{database}' as {project.DATABASE_NAME}")
        connection.execute(f"use {project.DATABASE_NAME}.main")
        connection.execute(
            f"create table typed as select * from read_csv('{path}', header = true, auto_detect = false, "
            f"delim = ',', quote = '\"', columns = {{{types}}})"
        ).fetchall()
        connection.execute("drop table typed")
        plan = planning.load(settings)
        assert plan is not None
        for node in plan.nodes:
            sql = node.sql.replace(project.LANDING, str(settings.landing)).replace(project.TODAY, str(settings.today))
            # Staging views are no part of a release.
            if node.kind in ("table", "view") and (node.id in touched or node.name.startswith(f"stg_{PROGRAMME}")):
                connection.execute(f"create or replace {node.kind} {node.relation} as\n{sql}").fetchall()


def house(folder: Path, times: int = 1) -> Settings:
    """The shipped seeds published in a home of its own, with a centre to drop cases for and `times` as many records."""
    settings = settings_module.load(seeds=folder / "seeds", home=folder / "home", today=TODAY)
    shutil.copytree(CHECKOUT / "seeds", settings.seeds)
    write_csv(settings.seeds / PROGRAMME / "河南_劳动争议裁调对接_调解中心_202405.csv", PROGRAMME, "centre", [centre()])
    shipped = 3_600
    for number in range(times):
        name = f"河南_劳动争议裁调对接_案件表_历史{number}_202405.csv"
        write(settings.seeds / PROGRAMME / name, shipped, f"历史{number}")
    result = refresh(settings)
    assert result.published, result.reason
    return settings


def write(path: Path, rows: int, unit: str) -> Path:
    """A file of cases of one office, spread over two years."""
    cases = (
        case(f"{unit}-{number}", referred_on=f"{2022 + number % 2}-{1 + number % 12:02}-06", accepted_on=None)
        | {"accepted_on": f"{2022 + number % 2}-{1 + number % 12:02}-07"}
        | {"closed_on": f"{2022 + number % 2}-{1 + number % 12:02}-{8 + number % 20:02}"}
        | {"reporting_unit": f"{unit}工会"}
        for number in range(rows)
    )
    return write_csv(path, PROGRAMME, "case", list(cases))


def _dropper(settings: Settings) -> Callable[[], None]:
    """Drop one more file of ROWS rows and wait until a release with it stands."""
    numbers = count()

    def drop() -> None:
        number = next(numbers)
        name = f"河南_劳动争议裁调对接_案件表_第{number}批_202405.csv"
        before = release.current_id(settings)
        write(settings.seeds / PROGRAMME / name, ROWS, f"第{number}批")
        deadline = time.monotonic() + WAIT_SECONDS
        while release.current_id(settings) == before:
            assert time.monotonic() < deadline, "no release came"
            time.sleep(0.01)

    return drop


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """The process that `unionboard up` starts to watch the folder."""
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_TODAY": TODAY.isoformat(),
    }
    before = last_refresh(settings)
    worker = subprocess.Popen(
        [sys.executable, "-m", "warehouse.command.watch"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while last_refresh(settings) == before:
            time.sleep(0.1)
        time.sleep(1)
        yield
    finally:
        worker.terminate()
        worker.wait()
