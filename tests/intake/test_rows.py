"""Rows that are no data, repeated rows, rival rows, totals, shares of a column."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.intake import files
from warehouse.contracts import Column, Table
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

EVENT, SESSION = "skills_to_community.event", "health_checkup.session"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.mark.parametrize("word", ["合计", "总计", "小计", "合 计", "全省"])
def test_total_row_is_not_taken_and_compared(word: str, table: Table, settings: Settings) -> None:
    judgement = _judge([*_grid(table), _total(table, word, students="18")], settings, table)

    receipt = judgement.receipt
    assert [(m.code, m.severity, m.row) for m in receipt.messages] == [("D11", "info", 5)]
    assert "一致" in receipt.messages[0].zh and "不一致" not in receipt.messages[0].zh
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored) == (4, 3, 1)


def test_total_that_differs_warns_with_the_difference(table: Table, settings: Settings) -> None:
    judgement = _judge([*_grid(table), _total(table, "合计", students="20", teachers="18")], settings, table)

    assert [(m.code, m.severity, m.column) for m in judgement.receipt.messages] == [
        ("D11", "info", None),
        ("D12", "warning", "参与学生"),
    ]
    assert "相差2" in judgement.receipt.messages[1].zh
    assert (judgement.receipt.status, judgement.receipt.rows_accepted) == ("warned", 3)


def test_subtotals_count_the_rows_since_the_last_one(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    rows = [*grid[:2], _total(table, "小计", students="5"), *grid[2:], _total(table, "小计", students="13")]

    judgement = _judge([*rows, _total(table, "合计", students="18")], settings, table)

    assert files.codes(judgement) == ["D11"]
    assert judgement.receipt.rows_ignored == 3


def test_totals_count_quarantined_rows_and_repeated_rows_once(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    grid[2][_at(table, "community")] = ""
    grid[3][_at(table, "students")] = "-7"

    judgement = _judge([*grid, grid[1], _total(table, "合计", students="4")], settings, table)

    assert "D12" not in files.codes(judgement)
    assert judgement.receipt.rows_accepted == 1


def test_total_in_the_sequence_column_is_a_total(table: Table, settings: Settings) -> None:
    grid = [["序号" if number == 0 else str(number), *row] for number, row in enumerate(_grid(table))]
    total = _total(table, "", students="18")

    judgement = _judge([*grid, ["合计", *total]], settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D15", "D11"], 3)


def test_part_rows_are_ignored_and_compared_with_nothing(table: Table, settings: Settings) -> None:
    judgement = _judge([*_grid(table), _total(table, "其中：女教师", teachers="2")], settings, table)

    assert files.codes(judgement) == ["D11"]


@pytest.mark.parametrize(
    "text", ["备注：本表数据截至5月底", "填表人：王某", "审核人:李某   日期：2024-06-01", "注1：仅统计市区"]
)
def test_note_rows_are_not_taken(text: str, table: Table, settings: Settings) -> None:
    judgement = _judge([*_grid(table), [text, *[""] * (len(table.columns) - 1)]], settings, table)

    assert [(m.code, m.row) for m in judgement.receipt.messages] == [("D13", 5)]
    assert "王某" not in judgement.receipt.messages[0].zh
    assert judgement.receipt.rows_ignored == 1


def test_repeated_header_row_is_not_taken(table: Table, settings: Settings) -> None:
    grid = _grid(table)

    judgement = _judge([*grid[:2], grid[0], *grid[2:]], settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D13"], 3)
    assert judgement.receipt.messages[0].zh == "第3行重复了表头，未入库。"


def test_header_repeated_with_other_blanks_beside_numbered_rows_is_not_taken(table: Table, settings: Settings) -> None:
    grid = [["序号" if number == 0 else str(number), *row] for number, row in enumerate(_grid(table))]
    again = [" ".join(cell) for cell in grid[0]]

    judgement = _judge([*grid, again, again], settings, table)

    assert [(m.code, m.row) for m in judgement.receipt.messages if m.row] == [("D13", 5), ("D13", 6)]
    assert (judgement.receipt.rows_accepted, judgement.receipt.rows_ignored) == (3, 2)


def test_identical_rows_count_once(table: Table, settings: Settings) -> None:
    grid = _grid(table)

    judgement = _judge([*grid, grid[1], grid[1]], settings, table)

    receipt = judgement.receipt
    assert [(m.code, m.severity, m.row) for m in receipt.messages] == [("D72", "info", 5), ("D72", "info", 6)]
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored, receipt.status) == (5, 3, 2, "accepted")


def test_repairs_beyond_the_listed_ones_are_told_with_their_lines(table: Table, settings: Settings) -> None:
    grid = files.grid_of(table, files.valid_rows(table, 300))
    for row in grid[1:]:
        row[_at(table, "students")] = "1,000"
    grid[250][_at(table, "students")] = "1000"

    judgement = _judge(grid, settings, table)

    told = [m for m in judgement.receipt.messages if m.code == "D17"]
    assert len(told) == 201
    assert (told[-1].row, told[-1].column) == (None, "参与学生")
    assert "另有99处同样情况（共299处），在第202–250、252–301行" in told[-1].zh


def test_rows_that_mean_the_same_are_identical(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    again = list(grid[1])
    again[0], again[_at(table, "event_date")] = "豫", "2024/5/10"

    judgement = _judge([*grid, again], settings, table)

    assert (judgement.receipt.rows_accepted, judgement.receipt.rows_ignored) == (3, 1)


def test_rows_of_one_key_that_differ_are_both_quarantined(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    rival = list(grid[1])
    rival[_at(table, "students")] = "9"

    judgement = _judge([*grid, rival], settings, table)

    receipt = judgement.receipt
    assert [(m.code, m.severity, m.row) for m in receipt.messages] == [
        ("D73", "quarantine", 2),
        ("D73", "quarantine", 5),
    ]
    assert "活动编号1" in receipt.messages[0].zh
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (2, 2)


def test_same_key_in_another_period_is_a_newer_state(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    later = list(grid[1])
    later[_at(table, "report_period")] = "2024-06"
    later[_at(table, "students")] = "9"

    judgement = _judge([*grid, later], settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 4)


def test_personal_values_appear_nowhere_in_the_judgement(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    grid[1][_at(table, "community")] = "张三110101199003070011"
    grid[2][_at(table, "students")] = "13800138000"
    grid[3][_at(table, "school")] = "电话 0379-63212345"
    title = ["联系人王某 13800138000", *[""] * (len(table.columns) - 1)]

    judgement = _judge([title, *grid, ["填表人：赵某 13900139000"]], settings, table)

    shown = str(judgement.receipt.as_json()) + str(judgement.receipt) + str(judgement.frame)
    for secret in ("110101199003070011", "13800138000", "63212345", "13900139000"):
        assert secret not in shown


def test_row_with_personal_data_gets_no_other_message(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    grid[2][_at(table, "remarks")] = "13800138000"
    grid[2][_at(table, "students")] = "若干"

    judgement = _judge(grid, settings, table)

    # That the file lies in the seeds folder with it is said of the file, not of the row.
    assert [(m.code, m.row) for m in judgement.receipt.messages] == [("D121", None), ("D69", 3)]


def test_valid_credit_code_is_no_personal_data(settings: Settings) -> None:
    table = files.table_of("social_org_federation.member_org")

    judgement = _judge(_grid(table), settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 3)


@pytest.mark.parametrize(
    ("cells", "expected", "codes"),
    [
        (["60%", "45%", "0%"], ["0.6000", "0.4500", "0.0000"], ["D27"]),
        (["0.6", "0.45", "1"], ["0.6000", "0.4500", "1.0000"], []),
        (["60", "45", "0"], ["0.6000", "0.4500", "0.0000"], ["D27"]),
        (["0.6", "45", "60%"], ["0.6000"], ["D27"]),
        (["132%", "45%", "60%"], ["0.4500", "0.6000"], ["D27", "D28"]),
        (["-5%", "45%", "60%"], ["0.4500", "0.6000"], ["D27", "D28"]),
        (["６０％", "45%", ""], ["0.6000", "0.4500", None], ["D27"]),
    ],
)
def test_column_of_shares_is_read_as_a_whole(
    cells: list[str], expected: list[str | None], codes: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Column("attendance_rate", "出勤率", "decimal", "decimal(6,4)", "出勤率", ratio=True)
    table = files.table_of(EVENT)
    with_share = replace(table, columns=(*table.columns, share))
    monkeypatch.setattr("warehouse.contracts.all_tables", lambda: (with_share,))
    rows = files.valid_rows(table)
    for row, cell in zip(rows, cells, strict=True):
        row["attendance_rate"] = cell

    judgement = _judge(files.grid_of(with_share, rows), settings, table)

    assert files.codes(judgement) == codes
    read = files.frame_of(judgement)["attendance_rate"].to_list()
    assert read == [None if value is None else Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [("(1,234)", -1234, "D31"), ("-5", -5, None), ("4~5", 4, "D23")],
)
def test_contract_may_allow_negative_numbers_and_ranges(
    raw: str, value: int, code: str | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = files.table_of(EVENT)
    balance = Column("balance", "结余", "int", "bigint", "结余", allow_negative=True, allow_range=True)
    with_balance = replace(table, columns=(*table.columns, balance))
    monkeypatch.setattr("warehouse.contracts.all_tables", lambda: (with_balance,))
    rows = files.valid_rows(table)
    for row in rows:
        row["balance"] = raw

    judgement = _judge(files.grid_of(with_balance, rows), settings, table)

    assert files.codes(judgement) == ([code] if code else [])
    assert files.frame_of(judgement)["balance"].to_list() == [value] * 3


def _grid(table: Table) -> list[list[str]]:
    return files.grid_of(table, files.valid_rows(table))


def _at(table: Table, name: str) -> int:
    return [column.name for column in table.columns].index(name)


def _total(table: Table, word: str, **numbers: str) -> list[str]:
    return [word if number == 0 else numbers.get(column.name, "") for number, column in enumerate(table.columns)]


def _judge(grid: list[list[str]], settings: Settings, table: Table) -> Judgement:
    path = settings.seeds / table.programme / f"演示_{table.name_zh}.csv"
    return files.judged_here(files.write_text(path, files.to_text(grid)), settings)
