"""Units that are said elsewhere than in the header: titles, notes, names, rows and columns of units, number formats."""

import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

BENEFIT = "innovation_expo.benefit"
PROJECT = "vice_chair_projects.project"
SESSION = "health_checkup.session"
EVENT = "skills_to_community.event"
# What valid_rows write into the rows' amounts.
BARE = [5, 6, 7]


def judged(grid: Sequence[Sequence[str]], settings: Settings, table: Table, name: str | None = None) -> Judgement:
    path = files.place(settings, table)
    path = path.with_name(name) if name else path
    return files.judged(files.write_text(path, files.to_text(grid)), settings)


def amounts(judgement: Judgement, column: str = "benefit_yuan") -> list[Decimal]:
    return files.frame_of(judgement)[column].to_list() if judgement.frame is not None else []


def grid_of(table: Table, count: int = 3) -> list[list[str]]:
    return files.grid_of(table, files.valid_rows(table, count))


def stopping(judgement: Judgement) -> list[tuple[str, str, int | None]]:
    """Code, severity and row of what refuses, sets aside or warns."""
    return [(m.code, m.severity, m.row) for m in judgement.receipt.messages if m.severity != "info" and m.code != "D91"]


TITLES = [
    (["单位：万元"], 10**4),
    (["单位:万元"], 10**4),
    (["单位 万元"], 10**4),
    (["单 位 ： 万 元"], 10**4),
    (["（万元）"], 10**4),
    (["[万元]"], 10**4),
    (["万元"], 10**4),
    (["", "", "万元"], 10**4),
    (["单位：", "万元"], 10**4),
    (["单位", "：", "万"], 10**4),
    (["金额：万元"], 10**4),
    (["金额单位：人民币万元"], 10**4),
    (["货币单位：万元人民币"], 10**4),
    (["单位：人民币（万元）"], 10**4),
    (["单位：万"], 10**4),
    (["单位：萬元"], 10**4),
    (["单位：1万元"], 10**4),
    (["江西省效益情况表（万元）"], 10**4),
    (["江西省效益情况表（单位：项/万元）"], 10**4),
    (["江西省效益情况表 万元"], 10**4),
    (["填报单位：洛阳市总工会　　　　单位：万元"], 10**4),
    (["单位：人、万元"], 10**4),
    (["单位：人，万元；日期：2024年5月"], 10**4),
    (["人数单位：人；金额单位：万元"], 10**4),
    (["单位：人、公里、万元"], 10**4),
    (["本表金额以万元为单位"], 10**4),
    (["表中数字均为万元，保留两位小数"], 10**4),
    (["单位：百元"], 100),
    (["单位：千元"], 1000),
    (["单位：仟元"], 1000),
    (["单位：百万元"], 10**6),
    (["单位：亿元"], 10**8),
    (["单位：元"], 1),
    (["币种：人民币", "单位：元"], 1),
    (["Unit: 10,000 yuan"], 10**4),
    (["Unit: RMB million"], 10**6),
    (["(in RMB million)"], 10**6),
    (["Amounts in thousands of yuan"], 1000),
    (["Unit: CNY'000"], 1000),
    # Words that are no unit of this table.
    (["填报单位：洛阳市总工会"], 1),
    (["投入500万元以上企业名单"], 1),
    (["补贴标准（1000元）"], 1),
    (["各单位 1000元 补贴"], 1),
    (["效益超亿元企业"], 1),
    (["说明：金额请按元填写，如单位为万元请换算为元"], 1),
    (["附件（十）"], 1),
    (["节日元旦活动效益表"], 1),
]


