"""The folder is the truth: corrections, repetitions, removals, interruptions, and what survives them."""

import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake import landing
from warehouse.intake.folder.one_file import judge
from warehouse.intake.folder.take_in import Intake, confirm_replacement, take_in
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings
from warehouse.system import workers

EVENT, CASE = "skills_to_community.event", "dispute_mediation.case"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


def test_nothing_happens_twice(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    first = take_in(settings)
    landed = _landed_files(settings)

    second = take_in(settings)

    assert (second.fingerprint, second.receipts) == (first.fingerprint, first.receipts)
    assert _landed_files(settings) == landed
    assert second.fingerprint == first.fingerprint
    assert path.exists()


def test_same_bytes_count_once(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    take_in(settings)
    _copy(path, path.with_name("河南_社区服务_活动表_洛阳市总工会_202405(1).csv"))

    intake = take_in(settings)

    double = _receipt(intake, "(1)")
    assert ([message.code for message in double.messages], double.status, double.rows_accepted) == (
        ["D74"],
        "accepted",
        0,
    )
    assert path.name in double.messages[0].zh
    assert _current_rows(settings) == 3


def test_correction_replaces_and_says_what_changed(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table, 4)
    _drop(settings, table, rows)
    before = take_in(settings)
    changed = [dict(row) for row in rows]
    changed[0]["students"] = "99"
    changed[3]["event_id"] = "活动编号新"
    _drop(settings, table, changed, "_更正1")

    intake = take_in(settings)

    new, old = _receipt(intake, "更正1"), _receipt(intake, "202405.csv")
    assert [message.code for message in new.messages] == ["D75"]
    assert "新增1改动1删除1行" in new.messages[0].zh
    assert [message.code for message in old.messages] == ["D75"]
    assert _current_rows(settings) == 4
    assert intake.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ("", "_更正1", "_更正1"),
        ("_更正2", "_更正1", "_更正2"),
        ("_更正", "_v2", "_v2"),
        ("", "(1)", "(1)"),
        ("_更正1", "", "_更正1"),
    ],
)
def test_higher_mark_counts_whatever_came_first(
    first: str, second: str, winner: str, table: Table, settings: Settings
) -> None:
    for number, mark in enumerate((first, second)):
        _drop(settings, table, [dict(row, students=str(50 + number)) for row in files.valid_rows(table)], mark)
        take_in(settings)

    assert _current_files(settings) == [f"河南_社区服务_活动表_洛阳市总工会_202405{winner}.csv"]


def test_later_seen_counts_among_equal_marks(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    _drop(settings, table, rows, "_b", period="202405")
    take_in(settings)
    _drop(settings, table, [dict(row, students="77") for row in rows], "_a", period="202405")

    take_in(settings)

    assert _current_files(settings) == ["河南_社区服务_活动表_洛阳市总工会_202405_a.csv"]


def test_correction_that_loses_half_waits_for_a_word(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table, 5)
    _drop(settings, table, rows)
    take_in(settings)
    short = _drop(settings, table, rows[:2], "_更正1")

    refused = take_in(settings)
    still = _current_rows(settings)
    confirm_replacement(short, settings)
    confirmed = take_in(settings)

    receipt = _receipt(refused, "更正1")
    assert ([message.code for message in receipt.messages], receipt.status, still) == (["D76"], "refused", 5)
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_quarantined) == (2, 0, 2)
    assert (_receipt(confirmed, "更正1").status, _current_rows(settings)) == ("accepted", 2)


def test_check_tells_what_a_refresh_would(table: Table, settings: Settings, tmp_path: Path) -> None:
    rows = files.valid_rows(table, 5)
    path = _drop(settings, table, rows)
    take_in(settings)
    before = _all_files(settings.home)
    outside = tmp_path / "outside"
    name = path.name.removesuffix(".csv")
    same = _copy(path, outside / path.name)
    short = files.write_text(outside / f"{name}_更正1.csv", files.to_text(files.grid_of(table, rows[:1])))
    mended = [dict(row, students="70") for row in rows]
    better = files.write_text(outside / f"{name}_更正2.csv", files.to_text(files.grid_of(table, mended)))

    judged = [judge(found, settings, "skills_to_community") for found in (same, short, better)]

    assert [files.codes(judgement) for judgement in judged if judgement] == [["D74"], ["D76"], ["D75"]]
    assert [judgement.receipt.status for judgement in judged if judgement] == ["accepted", "refused", "accepted"]
    assert _all_files(settings.home) == before


