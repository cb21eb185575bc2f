"""The files offices fill in: for every table a header-only CSV, and an XLSX with drop-downs, checks and explanations."""

import csv
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from warehouse import settings
from warehouse.contracts import Column, Table, all_tables

ROWS = 10_000
"""Rows below the header that have drop-downs and checks."""

GUIDE_SHEET = "填写说明"
LISTS_SHEET = "选项"
GUIDE_HEADERS = ("表头", "必填", "类型", "计量单位", "允许值", "填写说明")
TYPE_NAMES = {
    "text": "文本",
    "code": "代码（文本）",
    "int": "整数",
    "decimal": "数值",
    "date": "日期",
    "bool": "是或否",
    "enum": "单选",
    "multi": "多选",
    "period": "年月",
    "province": "省级行政区",
    "region": "行政区划代码或名称",
}
HINTS = {
    "province": "全称、简称或两位码，如 河南省、河南、41",
    "region": "六位行政区划代码或名称，须属于所填省份",
}
"""What offices need to know of these instead of the contract's description, which is for those who read files in."""

STRICTNESS: Mapping[str, Mapping[str, Any]] = {"multi": {"show_error": False}, "province": {"error_type": "warning"}}
"""Several values may be typed where several are allowed; alliance tables may name 大湾区 as their province."""

DATE_FORMS: Mapping[str | None, str] = {
    None: "年-月-日，如 2024-05-22",
    "month_first": "年-月-日或月/日/年，如 2024-05-22、05/22/2024",
    "day_first": "年-月-日或日/月/年，如 2024-05-22、22/05/2024",
}
YES_NO = ("是", "否")
LONGEST_INLINE_LIST = 255
LONGEST_MESSAGE = 255
"""Excel's own limits for a list written into a cell's check, and for the message beside a cell."""

# The same contract gives the same bytes.
_CREATED = datetime(2024, 1, 1)
_EARLIEST = date(1949, 10, 1)
_CONDITION = re.compile(r"^(?P<name>\w+) (?:is not null|= '(?P<value>[^']*)')$")


def write_template(programme: str, table: str | None, out: Path) -> list[Path]:
    """Write `{项目}_{表}_模板.csv` and `.xlsx` for one table of a programme, or for all of them, into `out`; say which.

    The headers are the contract's, in its order, the common columns first. Raises ValueError, in Chinese and naming the
    known ones, for an unknown programme or table.
    """
    contracts = _contracts(programme, table)
    reference = settings.load().reference
    file_words = {row["programme"]: row["file_word"] for row in rows_of(reference / "programmes.csv")}
    provinces = tuple(row["province_name"] for row in rows_of(reference / "provinces.csv"))
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for contract in contracts:
        stem = out / f"{file_words.get(programme, programme)}_{contract.name_zh}_模板"
        written += [
            _write_csv(contract, stem.with_name(f"{stem.name}.csv")),
            _write_workbook(contract, provinces, stem.with_name(f"{stem.name}.xlsx")),
        ]
    return written


def _contracts(programme: str, table: str | None) -> list[Table]:
    known = list(dict.fromkeys(contract.programme for contract in all_tables()))
    if programme not in known:
        raise ValueError(f"没有项目 {programme}；可用的项目：{'、'.join(known)}")
    contracts = [contract for contract in all_tables() if contract.programme == programme]
    if table is None:
        return contracts
    chosen = [contract for contract in contracts if table in (contract.name, contract.name_zh)]
    if not chosen:
        names = "、".join(f"{contract.name}（{contract.name_zh}）" for contract in contracts)
        raise ValueError(f"项目 {programme} 没有表 {table}；可用的表：{names}")
    return chosen


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a reference list."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write_csv(table: Table, path: Path) -> Path:
    # With a byte order mark Excel and WPS open the file as UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow([column.header for column in table.file_columns])
    return path


