"""Releases on a disk that lies: damage is noticed, the last whole release is read, and nothing of what killed work left stays."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from warehouse import settings
from warehouse.releases import held, release, retention, rollback
from warehouse.releases.limits import Excess
from warehouse.system import journal, scratch
from warehouse.system.lock import LockedError, writer_lock

EXCESS = Excess("rows_fall", "dispute_mediation", "fct_x", "", 200, 10, 0.5, "少了", "fewer")


@pytest.fixture
def home(tmp_path: Path) -> settings.Settings:
    return settings.load(home=tmp_path)


def candidate(home: settings.Settings, value: int) -> Path:
    path = release.candidate_path(home, "unionboard.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table numbers as select {value} as n from range(100000)")
    return path


def manifest(value: int, **more: object) -> dict[str, object]:
    return {"created_at": "2024-06-01T00:00:00+00:00", "fingerprint": str(value), **more}


def publish(home: settings.Settings, day: int, **more: object) -> release.Release:
    return release.publish(home, candidate(home, day), f"202406{day:02}T000000Z-aaaaaaaa", manifest(day, **more))


def flip_one_bit(path: Path) -> None:
    """In the middle, with the file's times as they were."""
    times = path.stat()
    with path.open("r+b") as file:
        file.seek(times.st_size // 2)
        byte = file.read(1)[0]
        file.seek(times.st_size // 2)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def test_whole_release_has_no_problem(home: settings.Settings) -> None:
    published = publish(home, 1)
    assert published.problem(again=True) is None
    assert len(published.manifest["sha256"]) == 64
    assert release.problem_of_current(home, again=True) is None


@pytest.mark.parametrize("damage", [truncate, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_damaged_release_gives_way_to_the_whole_one_before(home: settings.Settings, damage: object) -> None:
    first, second = publish(home, 1), publish(home, 2)
    damage(second.path)  # type: ignore[operator]
    assert release.current_id(home) == second.id
    current = release.current(home)
    assert current is not None
    assert current.id == first.id
    assert release.problem_of_current(home)


def test_flipped_bit_is_noticed_when_the_bytes_are_read_again(home: settings.Settings) -> None:
    first, second = publish(home, 1), publish(home, 2)
    flip_one_bit(second.path)
    assert "校验和不符" in str(release.problem_of_current(home, again=True))
    current = release.current(home)
    assert current is not None
    assert current.id == first.id
    with pytest.raises(release.ReleaseError, match="校验和不符"):
        rollback.roll_back(home, second.id)


def test_manifest_that_says_something_else_is_not_believed(home: settings.Settings) -> None:
    first, second = publish(home, 1), publish(home, 2, changes_total=1)
    path = second.path.with_suffix(".json")
    path.write_text(path.read_text().replace('"changes_total": 1', '"changes_total": 7'))
    assert "损坏" in str(release.problem_of_current(home))
    truncate(path)
    current = release.current(home)
    assert current is not None
    assert current.id == first.id


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"20990101T000000Z-nowhere\n"])
def test_damaged_pointer_is_no_reason_to_show_nothing(home: settings.Settings, content: bytes) -> None:
    publish(home, 1)
    second = publish(home, 2)
    (home.releases / "CURRENT").write_bytes(content)
    current = release.current(home)
    assert current is not None
    assert current.id == second.id
    assert release.problem_of_current(home)


def test_rollback_steps_over_a_damaged_release(home: settings.Settings) -> None:
    first, second, _ = publish(home, 1), publish(home, 2), publish(home, 3)
    truncate(second.path)
    assert rollback.roll_back(home)[0].id == first.id


def test_id_sorts_behind_the_last_when_the_clock_is_set_back(home: settings.Settings) -> None:
    last = publish(home, 20)
    earlier = datetime(2024, 6, 1, tzinfo=UTC)
    following = release.new_id(earlier, "ffff0000", release.newest_id(home))
    assert following == "20240620T000001Z-ffff0000"
    assert following > last.id
    same_second = release.new_id(datetime(2024, 6, 20, tzinfo=UTC), "00000000", last.id)
    assert same_second > last.id


def test_retention_keeps_the_newest_the_current_and_the_pinned(home: settings.Settings) -> None:
    kept = settings.Settings(home.seeds, home.home, home.today, keep_releases=4, keep_days=10)
    for day in range(1, 10):
        publish(home, day, created_at=datetime(2024, 6, day, tzinfo=UTC).isoformat())
    retention.pin(home, "20240601")
    rollback.roll_back(home, "20240602")
    gone = retention.remove_old(kept, datetime(2024, 6, 10, tzinfo=UTC))
    left = [one.id[:8] for one in release.list_releases(home)]
    assert left == ["20240609", "20240608", "20240607", "20240606", "20240602", "20240601"]
    assert len(gone) == 3
    # By age the fourth goes too; the newest three stay however old they are.
    retention.remove_old(kept, datetime(2024, 7, 10, tzinfo=UTC))
    left = [one.id[:8] for one in release.list_releases(home)]
    assert left == ["20240609", "20240608", "20240607", "20240602", "20240601"]
    retention.unpin(home, "20240601")
    retention.remove_old(kept, datetime(2024, 7, 10, tzinfo=UTC))
    assert "20240601" not in [one.id[:8] for one in release.list_releases(home)]
    assert not list(home.releases.glob("20240601*"))


def test_sweep_removes_what_killed_work_left_and_nothing_else(
    home: settings.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    scratched = {
        name: temporary / name for name in ("unionboard-999999999-old", "unionboard-999999999-new", "other-1-x")
    }
    for path in scratched.values():
        path.mkdir()
        os.utime(path, (0, 0))
    os.utime(scratched["unionboard-999999999-new"])
    own = scratch.folder()
    os.utime(own.name, (0, 0))
    (home.home / "build").mkdir(parents=True)
    (home.home / "build" / ".intake-abc.tmp").write_text("{}")
    published = publish(home, 1)
    kept = held.keep_aside(home, candidate(home, 2), "20240602T000000Z-bbbbbbbb", manifest(2), [EXCESS])
    gone = [
        home.releases / "20240603T000000Z-cccccccc.duckdb",
        home.releases / "20240604T000000Z-dddddddd.json",
        home.releases / ".CURRENT.4711",
        home.releases / ".intake-abc.tmp",
        home.home / ".last_refresh.json.4711",
        home.releases / f"{published.id}.duckdb.wal",
    ]
    for path in gone:
        path.write_text("{}")
    (home.releases / ".candidate").mkdir(exist_ok=True)
    (home.home / ".preview-999999999-abc").mkdir()
    alive = home.home / f".preview-{os.getpid()}-abc"
    alive.mkdir()
    retention.sweep(home)
    assert [path for path in gone if path.exists()] == []
    assert not (home.releases / ".candidate").exists()
    assert not (home.home / ".preview-999999999-abc").exists()
    assert alive.exists()
    assert not list((home.home / "build").iterdir())
    assert {path.name for path in temporary.iterdir()} == {*list(scratched)[1:], Path(own.name).name}
    own.cleanup()
    assert release.current(home) == published
    assert held.current(home) == kept


def test_held_release_is_published_by_a_word(home: settings.Settings) -> None:
    first = publish(home, 1)
    kept = held.keep_aside(
        home, candidate(home, 2), "20240602T000000Z-bbbbbbbb", manifest(2, previous=first.id), [EXCESS]
    )
    assert release.current(home) == first
    assert "unionboard confirm" in kept.sentence
    published = held.confirm(home)
    assert release.current(home) == published
    assert published.manifest["confirmed_at"]
    assert published.manifest["beyond_limits"][0]["zh"] == "少了"
    assert held.current(home) is None
    with pytest.raises(release.ReleaseError, match="现在没有等待确认的版本"):
        held.confirm(home)


def test_held_release_is_not_published_when_damaged_or_overtaken(home: settings.Settings) -> None:
    first = publish(home, 1)
    arguments = ("20240602T000000Z-bbbbbbbb", manifest(2, previous=first.id), [EXCESS])
    kept = held.keep_aside(home, candidate(home, 2), *arguments)
    flip_one_bit(kept.path)
    with pytest.raises(release.ReleaseError, match="已损坏"):
        held.confirm(home)
    held.keep_aside(home, candidate(home, 2), *arguments)
    publish(home, 5)
    with pytest.raises(release.ReleaseError, match="已不是当前版本"):
        held.confirm(home)
    assert held.current(home) is None


def test_second_writer_is_told_who_holds_the_lock(home: settings.Settings) -> None:
    said: list[str] = []
    with (
        writer_lock(home.home),
        pytest.raises(LockedError, match=rf"进程 {os.getpid()}，自 \d{{4}}-"),
        writer_lock(home.home, 0.3, said.append),
    ):
        pass
    assert said and "等待它结束" in said[0]


def test_lock_of_a_dead_process_is_taken_over(home: settings.Settings) -> None:
    process = os.fork()
    if process == 0:
        with writer_lock(home.home):
            os._exit(9)
    os.waitpid(process, 0)
    assert json.loads((home.home / "refresh.lock").read_text())["pid"] == process
    with writer_lock(home.home, 0.1):
        assert json.loads((home.home / "refresh.lock").read_text())["pid"] == os.getpid()


def test_log_lines_are_json_with_an_id_and_rotate(home: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    monkeypatch.setattr(journal, "LARGEST_BYTES", 2_000)
    path = home.logs / "refresh.jsonl"
    with journal.writing(path, "unionboard"), journal.run("abc123"):
        for number in range(40):
            logging.getLogger("unionboard.refresh").info("说一句", extra={"number": number})
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["number"] == 39
    assert (lines[-1]["event"], lines[-1]["id"], lines[-1]["level"]) == ("说一句", "abc123", "info")
    assert 1 < len(list(home.logs.glob("refresh.jsonl*"))) <= journal.KEPT + 1
    assert datetime.now(UTC) - datetime.fromisoformat(lines[-1]["at"]) < timedelta(minutes=1)
