"""What a workbook says of its cells beside their values: marks in rich text, number formats, where its table begins, odd parts."""

import random
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake import files
from warehouse.intake import number_formats
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

EVENT = files.table_of("skills_to_community.event")
NAMES = [column.name for column in EVENT.columns]
EMPTY = "EMPTY"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("is_inline", [False, True])
def test_raised_and_lowered_and_struck_runs_are_no_part_of_a_number(is_inline: bool, settings: Settings) -> None:
    judgement = _rich(
        settings,
        is_inline,
        ("residents_served", ["356", ("super", "1")]),
        ("residents_served", ["120", ("sub", "2")]),
        ("residents_served", [("struck", "99"), "101"]),
    )

    assert files.frame_of(judgement)["residents_served"].to_list() == [356, 120, 101]
    assert [(m.code, m.severity, m.row) for m in judgement.receipt.messages if m.code != "D32"] == [
        ("D110", "warning", 2),
        ("D110", "warning", 3),
        ("D110", "warning", 4),
    ]
    assert "上标" in _told(judgement, 2) and "下标" in _told(judgement, 3) and "划去" in _told(judgement, 4)
    assert "99" in _told(judgement, 4)


def test_raised_run_is_no_part_of_a_date_a_period_or_a_code(settings: Settings) -> None:
    judgement = _rich(
        settings,
        False,
        ("event_date", ["2024-5-1", ("super", "2")]),
        ("report_period", ["2024-05", ("super", "①")]),
        ("event_id", ["T003", ("super", "3")]),
    )

    frame = files.frame_of(judgement)
    assert frame["event_date"][0] == date(2024, 5, 1)
    assert str(frame["report_period"][1]) == "2024-05"
    assert frame["event_id"][2] == "T003"
    assert [m.row for m in judgement.receipt.messages if m.code == "D110"] == [2, 3, 4]


def test_power_and_torn_digits_set_their_rows_aside(settings: Settings) -> None:
    judgement = _rich(
        settings,
        False,
        ("residents_served", ["10", ("super", "3")]),
        ("residents_served", ["3", ("super", "2"), "5"]),
        ("event_date", ["2024-05-1", ("struck", "1"), "2"]),
    )

    assert judgement.receipt.rows_accepted == 0
    assert [(m.code, m.row) for m in judgement.receipt.messages if m.severity == "quarantine"] == [
        ("D111", 2),
        ("D111", 3),
        ("D40", 4),
    ]


def test_marks_and_formats_are_seen_in_a_large_workbook_too(settings: Settings) -> None:
    path = _path(settings)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(files.typed_grid(EVENT, files.valid_rows(EVENT, 4000))):
            for index, cell in enumerate(row):
                page.write(number, index + 3, cell)
        raised, coded = book.add_format({"font_script": 1}), book.add_format({"num_format": '"T"00000'})
        page.write_rich_string(3990, 3 + _at("students"), "356", raised, "1")
        page.write_number(3991, 3 + _at("event_id"), 77, coded)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 2 << 20

    judgement = files.judged(path, settings)

    frame = files.frame_of(judgement)
    assert [(m.code, m.row) for m in judgement.receipt.messages] == [("D32", 3991), ("D110", 3991), ("D112", 3992)]
    assert (frame["students"][3989], frame["event_id"][3990]) == (356, "T00077")


def test_header_with_the_number_of_a_note_is_known(settings: Settings) -> None:
    path = _path(settings)
    with xlsxwriter.Workbook(path) as book:
        page, raised = book.add_worksheet(), book.add_format({"font_script": 1})
        for number, row in enumerate(files.grid_of(EVENT, files.valid_rows(EVENT))):
            for index, cell in enumerate(row):
                page.write_string(number, index, cell)
        page.write_rich_string(0, _at("residents_served"), "服务居民", raised, "1")
        page.write_string(0, _at("students"), "参与学生②")

    assert files.judged(path, settings).receipt.rows_accepted == 3


@pytest.mark.parametrize(("look", "word"), [({"font_strikeout": True}, "划去"), ({"font_script": 1}, "上标")])
def test_wholly_marked_cell_is_blank_and_told(look: dict[str, object], word: str, settings: Settings) -> None:
    judgement = _plain(settings, {("residents_served", 0): (356, look), ("satisfaction_n", 1): ("6", look)})

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages if m.code != "D32"] == [
        ("D99", 2, "服务居民"),
        ("D110", 2, "服务居民"),
        ("D110", 3, "满意度有效样本"),
    ]
    assert word in _told(judgement, 3)
    assert files.frame_of(judgement)["satisfaction_n"].to_list() == [None, 7]


