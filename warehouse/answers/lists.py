"""What a release consists of besides values: the definitions of KPIs, programmes, regions, published figures, releases."""

from collections.abc import Sequence

from warehouse.answers import asked as asking
from warehouse.answers.answer import Answer, Page, Question, Row, paged
from warehouse.answers.asked import Asked, Parameter
from warehouse.answers.caveats import PUBLISHED
from warehouse.answers.columns import FLAG, MOMENT, TEXT, WHOLE, Column, of_model
from warehouse.answers.source import Source
from warehouse.answers.values import LEVELS
from warehouse.intake.folder import set_aside
from warehouse.releases import release as releasing
from warehouse.releases import retention

PROGRAMME = Parameter("programme", "项目代码", "dispute_mediation", pattern=asking.CODE)
SEARCH = Parameter("q", "名称里含有的字", "调解", is_several=False)

KPI_COLUMNS = of_model(
    "dim_kpi",
    "kpi:text programme:text label_zh:text label_en:text definition_zh:text definition_en:text numerator_zh:text numerator_en:text"
    " denominator_zh:text denominator_en:text trap_zh:text trap_en:text unit:text unit_zh:text unit_en:text direction:text basis:text"
    " grain:text is_ratio:flag is_additive_over_regions:flag is_additive_over_time:flag is_ranked:flag is_headline:flag"
    " has_targets:flag small_count_limit:whole is_category_only:flag category_column:text fact_model:text table_name:text"
    " definition_path:text numerator_sql:text denominator_sql:text row_filter_sql:text rows_date_column:text",
    keys="kpi",
)
PROGRAMME_COLUMNS = of_model(
    "dim_programme",
    "programme:text programme_name_zh:text programme_name_en:text question_zh:text question_en:text pilot_region_code:text"
    " pilot_region_name:text regions_zh:text is_ranked:flag",
    keys="programme",
)
REGION_COLUMNS = of_model(
    "dim_region",
    "region_code:text region_name:text short_name:text name_en:text region_level:text parent_code:text province_code:text"
    " prefecture_code:text is_mainland:flag",
    keys="region_code",
)
FIGURE_COLUMNS = of_model(
    "fct_published_figures",
    "figure_id:text headline:text programme:text region_code:text region_name:text subject:text metric_name_zh:text value:text"
    " value_upper:text unit_zh:text qualifier:text sign:text as_of:text period_basis:text is_target:flag figure_type:text kpi:text"
    " note:text",
    keys="figure_id",
)
RELEASE_COLUMNS = (
    Column("release", TEXT, "版本号", is_key=True),
    Column("created_at", MOMENT, "生成的时间，世界时（UTC）"),
    Column("is_current", FLAG, "是否正在展示的版本"),
    Column("is_pinned", FLAG, "是否长期保留"),
    Column("is_whole", FLAG, "文件是否完好"),
    Column("is_withdrawn", FLAG, "是否已撤回"),
    Column("withdrawn_reason", TEXT, "为什么撤回"),
    Column("changes", WHOLE, "与上一版本相比变化的指标值个数"),
)


