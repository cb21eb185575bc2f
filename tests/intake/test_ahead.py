"""Files are judged several at a time, and everything that comes of it is as if they had been judged one after the other."""

import json
import threading
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from tests.intake import files
from warehouse.intake import apart
from warehouse.intake.folder import ahead
from warehouse.intake.folder.ledger import Ledger
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import Settings
from warehouse.system import machine, workers

EVENT, CASE = files.table_of("skills_to_community.event"), files.table_of("dispute_mediation.case")


def drop_many(settings: Settings) -> None:
    """Files of twelve offices, equal ones, corrections that grow and shrink, empty, unknown, oversized and damaged ones."""
    folder = settings.seeds / EVENT.programme
    for number in range(12):
        rows = [
            {**row, "reporting_unit": f"第{number}工会", "event_id": f"{number}-{at}"}
            for at, row in enumerate(files.valid_rows(EVENT, 4))
        ]
        rows[0]["residents_served"] = "若干" if number % 3 == 0 else rows[0]["residents_served"]
        text = files.to_text(files.grid_of(EVENT, rows))
        files.write_text(folder / f"河南_社区服务_活动表_{number:02}_202405.csv", text)
        if number % 4 == 0:
            files.write_text(folder / f"河南_社区服务_活动表_{number:02}_202405(1).csv", text)
        if number % 4 == 1:
            mark = files.to_text(files.grid_of(EVENT, rows[: 1 + number % 3]))
            files.write_text(folder / f"河南_社区服务_活动表_{number:02}_202405_更正1.csv", mark)
    (folder / "空_社区服务_活动表_202405.csv").write_bytes(b"")
    for name in ("甲", "乙"):
        (folder / f"{name}_不知道是什么_202405.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
        (folder / f"{name}_社区服务_活动表_202405.xlsx").write_bytes(b"PK\x03\x04 damaged")
    files.write_text(files.place(settings, CASE), files.to_text(files.grid_of(CASE, files.valid_rows(CASE, 900))))


def left(settings: Settings) -> Any:
    """All that an intake tells and leaves, apart from moments."""
    intake = take_in(settings)
    landed = {
        str(path.relative_to(settings.landing)): path.read_bytes() for path in settings.landing.rglob("*.parquet")
    }
    listed = landed.pop("intake/files/files.parquet")
    files_listed = pl.read_parquet(listed).drop("first_seen_at").rows()
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in settings.receipts.glob("*.json")}
    del kept["latest.json"]["at"]
    with Ledger(settings.home) as ledger:
        numbers = {sha256: sighting.number for sha256, sighting in ledger.sightings().items()}
        since = ledger.since()
    told = [replace(receipt, messages=receipt.messages) for receipt in intake.receipts]
    return told, intake.fingerprint, landed, files_listed, kept, numbers, since


def test_files_judged_several_at_a_time_leave_what_files_judged_one_by_one_leave(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_many(settings)
    beside = replace(settings, home=settings.home.with_name("beside"))
    asked: set[str] = set()
    prepared = apart.prepared

    def watched(*arguments: Any) -> Any:
        asked.add(threading.current_thread().name)
        return prepared(*arguments)

    monkeypatch.setattr(apart, "prepared", watched)
    # The file of cases is judged alone, between the others.
    monkeypatch.setattr(ahead, "LARGE_BYTES", 50_000)
    assert files.place(settings, CASE).stat().st_size > 50_000
    monkeypatch.setattr(ahead, "processes", lambda _: 1)
    one_by_one = left(settings)
    assert asked == {threading.main_thread().name}
    monkeypatch.setattr(ahead, "processes", lambda _: 3)
    together = left(beside)
    assert len(asked) == 4
    for one, other in zip(one_by_one, together, strict=True):
        assert one == other
    assert {receipt.status for receipt in together[0]} == {"accepted", "warned", "refused"}
    assert not list(beside.home.rglob(".intake-*"))
    assert len(workers._idle) <= workers.KEPT_IDLE


def test_intake_that_fails_ends_its_workers_and_the_next_one_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_many(settings)
    monkeypatch.setattr(ahead, "processes", lambda _: 3)

    def stop(_: str, number: int, __: int) -> None:
        if number == 3:
            raise OSError("stopped here")

    with pytest.raises(OSError, match="stopped here"):
        take_in(settings, stop)
    assert not workers._busy
    assert not workers._is_given_up
    told = left(settings)
    assert told == left(settings)
    beside = replace(settings, home=settings.home.with_name("beside"))
    assert [receipt.status for receipt in told[0]] == [receipt.status for receipt in take_in(beside).receipts]


def test_as_many_processes_judge_as_cores_memory_and_files_are_there_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 16)
    monkeypatch.setattr(machine, "memory_mb", lambda: 64_000)
    assert [ahead.processes(files) for files in (0, 1, 20, 128, 10_000)] == [1, 1, 2, 16, 16]
    monkeypatch.setattr(machine, "memory_mb", lambda: 2_000)
    assert ahead.processes(10_000) == 1
    monkeypatch.setattr(machine, "memory_mb", lambda: 4_100)
    assert ahead.processes(10_000) == 4
