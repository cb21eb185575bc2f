"""The dashboard as a server: compressed assets, the page's language, safety headers, health, a warm start and a clean stop."""

import asyncio
import contextlib
import gc
import logging
import mimetypes
import os
import re
import signal
import threading
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config as streamlit_config
from streamlit import net_util
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from dashboard import assets, compressed, connections, downloads, hosts, metrics, offering, search, theme
from dashboard.access import throttle, visits
from dashboard.access.gate import Gate, safe_cookie
from dashboard.access.throttle import Throttle
from warehouse.access import rates, scopes
from warehouse.access import sign_in as signing_in
from warehouse.intake.folder import latest_receipts
from warehouse.interface import prints, verify
from warehouse.interface import routes as interface
from warehouse.interface.describe import ROOT as INTERFACE
from warehouse.refresh import last_refresh
from warehouse.releases import in_use
from warehouse.releases import release as warehouse_release
from warehouse.settings import Settings
from warehouse.system import copied, journal, tls
from warehouse.system.copied import Copy
from warehouse.system.host_names import Host

SCRIPT = Path(__file__).with_name("app.py")
ONE_YEAR = "public, immutable, max-age=31536000"
GRACE_SECONDS = 2
# Rot on disk leaves no trace in a file's times, so the current release is read again this often.
CHECK_AGAIN_SECONDS = 600
# As many files as monitoring is told the names of; it is told the number of all.
UNJUDGED_NAMED = 20
SAFETY_HEADERS = {
    # Of what is not a page; a page says its own.
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
    # No other site's window has a hand on ours, nor ours on theirs.
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b", ".join(
        b"%s=()" % name
        for name in (
            *(
                b"accelerometer",
                b"camera",
                b"display-capture",
                b"encrypted-media",
                b"geolocation",
                b"gyroscope",
                b"hid",
            ),
            *(b"magnetometer", b"microphone", b"midi", b"payment", b"serial", b"usb"),
        )
    ),
}
# What pages are made of: Streamlit writes styles as they are drawn, and loads components from memory (blob:).
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'{sockets}; worker-src 'self' blob:; frame-src 'none'; media-src 'none'; "
    "object-src 'none'; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_log = logging.getLogger(__name__)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve the dashboard of this installation until SIGINT or SIGTERM, then return.

    Raises OSError when the address cannot be bound.
    """
    os.environ |= {
        "UNIONBOARD_SEEDS": str(settings.seeds),
        "UNIONBOARD_HOME": str(settings.home),
        "STREAMLIT_BROWSER_SERVER_ADDRESS": host,
        "STREAMLIT_BROWSER_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_PORT": str(port),
    }
    connections.as_many_as_allowed()
    config = uvicorn.Config(
        application(settings, host),
        host=host,
        port=port,
        http=connections.Connection,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws=_Socket,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_context_factory=(lambda *_: tls.context()) if tls.is_on() else None,
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    bound = config.bind_socket()
    try:
        _Server(config).run(sockets=[bound])
    finally:
        bound.close()
        st.cache_resource.clear()
        gc.unfreeze()
        gc.collect()


def application(settings: Settings, host: str = "127.0.0.1") -> st.App:
    """The ASGI application of a server that listens at `host`."""
    # A request from an unknown origin must not make the server ask the Internet for its own address.
    net_util.get_external_ip = lambda: None
    theme.is_linked = True
    sign_in = signing_in.load(settings)
    gates = []
    if sign_in is not None:
        kept = visits.Visits(sign_in.session_seconds, sign_in.idle_seconds)
        visits.keep(kept)
        gates = [
            Middleware(Gate, settings=settings, sign_in=sign_in, kept=kept),
            Middleware(Throttle, settings=settings, key_of=throttle.person_of, limit=rates.REQUESTS, is_all=True),
        ]

    @contextlib.asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        # Streamlit gives uvicorn's logs handlers of its own, whatever uvicorn was told.
        for name in ("uvicorn.access", "uvicorn.error"):
            logging.getLogger(name).setLevel(logging.WARNING)
        await asyncio.to_thread(warm_up, settings)
        threading.Thread(target=compressed.prepare, name="compress-assets", daemon=True).start()
        threading.Thread(target=_check_now_and_then, name="check-release", daemon=True).start()
        with journal.writing(settings.logs / "dashboard.jsonl", "dashboard"):
            _log.info("server begins", extra={"release": warehouse_release.current_id(settings)})
            yield
            _log.info("server ends")

    async def prometheus(_: Request) -> Response:
        return Response(await asyncio.to_thread(metrics.text, settings), media_type=metrics.CONTENT_TYPE)

    async def health(_: Request) -> JSONResponse:
        state, code = await asyncio.to_thread(health_of, settings)
        return JSONResponse(state, status_code=code)

    async def release_now(_: Request) -> JSONResponse:
        shown = await asyncio.to_thread(warehouse_release.current, settings)
        return JSONResponse({"release": shown.id if shown else None}, headers={"cache-control": "no-store"})

    made = downloads.App(
        SCRIPT,
        lifespan=lifespan,
        routes=[
            Route("/api/health", health),
            Route("/api/release", release_now),
            Route("/metrics", prometheus),
            *offering.routes(settings),
            *interface.routes(settings, hosts.is_at_machine),
            verify.route(settings),
            prints.route(settings),
            assets.route(),
            search.route(),
        ],
        middleware=[
            Middleware(_Observed),
            Middleware(_SafeHeaders),
            Middleware(hosts.KnownHosts, settings=settings, host=host),
            Middleware(
                Throttle,
                settings=settings,
                key_of=throttle.address_of,
                limit=rates.ADDRESS_REQUESTS,
                is_all=sign_in is None,
            ),
            *gates,
            Middleware(downloads.OwnDownloads),
            Middleware(_LocalisedPage),
            Middleware(_CompressedAssets),
        ],
    )
    # Not before Streamlit's own settings are read, which the line above does: what is set earlier stands in their place, all of them.
    if sign_in is not None:
        streamlit_config.set_option("secrets.files", [str(sign_in.path)])
    # Streamlit asks once more where the page of a socket comes from.
    streamlit_config.set_option("server.maxUploadSize", rates.UPLOAD_MB.most())
    streamlit_config.set_option("server.corsAllowedOrigins", hosts.allowed_origins(settings.allow_hosts))
    return made


def health_of(settings: Settings) -> tuple[dict[str, Any], int]:
    """What monitoring asks: the release shown, that it answers, and its age; the second value is the HTTP status.

    200 ok · 200 degraded (the current release is damaged, the last whole one is shown) · 503 when there is nothing to show.
    """
    from dashboard.data import releases

    named = warehouse_release.current_id(settings)
    copy = copied.load(settings.home)
    try:
        shown = releases.serving(settings)
        damage = releases.damage(settings)
        if shown is None:
            status = "no_release" if named is None and damage is None else "unreadable"
            told = {"copy": _of_copy(copy)} if copy is not None else {}
            problem = damage or (copy.sentence if copy is not None else None)
            return {"status": status, "release": named, "problem": problem, **told}, 503
        kpis = releases.count_kpis(shown.id)
    except Exception as error:
        conflict = in_use.conflict_of(error)
        problem = conflict.zh if conflict is not None else type(error).__name__
        return {"status": "unreadable", "release": named, "problem": problem}, 503
    age = max(0.0, time.time() - shown.created_at.timestamp())
    last = last_refresh(settings) or {}
    unjudged = latest_receipts.unjudged(settings)
    state = {
        "status": "ok" if damage is None else "degraded",
        "release": shown.id,
        "age_seconds": round(age),
        "kpis": kpis,
        "problem": damage,
        "last_refresh": {"at": last.get("at"), "outcome": last.get("outcome")},
        "files_unjudged": len(unjudged),
        "unjudged": unjudged[:UNJUDGED_NAMED],
    }
    if copy is not None:
        state["copy"] = _of_copy(copy)
        if copy.is_behind and damage is None:
            # Shown all the same: what is old by its own date is not wrong.
            state |= {"status": "degraded", "problem": copy.sentence}
    return state, 200


def _of_copy(copy: Copy) -> dict[str, Any]:
    """How fresh a copy is; where it comes from is not for everybody who may ask."""
    return {name: value for name, value in copy.as_json().items() if name not in ("from", "writer")}


def _check_now_and_then() -> None:
    from dashboard.data import releases

    while True:
        time.sleep(CHECK_AGAIN_SECONDS)
        with contextlib.suppress(OSError):
            releases.check_again()


def warm_up(settings: Settings) -> None:
    """Import what pages need and ask what every first visit asks, then keep all of it out of the garbage collector's way."""
    import plotly.io
    import plotly.tools

    from dashboard import navigation
    from dashboard.data import kpis, origins, periods, programmes, regions

    plotly.tools.return_figure_from_figure_or_data(
        {"data": [{"type": "scatter", "x": [1], "y": [1]}], "layout": {}}, True
    )
    shown = warehouse_release.current(settings)
    release_id = shown.id if shown else None
    # A release that cannot be read shows itself on the page and at /api/health; the server starts all the same.
    with contextlib.suppress(Exception), scopes.inside(scopes.EVERYTHING):
        if release_id is not None:
            for read in (programmes.all_programmes, regions.provinces, kpis.all_kpis, origins.held):
                read(release_id)
            navigation.programme_of(release_id, "")
            periods.available(release_id, origins.AUTOMATIC)
            periods.latest(release_id, origins.AUTOMATIC)
    # Streamlit collects garbage after every run; what is frozen is not walked through each time.
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """Returns after a signal instead of raising it again, so that the caller can clean up."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        handled = (signal.SIGINT, signal.SIGTERM)
        try:
            before = {number: signal.signal(number, self.handle_exit) for number in handled}
        except ValueError:
            # Signals reach the main thread only; whoever serves from another thread sets should_exit.
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Socket(WebSocketsSansIOProtocol):
    """Compresses what pages are sent at zlib's fastest level, which takes a third of the time; a window of 32 KB makes up for it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn.available_extensions = [ServerPerMessageDeflateFactory(compress_settings={"level": 1, "memLevel": 8})]

    async def send(self, message: Any) -> None:
        """As it is; a socket that is refused with an answer is no failure of ours to be logged each time."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


class _Observed:
    """Times every answer, gives each request an id, and logs those that fail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin = time.perf_counter()
        status = 500

        with journal.run(journal.new_id()) as request_id:

            async def send_named(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    named = (b"x-request-id", request_id.encode())
                    message = {**message, "headers": [*message["headers"], named]}
                await send(message)

            try:
                await self.app(scope, receive, send_named)
            except Exception:
                _log.exception("request fails", extra={"path": scope["path"], "method": scope["method"]})
                raise
            finally:
                seconds = time.perf_counter() - begin
                metrics.requests.observe(seconds, kind=_kind(scope["path"]), status=str(status))
            if status >= 500:
                _log.error(
                    "request fails", extra={"path": scope["path"], "status": status, "seconds": round(seconds, 3)}
                )


def _kind(path: str) -> str:
    """What a request is for, in few words, so that the number of series stays small."""
    if path.startswith(("/static/", "/unionboard/")):
        return "asset"
    if path.startswith("/_stcore/"):
        return "streamlit"
    if path.startswith("/api/") or path == "/metrics":
        return "api"
    return "page"


class _SafeHeaders:
    """Adds the safety headers to every answer; over HTTPS cookies are for HTTPS, and where we speak it ourselves browsers stay with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in SAFETY_HEADERS.items() if name not in present]
                if tls.is_on():
                    added.append((b"strict-transport-security", b"max-age=31536000"))
                given = message["headers"]
                if scope["scheme"] == "https":
                    given = [
                        (name, safe_cookie(value, True) if name == b"set-cookie" else value) for name, value in given
                    ]
                message = {**message, "headers": [*given, *added]}
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


class _LocalisedPage:
    """Gives the page its language, title and icon, and tells the front end where the server is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The interface has pages of its own, and so have prints.
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or scope["path"].startswith((INTERFACE, verify.PATH))
        ):
            await self.app(scope, receive, send)
            return
        asked = _asked_in_full(scope) if "." not in scope["path"].rsplit("/", 1)[-1] else scope
        start: Message | None = None
        body = bytearray()

        async def send_localised(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kinds = [value for name, value in message["headers"] if name == b"content-type"]
                if kinds and kinds[0].startswith(b"text/html"):
                    start = message
                    return
            if start is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            if (within := scope["path"].strip("/")).count("/"):
                # Addresses of the dashboard have one part; below two the front end would not find its own files.
                query = scope["query_string"].decode("latin-1")
                place = "/" + quote(within.rsplit("/", 1)[-1]) + (f"?{query}" if query else "")
                await send({**start, "status": 302, "headers": [(b"location", place.encode("latin-1"))]})
                await send({"type": "http.response.body", "body": b""})
                return
            text = localised(body.decode("utf-8"), scope["query_string"].decode("latin-1")) if body else ""
            page = text.encode("utf-8")
            dropped = (b"content-length", b"etag", b"last-modified", b"content-encoding")
            kept = [(name, value) for name, value in start["headers"] if name not in dropped]
            if page:
                kept.append((b"content-length", str(len(page)).encode()))
            kept.append((b"content-security-policy", page_policy(text, hosts.named(scope)).encode("ascii")))
            await send({**start, "headers": kept})
            await send({"type": "http.response.body", "body": page})

        await self.app(asked, receive, send_localised)


def _asked_in_full(scope: Scope) -> Scope:
    """The same request for a page, to be answered whole and uncompressed, because the page is written anew each time."""
    conditions = (b"if-none-match", b"if-modified-since", b"accept-encoding")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in conditions]}


