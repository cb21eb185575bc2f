"""Workbooks that are not what they claim to be are refused with the true reason before anything is laid out in memory."""

import os
import re
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake import guards
from warehouse.settings import Settings

EVENT = "skills_to_community.event"
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
Change = Callable[[bytes], bytes]


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.fixture
def book(table: Table, settings: Settings, tmp_path: Path) -> Path:
    """A good workbook of three rows."""
    return files.write_workbook(tmp_path / "good.xlsx", files.typed_grid(table, files.valid_rows(table)))


def _cell(reference: str, attributes: str = 't="inlineStr"') -> bytes:
    return f'<c r="{reference}" {attributes}><is><t>x</t></is></c>'.encode()


def _row(number: int | str, cells: bytes) -> bytes:
    return f'<row r="{number}">'.encode() + cells + b"</row>"


def _with_rows(rows: bytes) -> Change:
    return lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")


def _with_dimension(reference: str) -> Change:
    return lambda xml: re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="{reference}"/>'.encode(), xml)


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (_row(3, _cell("ZZZZZZZ3")), "ZZZZZZZ3"),
        (_row(4294967295, _cell("A4294967295")), "A4294967295"),
        (_row(4294967295, b"<c><v>1</v></c>"), "A4294967295"),
        (_row(9, b"<c r = 'XFE9' t='inlineStr'\n><is><t>x</t></is></c>"), "XFE9"),
        (_row(1048577, _cell("A1048577")), "A1048577"),
        (_row(0, _cell("A0")), "A0"),
        (_row(1048576, _cell("XFD1048576")), "XFD1048576"),
        (_row(9, _cell("A9") + _cell("ZZ999999")), "ZZ999999"),
        (_row(9, _cell("A" * 5000 + "9")), "AAAAAAAAAAAAAAAAAAAA…"),
        (_row(9, _cell("A" + "9" * 5000)), "已隐去"),
        (_row("9" * 5000, b"<c><v>1</v></c>"), "已隐去"),
    ],
)
def test_cell_far_away_is_refused_by_its_name(rows: bytes, shown: str, book: Path, settings: Settings) -> None:
    path = _changed(book, settings, {SHEET: _with_rows(rows)})

    receipt = files.judged(path, settings).receipt

    assert ([one.code for one in receipt.messages], receipt.status) == (["D98"], "refused")
    assert shown in receipt.messages[0].zh


@pytest.mark.parametrize(
    "change",
    [
        _with_rows(_row(1048576, b'<c r="XFD1048576" s="0"/>')),
        _with_rows(_row(1048576, b'<c r="XFD1048576" s="0"></c>')),
        _with_rows(b'<row r="1048576" hidden="1"/>'),
        _with_dimension("A1:XFD1048576"),
        _with_dimension("A1:ZZZZZZZ4294967295"),
        _with_dimension("A1"),
    ],
)
def test_little_data_is_read_whatever_is_formatted_or_claimed_beyond(
    change: Change, book: Path, settings: Settings
) -> None:
    path = _changed(book, settings, {SHEET: change})

    receipt = files.judged(path, settings).receipt

    assert (receipt.status, receipt.rows_accepted, receipt.messages) == ("accepted", 3, ())


@pytest.mark.parametrize("reference", ["A2:XFD1048576", "A2:ZZZZZZ4294967295"])
def test_merge_beyond_everything_ends_with_the_data(reference: str, book: Path, settings: Settings) -> None:
    merges = f'</sheetData><mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>'.encode()
    path = _changed(book, settings, {SHEET: lambda xml: xml.replace(b"</sheetData>", merges)})

    assert files.judged(path, settings).receipt.rows_in == 3


@pytest.mark.parametrize("attribute", ["count", "uniqueCount"])
def test_false_number_of_texts_is_refused(attribute: str, book: Path, settings: Settings) -> None:
    change = lambda xml: re.sub(rb'\b%s="[0-9]+"' % attribute.encode(), b'%s="400000000"' % attribute.encode(), xml)  # noqa: E731
    path = _changed(book, settings, {TEXTS: change})

    receipt = files.judged(path, settings).receipt

    assert [one.code for one in receipt.messages] == ["D98"]
    assert "自称有400000000条文字" in receipt.messages[0].zh


@pytest.mark.parametrize(
    "written",
    [
        # Neither is what XML allows or an office program writes, and there are readers that take it.
        b'xmlns:y="http://<!--" uniqueCount="400000000"',
        b"xmlns:y='>' uniqueCount = '400000000'",
        b'uniqueCount="&#52;00000000"',
    ],
)
def test_false_number_of_texts_is_refused_however_it_is_written(written: bytes, book: Path, settings: Settings) -> None:
    change = lambda xml: re.sub(rb'\buniqueCount="[0-9]+"', written, xml)  # noqa: E731
    path = _changed(book, settings, {TEXTS: change})

    assert [one.code for one in files.judged(path, settings).receipt.messages] == ["D98"]


