"""Whom the server answers: requests for the names it is told, pages of its own, and the metrics for those who may see them."""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from warehouse.settings import Settings
from warehouse.system.host_names import Host, address_of, is_loopback, parsed

METRICS = frozenset({"/metrics", "/_stcore/metrics"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Whoever passes a request on says so; then the one it comes from is not at this machine.
_PASSED_ON = frozenset({b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"forwarded", b"via"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#@\\]+)")
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)(/?.*)", re.IGNORECASE | re.DOTALL)


def named(scope: Scope) -> Host | None:
    """The host that a request is for; None where it names none, several, or something else."""
    values = [value for name, value in scope["headers"] if name == b"host"]
    return parsed(values[0].decode("latin-1")) if len(values) == 1 else None


def is_at_machine(scope: Scope) -> bool:
    """Whether a request comes from the machine itself, asks for it by its own name, and was not passed on for somebody else."""
    host, client = named(scope), scope.get("client")
    address = address_of(client[0]) if client else None
    if host is None or address is None or any(name in _PASSED_ON for name, _ in scope["headers"]):
        return False
    return is_loopback(address) and is_loopback(host.name)


class KnownHosts:
    """Answers what is asked of a host it is told; 421 otherwise, so that no page of another name reads what is here."""

    def __init__(self, app: ASGIApp, settings: Settings, host: str) -> None:
        self.app = app
        given = parsed(f"[{host}]" if ":" in host else host)
        self._told = frozenset(settings.allow_hosts)
        self._given = given.name if given is not None and given.name not in ("0.0.0.0", "::") else None  # noqa: S104
        self._metrics_from = tuple(ip_network(one, strict=False) for one in settings.metrics_from)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may be answered."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        host = named(scope)
        if host is None or not self._is_known(host):
            await refuse(scope, send, 421, _NOT_HERE)
            return
        in_full = self._without_authority(scope, host)
        if in_full is None:
            await refuse(scope, send, 421, _NOT_HERE)
        elif not self._is_own_page(in_full, host):
            await refuse(scope, send, 403, _FOREIGN)
        elif in_full["path"].rstrip("/") in METRICS and not self._may_see_metrics(in_full, host):
            await refuse(scope, send, 403, _METRICS_HERE)
        else:
            await self.app(in_full, receive, send)

    def _is_known(self, host: Host) -> bool:
        return is_loopback(host.name) or host.name in self._told or host.name == self._given

    def _without_authority(self, scope: Scope, host: Host) -> Scope | None:
        """The request with its path only: proxies ask for http://host/path; None where that names another host."""
        asked: bytes = scope.get("raw_path") or scope["path"].encode()
        if asked.startswith(b"/"):
            return scope
        found = _ABSOLUTE.fullmatch(asked)
        if found is None or parsed(found[1].decode("latin-1")) != host:
            return None
        path = found[2] or b"/"
        _, _, in_path = scope["path"].partition("://")
        return {**scope, "raw_path": path, "path": f"/{in_path.partition('/')[2]}"}

    def _is_own_page(self, scope: Scope, host: Host) -> bool:
        """Whether a page of this server asks; who only reads is asked by the browser's own rules, and programs have no page."""
        if scope["type"] == "http" and scope["method"] in _READING:
            return True
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if not origins:
            return True
        found = _ORIGIN.fullmatch(origins[0].decode("latin-1").lower()) if len(origins) == 1 else None
        origin = parsed(found["host"]) if found else None
        if found is None or origin is None:
            return False
        usual = _DEFAULT_PORTS[found["scheme"]]
        is_same = (origin.name, origin.port or usual) == (host.name, host.port or usual)
        # A proxy in front may call the server by another name or port than its readers do.
        return is_same or origin.name in self._told

    def _may_see_metrics(self, scope: Scope, host: Host) -> bool:
        client = scope.get("client")
        address = address_of(client[0]) if client else None
        if address is None:
            return False
        if any(ip_address(address) in network for network in self._metrics_from):
            return True
        return is_at_machine(scope)


def allowed_origins(names: Iterable[str]) -> list[str]:
    """Where pages of these names come from, for Streamlit's own check."""
    return [f"{scheme}://{Host(name, None)}" for name in names for scheme in _DEFAULT_PORTS]


_NOT_HERE = (
    "这里不是您要找的网站：这台服务器只应答它被告知的名字。管理员可以用 --allow-host 名字（或 UNIONBOARD_ALLOW_HOSTS）加上。\n"
    "Misdirected request: this server answers only to the hosts it is told (--allow-host NAME, UNIONBOARD_ALLOW_HOSTS).\n"
)
_FOREIGN = "请求来自别的网站的网页，没有接受。\nThe request comes from a page of another site and was not taken.\n"
_METRICS_HERE = (
    "指标只给本机看。要给别的机器看，启动前写 UNIONBOARD_METRICS_FROM=地址或网段。\n"
    "Metrics are for this machine only; UNIONBOARD_METRICS_FROM=address or network lets others see them.\n"
)


async def refuse(
    scope: Scope,
    send: Send,
    status: int,
    text: str,
    kind: str = "text/plain; charset=utf-8",
    more: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Answers a request or a socket with a status and why, and closes it."""
    body = text.encode()
    headers = [
        *more,
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    answer = "http.response"
    if scope["type"] == "websocket":
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        answer, headers = "websocket.http.response", headers[:-1]
    await send({"type": f"{answer}.start", "status": status, "headers": headers})
    await send({"type": f"{answer}.body", "body": body})