def _write_workbook(table: Table, provinces: tuple[str, ...], path: Path) -> Path:
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"title": f"{table.name_zh}模板", "created": _CREATED})
    formats = _formats(workbook)
    sheet = workbook.add_worksheet(table.name_zh)
    guide = workbook.add_worksheet(GUIDE_SHEET)
    offered = [choices(column, provinces) for column in table.file_columns]
    if not all(_fits_inline(names) for names in offered):
        _write_lists(workbook.add_worksheet(LISTS_SHEET), offered)
    headers = {column.name: column.header for column in table.file_columns}
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 24)
    for index, column in enumerate(table.file_columns):
        sheet.set_column(index, index, max(12, 2 * len(column.header) + 4), formats[_cell_format(column)])
        sheet.write_string(0, index, column.header, formats["required" if column.required else "optional"])
        sheet.write_comment(
            0, index, explanation(column, headers), {"author": "unionboard", "x_scale": 2, "y_scale": 1.6}
        )
        sheet.data_validation(1, index, ROWS, index, _check(column, headers, _list_source(offered[index], index)))
    _write_guide(guide, table, headers, formats)
    workbook.close()
    return path


def _formats(workbook: Any) -> Mapping[str, Any]:
    header = {"bold": True, "border": 1, "valign": "vcenter", "align": "center"}
    return {
        "required": workbook.add_format({**header, "bg_color": "#C8102E", "font_color": "#FFFFFF"}),
        "optional": workbook.add_format({**header, "bg_color": "#E7E6E6", "font_color": "#262626"}),
        "wrapped": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "text": workbook.add_format({"num_format": "@"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "int": workbook.add_format({"num_format": "0"}),
        "decimal": workbook.add_format({"num_format": "0.00"}),
    }


def _cell_format(column: Column) -> str:
    return column.type if column.type in ("date", "int", "decimal") else "text"


def choices(column: Column, provinces: tuple[str, ...]) -> tuple[str, ...]:
    """What may be chosen in a column; nothing where anything may be written."""
    if column.type == "province":
        return provinces
    return YES_NO if column.type == "bool" else column.allowed


def _check(column: Column, headers: Mapping[str, str], source: list[str] | str) -> dict[str, Any]:
    """What Excel checks in the cells of a column; what it lets through is still checked by the intake."""
    check: dict[str, Any] = {
        "input_title": column.header[:32],
        "input_message": _clipped(explanation(column, headers)),
        "error_title": "请检查",
        "error_message": _clipped(f"“{column.header}”不符合要求：{_allowed(column) or TYPE_NAMES[column.type]}"),
    }
    if source:
        return {**check, "validate": "list", "source": source, **STRICTNESS.get(column.type, {})}
    if column.is_number:
        return {**check, "validate": "integer" if column.type == "int" else "decimal", **_number_limits(column)}
    if column.type == "date":
        return {**check, "validate": "date", **_date_limits(column)}
    if column.length:
        return {**check, "validate": "length", "criteria": "==", "value": column.length}
    if column.max_length:
        return {**check, "validate": "length", "criteria": "<=", "value": column.max_length}
    return {**check, "validate": "any"}


def _fits_inline(choices: tuple[str, ...]) -> bool:
    return len(",".join(choices)) <= LONGEST_INLINE_LIST and not any("," in choice for choice in choices)


def _write_lists(sheet: Any, choices: list[tuple[str, ...]]) -> None:
    """Lists that are too long for a cell's check, each under the letter of its column, on a hidden sheet."""
    sheet.hide()
    for index, names in enumerate(choices):
        if not _fits_inline(names):
            sheet.write_column(0, index, names)


def _list_source(choices: tuple[str, ...], index: int) -> list[str] | str:
    if _fits_inline(choices):
        return list(choices)
    column = xl_col_to_name(index, col_abs=True)
    return f"={LISTS_SHEET}!{column}$1:{column}${len(choices)}"


def _number_limits(column: Column) -> dict[str, Any]:
    low = column.min if column.min is not None else (-(10**15) if column.allow_negative else 0)
    high = "=YEAR(TODAY())" if column.max == "current_year" else column.max
    if high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    return {"criteria": ">" if column.min_exclusive else ">=", "value": low}


def _date_limits(column: Column) -> dict[str, Any]:
    low = date.fromisoformat(column.min) if column.min else _EARLIEST
    if column.not_future:
        return {"criteria": "between", "minimum": low, "maximum": "=TODAY()"}
    return {"criteria": ">=", "value": low}


def explanation(column: Column, headers: Mapping[str, str]) -> str:
    """What the template says of a column: whether it must be filled, its type, unit and what it may hold; `headers` by name."""
    parts = [
        f"{_required(column, headers)}，{TYPE_NAMES[column.type]}",
        _description(column),
        f"单位：{column.unit}" if column.unit else "",
        f"允许值：{_allowed(column)}" if _allowed(column) else "",
    ]
    return "\n".join(part for part in parts if part)


def _description(column: Column) -> str:
    """The contract's description without the header and the unit, which stand beside it."""
    if column.provinces:
        return f"六位行政区划代码或名称，省级代码须为{'、'.join(column.provinces)}"
    if column.type in HINTS:
        return HINTS[column.type]
    text, _, unit = column.description.partition("，单位：")
    parts = [*text.split("；"), *unit.split("；")[1:]]
    return "；".join(part for part in parts if part and part != column.header)


def _required(column: Column, headers: Mapping[str, str]) -> str:
    if column.required:
        return "必填"
    if column.required_if is None:
        return "选填"
    condition = _CONDITION.match(column.required_if)
    if condition is None:
        return "有条件必填"
    header = headers[condition["name"]]
    return f"“{header}”为{condition['value']}时必填" if condition["value"] else f"填了“{header}”则必填"


def _allowed(column: Column) -> str:
    if column.type == "bool":
        return "、".join(YES_NO)
    if column.allowed:
        return " / ".join(column.allowed) + ("，可填多项，用“、”分开" if column.type == "multi" else "")
    if column.type == "period":
        return "年-月，如 2024-05，不晚于本月"
    if column.type == "date":
        return DATE_FORMS[column.date_order] + ("，不晚于今天" if column.not_future else "")
    if column.is_number:
        return _range(column)
    if column.length:
        return f"{column.length}位"
    return f"不超过{column.max_length}字" if column.max_length else ""


def _range(column: Column) -> str:
    high = "今年" if column.max == "current_year" else column.max
    if column.min is None:
        return "" if column.allow_negative else "不小于0"
    low = f"大于{column.min}" if column.min_exclusive else f"不小于{column.min}"
    return low if high is None else f"{low}，不大于{high}"


def _write_guide(sheet: Any, table: Table, headers: Mapping[str, str], formats: Mapping[str, Any]) -> None:
    """Columns, one a row, then the rules between columns and how to hand the file in."""
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 3, 18)
    sheet.set_column(4, 5, 60)
    sheet.write_string(0, 0, f"“{table.name_zh}”怎样填写（第一张表填数据，红底为必填）", formats["title"])
    sheet.write_row(1, 0, GUIDE_HEADERS, formats["optional"])
    for row, column in enumerate(table.file_columns, start=2):
        cells = (
            column.header,
            _required(column, headers),
            TYPE_NAMES[column.type],
            column.unit or "",
            _allowed(column),
            _description(column),
        )
        sheet.write_row(row, 0, cells, formats["wrapped"])
    notes = [
        *(
            f"行内规则：{rule.message['zh']}的行会被{'提示' if rule.severity == 'warning' else '退回'}。"
            for rule in table.rules
        ),
        f"没有发生：填一行，只填{'、'.join(_submission_headers(table))}，备注写“零报告”。",
        "改过的表：文件名末尾加“_更正1”再交一次，整张替换。",
        "个人信息（身份证号、电话、姓名、住址等）不得填写。",
    ]
    for row, note in enumerate(notes, start=len(table.file_columns) + 3):
        sheet.write_string(row, 0, note)


def _submission_headers(table: Table) -> list[str]:
    """The headers that say whose report a row is, and when."""
    names = ("province_code", "reporting_unit", "report_period")
    return [column.header for column in table.file_columns if column.name in names]


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
