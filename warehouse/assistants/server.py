"""What an assistant may ask, and in which words it is told how to pass the answers on."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from warehouse.answers import source as sources
from warehouse.answers.answer import Page
from warehouse.answers.asked import AskedError, check
from warehouse.answers.periods import shown_origin
from warehouse.answers.questions import put
from warehouse.answers.scope import EVERYTHING, Scope
from warehouse.answers.source import Source
from warehouse.assistants import asking
from warehouse.settings import Settings

INSTRUCTIONS = """\
工会项目看板的数。先用 find_kpis 找指标、find_regions 找地区代码，再用 kpi_values 取值。规则：
1. 只引用工具给出的值，不自己算：不相加、不平均、不推算。要合计，取上级地区或更长期间的值；能不能相加问 may_be_added。
2. 值要连同 qualifier（≥、≤、≈）、地区、期间、来源（origin）一起说；demonstration 是演示记录，published 是公开发布的数，三种来源不能相加。
3. is_hidden 是人数或件数少而不单列，不要猜；value 为空是未报，不是 0。
4. 同比环比只用 change_year、change_period；comparable 为假时说明 reason，不比较。
5. 每个答案都说明版本和数据到哪一天，并转述 caveats。
Numbers of trade-union programmes. Quote published values only, with sign, region, period and origin; never add, average or derive;
hidden is not zero, missing is not zero; repeat the caveats."""
MOST_ROWS = 200
_KPI_FIELDS = (
    "kpi", "programme", "label_zh", "label_en", "definition_zh", "definition_en", "trap_zh", "trap_en", "unit", "unit_zh", "direction",
    "basis", "grain", "is_ratio", "is_additive_over_regions", "is_additive_over_time", "has_targets",
)  # fmt: skip
_DEFINITION = (
    "kpi", "definition_zh", "trap_zh", "fact_model", "table_name", "definition_path", "numerator_sql", "denominator_sql", "row_filter_sql",
)  # fmt: skip

Programme = Annotated[str | None, Field(description="项目代码 programme code, as `programmes` lists it")]
Kpi = Annotated[str | None, Field(description="指标代码，可用逗号写几个 KPI code(s), e.g. dm_success_rate")]
Region = Annotated[str | None, Field(description="地区六位代码，000000 为全国 six-digit region code")]
Period = Annotated[str | None, Field(description="2024-05, 2024Q2, 2024 or all")]
Origin = Annotated[
    Literal["submitted", "demonstration", "published"] | None,
    Field(description="来源；不写为页面所示的 default: what pages show"),
]


def server(settings: Settings, scope: Scope = EVERYTHING, with_sql: bool = False) -> MCPServer:
    """The server over one installation; whoever asks sees what the scope allows, of the release that is current then.

    `with_sql` is for analysts: a tool for SELECTs of what 查询 may ask. Raises ValueError for a scope of some programmes, which has no
    views.
    """
    if with_sql and scope.programmes is not None:
        raise ValueError("SQL 不能只限于一个项目：请只用 --region 收窄")
    made = MCPServer("unionboard", title="工会项目看板", instructions=INSTRUCTIONS, log_level="WARNING")

    def now() -> Source:
        try:
            return sources.source(settings, scope=scope)
        except sources.NoReleaseError as error:
            raise ToolError(str(error)) from error

    @made.tool(structured_output=False)
    def find_kpis(
        text: Annotated[str | None, Field(description="名称或口径里的字 words of the name or definition")] = None,
        programme: Programme = None,
    ) -> str:
        """指标的口径、容易弄错的地方、单位、能否相加。Definitions of KPIs, their traps, and what may be added up."""
        return _told(now(), "kpis", {"q": text, "programme": programme}, only=_KPI_FIELDS)

    @made.tool(structured_output=False)
    def find_regions(
        name: Annotated[str | None, Field(description="地区名 part of a region's name")] = None,
        below: Annotated[str | None, Field(description="这个地区下一级的各地区 regions right below this code")] = None,
        level: Literal["nation", "province", "prefecture", "county"] | None = None,
    ) -> str:
        """按名称找地区代码。Region codes by name."""
        return _told(now(), "regions", {"q": name, "below": below, "level": level})

    @made.tool(structured_output=False)
    def kpi_values(
        kpi: Kpi = None,
        programme: Programme = None,
        region: Region = None,
        below: Annotated[
            str | None, Field(description="这个地区下一级的各地区 all regions right below this code")
        ] = None,
        level: Literal["nation", "province", "prefecture", "county"] | None = None,
        period: Period = None,
        grain: Literal["month", "quarter", "year", "all"] | None = None,
        status: Literal["met", "on_track", "behind", "no_target", "no_data"] | None = None,
        origin: Origin = None,
        categories: Annotated[bool, Field(description="连同分类的值 with values by category")] = False,
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> str:
        """指标值，带约数符号、覆盖、目标、状态、同比环比和须转述的说明。Published KPI values with all that belongs to them."""
        source = now()
        given = {
            "kpi": kpi, "programme": programme, "region": region, "below": below, "level": level, "period": period, "grain": grain,
            "status": status, "origin": origin or _shown(source, kpi, programme), "categories": "true" if categories else None,
        }  # fmt: skip
        if not (kpi or programme):
            raise ToolError("请写 kpi 或 programme：一次只问一个指标或一个项目。Name a KPI or a programme.")
        return _told(source, "values", given, offset, frozenset({"change_year", "change_period", "forecast"}))

    @made.tool(structured_output=False)
    def published_figures(programme: Programme = None, kpi: Kpi = None, region: Region = None) -> str:
        """公开发布的数，带出处标题和日期；只可并列，不可相加。Figures printed in public sources; never to be added."""
        return _told(now(), "figures", {"programme": programme, "kpi": kpi, "region": region})

    @made.tool(structured_output=False)
    def who_has_not_reported(
        programme: Programme = None, region: Region = None, period: Period = None, origin: Origin = None
    ) -> str:
        """谁还没报：已过应报日期仍未收到的。What is due and has not come, longest overdue first."""
        given = {"programme": programme, "region": region, "period": period, "origin": origin}
        return _told(now(), "not-reported", given)

    @made.tool(structured_output=False)
    def where_from(
        kpi: Annotated[str, Field(description="指标代码 KPI code")],
        region: Annotated[str, Field(description="地区六位代码 region code")],
        period: Annotated[str, Field(description="2024-05, 2024Q2, 2024 or all")],
        origin: Origin = None,
    ) -> str:
        """一个数从哪里来：定义所在的文件、算式，报送过的文件。Where a number comes from: definition, expression and files."""
        source = now()
        found = json.loads(_told(source, "sources", {"kpi": kpi, "region": region, "period": period, "origin": origin}))
        defined = source.kpis[kpi]
        return _json({"definition": {name: defined[name] for name in _DEFINITION}, **found})

    @made.tool(structured_output=False)
    def what_changed(
        since: Annotated[str | None, Field(description="较早的版本号；不写为上一个 earlier release id")] = None,
        programme: Programme = None,
        kpi: Kpi = None,
        region: Region = None,
    ) -> str:
        """这个版本与较早版本相比变了哪些值、来去了哪些文件。What differs from an earlier release."""
        return _told(now(), "changes", {"since": since, "programme": programme, "kpi": kpi, "region": region})

    @made.tool(structured_output=False)
    def receipts(
        programme: Programme = None, status: Literal["accepted", "warned", "refused", "waiting"] | None = None
    ) -> str:
        """文件回执：结果和原因。What became of files, and why."""
        return _told(now(), "receipts", {"programme": programme, "status": status})

    @made.tool(structured_output=False)
    def may_be_added(
        kpi: Annotated[str, Field(description="指标代码 KPI code")],
        over: Annotated[Literal["regions", "periods", "origins"], Field(description="想在什么上相加 what to add over")],
    ) -> str:
        """能不能把几个值相加；不能时说明该取哪个值。Whether values may be added up; if not, which value to take instead."""
        source = now()
        try:
            check("kpi", [kpi], source.kpis)
        except AskedError as error:
            raise ToolError(str(error)) from error
        return _json(_allowed(source.kpis[kpi], over))

    if with_sql:

        @made.tool(structured_output=False)
        def run_sql(
            sql: Annotated[str, Field(description="一条 SELECT，DuckDB 的写法 one SELECT in DuckDB's SQL")],
        ) -> str:
            """一条只读查询，只在前面的工具答不了时用；只有范围内的行，少的数不在里面。One SELECT, for what no other tool answers."""
            return _json(asking.ask(settings, now(), sql))

    @made.resource("unionboard://glossary", title="指标口径", mime_type="application/json")
    def glossary() -> str:
        """Every KPI with its definition and its traps."""
        return _told(now(), "kpis", {}, only=_KPI_FIELDS, most=None)

    @made.resource("unionboard://programmes", title="项目", mime_type="application/json")
    def programmes() -> str:
        """The programmes and the question each answers."""
        return _told(now(), "programmes", {})

    @made.resource("unionboard://release", title="当前版本", mime_type="application/json")
    def release() -> str:
        """The release that answers, how far its data reach, and the releases before it."""
        return _told(now(), "releases", {})

    return made


def _told(
    source: Source,
    question: str,
    given: Mapping[str, str | None],
    offset: int = 0,
    extra: frozenset[str] = frozenset(),
    only: tuple[str, ...] | None = None,
    most: int | None = MOST_ROWS,
) -> str:
    """An answer with everything that belongs to it. Raises ToolError, whose sentence says what would do."""
    try:
        answer = put(
            source, question, {name: [text] for name, text in given.items() if text}, Page(most, offset), extra
        )
    except AskedError as error:
        raise ToolError(str(error)) from error
    end = offset + len(answer.rows)
    rows = answer.rows if only is None else [{name: row[name] for name in only} for row in answer.rows]
    document: dict[str, Any] = {
        "release": source.release.id,
        "data_to": source.data_to,
        "total": answer.total,
        "rows": len(rows),
        "next_offset": end if end < answer.total else None,
        "caveats": [{"code": one.code, "zh": one.zh, "en": one.en} for one in answer.caveats],
        "data": rows,
    }
    return _json(document)


def _shown(source: Source, kpi: str | None, programme: str | None) -> str | None:
    """The origin that pages show, where the question is about one programme."""
    codes = {source.kpis[code]["programme"] for code in (kpi or "").split(",") if code in source.kpis}
    codes |= {programme} if programme else set()
    return shown_origin(source, codes.pop()) if len(codes) == 1 else None


def _allowed(kpi: dict[str, Any], over: str) -> dict[str, Any]:
    if over == "origins":
        said = (
            "不能：报送、公开发布和演示三种来源从不相加。",
            "No: submitted, published and demonstration are never added.",
        )
        return {"kpi": kpi["kpi"], "over": over, "allowed": False, "zh": said[0], "en": said[1]}
    is_regions = over == "regions"
    is_allowed = bool(kpi["is_additive_over_regions" if is_regions else "is_additive_over_time"])
    instead = ("上级地区", "the region above") if is_regions else ("更长期间", "the longer period")
    if is_allowed:
        zh = f"可以，但请直接取{instead[0]}的值：它已去重、不漏未报。"
        en = f"It may, but take the value of {instead[1]}: it counts each record once."
    else:
        zh = f"不能：{kpi['label_zh']}不能这样相加或平均，请取{instead[0]}的值。"
        en = f"No: {kpi['label_en']} may not be added or averaged; take the value of {instead[1]}."
    return {"kpi": kpi["kpi"], "over": over, "allowed": is_allowed, "zh": zh, "en": en}


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)
