"""Fifty sessions clicking through pages while a refresh publishes every ten seconds, beside a bare Streamlit page in the same run.

The client speaks Streamlit's own protocol (protobuf over a websocket), as a browser would, so that fifty of them cost next to nothing.
BENCHMARK_SESSIONS, BENCHMARK_SECONDS and BENCHMARK_PAUSE (seconds between two clicks of a session) change the defaults.
"""

import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.pages import _served
from tests.support.files import case, centre, write_csv
from warehouse import reading, release
from warehouse import settings as settings_module
from warehouse.refresh import refresh
from warehouse.settings import Settings

SESSIONS = int(os.environ.get("BENCHMARK_SESSIONS", "50"))
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "300"))
PAUSE = float(os.environ.get("BENCHMARK_PAUSE", "10"))
REFRESH_EVERY = 10.0
BEAT_SECONDS = 2.0
# A click that has had no answer for this long is an error.
PATIENCE = 60.0

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
        ours = "from dashboard.server import serve; from warehouse import settings; serve(settings.load(), port={port})"
        theirs = (
            "from pathlib import Path; from dashboard import server; from warehouse import settings; "
            f"server.SCRIPT = Path({str(bare)!r}); server.serve(settings.load(), port={{port}})"
        )
        os.environ["UNIONBOARD_SEEDS"] = str(settings.seeds)
        with _served(ours, settings.home) as board, _served(theirs, settings.home) as floor:
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
        print(f"  bare page: {_line(empty)}")
        print(f"  our pages: {_line(full)}")
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
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    try:
        async with websockets.connect(
            stream, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE
        ) as socket:
            page, beats = "", set()
            while time.monotonic() < end:
                page = dice.choice(pages)
                begin = time.perf_counter()
                await socket.send(_rerun(page))
                shown = await _answer(socket, seen, beats)
                seen.seconds.append(time.perf_counter() - begin)
                _note(shown, page, seen)
                pause = time.monotonic() + PAUSE * (0.5 + dice.random())
                while time.monotonic() < min(pause, end):
                    await asyncio.sleep(BEAT_SECONDS)
                    for fragment in list(beats):
                        await socket.send(_rerun(page, fragment))
                        _note(await _answer(socket, seen, beats), page, seen)
    except Exception as error:
        seen.errors.append(f"{type(error).__name__}: {error}")


async def _answer(socket: Any, seen: Seen, beats: set[str]) -> bytes:
    """All that is drawn until the script has ended; a run that asks for another one is waited for."""
    drawn = bytearray()
    deadline = time.monotonic() + PATIENCE
    while True:
        data = await asyncio.wait_for(socket.recv(), max(0.1, deadline - time.monotonic()))
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta":
            drawn += data
            if message.delta.new_element.WhichOneof("type") == "exception":
                seen.errors.append(f"exception on a page: {message.delta.new_element.exception.message[:200]}")
        elif kind == "auto_rerun":
            beats.clear()
            beats.add(message.auto_rerun.fragment_id)
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            drawn.clear()
        elif kind == "script_finished":
            status = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
            if "COMPILE" in status:
                seen.errors.append(status)
            if status != "FINISHED_EARLY_FOR_RERUN":
                return bytes(drawn)


def _note(drawn: bytes, page: str, seen: Seen) -> None:
    """Keeps which number of workers stood on the programme's page under which release."""
    name = _RELEASE.search(drawn)
    # What elements are given travels as JSON, in which characters are written as escapes.
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), drawn.decode("utf-8", "replace"))
    number = re.search(r"涉及劳动者.{0,2000}?\b(\d{1,2},\d{3})\b", text, re.DOTALL)
    if page == "dispute-mediation" and name and number:
        seen.numbers.append((name.group().decode(), number.group(1).replace(",", "")))


def _is_right(published: dict[str, float], name: str, number: str) -> bool:
    return name in published and published[name] == float(number)


def _rerun(page: str, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = ""
    if fragment:
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = True
    return message.SerializeToString()


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
    selection = reading.Selection(kpi="dm_workers", region="000000", period="2024-05", origin="submitted")
    published[current.id] = reading.kpi_values(settings, selection)[0]["value"]


def _line(seen: Seen) -> str:
    ordered = sorted(seen.seconds)
    if not ordered:
        return f"no click was answered, {len(seen.errors)} errors"
    worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return (
        f"{len(ordered)} clicks, p50 {statistics.median(ordered):.2f} s, p95 {worst:.2f} s, errors {len(seen.errors)}"
    )


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
