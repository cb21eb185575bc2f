"""Where a number comes from: its definition, the table behind it, and the files that reported that table for the region."""

from warehouse.answers import asked as asking
from warehouse.answers.answer import Answer, Page, Question, paged
from warehouse.answers.asked import Asked, Parameter
from warehouse.answers.caveats import DEMONSTRATION, HIDDEN
from warehouse.answers.columns import MOMENT, TEXT, Column
from warehouse.answers.periods import period_of, shown_origin
from warehouse.answers.source import Source
from warehouse.answers.values import QUESTION as VALUES
from warehouse.releases import current_values

COLUMNS = (
    Column("file_name", TEXT, "文件在投放目录下的路径", is_key=True),
    Column("sha256", TEXT, "文件内容的SHA-256"),
    Column("reporting_unit", TEXT, "填报单位", is_key=True),
    Column("report_period", TEXT, "统计期，YYYY-MM", is_key=True),
    Column("table_name", TEXT, "契约中的表"),
    Column("origin", TEXT, "来源"),
    Column("first_seen_at", MOMENT, "第一次见到这份内容的时间，世界时（UTC）"),
)


def ask(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """The files that reported the KPI's table for the region, newest 统计期 first; none of a hidden cell: how many there are would tell.

    Which of their rows count, line by line, stands on the page of the KPI.
    """
    del extra
    code, region, period = (asked.one(name) or "" for name in ("kpi", "region", "period"))
    asking.check("kpi", [code], source.kpis)
    asking.check("region", [region], source.regions)
    kpi = source.kpis[code]
    origin = asked.one("origin") or shown_origin(source, kpi["programme"])
    words = {"kpi": (code,), "region": (region,), "period": (period_of(kpi["grain"], period),), "origin": (origin,)}
    [*values] = VALUES.ask(source, Asked(words, {}), Page(1), frozenset()).rows
    if values and values[0]["is_hidden"]:
        return paged(COLUMNS, [], page, [HIDDEN])
    found = source.rows(
        "select distinct files.file_name, files.sha256, submissions.reporting_unit, submissions.report_period, submissions.table_name,"
        " submissions.origin, files.first_seen_at"
        " from fct_submissions as submissions inner join dim_file as files on submissions.report_id = files.report_id"
        " where submissions.programme = $programme and submissions.table_name = $table and submissions.origin = $origin"
        " and submissions.region_code in (select region_code from bridge_region_ancestor where ancestor_code = $region)"
        " order by submissions.report_period desc, files.file_name, submissions.reporting_unit",
        {"programme": kpi["programme"], "table": kpi["table_name"], "origin": origin, "region": region},
    )
    for row in found:
        row["first_seen_at"] = row["first_seen_at"].isoformat() if row["first_seen_at"] else None
    return paged(COLUMNS, found, page, [DEMONSTRATION] if found and origin == DEMONSTRATION.code else [])


QUESTION = Question(
    "sources",
    "一个数从哪里来：报送过这张表、含这个地区的文件，新的在前；逐行的记录在指标的页面上。",
    "Where a number comes from: the files that reported its table for the region, newest first.",
    (
        Parameter("kpi", "指标代码", "dm_success_rate", is_several=False, is_required=True, pattern=asking.CODE),
        Parameter(
            "region", "地区六位代码；000000 为全国", "410000", is_several=False, is_required=True, pattern=asking.REGION
        ),
        Parameter("period", "统计期", "2024-05", is_several=False, is_required=True, pattern=asking.PERIOD),
        Parameter("origin", "来源；不写为页面所示的", "submitted", is_several=False, choices=current_values.ORIGINS),
    ),
    COLUMNS,
    ask,
)
