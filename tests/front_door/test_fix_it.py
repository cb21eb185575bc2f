"""The fix-it workbook: what is marked, what stays as it stood, what is never written, and that mending it is enough."""

import csv
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils import get_column_letter

from tests.front_door.door import comments, mend
from tests.intake.files import grid_of, header_of, judged, make_settings, place, table_of, valid_rows, write_text
from warehouse.front_door.fix_it import FixItError, write_fix_it
from warehouse.settings import Settings
from warehouse.system import workers
from warehouse.system.workers import LostError

CASES = table_of("dispute_mediation.case")
# A possible identity number with a right check digit, and a phone number.
PRIVATE = ("11010519491231002X", "13912345678")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def fixed(settings: Settings, tmp_path: Path) -> Callable[[Path], Path]:
    """Makes the workbook of a file; it must be one, and hold nothing private."""

    def make(path: Path) -> Path:
        written = write_fix_it(path, settings, tmp_path / "out")
        assert written is not None
        with zipfile.ZipFile(written) as parts:
            for name in parts.namelist():
                data = parts.read(name)
                assert not [secret for secret in PRIVATE if secret.encode() in data], name
        return written

    return make


def letters(header: str) -> str:
    return str(get_column_letter(header_of(CASES).index(header) + 1))


def text_of(grid: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(grid)
    return text.getvalue()


def values(workbook: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_title_header_and_rows_stand_where_they_stood_and_only_the_fault_is_marked(
    settings: Settings, fixed: Callable[[Path], Path]
) -> None:
    rows = valid_rows(CASES, 3)
    rows[1]["workers_involved"] = "若干"
    title = ["2024年5月案件统计表"]
    path = write_text(place(settings, CASES), text_of([title, *grid_of(CASES, rows)]), "gb18030")
    workbook = fixed(path)
    assert workbook.name == f"{path.stem}_更正1.xlsx"
    assert set(comments(workbook)) == {f"{letters('涉及劳动者')}4"}
    told = values(workbook)
    assert told[0][0] == title[0]
    assert told[1][: len(header_of(CASES))] == header_of(CASES)
    assert told[3][header_of(CASES).index("涉及劳动者")] == "若干"
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    filled = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    assert filled == {f"{letters('涉及劳动者')}4"}


def test_mended_workbook_is_clean(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    rows = valid_rows(CASES, 3)
    closed_on = rows[0]["closed_on"]
    rows[0]["closed_on"], rows[1]["workers_involved"] = "2024-02-30", "若干"
    path = write_text(place(settings, CASES), text_of(grid_of(CASES, rows)))
    workbook = fixed(path)
    mend(workbook, {f"{letters('结案日期')}2": closed_on, f"{letters('涉及劳动者')}3": 4})
    target = path.with_name(workbook.name)
    workbook.rename(target)
    receipt = judged(target, settings).receipt
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (3, 0)
    assert [message.code for message in receipt.messages if message.severity != "info"] == []
    # Nothing to mend, no workbook.
    assert write_fix_it(target, settings, path.parent) is None


def test_cells_with_personal_data_are_blank_and_say_so(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    rows = valid_rows(CASES, 3)
    rows[1]["remarks"] = f"本人{PRIVATE[0]}，电话{PRIVATE[1]}"
    note = [f"填表人电话：{PRIVATE[1]}"]
    path = write_text(place(settings, CASES), text_of([note, *grid_of(CASES, rows), note]))
    told = comments(fixed(path))
    assert set(told) == {"A1", f"{letters('备注')}4", "A6"}
    assert all("已清空" in text for text in told.values())


def test_columns_of_personal_data_are_emptied_and_the_header_says_to_delete_them(
    settings: Settings, fixed: Callable[[Path], Path]
) -> None:
    grid = [
        [*row, extra]
        for row, extra in zip(grid_of(CASES, valid_rows(CASES, 2)), ["职工姓名", "张三", "李四"], strict=True)
    ]
    workbook = fixed(write_text(place(settings, CASES), text_of(grid)))
    last = get_column_letter(len(grid[0]))
    assert "请删除整列" in comments(workbook)[f"{last}1"]
    assert [row[len(grid[0]) - 1] for row in values(workbook)] == ["职工姓名", None, None]


def test_missing_columns_are_added_to_the_header(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    at = header_of(CASES).index("结果")
    grid = [[*row[:at], *row[at + 1 :]] for row in grid_of(CASES, valid_rows(CASES, 2))]
    workbook = fixed(write_text(place(settings, CASES), text_of(grid)))
    assert values(workbook)[0][-1] == "结果"
    added = get_column_letter(len(grid[0]) + 1)
    assert "请逐行填写" in comments(workbook)[f"{added}1"]
    mend(workbook, {f"{added}2": "调解成功", f"{added}3": "调解成功"})
    assert judged(workbook, settings).receipt.rows_accepted == 2


def test_cells_too_many_and_formulas_stay_as_text(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    rows = valid_rows(CASES, 3)
    rows[2]["remarks"] = "=1+1"
    lines = text_of(grid_of(CASES, rows)).splitlines()
    lines[1] += ",多出来的"
    workbook = fixed(write_text(place(settings, CASES), "\r\n".join(lines) + "\r\n"))
    told = comments(workbook)
    assert set(told) == {"A2", f"{letters('备注')}4"}
    assert values(workbook)[1][-1] == "多出来的"
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    assert sheet[f"{letters('备注')}4"].data_type == "s"


def test_quoted_line_breaks_do_not_shift_the_marks(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    rows = valid_rows(CASES, 3)
    rows[0]["remarks"] = "一\n二"
    rows[2]["workers_involved"] = "若干"
    workbook = fixed(write_text(place(settings, CASES), text_of(grid_of(CASES, rows))))
    # The receipt speaks of line 5, because the first record takes two lines; the row stands there.
    assert set(comments(workbook)) == {f"{letters('涉及劳动者')}5"}
    assert values(workbook)[4][header_of(CASES).index("涉及劳动者")] == "若干"


def test_merged_cells_stay_merged(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    rows = valid_rows(CASES, 3)
    rows[2]["workers_involved"] = "若干"
    path = place(settings, CASES, ".xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(grid_of(CASES, rows)):
            sheet.write_row(number, 0, row)
        sheet.merge_range(1, 0, 3, 0, "河南省")
    workbook = fixed(path)
    sheet = openpyxl.load_workbook(workbook).active
    assert sheet is not None
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A2:A4"]
    mend(workbook, {f"{letters('涉及劳动者')}4": 3})
    assert judged(workbook, settings).receipt.rows_accepted == 3


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04cut off", b"1,2\n3,4\n"])
def test_what_cannot_be_read_has_no_workbook_but_a_reason(settings: Settings, tmp_path: Path, data: bytes) -> None:
    path = place(settings, CASES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (0, 0))
    with pytest.raises(FixItError, match=path.name):
        write_fix_it(path, settings, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


def test_stray_quotation_mark_is_shown_where_it_stands(settings: Settings, fixed: Callable[[Path], Path]) -> None:
    lines = text_of(grid_of(CASES, valid_rows(CASES, 3))).splitlines()
    lines[2] = '"' + lines[2]
    path = write_text(place(settings, CASES), "\r\n".join(lines) + "\r\n")
    os.utime(path, (0, 0))
    workbook = fixed(path)
    assert "引号未闭合" in comments(workbook)["A3"]
    assert len(values(workbook)) == 4


def test_workbook_that_breaks_its_reader_is_opened_in_a_worker_only(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = valid_rows(CASES, 3)
    rows[0]["workers_involved"] = "两三个"
    path = place(settings, CASES, ".csv")
    write_text(path, text_of(grid_of(CASES, rows)))
    asked: list[str] = []

    def lost(question: dict[str, object], seconds: float) -> dict[str, object]:
        if question["fix"] is None:
            return really(question, seconds)
        asked.append(str(question["path"]))
        raise LostError("memory")

    really = workers.ask
    monkeypatch.setattr(workers, "ask", lost)
    with pytest.raises(FixItError, match="没有做成改错表"):
        write_fix_it(path, settings, tmp_path / "out")

    assert asked == [str(path)]
    assert not list((tmp_path / "out").iterdir())
