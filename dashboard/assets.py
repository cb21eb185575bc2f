"""Our own static files, each under an address that changes with its content, so that browsers may keep it for a year."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import compressed, theme
from dashboard.i18n import CHINESE, ENGLISH, LANGUAGES, built_in, t, using

FOLDER = Path(__file__).with_name("static")
ROUTE = "/unionboard/{name}"
KEPT = "public, immutable, max-age=31536000"
# The picture of a link that is sent to somebody.
PICTURE = "/unionboard/share.png"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
SCRIPTS = (
    *("words.js", "history.js", "tables.js", "pointing.js", "meeting.js", "share.js", "search.js"),
    *("installed.js", "editor.js"),
)
# Asked for by one address always, and for the pages of the whole server; it may ask this server and nobody else.
WORKER = "worker.js"
_WORKER_HEADERS = {
    "cache-control": "no-cache",
    "service-worker-allowed": "/",
    "content-security-policy": "default-src 'none'; connect-src 'self'",
}
_PICTURES = ("share.png", "icon-192.png", "icon-512.png", "icon-maskable.png")
_SHORT = {CHINESE: "zh", ENGLISH: "en"}


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
    away = {}
    for spoken in LANGUAGES:
        with using(spoken):
            away[_SHORT[spoken]] = t("away", time="{time}")
    told = {
        "words.js": dictionary,
        "installed.js": f"window.ubAway = {json.dumps(away, ensure_ascii=False)};\n",
        WORKER: f"const offline = {json.dumps({_SHORT[one]: _offline(one) for one in LANGUAGES}, ensure_ascii=False)};\n",
    }
    for name in (*SCRIPTS, WORKER):
        texts[name] = told.get(name, "") + (FOLDER / name).read_text(encoding="utf-8")
    found = {name: _asset(name, text.encode("utf-8")) for name, text in texts.items()}
    pictures = {name: _asset(name, (FOLDER / name).read_bytes()) for name in _PICTURES}
    return {**found, **pictures, **{manifest_of(spoken): _manifest(spoken, pictures) for spoken in LANGUAGES}}


def manifest_of(spoken: str) -> str:
    """The name of the file that says how the dashboard is installed as an app, in a language."""
    return f"app-{_SHORT[spoken]}.webmanifest"


def _manifest(spoken: str, pictures: Mapping[str, Asset]) -> Asset:
    def icon(name: str, size: int, purpose: str) -> dict[str, str]:
        source = f"/unionboard/{name}?{pictures[name].mark}"
        return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    with using(spoken):
        told = {
            "id": "/",
            "name": t("product"),
            "short_name": t("product_short"),
            "description": t("share_card"),
            "lang": "en" if spoken == ENGLISH else "zh-CN",
            "start_url": "/?lang=EN" if spoken == ENGLISH else "/",
            "scope": "/",
            "display": "standalone",
            "background_color": theme.LIGHT["paper"],
            "theme_color": theme.LIGHT["paper"],
            "icons": [
                icon("icon-192.png", 192, "any"),
                icon("icon-512.png", 512, "any"),
                icon("icon-maskable.png", 512, "maskable"),
            ],
        }
    name = manifest_of(spoken)
    return _asset(name, json.dumps(told, ensure_ascii=False).encode("utf-8"))


def _offline(spoken: str) -> str:
    """The page that stands in where the server cannot be reached: it holds no number, because none is kept."""
    with using(spoken):
        title, words, again = (escape(t(key)) for key in ("product", "away_page", "away_again"))
    colours = "".join(
        f"--{name}:light-dark({theme.LIGHT[name]},{theme.DARK[name]});" for name in ("paper", "ink", "second")
    )
    return (
        f'<!doctype html><html lang="{_SHORT[spoken]}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>:root{{color-scheme:light dark;{colours}}}body{{margin:18vh auto;max-width:32em;padding:0 20px;"
        f"font:16px/1.7 {theme.FONT};background:var(--paper);color:var(--ink)}}a{{color:inherit}}</style>"
        f'<h1>{title}</h1><p>{words}</p><p><a href="">{again}</a></p></html>'
    )


def _asset(name: str, content: bytes) -> Asset:
    kind = _KINDS[Path(name).suffix]
    mark = hashlib.sha256(content).hexdigest()[:12]
    encoded = {"br": brotli.compress(content, quality=9), "gzip": gzip.compress(content, compresslevel=9, mtime=0)}
    return Asset(content, encoded, kind, mark)


async def _answer(request: Request) -> Response:
    found = everything().get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("404", status_code=404)
    own = _WORKER_HEADERS if request.path_params["name"] == WORKER else {}
    headers = {"cache-control": KEPT, "vary": "Accept-Encoding", **own}
    encoding = compressed.best_of(request.headers.get("accept-encoding", ""))
    if encoding is not None:
        return Response(
            found.encoded[encoding], media_type=found.kind, headers={**headers, "content-encoding": encoding}
        )
    return Response(found.content, media_type=found.kind, headers=headers)
