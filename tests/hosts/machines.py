"""A writer, replicas and nginx as real processes on the loopback, each on a free port, ended by their process ids."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import TODAY as TODAY
from tests.support.files import case, centre, write_csv
from warehouse.settings import CHECKOUT

PROGRAMME = "dispute_mediation"
WAIT_SECONDS = 180
TEMPLATES = CHECKOUT / "deploy" / "nginx"
# The parts that the template is included in; a packaged nginx has them in /etc.
_AROUND = """
pid {root}/nginx.pid;
error_log {root}/error.log warn;
daemon off;
master_process on;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log {root}/access.log;
    client_body_temp_path {root}/body; proxy_temp_path {root}/proxy; fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
    include {root}/unionboard.conf;
}}
"""


@dataclass
class Machine:
    """One running process with a port, its home and its log."""

    process: "subprocess.Popen[bytes]"
    port: int
    home: Path
    log: Path

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """What it told people."""
        return self.log.read_text(encoding="utf-8")

    def json(self, path: str) -> dict[str, Any]:
        """What it answers at a path, whatever the status."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            content = error.read()
        found: dict[str, Any] = json.loads(content)
        return found

    def release(self) -> str | None:
        """The release it shows now."""
        shown: str | None = self.json("/api/release")["release"]
        return shown

    def sessions(self) -> int:
        """Browsers connected to it."""
        with urllib.request.urlopen(self.address + "/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("unionboard_sessions ")))

    def kill(self) -> None:
        """As a machine that loses its power: neither it nor its children say goodbye."""
        for child in children_of(self.process.pid):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """In order."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def token_in(folder: Path) -> Path:
    """A file with a new token that only its owner reads."""
    path = folder / "token"
    path.touch(0o600)
    path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    return path


def hand_out_two_cases(seeds: Path) -> None:
    """A centre and two cases of twelve workers each."""
    folder = seeds / PROGRAMME
    write_csv(folder / "河南_劳动争议裁调对接_调解中心_202405.csv", PROGRAMME, "centre", [centre()])
    cases = [case("1", workers_involved=12), case("2", workers_involved=12)]
    write_csv(folder / "河南_劳动争议裁调对接_案件表_202405.csv", PROGRAMME, "case", cases)


def drop_more(seeds: Path, office: str, workers: int, first: int) -> Path:
    """Three more cases of so many workers each, in a file of another office."""
    path = seeds / PROGRAMME / f"河南_劳动争议裁调对接_案件表_{office}_202405.csv"
    more = [case(str(number), workers_involved=workers, reporting_unit=office) for number in range(first, first + 3)]
    write_csv(path, PROGRAMME, "case", more)
    return path


@contextmanager
def writer(folder: Path, seeds: Path, token: Path, port: int | None = None) -> Iterator[Machine]:
    """`unionboard up` that offers what it publishes, on this port or a free one."""
    arguments = ["up", "--seeds", str(seeds), "--home", str(folder / "writer")]
    with started(arguments, folder / "writer", {"UNIONBOARD_OFFER_TOKEN_FILE": str(token)}, port) as machine:
        yield machine


@contextmanager
def replica(
    folder: Path, name: str, source: str, *options: str, variables: dict[str, str] | None = None
) -> Iterator[Machine]:
    """`unionboard serve --from`, until it answers."""
    home = folder / name
    with started(["serve", "--from", source, "--home", str(home), *options], home, variables or {}) as machine:
        yield machine


@contextmanager
def started(
    arguments: Sequence[str], home: Path, variables: dict[str, str], port: int | None = None
) -> Iterator[Machine]:
    """One `unionboard` that serves on a port, until it answers; stopped at the end."""
    port, log = port or free_port(), home.parent / f"{home.name}.log"
    environment = {**os.environ, "UNIONBOARD_TODAY": TODAY.isoformat(), "PYTHONPATH": str(CHECKOUT), **variables}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "warehouse.command.cli", *arguments, "--port", str(port)],
            env=environment, cwd=home.parent, stdout=out, stderr=out,
        )  # fmt: skip
    machine = Machine(process, port, home, log)
    try:
        until(lambda: _answers(machine), machine)
        yield machine
    finally:
        machine.stop()


@contextmanager
def nginx(folder: Path, upstreams: Sequence[int]) -> Iterator[int]:
    """nginx with the configuration of deploy/ for readers, on a free port with TLS, in front of these ports."""
    port, root = free_port(), folder / "nginx"
    given = {
        "${UNIONBOARD_LISTEN}": f"127.0.0.1:{port} ssl",
        "${UNIONBOARD_TLS}": certified(root),
        "${UNIONBOARD_REPLICAS}": " ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in upstreams),
    }
    with _running(root, "unionboard.conf.template", given, port):
        yield port


@contextmanager
def nginx_of_writer(folder: Path, port_of_writer: int) -> Iterator[tuple[str, dict[str, str]]]:
    """nginx with the configuration of deploy/ for replicas: its address, and the variable that makes them trust it."""
    port, root = free_port(), folder / "nginx-writer"
    given = {
        "${UNIONBOARD_WRITER_LISTEN}": f"127.0.0.1:{port} ssl",
        "${UNIONBOARD_TLS}": certified(root),
        "${UNIONBOARD_WRITER_ALLOW}": "allow 127.0.0.1;",
        "${UNIONBOARD_WRITER}": f"127.0.0.1:{port_of_writer}",
    }
    with _running(root, "writer.conf.template", given, port):
        yield f"https://127.0.0.1:{port}", {"SSL_CERT_FILE": str(root / "board.crt")}


def certified(root: Path) -> str:
    """A new folder with a certificate of our own making for the loopback, as nginx is told of it."""
    root.mkdir()
    certificate, key = root / "board.crt", root / "board.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return f"ssl_certificate {certificate}; ssl_certificate_key {key};"


@contextmanager
def _running(root: Path, template: str, given: dict[str, str], port: int) -> Iterator[None]:
    filled = (TEMPLATES / template).read_text(encoding="utf-8")
    for place, value in given.items():
        assert filled.count(place) == 1, place
        filled = filled.replace(place, value)
    (root / "unionboard.conf").write_text(filled, encoding="utf-8")
    (root / "nginx.conf").write_text(_AROUND.format(root=root), encoding="utf-8")
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([binary, "-p", str(root), "-c", str(root / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            assert process.poll() is None, (root / "error.log").read_text(encoding="utf-8")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def has_nginx() -> bool:
    """Whether nginx is installed; Debian puts it where only root looks."""
    return shutil.which("nginx") is not None or Path("/usr/sbin/nginx").exists()


def until(condition: Callable[[], bool], machine: Machine | None = None, seconds: float = WAIT_SECONDS) -> None:
    """Wait for it; fails with what the machine said when it ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if machine is not None:
            assert machine.process.poll() is None, machine.said()
        assert time.monotonic() < deadline, machine.said() if machine is not None else "waited too long"
        time.sleep(0.2)


def _answers(machine: Machine) -> bool:
    try:
        return machine.json("/api/health") != {}
    except (OSError, ValueError):
        return False


def children_of(parent: int) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(process.name))
            except OSError:
                continue
    return found
