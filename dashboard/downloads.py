"""A file that a page has made belongs to the visit it was made for: another browser that has its address gets nothing."""

import secrets
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import streamlit as st
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

COOKIE = "unionboard_visit"
_FOLDER = "/media/"


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
        address = super().add(*arguments, **named)
        context = get_script_run_ctx()
        self._note(address, context.session_id if context is not None else "")
        return address

    def execute_deferred(self, file_id: str) -> str:
        """As Streamlit does it; the file belongs to the visit whose page has the button."""
        entry = self._deferred_callables.get(file_id)
        address = super().execute_deferred(file_id)
        self._note(address, entry["session_id"] if entry is not None else "")
        return address

    def is_of(self, file_id: str, visit: str) -> bool:
        """Whether the file was made for this visit."""
        with self._lock:
            return visit in self._visits.get(file_id, ())

    def _note(self, address: str, session_id: str) -> None:
        client = runtime.get_instance().get_client(session_id)
        visit = client.client_context.cookies.get(COOKIE) if client is not None and client.client_context else None
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

        async def send_visit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if visit is None and any(n == b"content-type" and v.startswith(b"text/html") for n, v in headers):
                    headers.append((b"set-cookie", _new_cookie(scope["scheme"]).encode()))
                if scope["path"].startswith(_FOLDER):
                    # Not to be kept by what stands between: the next one who asks is somebody else.
                    headers = [(n, v) for n, v in headers if n != b"cache-control"]
                    headers.append((b"cache-control", b"private, no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_visit)


def visit_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The visit that a request belongs to; None for one that has none yet."""
    for name, value in headers:
        found = cookie_parser(value.decode("latin-1")).get(COOKIE, "") if name == b"cookie" else ""
        if len(found) >= 20:
            return found
    return None


def _is_own(path: str, visit: str | None) -> bool:
    files = runtime.get_instance().media_file_mgr if runtime.exists() else None
    return visit is not None and isinstance(files, _OwnedFiles) and files.is_of(_id_of(path), visit)


def _id_of(address: str) -> str:
    return PurePosixPath(address).name.partition(".")[0]


def _new_cookie(scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{secure}"
