"""The main path: `unionboard up` runs, a page is open, a file is dropped, and the number in the open page changes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.files import case, centre, write_csv

PROGRAMME = "dispute_mediation"
START_SECONDS = 120


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    seeds = tmp_path / "seeds"
    write_csv(seeds / PROGRAMME / "河南_劳动争议裁调对接_调解中心_202405.csv", PROGRAMME, "centre", [centre()])
    write_csv(
        seeds / PROGRAMME / "河南_劳动争议裁调对接_案件表_202405.csv",
        PROGRAMME,
        "case",
        [case("1", workers_involved=12), case("2", workers_involved=12)],
    )
    return seeds, tmp_path / "home"


@pytest.fixture
def running(folders: tuple[Path, Path]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    seeds, home = folders
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "warehouse.command.cli",
        "up",
        "--port",
        str(port),
        "--seeds",
        str(seeds),
        "--home",
        str(home),
    ]
    server = subprocess.Popen(command, env={**os.environ, "UNIONBOARD_TODAY": "2024-06-15"})
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address, server)
        yield address, server
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(20)


def _wait_until_it_answers(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer after {START_SECONDS} s")


def test_dropped_file_changes_the_number_in_an_open_page(
    browser: Any,
    running: tuple[str, subprocess.Popen[bytes]],
    folders: tuple[Path, Path],
) -> None:
    from playwright.sync_api import expect

    address, server = running
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{address}/{PROGRAMME.replace('_', '-')}")
    workers = page.locator(":is(article, tr)[aria-label='涉及劳动者']")
    # Two cases of twelve workers each.
    expect(workers).to_contain_text("24", timeout=60_000)

    # The dashboard is killed under the open page; `up` starts it again and the page connects by itself.
    os.kill(_dashboard_of(server), signal.SIGKILL)
    time.sleep(1)
    _wait_until_it_answers(address, server)

    more = [
        case(str(number), workers_involved=100, reporting_unit="郑州市总工会", region_code="410100")
        for number in range(10, 13)
    ]
    write_csv(folders[0] / PROGRAMME / "河南_劳动争议裁调对接_案件表_郑州市总工会_202405.csv", PROGRAMME, "case", more)
    # 24 + 3 × 100, without touching the page.
    expect(workers).to_contain_text("324", timeout=90_000)
    page.close()

    begin = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0
    assert time.monotonic() - begin < 6
    # Nothing half done is left behind.
    assert not list((folders[1] / "releases").glob(".*"))


def _dashboard_of(server: subprocess.Popen[bytes]) -> int:
    """The process id of the dashboard that `up` has started."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == server.pid and b"dashboard" in (process / "cmdline").read_bytes():
                    return int(process.name)
            except OSError:
                continue
    raise AssertionError("the dashboard's process was not found")
