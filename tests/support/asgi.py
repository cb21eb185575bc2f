"""Asks an ASGI application in this process, from whatever address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from tests.support.running import run


@dataclass(frozen=True)
class Told:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The document in the body."""
        return json.loads(self.body)


def ask(
    app: ASGIApp,
    path: str,
    query: Mapping[str, Any] | str = "",
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    client: str = "127.0.0.1",
) -> Told:
    """One request and its answer."""
    text = query if isinstance(query, str) else urlencode(query, doseq=True)
    given = {"host": "127.0.0.1:8501", **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": text.encode(), "root_path": "", "client": (client, 5000),
        "server": ("127.0.0.1", 8501), "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    run(app(scope, receive, send))  # type: ignore[arg-type]
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Told(sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:]))