def test_part_that_asks_for_gigabytes_to_be_unpacked_is_refused(book: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    guards.check(packed)
    with zipfile.ZipFile(packed) as archive:
        entry = archive.getinfo(SHEET)
    at = entry.header_offset + 30 + len(SHEET) + 5
    data = bytearray(packed.read_bytes())
    data[at : at + 4] = (3 << 30).to_bytes(4, "little")
    packed.write_bytes(data)

    with pytest.raises(guards.UnsafeWorkbookError) as told:
        guards.check(packed)
    assert told.value.key == "D98"


@pytest.mark.parametrize(
    ("pieces", "key"),
    [
        ([b"<sst><si><t>", *[b"a" * 1_000_000] * 60, b"</t></si></sst>"], "D98.ratio"),
        ([b"<sst>", *[b"<si><t/></si>" * 100_000] * 60, b"</sst>"], "D98.ratio"),
        ([b"<sst><si><t>", b"a" * 1_000_000, b"</t></si></sst>"], "D98.text"),
        ([b"<sst>", *[b"<si><t>" + b"&#x4e2d;" * 32767 + b"</t></si>"] * 3, b"</sst>"], None),
        ([b"0" * 1_000_000] * 600, "D98"),
    ],
)
def test_texts_out_of_all_measure_are_refused_without_holding_them(
    pieces: Iterable[bytes], key: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(TEXTS, "w") as part:
        for piece in pieces:
            part.write(piece)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    if key is None:
        guards.check(path)
    else:
        with pytest.raises(guards.UnsafeWorkbookError) as refused:
            guards.check(path)
        assert refused.value.key == key
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_sheet_larger_than_a_block_is_looked_at_to_its_end(tmp_path: Path) -> None:
    rows = [_row(number, _cell(f"A{number}") + _cell(f"B{number}")) for number in range(1, 40_000)]
    last = _row(40_000, _cell("A40000") + _cell("ZZZZ40000"))
    for name, content in (("good", rows), ("bad", [*rows, last]), ("middle", [*rows[:20_000], last, *rows[20_000:]])):
        path = tmp_path / f"{name}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(SHEET, b"<worksheet><sheetData>" + b"".join(content) + b"</sheetData></worksheet>")
        if name == "good":
            guards.check(path)
        else:
            with pytest.raises(guards.UnsafeWorkbookError) as refused:
                guards.check(path)
            assert (refused.value.key, refused.value.values["ref"]) == ("D98.reference", "ZZZZ40000")


def test_part_with_more_bytes_than_the_archive_says_is_refused(book: Path, settings: Settings) -> None:
    path = _changed(book, settings, {})
    data = bytearray(path.read_bytes())
    start = data.rindex(SHEET.encode()) - 46
    [size] = struct.unpack_from("<I", data, start + 24)
    struct.pack_into("<I", data, start + 24, size - 10)
    path.write_bytes(data)

    with pytest.raises(guards.UnsafeWorkbookError) as refused:
        guards.check(path)

    assert refused.value.key == "D98.overlap"


def test_parts_that_lie_in_one_another_or_bear_one_name_are_refused(book: Path, settings: Settings) -> None:
    path = _changed(book, settings, {})
    data = bytearray(path.read_bytes())
    start, other = data.rindex(SHEET.encode()) - 46, data.rindex(TEXTS.encode()) - 46
    data[start + 42 : start + 46] = data[other + 42 : other + 46]
    overlapping = path.with_name("overlapping.xlsx")
    overlapping.write_bytes(data)
    twice = path.with_name("twice.xlsx")
    twice.write_bytes(path.read_bytes())
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")

    for one in (overlapping, twice):
        with pytest.raises(guards.UnsafeWorkbookError) as refused:
            guards.check(one)
        assert refused.value.key == "D98.overlap"


def _changed(book: Path, settings: Settings, changes: dict[str, Change]) -> Path:
    """The workbook under a proper name in the seeds folder, some of its parts rewritten."""
    path = files.place(settings, files.table_of(EVENT), ".xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(book) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, changes[name](good.read(name)) if name in changes else good.read(name))
    before = time.time() - 600
    os.utime(path, (before, before))
    return path


def test_workbook_in_the_folder_whose_packing_is_damaged_is_told_as_damaged(
    table: Table, settings: Settings, book: Path
) -> None:
    """It is also looked through for personal data, which must not stumble over it."""
    path = files.place(settings, table, ".xlsx")
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
        damaged = packed.getinfo(SHEET).header_offset
    content = bytearray(path.read_bytes())
    begin = damaged + 30 + len(SHEET)
    content[begin + 9 : begin + 21] = b"\xff" * 12
    path.write_bytes(content)
    assert files.codes(files.judged(path, settings)) == ["D87"]


def test_workbook_that_is_not_what_it_claims_to_be_is_not_looked_into_any_further(
    table: Table, settings: Settings, book: Path
) -> None:
    """Not even for personal data: its parts may unpack to anything."""
    path = files.place(settings, table, ".xlsx")
    path.parent.mkdir(parents=True)
    path.write_bytes(book.read_bytes())
    with zipfile.ZipFile(path, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("xl/comments1.xml", "<comments>13912345678</comments>")
        packed.writestr("xl/comments1.xml", "<comments>13912345678</comments>")
    judgement = files.judged(path, settings)
    assert files.codes(judgement) == ["D98"]
    assert "重名" in judgement.receipt.messages[0].zh


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_cell_far_away_is_found_however_it_is_packed(
    packing: int, table: Table, settings: Settings, book: Path
) -> None:
    path = files.place(settings, table, ".xlsx")
    path.parent.mkdir(parents=True)
    far = _with_rows(_row(4294967295, _cell("ZZZZZZZ4294967295")))
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w", packing) as packed:
        for name in whole.namelist():
            packed.writestr(name, far(whole.read(name)) if name == SHEET else whole.read(name))
    judgement = files.judged(path, settings)
    assert files.codes(judgement) == ["D98"]
    assert "ZZZZZZZ4294967295" in judgement.receipt.messages[0].zh
