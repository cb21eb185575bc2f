"""KPI values as they may be shown: those of a hidden cell come without what tells of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
from cachetools import LRUCache, cached

from warehouse.answers import asked as asking
from warehouse.answers import caveats
from warehouse.answers.answer import Answer, Page, Question, Row
from warehouse.answers.asked import Asked, Parameter
from warehouse.answers.columns import CHANGE, Column, names, of_model
from warehouse.answers.source import Source
from warehouse.releases import current_values

LEVELS = ("nation", "province", "prefecture", "county")
GRAINS = ("month", "quarter", "year", "all")
STATUSES = ("met", "on_track", "behind", "no_target", "no_data")

COLUMNS = of_model(
    "mart_kpi_values",
    "kpi:text programme:text region:text period:text origin:text category:text numerator:number denominator:number value:number"
    " value_upper:number qualifier:text unit:text target:number target_upper:number status:text rows:whole as_of:day"
    " is_backfilled:flag reported_units:whole due_units:whole is_hidden:flag hidden_reason:text"
    " provinces_reported:whole reported_from:text reported_to:text",
    keys="kpi region period origin category",
)
CHANGES = (
    Column("change_year", CHANGE, "同比：与上年同期比，不可比的说明原因"),
    Column("change_period", CHANGE, "环比：与上一期比，不可比的说明原因"),
)
# What tells whether, how much or when something was reported; of a hidden cell none of it leaves the release.
TELLING = (
    "numerator", "denominator", "value", "value_upper", "target", "target_upper", "rows", "as_of", "provinces_reported",
    "reported_units", "due_units", "reported_from", "reported_to",
)  # fmt: skip
_INSTEAD = {"qualifier": "''", "status": "'no_data'", "is_backfilled": "false"}
PARAMETERS = (
    Parameter("programme", "项目代码", "dispute_mediation", pattern=asking.CODE),
    Parameter("kpi", "指标代码", "dm_success_rate", pattern=asking.CODE),
    Parameter("region", "地区六位代码；000000 为全国", "410000", pattern=asking.REGION),
    Parameter("below", "这个地区下一级的各地区", "000000", is_several=False, pattern=asking.REGION),
    Parameter("level", "地区的级别", "province", choices=LEVELS),
    Parameter("period", "统计期：2024、2024Q2、2024-05 或 all", "2024-05", pattern=asking.PERIOD),
    Parameter("grain", "期间长短", "month", choices=GRAINS),
    Parameter("origin", "来源；不写则各来源都有，从不相加", "submitted", choices=current_values.ORIGINS),
    Parameter("status", "与目标相比", "behind", choices=STATUSES),
    Parameter("categories", "连同分类的值", "true", is_flag=True, is_several=False),
)


def ask(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The values selected, in the order of the registry; a KPI, region and period without a row is not among them.

    Raises AskedError for an unknown code.
    """
    columns = (*COLUMNS, *(column for column in CHANGES if column.name in extra))
    statement = _statement(source, asked)
    if statement is None:
        return Answer(columns, [], 0)
    with source.cursor() as cursor:
        limit = "" if page.limit is None else f" limit {int(page.limit)}"
        sql = f"select {statement.columns}, dim_kpi.grain {statement.selection} {statement.order}{limit} offset {int(page.offset)}"
        rows = current_values.rows_of(cursor.execute(sql, statement.parameters))
        total = page.offset + len(rows)
        if page.limit is not None and (len(rows) == page.limit or not rows):
            total = cursor.execute(f"select count(*) {statement.selection}", statement.parameters).fetchall()[0][0]
        if extra & set(names(CHANGES)):
            current_values.compare(cursor, rows, is_every_period=False, is_shown=True)
    for row in rows:
        _finish(row, columns)
    return Answer(columns, rows, total, caveats.of_values(source, rows))


