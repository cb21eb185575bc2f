"""The gate before everything: without a session a request gets the page for signing in; with one it is answered for that person."""

import asyncio
import html
import json
import logging
import re
import time
from collections.abc import Iterable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from dashboard.access import tokens, visits
from dashboard.access.visits import Visit, Visits
from warehouse.access import audit, people, scopes
from warehouse.access.people import Person
from warehouse.access.sign_in import SignIn
from warehouse.interface.describe import ROOT as INTERFACE
from warehouse.settings import Settings

SIGN_IN = "/access/sign-in"
SIGN_OUT = "/access/sign-out"
BACK_CHANNEL = "/access/back-channel-logout"
_CALLBACK, _TO_PROVIDER = "/oauth2callback", "/auth/login"
_NEXT = "unionboard_next"
_PROMPT = re.compile(rb"([?&])prompt=select_account(?:&|$)")
_USER, _TOKENS = "_streamlit_user", "_streamlit_user_tokens"
# What holds nothing of anybody: the programme's own files, signs of life, and the way in. Replicas come with a token of their own.
_OPEN = ("/static/", "/unionboard/", "/api/offer/")
_OPEN_ALONE = frozenset(
    {
        "/_stcore/health",
        "/_stcore/host-config",
        "/api/health",
        "/api/offer",
        "/metrics",
        "/_stcore/metrics",
    }
)

_log = logging.getLogger(__name__)


def _brings_token(scope: Scope) -> bool:
    """Whether a program asks the interface with a token, which is looked at there: it has no session."""
    return (
        scope["type"] == "http"
        and scope["path"].startswith(f"{INTERFACE}/")
        and any(name == b"authorization" for name, _ in scope["headers"])
    )


