"""Workbooks as Excel and WPS write them: sheets, merges, hidden rows, formulas, errors, dates, and what is no workbook."""

import os
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake import guards
from warehouse.intake.folder.one_file import judge
from warehouse.intake.judge import Judgement
from warehouse.settings import Settings

EVENT = "skills_to_community.event"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


def test_workbook_named_csv_is_read_and_told(table: Table, settings: Settings) -> None:
    path = files.write_workbook(_path(settings, ".csv"), _grid(table))

    judgement = files.judged(path, settings)

    assert (files.codes(judgement), judgement.receipt.encoding, judgement.receipt.rows_accepted) == (["D05"], "xlsx", 3)
    assert "Sheet1" in judgement.receipt.messages[0].zh


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv"])
def test_old_or_encrypted_workbook_is_refused(suffix: str, settings: Settings) -> None:
    path = _path(settings, suffix)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    judgement = _judged_old(path, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D06"], "refused")


def test_cut_off_workbook_is_refused(table: Table, settings: Settings) -> None:
    path = files.write_workbook(_path(settings), _grid(table))
    path.write_bytes(path.read_bytes()[:-200])

    judgement = _judged_old(path, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D87"], "refused")


@pytest.mark.parametrize("place", range(40, 4000, 331))
def test_workbook_damaged_anywhere_breaks_nothing(place: int, table: Table, settings: Settings) -> None:
    path = files.write_workbook(_path(settings), _grid(table))
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x5A
    path.write_bytes(data)

    judgement = _judged_old(path, settings)

    assert judgement.problems == ()


def test_zip_that_is_no_workbook_is_refused(settings: Settings) -> None:
    path = _path(settings)
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert files.codes(_judged_old(path, settings)) == ["D05"]


def test_zip_bomb_is_refused_without_unpacking_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LARGEST_UNPACKED", 1 << 20)
    path = _path(settings)
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (2 << 20))

    judgement = files.judged_here(path, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D98"], "refused")


def test_sheet_with_data_is_found_among_others(table: Table, settings: Settings) -> None:
    book, _ = _book(table, "5月")
    book.create_sheet("Sheet1", 0)
    notes = book.create_sheet("填写说明")
    notes.append(["本表每月5日前报送"])
    path = _save(book, settings)

    judgement = files.judged(path, settings)

    assert judgement.receipt.rows_accepted == 3
    assert [message.code for message in judgement.receipt.messages] == ["D88"]
    assert judgement.receipt.status == "accepted"


def test_two_sheets_with_data_are_refused_and_both_named(table: Table, settings: Settings) -> None:
    book, _ = _book(table, "5月")
    _fill(book.create_sheet("6月"), table)

    judgement = files.judged(_save(book, settings), settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D88"], "refused")
    assert "5月" in judgement.receipt.messages[0].zh and "6月" in judgement.receipt.messages[0].zh


def test_hidden_sheet_does_not_count(table: Table, settings: Settings) -> None:
    book, _ = _book(table, "5月")
    hidden = book.create_sheet("4月")
    _fill(hidden, table)
    hidden.sheet_state = "hidden"

    judgement = files.judged(_save(book, settings), settings)

    assert (judgement.receipt.status, judgement.receipt.rows_accepted) == ("accepted", 3)


def test_hidden_rows_are_taken_and_warned_of(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    page.row_dimensions[3].hidden = True

    judgement = files.judged(_save(book, settings), settings)

    assert (files.codes(judgement), judgement.receipt.status, judgement.receipt.rows_accepted) == (["D89"], "warned", 3)
    assert "第3行" in judgement.receipt.messages[0].zh


def test_vertically_merged_province_is_filled_down(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    page.merge_cells(start_row=2, end_row=4, start_column=1, end_column=1)

    judgement = files.judged(_save(book, settings), settings)

    assert files.codes(judgement) == ["D10"]
    assert [message.severity for message in judgement.receipt.messages] == ["info", "info"]
    assert files.frame_of(judgement)["province_code"].to_list() == ["41", "41", "41"]


def test_merged_number_is_not_repeated(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    column = _at(table, "students")
    page.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)

    judgement = files.judged(_save(book, settings), settings)

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages] == [("D99", 3, "参与学生")]


def test_merged_header_of_two_rows_is_unfolded(settings: Settings) -> None:
    table = files.table_of("health_checkup.session")
    book, page = _book(table)
    first = _at(table, "checked_persons")
    page.insert_rows(2)
    page.merge_cells(start_row=1, end_row=1, start_column=first, end_column=first + 1)
    page.cell(1, first).value = "体检"
    page.cell(2, first).value = "人数"
    page.cell(2, first + 1).value = "其中本年首次"
    path = settings.seeds / "health_checkup" / "演示_体检场次.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)

    judgement = files.judged(path, settings)

    assert files.codes(judgement) == ["D09"]
    assert files.frame_of(judgement)["checked_persons"].to_list() == [5, 6, 7]


def test_formula_without_result_quarantines_its_row(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    page.cell(3, _at(table, "students")).value = "=1+2"

    judgement = files.judged(_save(book, settings), settings)

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages] == [("D90", 3, "参与学生")]


def test_error_value_quarantines_its_row(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    cell = page.cell(3, _at(table, "residents_served"))
    cell.value, cell.data_type = "#DIV/0!", "e"

    judgement = files.judged(_save(book, settings), settings)

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages] == [("D26", 3, "服务居民")]


def test_long_code_kept_as_number_is_quarantined(settings: Settings) -> None:
    table = files.table_of("social_org_federation.member_org")
    book, page = _book(table)
    page.cell(3, _at(table, "org_uscc")).value = 914403001000000000

    path = settings.seeds / "social_org_federation" / "演示_成员组织名册.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    judgement = files.judged(path, settings)

    assert [(m.code, m.row) for m in judgement.receipt.messages] == [("D33", 3)]


def test_dates_are_read_as_dates_and_serials_told(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    column = _at(table, "event_date")
    page.cell(2, column).value = datetime(2024, 5, 22)
    page.cell(3, column).value = 45434
    page.cell(3, column).number_format = "General"
    page.cell(4, column).value = "2024年5月22日"

    judgement = files.judged(_save(book, settings), settings)

    assert files.codes(judgement) == ["D37", "D35"]
    assert files.frame_of(judgement)["event_date"].to_list() == [date(2024, 5, 22)] * 3


def test_serial_of_a_1904_workbook_counts_from_1904(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    book.epoch = CALENDAR_MAC_1904
    column = _at(table, "event_date")
    page.cell(2, column).value = datetime(2024, 5, 22)
    page.cell(3, column).value = 45434 - 1462
    page.cell(3, column).number_format = "General"

    judgement = files.judged(_save(book, settings), settings)

    assert files.frame_of(judgement)["event_date"].to_list()[:2] == [date(2024, 5, 22)] * 2


def test_period_that_excel_made_a_date_is_its_month(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    for row in (2, 3, 4):
        page.cell(row, _at(table, "report_period")).value = datetime(2024, 5, 1)

    judgement = files.judged(_save(book, settings), settings)

    assert judgement.receipt.rows_accepted == 3
    assert [str(period) for period in files.frame_of(judgement)["report_period"]] == ["2024-05"] * 3


def test_codes_kept_as_numbers_and_booleans_are_read(settings: Settings) -> None:
    table = files.table_of("dispute_mediation.centre")
    book, page = _book(table)
    page.cell(2, _at(table, "region_code")).value = 410300.0
    page.cell(2, _at(table, "province_code")).value = 41
    page.cell(2, _at(table, "has_station")).value = True
    path = settings.seeds / "dispute_mediation" / "演示_调解中心.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)

    frame = files.frame_of(files.judged(path, settings))

    assert (frame["region_code"][0], frame["province_code"][0], frame["has_station"][0]) == ("410300", "41", True)


def test_numbers_kept_as_text_are_read_and_told(table: Table, settings: Settings) -> None:
    book, page = _book(table)
    page.cell(3, _at(table, "students")).value = "12"

    judgement = files.judged(_save(book, settings), settings)

    assert [(m.code, m.severity, m.row, m.column) for m in judgement.receipt.messages] == [
        ("D32", "info", 3, "参与学生")
    ]
    assert files.frame_of(judgement)["students"].to_list() == [5, 12, 7]


@pytest.mark.parametrize("left", [0, 27])
def test_numbers_kept_as_text_are_told_in_a_large_workbook_too(left: int, table: Table, settings: Settings) -> None:
    grid = files.typed_grid(table, files.valid_rows(table, 4000))
    grid[2][_at(table, "students") - 1] = "12"
    grid[3999][_at(table, "teachers") - 1] = "7"
    path = files.write_workbook(_path(settings), [[*[""] * left, *row] for row in grid])
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 2 << 20

    judgement = files.judged(path, settings)

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages] == [
        ("D32", 3, "参与学生"),
        ("D32", 4000, "参与教师"),
    ]


def test_text_beginning_with_an_equals_sign_is_stopped(table: Table, settings: Settings) -> None:
    path = files.write_workbook(_path(settings), _grid(table, community="=HYPERLINK(1)"))

    judgement = files.judged(path, settings)

    assert [(m.code, m.row) for m in judgement.receipt.messages] == [("D65", 3)]


def test_table_that_begins_away_from_the_corner_is_found(table: Table, settings: Settings) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for number, row in enumerate(files.typed_grid(table, files.valid_rows(table)), start=4):
        for index, cell in enumerate(row, start=3):
            page.cell(number, index).value = cell  # type: ignore[assignment]
    page.cell(6, 2 + _at(table, "students")).value = "=1+2"

    judgement = files.judged(_save(book, settings), settings)

    assert [(m.code, m.row, m.column) for m in judgement.receipt.messages] == [("D90", 6, "参与学生")]
    assert files.frame_of(judgement)["line"].to_list() == [5, 7]


def test_workbook_above_the_limit_is_refused(table: Table, tmp_path: Path) -> None:
    small = files.make_settings(tmp_path, max_file_mb=0)
    path = files.write_workbook(_path(small), _grid(table))

    judgement = judge(path, small)

    assert judgement is not None
    assert (files.codes(judgement), judgement.receipt.status) == (["D97"], "refused")


def _grid(table: Table, **second: str) -> list[list[object]]:
    rows = files.valid_rows(table)
    rows[1].update(second)
    return files.typed_grid(table, rows)


def _book(table: Table, name: str = "Sheet1") -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = name
    _fill(page, table)
    return book, page


def _fill(page: Worksheet, table: Table) -> None:
    for row in files.typed_grid(table, files.valid_rows(table)):
        page.append([None if cell == "" else cell for cell in row])


def _save(book: openpyxl.Workbook, settings: Settings) -> Path:
    path = _path(settings)
    path.parent.mkdir(parents=True)
    book.save(path)
    return path


def _at(table: Table, name: str) -> int:
    return [column.name for column in table.columns].index(name) + 1


def _path(settings: Settings, suffix: str = ".xlsx") -> Path:
    return settings.seeds / "skills_to_community" / f"演示_活动表{suffix}"


def _judged_old(path: Path, settings: Settings) -> Judgement:
    before = time.time() - 60
    os.utime(path, (before, before))
    return files.judged(path, settings)
