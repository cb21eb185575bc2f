"""Our own static files, each under an address that changes with its content, so that browsers may keep it for a year."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import compressed, theme
from dashboard.i18n import built_in

FOLDER = Path(__file__).with_name("static")
ROUTE = "/unionboard/{name}"
KEPT = "public, immutable, max-age=31536000"
# The picture of a link that is sent to somebody.
PICTURE = "/unionboard/share.png"
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png"}
SCRIPTS = ("words.js", "history.js", "tables.js", "pointing.js", "meeting.js", "share.js", "search.js")


@dataclass(frozen=True)
class Asset:
    """A file as it goes over the wire."""

    content: bytes
    encoded: Mapping[str, bytes]
    kind: str
    mark: str


def links() -> str:
    """What a page's body begins with: the style sheet, before anything is drawn, and the scripts.

    In the body, because Streamlit adds its own styles to the head later, and of two equal rules the last one counts.
    """
    lines = [f'<link rel="stylesheet" href="{address("screen.css")}">']
    lines += [f'<script defer src="{address(name)}"></script>' for name in SCRIPTS]
    return "".join(lines)


def address(name: str) -> str:
    """The address of one file. KeyError when there is no such file."""
    return f"/unionboard/{name}?{everything()[name].mark}"


def route() -> Route:
    """Serves them; unknown names get 404."""
    return Route(ROUTE, _answer, methods=["GET", "HEAD"])


@cache
def everything() -> dict[str, Asset]:
    """By name."""
    words = {"words": built_in.WORDS, "patterns": built_in.PATTERNS}
    dictionary = f"window.ubWords = {json.dumps(words, ensure_ascii=False)};\n"
    texts = {"screen.css": theme.rules()}
    for name in SCRIPTS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        texts[name] = dictionary + text if name == "words.js" else text
    found = {name: _asset(name, text.encode("utf-8")) for name, text in texts.items()}
    picture = (FOLDER / "share.png").read_bytes()
    return {**found, "share.png": _asset("share.png", picture)}


def _asset(name: str, content: bytes) -> Asset:
    kind = _KINDS[Path(name).suffix]
    mark = hashlib.sha256(content).hexdigest()[:12]
    encoded = {"br": brotli.compress(content, quality=9), "gzip": gzip.compress(content, compresslevel=9, mtime=0)}
    return Asset(content, encoded, kind, mark)


async def _answer(request: Request) -> Response:
    found = everything().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("404", status_code=404)
    headers = {"cache-control": KEPT, "vary": "Accept-Encoding"}
    encoding = compressed.best_of(request.headers.get("accept-encoding", ""))
    if encoding is not None:
        return Response(
            found.encoded[encoding], media_type=found.kind, headers={**headers, "content-encoding": encoding}
        )
    return Response(found.content, media_type=found.kind, headers=headers)
