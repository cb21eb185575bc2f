"""The address of a briefing: made for whoever asks, within what they may see, a few at a time."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warehouse.access import people, scopes
from warehouse.access.audit import AuditError
from warehouse.answers import source as sources
from warehouse.answers.asked import AskedError
from warehouse.answers.scope import Scope
from warehouse.briefing import make
from warehouse.briefing.content import NATION, Selection
from warehouse.briefing.typeset import TypesetError
from warehouse.settings import Settings

PATH = "/brief"
# Each takes a second or two of a processor; more at once would only wait for each other.
AT_ONCE = 2
WAITING_MOST = 20
_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_log = logging.getLogger(__name__)


def route(settings: Settings) -> Route:
    """GET /brief?region=…&period=…&programme=…&release=…&format=pdf&comments=1."""
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="prints")
    waiting = 0

    async def page(request: Request) -> Response:
        nonlocal waiting
        # A page elsewhere must not have briefings made by showing a picture.
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _said("请从看板的页面打开简报。", 403)
        if waiting >= WAITING_MOST:
            return _said("正在做的简报太多，请过一会儿再试。", 503)
        allowed = scopes.current()
        if not allowed.allows(scopes.EXPORT):
            return _said("您的账号没有导出的权限。", 403)
        person, asked = people.acting(), dict(request.query_params)
        waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, _made, settings, allowed, person, asked)
        finally:
            waiting -= 1

    return Route(PATH, page, methods=["GET"])


def _made(settings: Settings, allowed: scopes.Scope, person: people.Person, asked: dict[str, str]) -> Response:
    scope = Scope(regions=None if allowed.regions is None else frozenset(allowed.regions))
    form = asked.get("format", "pdf")
    selection = Selection(asked.get("region") or NATION, asked.get("period") or None, asked.get("programme") or None)
    try:
        with people.as_person(person):
            source = sources.source(settings, asked.get("release") or None, scope)
            composed, content = make.brief(
                settings,
                source,
                selection,
                form,
                reader=person.name or None,
                with_comments=asked.get("comments") == "1",
            )
    except (AskedError, make.BriefError, sources.NoReleaseError) as error:
        return _said(str(error), 404)
    except (TypesetError, AuditError, OSError) as error:
        _log.error("a briefing cannot be made", extra={"problem": str(error)})
        return _said("简报没有做成，请管理员看日志。", 503)
    name = quote(f"{composed.title.replace(' · ', '_')}_简报.{form}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=_KINDS[form])


def _said(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, {"cache-control": "no-store"}, media_type="text/plain")