def localised(page: str, query: str) -> str:
    """The page for a query: `lang=EN` in English, Chinese otherwise."""
    from dashboard.i18n import CHINESE, ENGLISH, language, t, using

    english = parse_qs(query).get("lang", [""])[0].upper() == "EN"
    with using(ENGLISH if english else CHINESE):
        title, no_script = escape(t("product")), escape(t("needs_javascript"))
        card = _card(title, escape(t("share_card")))
        spoken = language()
    icon = theme.icon_address()
    installed = (
        f'<link rel="manifest" href="{assets.address(assets.manifest_of(spoken))}" />'
        f'<link rel="apple-touch-icon" href="{assets.address("icon-192.png")}" />'
    )
    # Without this the front end looks for the server below the page's own path first.
    where = "<script>window.__streamlit={BACKEND_BASE_URL:location.origin+'/'}</script>"
    page = re.sub(r'<html lang="[^"]*"', f'<html lang="{"en" if english else "zh-CN"}"', page, count=1)
    page = re.sub(r"<title>.*?</title>", f"<title>{title}</title>{card}{installed}{where}", page, count=1)
    page = re.sub(r'<link rel="shortcut icon"[^>]*>', f'<link rel="shortcut icon" href="{icon}" />', page, count=1)
    page = re.sub(r"<body[^>]*>", lambda begin: begin.group() + assets.links(), page, count=1)
    return re.sub(
        r"<noscript>.*?</noscript>", f"<noscript><p>{no_script}</p></noscript>", page, count=1, flags=re.DOTALL
    )


