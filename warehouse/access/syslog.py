"""Entries of the audit on their way to a syslog server (RFC 5424), so that they stand where this machine cannot change them.

What was sent last is remembered beside the audit; a server that is away gets what it missed when it is back.
"""

import contextlib
import json
import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warehouse.access import audit, chain
from warehouse.settings import Settings
from warehouse.system.folder_lock import folder_lock

ADDRESS = "UNIONBOARD_AUDIT_SYSLOG"
SENT = "SENT"
SCHEMES = ("udp", "tcp", "tls", "unix")
_PORTS = {"udp": 514, "tcp": 514, "tls": 6514}
SECONDS = 3.0
# "log audit", with the severities informational, warning and error.
_FACILITY = 13
_SEVERITY = {audit.DONE: 6, audit.REFUSED: 4, audit.FAILED: 3}
# The enterprise number that RFC 5612 keeps for documents: this programme has none of its own.
_ELEMENT = "unionboard@32473"


def address() -> str | None:
    """Where entries are sent, None where they stay. Raises ValueError, in Chinese, when it is no such address."""
    given = os.environ.get(ADDRESS) or None
    if given is None:
        return None
    parts = urlsplit(given)
    try:
        is_good = parts.scheme in SCHEMES and (
            parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0
        )
    except ValueError:
        is_good = False
    if not is_good:
        raise ValueError(
            f"{ADDRESS} 要写成 udp://主机:514、tcp://主机:514、tls://主机:6514 或 unix:///dev/log，现为“{given}”。"
        )
    return given


def message(entry: dict[str, Any], host: str) -> bytes:
    """One entry as RFC 5424 has it: its number and mark as structured data, itself as the message."""
    priority = _FACILITY * 8 + _SEVERITY.get(str(entry.get("outcome")), 5)
    data = f'[{_ELEMENT} number="{entry["number"]}" mark="{entry["mark"]}"]'
    head = f"<{priority}>1 {entry['at']} {host} unionboard {os.getpid()} {str(entry['action'])[:32]} {data} "
    return head.encode("ascii", "replace") + b"\xef\xbb\xbf" + chain.written(entry)


def ship(settings: Settings) -> int:
    """Send what was not sent yet; how many entries. Raises OSError when the server is away: what is left goes next time."""
    to = address()
    if to is None:
        return 0
    with _cursor(settings) as (path, last):
        waiting = [entry for entry in audit.read(settings) if entry["number"] > last]
        if not waiting:
            return 0
        host = socket.gethostname() or "-"
        sent = last
        try:
            with _connection(to) as send:
                for entry in waiting:
                    send(message(entry, host))
                    sent = entry["number"]
        finally:
            if sent != last:
                path.write_text(f"{sent}\n", encoding="ascii")
        return len(waiting)


@contextlib.contextmanager
def _cursor(settings: Settings) -> Iterator[tuple[Path, int]]:
    with folder_lock(audit.folder(settings), ".sending") as place:
        path = place / SENT
        try:
            last = int(path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            last = 0
        yield path, last


@contextlib.contextmanager
def _connection(to: str) -> Iterator[Any]:
    parts = urlsplit(to)
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
            local.settimeout(SECONDS)
            local.connect(parts.path)
            yield local.send
        return
    place = (str(parts.hostname), parts.port or _PORTS[parts.scheme])
    if parts.scheme == "udp":
        family, kind, *_, where = socket.getaddrinfo(*place, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as datagrams:
            datagrams.connect(where)
            yield datagrams.send
        return
    with socket.create_connection(place, timeout=SECONDS) as plain:
        if parts.scheme == "tls":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) as secure:
                yield lambda line: secure.sendall(_counted(line))
        else:
            yield lambda line: plain.sendall(_counted(line))


def _counted(line: bytes) -> bytes:
    """With its length before it (RFC 6587), because a message may hold a line's end."""
    return str(len(line)).encode() + b" " + line


def as_text(entry: dict[str, Any]) -> str:
    """What an entry is about, on one line."""
    return json.dumps(entry.get("about", {}), ensure_ascii=False)
