"""The dashboard's server for tests: on a free port, ended by its process id."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from warehouse.settings import CHECKOUT, Settings


@contextmanager
def running(
    settings: Settings,
    *options: str,
    command: Sequence[str] = (sys.executable, "-m", "dashboard"),
    port: int | None = None,
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The server of an installation on a free port, or on the one given, started with these options."""
    port = port or free_port()
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_TODAY": settings.today.isoformat(),
        "PYTHONPATH": str(CHECKOUT),
    }
    process = subprocess.Popen([*command, "--port", str(port), *options], env=environment, cwd=settings.home)
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                get(port, "/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def get(port: int, path: str, accepts: str = "gzip") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as they come over the wire to somebody who `accepts` these encodings."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": accepts})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()
