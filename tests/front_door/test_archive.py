"""Archives: what is taken out of a ZIP, under which names, and what is refused before it can do harm."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from tests.front_door.door import Door, comments
from tests.support.archives import pack
from tests.support.files import case, write_csv, write_xlsx
from tests.support.foreign import zip_with_password
from warehouse.front_door import archive
from warehouse.front_door.check import check
from warehouse.intake import kinds
from warehouse.settings import Settings

NAME = "河南_劳动争议裁调对接_案件表_202405.csv"


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    return write_csv(tmp_path / "a.csv", "dispute_mediation", "case", [case("1")]).read_bytes()


@pytest.mark.parametrize("encoding", [None, "utf-8", "gb18030"], ids=["marked", "macOS", "Windows and WPS"])
@pytest.mark.parametrize("folder", ["", "五月/", "五月\\"])
def test_names_are_read_whoever_packed_them(tmp_path: Path, data: bytes, encoding: str | None, folder: str) -> None:
    taken, refused = archive.unpack(pack(tmp_path / "a.zip", {folder + NAME: data}, encoding), tmp_path / "out")
    assert refused == []
    assert [one.path.name for one in taken] == [NAME]
    assert taken[0].path.read_bytes() == data


def test_check_judges_the_files_of_an_archive_and_leaves_nothing(
    installation: Settings, tmp_path: Path, data: bytes
) -> None:
    path = pack(tmp_path / "a.zip", {f"五月/{NAME}": data, "__MACOSX/._x": b"x", "五月/.DS_Store": b"x"})
    [receipt] = check(installation, [path], None, lambda _: None)
    # Its one case is of a centre that nobody has reported.
    assert (receipt.file, receipt.status, receipt.rows_accepted) == (f"a.zip/五月/{NAME}", "warned", 1)
    assert [message.code for message in receipt.messages] == ["D101"]
    assert not installation.home.exists()


def test_workbook_is_no_archive(tmp_path: Path) -> None:
    assert not archive.is_archive(write_xlsx(tmp_path / "a.xlsx", "dispute_mediation", "case", [case("1")]))
    assert not archive.is_archive(write_csv(tmp_path / "a.csv", "dispute_mediation", "case", [case("1")]))


def test_nothing_is_written_outside_the_folder(tmp_path: Path, data: bytes) -> None:
    entries = {
        "../../外面.csv": data,
        "/etc/外面.csv": data,
        "C:/外面.csv": data,
        "a\\..\\..\\外面.csv": data,
        NAME: data,
    }
    taken, refused = archive.unpack(pack(tmp_path / "a.zip", entries), tmp_path / "in" / "out")
    assert [one.label for one in taken] == [f"a.zip/{NAME}"]
    assert {receipt.messages[0].code for receipt in refused} == {"D96"}
    assert len(refused) == 4
    assert not list(tmp_path.rglob("外面.csv"))


def test_links_archives_and_passwords_inside_are_refused(tmp_path: Path, data: bytes) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        nested.writestr(NAME, data)
    path = pack(tmp_path / "a.zip", {"里面.zip": inner.getvalue(), "改名.csv": inner.getvalue(), NAME: data})
    with zipfile.ZipFile(path, "a") as written:
        link = zipfile.ZipInfo("链接.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        written.writestr(link, "/etc/passwd")
    taken, refused = archive.unpack(path, tmp_path / "out")
    assert [one.label for one in taken] == [f"a.zip/{NAME}"]
    assert sorted(receipt.messages[0].code for receipt in refused) == ["D05", "D05", "D96"]


def test_password_is_told_for_each_file(tmp_path: Path) -> None:
    path = zip_with_password(tmp_path / "a.zip")
    assert archive.is_archive(path)
    taken, refused = archive.unpack(path, tmp_path / "out")
    assert taken == []
    assert [(one.file, one.messages[0].code) for one in refused] == [("a.zip/a.csv", "D06")]
    assert "密码" in refused[0].messages[0].zh


def test_archive_of_very_many_files_is_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {f"{number}.csv": b"" for number in range(300)}
    path = pack(tmp_path / "a.zip", entries)
    monkeypatch.setattr(kinds, "LONGEST_LIST", 300 * 46)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert archive.is_archive(path)
    [refused] = archive.unpack(path, tmp_path / "out")[1]
    assert refused.messages[0].code == "D97"


def test_fix_it_workbook_of_a_file_inside_is_named_by_the_receipt(installation: Settings, tmp_path: Path) -> None:
    door = Door(installation, tmp_path)
    bad = write_csv(tmp_path / "b.csv", "dispute_mediation", "case", [case("1", workers_involved="若干")]).read_bytes()
    good = write_csv(tmp_path / "g.csv", "dispute_mediation", "case", [case("2")]).read_bytes()
    other = NAME.replace("_202405", "_郑州市总工会_202405")
    path = pack(
        tmp_path / "五月.zip", {f"五月/{NAME}": bad, other: good, "b/同名.csv": good, "同名.csv": good}, "gb18030"
    )

    code, document, _ = door.run("check", path)
    named = document["files"][0]["file"]
    assert (code, named) == (2, f"五月.zip/五月/{NAME}")
    for inside in (path / f"五月/{NAME}", path / NAME):
        code, document, _ = door.run("fix", inside, "--out", tmp_path / "out")
        workbook = Path(document["workbook"])
        assert (code, workbook.name) == (0, NAME.replace(".csv", "_更正1.xlsx"))
        assert {place[1:] for place in comments(workbook)} == {"2"}
    assert door.run("fix", path / other, "--out", tmp_path / "out")[1] == {"workbook": None}
    for wrong in (path, path / "没有.csv"):
        code, _, said = door.run("fix", wrong, "--out", tmp_path / "out")
        assert code == 1
        assert f"五月/{NAME}" in said
    # The whole name is meant before one that only ends like it.
    assert door.run("fix", path / "同名.csv", "--out", tmp_path / "out")[0] == 0
    assert not installation.home.exists()


def test_what_unpacks_to_too_much_is_refused_whatever_it_says_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED_MB", 1)
    path = pack(tmp_path / "a.zip", {"a.csv": b"1,2\n" * (1 << 19)})
    assert [receipt.messages[0].code for receipt in archive.unpack(path, tmp_path / "out")[1]] == ["D98"]
    # The sizes that the archive states are made small; what comes out is not.
    raw = path.read_bytes().replace((4 << 19).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(raw)
    taken, refused = archive.unpack(path, tmp_path / "out")
    assert taken == []
    assert {receipt.messages[0].code for receipt in refused} <= {"D98", "D87"}
    assert sum(found.stat().st_size for found in (tmp_path / "out").rglob("*") if found.is_file()) <= 1 << 20


def test_too_many_files_damage_and_emptiness_are_told(tmp_path: Path, data: bytes) -> None:
    many = pack(tmp_path / "many.zip", {f"{number}.csv": b"x" for number in range(archive.MOST_FILES + 1)})
    assert archive.unpack(many, tmp_path / "out")[1][0].messages[0].code == "D97"
    empty = pack(tmp_path / "empty.zip", {})
    assert archive.is_archive(empty)
    assert archive.unpack(empty, tmp_path / "out")[1][0].messages[0].code == "D84"
    whole = pack(tmp_path / "whole.zip", {NAME: data}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert archive.is_archive(tmp_path / "cut.zip")
    assert archive.unpack(tmp_path / "cut.zip", tmp_path / "out")[1][0].messages[0].code == "D87"


def test_member_whose_packing_is_damaged_is_told_beside_the_good_one(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lzma.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr(NAME, data)
        packed.writestr(f"坏_{NAME}", data)
        damaged = packed.infolist()[1].header_offset
    content = bytearray(path.read_bytes())
    # What was packed, behind the header, the name and nine bytes of settings.
    begin = damaged + 30 + len(f"坏_{NAME}".encode())
    content[begin + 9 : begin + 21] = b"\xff" * 12
    path.write_bytes(content)
    taken, refused = archive.unpack(path, tmp_path / "out")
    assert [one.path.read_bytes() for one in taken] == [data]
    assert [receipt.messages[0].code for receipt in refused] == ["D87"]


def test_numbers_of_persons_in_names_are_not_repeated(installation: Settings, tmp_path: Path, data: bytes) -> None:
    named = "河南_劳动争议裁调对接_13912345678_202405.csv"
    path = pack(tmp_path / "13912345678.zip", {named: data, f"../{named}": data})
    (tmp_path / named).write_bytes(data)
    receipts = check(installation, [path, tmp_path / named], None, lambda _: None)
    assert len(receipts) == 3
    assert all(receipt.status == "refused" for receipt in receipts)
    assert "13912345678" not in repr([(receipt.file, receipt.messages) for receipt in receipts])