def test_struck_row_is_no_row(settings: Settings) -> None:
    struck = {(name, 1): (value, {"font_strikeout": True}) for name, value in files.valid_rows(EVENT)[1].items()}

    receipt = _plain(settings, struck).receipt

    assert (receipt.rows_accepted, receipt.rows_ignored) == (2, 1)
    assert {m.row for m in receipt.messages if m.code == "D110"} == {3}


def test_codes_are_what_their_cells_show(settings: Settings) -> None:
    judgement = _plain(
        settings,
        {
            ("event_id", 0): (1, {"num_format": "0000"}),
            ("event_id", 1): (2, {"num_format": '"T"000'}),
            ("event_id", 2): (12, {"num_format": "00-000"}),
            ("community", 0): (7, {"num_format": '"第"0"社区"'}),
            ("region_code", 1): (410300, {"num_format": "000000"}),
        },
    )

    frame = files.frame_of(judgement)
    assert frame["event_id"].to_list() == ["0001", "T002", "00-012"]
    assert frame["community"][0] == "第7社区"
    assert frame["region_code"][1] == "410300"
    assert {(m.row, m.column) for m in judgement.receipt.messages if m.code == "D112"} == {
        (2, "社区"),
        (2, "活动编号"),
        (3, "活动编号"),
        (4, "活动编号"),
    }


@pytest.mark.parametrize("count", [3, 4000])
def test_code_that_excel_made_a_date_is_warned_of(count: int, settings: Settings) -> None:
    grid = files.typed_grid(EVENT, files.valid_rows(EVENT, count))
    grid[2][_at("event_id")] = date(2024, 3, 1)
    grid[3][_at("event_id")] = "2024-03-02"
    path = files.write_workbook(_path(settings), grid)

    judgement = files.judged(path, settings)

    assert [(m.code, m.severity, m.row, m.column) for m in judgement.receipt.messages] == [
        ("D113", "warning", 3, "活动编号")
    ]
    assert judgement.receipt.rows_accepted == count


def test_date_made_by_a_number_format_is_what_its_cell_shows(settings: Settings) -> None:
    judgement = _plain(settings, {("event_date", 0): (22, {"num_format": '"2024-05-"00'})})

    assert files.frame_of(judgement)["event_date"][0] == date(2024, 5, 22)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("1", "0000", "0001"),
        ("2", '"T"000', "T002"),
        ("1234567", "00-000", "1234-567"),
        ("5", '0"万元"', "5万元"),
        ("12345", '0!.0,"万"', "1.2万"),
        ("12345", '0.0,"千元"', "12.3千元"),
        ("1234.5", "#,##0.00_ ", "1,234.50"),
        ("-3", "000;-0000", "-0003"),
        ("0", '0;-0;"无"', "无"),
        ("7", "[$-804]000", "007"),
        ("7", "[$HK$-xC04]#,##0", "HK$7"),
        ("45434", "yyyy-mm-dd", None),
        ("0.5", "# ?/?", None),
        ("7", "[>5]000;0", "007"),
        ("5", "[>5]000;0", "5"),
        ("7", '[=7]"甲";[<=3]"乙";"丙"', "甲"),
        ("9", '[=7]"甲";[<=3]"乙";"丙"', "丙"),
        ("9", "[<5]0;[>20]00", None),
        ("7", "[DBNum1]0", None),
    ],
)
def test_number_format_shows_what_excel_shows(value: str, code: str, shown: str | None) -> None:
    assert number_formats.shown(value, code) == shown


@pytest.mark.parametrize("code", ["[DBNum1]General", "[DBNum2][$-804]0000", "# ?/?", "0%", "[DBNum3]0"])
def test_code_of_which_nobody_can_tell_how_it_is_shown_is_set_aside(code: str, settings: Settings) -> None:
    assert number_formats.is_unclear(code)

    judgement = _plain(
        settings, {("event_id", 0): (7010, {"num_format": code}), ("residents_served", 1): (55, {"num_format": code})}
    )

    assert [(m.code, m.severity, m.row, m.column) for m in judgement.receipt.messages if m.code == "D112"] == [
        ("D112", "quarantine", 2, "活动编号")
    ]
    assert judgement.receipt.rows_accepted == 2
    assert 55 in files.frame_of(judgement)["residents_served"].to_list()


