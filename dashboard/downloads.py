"""A file that a page has made belongs to the visit it was made for: another browser that has its address gets nothing."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import streamlit as st
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.access import visits
from warehouse import settings as warehouse_settings
from warehouse.access import audit, people, scopes

COOKIE = "unionboard_visit"
_FOLDER = "/media/"
# Who may take files along: whoever may export, and offices their own fix-it workbooks.
_TAKING = (scopes.EXPORT, scopes.HAND_IN, scopes.PREVIEW, scopes.AUDIT, scopes.COUNTERSIGN)


class App(st.App):
    """Streamlit's application with files that have an owner."""

    def _create_runtime(self) -> Runtime:
        made = super()._create_runtime()
        # Streamlit offers no other place for a manager of one's own.
        made._media_file_mgr = _OwnedFiles(made.media_file_mgr._storage)
        return made


class _OwnedFiles(MediaFileManager):
    """Remembers by file which visits it was made for; equal contents share one file and may have several owners."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._visits: dict[str, set[str]] = {}

    def add(self, *arguments: Any, **named: Any) -> str:
        """As Streamlit does it; the file belongs to the visit whose script runs."""
        if MediaFileKind.DOWNLOADABLE in (*arguments, *named.values()):
            scopes.require(*_TAKING)
        address = super().add(*arguments, **named)
        context = get_script_run_ctx()
        self._note(address, context.session_id if context is not None else "")
        return address

    def execute_deferred(self, file_id: str) -> str:
        """As Streamlit does it; the file belongs to the visit whose page has the button."""
        entry = self._deferred_callables.get(file_id)
        visit = visits.of_session(entry["session_id"], is_active=True) if entry is not None else None
        # Made when it is asked for, outside of any page: for whoever has asked.
        with scopes.inside(visit.scope) if visit is not None else contextlib.nullcontext():
            scopes.require(*_TAKING)
            address = super().execute_deferred(file_id)
        self._note(address, entry["session_id"] if entry is not None else "")
        return address

    def is_of(self, file_id: str, visit: str) -> bool:
        """Whether the file was made for this visit."""
        with self._lock:
            return visit in self._visits.get(file_id, ())

    def _note(self, address: str, session_id: str) -> None:
        client = runtime.get_instance().get_client(session_id)
        cookies = client.client_context.cookies if client is not None and client.client_context else {}
        visit = _owner(cookies)
        if visit:
            with self._lock:
                self._visits.setdefault(_id_of(address), set()).add(visit)

    def _delete_file(self, file_id: str) -> None:
        super()._delete_file(file_id)
        self._visits.pop(file_id, None)


class OwnDownloads:
    """Gives every browser a visit, and files to the visit they were made for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on all but files of others."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = visit_of(scope["headers"])
        if scope["path"].startswith(_FOLDER) and not _is_own(scope["path"], visit):
            body = "没有这个文件，或者它不是为您这次访问做的。请回到页面上再下载一次。\n".encode()
            headers = [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
            ]
            await send({"type": "http.response.start", "status": 404, "headers": headers})
            await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
            return

        is_kept_back = False

        async def send_visit(message: Message) -> None:
            nonlocal is_kept_back
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if not await _is_noted(scope, message):
                    is_kept_back = True
                    message, headers = {**message, "status": 503}, [(b"content-length", b"0")]
                if visit is None and any(n == b"content-type" and v.startswith(b"text/html") for n, v in headers):
                    headers.append((b"set-cookie", _new_cookie(scope["scheme"]).encode()))
                if scope["path"].startswith(_FOLDER):
                    # Not to be kept by what stands between: the next one who asks is somebody else.
                    headers = [(n, v) for n, v in headers if n != b"cache-control"]
                    headers.append((b"cache-control", b"private, no-store"))
                message = {**message, "headers": headers}
            elif is_kept_back:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, send_visit)


async def _is_noted(scope: Scope, message: Message) -> bool:
    """Whether a file that somebody takes along is written down, or need not be."""
    told = next((value for name, value in message["headers"] if name == b"content-disposition"), b"")
    if not scope["path"].startswith(_FOLDER) or message["status"] >= 400 or not told.startswith(b"attachment"):
        return True
    encoded = told.rpartition(b"filename*=utf-8''")[2] or told.partition(b'filename="')[2].rstrip(b'"')
    file = unquote(encoded.decode("latin-1"))
    try:
        await asyncio.to_thread(audit.record, warehouse_settings.load(), "file.download", who=_person(scope), file=file)
    except audit.AuditError:
        return False
    return True


def _person(scope: Scope) -> people.Person:
    visit = visits.of_headers(scope["headers"])
    return visit.person if visit is not None else people.ANYBODY


def visit_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The visit that a request belongs to; None for one that has none yet."""
    for name, value in headers:
        if name == b"cookie" and (found := _owner(cookie_parser(value.decode("latin-1")))):
            return found
    return None


def _owner(cookies: Mapping[str, str]) -> str | None:
    """Whose a file is: the browser's, and where people sign in that of the one who is signed in there."""
    found = cookies.get(COOKIE, "")
    return f"{found} {cookies.get(visits.COOKIE, '')}" if len(found) >= 20 else None


def _is_own(path: str, visit: str | None) -> bool:
    files = runtime.get_instance().media_file_mgr if runtime.exists() else None
    return visit is not None and isinstance(files, _OwnedFiles) and files.is_of(_id_of(path), visit)


def _id_of(address: str) -> str:
    return PurePosixPath(address).name.partition(".")[0]


def _new_cookie(scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{secure}"