def _card(title: str, said: str) -> str:
    """What programs show of a link that is sent to somebody (Open Graph): no number, because who asks has not signed in."""
    told = {"og:type": "website", "og:title": title, "og:description": said, "og:image": assets.PICTURE}
    return "".join(f'<meta property="{name}" content="{content}" />' for name, content in told.items())


def page_policy(page: str, host: Host | None) -> str:
    """What a page may load and whom it may ask: its own scripts, those written into it, and the server it came from."""
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in _INLINE_SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{digest}'" for digest in digests)
    # Not every browser takes 'self' for a socket too.
    sockets = f" ws://{host} wss://{host}" if host is not None else ""
    return PAGE_POLICY.format(scripts=scripts, sockets=sockets)


class _CompressedAssets:
    """Serves Streamlit's own assets compressed, to be kept by the browser for a year."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = compressed.assets().get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding") if path else b""
        encoding = compressed.best_of(accepted.decode("latin-1"))
        if path is None or encoding is None:
            await self.app(scope, receive, send)
            return
        content = await asyncio.to_thread(compressed.content, path, encoding)
        headers = [
            (b"content-type", (mimetypes.guess_type(path.name)[0] or "application/octet-stream").encode()),
            (b"content-length", str(len(content)).encode()),
            (b"content-encoding", encoding.encode()),
            (b"vary", b"Accept-Encoding"),
            (b"cache-control", ONE_YEAR.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})
