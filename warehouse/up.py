"""`unionboard up`: one process that refreshes and watches, one that serves the dashboard, both ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from warehouse import release
from warehouse.children import die_with_parent
from warehouse.console import Console
from warehouse.refresh import last_refresh
from warehouse.settings import Settings

STOP_SECONDS = 4.0
# A server that ends this soon after its start would only end again.
HOPELESS_SECONDS = 5.0


def run(settings: Settings, host: str, port: int, console: Console, watch: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; 0 on a clean stop, 1 when the port is taken or the server does not stay up."""
    if not _is_free(host, port):
        console.say(
            f"{host}:{port} 已被占用。请换一个端口：unionboard up --port {port + 1}（make up PORT={port + 1}）。"
        )
        return 1
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_MAX_FILE_MB": str(settings.max_file_mb),
    }
    stopping = _on_signals()
    worker_command = [
        sys.executable,
        "-m",
        "warehouse.watch",
        "--lang",
        console.language,
        *([] if watch else ["--once"]),
    ]
    server_command = [sys.executable, "-m", "dashboard", "--host", host, "--port", str(port)]
    children: list[subprocess.Popen[bytes]] = []
    try:
        worker = _start(worker_command, environment, children)
        if release.current(settings) is None:
            console.say("正在生成第一个版本……")
            _wait_for_first_release(settings, worker, stopping)
        server = _start(server_command, environment, children)
        console.say(f"看板在 http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port} （Ctrl-C 停止）")  # noqa: S104
        started = time.monotonic()
        while not stopping:
            if server.poll() is not None:
                if time.monotonic() - started < HOPELESS_SECONDS:
                    console.say("看板一启动就退出，已停止。原因见上文和日志。")
                    break
                # Killed or out of memory: open pages connect again by themselves.
                console.say("看板意外退出，正在重新启动……")
                server, started = _start(server_command, environment, children), time.monotonic()
            if watch and worker.poll() is not None:
                # Whatever ended it, dropped files must go on being seen.
                time.sleep(1)
                worker = _start(worker_command, environment, children)
            time.sleep(0.1)
        return 0 if stopping else 1
    finally:
        _stop(children)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _on_signals() -> list[int]:
    """A list that gets the number of the first SIGINT or SIGTERM."""
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, _: received.append(signum))
    return received


def _start(
    command: Sequence[str], environment: dict[str, str], children: list[subprocess.Popen[bytes]]
) -> subprocess.Popen[bytes]:
    # A session of its own keeps the terminal's Ctrl-C from reaching the child before we end it in order.
    child = subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603
    children.append(child)
    return child


def _wait_for_first_release(settings: Settings, worker: subprocess.Popen[bytes], stopping: list[int]) -> None:
    before = last_refresh(settings)
    while not stopping and worker.poll() is None and last_refresh(settings) == before:
        time.sleep(0.1)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