@pytest.mark.parametrize(
    "code", ["General", "0", "0.00E+00", "yyyy-mm-dd", "[h]:mm", '[DBNum1]yyyy"年"m"月"', "AM/PM h:mm"]
)
def test_formats_of_dates_and_plain_numbers_are_not_unclear(code: str) -> None:
    assert not number_formats.is_unclear(code)


def test_number_formats_that_only_order_digits_tell_nothing() -> None:
    assert not number_formats.is_telling('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ')
    assert not number_formats.is_telling('yyyy"年"m"月"d"日"')


@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1 << 16),
    left=st.integers(1, 3),
    above=st.integers(0, 3),
    hidden=st.booleans(),
    kind=st.sampled_from(["shared", "inline", "formula", "nothing"]),
)
def test_columns_and_rows_of_empty_strings_before_a_table_change_nothing(
    seed: int, left: int, above: int, hidden: bool, kind: str, settings: Settings
) -> None:
    bare = _judged_book(settings, "bare", seed, 0, 0, False, kind)

    spaced = _judged_book(settings, "spaced", seed, left, above, hidden, kind)

    assert _messages(spaced, above) == _messages(bare, 0)
    assert _rows(spaced) == _rows(bare)


@pytest.mark.parametrize("dimension", ["1:4", "A:S", "A1", "", "A1:B", "ZZ1:A4"])
def test_workbook_is_read_whatever_it_says_of_its_size(dimension: str, settings: Settings) -> None:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        return name, re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), part)

    assert _rewritten(settings, change).receipt.rows_accepted == 3


def test_workbook_with_backslashes_or_capitals_in_its_parts_is_read(settings: Settings) -> None:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        return name.replace("/", "\\"), part

    assert _rewritten(settings, change).receipt.rows_accepted == 3


