"""What a dataset holds, in words and for programs: the data dictionary, the Frictionless package and the page to read first."""

from collections.abc import Sequence
from typing import Any

from warehouse.answers import columns as kinds
from warehouse.answers.columns import Column
from warehouse.answers.source import Source
from warehouse.exporting import tabular
from warehouse.exporting.tables import Table

_TYPES = {
    kinds.TEXT: "string",
    kinds.NUMBER: "number",
    kinds.WHOLE: "integer",
    kinds.FLAG: "boolean",
    kinds.DAY: "date",
    kinds.MOMENT: "string",
    kinds.LIST: "string",
}
_DICTIONARY = (
    Column("table", kinds.TEXT, "表"),
    Column("column", kinds.TEXT, "列"),
    Column("type", kinds.TEXT, "类型"),
    Column("is_key", kinds.FLAG, "是否主键的一部分"),
    Column("description", kinds.TEXT, "意思"),
)
_LINKS = {
    "kpi_values": (
        ("kpi", "kpis", "kpi"),
        ("programme", "programmes", "programme"),
        ("region", "regions", "region_code"),
    ),
    "kpis": (("programme", "programmes", "programme"),),
    "published_figures": (("programme", "programmes", "programme"),),
    "reporting": (("programme", "programmes", "programme"),),
}


def links(table: str) -> tuple[tuple[str, str, str], ...]:
    """Which of a table's columns names a row of which other table."""
    return _LINKS.get(table, ())


def as_csv(tables: Sequence[Table]) -> bytes:
    """One row per column of the dataset."""
    rows = [
        {
            "table": table.name,
            "column": column.name,
            "type": _TYPES[column.kind],
            "is_key": column.is_key,
            "description": column.about,
        }
        for table in tables
        for column in table.columns
    ]
    return tabular.as_csv(_DICTIONARY, rows)


def package(source: Source, tables: Sequence[Table], form: str) -> dict[str, Any]:
    """The description that Frictionless reads (Data Package 1)."""
    return {
        "profile": "tabular-data-package" if form == "csv" else "data-package",
        "name": "unionboard",
        "title": "工会项目看板",
        "version": source.release.id,
        "created": source.release.created_at.isoformat(),
        "description": f"版本 {source.release.id}，数据到 {source.data_to or '—'}。"
        "人数或件数少的单元没有数（is_hidden）；没有值是未报，不是0。",
        "resources": [_resource(table, form) for table in tables],
    }


def read_me(source: Source, tables: Sequence[Table], form: str) -> str:
    """What somebody reads who finds the folder."""
    listed = "\n".join(f"| `{table.name}` | {table.about} |" for table in tables)
    return f"""# 工会项目看板的数据集

版本 {source.release.id}（{source.release.created_at:%Y-%m-%d %H:%M} UTC），数据到 {source.data_to or "—"}，格式 {form}。

| 表 | 内容 |
|---|---|
{listed}

- 每个数都是这个版本发布的数，没有另算的；要合计请取上级地区或更长期间的行，不要自己相加
  （`kpis` 的 `is_additive_over_regions`、`is_additive_over_time`）。
- `origin` 三种：submitted 报送、published 公开发布、demonstration 演示，从不相加。
- `qualifier` 是 ≥、≤、≈ 时，引用要带上它。`is_hidden` 为真的不单列，没有数。没有值是未报，不是 0。
- `dictionary.csv` 是数据字典，`datapackage.json` 是给程序读的同样的话（Frictionless），`semantic/` 是指标登记
  （MetricFlow、Open Semantic Interchange）。
- CSV 里以 = + - @ 开头的文字前加了 '，以免表格软件当作公式。
"""


def _resource(table: Table, form: str) -> dict[str, Any]:
    keys = [column.name for column in table.columns if column.is_key]
    described: dict[str, Any] = {
        "name": table.name,
        "title": table.about,
        "path": f"{table.name}.{form}" if form != "duckdb" else "unionboard.duckdb",
        "format": form,
    }
    if form == "csv":
        described |= {
            "profile": "tabular-data-resource",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        }
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "foreignKeys": [
            {"fields": [column], "reference": {"resource": other, "fields": [theirs]}}
            for column, other, theirs in links(table.name)
        ],
    }
    # A key whose parts may be empty is none in the sense of the standard.
    if keys and not {"category"} & set(keys):
        schema["primaryKey"] = keys
    return {**described, "schema": schema}


def _field(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": _TYPES[column.kind], "description": column.about}
    if column.kind == kinds.FLAG:
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    return described