@pytest.mark.parametrize(("title", "factor"), TITLES, ids=["".join(title) for title, _ in TITLES])
def test_unit_of_a_title_counts_for_the_amounts(title: list[str], factor: int, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([["效益情况表"], title, *grid_of(table)], settings, table)

    assert amounts(judgement) == [Decimal(number * factor) for number in BARE]
    assert stopping(judgement) == []
    assert ("D20" in files.codes(judgement)) == ("D115" in files.codes(judgement)) == (factor != 1)


@pytest.mark.parametrize("title", ["亿元项目效益表", "万元户增收情况", "单位名称：万元村合作社"])
def test_title_that_only_mentions_a_unit_converts_nothing_and_warns(title: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([[title], *grid_of(table)], settings, table)

    assert amounts(judgement) == BARE
    assert stopping(judgement) == [("D115", "warning", None)]


@pytest.mark.parametrize("title", ["效益情况表万元", "效益表（万）"])
def test_title_that_may_say_a_unit_is_asked_about(title: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([[title], *grid_of(table)], settings, table)

    assert (judgement.receipt.status, stopping(judgement)) == ("refused", [("D115", "refuse", None)])
    [said] = [m.zh for m in judgement.receipt.messages if m.severity == "refuse"]
    assert "请把单位写进表头，例如“经济效益（万元）”" in said


@pytest.mark.parametrize(
    ("text", "factor"),
    [("经济效益万元", 10**4), ("经济效益 千元", 1000), ("经济效益元", 1), ("经济效益(万元人民币)", 10**4)],
)
def test_unit_behind_the_name_of_a_column_is_its_unit(text: str, factor: int, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[0][grid[0].index("经济效益")] = text

    assert amounts(judged([["单位：亿元"], *grid], settings, table)) == [number * factor for number in BARE]


def test_total_that_says_its_unit_says_that_of_the_amounts(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    total = ["合计（万元）", *[""] * (len(grid[0]) - 1)]
    total[grid[0].index("经济效益")] = "18"

    judgement = judged([*grid, total], settings, table)

    assert (amounts(judgement), stopping(judgement)) == ([50000, 60000, 70000], [])


def test_two_units_of_money_in_titles_are_asked_about(settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([["单位：万元"], ["金额单位：元"], *grid_of(table)], settings, table)

    assert stopping(judgement) == [("D115", "refuse", None)]


def test_own_unit_of_a_header_counts_before_that_of_a_title(settings: Settings) -> None:
    table = files.table_of(PROJECT)
    grid = grid_of(table)
    grid[0][grid[0].index("项目经费")] = "项目经费(元)"

    judgement = judged([["单位：万元"], *grid], settings, table)

    assert amounts(judgement, "budget_yuan") == BARE
    assert amounts(judgement, "spent_yuan") == [50000, 60000, 70000]


def test_title_that_names_one_of_two_amounts_leaves_the_other_open_and_asks(settings: Settings) -> None:
    table = files.table_of(PROJECT)
    grid = grid_of(table)

    asked = judged([["注：项目经费单位为万元"], *grid], settings, table)
    known = judged([["项目经费单位为万元"], ["已支出经费单位为元"], *grid], settings, table)

    assert stopping(asked) == [("D115", "refuse", None)]
    assert amounts(known, "budget_yuan") == [50000, 60000, 70000]
    assert amounts(known, "spent_yuan") == BARE


def test_title_of_a_table_without_amounts_changes_nothing(settings: Settings) -> None:
    table = files.table_of(EVENT)

    judgement = judged([["单位：人、万元"], ["币种：港元"], *grid_of(table)], settings, table)

    assert (judgement.receipt.rows_accepted, stopping(judgement)) == (3, [])
    assert amounts(judgement, "residents_served") == BARE


def test_counts_in_ten_thousands_are_asked_about_where_several_columns_count(settings: Settings) -> None:
    table = files.table_of(EVENT)

    asked = judged([["单位：万人次"], *grid_of(table)], settings, table)
    named = judged([["服务居民单位：百人次"], *grid_of(table)], settings, table)

    assert stopping(asked) == [("D115", "refuse", None)]
    assert amounts(named, "residents_served") == [500, 600, 700]


def test_ten_thousands_beside_persons_are_those_of_the_amount(settings: Settings) -> None:
    table = files.table_of(SESSION)

    known = judged([["单位：人、万"], *grid_of(table)], settings, table)
    asked = judged([["单位：万"], *grid_of(table)], settings, table)

    assert amounts(known, "cost_yuan") == [50000, 60000, 70000]
    assert stopping(asked) == [("D115", "refuse", None)]


NOTES = [
    ["注：经济效益单位为万元"],
    ["注：表中金额单位：万元。"],
    ["备注：本表金额单位为万元"],
    ["单位：万元"],
    ["（单位：万元）"],
    ["", "", "", "以上金额以万元为单位"],
    ["说明：1.本表由各单位填报。2.经济效益为万元。"],
    ["填表人：某", "单位：万元"],
    ["Note: amounts in ten thousand yuan"],
]


@pytest.mark.parametrize("note", NOTES, ids=["".join(note) for note in NOTES])
def test_unit_of_a_closing_note_counts_for_the_amounts(note: list[str], settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    line = note + [""] * (len(grid[0]) - len(note))

    judgement = judged([*grid, line], settings, table)

    assert amounts(judgement) == [50000, 60000, 70000]
    receipt = judgement.receipt
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored) == (4, 3, 1)
    assert [m.row for m in receipt.messages if m.code == "D13"] == [5]
    assert files.codes(judgement).count("D20") == 1


def test_note_is_told_once_though_the_rows_are_read_twice(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[2][grid[0].index("经济效益")] = "很多"

    judgement = judged([*grid, ["注：金额单位：万元"]], settings, table)

    assert amounts(judgement) == [50000, 70000]
    assert [(m.code, m.row) for m in judgement.receipt.messages if m.severity == "quarantine"] == [("D100", 3)]


def test_note_against_a_title_is_asked_about(settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([["单位：元"], *grid_of(table), ["注：金额单位：万元"]], settings, table)

    assert [code for code, severity, _ in stopping(judgement) if severity == "refuse"] == ["D115"]
    assert judgement.receipt.rows_accepted == 0


@pytest.mark.parametrize(
    "name",
    ["河南_创新成果交流_效益表（万元）_202405.csv", "河南_创新成果交流_效益表_202405_单位万元.csv"],
)
def test_unit_in_the_name_of_the_file_counts(name: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    assert amounts(judged(grid_of(table), settings, table, name)) == [50000, 60000, 70000]


def test_unit_in_the_name_of_the_sheet_counts(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = files.typed_grid(table, files.valid_rows(table))

    judgement = files.judged(
        files.write_workbook(files.place(settings, table, ".xlsx"), grid, "效益表(万元)"), settings
    )

    assert amounts(judgement) == [50000, 60000, 70000]


@pytest.mark.parametrize(
    ("words", "told"),
    [("&L洛阳市总工会&R&10单位：万元", [50000, 60000, 70000]), ("&C第&P页", BARE), ("&R币种：港元", [])],
)
def test_unit_in_the_page_header_counts(words: str, told: list[int], settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    path = files.place(settings, table, ".xlsx")
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.set_header(words)
        for number, row in enumerate(files.typed_grid(table, files.valid_rows(table))):
            for index, cell in enumerate(row):
                if cell != "":
                    page.write(number, index, cell)

    assert amounts(files.judged(path, settings)) == told


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("万元", 10**4),
        ("（万元）", 10**4),
        ("单位：万元", 10**4),
        ("千元", 1000),
        ("亿元", 10**8),
        ("万", 10**4),
        ("元", 1),
    ],
)
@pytest.mark.parametrize("gap", [0, 1])
def test_row_of_units_below_the_header_counts(text: str, factor: int, gap: int, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    units = [""] * len(grid[0])
    units[grid[0].index("经济效益")] = text
    units[0] = "单位"

    judgement = judged([grid[0], *[[""]] * gap, units, *grid[1:]], settings, table)

    assert amounts(judgement) == [number * factor for number in BARE]
    assert (judgement.receipt.rows_in, stopping(judgement)) == (3, [])


def test_row_of_units_says_one_for_each_column(settings: Settings) -> None:
    table = files.table_of(SESSION)
    grid = grid_of(table)
    header = {column.header: column for column in table.columns}
    units = [
        {"元": "万元", "人": "人", "人次": "百人次"}.get(header[name].unit or "", "年" if "年" in name else "")
        for name in grid[0]
    ]

    judgement = judged([grid[0], units, *grid[1:]], settings, table)

    assert amounts(judgement, "cost_yuan") == [50000, 60000, 70000]
    persons = next(column.name for column in table.columns if column.unit == "人")
    assert amounts(judgement, persons) == BARE


@pytest.mark.parametrize(("text", "factor"), [("百人次", 100), ("万人次", 10**4), ("百人", 100), ("人次", 1)])
def test_row_of_units_converts_counts(text: str, factor: int, settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = grid_of(table)
    units = ["" if name != "服务居民" else text for name in grid[0]]

    judgement = judged([grid[0], units, *grid[1:]], settings, table)

    assert amounts(judgement, "residents_served") == [number * factor for number in BARE]


def test_row_of_units_that_do_not_go_with_their_column_is_asked_about(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    units = ["人" if name == "经济效益" else "" for name in grid[0]]

    assert stopping(judged([grid[0], units, *grid[1:]], settings, table)) == [("D115", "refuse", 2)]


def test_record_whose_amount_is_only_a_unit_is_no_row_of_units(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[1][grid[0].index("经济效益")] = "万元"

    judgement = judged(grid, settings, table)

    assert amounts(judgement) == [6, 7]
    assert stopping(judgement) == [("D100", "quarantine", 2)]


@pytest.mark.parametrize(
    "name",
    ["单位", "计量单位", "金额单位", "货币单位", "经济效益单位", "单位(金额)", "Unit", "Currency unit", "币种", "口径"],
)
def test_column_of_units_counts_row_by_row(name: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table, 4)
    place = grid[0].index("经济效益") + 1
    for row, cell in zip(grid, [name, "万元", "元", "千元", "元"], strict=True):
        row.insert(place, cell)

    judgement = judged(grid, settings, table)

    assert amounts(judgement) == [50000, 6, 7000, 8]
    assert stopping(judgement) == []
    assert "D115" in files.codes(judgement)


def test_column_of_units_asks_where_a_row_says_none_or_what_is_none(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table, 4)
    for row, cell in zip(grid, ["单位", "万元", "", "万", "若干"], strict=True):
        row.append(cell)

    judgement = judged(grid, settings, table)

    assert amounts(judgement) == [50000, 70000]
    assert stopping(judgement) == [("D115", "quarantine", 3), ("D115", "quarantine", 5)]


def test_column_of_units_beside_two_amounts_sets_the_rows_aside(settings: Settings) -> None:
    table = files.table_of(PROJECT)
    grid = grid_of(table)
    for row, cell in zip(grid, ["单位", "万元", "元", ""], strict=True):
        row.append(cell)

    judgement = judged(grid, settings, table)

    assert amounts(judgement, "budget_yuan") == [6]
    assert [(code, row) for code, _, row in stopping(judgement)] == [("D115", 2), ("D115", 4)]


def test_column_of_units_against_the_header_is_a_conflict(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[0][grid[0].index("经济效益")] = "经济效益(万元)"
    for row, cell in zip(grid, ["单位", "万元", "元", "千元"], strict=True):
        row.append(cell)

    judgement = judged(grid, settings, table)

    # 元 says that the row's number is no 万元; nobody can tell which of the two is right.
    assert amounts(judgement) == [50000]
    assert stopping(judgement) == [("D21", "quarantine", 3), ("D21", "quarantine", 4)]


def test_column_of_offices_is_no_column_of_units(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    for row, cell in zip(grid, ["单位", "甲厂", "万元村", ""], strict=True):
        row.append(cell)

    judgement = judged(grid, settings, table)

    assert amounts(judgement) == BARE
    assert [code for code, _, _ in stopping(judgement)] == ["D55"]


def test_column_of_units_is_not_taken_for_the_office(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    place = grid[0].index("填报单位")
    for row in grid:
        row.pop(place)
    for row, cell in zip(grid, ["单位", "万元", "万元", "万元"], strict=True):
        row.append(cell)

    judgement = judged(grid, settings, table)

    assert files.frame_of(judgement)["reporting_unit"].to_list() == ["洛阳市总工会"] * 3
    assert amounts(judgement) == [50000, 60000, 70000]


def test_total_is_compared_in_the_unit_of_its_row(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    total = ["合计", *[""] * (len(grid[0]) - 1)]
    total[grid[0].index("经济效益")] = "18"
    for row, cell in zip((*grid, total), ["单位", "万元", "万元", "万元", "万元"], strict=True):
        row.append(cell)

    judgement = judged([*grid, total], settings, table)

    assert stopping(judgement) == []


@pytest.mark.parametrize("remark", ["单位：万元", "（万元）", "金额为万元"])
def test_remark_that_says_a_unit_sets_its_row_aside(remark: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[2][grid[0].index("备注")] = remark
    grid[3][grid[0].index("备注")] = "其中捐款500万元"

    judgement = judged(grid, settings, table)

    assert amounts(judgement) == [5, 7]
    assert stopping(judgement) == [("D115", "quarantine", 3)]


FOREIGN = [
    "港元",
    "港币",
    "万港元",
    "澳门元",
    "澳门币",
    "美元",
    "万美元",
    "欧元",
    "HKD",
    "USD",
    "MOP",
    "HK$",
    "US$ million",
    "日元",
]


@pytest.mark.parametrize("currency", FOREIGN)
def test_other_currency_is_never_taken_for_yuan(currency: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    place = files.header_of(table).index("经济效益")

    def with_header(text: str) -> list[list[str]]:
        grid = grid_of(table)
        grid[0][place] = text
        return grid

    def with_cells(*cells: str) -> list[list[str]]:
        return [[*row, cell] for row, cell in zip(grid_of(table), cells, strict=True)]

    units = ["" if index != place else currency for index in range(len(files.header_of(table)))]
    refused = {
        "header": with_header(f"经济效益({currency})"),
        "header after": with_header(f"{currency}经济效益"),
        "title": [[f"单位：{currency}"], *grid_of(table)],
        "title in brackets": [[f"效益表（{currency}）"], *grid_of(table)],
        "currency": [[f"币种：{currency}"], *grid_of(table)],
        "note": [*grid_of(table), [f"注：金额单位为{currency}"]],
        "note alone": [*grid_of(table), [f"币种：{currency}"]],
        "row of units": [grid_of(table)[0], units, *grid_of(table)[1:]],
    }
    for grid in refused.values():
        judgement = judged(grid, settings, table)
        assert judgement.receipt.rows_accepted == 0
        assert [code for code, severity, _ in stopping(judgement) if severity == "refuse"] == ["D116"]
    aside = {
        "unit column": with_cells("单位", currency, "元", "元"),
        "currency column": with_cells("币种", currency, "人民币", "人民币"),
    }
    for grid in aside.values():
        judgement = judged(grid, settings, table)
        assert amounts(judgement) == [6, 7]
        assert stopping(judgement) == [("D116", "quarantine", 2)]


@pytest.mark.parametrize(
    "cell", ["100港元", "100万港币", "HK$100", "$1,200", "100 USD", "US$5万", "港币100元", "100元(港币)", "€30"]
)
def test_other_currency_in_a_cell_sets_the_row_aside(cell: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[1][grid[0].index("经济效益")] = cell

    judgement = judged(grid, settings, table)

    assert (amounts(judgement), stopping(judgement)) == ([6, 7], [("D116", "quarantine", 2)])


def test_other_currency_in_a_remark_sets_the_row_aside(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = grid_of(table)
    grid[1][grid[0].index("备注")] = "币种：港元"

    judgement = judged(grid, settings, table)

    assert (amounts(judgement), stopping(judgement)) == ([6, 7], [("D116", "quarantine", 2)])


def test_other_currency_that_was_converted_is_warned_of(settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = judged([*grid_of(table), ["注：港元按汇率折算为人民币"]], settings, table)

    assert (amounts(judgement), stopping(judgement)) == (BARE, [("D116", "warning", None)])


def workbook(
    settings: Settings,
    table: Table,
    values: Sequence[float],
    formats: Sequence[str | None],
    first: int = 0,
    header: str = "经济效益",
) -> Path:
    """A workbook whose amounts have number formats of their own; `first` empty columns stand before it."""
    path = files.place(settings, table, ".xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    place = files.header_of(table).index("经济效益")
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(files.typed_grid(table, files.valid_rows(table, len(values)))):
            for index, cell in enumerate(row):
                if index == place and number:
                    style = formats[number - 1]
                    page.write_number(
                        number, first + index, values[number - 1], style and book.add_format({"num_format": style})
                    )
                elif cell != "":
                    page.write(number, first + index, header if index == place else cell)
    return path


FORMATS = [
    ('0"万元"', 5, 50000),
    ('#,##0.00"万元"', 1.5, 15000),
    ('General"万元"', 5, 50000),
    ('0"万""元"', 5, 50000),
    ("0\\万\\元", 5, 50000),
    ('0"万"', 5, 50000),
    ('0.00"亿元"', 5, 500000000),
    ('[Red]0"千元"', 5, 5000),
    # Shown in another unit, and the number is that of yuan all the same.
    ('0!.0,"万元"', 50000, 50000),
    ('0,"千元"', 50000, 50000),
    ('0,,"百万元"', 5000000, 5000000),
    ('[>=10000]0!.0,"万元";0"元"', 50000, 50000),
    ('0"元"', 5, 5),
    ("[$¥-804]#,##0.00", 5, 5),
    ("#,##0.00", 5, 5),
]


@pytest.mark.parametrize(("code", "stored", "yuan"), FORMATS, ids=[code for code, _, _ in FORMATS])
@pytest.mark.parametrize("first", [0, 2])
def test_number_format_that_shows_a_unit_counts(
    code: str, stored: float, yuan: int, first: int, settings: Settings
) -> None:
    table = files.table_of(BENEFIT)

    judgement = files.judged(workbook(settings, table, [stored, 800000], [code, None], first), settings)

    assert (amounts(judgement), stopping(judgement)) == ([yuan, 800000], [])


@pytest.mark.parametrize("code", ["#,##0,", "0!.0,", '0"万(估)"', '[>=10000]0"万元";0'])
def test_number_format_whose_scale_cannot_be_told_sets_the_row_aside(code: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = files.judged(workbook(settings, table, [50000, 3], [code, None]), settings)

    assert (amounts(judgement), stopping(judgement)) == ([3], [("D115", "quarantine", 2)])


@pytest.mark.parametrize(
    "code",
    ['0"港元"', "[$HK$-C04]#,##0.00", '"US$"#,##0', "[$$-409]#,##0", "[$€-2]\\ #,##0", "[$¥-411]#,##0", "[$MOP]\\ 0"],
)
def test_number_format_of_another_currency_sets_the_row_aside(code: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = files.judged(workbook(settings, table, [5, 3], [code, None]), settings)

    assert (amounts(judgement), stopping(judgement)) == ([3], [("D116", "quarantine", 2)])


def test_number_format_against_the_header_is_a_conflict(settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    path = workbook(settings, table, [5, 6, 7], ['0"万元"', '0"千元"', None], header="经济效益(万元)")
    judgement = files.judged(path, settings)

    assert (amounts(judgement), stopping(judgement)) == ([50000, 70000], [("D21", "quarantine", 3)])


def test_number_format_counts_however_the_cells_are_written(settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    path = workbook(settings, table, [5, 6, 7], ['0"万元"', '0"万元"', '0"万元"'])
    cell = re.compile(rb'<c r="([A-Z]+[0-9]+)" s="([0-9]+)">')
    forms = {
        "style first": rb'<c s="\2" r="\1">',
        "type between": rb'<c r="\1" t="n" s="\2">',
        "no place": rb'<c s="\2">',
    }
    for form in forms.values():
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        other = path.with_name("河南_创新成果交流_效益表_202405.xlsx")
        with zipfile.ZipFile(other, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, cell.sub(form, content) if name == sheet else content)

        assert amounts(files.judged(other, settings)) == [50000, 60000, 70000]