@pytest.mark.parametrize(
    ("kind", "folder"),
    [("xlMacrosheet", "macrosheets"), ("chartsheet", "chartsheets"), ("dialogsheet", "dialogsheets")],
)
def test_workbook_with_a_sheet_of_another_kind_is_read_without_a_sound(
    kind: str, folder: str, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name == "xl/workbook.xml":
            part = part.replace(b"</sheets>", '<sheet name="另一张" sheetId="9" r:id="rId99"/></sheets>'.encode())
        if name == "xl/_rels/workbook.xml.rels":
            more = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{folder}/sheet1.xml"/></Relationships>'
            part = part.replace(b"</Relationships>", more.encode())
        return name, part

    judgement = _rewritten(settings, change, more={f"xl/{folder}/sheet1.xml": b"<x/>"}, suffix=".xlsm")

    assert (judgement.receipt.rows_accepted, capfd.readouterr().err) == (3, "")


def _rich(settings: Settings, is_inline: bool, *cells: tuple[str, list[object]]) -> Judgement:
    """A workbook of one row for each cell, whose text has runs: plain ones, and pairs of a mark and a text."""
    path = _path(settings)
    with xlsxwriter.Workbook(path, {"constant_memory": is_inline}) as book:
        looks = {
            "super": book.add_format({"font_script": 1}),
            "sub": book.add_format({"font_script": 2}),
            "struck": book.add_format({"font_strikeout": True}),
        }
        page = book.add_worksheet()
        for number, row in enumerate(files.grid_of(EVENT, files.valid_rows(EVENT, len(cells)))):
            for index, text in enumerate(row):
                name, runs = cells[number - 1] if number else ("", [])
                if NAMES[index] != name:
                    page.write_string(number, index, text)
                    continue
                pieces: list[object] = []
                for run in runs:
                    pieces += [looks[run[0]], run[1]] if isinstance(run, tuple) else [run]
                page.write_rich_string(number, index, *pieces)
    return files.judged(path, settings)


def _plain(settings: Settings, cells: Mapping[tuple[str, int], tuple[object, Mapping[str, object]]]) -> Judgement:
    """A workbook of three rows in which some cells have a value and a look of their own."""
    path = _path(settings)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(files.typed_grid(EVENT, files.valid_rows(EVENT))):
            for index, cell in enumerate(row):
                value, look = cells.get((NAMES[index], number - 1), (cell, None))
                page.write(number, index, value, book.add_format(look) if look else None)
    return files.judged(path, settings)


def _judged_book(
    settings: Settings, name: str, seed: int, left: int, above: int, is_hidden: bool, kind: str
) -> Judgement:
    """A workbook with merges, errors, missing results, formats and hidden rows by chance, its table moved by empty cells."""
    chance = random.Random(seed)
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    count = chance.randint(3, 6)
    for number, row in enumerate(files.typed_grid(EVENT, files.valid_rows(EVENT, count)), start=1):
        for index, typed in enumerate(row, start=1):
            page.cell(above + number, left + index).value = None if typed == "" else typed  # type: ignore[assignment]
    for number in range(2, count + 2):
        page.cell(above + number, left + 1 + _at("region_code")).value = 410300 + chance.randint(2, 3)
    for _ in range(4):
        line, column = above + chance.randint(2, count + 1), left + 1 + chance.randrange(len(NAMES))
        cell = page.cell(line, column)
        what = chance.choice(["error", "formula", "format", "text", "long"])
        if what == "error":
            cell.value, cell.data_type = "#REF!", "e"
        elif what == "formula":
            cell.value = "=1+1"
        elif what == "format":
            cell.value, cell.number_format = chance.randint(1, 9), '"T"000'
        elif what == "text":
            cell.value = str(chance.randint(1, 9))
        else:
            cell.value = 20240500000000000 + chance.randint(1, 9) * 1000
    for place in chance.sample(["region_code", "reporting_unit", "community", "event_date"], 2):
        first = chance.randint(2, count)
        column = left + 1 + _at(place)
        page.merge_cells(start_row=above + first, end_row=above + count + 1, start_column=column, end_column=column)
    if chance.random() < 0.5:
        page.row_dimensions[above + 3].hidden = True
    for number in range(1, above + count + 2):
        for index in range(1, left + 1):
            page.cell(number, index).value = EMPTY
    for number in range(1, above + 1):
        page.cell(number, left + 3).value = EMPTY
    if is_hidden:
        page.column_dimensions["A"].hidden = True
    path = settings.seeds / EVENT.programme / f"演示_{name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    _empty(path, kind)
    return files.judged(path, settings)


def _empty(path: Path, kind: str) -> None:
    """Makes cells of the word EMPTY cells of an empty string: a shared one, one of their own, a formula's result, or nothing at all."""
    written = f't="inlineStr"><is><t>{EMPTY}</t></is></c>'.encode()
    cell = {
        "shared": b't="s"><v>0</v></c>',
        "inline": b't="inlineStr"><is><t></t></is></c>',
        "formula": b't="str"><f>""</f><v></v></c>',
        "nothing": b"/>",
    }[kind]
    relation = f'<Relationship Id="rId77" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{main}" count="1" uniqueCount="1"><si><t></t></si></sst>'.encode()

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name == "xl/_rels/workbook.xml.rels":
            part = part.replace(b"</Relationships>", relation.encode())
        return name, part.replace(written, cell)

    _rewrite(path, change, {"xl/sharedStrings.xml": strings})


def _rewrite(
    path: Path, change: Callable[[str, bytes], tuple[str, bytes]], more: dict[str, bytes] | None = None
) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in [*(change(name, data) for name, data in parts), *(more or {}).items()]:
            archive.writestr(name, data)


def _rewritten(
    settings: Settings,
    change: Callable[[str, bytes], tuple[str, bytes]],
    more: dict[str, bytes] | None = None,
    suffix: str = ".xlsx",
) -> Judgement:
    path = files.write_workbook(_path(settings, suffix), files.typed_grid(EVENT, files.valid_rows(EVENT)))
    _rewrite(path, change, more)
    return files.judged(path, settings)


def _messages(judgement: Judgement, above: int) -> list[tuple[str, str, int | None, str | None]]:
    receipt = judgement.receipt
    found = [
        (m.code, m.severity, None if m.row is None else m.row - above, m.column)
        for m in receipt.messages
        # The columns of nothing are counted.
        if m.code != "D14"
    ]
    return sorted(found, key=str)


def _rows(judgement: Judgement) -> list[tuple[object, ...]]:
    return [] if judgement.frame is None else judgement.frame.drop("line").rows()


def _told(judgement: Judgement, row: int) -> str:
    return "".join(m.zh for m in judgement.receipt.messages if m.row == row and m.code == "D110")


def _at(name: str) -> int:
    return NAMES.index(name)


def _path(settings: Settings, suffix: str = ".xlsx") -> Path:
    path = settings.seeds / EVENT.programme / f"演示_活动表{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
