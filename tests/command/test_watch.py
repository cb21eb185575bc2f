"""What the watcher notices, how soon, and what it takes together."""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.support.files import centre, write_csv
from warehouse.command import watch
from warehouse.command.console import Console
from warehouse.settings import Settings

# A refresh must begin within this long after the last write.
AT_MOST_SECONDS = 2.0


@pytest.fixture(autouse=True)
def _same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_TODAY", TODAY.isoformat())


@pytest.fixture
def noticed(tmp_path: Path) -> Iterator["queue.Queue[tuple[float, set[str]]]"]:
    """What the watcher of a folder with one file reports: when, and the names; its regular looks are left out."""
    (tmp_path / "programme").mkdir()
    (tmp_path / "programme" / "old.csv").write_text("1\n")
    found: queue.Queue[tuple[float, set[str]]] = queue.Queue()
    stop = threading.Event()
    started = threading.Event()

    def follow() -> None:
        changes = watch._changes([tmp_path], stop)
        started.set()
        for some in changes:
            if some:
                found.put((time.monotonic(), {Path(path).name for _, path in some}))

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    started.wait(5)
    time.sleep(0.5)
    yield found
    stop.set()
    thread.join(10)


def test_new_changed_and_removed_files_are_noticed_within_two_seconds(
    tmp_path: Path, noticed: "queue.Queue[tuple[float, set[str]]]"
) -> None:
    folder = tmp_path / "programme"
    for change, name in (
        (lambda: (folder / "new.csv").write_text("1\n"), "new.csv"),
        (lambda: (folder / "old.csv").write_text("2\n"), "old.csv"),
        (lambda: (folder / "new.csv").unlink(), "new.csv"),
    ):
        change()
        last_write = time.monotonic()
        at, names = noticed.get(timeout=10)
        assert names == {name}
        assert at - last_write < AT_MOST_SECONDS


def test_files_dropped_together_are_taken_together(
    tmp_path: Path, noticed: "queue.Queue[tuple[float, set[str]]]"
) -> None:
    folder = tmp_path / "programme"
    for number in range(8):
        (folder / f"{number}.csv").write_text("1\n")
        (folder / f".accept-{number}.tmp").write_text("1\n")
        time.sleep(0.1)
    last_write = time.monotonic()
    at, names = noticed.get(timeout=10)
    assert names == {f"{number}.csv" for number in range(8)}
    assert at - last_write < AT_MOST_SECONDS
    with pytest.raises(queue.Empty):
        noticed.get(timeout=1)


def test_file_dropped_during_the_first_refresh_is_not_overlooked(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long first refresh: a file comes after the folder was read and before anybody watches it."""
    stop = threading.Event()
    seen: list[list[str]] = []

    def refresh(settings: Settings, *_: object) -> tuple[bool, str | None]:
        seen.append(sorted(path.name for path in settings.seeds.rglob("*.csv")))
        if len(seen) == 1:
            write_csv(settings.seeds / "dispute_mediation" / "late.csv", "dispute_mediation", "centre", [centre()])
        else:
            stop.set()
        return False, None

    monkeypatch.setattr(watch, "refresh_and_tell", refresh)
    begin = time.monotonic()
    watch.follow(installation, stop, Console("zh"))
    assert seen == [[], ["late.csv"]]
    assert time.monotonic() - begin < AT_MOST_SECONDS


def test_change_that_no_notice_tells_of_is_seen_at_the_next_look(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share on the network: the system tells nothing, only looking does."""
    folder = installation.seeds / "dispute_mediation"
    seen: list[list[str]] = []

    def looks(*_: object) -> Iterator[set[object]]:
        write_csv(folder / "a.csv", "dispute_mediation", "centre", [centre()])
        yield set()
        yield set()
        (folder / "a.csv").unlink()
        yield set()

    monkeypatch.setattr(watch, "_changes", looks)

    def refresh(settings: Settings, *_: object) -> tuple[bool, str | None]:
        seen.append(sorted(path.name for path in settings.seeds.rglob("*.csv")))
        return False, None

    monkeypatch.setattr(watch, "refresh_and_tell", refresh)
    watch.follow(installation, threading.Event(), Console("zh"))
    assert seen == [[], ["a.csv"], []]
