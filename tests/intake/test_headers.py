"""Header rows and whole tables: titles, synonyms, units, order, missing and doubled columns, wrong folders."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.folder.one_file import judge
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

EVENT, BENEFIT, SESSION = "skills_to_community.event", "innovation_expo.benefit", "health_checkup.session"


def test_titles_above_the_header_are_skipped_and_told(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [["2024年5月社区服务情况统计表"], ["填报单位：洛阳市总工会", "", "单位：人"], *_grid(table)]

    judgement = _judge(grid, settings, table)

    assert files.codes(judgement) == ["D08"]
    assert files.frame_of(judgement)["line"].to_list() == [4, 5, 6]


def test_synonyms_blanks_and_order_of_headers_are_told(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = _grid(table)
    header = grid[0]
    header[header.index("服务居民")] = "服务居民人次"
    header[header.index("承办学校")] = "承办 学\n校"
    grid = [[row[1], row[0], *row[2:]] for row in grid]

    judgement = _judge(grid, settings, table)

    assert files.codes(judgement) == ["D53", "D52", "D54"]
    assert judgement.receipt.rows_accepted == 3


@pytest.mark.parametrize("text", ["经济效益(万元)", "经济效益（单位：万元）", "经济效益/万元", "经济效益【万元】"])
def test_unit_in_the_header_is_converted(text: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = _grid(table)
    grid[0][grid[0].index("经济效益")] = text
    column = grid[0].index(text)
    for row, value in zip(grid[1:], ["1500", "1,500.5", "1500万元"], strict=True):
        row[column] = value

    judgement = _judge(grid, settings, table)

    assert "D20" in files.codes(judgement)
    assert files.frame_of(judgement)["benefit_yuan"].to_list() == [
        Decimal("15000000.00"),
        Decimal("15005000.00"),
        Decimal("15000000.00"),
    ]


def test_unit_in_a_title_row_is_converted(settings: Settings) -> None:
    table = files.table_of(BENEFIT)

    judgement = _judge([["创新成果效益表"], ["单位：万元"], *_grid(table)], settings, table)

    assert "D20" in files.codes(judgement)
    assert files.frame_of(judgement)["benefit_yuan"].to_list() == [Decimal(50000), Decimal(60000), Decimal(70000)]


@pytest.mark.parametrize("raw", ["1500元", "2.5万", "3亿"])
def test_other_unit_under_a_header_with_a_unit_is_a_conflict(raw: str, settings: Settings) -> None:
    table = files.table_of(BENEFIT)
    grid = _grid(table)
    column = grid[0].index("经济效益")
    grid[0][column] = "经济效益(万元)"
    grid[2][column] = raw

    judgement = _judge(grid, settings, table)

    assert [(m.code, m.row) for m in judgement.receipt.messages if m.severity == "quarantine"] == [("D21", 3)]


@pytest.mark.parametrize(
    ("amounts", "refused"),
    [
        (("1500万元", "1500", "2300000"), [3]),
        (("1500万元", "1200", "1800万元"), [3]),
        (("3亿", "25000", "1.2万"), []),
        (("1.2万", "5", "9000"), []),
        (("1500", "15000000", "1500"), []),
    ],
)
def test_bare_amount_ten_thousand_times_below_those_with_a_unit_is_quarantined(
    amounts: tuple[str, ...], refused: list[int], settings: Settings
) -> None:
    table = files.table_of(BENEFIT)
    grid = _grid(table)
    for row, amount in zip(grid[1:], amounts, strict=True):
        row[grid[0].index("经济效益")] = amount

    judgement = _judge(grid, settings, table)

    stopping = [m for m in judgement.receipt.messages if m.severity == "quarantine"]
    assert [(m.code, m.row, m.column) for m in stopping] == [("D21", row, "经济效益") for row in refused]
    assert judgement.receipt.rows_accepted == 3 - len(refused)


@pytest.mark.parametrize(
    ("amounts", "warned", "refused"),
    [
        (("14.66亿元", "200000", "180000"), [3, 4], []),
        (("3亿", "25000", "1.2万"), [3], []),
        # One of many bare amounts: the others are written as yuan, so this one may be, too.
        (("1500万元", "2000", "35000", "4800000", "610000"), [3], []),
        (("1500万元", "2000", "1800", "4800000"), [], [3, 4]),
        (("14.66亿元", "2000", "88000000"), [], []),
    ],
)
def test_amounts_far_apart_are_warned_of_unless_the_column_reads_as_mixed(
    amounts: tuple[str, ...], warned: list[int], refused: list[int], settings: Settings
) -> None:
    table = files.table_of(BENEFIT)
    grid = files.grid_of(table, files.valid_rows(table, len(amounts)))
    for row, amount in zip(grid[1:], amounts, strict=True):
        row[grid[0].index("经济效益")] = amount

    judgement = _judge(grid, settings, table)

    found = [(m.severity, m.row) for m in judgement.receipt.messages if m.code == "D21"]
    assert found == [*(("warning", row) for row in warned), *(("quarantine", row) for row in refused)]
    assert judgement.receipt.rows_accepted == len(amounts) - len(refused)


def test_sequence_and_batch_columns_are_ignored(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [
        ["序号", "填报批次", *_grid(table)[0]],
        *([str(n), "X1", *row] for n, row in enumerate(_grid(table)[1:], 1)),
    ]

    judgement = _judge(grid, settings, table)

    assert (files.codes(judgement), judgement.receipt.status) == (["D15"], "accepted")
    assert judgement.receipt.rows_accepted == 3


def test_extra_column_warns_and_is_not_taken(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [[*row, "甲科" if number else "经办科室"] for number, row in enumerate(_grid(table))]

    judgement = _judge(grid, settings, table)

    assert [(m.code, m.severity, m.column) for m in judgement.receipt.messages] == [("D55", "warning", "经办科室")]
    assert (judgement.receipt.status, judgement.receipt.rows_accepted) == ("warned", 3)


def test_missing_required_column_refuses_and_names_it(settings: Settings) -> None:
    table = files.table_of(EVENT)
    column = files.header_of(table).index("社区")

    judgement = _judge([row[:column] + row[column + 1 :] for row in _grid(table)], settings, table)

    assert (files.codes(judgement), judgement.receipt.status) == (["D56"], "refused")
    assert "社区" in judgement.receipt.messages[-1].zh
    assert (judgement.receipt.rows_in, judgement.receipt.rows_accepted) == (3, 0)


@pytest.mark.parametrize("header", ["省份", "填报单位", "统计期"])
def test_column_that_the_file_name_gives_is_filled_in(header: str, settings: Settings) -> None:
    table = files.table_of(EVENT)
    column = files.header_of(table).index(header)
    grid = [row[:column] + row[column + 1 :] for row in _grid(table)]
    path = files.write_text(files.place(settings, table), files.to_text(grid))

    judgement = files.judged(path, settings)

    assert [(m.code, m.severity) for m in judgement.receipt.messages] == [("D56", "info")]
    row = files.frame_of(judgement).select("province_code", "reporting_unit", "report_period").row(0)
    assert row == ("41", "洛阳市总工会", "2024-05")


def test_optional_column_may_be_missing(settings: Settings) -> None:
    table = files.table_of(EVENT)
    column = files.header_of(table).index("数据性质")

    judgement = _judge([row[:column] + row[column + 1 :] for row in _grid(table)], settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 3)
    assert files.frame_of(judgement)["value_qualifier"][0] == "精确"


def test_doubled_column_refuses_and_names_it(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [[*row, row[files.header_of(table).index("参与学生")]] for row in _grid(table)]

    judgement = _judge(grid, settings, table)

    assert (files.codes(judgement), judgement.receipt.messages[-1].column) == (["D57"], "参与学生")


def test_header_of_two_rows_is_unfolded(settings: Settings) -> None:
    table = files.table_of(SESSION)
    grid = _grid(table)
    upper, lower = list(grid[0]), [""] * len(grid[0])
    first = upper.index("其中本年首次")
    upper[first - 1], upper[first], upper[first + 1] = "体检", "", ""
    lower[first - 1], lower[first], lower[first + 1] = "人数", "其中本年首次", "异常提示人数"

    judgement = _judge([upper, lower, *grid[1:]], settings, table)

    assert files.codes(judgement) == ["D09"]
    assert files.frame_of(judgement)["first_time_persons"].to_list() == [5, 6, 7]


def test_whole_beside_its_part_in_a_header_of_two_rows_is_the_number_itself(settings: Settings) -> None:
    table = files.table_of(SESSION)
    grid = _grid(table)
    upper, lower = list(grid[0]), [""] * len(grid[0])
    first = upper.index("其中本年首次")
    lower[first - 1], lower[first], upper[first] = "合计", "其中本年首次", ""

    judgement = _judge([upper, lower, *grid[1:]], settings, table)

    assert files.codes(judgement) == ["D09"]
    assert files.frame_of(judgement)["checked_persons"].to_list() == [5, 6, 7]
    assert files.frame_of(judgement)["first_time_persons"].to_list() == [5, 6, 7]


def test_header_of_two_rows_that_cannot_be_told_apart_is_refused(settings: Settings) -> None:
    table = files.table_of(SESSION)
    grid = _grid(table)
    upper, lower = list(grid[0]), [""] * len(grid[0])
    first = upper.index("其中本年首次")
    upper[first] = ""
    lower[first - 1], lower[first] = "男", "女"

    judgement = _judge([upper, lower, *grid[1:]], settings, table)

    assert (files.codes(judgement), judgement.receipt.status) == (["D09"], "refused")


def test_file_in_the_wrong_folder_is_refused_with_the_right_one(settings: Settings) -> None:
    table = files.table_of("dispute_mediation.case")
    path = settings.seeds / "health_checkup" / "河南_劳动争议裁调对接_202405.csv"
    files.write_text(path, files.to_text(_grid(table)))

    judgement = files.judged(path, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D93"], "refused")
    assert "劳动争议裁调对接·案件表" in judgement.receipt.messages[-1].zh


def test_programme_option_stands_for_the_folder(settings: Settings, tmp_path: Path) -> None:
    table = files.table_of(EVENT)
    path = files.write_text(tmp_path / "elsewhere" / "演示_活动表.csv", files.to_text(_grid(table)))

    found = judge(path, settings)
    wrong = judge(path, settings, "health_checkup")

    assert found is not None and wrong is not None
    assert (found.receipt.programme, found.receipt.table) == ("skills_to_community", "event")
    assert files.codes(wrong) == ["D93"]


@pytest.mark.parametrize("header", ["姓名", "身份证号", "联系电话", "手机", "家庭住址", "诊断结果"])
def test_column_of_personal_data_refuses_the_file_without_its_values(header: str, settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [[*row, "秘密甲" if number else header] for number, row in enumerate(_grid(table))]

    judgement = _judge(grid, settings, table)

    # Beside the refusal it is told that the file still lies in the seeds folder.
    assert (files.codes(judgement), judgement.receipt.status) == (["D70", "D121"], "refused")
    assert "秘密" not in str(judgement.receipt)


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ([["姓名", "身份证"], ["秘密甲", "11010119900307001X"]], "“姓名、身份证”"),
        (
            [["2024年5月参检职工花名册", ""], ["序号", "职工 姓名", "联系\n电话"], ["1", "秘密甲", "13800138000"]],
            "“姓名、电话”",
        ),
        ([["姓名"], ["秘密甲"]], "“姓名”"),
        ([["地区", "家庭住址"], ["410300", "秘密甲"]], "“住址”"),
        # No header at all: only the number says what it is.
        ([["秘密甲", "11010119900307001X"], ["秘密乙", "110101199003070011"]], "“身份证”"),
    ],
)
@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "utf-16", "tab", "xlsx"])
def test_list_of_persons_is_refused_as_personal_data_though_no_header_is_ours(
    kind: str, grid: list[list[str]], words: str, settings: Settings
) -> None:
    path = settings.seeds / "skills_to_community" / "花名册.csv"
    if kind == "xlsx":
        files.write_workbook(path.with_suffix(".xlsx"), grid)
        path = path.with_suffix(".xlsx")
    else:
        text = files.to_text(grid, "\t" if kind == "tab" else ",")
        files.write_text(path, text, "utf-8" if kind == "tab" else kind)

    judgement = files.judged(path, settings)

    # Beside the refusal it is told that the file still lies in the seeds folder.
    assert (files.codes(judgement), judgement.receipt.status) == (["D70", "D121"], "refused")
    assert all(words in message.zh for message in judgement.receipt.messages)
    assert not any(secret in str(judgement) for secret in ("秘密", "110101", "138001"))


def test_table_of_nobody_without_personal_data_is_told_that_its_header_is_unknown(settings: Settings) -> None:
    for grid in (
        [["甲", "乙"], ["1", "2"]],
        [["姓名", "乙"], ["", "2"]],
        [["负责人姓名写在这里的一段说明文字", "乙"], ["1", "2"]],
    ):
        path = files.write_text(settings.seeds / "skills_to_community" / "表.csv", files.to_text(grid))
        judgement = files.judged(path, settings)
        assert (files.codes(judgement), judgement.receipt.status) == (["D56"], "refused")


def test_empty_column_of_personal_data_is_only_an_extra_column(settings: Settings) -> None:
    table = files.table_of(EVENT)
    grid = [[*row, "" if number else "姓名"] for number, row in enumerate(_grid(table))]

    judgement = _judge(grid, settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D55"], 3)


def _grid(table: Table) -> list[list[str]]:
    return files.grid_of(table, files.valid_rows(table))


def _judge(grid: list[list[str]], settings: Settings, table: Table) -> Judgement:
    path = settings.seeds / table.programme / f"演示_{table.name_zh}.csv"
    return files.judged(files.write_text(path, files.to_text(grid)), settings)
