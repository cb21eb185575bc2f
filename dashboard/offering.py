"""What the writer's server offers to replicas: its release and what goes with it, and a door for the files that readers hand in there.

Off unless a token file is named (UNIONBOARD_OFFER_TOKEN_FILE). Files come from a closed list of names (warehouse.replicas.offered); what is
handed on is one of four commands with files of its own, never a command line.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from warehouse.replicas import handed_on, offered, secret
from warehouse.replicas.handed_on import HandedOnError
from warehouse.replicas.secret import SecretError
from warehouse.replicas.sources import OFFER
from warehouse.settings import Settings

# Each judges, previews or publishes; more at once would only take each other's processor.
JOBS_AT_ONCE = 2
# A crowd of replicas asks every second; none of them needs to know sooner.
SAME_SECONDS = 0.3

_NO_STORE = {"cache-control": "no-store"}
_log = logging.getLogger(__name__)


def routes(settings: Settings) -> list[Route]:
    """The addresses that replicas ask; none unless a token file is named."""
    token_file = secret.from_environment(secret.OFFER_TOKEN_FILE)
    if token_file is None:
        return []
    places = asyncio.Semaphore(JOBS_AT_ONCE)

    latest = _Latest(settings)

    async def state(request: Request) -> Response:
        digest, content = await latest.said()
        if request.query_params.get("known") == digest:
            return Response(status_code=204, headers=_NO_STORE)
        return Response(content, media_type="application/json", headers=_NO_STORE)

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if not offered.is_offered(name):
            return _problem(404, "没有这个文件")
        path = offered.path_of(settings, name)
        if path.is_symlink() or not path.is_file():
            return _problem(404, "没有这个文件")
        return FileResponse(path, media_type="application/octet-stream", headers=_NO_STORE)

    async def job(request: Request) -> Response:
        room = handed_on.Room(settings)
        try:
            await _received(request, room)
        except HandedOnError as error:
            await asyncio.to_thread(room.leave)
            return _problem(400, str(error))
        except OSError as error:
            await asyncio.to_thread(room.leave)
            return _problem(507, f"发布主机放不下这些文件（{error.strerror or error}），请稍后再试")
        except BaseException:
            room.leave()
            raise
        return StreamingResponse(_lines(room, places), media_type="application/x-ndjson", headers=_NO_STORE)

    def guarded(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            kind, _, given = request.headers.get("authorization", "").partition(" ")
            try:
                is_known = secret.is_one_of(given.strip(), secret.tokens(token_file)) and kind.lower() == "bearer"
            except SecretError as error:
                _log.error("offer has no token", extra={"problem": str(error)})
                return _problem(503, "发布主机的令牌文件用不了，请看它的日志")
            if not is_known:
                return _problem(401, "令牌不对")
            return await answer(request)

        return checked

    return [
        Route(OFFER, guarded(state), methods=["GET"]),
        Route(f"{OFFER}/jobs", guarded(job), methods=["POST"]),
        Route(f"{OFFER}/{{name:path}}", guarded(file), methods=["GET"]),
    ]


class _Latest:
    """What this home offers, looked at once for all replicas that ask in the same moment."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._at = -SAME_SECONDS
        self._said = ("", b"")

    async def said(self) -> tuple[str, bytes]:
        """Its digest, and itself as it is sent."""
        async with self._lock:
            if time.monotonic() - self._at >= SAME_SECONDS:
                self._said = await asyncio.to_thread(self._look)
                self._at = time.monotonic()
            return self._said

    def _look(self) -> tuple[str, bytes]:
        found = offered.of(self._settings)
        return found.digest, json.dumps(found.as_json(), ensure_ascii=False).encode()


async def _received(request: Request, room: handed_on.Room) -> None:
    """The files of a request into their room, as they come."""
    try:
        async for piece in request.stream():
            if piece:
                await asyncio.to_thread(room.take, piece)
    except ClientDisconnect:
        raise HandedOnError("传到一半断了") from None
    await asyncio.to_thread(room.begin)


async def _lines(room: handed_on.Room, places: asyncio.Semaphore) -> AsyncIterator[bytes]:
    """One JSON object a line: what the command is doing, a sign of life now and then, and in the end what came of it."""
    running: asyncio.Task[dict[str, Any]] | None = None
    try:
        while running is None:
            try:
                await asyncio.wait_for(places.acquire(), handed_on.BEAT_SECONDS)
            except TimeoutError:
                yield _line({"waits": True})
                continue
            # Publishing goes on when whoever handed the files in is gone; only then is the place free again.
            running = asyncio.create_task(asyncio.to_thread(room.run))
            running.add_done_callback(lambda _: places.release())
        told = 0
        while True:
            done, _ = await asyncio.wait({running}, timeout=handed_on.BEAT_SECONDS / 4)
            steps = room.steps[told:]
            told += len(steps)
            for step in steps:
                yield _line({"step": step})
            if done:
                yield _line(running.result())
                return
            if not steps:
                yield _line({"waits": True})
    finally:
        if running is None:
            room.leave()
        elif not running.done():
            room.end_looking()


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def _problem(status: int, sentence: str) -> Response:
    return JSONResponse({"problem": sentence}, status_code=status, headers=_NO_STORE)