def kpis(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """Every KPI with its definition, what is easy to get wrong, and what it may be added up over."""
    del extra
    asking.check("programme", asked.several("programme"), source.programmes)
    asking.check("kpi", asked.several("kpi"), source.kpis)
    words = ("label_zh", "label_en", "definition_zh", "definition_en", "kpi")
    found = [
        kpi
        for code, kpi in source.kpis.items()
        if _is_among(kpi["programme"], asked.several("programme"))
        and _is_among(code, asked.several("kpi"))
        and _says(kpi, words, asked.one("q"))
    ]
    return paged(KPI_COLUMNS, found, page)


def programmes(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The programmes in the registry's order."""
    del asked, extra
    found = source.rows("select * from dim_programme order by sort_order")
    return paged(PROGRAMME_COLUMNS, [row for row in found if source.scope.has_programme(row["programme"])], page)


def regions(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The regions in official order."""
    del extra
    below = asked.one("below")
    asking.check("region", asked.several("region"), source.regions)
    asking.check("below", asked.several("below"), source.regions)
    words = ("region_name", "short_name", "name_en", "region_code")
    found = [
        region
        for code, region in source.regions.items()
        if _is_among(code, asked.several("region"))
        and _is_among(region["region_level"], asked.several("level"))
        and (below is None or region["parent_code"] == below)
        and _says(region, words, asked.one("q"))
    ]
    return paged(REGION_COLUMNS, found, page)


def figures(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """Figures printed in public sources; those not to be shown as a number come without one."""
    del extra
    asking.check("programme", asked.several("programme"), source.programmes)
    asking.check("kpi", asked.several("kpi"), source.kpis)
    asking.check("region", asked.several("region"), source.regions)
    found = source.rows(
        "select * replace (case when is_publishable then cast(value as varchar) end as value,"
        " case when is_publishable then cast(value_upper as varchar) end as value_upper,"
        " coalesce(sign, '') as sign, cast(as_of as varchar) as as_of)"
        " from fct_published_figures order by figure_id"
    )
    allowed = frozenset(source.programmes)
    rows = [
        row
        for row in found
        if row["programme"] in allowed
        and source.has_region(row["region_code"])
        and _is_among(row["programme"], asked.several("programme"))
        and _is_among(row["kpi"], asked.several("kpi"))
        and _is_among(row["region_code"], asked.several("region"))
    ]
    return paged(FIGURE_COLUMNS, rows, page, [PUBLISHED] if rows else [])


def releases(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The releases, newest first. Why one was withdrawn is for those who may see everything: people write it freely."""
    del asked, extra
    gone = set_aside.withdrawn(source.settings)
    rows = [
        {
            "release": one.id,
            "created_at": one.created_at.isoformat(),
            "is_current": one.id == source.release.id,
            "is_pinned": retention.is_pinned(one),
            "is_whole": one.visible_problem() is None,
            "is_withdrawn": one.id in gone,
            "withdrawn_reason": gone[one.id].said if one.id in gone and source.scope.is_everything else None,
            "changes": one.manifest.get("changes_total"),
        }
        for one in releasing.list_releases(source.settings)
    ]
    return paged(RELEASE_COLUMNS, rows, page)


KPI = Parameter("kpi", "指标代码", "dm_success_rate", pattern=asking.CODE)
REGION = Parameter("region", "地区六位代码；000000 为全国", "410000", pattern=asking.REGION)
QUESTIONS = (
    Question(
        "kpis",
        "指标的定义：口径、分子分母、容易弄错的地方、能否相加。",
        "Definitions of the KPIs: what is counted, what is easy to get wrong, what may be added up.",
        (PROGRAMME, KPI, SEARCH),
        KPI_COLUMNS,
        kpis,
    ),
    Question("programmes", "项目的清单。", "The programmes.", (), PROGRAMME_COLUMNS, programmes),
    Question(
        "figures",
        "公开发布的数：原话的修饰、日期、出处标题；只可并列，不可相加。",
        "Figures printed in public sources, with their sign and date; never to be added.",
        (PROGRAMME, KPI, REGION),
        FIGURE_COLUMNS,
        figures,
    ),
    Question(
        "regions",
        "地区的清单：全国、省、市、县。",
        "The regions: nation, provinces, prefectures, counties.",
        (
            REGION,
            Parameter("level", "地区的级别", "province", choices=LEVELS),
            Parameter("below", "这个地区下一级的各地区", "000000", is_several=False, pattern=asking.REGION),
            SEARCH,
        ),
        REGION_COLUMNS,
        regions,
    ),
    Question("releases", "版本的清单，新的在前。", "The releases, newest first.", (), RELEASE_COLUMNS, releases),
)


def _is_among(one: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or one in wanted


def _says(row: Row, names: Sequence[str], text: str | None) -> bool:
    return text is None or any(text.casefold() in str(row[name] or "").casefold() for name in names)
