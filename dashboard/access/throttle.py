"""Who asks too much is told to wait: requests, uploads and open pages by address and, where people sign in, by person."""

import asyncio
import contextlib
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator

import streamlit as st
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import hosts
from dashboard.access import visits
from warehouse.access import audit, people, rates, scopes
from warehouse.access.rates import Limit, Rate
from warehouse.interface.describe import TITLES
from warehouse.settings import Settings

_UPLOAD = "/_stcore/upload_file/"
_PROBLEM = "application/problem+json"
# A page that clicks faster than is allowed is answered later, not turned away.
_LONGEST_DELAY = 5.0
_sql = Rate(rates.SQL)


def address_of(scope: Scope) -> str | None:
    """The address that asks: behind a trusted proxy the one that the proxy names."""
    client = scope.get("client")
    return client[0] if client else None


def person_of(scope: Scope) -> str | None:
    """The account that is signed in."""
    visit = visits.of_headers(scope["headers"])
    return visit.person.subject if visit is not None else None


class Throttle:
    """Holds whoever `key_of` names to the limits; `limit` is that of requests, `is_all` says whether to the others too."""

    def __init__(
        self, app: ASGIApp, settings: Settings, key_of: Callable[[Scope], str | None], limit: Limit, is_all: bool
    ) -> None:
        self.app = app
        self._settings, self._key_of, self._is_all = settings, key_of, is_all
        self._requests, self._uploads = Rate(limit), Rate(rates.UPLOADS)
        self._pages: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is not too much."""
        key = self._key_of(scope) if scope["type"] in ("http", "websocket") else None
        if key is None:
            await self.app(scope, receive, send)
            return
        is_near = not scopes.is_enforced() and hosts.is_at_machine(scope)
        rate, wait = self._requests, self._requests.take(key, is_near)
        is_upload = self._is_all and scope["path"].startswith(_UPLOAD) and scope.get("method") == "PUT"
        if not wait and is_upload:
            rate, wait = self._uploads, self._uploads.take(key, is_near)
        if wait:
            await self._refuse(scope, send, key, rate, wait)
        elif is_upload:
            await self.app(scope, _in_time(receive), send)
        elif scope["type"] == "websocket" and self._is_all:
            await self._page(scope, receive, send, key, is_near)
        else:
            await self.app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send, key: str, is_near: bool) -> None:
        """One more open page, and what it asks on its way."""
        if self._pages[key] >= rates.PAGES.most(is_near):
            await _answer(scope, send, rates.PAGES, 30)
            return

        async def slowly() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and (wait := self._requests.take(key, is_near)):
                await asyncio.sleep(min(wait, _LONGEST_DELAY))
            return message

        with self._open(key):
            await self.app(scope, slowly, send)

    @contextlib.contextmanager
    def _open(self, key: str) -> Iterator[None]:
        self._pages[key] += 1
        try:
            yield
        finally:
            self._pages[key] -= 1
            if not self._pages[key]:
                del self._pages[key]

    async def _refuse(self, scope: Scope, send: Send, key: str, rate: Rate, wait: float) -> None:
        if rate.is_first_told(key):
            visit = visits.of_headers(scope["headers"])
            about = {"path": scope["path"], "problem": f"超过了{rate.limit.zh}", "address": address_of(scope)}
            person = visit.person if visit is not None else people.ANYBODY
            with contextlib.suppress(audit.AuditError):
                await asyncio.to_thread(audit.record, self._settings, "request.refused", audit.REFUSED, person, **about)
        await _answer(scope, send, rate.limit, math.ceil(wait))


def wait_for_sql() -> float:
    """Take one question for whoever looks at the page: 0 where that is allowed, else in how many seconds it will be."""
    visit = visits.of_page()
    if visit is not None:
        return _sql.take(f"person:{visit.person.subject}")
    # Streamlit knows no address of a reader at this machine.
    address = st.context.ip_address
    return _sql.take(f"address:{address}", is_at_machine=address is None and not scopes.is_enforced())


def _in_time(receive: Receive) -> Receive:
    """What comes, as long as an upload may take."""
    until = time.monotonic() + rates.UPLOAD_SECONDS.most()

    async def received() -> Message:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                return await receive()
        except TimeoutError:
            raise ClientDisconnect from None

    return received


async def _answer(scope: Scope, send: Send, limit: Limit, seconds: int) -> None:
    """429 in words: a document for programs, text for everybody else."""
    zh = f"超过了{limit.zh}，请等 {seconds} 秒再试。管理员可以用 {limit.variable} 调整。"
    kind, text = "text/plain; charset=utf-8", f"{zh}\nToo many requests; try again in {seconds} s.\n"
    if scope["path"].startswith("/api/"):
        told = {"type": "urn:unionboard:problem:too-many-requests", "title": TITLES[429], "status": 429, "detail": zh}
        kind, text = _PROBLEM, json.dumps({**told, "problem": zh}, ensure_ascii=False)
    await hosts.refuse(scope, send, 429, text, kind, ((b"retry-after", str(seconds).encode()),))
