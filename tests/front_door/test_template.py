"""Templates: headers as in the contract, drop-downs and checks that Excel can read, and nothing else that looks like data."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from warehouse import settings
from warehouse.contracts import Table, all_tables, find
from warehouse.front_door import template
from warehouse.intake.folder.one_file import judge

PROGRAMMES = sorted({table.programme for table in all_tables()})


def path_of(folder: Path, table: Table, suffix: str) -> Path:
    (path,) = folder.glob(f"*_{table.name_zh}_模板{suffix}")
    return path


def check_of(sheet: Worksheet, table: Table, column: str) -> DataValidation:
    letter = get_column_letter([known.name for known in table.columns].index(column) + 1)
    checks: list[DataValidation] = sheet.data_validations.dataValidation
    (check,) = [check for check in checks if str(check.sqref).startswith(f"{letter}2:")]
    return check


def filled(path: Path, table: Table, rows: list[list[str]]) -> Path:
    """The template with rows typed in as a person would: numbers and dates as such in a workbook."""
    if path.suffix == ".csv":
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    read: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "int": int, "decimal": float}
    workbook = openpyxl.load_workbook(path)
    for line, row in enumerate(rows, start=2):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True), start=1):
            workbook.worksheets[0].cell(line, place, read.get(column.type, str)(cell) if cell else None)
    workbook.save(path)
    return path


@pytest.fixture
def case_sheet(tmp_path: Path) -> Worksheet:
    template.write_template("dispute_mediation", "case", tmp_path)
    return openpyxl.load_workbook(tmp_path / "劳动争议裁调对接_案件表_模板.xlsx").worksheets[0]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_headers_are_the_contracts(tmp_path: Path, programme: str) -> None:
    written = template.write_template(programme, None, tmp_path)
    tables = [table for table in all_tables() if table.programme == programme]
    assert len(written) == 2 * len(tables)
    for table in tables:
        headers = [column.header for column in table.columns]
        data = path_of(tmp_path, table, ".csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert list(csv.reader(data.decode("utf-8-sig").splitlines())) == [headers]
        sheet = openpyxl.load_workbook(path_of(tmp_path, table, ".xlsx")).worksheets[0]
        assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [headers]


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: ".".join(table.key))
def test_every_closed_list_has_a_drop_down(tmp_path: Path, table: Table) -> None:
    template.write_template(table.programme, table.name, tmp_path)
    sheet = openpyxl.load_workbook(path_of(tmp_path, table, ".xlsx")).worksheets[0]
    for column in table.columns:
        check = check_of(sheet, table, column.name)
        if column.allowed:
            assert check.formula1 == f'"{",".join(column.allowed)}"'
        if column.type == "bool":
            assert check.formula1 == '"是,否"'
        if column.type == "province":
            assert check.formula1 is not None
            assert check.formula1.count("省") + check.formula1.count("市") >= 26
        if column.type == "multi":
            assert not check.showErrorMessage
        if column.type == "date":
            assert check.type == "date"
        if column.is_number:
            assert check.type == ("whole" if column.type == "int" else "decimal")
        assert check.promptTitle
        assert check.prompt


def test_dates_to_come_are_refused_and_numbers_keep_to_their_limits(case_sheet: Worksheet) -> None:
    case = find("dispute_mediation", "case")
    accepted = check_of(case_sheet, case, "accepted_on")
    assert (accepted.operator, accepted.formula2) == (None, "TODAY()")
    workers = check_of(case_sheet, case, "workers_involved")
    assert (workers.operator, workers.formula1) == ("greaterThanOrEqual", "1")


def test_required_headers_are_marked_and_explained(case_sheet: Worksheet) -> None:
    cells = {cell.value: cell for cell in case_sheet[1]}
    assert cells["案件编号"].fill.fgColor.rgb != cells["受理日期"].fill.fgColor.rgb
    said = {header: cell.comment.text for header, cell in cells.items() if cell.comment is not None}
    assert "必填" in said["案件编号"]
    assert "允许值：调解成功 / 调解不成" in said["结果"]
    assert "单位：元" in said["请求金额"]
    assert case_sheet.freeze_panes == "A2"


def test_codes_and_periods_are_text_so_that_nothing_is_lost(tmp_path: Path) -> None:
    template.write_template("social_org_federation", "member_org", tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "社会组织工联会_成员组织名册_模板.xlsx").worksheets[0]
    formats = {
        cell.value: columns.number_format
        for cell in sheet[1]
        for columns in sheet.column_dimensions.values()
        if columns.min is not None and columns.max is not None and columns.min <= (cell.column or 0) <= columns.max
    }
    assert {formats[name] for name in ("地区", "统计期", "统一社会信用代码")} == {"@"}
    assert formats["纳入日期"] == "yyyy-mm-dd"


def test_second_sheet_explains_every_column(tmp_path: Path) -> None:
    template.write_template("social_org_federation", "member_org", tmp_path)
    guide = openpyxl.load_workbook(tmp_path / "社会组织工联会_成员组织名册_模板.xlsx")["填写说明"]
    rows = {row[0]: row[1:] for row in guide.iter_rows(values_only=True)}
    assert rows["表头"] == ("必填", "类型", "计量单位", "允许值", "填写说明")
    assert rows["会员人数"][:4] == ("必填", "整数", "人", "不小于0")
    assert rows["退出原因"][0] == "填了“退出/单独建会日期”则必填"
    assert any(str(note).startswith("行内规则：") for note in rows)


def test_long_lists_stand_on_a_hidden_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = find("skills_to_community", "event")
    long = tuple(f"很长很长的可选项目名称第{number}号" for number in range(60))
    columns = tuple(
        replace(column, allowed=long) if column.name == "service_item" else column for column in table.columns
    )
    monkeypatch.setattr(template, "all_tables", lambda: (replace(table, columns=columns),))
    template.write_template("skills_to_community", "event", tmp_path)
    workbook = openpyxl.load_workbook(tmp_path / "社区服务_活动表_模板.xlsx")
    check = check_of(workbook.worksheets[0], table, "service_item")
    assert check.formula1 is not None
    letter = check.formula1.split("$")[1]
    assert check.formula1 == f"选项!${letter}$1:${letter}$60"
    assert [cell.value for cell in workbook["选项"][letter]] == list(long)
    assert workbook["选项"].sheet_state == "hidden"


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: ".".join(table.key))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_filled_in_templates_are_accepted(tmp_path: Path, table: Table, suffix: str) -> None:
    template.write_template(table.programme, table.name, tmp_path)
    (demonstration,) = (settings.CHECKOUT / "seeds" / table.programme).glob(f"演示_*_{table.name_zh}.csv")
    with demonstration.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[3] == "2024-05" or row[3] == "2024-03"][:20]
    path = filled(path_of(tmp_path, table, suffix), table, rows)
    judgement = judge(path, settings.load(seeds=settings.CHECKOUT / "seeds", today=date(2024, 6, 1)), table.programme)
    assert judgement is not None
    receipt = judgement.receipt.as_json()
    assert (receipt["table"], receipt["rows_in"], receipt["rows_accepted"]) == (table.name, len(rows), len(rows))
    # The byte order mark, the sheet that was read, several values in a cell, and a name that is not regular yet.
    assert {message["code"] for message in receipt["messages"]} <= {"D02", "D88", "D81", "D91"}


def test_the_same_contract_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("1", "2"):
        template.write_template("skills_to_community", None, tmp_path / folder)
    assert [path.read_bytes() for path in sorted((tmp_path / "1").iterdir())] == [
        path.read_bytes() for path in sorted((tmp_path / "2").iterdir())
    ]


def test_unknown_names_are_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"没有项目 nobody.*dispute_mediation"):
        template.write_template("nobody", None, tmp_path)
    with pytest.raises(ValueError, match=r"没有表 nothing.*case（案件表）"):
        template.write_template("dispute_mediation", "nothing", tmp_path)
    assert not list(tmp_path.iterdir())
