"""Landed rows of many small files are packed into few; what is packed can be corrected, taken away, compared and lost as before."""

import itertools
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.intake import files
from warehouse.build import candidate as building
from warehouse.build.candidate import DATABASE_FILE
from warehouse.build.plan import Plan, Read
from warehouse.command import status as telling
from warehouse.intake import landing as landed
from warehouse.intake import packing
from warehouse.intake.folder import set_aside
from warehouse.intake.folder.set_aside import UNDO, AsideFile, Taken
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import Settings

EVENT = files.table_of("skills_to_community.event")
MANY, FEW = 12, 5


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five small files are left alone, six are packed."""
    monkeypatch.setattr(packing, "MOST_LOOSE", FEW)


def drop(settings: Settings, number: int, rows: int = 3, mark: str = "", residents: str = "40") -> Path:
    """One office's file."""
    filled = [
        {**row, "reporting_unit": f"第{number}工会", "event_id": f"{number}-{at}", "residents_served": residents}
        for at, row in enumerate(files.valid_rows(EVENT, rows))
    ]
    path = settings.seeds / EVENT.programme / f"河南_社区服务_活动表_{number:02}_202405{mark}.csv"
    return files.write_text(path, files.to_text(files.grid_of(EVENT, filled)))


def folder(settings: Settings) -> Path:
    return settings.landing / EVENT.programme / EVENT.name


def names(settings: Settings) -> list[str]:
    """The parquet files with rows."""
    return sorted(path.name for path in folder(settings).glob("*.parquet") if path.name != landed.SCHEMA_FILE)


def rows(settings: Settings) -> list[tuple[Any, ...]]:
    """Everything an engine reads of the table."""
    return sorted(pl.read_parquet(folder(settings) / "*.parquet", hive_partitioning=False).rows(), key=repr)


def fresh(settings: Settings, name: str = "fresh") -> list[tuple[Any, ...]]:
    """What an installation that never packed anything would hold."""
    beside = replace(settings, home=settings.home.with_name(name))
    most, packing.MOST_LOOSE = packing.MOST_LOOSE, 10_000
    take_in(beside)
    packing.MOST_LOOSE = most
    assert not any(name.startswith("packed-") for name in names(beside))
    return rows(beside)


def key(settings: Settings, tmp_path: Path) -> str:
    """What a build thinks the content of the table is."""
    with building._Builder(settings, tmp_path / DATABASE_FILE, Plan(()), None, lambda _: None) as builder:
        return builder._source(Read(f"source.unionboard.{EVENT.programme}.{EVENT.name}"))