class Gate:
    """Lets through whoever is signed in."""

    def __init__(self, app: ASGIApp, settings: Settings, sign_in: SignIn, kept: Visits) -> None:
        self.app = app
        self._settings, self._sign_in, self._visits = settings, sign_in, kept
        self._gateway = tokens.GatewayTokens(sign_in.gateway) if sign_in.gateway else None
        self._provider = tokens.ProviderTokens(sign_in.auth) if sign_in.auth else None
        self._by_token: dict[str, tuple[str, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        send = self._secured(scope, send)
        path = scope["path"]
        if path in _OPEN_ALONE or ((path.startswith(_OPEN) or _brings_token(scope)) and not _winds(path)):
            await self.app(scope, receive, send)
        elif path == _CALLBACK and scope["type"] == "http" and self._sign_in.auth is not None:
            await self._callback(scope, receive, send)
        elif path == _TO_PROVIDER and scope["type"] == "http" and self._sign_in.auth is not None:
            await self._to_the_provider(scope, receive, send)
        elif path == SIGN_OUT and scope["type"] == "http":
            await self._sign_out(scope, send)
        elif path == BACK_CHANNEL and scope["type"] == "http":
            await self._back_channel(scope, receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit, problem = await self._visit_of(scope)
        if visit is None:
            if problem is not None:
                await asyncio.to_thread(self._refused, scope, problem, None)
            await self._to_the_way_in(scope, send)
        elif not visit.access.grants:
            await asyncio.to_thread(self._refused, scope, "没有任何角色", visit.person)
            await _answer(scope, send, 403, _page(_NO_ROLE.format(subject=html.escape(visit.person.subject))))
        elif scope["path"] == SIGN_IN:
            await _answer(scope, send, 302, b"", [(b"location", _next_of(scope).encode("latin-1"))])
        else:
            is_page = scope["type"] == "http" and scope["method"] == "GET" and _wants_page(scope)
            self._visits.find(visit.id, is_active=is_page)
            inner = {**scope, "headers": _with_visit(scope["headers"], visit)}
            with people.as_person(visit.person), scopes.inside(visit.scope):
                await self.app(inner, receive, send)

    async def _visit_of(self, scope: Scope) -> tuple[Visit | None, str | None]:
        """The session of a request, from the gateway's word before the cookie; and why a word of the gateway is not believed."""
        if self._gateway is not None:
            name = self._gateway.header
            given = [value for header, value in scope["headers"] if header == name]
            if given:
                if len(given) != 1 or not self._gateway.is_from_gateway(scope):
                    return None, "网关的标头不是网关送来的"
                return await self._by_gateway(given[0].decode("latin-1"))
        cookies = visits.cookies_in(scope["headers"])
        return self._visits.find(cookies.get(visits.COOKIE)), None

    async def _by_gateway(self, token: str) -> tuple[Visit | None, str | None]:
        if self._gateway is None:
            return None, None
        known = self._by_token.get(token)
        if known is not None and known[1] > time.time() and (visit := self._visits.find(known[0])) is not None:
            return visit, None
        try:
            claims = await asyncio.to_thread(self._gateway.claims, token)
        except tokens.TokenError as error:
            return None, str(error)
        # A gateway gives a new token every few minutes; the person goes on in the same session.
        for old in [one for one, (_, until) in self._by_token.items() if until <= time.time()]:
            del self._by_token[old]
        visit = await asyncio.to_thread(self._begin, claims, None)
        self._by_token[token] = (visit.id, float(claims["exp"]))
        return visit, None

    def _begin(self, claims: dict[str, Any], id_token: str | None) -> Visit:
        person = Person(str(claims["sub"]), str(claims.get("name") or claims.get("preferred_username") or ""))
        access = self._sign_in.roles.access_of(claims)
        visit = self._visits.begin(person, access, claims.get("sid"), id_token)
        audit.record(
            self._settings,
            "session.begin",
            audit.DONE if access.grants else audit.REFUSED,
            person,
            roles=list(access.roles),
            regions=sorted(visit.scope.regions) if visit.scope.regions is not None else None,
        )
        return visit

    def _refused(self, scope: Scope, problem: str, person: Person | None) -> None:
        about = {"path": scope["path"], "problem": problem}
        audit.record(self._settings, "request.refused", audit.REFUSED, person or people.ANYBODY, **about)

    async def _to_the_way_in(self, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["path"] == SIGN_IN and self._sign_in.auth is not None:
            following, why = _next_of(scope), _FAILED.get(_one_of(scope, "failed"), "")
            kept = f"{_NEXT}={quote(following, safe='')}; Path={_CALLBACK}; Max-Age=600; HttpOnly; SameSite=Lax"
            where = f"{_TO_PROVIDER}?" + urlencode({"provider": encode_provider_token("default")})
            body = _page(_WAY_IN.format(why=why, where=html.escape(where)))
            await _answer(scope, send, 200, body, [(b"set-cookie", kept.encode("latin-1"))])
        elif scope["method"] in ("GET", "HEAD") and _wants_page(scope) and self._sign_in.auth is not None:
            query = scope["query_string"].decode("latin-1")
            following = scope["path"] + (f"?{query}" if query else "")
            where = f"{SIGN_IN}?{urlencode({'next': following})}"
            await _answer(scope, send, 302, b"", [(b"location", where.encode("latin-1"))])
        else:
            await _answer(scope, send, 401, _page(_NOT_SIGNED_IN))

    async def _to_the_provider(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamlit asks the provider where people sign in; a provider that does not say is told in words."""
        is_away = False

        async def told(message: Message) -> None:
            nonlocal is_away
            if message["type"] == "http.response.start" and message["status"] >= 400:
                is_away = True
                await _answer(scope, send, 302, b"", [(b"location", f"{SIGN_IN}?failed=away".encode())])
            elif not is_away:
                await send(self._asking_plainly(message))

        await self.app(scope, receive, told)

    def _asking_plainly(self, message: Message) -> Message:
        """Without the prompt that Streamlit asks for by itself: a provider need not know it, and then lets nobody in."""
        is_asked = "prompt" in ((self._sign_in.auth or {}).get("client_kwargs") or {})
        if message["type"] != "http.response.start" or is_asked:
            return message
        headers = [(n, _PROMPT.sub(rb"\1", v) if n == b"location" else v) for n, v in message["headers"]]
        return {**message, "headers": headers}

    async def _callback(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes what Streamlit has let in, and gives a session of ours for its cookies of thirty days."""
        start: Message | None = None

        async def taken(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                message = await self._with_session(scope, message)
            await send(message)

        await self.app(scope, receive, taken)

    async def _with_session(self, scope: Scope, message: Message) -> Message:
        kept, set_by_streamlit = [], SimpleCookie()
        for name, value in message["headers"]:
            text = value.decode("latin-1")
            if name == b"set-cookie" and text.startswith(("_streamlit_user=", "_streamlit_user_")):
                set_by_streamlit.load(text)
                continue
            kept.append((name, value))
        claims = _signed(set_by_streamlit, _USER)
        if claims is None or not claims.get("sub"):
            about = {"path": _CALLBACK, "problem": "身份提供方的答复没有通过核对"}
            await asyncio.to_thread(
                audit.record, self._settings, "session.begin", audit.REFUSED, people.ANYBODY, **about
            )
            kept = [(name, value) for name, value in kept if name not in (b"location", b"content-length")]
            kept.append((b"location", f"{SIGN_IN}?failed=refused".encode()))
            return {**message, "status": 302, "headers": kept}
        id_token = (_signed(set_by_streamlit, _TOKENS) or {}).get("id_token")
        old = self._visits.end(visits.cookies_in(scope["headers"]).get(visits.COOKIE, ""))
        if old is not None:
            _log.info("session replaced")
        visit = await asyncio.to_thread(self._begin, claims, id_token)
        where = _local(visits.cookies_in(scope["headers"]).get(_NEXT, ""))
        kept = [(name, value) for name, value in kept if name != b"location"]
        kept.append((b"location", where.encode("latin-1")))
        kept.append((b"set-cookie", f"{visits.COOKIE}={visit.id}; Path=/; HttpOnly; SameSite=Lax".encode()))
        return {**message, "headers": kept}

    async def _sign_out(self, scope: Scope, send: Send) -> None:
        visit = self._visits.end(visits.cookies_in(scope["headers"]).get(visits.COOKIE, ""))
        where = SIGN_IN
        if visit is not None:
            await asyncio.to_thread(audit.record, self._settings, "session.end", audit.DONE, visit.person)
            if self._provider is not None:
                elsewhere = await asyncio.to_thread(self._provider.end_session_address, visit.id_token)
                where = elsewhere or SIGN_IN
        gone = f"{visits.COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        headers = [(b"location", where.encode("latin-1")), (b"set-cookie", gone.encode())]
        await _answer(scope, send, 302, b"", headers)

    async def _back_channel(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The provider says that somebody has signed out there (OpenID Connect Back-Channel Logout)."""
        if scope["method"] != "POST" or self._provider is None:
            await _answer(scope, send, 405, b"")
            return
        body = await Request(scope, receive).body()
        given = parse_qs(body[:100_000].decode("latin-1")).get("logout_token", [""])[0]
        try:
            claims = await asyncio.to_thread(self._provider.logout_claims, given)
        except tokens.TokenError as error:
            await asyncio.to_thread(self._refused, scope, str(error), None)
            await _answer(scope, send, 400, b"", [(b"cache-control", b"no-store")])
            return
        for visit in self._visits.end_all(claims.get("sub"), claims.get("sid")):
            await asyncio.to_thread(
                audit.record, self._settings, "session.end", audit.DONE, visit.person, by="provider"
            )
        await _answer(scope, send, 200, b"", [(b"cache-control", b"no-store")])

    def _secured(self, scope: Scope, send: Send) -> Send:
        """Every cookie that leaves is for this site alone, and over HTTPS only where that is how browsers come."""
        is_secure = self._sign_in.is_secure or scope["scheme"] in ("https", "wss")

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(n, safe_cookie(v, is_secure) if n == b"set-cookie" else v) for n, v in message["headers"]]
                message = {**message, "headers": headers}
            await send(message)

        return sent


def _winds(path: str) -> bool:
    """Whether a path may lead elsewhere than it begins."""
    return ".." in path or "//" in path or "\\" in path or "\0" in path


def safe_cookie(cookie: bytes, is_secure: bool) -> bytes:
    """A cookie for this site alone, and over HTTPS only where that is how browsers come."""
    lowered = cookie.lower()
    if is_secure and b"; secure" not in lowered:
        cookie += b"; Secure"
    if b"; samesite" not in lowered:
        cookie += b"; SameSite=Lax"
    return cookie


def _signed(given: "SimpleCookie", name: str) -> dict[str, Any] | None:
    """What one of Streamlit's signed cookies says, in however many parts it came."""

    def single(part: str) -> bytes | None:
        if part not in given:
            return None
        return decode_signed_value(get_cookie_secret(), part, given[part].value.encode("latin-1"))

    found = get_cookie_with_chunks(single, name)
    try:
        content = json.loads(found) if found else None
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _with_visit(headers: Iterable[tuple[bytes, bytes]], visit: Visit) -> list[tuple[bytes, bytes]]:
    """The headers with this session's cookie, however the person came: pages are told whose they are by it."""
    others = [(name, value) for name, value in headers if name != b"cookie"]
    cookies = {**visits.cookies_in(headers), visits.COOKIE: visit.id}
    return [*others, (b"cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()).encode("latin-1"))]


def _wants_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _next_of(scope: Scope) -> str:
    return _local(_one_of(scope, "next"))


def _one_of(scope: Scope, name: str) -> str:
    return str(parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])[0])


def _local(where: str) -> str:
    """An address of this site, else its first page: nobody is sent elsewhere from here."""
    plain = unquote(where) if where.startswith("%2F") else where
    parts = urlsplit(plain)
    is_here = plain.startswith("/") and not plain.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    is_plain = not any(ord(sign) < 33 or sign == "\\" for sign in plain)
    is_page = not plain.startswith(("/access/", "/auth/", _CALLBACK))
    return quote(plain, safe="/?&=%+,:;@-._~") if is_here and is_plain and is_page else "/"


_STYLE = (
    "body{font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;max-width:32rem;margin:18vh auto;padding:0 1.5rem}"
    "a{display:inline-block;padding:.6rem 1.4rem;border-radius:.4rem;background:#b3261e;color:#fff;text-decoration:none}"
    "@media(prefers-color-scheme:dark){body{background:#14161a;color:#e8e8e8}}"
)
_FAILED = {
    "away": "<p role='alert'>身份提供方没有应答，现在登录不了。请过几分钟再试，还不行就告诉管理员。The provider does not answer.</p>",
    "refused": "<p role='alert'>登录没有成功：身份提供方的答复没有通过核对。请再登录一次，还不行就告诉管理员。Signing in failed.</p>",
}
_WAY_IN = (
    '<h1>工会项目看板</h1>{why}<p>请先登录。Please sign in.</p><p><a id="sign-in" href="{where}">登录 · Sign in</a></p>'
)
_NO_ROLE = (
    "<h1>没有权限</h1><p>账号 {subject} 已登录，但没有任何角色，什么也看不到。请联系管理员在角色对照文件里加上。</p>"
    f'<p><a href="{SIGN_OUT}">换一个账号 · Sign out</a></p>'
)
_NOT_SIGNED_IN = "<h1>没有登录</h1><p>请从本单位的入口登录后再打开。Not signed in.</p>"


def _page(body: str) -> bytes:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>工会项目看板</title>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>'.encode()


async def _answer(
    scope: Scope, send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    policy = (
        b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
    )
    told = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", policy),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
