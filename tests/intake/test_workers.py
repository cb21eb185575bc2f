"""Files are judged in processes that can be lost: whatever one file does, it is refused alone (D98) and the others go in."""

import json
import logging
import os
import signal
import subprocess
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.folder.one_file import judge
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.judge import Judgement, judge_as
from warehouse.intake.plain_data import plain, restored
from warehouse.intake.receipt import Receipt
from warehouse.settings import CHECKOUT, Settings
from warehouse.system import workers
from warehouse.system.workers import LostError

EVENT, CASE = "skills_to_community.event", "dispute_mediation.case"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.fixture
def fresh_workers() -> Any:
    """Workers of this test's own."""
    workers.end()
    yield
    workers.end()


def test_worker_says_the_same_as_this_process(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, 5)

    apart, here = judge(path, settings), judge_as(path, str(path), settings, table.programme)

    assert apart is not None and here is not None
    assert (apart.receipt, apart.named, apart.table, apart.latest) == (
        here.receipt,
        here.named,
        here.table,
        here.latest,
    )
    assert files.frame_of(apart).equals(files.frame_of(here))
    assert files.frame_of(apart).schema == files.frame_of(here).schema


def test_judgement_comes_back_from_its_plain_form(table: Table, settings: Settings) -> None:
    judgement = files.judged(_drop(settings, table, 2), settings)

    again = restored(Judgement, json.loads(json.dumps(plain(judgement, without=frozenset({"frame"})))))

    assert again == replace(judgement, frame=None)
    assert again.latest == date(2024, 5, 10)


@pytest.mark.usefixtures("fresh_workers")
def test_file_that_takes_too_much_memory_is_refused_alone(table: Table, settings: Settings) -> None:
    # Less than what the libraries hold when they are loaded: no file can be read with it.
    small = replace(settings, judge_memory_mb=300)
    _drop(settings, table)
    good = files.table_of(CASE)

    refused = take_in(small)
    _drop(settings, good)
    taken = take_in(settings)

    [receipt] = refused.receipts
    assert (receipt.status, _codes(receipt), receipt.rows_in) == ("refused", ["D98"], 0)
    assert "内存" in receipt.messages[0].zh
    assert [one.status for one in taken.receipts] == ["accepted", "accepted"]


