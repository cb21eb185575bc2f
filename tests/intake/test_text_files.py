"""Text files as Excel, WPS and databases write them: encodings, delimiters, line ends, quotes, ragged lines."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake.judge import Judgement
from warehouse.intake.one_ahead import one_ahead
from warehouse.settings import Settings

EVENT = "skills_to_community.event"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.mark.parametrize(
    ("encoding", "code", "said"),
    [("gb18030", "D01", "gb18030"), ("utf-8-sig", "D02", "utf-8-sig"), ("utf-16", "D03", "utf-16")],
)
def test_encoding_is_recognised_and_told(encoding: str, code: str, said: str, table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table)), settings, table, encoding)

    assert files.codes(judgement) == [code]
    assert (judgement.receipt.encoding, judgement.receipt.rows_accepted) == (said, 3)
    assert code != "D01" or "共3行" in judgement.receipt.messages[0].zh


@pytest.mark.parametrize("start", ["utf-16-le", "utf-16-be"])
def test_unicode_text_with_tabs_is_read(start: str, table: Table, settings: Settings) -> None:
    text = "\ufeff" + files.to_text(_grid(table), "\t")

    judgement = _judge(text, settings, table, start)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D03"], 3)


def test_mostly_numeric_gbk_file_that_also_is_utf8_is_not_misread(table: Table, settings: Settings) -> None:
    # 值 in GBK is D6 B5, which is valid UTF-8, too: only the header tells.
    text = files.to_text(_grid(table))

    judgement = _judge(text, settings, table, "gbk")

    assert judgement.receipt.encoding == "gb18030"
    assert files.frame_of(judgement)["community"].to_list() == ["社区甲"] * 3


@pytest.mark.parametrize("line", [3, 4])
def test_mixed_encodings_are_refused_with_the_line(line: int, table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table)).encode().split(b"\r\n")
    lines[line - 1] = lines[line - 1].decode().encode("gb18030")
    path = _path(settings, table)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\r\n".join(lines))

    judgement = _judged_old(path, settings)

    assert next((message.code, message.row) for message in judgement.receipt.messages) == ("D04", line)
    assert judgement.receipt.status == "refused"


def test_utf8_cell_that_no_gbk_reading_survives_is_refused_with_its_line(table: Table, settings: Settings) -> None:
    text = files.to_text(_grid(table)).encode("gb18030")
    lines = text.split(b"\r\n")
    lines[2] = lines[2].replace("社区甲".encode("gb18030"), "海阳路2社区".encode())
    path = _path(settings, table)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\r\n".join(lines))

    judgement = _judged_old(path, settings)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D04", 3)]


def test_utf8_cell_inside_a_gbk_file_is_refused(table: Table, settings: Settings) -> None:
    text = files.to_text(_grid(table)).encode("gb18030")
    broken = text.replace("社区甲".encode("gb18030"), "广东".encode(), 1)
    path = _path(settings, table)
    path.parent.mkdir(parents=True)
    path.write_bytes(broken)

    judgement = _judged_old(path, settings)

    assert next((message.code, message.row) for message in judgement.receipt.messages) == ("D04", 2)


def test_replacement_character_is_refused_with_the_line(table: Table, settings: Settings) -> None:
    text = files.to_text(_grid(table)).replace("社区甲", "社区\ufffd", 1)

    judgement = _judge(text, settings, table)

    assert next((message.code, message.row) for message in judgement.receipt.messages) == ("D04", 2)


@pytest.mark.parametrize("delimiter", ["\t", ";", "，", "；", "|"])
def test_other_delimiters_are_recognised_and_told(delimiter: str, table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table), delimiter), settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D07"], 3)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(line_end: str, table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table), line_end=line_end), settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 3)
    assert files.frame_of(judgement)["line"].to_list() == [2, 3, 4]


def test_mixed_line_ends_are_made_one_and_told(table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table), line_end="\n").split("\n")
    text = lines[0] + "\r\n" + lines[1] + "\n" + lines[2] + "\r" + lines[3] + "\n"

    judgement = _judge(text, settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == (["D62"], 3)


def test_line_numbers_count_lines_inside_quoted_cells(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    grid[1][_at(table, "community")] = "幸福\n社区"
    grid[3][_at(table, "teachers")] = "若干"

    judgement = _judge(files.to_text(grid), settings, table)

    assert files.frame_of(judgement)["line"].to_list() == [2, 4]
    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D59", 2), ("D100", 5)]


def test_quoted_cells_with_delimiters_and_quotes_are_read(table: Table, settings: Settings) -> None:
    grid = _grid(table)
    grid[2][_at(table, "community")] = '幸福,"和谐"社区'

    judgement = _judge(files.to_text(grid), settings, table)

    assert files.frame_of(judgement)["community"].to_list() == ["社区甲", '幸福,"和谐"社区', "社区甲"]


def test_unclosed_quote_is_refused_with_the_line_it_opens(table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table)).split("\r\n")
    lines[2] = lines[2].replace("社区甲", '"社区甲')

    judgement = _judge("\r\n".join(lines), settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D60", 3)]
    assert judgement.receipt.status == "refused"


def test_row_with_too_many_cells_is_quarantined_alone(table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table)).split("\r\n")
    lines[2] = lines[2].replace("社区甲", "社区,甲")

    judgement = _judge("\r\n".join(lines), settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D58", 3)]
    assert files.frame_of(judgement)["line"].to_list() == [2, 4]


def test_empty_cells_after_the_last_column_are_nothing(table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table)).split("\r\n")
    lines[2] += ",,,"

    judgement = _judge("\r\n".join(lines), settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 3)


@pytest.mark.parametrize(("line", "code"), [(3, "D58"), (4, "D58")])
def test_short_row_with_its_line_end_is_quarantined(line: int, code: str, table: Table, settings: Settings) -> None:
    lines = files.to_text(_grid(table)).split("\r\n")
    lines[line - 1] = ",".join(lines[line - 1].split(",")[:9])

    judgement = _judge("\r\n".join(lines), settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [(code, line)]
    assert (judgement.receipt.rows_accepted, judgement.receipt.rows_quarantined) == (2, 1)


def test_short_last_line_without_line_end_refuses_the_file(table: Table, settings: Settings) -> None:
    text = files.to_text(_grid(table)).removesuffix("\r\n")
    path = files.write_text(_path(settings, table), text[: text.rindex(",2024-05-10")])

    judgement = _judged_old(path, settings)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D87", 4)]
    assert (judgement.receipt.status, judgement.receipt.rows_accepted) == ("refused", 0)


def test_complete_last_line_without_line_end_is_fine(table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table)).removesuffix("\r\n"), settings, table)

    assert (files.codes(judgement), judgement.receipt.rows_accepted) == ([], 3)


def test_last_line_that_is_a_note_is_no_cut_off_row(table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table)) + "填表人：王某", settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D13", 5)]
    assert (judgement.receipt.rows_in, judgement.receipt.rows_accepted, judgement.receipt.rows_ignored) == (4, 3, 1)


def test_nul_refuses_and_other_control_characters_go(table: Table, settings: Settings) -> None:
    text = files.to_text(_grid(table))

    refused = _judge(text.replace("社区甲", "社\0区甲", 1), settings, table)
    mended = _judge(text.replace("社区甲", "社\x07区甲", 1), settings, table)

    assert (files.codes(refused), refused.receipt.status) == (["D64"], "refused")
    assert (files.codes(mended), mended.receipt.rows_accepted) == (["D64"], 3)
    assert files.frame_of(mended)["community"].to_list() == ["社区甲"] * 3


@pytest.mark.parametrize("text", ["", "\ufeff", "\r\n\r\n", " \t\n"])
def test_empty_file_is_refused(text: str, table: Table, settings: Settings) -> None:
    judgement = _judge(text, settings, table)

    assert (files.codes(judgement), judgement.receipt.status) == (["D84"], "refused")


def test_header_alone_is_refused_and_asks_for_a_zero_report(table: Table, settings: Settings) -> None:
    judgement = _judge(files.to_text(_grid(table)[:1]), settings, table)

    assert (files.codes(judgement), judgement.receipt.status, judgement.receipt.rows_in) == (["D85"], "refused", 0)
    assert "零报告" in judgement.receipt.messages[0].zh


def test_zero_report_is_accepted_and_counted_as_ignored(table: Table, settings: Settings) -> None:
    row = dict.fromkeys((column.name for column in table.columns), "")
    row.update(province_code="河南省", reporting_unit="洛阳市总工会", report_period="2024-05", remarks="零报告")

    judgement = _judge(files.to_text(files.grid_of(table, [row])), settings, table)

    receipt = judgement.receipt
    assert [(message.code, message.severity, message.row) for message in receipt.messages] == [("D85", "info", 2)]
    assert (receipt.status, receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored) == ("accepted", 1, 0, 1)
    [report] = judgement.zero_reports
    assert (report.reporting_unit, report.report_period, report.province_code) == ("洛阳市总工会", "2024-05", "41")


def test_blank_rows_and_columns_are_ignored_and_counted(table: Table, settings: Settings) -> None:
    lines = [line + ",," for line in files.to_text(_grid(table)).split("\r\n")[:-1]]
    commas = "," * lines[0].count(",")
    text = "\r\n".join([lines[0], lines[1], "", lines[2], commas, lines[3], commas, "", ""])

    judgement = _judge(text, settings, table)

    receipt = judgement.receipt
    assert files.codes(judgement) == ["D14"]
    assert "3个空行（第3、5、7行）" in receipt.messages[0].zh
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored) == (6, 3, 3)
    assert files.frame_of(judgement)["line"].to_list() == [2, 4, 6]


def test_file_that_is_no_table_is_refused_kindly(table: Table, settings: Settings) -> None:
    judgement = _judge("这是一封信\n没有表格\n", settings, table)

    assert (files.codes(judgement), judgement.receipt.status) == (["D56"], "refused")
    assert "模板" in judgement.receipt.messages[-1].zh


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\x89PNG\r\n", b"\x1f\x8b\x08", b"PK\x05\x06" + b"\0" * 18])
def test_other_kinds_of_files_are_refused_kindly(start: bytes, table: Table, settings: Settings) -> None:
    path = _path(settings, table)
    path.parent.mkdir(parents=True)
    path.write_bytes(start + b"\0\1\2\3")

    judgement = _judged_old(path, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D05"], "refused")


def _grid(table: Table) -> list[list[str]]:
    return files.grid_of(table, files.valid_rows(table))


def _at(table: Table, name: str) -> int:
    return [column.name for column in table.columns].index(name)


def _path(settings: Settings, table: Table) -> Path:
    return settings.seeds / table.programme / f"演示_{table.name_zh}.csv"


def _judge(text: str, settings: Settings, table: Table, encoding: str = "utf-8") -> Judgement:
    return _judged_old(files.write_text(_path(settings, table), text, encoding), settings)


def _judged_old(path: Path, settings: Settings) -> Judgement:
    """Judged as a file that was written a while ago, so that nothing is waited for."""
    before = time.time() - 60
    os.utime(path, (before, before))
    return files.judged(path, settings)


def _with_lines(grid: list[list[str]], changes: dict[int, tuple[str, str]]) -> str:
    """The grid as text without any quotation mark, then with some put in: by line, what becomes what."""
    lines = [",".join(row) for row in grid]
    for number, (old, new) in changes.items():
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new)
    return "".join(f"{line}\r\n" for line in lines)


def _stray(settings: Settings, changes: dict[int, tuple[str, str]], count: int = 6) -> Judgement:
    table = files.table_of("skills_to_community.event")
    rows = files.valid_rows(table, count)
    for number, row in enumerate(rows, start=2):
        row.update(residents_served=str(100 + number), community=f"第{number}行社区")
    path = files.write_text(files.place(settings, table), _with_lines(files.grid_of(table, rows), changes))
    return files.judged(path, settings)


@pytest.mark.parametrize(
    ("changes", "line", "last"),
    [
        ({3: ("第3行", '"第3行'), 4: ("第4行社区", '第4行社区"')}, 3, 4),
        # Over several lines, and closed in another column.
        ({3: ("第3行", '"第3行'), 6: ("茶艺", '茶艺"')}, 3, 6),
        # Closed by the mark of a cell that is quoted rightly.
        ({3: ("第3行", '"第3行'), 5: ("第5行社区", '"第5行,社区"')}, 3, 5),
    ],
)
def test_stray_quote_swallows_no_row_and_is_warned_of(
    changes: dict[int, tuple[str, str]], line: int, last: int, settings: Settings
) -> None:
    judgement = _stray(settings, changes)

    frame = files.frame_of(judgement)
    assert frame["residents_served"].to_list() == [102, 103, 104, 105, 106, 107]
    texts = [f"第{number}行社区" for number in range(2, 8)]
    if 5 in changes:
        texts[3] = "第5行,社区"
    assert frame["community"].to_list() == texts
    [said] = [m for m in judgement.receipt.messages if m.severity == "warning"]
    assert (said.code, said.row) == ("D117", line)
    assert f"第{line}–{last}行" in said.zh


def test_stray_quote_that_cannot_be_mended_sets_its_row_aside_and_says_which_lines_it_holds(settings: Settings) -> None:
    judgement = _stray(settings, {3: ("第3行社区", '"第""3行社区'), 4: ("第4行社区", '第4行社区"')})

    assert files.frame_of(judgement)["residents_served"].to_list() == [102, 105, 106, 107]
    assert [(m.code, m.severity, m.row) for m in judgement.receipt.messages if m.severity != "info"] == [
        ("D117", "quarantine", 3)
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '"第一行\n第二行"',
        '"地址：甲, 乙, 丙\n备注：丁, 戊"',
        '"一、茶艺\n二、书法\n三、合唱"',
        '"引用""幸福里""\n第二行"',
    ],
)
def test_line_break_in_a_cell_is_no_stray_quote(cell: str, settings: Settings) -> None:
    judgement = _stray(settings, {3: ("第3行社区", cell), 5: ("第5行社区", cell)})

    assert files.frame_of(judgement)["residents_served"].to_list() == [102, 103, 104, 105, 106, 107]
    assert [m.code for m in judgement.receipt.messages if m.severity != "info"] == []


def test_line_break_in_the_first_and_in_the_last_cell_is_no_stray_quote(settings: Settings) -> None:
    table = files.table_of("skills_to_community.event")
    grid = [["序号", *row, "说明"] for row in files.grid_of(table, files.valid_rows(table))]
    for row in grid[1:]:
        row[0], row[-1] = "1\n1", "甲, 乙\n丙, 丁"

    judgement = files.judged(files.write_text(files.place(settings, table), files.to_text(grid)), settings)

    assert judgement.receipt.rows_accepted == 3
    assert "D117" not in files.codes(judgement)


def test_line_with_a_cell_too_many_is_seen_beside_one_with_a_cell_too_few(table: Table, settings: Settings) -> None:
    # Together they have as many commas as two whole lines.
    lines = files.to_text(_grid(table)).splitlines()
    lines[1], lines[2] = f"{lines[1]},x", lines[2].rpartition(",")[0]

    judgement = _judge("\n".join([*lines, ""]), settings, table, "utf-8")

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D58", 2), ("D58", 3)]
    assert judgement.receipt.rows_accepted == 1


def test_things_made_ahead_come_in_order_and_fail_where_they_fail() -> None:
    def things() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("third")

    seen = []
    with pytest.raises(ValueError, match="third"):
        for thing in one_ahead(things()):
            seen.append(thing)
    assert seen == [1, 2]
    assert list(one_ahead(iter(()))) == []


def test_odd_text_among_many_repeated_ones_is_still_seen(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table, 5000)
    rows[4321]["community"] = " 社区甲\u3000"

    judgement = _judge(files.to_text(files.grid_of(table, rows)), settings, table, "utf-8")

    assert judgement.receipt.rows_accepted == 5000
    assert files.frame_of(judgement)["community"].unique().to_list() == ["社区甲"]
    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D63", 4323)]


def test_rows_that_begin_with_a_blank_cell_are_rows_still(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table, 4)
    grid = files.grid_of(table, rows)
    place = grid[0].index(table.column("province_code").header)
    grid[2][place] = ""
    grid.append(["" if index != place else "合 计" for index in range(len(grid[0]))])

    judgement = _judge(files.to_text(grid), settings, table, "utf-8")

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D10", 3), ("D11", 6)]
    assert (judgement.receipt.rows_in, judgement.receipt.rows_accepted, judgement.receipt.rows_ignored) == (5, 3, 1)


@pytest.mark.parametrize("is_one_line", [True, False])
def test_quotation_mark_before_more_than_any_cell_holds_is_told_with_its_line(
    is_one_line: bool, table: Table, settings: Settings
) -> None:
    first, second, third, _ = files.to_text(_grid(table), line_end="\n").splitlines()
    rest = "文字" * 2_000_000 if is_one_line else f"{third}\n" * 150_000

    judgement = _judge(f'{first}\n{second}\n"{third}{rest}\n', settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D60", 3)]


def test_quotation_mark_before_the_header_is_told_with_its_line(table: Table, settings: Settings) -> None:
    judgement = _judge('报表\n"' + files.to_text(_grid(table)), settings, table)

    assert [(message.code, message.row) for message in judgement.receipt.messages] == [("D60", 2)]


@pytest.mark.parametrize(
    ("line", "count"), [("\n", 3_000_000), ("\r\n", 1_000_000), (" \t\r\n", 99_999), (",,\n", 500_000)]
)
def test_file_of_blank_lines_only_is_empty(line: str, count: int, table: Table, settings: Settings) -> None:
    assert files.codes(_judge(line * count, settings, table)) == ["D84"]


def test_millions_of_blank_lines_are_no_rows_at_the_end_and_are_counted_before_a_row(
    table: Table, settings: Settings
) -> None:
    text = files.to_text(_grid(table), line_end="\n")
    at_the_end = _judge(text + "\n" * 3_000_000, settings, table)
    lines = text.splitlines(keepends=True)
    in_between = _judge("".join([*lines[:3], "\n" * 1_000_000, lines[3]]), settings, table)

    assert (at_the_end.receipt.rows_in, at_the_end.receipt.rows_accepted) == (3, 3)
    counted = in_between.receipt
    assert (counted.rows_in, counted.rows_accepted, counted.rows_ignored) == (1_000_003, 3, 1_000_000)
    assert "第4–1000003行" in counted.messages[0].zh
