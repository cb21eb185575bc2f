"""What is kept of offered files: lines stay where they were, nothing private stays, and the same rows are read."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from tests.intake import files
from tests.support import secrets
from warehouse.front_door import offer
from warehouse.front_door.offer import Offer
from warehouse.intake import apart
from warehouse.intake.folder.one_file import judge
from warehouse.settings import Settings

TABLE = files.table_of("skills_to_community.event")
COMMUNITY = [column.name for column in TABLE.columns].index("community")
SECRET, NAME = secrets.identity(31), "赵密测"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own, today being 2024-06-30."""
    return files.make_settings(tmp_path)


def _offered(path: Path, settings: Settings, room: Path) -> Offer:
    room.mkdir()
    with offer.opened([path]) as (found, _):
        [one] = offer.judged(settings, found, None, False, lambda _: None, room)
    return one


def _path(tmp_path: Path, settings: Settings, suffix: str = ".csv") -> Path:
    path = tmp_path / "desk" / files.place(settings, TABLE, suffix).name
    path.parent.mkdir()
    return path


def _said(one: Offer) -> str:
    return "".join(message.zh for message in one.receipt.messages if message.code == "D120")


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_keeps_its_form_and_its_lines(
    line_end: str, delimiter: str, encoding: str, settings: Settings, tmp_path: Path
) -> None:
    grid = files.grid_of(TABLE, files.valid_rows(TABLE, 6))
    grid[2][COMMUNITY] = f"{NAME}{line_end}{SECRET}"
    path = _path(tmp_path, settings)
    files.write_text(path, files.to_text(grid, delimiter, line_end), encoding)
    one = _offered(path, settings, tmp_path / "room")
    assert one.path is not None and one.path != path
    assert "第3行" in _said(one)
    kept = one.path.read_bytes().decode(encoding).split(line_end)
    before = path.read_bytes().decode(encoding).split(line_end)
    assert [(now, then) for now, then in zip(kept, before, strict=True) if now != then and now] == [
        (kept[2], before[2]),
        (kept[3], before[3]),
    ]
    assert secrets.found([one.path.parent], [SECRET, NAME]) == []
    first, again = files.judged(path, settings), files.judged(one.path, settings)
    assert files.frame_of(first).equals(files.frame_of(again))
    assert (again.receipt.rows_accepted, again.receipt.rows_quarantined) == (5, 1)
    # The same file gives the same bytes.
    other = _offered(path, settings, tmp_path / "room2")
    assert other.path is not None and other.path.read_bytes() == one.path.read_bytes()


def test_row_of_a_person_that_begins_a_merged_cell_takes_nothing_from_the_others(
    settings: Settings, tmp_path: Path
) -> None:
    path = _path(tmp_path, settings, ".xlsx")
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("活动")
        for number, row in enumerate(files.typed_grid(TABLE, files.valid_rows(TABLE, 9))):
            for index, cell in enumerate(row):
                sheet.write(number, index, cell) if cell != "" else None
        sheet.merge_range(1, 2, 5, 2, "洛阳市总工会")
        sheet.write(1, COMMUNITY, f"{NAME} {SECRET}")
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.write(3, 13, 356, book.add_format({"num_format": '0"人"'}))
    one = _offered(path, settings, tmp_path / "room")
    assert one.path is not None
    first, again = files.judged(path, settings), files.judged(one.path, settings)
    assert files.frame_of(first).equals(files.frame_of(again))
    assert (again.receipt.rows_accepted, again.receipt.rows_quarantined) == (8, 1)
    hidden = [message for message in again.receipt.messages if message.code == "D89"]
    assert len(hidden) == 1
    assert secrets.found([one.path.parent], [SECRET, NAME]) == []
    page = openpyxl.load_workbook(one.path).active
    assert page is not None
    assert page.cell(4, 14).number_format == '0"人"'
    assert {str(merged) for merged in page.merged_cells.ranges} == {"C2:C6"}