@pytest.mark.usefixtures("fresh_workers")
def test_file_that_takes_too_long_is_refused_and_not_tried_again_until_another_day(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(settings, table)
    monkeypatch.setattr(workers, "ask", _never)
    first = take_in(settings)
    monkeypatch.undo()

    again, next_day = take_in(settings), take_in(replace(settings, today=date(2024, 7, 1)))

    assert [_codes(one.receipts[0]) for one in (first, again, next_day)] == [["D98"], ["D98"], []]
    assert next_day.receipts[0].status == "accepted"


@pytest.mark.usefixtures("fresh_workers")
def test_limits_that_were_raised_let_the_file_be_tried_again(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(settings, table)
    monkeypatch.setattr(workers, "ask", _never)
    take_in(settings)
    monkeypatch.undo()

    [receipt] = take_in(replace(settings, judge_seconds=1000)).receipts

    assert receipt.status == "accepted"


@pytest.mark.usefixtures("fresh_workers")
def test_question_that_is_not_answered_in_time_ends_the_worker() -> None:
    worker = workers._take()
    os.kill(worker._child.pid, signal.SIGSTOP)
    workers._give_back(worker)

    with pytest.raises(LostError) as lost:
        workers.ask({"path": "/dev/null"}, 0.3)

    assert lost.value.why == "time"
    assert not worker.is_alive()


@pytest.mark.usefixtures("fresh_workers")
def test_file_whose_worker_was_killed_once_is_judged_by_another(table: Table, settings: Settings) -> None:
    path = _drop(settings, table)
    worker = workers._take()
    os.kill(worker._child.pid, signal.SIGSTOP)
    workers._give_back(worker)
    threading.Timer(0.5, lambda: os.kill(worker._child.pid, signal.SIGKILL)).start()

    assert files.judged(path, settings).receipt.status == "accepted"
    assert not worker.is_alive()


@pytest.mark.usefixtures("fresh_workers")
def test_abort_and_its_reason_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "dying.py"
    told = {"memory": "memory allocation of 389579067456 bytes failed", "failed": "thread main panicked"}
    for why, text in told.items():
        package.write_text(
            f"import os, sys\nprint({text!r}, file=sys.stderr, flush=True)\nsys.stdin.readline()\nos.abort()\n"
        )
        monkeypatch.setattr(workers, "JUDGE", "dying")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(LostError) as lost:
            workers.ask({"path": "x"}, 30)
        assert (lost.value.why, lost.value.detail) == (why, "SIGABRT")


@pytest.mark.usefixtures("fresh_workers")
def test_worker_ends_with_its_parent() -> None:
    script = "from warehouse.system import workers; w = workers._take(); print(w._child.pid, flush=True); import os; os._exit(9)"
    python = str(CHECKOUT / ".venv" / "bin" / "python")
    done = subprocess.run([python, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    process = Path(f"/proc/{int(done.stdout)}")
    deadline = time.monotonic() + 60
    while process.exists() and "Z" not in (process / "stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.05)


@pytest.mark.usefixtures("fresh_workers")
def test_rows_taken_before_stay_when_the_file_cannot_be_judged_any_more(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = _drop(settings, table, 3)
    before = take_in(settings)
    _drop(settings, table, 4)
    monkeypatch.setattr(workers, "ask", _never)
    caplog.set_level(logging.WARNING, "unionboard.intake")

    broken, again = take_in(settings), take_in(settings)

    [receipt] = broken.receipts
    assert (receipt.status, _codes(receipt)) == ("refused", ["D98", "D107"])
    assert "3行" in receipt.messages[1].zh
    assert again.receipts == broken.receipts
    assert broken.fingerprint == before.fingerprint
    assert _landed_rows(settings, table) == 3
    assert [record.__dict__["file"] for record in caplog.records] == [path.relative_to(settings.seeds).as_posix()]

    monkeypatch.undo()
    mended = take_in(replace(settings, judge_seconds=1000))
    assert (mended.receipts[0].status, _landed_rows(settings, table)) == ("accepted", 4)


@pytest.mark.parametrize(
    ("content", "code"), [(b"PK\x03\x04 cut off", "D87"), (b"\xff\xd8\xff\xe0 a picture", "D05"), (b"a\0b,c\n", "D64")]
)
def test_rows_taken_before_stay_when_the_file_was_overwritten_by_what_nobody_can_read(
    content: bytes, code: str, table: Table, settings: Settings
) -> None:
    path = _drop(settings, table, 3)
    take_in(settings)
    path.write_bytes(content)
    os.utime(path, (time.time() - 600,) * 2)

    broken, again = take_in(settings), take_in(settings)

    assert _codes(broken.receipts[0]) == [code, "D107"]
    assert again.receipts == broken.receipts
    assert _landed_rows(settings, table) == 3
    path.unlink()
    take_in(settings)
    assert _landed_rows(settings, table) == 0


def test_same_bytes_under_a_second_name_do_not_break_it_twice(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _drop(settings, table)
    second = path.with_name(path.name.replace("202405", "202405_更正1"))
    second.write_bytes(path.read_bytes())
    asked: list[str] = []

    def never(question: dict[str, Any], seconds: float) -> dict[str, Any]:
        asked.append(question["label"])
        return _never(question, seconds)

    monkeypatch.setattr(workers, "ask", never)

    assert [_codes(receipt) for receipt in take_in(settings).receipts] == [["D98"], ["D98"]]
    assert len(asked) == 1


def _never(question: dict[str, Any], seconds: float) -> dict[str, Any]:
    raise LostError("time")


def _drop(settings: Settings, table: Table, rows: int = 3) -> Path:
    text = files.to_text(files.grid_of(table, files.valid_rows(table, rows)))
    path = files.write_text(files.place(settings, table), text)
    os.utime(path, (time.time() - 600,) * 2)
    return path


def _codes(receipt: Receipt) -> list[str]:
    return [message.code for message in receipt.messages]


def _landed_rows(settings: Settings, table: Table) -> int:
    folder = settings.landing / table.programme / table.name
    return pl.read_parquet(
        [path for path in folder.glob("*.parquet") if path.name != "schema.parquet"] or folder / "schema.parquet"
    ).height
