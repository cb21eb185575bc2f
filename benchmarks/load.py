"""Fifty sessions clicking through pages while a refresh publishes every ten seconds, beside a bare Streamlit page in the same run.

BENCHMARK_SESSIONS, BENCHMARK_SECONDS and BENCHMARK_PAUSE (seconds between two clicks of a session) change the defaults.
"""

import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import session
from benchmarks.pages import OURS, served, serving
from benchmarks.timing import Latencies
from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.refresh import refresh
from warehouse.releases import current_values, release
from warehouse.settings import Settings

SESSIONS = int(os.environ.get("BENCHMARK_SESSIONS", "50"))
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "300"))
PAUSE = float(os.environ.get("BENCHMARK_PAUSE", "10"))
REFRESH_EVERY = 10.0
BEAT_SECONDS = 1.0

PROGRAMME = "dispute_mediation"
PAGES = ("", "dispute-mediation", "provinces", "province", "data-quality", "glossary", "releases", "health-checkup")
_RELEASE = re.compile(rb"\d{8}T\d{6}Z-[0-9a-f]{8}")


@dataclass
class Seen:
    """What the sessions of one server saw: seconds of each click, what went wrong, and which number stood under which release."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)


def run() -> list[Any]:
    """Prints its own lines, because it compares distributions, not medians of single actions. Raises AssertionError on a wrong number."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(Path(folder) / "seeds", Path(folder) / "home", settings_module.load().today)
        published: dict[str, float] = {}
        _drop(settings, 0)
        _refresh(settings, published)
        bare = Path(folder) / "bare.py"
        bare.write_text("import streamlit as st\nst.title('bare')\n", encoding="utf-8")
        os.environ["UNIONBOARD_SEEDS"] = str(settings.seeds)
        with served(OURS, settings.home) as board, served(serving(bare), settings.home) as floor:
            stop = threading.Event()
            refreshing = threading.Thread(target=_keep_refreshing, args=(settings, published, stop))
            refreshing.start()
            try:
                empty = asyncio.run(_crowd(floor, ("",), SECONDS / 5))
                memory = _Memory(board)
                full = asyncio.run(_crowd(board, PAGES, SECONDS, memory))
            finally:
                stop.set()
                refreshing.join()
        wrong = [(name, number) for name, number in full.numbers if not _is_right(published, name, number)]
        print(f"load: {SESSIONS} sessions, {SECONDS:.0f} s, {len(published)} releases published meanwhile")
        print(f"  {_line('bare page', empty)}")
        print(f"  {_line('our pages', full)}")
        print(f"  numbers compared with their release: {len(full.numbers)}, wrong: {len(wrong)}")
        print(f"  memory of the server, MB: {memory.line()}", flush=True)
        for error in [*empty.errors, *full.errors][:10]:
            print(f"  error: {error}", file=sys.stderr)
        assert full.numbers, "no number was found on the programme's page"
        assert not wrong, wrong[:5]
        assert not full.errors, "see above"
        return []


async def _crowd(address: str, pages: tuple[str, ...], seconds: float, memory: "_Memory | None" = None) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    sessions = [_session(address, pages, end, seen, random.Random(number)) for number in range(SESSIONS)]
    watching = asyncio.create_task(memory.watch(end)) if memory else None
    await asyncio.gather(*sessions)
    if watching is not None:
        await watching
    return seen


async def _session(address: str, pages: tuple[str, ...], end: float, seen: Seen, dice: random.Random) -> None:
    # People do not arrive in one instant.
    await asyncio.sleep(dice.random() * PAUSE)
    try:
        async with session.opened(address) as viewer:
            page = ""
            watches = len(pages) > 1
            standing = _release_now(address) if watches else ""
            while time.monotonic() < end:
                page = dice.choice(pages)
                begin = time.perf_counter()
                shown = await viewer.run(page)
                seen.seconds.append(time.perf_counter() - begin)
                _note(shown, page, seen)
                pause = time.monotonic() + PAUSE * (0.5 + dice.random())
                while time.monotonic() < min(pause, end):
                    await asyncio.sleep(BEAT_SECONDS)
                    if watches and (now := await asyncio.to_thread(_release_now, address)) != standing:
                        standing = now
                        _note(await viewer.run(page), page, seen)
            seen.errors += viewer.errors
    except Exception as error:
        seen.errors.append(f"{type(error).__name__}: {error}")