def test_demonstration_never_replaces_submitted(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    path = _drop(settings, table, rows)
    take_in(settings)
    text = files.to_text(files.grid_of(table, [dict(row, students="70") for row in rows]))
    files.write_text(path.with_name(f"演示_{path.name}"), text)

    take_in(settings)

    assert _current_rows(settings) == 6
    assert set(_submissions(settings)["origin"]) == {"submitted", "demonstration"}


def test_removed_file_takes_its_rows_and_receipt_along(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    before = take_in(settings)
    path.unlink()

    intake = take_in(settings)

    assert intake.receipts == ()
    assert intake.fingerprint != before.fingerprint
    assert [name for name in _landed_files(settings) if not name.startswith("_") and name != landing.SCHEMA_FILE] == []
    assert list(settings.receipts.glob(f"{before.receipts[0].report_id}*")) == []


def test_removed_correction_brings_the_earlier_file_back(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    _drop(settings, table, rows)
    first = take_in(settings)
    correction = _drop(settings, table, [dict(row, students="70") for row in rows], "_更正1")
    take_in(settings)
    correction.unlink()

    assert take_in(settings).fingerprint == first.fingerprint


def test_empty_ledger_gives_the_same_answer(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    for mark, students in (("", "50"), ("_更正1", "51"), ("_更正2", "52")):
        _drop(settings, table, [dict(row, students=students) for row in rows], mark)
    take_in(settings)
    before = _submissions(settings).drop("submission_order")

    take_in(replace(settings, home=settings.home.with_name("other")))

    assert (
        _submissions(replace(settings, home=settings.home.with_name("other"))).drop("submission_order").equals(before)
    )


def test_damaged_ledger_is_set_aside(table: Table, settings: Settings) -> None:
    _drop(settings, table, files.valid_rows(table))
    before = take_in(settings)
    ledger = settings.home / "ledger" / "ledger.sqlite"
    ledger.write_bytes(b"this is no database" * 500)

    assert take_in(settings).receipts == before.receipts


@pytest.mark.parametrize("damage", ["remove", "truncate"])
def test_damaged_landing_is_written_anew(damage: str, table: Table, settings: Settings) -> None:
    _drop(settings, table, files.valid_rows(table))
    intake = take_in(settings)
    landed = settings.landing / "skills_to_community" / "event" / f"{intake.receipts[0].report_id}.parquet"
    landed.unlink() if damage == "remove" else landed.write_bytes(landed.read_bytes()[:50])

    take_in(settings)

    assert pl.read_parquet(landed).height == 3


def test_future_rows_are_looked_at_again_when_their_day_has_come(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    rows[0]["event_date"] = "2024-07-10"
    _drop(settings, table, rows)
    early = take_in(settings).receipts[0].rows_accepted

    late = take_in(replace(settings, today=date(2024, 7, 31))).receipts[0].rows_accepted
    early_again = take_in(settings).receipts[0].rows_accepted

    assert (early, late, early_again) == (2, 3, 2)


def test_waiting_file_is_listed_and_nothing_of_it_taken(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    path.rename(path.with_name(path.name + ".part"))

    [receipt] = take_in(settings).receipts

    assert (receipt.status, receipt.rows_accepted) == ("waiting", 0)
    assert _current_rows(settings) == 0


def test_zero_report_is_a_submission_without_rows(table: Table, settings: Settings) -> None:
    row = dict.fromkeys((column.name for column in table.columns), "")
    row.update(province_code="河南省", reporting_unit="洛阳市总工会", report_period="2024-05", remarks="零报告")
    _drop(settings, table, [row])

    take_in(settings)

    [found] = _submissions(settings).rows(named=True)
    assert (found["is_zero_report"], found["row_count"], found["region_code"]) == (True, 0, "410000")
    assert (found["is_current"], found["province_code"], found["report_period"]) == (True, "41", "2024-05")


def test_files_table_lists_refused_files_too(table: Table, settings: Settings) -> None:
    good = _drop(settings, table, files.valid_rows(table))
    bad = files.write_text(good.with_name("河南_社区服务_202404.csv"), "没有,表头\n1,2\n")
    before = time.time() - 60
    os.utime(bad, (before, before))

    intake = take_in(settings)

    found = pl.read_parquet(settings.landing / "intake" / "files" / "*.parquet")
    assert set(zip(found["file_name"], found["status"], strict=True)) == {
        (f"skills_to_community/{good.name}", "accepted"),
        (f"skills_to_community/{bad.name}", "refused"),
    }
    assert intake.refused == 1
    latest = json.loads((settings.receipts / "latest.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in latest["files"]] == [receipt.file for receipt in intake.receipts]


@pytest.mark.parametrize(
    ("basis", "values", "code"),
    [
        ("本期", [10, 20, 40], "D77"),
        ("累计", [10, 30, 20], "D78"),
        ("本期", [10, 10, 150], "D79"),
        ("本期", [200, 200, 10], "D79"),
        ("本期", [10, 12, 11], None),
        ("累计", [10, 30, 60], None),
    ],
)
def test_numbers_are_compared_with_the_periods_before(
    basis: str, values: list[int], code: str | None, table: Table, settings: Settings
) -> None:
    for month, value in enumerate(values, start=1):
        rows = files.valid_rows(table, 1)
        rows[0].update(report_period=f"2024-{month:02d}", data_basis=basis, residents_served=str(value))
        rows[0].update(satisfaction_n="", satisfied_n="", event_id=f"E{month}", event_date=f"2024-{month:02d}-10")
        _drop(settings, table, rows, period=f"2024{month:02d}")

    intake = take_in(settings)

    last = _receipt(intake, "202403")
    assert [(m.code, m.severity, m.column) for m in last.messages] == ([(code, "warning", "服务居民")] if code else [])
    assert last.status == ("warned" if code else "accepted")


def test_second_subsidy_of_a_case_is_warned_of(settings: Settings) -> None:
    table = files.table_of(CASE)
    for month, subsidy in ((4, "300"), (5, "400")):
        rows = files.valid_rows(table, 1)
        rows[0].update(report_period=f"2024-{month:02d}", subsidy_yuan=subsidy, source="仲裁委委托")
        _drop(settings, table, rows, period=f"2024{month:02d}")

    for _ in range(2):
        last = _receipt(take_in(settings), "202405")

        assert [(m.code, m.severity, m.row, m.column) for m in last.messages] == [("D105", "warning", 2, "案件补贴")]


def test_second_subsidy_sent_by_the_province_for_its_city_is_warned_of(settings: Settings) -> None:
    table = files.table_of(CASE)
    for name, unit, subsidy in (("a", "洛阳市总工会", "300"), ("b", "河南省总工会", "400")):
        rows = files.valid_rows(table, 1)
        rows[0].update(reporting_unit=unit, subsidy_yuan=subsidy, source="仲裁委委托")
        text = files.to_text(files.grid_of(table, rows))
        files.write_text(settings.seeds / table.programme / f"{name}.csv", text)

    receipts = take_in(settings).receipts

    told = [
        (receipt.file, message.row) for receipt in receipts for message in receipt.messages if message.code == "D105"
    ]
    assert told == [("dispute_mediation/b.csv", 2)]


def test_same_case_number_of_an_office_elsewhere_is_no_second_subsidy(settings: Settings) -> None:
    table = files.table_of(CASE)
    for name, province, region, subsidy in (("a", "河南省", "410300", "300"), ("b", "湖北省", "420100", "400")):
        rows = files.valid_rows(table, 1)
        rows[0].update(
            province_code=province,
            region_code=region,
            reporting_unit="市总工会",
            subsidy_yuan=subsidy,
            source="仲裁委委托",
        )
        text = files.to_text(files.grid_of(table, rows))
        files.write_text(settings.seeds / table.programme / f"{name}.csv", text)

    told = {message.code for receipt in take_in(settings).receipts for message in receipt.messages}

    assert told == {"D91"}


def test_killed_at_any_moment_the_next_run_makes_it_whole(table: Table, settings: Settings) -> None:
    for number in range(6):
        rows = [dict(row, event_id=f"E{number}-{index}") for index, row in enumerate(files.valid_rows(table, 40))]
        _drop(settings, table, rows, f"_更正{number}" if number % 2 else "", period=f"20240{1 + number // 2}")
    undisturbed = replace(settings, home=settings.home.with_name("undisturbed"))
    expected = take_in(undisturbed)
    dice = random.Random(7)
    context = multiprocessing.get_context("fork")
    for _ in range(8):
        process = context.Process(target=take_in, args=(settings,))
        process.start()
        process.join(dice.uniform(0.0, 0.4))
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()

    intake = take_in(settings)

    assert intake.receipts == expected.receipts
    assert intake.fingerprint == expected.fingerprint
    assert _landed_files(settings) == _landed_files(undisturbed)
    assert _submissions(settings).equals(_submissions(undisturbed))
    assert list(settings.home.rglob(".intake-*")) == []


def test_file_that_grows_while_it_is_read_is_waited_for(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    before = time.time() - 600
    os.utime(path, (before, before))
    _when_read(monkeypatch, lambda: path.write_text(path.read_text(encoding="utf-8") + "x", encoding="utf-8"))

    take_in(settings)
    [receipt] = take_in(settings).receipts

    assert receipt.status == "waiting"
    assert _current_rows(settings) == 0


def test_file_that_is_overwritten_counts_as_it_was_until_it_is_whole(table: Table, settings: Settings) -> None:
    path = _drop(settings, table, files.valid_rows(table))
    before = take_in(settings)
    text = files.to_text(files.grid_of(table, files.valid_rows(table, 9)))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        meanwhile = take_in(settings)
        rows = _current_rows(settings)
        file.write(text[len(text) // 2 :])

    after = take_in(settings)

    assert (meanwhile.receipts[0].status, rows, meanwhile.fingerprint) == ("waiting", 3, before.fingerprint)
    assert (after.receipts[0].status, _current_rows(settings)) == ("accepted", 9)


def _when_read(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Does something to the file after it was hashed and before a worker reads it."""
    ask = workers.ask

    def act_and_ask(question: dict[str, Any], seconds: float) -> dict[str, Any]:
        act()
        return ask(question, seconds)

    monkeypatch.setattr(workers, "ask", act_and_ask)


def _drop(settings: Settings, table: Table, rows: list[files.Row], mark: str = "", period: str = "202405") -> Path:
    path = files.place(settings, table, mark=mark, period=period)
    files.write_text(path, files.to_text(files.grid_of(table, rows)))
    return path


def _copy(path: Path, to: Path) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(path.read_bytes())
    return to


def _receipt(intake: Intake, part: str) -> Receipt:
    [found] = [receipt for receipt in intake.receipts if part in receipt.file]
    return found


def _submissions(settings: Settings) -> pl.DataFrame:
    return pl.read_parquet(settings.landing / "intake" / "submissions" / "*.parquet")


def _current_rows(settings: Settings) -> int:
    return int(_submissions(settings).filter("is_current")["row_count"].sum())


def _current_files(settings: Settings) -> list[str]:
    current = _submissions(settings).filter("is_current")["report_id"].unique().to_list()
    listed = pl.read_parquet(settings.landing / "intake" / "files" / "*.parquet")
    return [Path(row["file_name"]).name for row in listed.rows(named=True) if row["report_id"] in current]


def _landed_files(settings: Settings) -> list[str]:
    folder = settings.landing / "skills_to_community" / "event"
    return sorted(path.name for path in folder.iterdir())


def _all_files(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[str(path)] = (path.stat().st_mtime_ns, path.stat().st_size)
    return found


def test_seeds_folder_that_cannot_be_seen_stops_everything(table: Table, settings: Settings) -> None:
    _drop(settings, table, files.valid_rows(table))
    take_in(settings)
    settings.seeds.rename(settings.seeds.with_name("gone"))

    with pytest.raises(FileNotFoundError, match="找不到"):
        take_in(settings)

    assert _current_rows(settings) == 3


def test_ledger_keeps_the_order_of_first_sight(table: Table, settings: Settings) -> None:
    _drop(settings, table, files.valid_rows(table))
    take_in(settings)
    _drop(settings, table, files.valid_rows(table, 4), "_更正1")
    take_in(settings)

    database = sqlite3.connect(settings.home / "ledger" / "ledger.sqlite")
    assert [row[0] for row in database.execute("select number from sightings order by number")] == [1, 2]
    database.close()


def test_nothing_under_home_grows_with_what_came_and_went(table: Table, settings: Settings) -> None:
    """Twelve corrections, one after the other: only the memory of first sight, a line for each file ever seen, gets longer."""
    rows = files.valid_rows(table)

    def taken(number: int) -> tuple[list[str], int]:
        rows[0]["residents_served"] = str(100 + number)
        _drop(settings, table, rows, mark=f"_更正{number}")
        earlier = files.place(settings, table, mark=f"_更正{number - 2}")
        earlier.unlink(missing_ok=True)
        take_in(settings)
        with sqlite3.connect(settings.home / "ledger" / "ledger.sqlite") as database:
            tables = ("paths", "settled", "comparisons", "confirmations")
            lines = sum(database.execute(f"select count(*) from {name}").fetchone()[0] for name in tables)
        kinds = sorted(path.parent.name + path.suffix for path in settings.home.rglob("*") if path.is_file())
        return kinds, lines

    taken(1)
    first = taken(2)
    assert [taken(number) for number in range(3, 13)][-1] == first
