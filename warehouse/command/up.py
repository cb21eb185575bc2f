"""`unionboard up`: one process that refreshes and watches, one that serves the dashboard, both ended together."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from warehouse.access import scopes, sign_in
from warehouse.command.console import Console
from warehouse.command.reasons import sentence
from warehouse.notify.beside import schedule_file
from warehouse.refresh import last_refresh
from warehouse.releases import release, signing
from warehouse.replicas import secret
from warehouse.replicas.secret import SecretError
from warehouse.settings import Settings
from warehouse.system import copied, host_names, tls
from warehouse.system.children import die_with_parent
from warehouse.system.lock import LockedError, running_mark

STOP_SECONDS = 4.0
# A server that ends this soon after its start would only end again.
HOPELESS_SECONDS = 5.0


def run(settings: Settings, host: str, port: int, console: Console, watch: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; 0 on a clean stop, 1 when the port is taken or the server does not stay up."""
    problem = (
        problem_of(host, port)
        or sign_in.problem_of(settings, host)
        or _problem_of_token()
        or signing.problem_of_keys(settings)
        or tls.problem_of_files()
    )
    if problem is not None:
        console.say(problem)
        return 1
    address = address_of(host, port)
    with contextlib.ExitStack() as stack:
        try:
            # Without watching it is one more dashboard beside another that watches.
            if watch:
                stack.enter_context(running_mark(settings.home, address))
        except LockedError as locked:
            console.say(f"{locked}。请用那一个；只想再开一个看板，加 --no-watch。")
            return 1
        except OSError as error:
            console.say(f"生成物文件夹 {settings.home} 写不了。{sentence(error)}")
            # What was published can be shown all the same.
            if not settings.releases.is_dir() or release.current(settings) is None:
                return 1
        worker = [
            sys.executable,
            "-m",
            "warehouse.command.watch",
            "--lang",
            console.language,
            *([] if watch else ["--once"]),
        ]
        _say_of_schedule(settings, console)
        before = last_refresh(settings)
        return serve(
            settings, host, port, address, console, worker, {}, lambda: last_refresh(settings) != before, watch
        )


def serve(
    settings: Settings,
    host: str,
    port: int,
    address: str,
    console: Console,
    worker_command: Sequence[str],
    variables: Mapping[str, str],
    is_begun: Callable[[], bool],
    is_worker_kept: bool = True,
) -> int:
    """Run the worker and the dashboard until a signal; with nothing to show yet the dashboard waits until `is_begun`."""
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "UNIONBOARD_MAX_FILE_MB": str(settings.max_file_mb),
        "UNIONBOARD_ALLOW_HOSTS": " ".join(settings.allow_hosts),
        **variables,
    }
    stopping = _on_signals()
    server_command = [sys.executable, "-m", "dashboard", "--host", host, "--port", str(port)]
    children: list[subprocess.Popen[bytes]] = []
    try:
        worker = _start(worker_command, environment, children)
        if release.current(settings) is None:
            console.say("正在取得第一个版本……" if copied.is_copy(settings.home) else "正在生成第一个版本……")
            while not stopping and worker.poll() is None and not is_begun():
                time.sleep(0.1)
        server = _start(server_command, environment, children)
        console.say(f"看板在 {address} （Ctrl-C 停止）")
        if not host_names.is_loopback(host):
            console.say(_seen_from_outside(settings, host))
        started = time.monotonic()
        while not stopping:
            if server.poll() is not None:
                if time.monotonic() - started < HOPELESS_SECONDS:
                    console.say("看板一启动就退出，已停止。原因见上文和日志。")
                    break
                # Killed or out of memory: open pages connect again by themselves.
                console.say("看板意外退出，正在重新启动……")
                server, started = _start(server_command, environment, children), time.monotonic()
            if is_worker_kept and worker.poll() is not None:
                # Whatever ended it, what is new must go on being seen.
                time.sleep(1)
                worker = _start(worker_command, environment, children)
            time.sleep(0.1)
        return 0 if stopping else 1
    finally:
        _stop(children)


def address_of(host: str, port: int) -> str:
    """Where the dashboard is opened from this machine."""
    return f"http{'s' if tls.is_on() else ''}://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104


def problem_of(host: str, port: int) -> str | None:
    """Why nothing can listen there, and what to do; None when all is well."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except socket.gaierror:
        return f"找不到监听地址 {host}。请用 --host 127.0.0.1（只给本机）或 --host 0.0.0.0（给外面）。"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"{host}:{port} 已被占用。请换一个端口：unionboard up --port {port + 1}（make up PORT={port + 1}）。"
        if error.errno == errno.EACCES:
            return f"没有权限使用端口 {port}。请用 1024 以上的端口：unionboard up --port 8501。"
        return f"{host} 不是本机的地址。请用 --host 127.0.0.1（只给本机）或 --host 0.0.0.0（给外面）。"
    return None


def _problem_of_token() -> str | None:
    """Why the release cannot be offered to replicas although it is meant to be; None when it can, or is not meant to be."""
    path = secret.from_environment(secret.OFFER_TOKEN_FILE)
    try:
        if path is not None:
            secret.tokens(path)
    except SecretError as error:
        return str(error)
    return None


def _say_of_schedule(settings: Settings, console: Console) -> None:
    """What is wrong with the schedule of notices, told before anybody waits for one; the dashboard does without."""
    if not schedule_file(settings).exists():
        return
    from warehouse.notify import schedule
    from warehouse.notify.lined import ScheduleError

    try:
        schedule.load(settings)
    except ScheduleError as error:
        console.say(f"通知计划有错，改好之前不发通知，看板照常：\n{error}")


def _seen_from_outside(settings: Settings, host: str) -> str:
    """What listening beyond the machine means, said before anybody wonders."""
    names = [*settings.allow_hosts, *([] if host in ("0.0.0.0", "::") else [host])]  # noqa: S104
    answers = (
        f"它应答这些名字：{'、'.join(names)}。"
        if names
        else "它现在只应答本机的名字；别人用来打开它的名字或地址要用 --allow-host 写上，例如 --allow-host board.example.org。"
    )
    if os.environ.get(scopes.SIGN_IN):
        way = "" if tls.is_on() else "给外面用，请在前面放有 TLS 的反向代理，或用 --tls-cert 和 --tls-key。"
        return f"监听在 {host}，打开要先登录。{answers}{way}"
    operating = "" if settings.read_only else "谁都能在页面上交文件、发布和退回；只给人看就设 UNIONBOARD_READ_ONLY=1。"
    return (
        f"注意：监听在 {host}，凡是能连到这台机器的人都能打开看板，不用登录{'' if tls.is_on() else '，传输不加密'}。{operating}{answers}"
        "给外面用，请在前面放一个有登录和 TLS 的反向代理，自己只监听 127.0.0.1。"
    )


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
