"""The description of the interface (OpenAPI 3.1), written from the questions themselves, so that it cannot say anything else."""

from typing import Any

from warehouse.answers import columns as kinds
from warehouse.answers.answer import Question
from warehouse.answers.asked import RELEASE, Parameter
from warehouse.answers.columns import Column
from warehouse.answers.questions import QUESTIONS

ROOT = "/api/v1"
VERSION = "1.0.0"
JSON, CSV, ARROW, PROBLEM = (
    "application/json",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/problem+json",
)
FORMATS = {"json": JSON, "csv": CSV, "arrow": ARROW}
DEFAULT_ROWS, MOST_ROWS = 1_000, 100_000
TITLES = {
    400: "参数写法不对",
    401: "要有令牌，或令牌无效",
    403: "没有这项权限",
    404: "没有这个代码、版本或地址",
    405: "接口只读",
    406: "没有这种格式",
    429: "请求太多",
    503: "现在答不了",
}
_TYPES: dict[str, dict[str, Any]] = {
    kinds.TEXT: {"type": ["string", "null"]},
    kinds.NUMBER: {"type": ["number", "null"]},
    kinds.WHOLE: {"type": ["integer", "null"]},
    kinds.FLAG: {"type": ["boolean", "null"]},
    kinds.DAY: {"type": ["string", "null"], "format": "date"},
    kinds.MOMENT: {"type": ["string", "null"]},
    kinds.LIST: {"type": ["array", "null"], "items": {}},
    **{
        kind: {"type": ["object", "null"], "properties": {name: {} for name, _ in parts}}
        for kind, parts in kinds.PARTS.items()
    },
}


def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "unionboard",
            "version": VERSION,
            "description": "工会项目看板的接口：与页面同一版本、同一口径、同样不显示少的数。所有接口只读。"
            "本机不用令牌；从别处来的请求带 Authorization: Bearer（unionboard token new）。"
            " CSV 里以 = + - @ 开头的文字前加 '，以免表格软件当作公式。",
        },
        "servers": [{"url": ROOT}],
        "paths": {f"/{question.name}": {"get": _operation(question)} for question in QUESTIONS.values()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{_schema_name(question): _row(question) for question in QUESTIONS.values()},
                "problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "parameter": {"type": "string"},
                    },
                },
                "caveat": {
                    "type": "object",
                    "required": ["code", "zh", "en"],
                    "properties": {name: {"type": "string"} for name in ("code", "zh", "en")},
                },
            },
        },
        "security": [{}, {"token": []}],
    }


def paging(question: Question) -> tuple[dict[str, Any], ...]:
    """What every question takes besides its own parameters."""
    names = [column.name for column in (*question.columns, *question.extra)]
    return (
        {
            "name": "fields",
            "in": "query",
            "description": "要哪些列，逗号分开"
            + (f"；{'、'.join(column.name for column in question.extra)} 只在写明时才有" if question.extra else ""),
            "style": "form",
            "explode": False,
            "schema": {"type": "array", "items": {"enum": names}, "minItems": 1, "uniqueItems": True},
        },
        {
            "name": "limit",
            "in": "query",
            "description": "最多多少行",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": DEFAULT_ROWS},
        },
        {
            "name": "offset",
            "in": "query",
            "description": "从第几行开始；版本不变，次序不变",
            "schema": {"type": "integer", "minimum": 0, "maximum": 100_000_000, "default": 0},
        },
        {
            "name": "format",
            "in": "query",
            "description": "格式；不写看 Accept",
            "schema": {"enum": list(FORMATS)},
        },
        {
            "name": "release",
            "in": "query",
            "description": "哪个版本；不写为当前版本",
            "schema": {"type": "string", "pattern": f"^{RELEASE}$"},
        },
    )


def _operation(question: Question) -> dict[str, Any]:
    row = {"$ref": f"#/components/schemas/{_schema_name(question)}"}
    body = {
        "type": "object",
        "required": ["release", "data_to", "total", "limit", "offset", "next", "caveats", "data"],
        "properties": {
            "release": {"type": "string", "description": "版本号"},
            "data_to": {"type": ["string", "null"], "description": "数据截至的日期"},
            "total": {"type": "integer", "description": "各页一共多少行"},
            "limit": {"type": "integer"},
            "offset": {"type": "integer"},
            "next": {"type": ["string", "null"], "description": "下一页的地址"},
            "caveats": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/caveat"},
                "description": "引用这些数时要说明的",
            },
            "data": {"type": "array", "items": row},
        },
    }
    headers = {
        "ETag": {"schema": {"type": "string"}, "description": "版本和问题的标记；用 If-None-Match 再问，没变就是 304"},
        "X-Unionboard-Release": {"schema": {"type": "string"}},
    }
    return {
        "operationId": _schema_name(question),
        "summary": question.about_zh,
        "description": question.about_en,
        "parameters": [*map(_parameter, question.parameters), *paging(question)],
        "responses": {
            "200": {
                "description": "答案",
                "headers": headers,
                "content": {
                    JSON: {"schema": body},
                    CSV: {"schema": {"type": "string"}},
                    ARROW: {"schema": {"type": "string", "format": "binary"}},
                },
            },
            "304": {"description": "与上次相同"},
            **{
                str(status): {
                    "description": said,
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}},
                }
                for status, said in TITLES.items()
            },
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "boolean"} if parameter.is_flag else {"type": "string"}
    if parameter.choices:
        one = {"enum": list(parameter.choices)}
    elif parameter.pattern:
        one["pattern"] = f"^(?:{parameter.pattern})$"
    elif not parameter.is_flag:
        one |= {"minLength": 1, "maxLength": 200}
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.about}，例如 {parameter.example}",
        "required": parameter.is_required,
        "schema": one,
    }
    if parameter.is_several:
        described |= {"style": "form", "explode": False, "schema": {"type": "array", "items": one, "minItems": 1}}
    return described


def _row(question: Question) -> dict[str, Any]:
    columns = (*question.columns, *question.extra)
    return {
        "type": "object",
        "properties": {column.name: _column(column) for column in columns},
        "additionalProperties": False,
    }


def _column(column: Column) -> dict[str, Any]:
    return {**_TYPES[column.kind], "description": column.about}


def _schema_name(question: Question) -> str:
    return question.name.replace("-", "_")
