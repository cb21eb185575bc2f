"""What stops a command before it begins is one Chinese sentence that says what to do, and exit status 1: no traceback, no English."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.support.files import case, write_csv
from warehouse.settings import CHECKOUT, Settings
from warehouse.system.lock import LockedError, running_mark

FOLDER = "dispute_mediation"
CASES = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405.csv"
# Root reads and writes everything; without these rights it is an ordinary user of its own files.
ORDINARY = ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk without a byte left; needs the right to mount."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"不能挂载 tmpfs（no right to mount）：{mounted.stderr.decode().strip()}")
    try:
        with pytest.raises(OSError), (place / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def said(settings: Settings, *arguments: object, ordinary: bool = False) -> tuple[int, str]:
    """Exit status and what stands on stderr."""
    where = ["--seeds", settings.seeds, "--home", settings.home, "--today", settings.today]
    command = [sys.executable, "-m", "warehouse.command.cli", *(str(part) for part in (*arguments, *where))]
    if ordinary and os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("没有 setpriv，root 什么都能读，权限的测试没有做")
        command = [*ORDINARY, *command]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip()


def test_port_that_is_taken_and_addresses_that_are_not_ours_are_told_apart(
    installation: Settings, free_port: int
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        code, told = said(installation, "up", "--port", free_port)
    assert (code, told) == (
        1,
        f"127.0.0.1:{free_port} 已被占用。请换一个端口：unionboard up --port {free_port + 1}（make up PORT={free_port + 1}）。",
    )
    assert said(installation, "up", "--port", free_port, "--host", "192.0.2.1") == (
        1,
        "192.0.2.1 不是本机的地址。请用 --host 127.0.0.1（只给本机）或 --host 0.0.0.0（给外面）。",
    )
    assert not installation.home.exists()


def test_second_up_on_one_home_says_which_one_is_there(installation: Settings, free_port: int) -> None:
    with running_mark(installation.home, "http://127.0.0.1:8501"):
        code, told = said(installation, "up", "--port", free_port)
        with pytest.raises(LockedError), running_mark(installation.home, "http://127.0.0.1:8600"):
            pass
    assert code == 1
    assert f"进程 {os.getpid()}" in told and "http://127.0.0.1:8501" in told and "--no-watch" in told
    # It is gone with its process.
    with running_mark(installation.home, "http://127.0.0.1:8600"):
        pass


def test_home_that_cannot_be_written_is_told_at_once(
    installation: Settings, free_port: int, full_disk: Path, tmp_path: Path
) -> None:
    full = replace(installation, home=full_disk)
    code, told = said(full, "up", "--port", free_port)
    assert code == 1
    assert "磁盘已满" in told and told.count("\n") == 0
    (tmp_path / "file").write_text("x")
    code, told = said(replace(installation, home=tmp_path / "file"), "up", "--port", free_port)
    assert code == 1 and "已有同名的文件" in told
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    for command in (["up", "--port", free_port], ["refresh"]):
        code, told = said(full, *command)
        assert code == 1
        assert "磁盘是只读的" in told and told.count("\n") == 0


def test_folder_that_may_not_be_read_is_named(installation: Settings, free_port: int) -> None:
    installation.seeds.chmod(0)
    try:
        for command in (["up", "--port", free_port], ["check", installation.seeds]):
            assert said(installation, *command, ordinary=True) == (
                1,
                f"没有权限读文件夹 {installation.seeds}。请改好它的权限，或换一个用户运行。",
            )
    finally:
        installation.seeds.chmod(0o755)


def test_file_that_may_not_be_read_holds_up_no_other_and_keeps_its_rows(installation: Settings) -> None:
    closed = write_csv(installation.seeds / CASES, FOLDER, "case", [case("1"), case("2")])
    assert taken(installation) == [(CASES, "accepted", 2)]
    closed.chmod(0)
    other = CASES.replace("_202405", "_郑州市总工会_202405")
    write_csv(installation.seeds / other, FOLDER, "case", [case("3", reporting_unit="郑州市总工会")])
    [(_, first, _), (_, second, _)] = sorted(taken(installation), reverse=True)
    assert sorted((first, second)) == ["accepted", "waiting"]
    rows = pl.read_parquet(installation.landing / FOLDER / "case" / "[!_]*.parquet")
    assert sorted(rows["case_no"]) == ["1", "2", "3"]
    code, told = said(installation, "check", closed, ordinary=True)
    assert code == 2 and "没有权限读这个文件" in told
    closed.chmod(0o644)
    assert [status for _, status, _ in taken(installation)] == ["accepted", "accepted"]


def taken(settings: Settings) -> list[tuple[str, str, int]]:
    """What an ordinary user's intake says of each file: name, status, rows."""
    code = (
        "import json; from warehouse import settings; from warehouse.intake.folder.take_in import take_in; "
        "print(json.dumps([(one.file, one.status, one.rows_accepted) for one in take_in(settings.load()).receipts]))"
    )
    command = [*(ORDINARY if os.geteuid() == 0 else []), sys.executable, "-c", code]
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_TODAY": settings.today.isoformat(),
    }
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    return [tuple(one) for one in json.loads(done.stdout)]
