"""The addresses below /api/v1: each question of `warehouse.answers` as JSON, CSV or Arrow, kept until the next release."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope as Asgi

from warehouse.answers import columns as kinds
from warehouse.answers import source as sources
from warehouse.answers.answer import Answer, Page, Question
from warehouse.answers.asked import AskedError, UnknownError, choose, nearest, read
from warehouse.answers.questions import QUESTIONS
from warehouse.answers.scope import EVERYTHING, Scope
from warehouse.exporting import tabular
from warehouse.interface import describe, page, tokens
from warehouse.interface.describe import DEFAULT_ROWS, FORMATS, MOST_ROWS, PROBLEM, ROOT
from warehouse.settings import Settings

# Questions run in threads of their own, so that however many are asked, pages are drawn.
AT_ONCE = 4
# What was answered is kept by release and question: so many bytes in all, and none larger than a part of it.
KEPT_BYTES = 64 * 2**20
KEPT_LARGEST = 4 * 2**20
_COMMON = ("fields", "limit", "offset", "format", "release")
# What does not stand in the release alone.
_OF_TODAY = ("receipts", "releases")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Made:
    """An answer as it is sent."""

    body: bytes
    headers: dict[str, str]


class _ProblemError(Exception):
    """What is wrong with a request: the HTTP status, a word for programs, a sentence, and the parameter it is about."""

    def __init__(self, status: int, code: str, sentence: str, parameter: str | None = None) -> None:
        super().__init__(sentence)
        self.status, self.code, self.parameter = status, code, parameter


def routes(settings: Settings, is_local: Callable[[Asgi], bool]) -> list[Route]:
    """The addresses; `is_local` says whether a request comes from the machine itself and needs no token."""
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="interface")
    kept = _Kept()

    async def answered(request: Request) -> Response:
        at_machine = is_local(request.scope)
        return await asyncio.get_running_loop().run_in_executor(threads, _respond, settings, kept, request, at_machine)

    async def described(_: Request) -> Response:
        return _as_json(describe.document(), headers={"cache-control": "no-cache"})

    async def documented(_: Request) -> Response:
        text, policy = page.drawn(describe.document())
        return Response(
            text, media_type="text/html", headers={"content-security-policy": policy, "cache-control": "no-cache"}
        )

    async def unknown(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            problem = _ProblemError(405, "read-only", "接口只读：请用 GET。")
            return _told(problem, {"allow": "GET, HEAD"})
        name = request.path_params.get("rest", "")
        names = "、".join(f"{ROOT}/{known}" for known in QUESTIONS)
        return _told(
            _ProblemError(404, "no-such-address", f"没有 {ROOT}/{name[:80]}{nearest(name, QUESTIONS)}。有：{names}。")
        )

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    return [
        *(Route(f"{ROOT}/{name}", answered, methods=["GET"], name=name) for name in QUESTIONS),
        Route(f"{ROOT}/openapi.json", described, methods=["GET"]),
        Route(f"{ROOT}/docs", documented, methods=["GET"]),
        Route(ROOT, unknown, methods=every),
        Route(f"{ROOT}/{{rest:path}}", unknown, methods=every),
    ]


def _respond(settings: Settings, kept: "_Kept", request: Request, at_machine: bool) -> Response:
    try:
        scope = _scope_of(settings, request, at_machine)
        question = QUESTIONS[request.url.path.rpartition("/")[2]]
        given: dict[str, list[str]] = {}
        for name, text in request.query_params.multi_items():
            given.setdefault(name, []).append(text)
        made = _made(settings, kept, question, given, request.headers.get("accept", ""), scope)
    except _ProblemError as problem:
        return _told(problem)
    except UnknownError as error:
        return _told(_ProblemError(404, "unknown-code", str(error), error.parameter))
    except AskedError as error:
        return _told(_ProblemError(400, "bad-parameter", str(error), error.parameter))
    except sources.NoReleaseError as error:
        status = 404 if "release" in request.query_params else 503
        return _told(_ProblemError(status, "no-release", str(error)))
    except tokens.TokenError as error:
        _log.error("tokens cannot be read", extra={"problem": str(error)})
        return _told(_ProblemError(503, "tokens-unreadable", "令牌文件读不了，请管理员看日志。"))
    if made.headers["etag"] in _tags(request.headers.get("if-none-match", "")):
        told = {
            name: value for name, value in made.headers.items() if name not in ("content-type", "content-disposition")
        }
        return Response(status_code=304, headers=told)
    return Response(made.body, headers=made.headers)


def _scope_of(settings: Settings, request: Request, at_machine: bool) -> Scope:
    """What the asker may be told. Who is not at the machine needs a token; one that is given counts wherever it comes from."""
    header = request.headers.get("authorization")
    if header is None:
        if at_machine:
            return EVERYTHING
        raise _ProblemError(
            401,
            "token-needed",
            "这个接口要令牌：请求头 Authorization: Bearer 令牌。管理员用 unionboard token new 发令牌。",
        )
    kind, _, text = header.partition(" ")
    token = tokens.bearer(settings, text.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise _ProblemError(401, "token-invalid", "令牌不对、已过期或已撤销。请向管理员要新的。")
    return token.scope


def _made(
    settings: Settings, kept: "_Kept", question: Question, given: dict[str, list[str]], accept: str, scope: Scope
) -> _Made:
    common = {name: given.pop(name) for name in _COMMON if name in given}
    known = [*(parameter.name for parameter in question.parameters), *_COMMON]
    for name in given:
        if name not in known:
            raise AskedError(name, f"没有参数 {name[:80]}{nearest(name, known)}。可用的参数：{'、'.join(known)}。")
    form = _format(common.get("format"), accept)
    page_ = Page(_whole(common, "limit", DEFAULT_ROWS, 1, MOST_ROWS), _whole(common, "offset", 0, 0, 100_000_000))
    fields = _fields(question, common.get("fields"))
    asked = read(question.parameters, given)
    release_id = _one(common, "release")
    source = sources.source(settings, release_id, scope)
    # The same words in another order are the same question.
    words = sorted((name, tuple(sorted(asked.several(name)))) for name in asked.words)
    said = (
        question.name,
        words,
        sorted(asked.flags.items()),
        fields,
        page_.limit,
        page_.offset,
        form,
        scope.key,
        describe.VERSION,
    )
    digest = sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    tag = f'"{source.release.id}-{digest}"'
    if question.name not in _OF_TODAY and (found := kept.get(tag)) is not None:
        return found
    answer = question.ask(source, asked, page_, frozenset(fields or ()))
    chosen = {column.name: column for column in answer.columns}
    columns = tuple(chosen[name] for name in fields) if fields else answer.columns
    narrowed = Answer(columns, answer.rows, answer.total, answer.caveats)
    following = _following(question, given, common, page_, answer)
    body = _written(narrowed, form, source, page_, following)
    if question.name in _OF_TODAY:
        tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {
        "content-type": FORMATS[form] + ("; charset=utf-8" if form == "csv" else ""),
        "etag": tag,
        "cache-control": "private, no-cache",
        "vary": "Accept, Authorization",
        "x-unionboard-release": source.release.id,
        "x-unionboard-total": str(answer.total),
        "x-unionboard-caveats": ",".join(caveat.code for caveat in answer.caveats),
    }
    if following:
        headers["link"] = f'<{following}>; rel="next"'
    if form != "json":
        headers["content-disposition"] = f'attachment; filename="{question.name}.{"csv" if form == "csv" else "arrow"}"'
    made = _Made(body, headers)
    kept.put(tag, made)
    return made


def _written(answer: Answer, form: str, source: sources.Source, page_: Page, following: str | None) -> bytes:
    if form == "csv":
        return tabular.as_csv(answer.columns, answer.rows)
    if form == "arrow":
        return tabular.as_arrow(answer.columns, answer.rows)
    names = kinds.names(answer.columns)
    document = {
        "release": source.release.id,
        "data_to": source.data_to,
        "total": answer.total,
        "limit": page_.limit,
        "offset": page_.offset,
        "next": following,
        "caveats": [{"code": one.code, "zh": one.zh, "en": one.en} for one in answer.caveats],
        "data": [{name: row[name] for name in names} for row in answer.rows],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _format(given: Sequence[str] | None, accept: str) -> str:
    """The format asked for by name, else the first of those that the asker takes."""
    if given:
        choose("format", given, FORMATS)
        return given[-1]
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    if not wanted:
        return "json"
    for one in wanted:
        if one in ("*/*", "application/*"):
            return "json"
        for name, kind in FORMATS.items():
            if one == kind or one == f"{kind.partition('/')[0]}/*":
                return name
    if any(one.startswith("text/html") for one in wanted):
        return "json"
    raise _ProblemError(406, "no-such-format", f"没有这种格式。可用：{'、'.join(FORMATS.values())}。")


def _fields(question: Question, given: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for text in given or () for part in text.split(",") if part.strip()))
    choose("fields", names, kinds.names((*question.columns, *question.extra)))
    return names


def _one(common: Mapping[str, Sequence[str]], name: str) -> str | None:
    given = common.get(name)
    if given is None:
        return None
    if len(given) != 1 or not given[0]:
        raise AskedError(name, f"参数 {name} 写一个值。")
    return given[0]


def _whole(common: Mapping[str, Sequence[str]], name: str, otherwise: int, least: int, most: int) -> int:
    text = _one(common, name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and least <= int(text) <= most):
        raise AskedError(name, f"参数 {name} 要写 {least} 到 {most} 的整数，现为“{text[:40]}”。")
    return int(text)


def _following(
    question: Question,
    given: Mapping[str, Sequence[str]],
    common: Mapping[str, Sequence[str]],
    page_: Page,
    answer: Answer,
) -> str | None:
    """The address of the next page, None behind the last."""
    end = page_.offset + len(answer.rows)
    if not answer.rows or end >= answer.total:
        return None
    query = [(name, text) for name, texts in (*given.items(), *common.items()) for text in texts if name != "offset"]
    return f"{ROOT}/{question.name}?{urlencode([*query, ('offset', str(end))])}"


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _told(problem: _ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    document = {
        "type": f"urn:unionboard:problem:{problem.code}",
        "title": describe.TITLES[problem.status],
        "status": problem.status,
        "detail": str(problem),
    }
    if problem.parameter is not None:
        document["parameter"] = problem.parameter
    given = {**(headers or {}), "cache-control": "no-store"}
    if problem.status == 401:
        given["www-authenticate"] = 'Bearer realm="unionboard"'
    return _as_json(document, problem.status, PROBLEM, given)


def _as_json(
    document: Any, status: int = 200, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, headers, media_type=kind)


class _Kept:
    """Answers as they were sent, by their tags: a release never changes."""

    def __init__(self) -> None:
        self._answers: LRUCache[str, _Made] = LRUCache(KEPT_BYTES, getsizeof=lambda made: len(made.body) + 1_000)
        self._lock = Lock()

    def get(self, tag: str) -> _Made | None:
        with self._lock:
            return self._answers.get(tag)

    def put(self, tag: str, made: _Made) -> None:
        if len(made.body) <= KEPT_LARGEST:
            with self._lock:
                self._answers[tag] = made
