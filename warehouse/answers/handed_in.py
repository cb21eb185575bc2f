"""Who has reported, who has not, and what became of the files; rows of tables that may be too few to count are not counted."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.answers import asked as asking
from warehouse.answers.answer import Answer, Page, Question, Row, paged
from warehouse.answers.asked import Asked, Parameter
from warehouse.answers.caveats import DEMONSTRATION
from warehouse.answers.columns import LIST, TEXT, WHOLE, Column, of_model
from warehouse.answers.lists import PROGRAMME
from warehouse.answers.source import Source
from warehouse.releases import current_values

ORIGINS = tuple(origin for origin in current_values.ORIGINS if origin != "published")
FILE_STATUSES = ("accepted", "warned", "refused", "waiting")

REPORTING_COLUMNS = (
    *of_model(
        "mart_reporting",
        "programme:text table_name:text table_name_zh:text province_code:text report_period:text origin:text due_date:day"
        " is_received:flag received_at:moment is_late:flag is_zero_report:flag row_count:whole reporting_units:whole",
        keys="programme table_name province_code report_period origin",
    ),
    Column("region", TEXT, "省份的六位代码；全国性联盟为000000"),
)
MISSING_COLUMNS = (
    *of_model(
        "mart_reporting",
        "programme:text table_name:text table_name_zh:text province_code:text report_period:text origin:text due_date:day",
        keys="programme table_name province_code report_period origin",
    ),
    Column("region", TEXT, "省份的六位代码；全国性联盟为000000"),
    Column("region_name", TEXT, "省份"),
    Column("days_overdue", WHOLE, "到判断的那一天已超期几天"),
)
RECEIPT_COLUMNS = (
    Column("file", TEXT, "文件在投放目录下的路径", is_key=True),
    Column("programme", TEXT, "项目代码；没看懂的文件为空"),
    Column("table", TEXT, "契约中的表；没看懂的文件为空"),
    Column("status", TEXT, "accepted接收、warned接收但有提示、refused退回、waiting等待写完或等待会签"),
    Column("encoding", TEXT, "文本的解码方式；工作簿为xlsx"),
    Column("rows_in", WHOLE, "文件中的数据行数；可能过少的表不给"),
    Column("rows_accepted", WHOLE, "接收的行数；可能过少的表不给"),
    Column("rows_quarantined", WHOLE, "隔离的行数"),
    Column("rows_ignored", WHOLE, "合计、说明、空白和重复的行数"),
    Column("messages", LIST, "逐条说明：代码、程度、行、列、怎么办"),
)
_PROVINCE = Parameter("region", "省份的六位代码", "410000", pattern=asking.REGION)
_PERIOD = Parameter("period", "统计期，YYYY-MM；季报、年报为最后一个月", "2024-05", pattern=asking.MONTH)
_ORIGIN = Parameter("origin", "来源", "submitted", choices=ORIGINS)


def reporting(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """What each province owed of each table for each 统计期, and whether it came."""
    del extra
    rows = _reports(source, asked)
    for name in ("received", "late"):
        wanted = asked.flag(name)
        rows = [row for row in rows if wanted is None or row[f"is_{name}"] is wanted]
    return paged(REPORTING_COLUMNS, _written(rows), page, _demonstration(rows))


def not_reported(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """What has not come although its day has passed: of each table its latest 统计期, unless one is named; longest overdue first."""
    del extra
    rows = _reports(source, asked)
    if not asked.several("period"):
        latest: dict[tuple[str, str, str], str] = {}
        for row in rows:
            table = (row["programme"], row["table_name"], row["origin"])
            latest[table] = max(latest.get(table, ""), row["report_period"])
        rows = [
            row for row in rows if latest[row["programme"], row["table_name"], row["origin"]] == row["report_period"]
        ]
    late = [
        row
        for row in rows
        if not row["is_received"] and row["due_date"] is not None and row["due_date"] < row["judged_on"]
    ]
    for row in late:
        row["days_overdue"] = (row["judged_on"] - row["due_date"]).days
        row["region_name"] = source.regions.get(row["region"], {}).get("region_name")
    late.sort(key=lambda row: -row["days_overdue"])
    return paged(MISSING_COLUMNS, _written(late), page, _demonstration(late))


def receipts(source: Source, asked: Asked, page: Page, extra: frozenset[str] = frozenset()) -> Answer:
    """What became of each file at the last refresh, in the words the office was told. Within regions, those with rows of them."""
    del extra
    asking.check("programme", asked.several("programme"), source.programmes)
    allowed, hiding = frozenset(source.programmes), source.hiding_tables
    inside = _files_inside(source)
    rows: list[Row] = []
    for receipt in _latest(source.settings.receipts / "latest.json"):
        programme = receipt.get("programme")
        if not source.scope.is_everything and (programme not in allowed or receipt["file"] not in inside):
            continue
        wanted = asked.several("programme"), asked.several("status")
        if (wanted[0] and programme not in wanted[0]) or (wanted[1] and receipt["status"] not in wanted[1]):
            continue
        told = {column.name: receipt.get(column.name) for column in RECEIPT_COLUMNS}
        if (programme, receipt.get("table")) in hiding:
            told |= {"rows_in": None, "rows_accepted": None}
        rows.append(told)
    rows.sort(
        key=lambda row: (-FILE_STATUSES.index(row["status"]) if row["status"] in FILE_STATUSES else 0, row["file"])
    )
    return paged(RECEIPT_COLUMNS, rows, page)


QUESTIONS = (
    Question(
        "reporting",
        "报送情况：各省各表各期应报、已报、迟报。",
        "Reporting: what each province owed of each table and whether it came.",
        (
            PROGRAMME,
            _PROVINCE,
            _PERIOD,
            _ORIGIN,
            Parameter("received", "是否收到", "false", is_flag=True, is_several=False),
            Parameter("late", "是否迟报", "true", is_flag=True, is_several=False),
        ),
        REPORTING_COLUMNS,
        reporting,
    ),
    Question(
        "not-reported",
        "谁还没报：已过应报日期仍未收到的，拖得最久的在前。",
        "Who has not reported: what is due and has not come, longest overdue first.",
        (PROGRAMME, _PROVINCE, _PERIOD, _ORIGIN),
        MISSING_COLUMNS,
        not_reported,
    ),
    Question(
        "receipts",
        "文件回执：最近一次刷新时每个文件的结果和原因。",
        "Receipts: what became of each file at the last refresh and why.",
        (PROGRAMME, Parameter("status", "结果", "refused", choices=FILE_STATUSES)),
        RECEIPT_COLUMNS,
        receipts,
    ),
)


def _reports(source: Source, asked: Asked) -> list[Row]:
    """The reports selected; days are dates, the rest as it leaves."""
    asking.check("programme", asked.several("programme"), source.programmes)
    asking.check("region", asked.several("region"), source.regions)
    found = source.rows(
        "select mart_reporting.* from mart_reporting inner join dim_programme using (programme)"
        " order by dim_programme.sort_order, table_name, report_period desc, province_code, origin"
    )
    allowed, hiding = frozenset(source.programmes), source.hiding_tables
    rows = []
    for row in found:
        row["region"] = f"{row['province_code']}0000"
        if row["programme"] not in allowed or not source.has_region(row["region"]):
            continue
        wanted = (("programme", "programme"), ("region", "region"), ("period", "report_period"), ("origin", "origin"))
        if any(asked.several(name) and row[column] not in asked.several(name) for name, column in wanted):
            continue
        if (row["programme"], row["table_name"]) in hiding:
            row["row_count"] = row["reporting_units"] = None
        rows.append(row)
    return rows


def _written(rows: list[Row]) -> list[Row]:
    """The same with days and moments as texts."""
    for row in rows:
        for name in ("due_date", "received_at"):
            if row.get(name) is not None and not isinstance(row[name], str):
                row[name] = row[name].isoformat()
    return rows


def _demonstration(rows: list[Row]) -> list[Any]:
    return [DEMONSTRATION] if any(row["origin"] == "demonstration" for row in rows) else []


def _files_inside(source: Source) -> frozenset[str]:
    """The files whose rows all lie in the regions of the scope."""
    found = source.rows(
        "select files.file_name, list(distinct submissions.region_code) as regions from fct_submissions as submissions"
        " inner join dim_file as files on submissions.report_id = files.report_id group by files.file_name"
    )
    return frozenset(row["file_name"] for row in found if all(source.has_region(code) for code in row["regions"]))


def _latest(path: Path) -> tuple[Row, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return _read(path, (found.st_size, found.st_mtime_ns, found.st_ino))


@lru_cache(maxsize=4)
def _read(path: Path, _state: tuple[int, int, int]) -> tuple[Row, ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")).get("files", ()))