def in_batches(source: Source, asked: Asked, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
    """The same values without comparisons, as Arrow batches: of a whole release there are a million."""
    statement = _statement(source, asked)
    if statement is None:
        return
    with source.cursor() as cursor:
        sql = f"select {statement.columns} {statement.selection} {statement.order}"
        yield from cursor.sql(sql, params=statement.parameters).to_arrow_reader(rows)


QUESTION = Question(
    "values",
    "指标值：按项目、指标、地区、统计期、来源筛选。值、约数符号、覆盖、目标、状态；不单列的没有数。",
    "KPI values by programme, KPI, region, period and origin, with sign, coverage, target and status; hidden ones have no number.",
    PARAMETERS,
    COLUMNS,
    ask,
    CHANGES,
)


@dataclass(frozen=True)
class _Statement:
    """The parts of the question in SQL, and what is bound in them."""

    columns: str
    selection: str
    order: str
    parameters: dict[str, Any]


def _statement(source: Source, asked: Asked) -> _Statement | None:
    """None where nothing can be found. Raises UnknownError for an unknown code."""
    programmes, conditions, parameters = _narrowed(source, asked)
    if not programmes:
        return None
    relation = _relation(source, programmes)
    parameters["order"] = list(programmes)
    return _Statement(
        ", ".join(f"{_shown(name)} as {name}" for name in names(COLUMNS)),
        f"from ({relation}) as found inner join dim_kpi on found.kpi = dim_kpi.kpi where {' and '.join(conditions)}",
        "order by list_position($order, dim_kpi.programme), dim_kpi.sort_order, found.region, found.period, found.origin, found.category",
        parameters,
    )


def _narrowed(source: Source, asked: Asked) -> tuple[tuple[str, ...], list[str], dict[str, Any]]:
    """The programmes concerned, and the conditions with what is bound in them."""
    kpis, regions = source.kpis, source.regions
    for name, known in (("programme", source.programmes), ("kpi", kpis), ("region", regions), ("below", regions)):
        asking.check(name, asked.several(name), known)
    programmes = tuple(
        code
        for code in source.programmes
        if (not asked.several("programme") or code in asked.several("programme"))
        and (not asked.several("kpi") or any(kpis[one]["programme"] == code for one in asked.several("kpi")))
    )
    # A hidden cell has a row of every KPI, so that none is told by its absence; which categories it has would tell who was there.
    conditions = ["(found.rows is not null or found.is_hidden)", "not (found.is_hidden and found.category is not null)"]
    parameters: dict[str, Any] = {}
    for name, column in (("kpi", "kpi"), ("period", "period"), ("grain", "period_grain"), ("origin", "origin")):
        if asked.several(name):
            conditions.append(f"list_contains(${name}, found.{column})")
            parameters[name] = list(asked.several(name))
    if asked.several("status"):
        conditions.append(f"list_contains($status, {_shown('status')})")
        parameters["status"] = list(asked.several("status"))
    if not asked.flag("categories"):
        conditions.append("(found.category is null or dim_kpi.is_category_only)")
    if (wanted := _regions(source, asked)) is not None:
        conditions.append("found.region in (select unnest($regions))")
        parameters["regions"] = wanted
    return programmes, conditions, parameters


def _regions(source: Source, asked: Asked) -> list[str] | None:
    """The regions wanted, None for all."""
    below = asked.one("below")
    if not asked.several("region") and below is None and not asked.several("level") and source.scope.regions is None:
        return None
    named = set(asked.several("region"))
    return [
        code
        for code, region in source.regions.items()
        if (not (named or below) or code in named or (below is not None and region["parent_code"] == below))
        and (not asked.several("level") or region["region_level"] in asked.several("level"))
    ]


def _relation(source: Source, programmes: tuple[str, ...]) -> str:
    """The values of some programmes: planning a question to the view of all of them takes ten times what answering does."""
    return _relation_in(source.release.path, source, programmes)


@cached(LRUCache(64), key=lambda path, _, programmes: (path, programmes), lock=Lock())
def _relation_in(_path: Path, source: Source, programmes: tuple[str, ...]) -> str:
    """Looked up once a release: what columns a table has, the engine tells slowly."""
    tables = [f"mart_{programme}_kpi_values" for programme in programmes]
    parts = [(name, "period_grain <> 'span'") for name in tables if source.has_relation(name)]
    if len(parts) < len(tables):
        parts = [("mart_kpi_values", "list_contains($order, programme)")]
    else:
        parts.append(("mart_published_kpi_values", "list_contains($order, programme)"))
    plain = ", ".join(
        ("kpi", "programme", "region", "period", "period_grain", "category", *current_values.KPI_COLUMNS[4:])
    )
    with source.cursor() as cursor:
        reason = _with_reason(cursor, parts[0][0])
        told = [(", ".join(current_values.later_columns(cursor, name)), name, condition) for name, condition in parts]
    return " union all ".join(
        f'select {plain}, {later}, {reason} as hidden_reason from "{name}" where {condition}'  # noqa: S608 - names of the release
        for later, name, condition in told
    )


def _with_reason(cursor: Any, relation: str) -> str:
    sql = "select count(*) from information_schema.columns where table_name = ? and column_name = 'hidden_reason'"
    return "hidden_reason" if cursor.execute(sql, [relation]).fetchall()[0][0] else "null::varchar"


def _shown(name: str) -> str:
    if name in TELLING:
        return f"case when not found.is_hidden then found.{name} end"
    if name in _INSTEAD:
        return f"case when found.is_hidden then {_INSTEAD[name]} else found.{name} end"
    return f"found.{name}"


def _finish(row: Row, columns: Sequence[Column]) -> None:
    del row["grain"]
    row["qualifier"] = row["qualifier"] or ""
    if row["as_of"] is not None:
        row["as_of"] = row["as_of"].isoformat()
    for column in columns:
        row.setdefault(column.name, None)
