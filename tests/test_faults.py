"""Faults that really happen: killed refreshes, two at once, full disks, damaged files, a mount that went away, a clock set back."""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TODAY
from tests.support.files import case, centre, write_csv
from tests.support.once import put_back
from warehouse import refresh as refreshing
from warehouse import settings as settings_module
from warehouse.command.status import status
from warehouse.intake.folder.vanished import VanishedError
from warehouse.releases import current_values, release, rollback
from warehouse.settings import CHECKOUT, Settings

FOLDER = "dispute_mediation"
CENTRES = f"{FOLDER}/河南_劳动争议裁调对接_调解中心_202405.csv"
CASES = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405.csv"
KILLS = int(os.environ.get("UNIONBOARD_KILLS", "4"))


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A tiny installation with one release; tests work on copies of it."""
    root = tmp_path_factory.mktemp("taken")
    settings = settings_module.load(root / "seeds", root / "home", TODAY)
    write_csv(settings.seeds / CENTRES, FOLDER, "centre", [centre()])
    write_csv(settings.seeds / CASES, FOLDER, "case", [case("1"), case("2", workers_involved=5)])
    result = refreshing.refresh(settings)
    assert result.published, result.reason
    return settings


@pytest.fixture
def site(taken: Settings, tmp_path: Path) -> Settings:
    """A copy of the tiny installation, to be broken."""
    return put_back(taken.home.parent, tmp_path, taken.today)


def command(site: Settings, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(site.seeds),
        "UNIONBOARD_HOME": str(site.home),
        "UNIONBOARD_TODAY": site.today.isoformat(),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "warehouse.command.cli", *arguments],
        cwd=CHECKOUT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def every_value(site: Settings) -> list[dict[str, Any]]:
    """What `unionboard kpi` prints."""
    return current_values.kpi_values(site, current_values.Selection(programme=FOLDER))


def workers(site: Settings) -> float:
    selection = current_values.Selection(kpi="dm_workers", region="000000", period="2024-05", origin="submitted")
    value: float = current_values.kpi_values(site, selection)[0]["value"]
    return value


def left_over(site: Settings) -> list[str]:
    """Everything that looks like unfinished work."""
    found = [*site.releases.glob(".*"), *site.home.glob(".*"), *site.home.rglob("*.tmp"), *site.home.rglob("*.wal")]
    lonely = [path for path in site.releases.glob("*.duckdb") if not path.with_suffix(".json").exists()]
    return sorted(str(path.relative_to(site.home)) for path in {*found, *lonely})


def drop_more(site: Settings) -> None:
    more = [case(str(number), workers_involved=100, reporting_unit="郑州市总工会") for number in range(10, 13)]
    write_csv(site.seeds / CASES.replace("_202405", "_郑州市总工会_202405"), FOLDER, "case", more)


def test_killed_refreshes_leave_the_last_release_and_nothing_else(
    taken: Settings, site: Settings, tmp_path: Path
) -> None:
    # An undisturbed run says what must come out in the end, and how long a refresh takes.
    quiet = settings_module.load(tmp_path / "seeds", tmp_path / "quiet", site.today)
    shutil.copytree(taken.home, quiet.home, symlinks=True)
    drop_more(site)
    begin = time.monotonic()
    undisturbed = command(quiet, "refresh", "--json")
    out, err = undisturbed.communicate(timeout=300)
    seconds = time.monotonic() - begin
    assert undisturbed.returncode == 0, err
    assert json.loads(out)["published"]
    expected = every_value(quiet)
    assert workers(quiet) == 307
    before = every_value(site)
    assert before != expected

    dice = random.Random(20240615)
    for number in range(KILLS):
        process = command(site, "refresh")
        # Spread over the whole run; the first second or two only imports.
        time.sleep(seconds * (0.15 + 0.85 * (number + dice.random()) / KILLS))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # Half of nothing is ever shown: it is the old release or the new one, whole.
        assert release.problem_of_current(site, again=True) is None
        assert every_value(site) in (before, expected)

    last = command(site, "refresh")
    assert last.wait(300) == 0
    assert every_value(site) == expected
    assert left_over(site) == []
    assert status(site)["problems"] == []


def test_sigterm_in_the_middle_of_a_refresh_stops_up_within_five_seconds(site: Settings) -> None:
    before = every_value(site)
    drop_more(site)
    log = site.logs / "refresh.jsonl"
    begun = log.read_text(encoding="utf-8").count("refresh begins")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    up = command(site, "up", "--port", port)
    deadline = time.monotonic() + 60
    while log.read_text(encoding="utf-8").count("refresh begins") == begun:
        assert up.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    up.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    _, said = up.communicate(timeout=20)
    assert (up.returncode, time.monotonic() - begin < 5) == (0, True), said
    assert every_value(site) == before
    assert working_on(site) == []

    result = refreshing.refresh(site)
    assert result.published, result.reason
    assert workers(site) == 307
    assert left_over(site) == []


def working_on(site: Settings) -> list[str]:
    """The processes that were started for this installation and are still there."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with contextlib.suppress(OSError):
                if os.fsencode(site.home) in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_text())
    return found