def _release_now(address: str) -> str:
    """What an open page asks every second."""
    with urllib.request.urlopen(f"{address}/api/release", timeout=session.PATIENCE) as answer:
        return str(json.load(answer)["release"])


def _note(drawn: bytes, page: str, seen: Seen) -> None:
    """Keeps which number of workers stood on the programme's page under which release."""
    name = _RELEASE.search(drawn)
    # What elements are given travels as JSON, in which characters are written as escapes.
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), drawn.decode("utf-8", "replace"))
    # In the card: the overview has a sentence about the same KPI, with the number before the change.
    number = re.search(r'aria-label=\\?"涉及劳动者.{0,2000}?\b(\d{1,2},\d{3})\b', text, re.DOTALL)
    if page == "dispute-mediation" and name and number:
        seen.numbers.append((name.group().decode(), number.group(1).replace(",", "")))


def _is_right(published: dict[str, float], name: str, number: str) -> bool:
    return name in published and published[name] == float(number)


def _keep_refreshing(settings: Settings, published: dict[str, float], stop: threading.Event) -> None:
    number = 1
    while not stop.is_set():
        begin = time.monotonic()
        _drop(settings, number)
        _refresh(settings, published)
        number += 1
        stop.wait(max(0.0, REFRESH_EVERY - (time.monotonic() - begin)))


def _drop(settings: Settings, number: int) -> None:
    """Two files of mediation: one centre, and 100 cases of 10 workers and `number` more, so that every release has a sum of its own."""
    folder = settings.seeds / PROGRAMME
    write_csv(folder / "河南_劳动争议裁调对接_调解中心_202405.csv", PROGRAMME, "centre", [centre()])
    cases = [case(str(one), workers_involved=10 + number) for one in range(100)]
    write_csv(folder / "河南_劳动争议裁调对接_案件表_202405.csv", PROGRAMME, "case", cases)


def _refresh(settings: Settings, published: dict[str, float]) -> None:
    result = refresh(settings)
    assert result.published, result.reason
    current = release.current(settings)
    assert current is not None
    selection = current_values.Selection(kpi="dm_workers", region="000000", period="2024-05", origin="submitted")
    published[current.id] = current_values.kpi_values(settings, selection)[0]["value"]


def _line(name: str, seen: Seen) -> str:
    if not seen.seconds:
        return f"{name}: no click was answered, {len(seen.errors)} errors"
    return f"{Latencies(name, tuple(seen.seconds)).line()}, errors {len(seen.errors)}"


class _Memory:
    """Resident memory of the server that listens at an address, in MB, every few seconds."""

    def __init__(self, address: str) -> None:
        self._process = _listening(int(address.rpartition(":")[2]))
        self.found: list[float] = []

    async def watch(self, end: float) -> None:
        while time.monotonic() < end:
            pages = int(Path(f"/proc/{self._process}/statm").read_text().split()[1])
            self.found.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
            await asyncio.sleep(5)

    def line(self) -> str:
        third = max(1, len(self.found) // 3)
        parts = [statistics.mean(self.found[begin : begin + third]) for begin in range(0, third * 3, third)]
        return " → ".join(f"{part:.0f}" for part in parts) + f" (thirds of the run), largest {max(self.found):.0f}"


def _listening(port: int) -> int:
    """The process that listens on this port."""
    wanted = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(wanted) and line[3] == "0A"}
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(handle) in inodes:
                return int(handle.parts[2])
        except OSError:
            continue
    raise RuntimeError(f"nobody listens on {port}")
