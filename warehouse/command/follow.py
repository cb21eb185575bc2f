"""The worker of a replica: looks at the source again and again, tries again later what fails, and notes how fresh the copy is."""

import argparse
import logging
import os
import random
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

from warehouse import settings as settings_module
from warehouse.command.console import Console
from warehouse.command.reasons import sentence
from warehouse.releases import release
from warehouse.replicas import secret, sources
from warehouse.replicas.offered import Offered
from warehouse.replicas.pull import PullError, pull
from warehouse.replicas.secret import SecretError
from warehouse.replicas.sources import Source, SourceError
from warehouse.settings import Settings
from warehouse.system import copied, journal, private
from warehouse.system.copied import Copy

LOOK_SECONDS = 1.0
# What fails is tried again after one second, two, four …; a crowd of replicas does not come back all at once.
LONGEST_WAIT_SECONDS = 60.0
NOTE_SECONDS = 10.0
# Rot leaves no trace in a file's times.
CHECK_AGAIN_SECONDS = 600.0

_log = logging.getLogger("unionboard.replica")


def follow(settings: Settings, source: Source, stop: threading.Event, console: Console) -> None:
    """Keep the copy at what the source offers until `stop` is set; whatever fails is said once, and ends nothing."""
    known: Offered | None = None
    state = copied.load(settings.home) or Copy(source.where)
    noted, checked = -NOTE_SECONDS, time.monotonic()
    while not stop.is_set():
        before = state
        if time.monotonic() - checked > CHECK_AGAIN_SECONDS:
            checked = time.monotonic()
            release.problem_of_current(settings, again=True)
        try:
            found = pull(settings, source, known)
        except Exception as error:
            # Whatever happens to one look, the next must still be taken.
            state = _failed(settings, state, error)
            # Nothing is certain about what stands now.
            known = None
            wait = min(LONGEST_WAIT_SECONDS, 2.0 ** min(state.attempts - 1, 10)) * random.uniform(0.7, 1.0)  # noqa: S311
        else:
            known = found.offered
            state = _reached(settings, state, found.offered, found.missing, found.notice)
            wait = 0.0 if found.missing else LOOK_SECONDS
        if _without_times(state) != _without_times(before):
            _tell(before, state, console)
            noted = -NOTE_SECONDS
        if time.monotonic() - noted > NOTE_SECONDS:
            copied.save(settings.home, state)
            noted = time.monotonic()
        stop.wait(wait)


def _reached(settings: Settings, state: Copy, offered: Offered, missing: int, notice: str | None) -> Copy:
    shown, now = release.current_id(settings), copied.now()
    return replace(
        state,
        reached_at=now,
        named=offered.release,
        release=shown,
        copied_at=now if shown != state.release or state.copied_at is None else state.copied_at,
        missing=missing,
        problem=None,
        problem_since=None,
        attempts=0,
        notice=notice if notice is not None or shown != state.release else state.notice,
    )


def _failed(settings: Settings, state: Copy, error: Exception) -> Copy:
    if isinstance(error, SourceError | PullError | SecretError):
        said = str(error)
    elif isinstance(error, OSError):
        said = sentence(error)
    else:
        said = f"{type(error).__name__}: {error}"
        _log.exception("look fails")
    since = state.problem_since or copied.now()
    # A release may have come before something else failed.
    shown = release.current_id(settings)
    return replace(state, problem=said.rstrip("。"), problem_since=since, attempts=state.attempts + 1, release=shown)


def _without_times(state: Copy) -> Copy:
    return replace(state, reached_at=None, attempts=0, problem_since=None)


def _tell(before: Copy, state: Copy, console: Console) -> None:
    if state.release != before.release and state.release is not None:
        _log.info("release copied", extra={"release": state.release})
        console.say(f"已换到版本 {state.release}。")
    if state.problem != before.problem:
        if state.problem is not None:
            _log.error("look fails", extra={"problem": state.problem})
            stands = f"继续显示 {state.release}" if state.release else "还没有可以显示的版本"
            console.say(f"跟不上发布主机：{state.problem}。{stands}，会自动再试。")
        else:
            _log.info("reached again")
            console.say("又跟上了发布主机。")
    if state.notice != before.notice and state.notice is not None:
        console.say(f"注意：{state.notice}。")


def main() -> None:
    """Entry point of the worker: settings and the token file come from UNIONBOARD_… variables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--lang", default="zh")
    arguments = parser.parse_args()
    console = Console(arguments.lang)
    settings = settings_module.load()
    source = sources.named(arguments.source, secret.from_environment(secret.TOKEN_FILE), settings)
    # What is half done has a name that nobody reads, and is taken up by the next look.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    with private.writing(settings), journal.writing(Path(settings.logs) / "replica.jsonl", "unionboard.replica"):
        follow(settings, source, threading.Event(), console)


if __name__ == "__main__":
    main()