def test_two_refreshes_at_once_publish_once(site: Settings) -> None:
    drop_more(site)
    both = [command(site, "refresh", "--json"), command(site, "refresh", "--json")]
    documents = [json.loads(process.communicate(timeout=300)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(document["published"] for document in documents) == [False, True]
    assert workers(site) == 307
    assert len(release.list_releases(site)) == 2


def test_damaged_landing_and_release_are_made_again_from_the_dropped_files(site: Settings) -> None:
    expected = every_value(site)
    [landed] = [path for path in (site.landing / FOLDER / "case").glob("*.parquet") if path.name != "schema.parquet"]
    times = landed.stat()
    content = bytearray(landed.read_bytes())
    content[len(content) // 2] ^= 4
    landed.write_bytes(content)
    os.utime(landed, ns=(times.st_atime_ns, times.st_mtime_ns))
    [problem] = status(site)["problems"]
    assert "入库数据损坏" in problem and CASES in problem

    current = release.current(site)
    assert current is not None
    os.truncate(current.path, current.path.stat().st_size - 4096)
    problems = status(site)["problems"]
    assert "被截短" in problems[0] and "没有完好的版本可用" in problems[0]
    with pytest.raises(current_values.ReadingError):
        every_value(site)

    result = refreshing.refresh(site)
    assert result.published, result.reason
    assert every_value(site) == expected
    assert [one for one in status(site)["problems"] if "较早的版本" not in one] == []


def test_folder_that_went_away_takes_nothing_with_it(site: Settings) -> None:
    expected = every_value(site)
    site.seeds.rename(site.seeds.with_name("away"))
    with pytest.raises(FileNotFoundError):
        refreshing.refresh(site)
    # What is left where a disk was mounted: an empty folder of the same name.
    site.seeds.mkdir()
    with pytest.raises(VanishedError, match="没有挂载"):
        refreshing.refresh(site)
    process = command(site, "refresh", "--json")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "没有挂载" in json.loads(out)["reason"] and "没有挂载" in err
    assert every_value(site) == expected
    site.seeds.rmdir()
    site.seeds.with_name("away").rename(site.seeds)
    assert refreshing.refresh(site).outcome == "unchanged"
    assert left_over(site) == []


def test_clock_set_back_still_gives_a_later_id(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = release.current_id(site)
    assert first is not None

    class Yesterday(refreshing.datetime):  # type: ignore[name-defined,misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz) - refreshing_days(3)

    monkeypatch.setattr(refreshing, "datetime", Yesterday)
    drop_more(site)
    second = refreshing.refresh(site)
    assert second.published, second.reason
    assert second.release is not None and second.release > first
    assert rollback.roll_back(site)[0].id == first
    assert status(site)["age_hours"] >= 0


def refreshing_days(number: int) -> Any:
    from datetime import timedelta

    return timedelta(days=number)


@pytest.fixture
def small_disk(site: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The installation with its home on a disk of its own that has 1 MB left; needs root and the right to mount."""
    home = tmp_path / "small"
    home.mkdir()
    used = sum(path.stat().st_size for path in site.home.rglob("*") if path.is_file() and not path.is_symlink())
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={used + 40_000_000}", "tmpfs", str(home)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"不能挂载 tmpfs，磁盘写满的测试没有做（no right to mount）：{mounted.stderr.decode().strip()}")
    try:
        shutil.copytree(site.home, home, symlinks=True, dirs_exist_ok=True)
        yield settings_module.load(site.seeds, home, site.today)
    finally:
        subprocess.run(["umount", str(home)], check=True)


@pytest.mark.parametrize("left", [4_096, 300_000, 3_000_000], ids=["landing", "building", "publishing"])
def test_full_disk_publishes_nothing_and_recovers_when_there_is_room(small_disk: Settings, left: int) -> None:
    before = every_value(small_disk)
    ballast = small_disk.home / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(shutil.disk_usage(small_disk.home).free - left))
    drop_more(small_disk)
    process = command(small_disk, "refresh", "--json")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1, err
    document = json.loads(out)
    assert not document["published"]
    assert "磁盘已满" in document["reason"], document["reason"]
    assert every_value(small_disk) == before
    assert left_over(small_disk) == []
    ballast.unlink()
    result = refreshing.refresh(small_disk)
    assert result.published, result.reason
    assert workers(small_disk) == 307
    assert left_over(small_disk) == []
