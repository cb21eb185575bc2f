"""The description of the interface as one page for people: no script, nothing from outside."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:60rem;padding:1.5rem;color:#1f2328}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid #d0d7de;padding-top:1rem}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9em}pre{background:#f6f8fa;padding:.75rem;overflow:auto}
.box{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border:1px solid #d0d7de;padding:.25rem .6rem;text-align:left;vertical-align:top}
th{background:#f6f8fa;font-weight:600}summary{cursor:pointer;margin-top:.5rem}a{color:#0a58ca}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre,th{background:#161b22}
th,td,h2{border-color:#30363d}a{color:#6cb6ff}}
"""


def drawn(document: dict[str, Any]) -> tuple[str, str]:
    """The page, and the policy under which a browser shows it."""
    root = document["servers"][0]["url"]
    parts = [
        f"<h1>{escape(document['info']['title'])} {escape(root)}</h1>",
        f"<p>{escape(document['info']['description'])}</p>",
        f'<p><a href="{root}/openapi.json">openapi.json</a>（OpenAPI {document["openapi"]}）</p>',
        *(_question(root, path, document) for path in document["paths"]),
    ]
    digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    )
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(document['info']['title'])} API</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )
    return page, policy


def _question(root: str, path: str, document: dict[str, Any]) -> str:
    operation = document["paths"][path]["get"]
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['description'])}</td><td>{escape(_choices(one))}</td></tr>"
        for one in operation["parameters"]
    )
    schema = document["components"]["schemas"][operation["operationId"]]
    columns = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_type(column))}</td><td>{escape(column['description'])}</td></tr>"
        for name, column in schema["properties"].items()
    )
    return (
        f'<h2 id="{escape(path[1:])}">GET {escape(root + path)}</h2><p>{escape(operation["summary"])}<br>'
        f'<span lang="en">{escape(operation["description"])}</span></p>'
        f"<pre>curl '{escape(root + path)}?limit=10'</pre>"
        f'<div class="box"><table><thead><tr><th>参数</th><th>意思</th><th>取值</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f'<details><summary>答案的列</summary><div class="box"><table><thead><tr><th>列</th><th>类型</th><th>意思</th></tr></thead>'
        f"<tbody>{columns}</tbody></table></div></details>"
    )


def _choices(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    one = schema.get("items", schema)
    if "enum" in one and len(one["enum"]) <= 12:
        return " | ".join(one["enum"])
    if one.get("type") == "boolean":
        return "true | false"
    if one.get("type") == "integer":
        return f"{one['minimum']}–{one['maximum']}（{one['default']}）"
    return ""


def _type(column: dict[str, Any]) -> str:
    return " | ".join(kind for kind in column["type"] if kind != "null")