def test_many_small_files_become_one_that_holds_the_same_rows(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    first = take_in(settings)
    [name] = names(settings)
    assert name.startswith("packed-")
    assert len(rows(settings)) == 3 * MANY
    assert rows(settings) == fresh(settings)
    before = {path: path.stat().st_mtime_ns for path in settings.landing.rglob("*") if path.is_file()}
    again = take_in(settings)
    assert (again.receipts, again.fingerprint) == (first.receipts, first.fingerprint)
    assert {path: path.stat().st_mtime_ns for path in settings.landing.rglob("*") if path.is_file()} == before


def test_few_files_stay_as_they_are(settings: Settings) -> None:
    for number in range(FEW):
        drop(settings, number)
    take_in(settings)
    assert len(names(settings)) == FEW
    assert not any(name.startswith("packed-") for name in names(settings))


def test_files_that_come_one_by_one_stay_few(settings: Settings) -> None:
    most = 0
    for number in range(MANY + 4):
        drop(settings, number)
        take_in(settings)
        most = max(most, len(names(settings)))
    assert most <= FEW
    assert rows(settings) == fresh(settings)


def test_file_that_was_packed_can_be_corrected_taken_away_and_come_back(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    take_in(settings)
    gone = drop(settings, 3)
    content = gone.read_bytes()
    gone.unlink()
    drop(settings, 4, rows=2, residents="50")
    take_in(settings)
    assert len(rows(settings)) == 3 * MANY - 3 - 1
    assert rows(settings) == fresh(settings)
    gone.write_bytes(content)
    take_in(settings)
    assert len(rows(settings)) == 3 * MANY - 1
    assert rows(settings) == fresh(settings, "later")


def test_correction_of_a_packed_file_says_what_it_changed(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    take_in(settings)
    drop(settings, 2, rows=4, mark="_更正1", residents="41")
    intake = take_in(settings)
    [message] = [m for r in intake.receipts if "更正1" in r.file for m in r.messages if m.code == "D75"]
    # One row is new, the residents of the other three are others.
    assert "新增1改动3删除0行" in message.zh


def test_packed_file_is_set_aside_and_let_in_again(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    whole = take_in(settings)
    [receipt] = [receipt for receipt in whole.receipts if "_07_" in receipt.file]
    assert receipt.sha256 is not None
    taken = Taken(UNDO, set_aside.now(), "", None, None, (), (AsideFile(receipt.file, receipt.sha256),))
    set_aside.save(settings, (taken,))
    without = take_in(settings)
    assert current(settings) == 3 * (MANY - 1)
    assert [r.file for r in without.receipts if r.status == "refused"] == [receipt.file]
    set_aside.save(settings, set_aside.let_in((taken,), {receipt.sha256}))
    assert take_in(settings).fingerprint == whole.fingerprint
    assert current(settings) == 3 * MANY


def current(settings: Settings) -> int:
    """Rows of submissions that count, as landed rows and submissions together say."""
    submissions = pl.read_parquet(settings.landing / "intake" / "submissions" / "*.parquet").filter("is_current")
    found = pl.read_parquet(folder(settings) / "*.parquet", hive_partitioning=False)
    return found.join(submissions.select("submission_id").unique(), on="submission_id", how="semi").height


def test_packing_alone_builds_nothing_again(settings: Settings, tmp_path: Path) -> None:
    packing.MOST_LOOSE = 100
    for number in range(MANY):
        drop(settings, number)
    take_in(settings)
    before = key(settings, tmp_path)
    packing.MOST_LOOSE = FEW
    take_in(settings)
    assert len(names(settings)) == 1
    assert key(settings, tmp_path) == before
    drop(settings, MANY)
    take_in(settings)
    assert key(settings, tmp_path) != before


def test_damaged_packed_file_is_told_and_made_again(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    take_in(settings)
    expected = rows(settings)
    [name] = names(settings)
    path = folder(settings) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    problems = telling.status(settings)["problems"]
    assert len(problems) == MANY
    assert all("入库数据损坏" in problem for problem in problems)
    take_in(settings)
    assert rows(settings) == expected
    path = folder(settings) / names(settings)[0]
    path.unlink()
    take_in(settings)
    assert rows(settings) == expected
    assert telling.status(settings)["problems"] == []


def test_index_that_cannot_be_read_loses_and_doubles_nothing(settings: Settings) -> None:
    for number in range(MANY):
        drop(settings, number)
    take_in(settings)
    expected = rows(settings)
    for content in ('{"packed": {"pac', '{"content": "x", "packed": {}, "checksum": "y"}', "[]"):
        (folder(settings) / packing.INDEX).write_text(content, encoding="utf-8")
        take_in(settings)
        assert rows(settings) == expected


@pytest.fixture(scope="module")
def before_packing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[tuple[Any, ...]]]:
    """An installation with many small files, none of them packed yet, and the rows that it has once the first file is corrected."""
    ground = files.make_settings(tmp_path_factory.mktemp("before"))
    for number in range(MANY):
        drop(ground, number)
    most, packing.MOST_LOOSE = packing.MOST_LOOSE, 10_000
    take_in(ground)
    packing.MOST_LOOSE = most
    corrected = files.make_settings(tmp_path_factory.mktemp("corrected"))
    for number in range(MANY):
        drop(corrected, number, residents="40" if number else "50")
    return ground, fresh(corrected)


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("place", "number"),
    [("put_in_place", 1), ("_write", 1), ("unlink", 3), ("unlink", 9)],
    ids=lambda value: str(value),
)
def test_kill_while_packing_loses_and_doubles_nothing(
    settings: Settings,
    before_packing: tuple[Settings, list[tuple[Any, ...]]],
    place: str,
    number: int,
    is_after: bool,
) -> None:
    ground, expected = before_packing
    shutil.copytree(ground.seeds / EVENT.programme, settings.seeds / EVENT.programme)
    shutil.copytree(ground.home, settings.home)
    # Not forked: the threads of what reads parquet would be missing in the child.
    process = multiprocessing.get_context("spawn").Process(target=_killed, args=(settings, place, number, is_after))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    drop(settings, 0, residents="50")
    take_in(settings)
    assert rows(settings) == expected
    assert len(names(settings)) <= FEW
    assert not list(settings.home.rglob(".intake-*"))


def _killed(settings: Settings, place: str, number: int, is_after: bool) -> None:
    """Take in, and die before or after so many calls of one step of packing."""
    packing.MOST_LOOSE = FEW
    step = _dying(getattr(packing, place) if place != "unlink" else Path.unlink, number, is_after)
    if place != "unlink":
        setattr(packing, place, step)
    else:
        whole = packing.tidy

        def tidy(*arguments: Any) -> None:
            # Only what packing removes counts; temporary files go all the time.
            Path.unlink = step  # type: ignore[method-assign]
            whole(*arguments)

        setattr(packing, "tidy", tidy)
    take_in(settings)


def _dying(original: Callable[..., Any], number: int, is_after: bool) -> Callable[..., Any]:
    calls = itertools.count(1)

    def step(*arguments: Any, **named: Any) -> Any:
        is_last = next(calls) == number
        if is_last and not is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return step