def _with_creator(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book.properties.creator = NAME
    book.save(path)


def _with_part(name: str, content: str) -> Callable[[Path], None]:
    def add(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as parts:
            parts.writestr(name, content)

    return add


def _with_string(path: Path) -> None:
    _replaced(path, "xl/sharedStrings.xml", b"</sst>", f"<si><t>{NAME}{SECRET}</t></si></sst>".encode())


def _with_style(path: Path) -> None:
    _replaced(path, "xl/styles.xml", b'name="Normal"', f'name="{SECRET}"'.encode())


def _with_archive_comment(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as parts:
        parts.comment = SECRET.encode()


def _replaced(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as parts:
        contents = {name: parts.read(name) for name in parts.namelist()}
    assert old in contents[part]
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in contents.items():
            parts.writestr(name, data.replace(old, new) if name == part else data)


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (_with_creator, "文档属性"),
        (_with_part("xl/media/image1.png", NAME), "图片"),
        (_with_part("xl\\embeddings\\x.bin", NAME), "嵌入"),
        (_with_part("xl/persons/person.xml", f"<a>{NAME}</a>"), "批注"),
        (_with_part("xl/vbaProject.bin", NAME), "宏"),
        (_with_part("somewhere/else.txt", NAME), "其他附加内容"),
        (_with_string, "没有格子用到的文字"),
        (_with_style, "格式的名称"),
        (_with_archive_comment, "其他附加内容"),
    ],
)
def test_part_of_a_workbook_that_may_name_somebody_is_left_out_and_told(
    add: Callable[[Path], None], said: str, settings: Settings, tmp_path: Path
) -> None:
    path = _path(tmp_path, settings, ".xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("活动")
        for number, row in enumerate(files.grid_of(TABLE, files.valid_rows(TABLE))):
            sheet.write_row(number, 0, row)
    assert _offered(path, settings, tmp_path / "before").path == path
    add(path)
    one = _offered(path, settings, tmp_path / "room")
    assert one.path is not None and one.path != path
    assert said in _said(one)
    assert one.receipt.rows_accepted == 3
    assert secrets.found([one.path.parent], [NAME, SECRET]) == []


def test_file_that_cannot_be_cleaned_without_changing_what_is_read_is_not_taken(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = files.grid_of(TABLE, files.valid_rows(TABLE, 4))
    grid[2][COMMUNITY] = SECRET
    path = files.write_text(_path(tmp_path, settings), files.to_text(grid))
    found = judge(path, settings)
    assert found is not None
    # The safety net itself: what is written anew has lost a good row.
    real = apart.offered

    def losing(*arguments: Any) -> object:
        found = real(*arguments)
        assert found is not None and found.kept is not None
        lines = found.kept.path.read_text().splitlines(keepends=True)
        found.kept.path.write_text("".join(lines[:-1]), encoding="utf-8")
        return found

    monkeypatch.setattr(apart, "offered", losing)
    one = _offered(path, settings, tmp_path / "room")
    assert (one.receipt.status, one.place) == ("refused", None)
    assert "没能替您去掉" in _said(one)


def test_workbook_dropped_by_hand_is_told_with_all_its_places_and_its_kept_form_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    path = _path(tmp_path, settings, ".xlsx")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in files.typed_grid(TABLE, files.valid_rows(TABLE, 14)):
        page.append(row)
    for line in range(2, 14):
        page.cell(line, COMMUNITY + 1).value = f"{NAME}{secrets.identity(line)}"
    page["C15"].comment = Comment(SECRET, NAME)
    book.create_sheet("说明").append([secrets.mobile(3)])
    book.properties.description = secrets.card(4)
    book.save(path)
    dropped = files.place(settings, TABLE, ".xlsx")
    dropped.parent.mkdir(parents=True)
    dropped.write_bytes(path.read_bytes())
    [told] = [one for one in files.judged(dropped, settings).receipt.messages if one.code == "D121"]
    places = [f"第{line}行第{COMMUNITY + 1}列" for line in range(2, 14)]
    assert all(place in told.zh for place in (*places, "批注C15", "其他工作表", "文档属性")), told.zh
    assert not any(secret in told.zh + told.en for secret in (SECRET, NAME, secrets.mobile(3), secrets.card(4)))
    # Elsewhere nothing lies in the seeds folder, and in its kept form nothing is left to tell of.
    assert "D121" not in files.codes(files.judged(path, settings))
    dropped.unlink()
    one = _offered(path, settings, tmp_path / "room")
    assert one.path is not None
    dropped.write_bytes(one.path.read_bytes())
    assert files.codes(files.judged(dropped, settings)) == ["D68"]
