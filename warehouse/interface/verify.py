"""The page 核对: a code from a print leads to the page as it was, or says why not. No script, nothing from outside."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warehouse.briefing import codes, words
from warehouse.settings import Settings

PATH = "/verify"
_STYLE = """
body{font:18px/1.7 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:34rem;padding:2rem 1rem;color:#1f2328}
h1{font-size:1.5rem}input,button,a.go{font:inherit;padding:.5rem .8rem;border:1px solid #8c959f;border-radius:6px}
input{width:16rem;max-width:100%;letter-spacing:.08em;text-transform:uppercase;box-sizing:border-box}
button,a.go{background:#b3261e;color:#fff;border-color:#b3261e;text-decoration:none;display:inline-block;cursor:pointer}
.no{border-left:4px solid #b3261e;padding-left:.8rem}.yes{border-left:4px solid #1a7f37;padding-left:.8rem}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}input{background:#161b22;color:inherit}}
"""


def route(settings: Settings) -> Route:
    """The page; the code comes as ?code=…"""

    async def page(request: Request) -> Response:
        text = request.query_params.get("code", "").strip()[:60]
        body, status = await asyncio.to_thread(_told, settings, text)
        digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
        drawn = (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>核对简报</title><style>{_STYLE}</style></head><body><h1>核对简报</h1>"
            f'<form method="get" action="{PATH}"><label>简报上的核对码 <input name="code" value="{escape(text)}" maxlength="30" '
            f'autocomplete="off" required></label> <button>核对</button></form>{body}</body></html>'
        )
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        return Response(drawn, status, headers, media_type="text/html")

    return Route(PATH, page, methods=["GET"])


def _told(settings: Settings, text: str) -> tuple[str, int]:
    if not text:
        return "", 200
    try:
        found = codes.look_up(settings, text)
    except codes.CodeError as error:
        return f'<p class="no" role="alert">{escape(str(error))}</p>', 404
    facts = f"核对码 {found.code}，{words.period(found.period)}，地区 {found.region}，版本 {found.release}"
    if found.problem is not None:
        return f'<p class="no" role="alert">{escape(found.problem)}。</p><p>{escape(facts)}</p>', 410
    link = f'<a class="go" href="{escape(found.page)}">打开当时的页面</a>'
    return f'<p class="yes">是这里给出的，版本仍在。</p><p>{escape(facts)}</p><p>{link}</p>', 200
