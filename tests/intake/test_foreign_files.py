"""What is no table at all: each kind of file is refused by its right code, and its sender told what to do."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.files import (
    codes,
    grid_of,
    judged,
    place,
    table_of,
    to_text,
    typed_grid,
    valid_rows,
    write_text,
    write_workbook,
)
from tests.support import foreign
from tests.support.archives import pack
from warehouse.front_door.check import check
from warehouse.intake.folder.one_file import judge
from warehouse.settings import Settings

CASES = table_of("dispute_mediation.case")
TEXT = to_text(grid_of(CASES, valid_rows(CASES))).encode()


def _zip(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        for name in names:
            written.writestr(name, "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "way_out"),
    [
        (b"%PDF-1.7\n", "D05", "PDF"),
        (b"\xff\xd8\xff\xe0", "D05", "图片"),
        (b"\x89PNG\r\n\x1a\n", "D05", "图片"),
        (b"Rar!\x1a\x07\x00", "D05", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "D05", "解压"),
        (gzip.compress(TEXT), "D05", "解压"),
        (bytes(257) + b"ustar\0" + bytes(248), "D05", "解压"),
        (_zip("[Content_Types].xml", "word/document.xml"), "D05", "文字"),
        (_zip("[Content_Types].xml", "ppt/presentation.xml"), "D05", "文字"),
        (_zip("[Content_Types].xml", "xl/workbook.bin"), "D05", ".xlsb"),
        (_zip("Index/Document.iwa", "Index/Tables/DataList.iwa", "preview.jpg"), "D05", "Numbers"),
        (_zip("河南_劳动争议裁调对接_202405.csv"), "D05", "上报文件"),
        ("<html><table><tr><td>省份</td></tr></table>".encode("gb18030"), "D05", "网页"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode("utf-16-le"), "D05", "网页"),
        (b"", "D84", "空"),
        (b"MZ\x90\0\x03\0", "D64", "重新导出"),
        ("请各单位按时上报。\n谢谢！\n".encode(), "D56", "模板"),
        (b'{"a": [1]}', "D56", "模板"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".csv", ".xls"])
def test_kind_of_file_is_told_whatever_its_name_says(
    data: bytes, code: str, way_out: str, suffix: str, settings: Settings
) -> None:
    path = place(settings, CASES, suffix)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    _assert_refused(path, code, way_out, settings)


@pytest.mark.parametrize(
    ("make", "name", "code", "way_out"),
    [
        (foreign.old_xls, "表.xls", "D06", "另存为.xlsx"),
        (foreign.old_xls, "表.et", "D06", "另存为.xlsx"),
        (foreign.encrypted_xlsx, "表.xlsx", "D06", "去掉密码"),
        (foreign.open_document, "表.ods", "D05", "另存为.xlsx"),
        (foreign.zip_with_password, "表.zip", "D05", "解压"),
    ],
)
def test_real_files_of_other_programs_are_told_apart(
    make: Callable[[Path], Path], name: str, code: str, way_out: str, settings: Settings
) -> None:
    path = make(settings.seeds / CASES.programme / name)
    _assert_refused(path, code, way_out, settings)


def test_text_with_tabs_and_any_suffix_is_taken(settings: Settings) -> None:
    text = to_text(grid_of(CASES, valid_rows(CASES)), "\t")
    for suffix in (".txt", ".xls", ".CSV", ""):
        path = write_text(place(settings, CASES, suffix), text)
        receipt = judged(path, settings).receipt
        assert receipt.rows_accepted == 3, suffix


def test_workbook_named_et_is_read(settings: Settings) -> None:
    path = write_workbook(place(settings, CASES, ".et"), typed_grid(CASES, valid_rows(CASES)))
    assert judged(path, settings).receipt.rows_accepted == 3


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "~$表.xlsx", "._表.csv", "表.csv.lnk"])
def test_rubbish_of_systems_is_not_listed(name: str, settings: Settings) -> None:
    path = settings.seeds / CASES.programme / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0\1")
    assert judge(path, settings) is None


def test_name_of_200_characters_is_refused(settings: Settings) -> None:
    path = settings.seeds / CASES.programme / f"{'a' * 196}.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(TEXT)
    _assert_refused(path, "D96", "改名", settings)


def test_documents_that_are_zips_are_not_unpacked(settings: Settings, tmp_path: Path) -> None:
    document = tmp_path / "表.ods"
    foreign.open_document(document)
    packed = pack(tmp_path / "包.zip", {"表.ods": document.read_bytes(), "表.xls": b"\xd0\xcf\x11\xe0" + bytes(600)})
    receipts = check(settings, [document, packed], None, lambda _: None)
    assert [(Path(one.file).name, one.messages[0].code) for one in receipts] == [
        ("表.ods", "D05"), ("表.ods", "D05"), ("表.xls", "D06"),
    ]  # fmt: skip


def _assert_refused(path: Path, code: str, way_out: str, settings: Settings) -> None:
    os.utime(path, (0, 0))
    judgement = judged(path, settings)
    assert (codes(judgement), judgement.receipt.status) == ([code], "refused")
    [message] = judgement.receipt.messages
    assert way_out in message.zh
