"""Refresh now and whenever a dropped file, a reference list or a model changes; the worker process behind `unionboard up`."""

import argparse
import contextlib
import itertools
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from warehouse import settings as settings_module
from warehouse.command.console import Console
from warehouse.command.reasons import sentence
from warehouse.intake import filename
from warehouse.notify.beside import Rounds
from warehouse.refresh import refresh
from warehouse.settings import DBT_PROJECT, Settings
from warehouse.system import workers
from warehouse.system.lock import LockedError

# A file still being written, a new day and a mount without change notices are looked at again after this long.
LOOK_AGAIN_MILLISECONDS = 5_000
# Files that come together make one refresh: it begins when nothing has changed for this long …
QUIET_MILLISECONDS = 200
# … or at last, while somebody goes on copying.
PATIENCE_MILLISECONDS = 10_000


class SeedsFilter(DefaultFilter):
    """What is worth a refresh: no editor droppings, and of the dbt project only its models, macros and tests."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether this change matters."""
        parts = Path(path).parts
        if "target" in parts or "logs" in parts or filename.is_junk(filename.readable(Path(path).name)):
            return False
        return super().__call__(change, path)


def follow(settings: Settings, stop: threading.Event, console: Console) -> None:
    """Refresh once, then after every change until `stop` is set. Several files dropped together make one refresh."""
    folders = [folder for folder in (settings.seeds, DBT_PROJECT / "models", DBT_PROJECT / "macros") if folder.is_dir()]
    seen = _standing(folders)
    waiting, told = refresh_and_tell(settings, console, None)
    # The next dropped file finds a worker that has read its modules.
    workers.begin()
    last_day = settings.today
    rounds = Rounds()
    rounds.look(settings, is_news=True)
    # What was dropped during the first refresh came before anybody watched: the first look compares, as do all later ones.
    for changes in itertools.chain([set()], _changes(folders, stop)):
        now = settings_module.load(settings.seeds, settings.home, max_file_mb=settings.max_file_mb)
        standing = _standing(folders)
        is_news = bool(changes or waiting or now.today != last_day or standing != seen)
        if is_news:
            seen = standing
            waiting, told = refresh_and_tell(now, console, told)
            last_day = now.today
        rounds.look(now, is_news)


def refresh_and_tell(settings: Settings, console: Console, told: str | None) -> tuple[bool, str | None]:
    """One refresh, told on stderr; failures are told too, unless they are what was `told` before, and end nothing.

    True while a refresh has to be tried again, be it that a file is still being written; and the failure, None when there was none.
    """
    try:
        result = refresh(settings)
    except Exception as error:
        # Whatever happens to one refresh, the next change must still be seen.
        said = sentence(error) if isinstance(error, OSError | LockedError) else f"{type(error).__name__}: {error}"
        if said != told:
            console.say(f"刷新失败，原版本不变：{said}")
        return True, said
    console.receipts([receipt for receipt in result.receipts if receipt.status != "accepted"])
    console.say(f"{result.reason}（{result.seconds['total']:.1f} 秒）")
    return any(receipt.status == "waiting" for receipt in result.receipts), None


def _standing(folders: list[Path]) -> frozenset[tuple[str, int, int]]:
    """Path, size and time of every file that is worth a refresh; for what no notice tells of, such as a share on the network."""
    is_worth = SeedsFilter()
    found = set()
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                if is_worth(Change.added, path):
                    with contextlib.suppress(OSError):
                        state = os.stat(path)
                        found.add((path, state.st_size, state.st_mtime_ns))
    return frozenset(found)


def _changes(folders: list[Path], stop: threading.Event) -> Iterator[set[tuple[Change, str]]]:
    return watch(
        *folders,
        watch_filter=SeedsFilter(),
        stop_event=stop,
        debounce=PATIENCE_MILLISECONDS,
        step=QUIET_MILLISECONDS,
        rust_timeout=LOOK_AGAIN_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )


def main() -> None:
    """Entry point of the worker: settings come from UNIONBOARD_… variables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--lang", default="zh")
    arguments = parser.parse_args()
    console = Console(arguments.lang)
    settings = settings_module.load()
    if arguments.once:
        refresh_and_tell(settings, console, None)
        return
    # A refresh may be stopped at any moment: what it has written is taken up or removed by the next one. Not by an exception,
    # which dbt would catch and tell as a failure of its own.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    follow(settings, threading.Event(), console)


if __name__ == "__main__":
    main()
