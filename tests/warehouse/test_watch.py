"""What the watcher notices, how soon, and what it takes together."""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse import watch

# A refresh must begin within this long after the last write.
AT_MOST_SECONDS = 2.0


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
        time.sleep(0.25)
    last_write = time.monotonic()
    at, names = noticed.get(timeout=10)
    assert names == {f"{number}.csv" for number in range(8)}
    assert at - last_write < AT_MOST_SECONDS
    with pytest.raises(queue.Empty):
        noticed.get(timeout=1)
