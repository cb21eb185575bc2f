"""Private values put wherever an office can put them: by every door in, and found nowhere afterwards, downloads included."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import streamlit as st
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from dashboard import uploads
from tests.conftest import TODAY
from tests.dashboard.reader import read
from tests.front_door.door import FOLDER, Door
from tests.support import secrets
from tests.support.archives import pack
from tests.support.files import case, centre, grid, write_csv
from warehouse import settings as settings_module
from warehouse.settings import Settings

CENTRES = "河南_劳动争议裁调对接_调解中心_202405.csv"
NAME = "河南_劳动争议裁调对接_案件表_{}_202405"


@dataclass
class House:
    """One installation into which everything was put, the values that must be nowhere, and what was taken out again."""

    door: Door
    values: list[str]
    documents: dict[str, Any]
    downloads: Path


class _Values:
    """Hands out a new private value each time and remembers it."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def new(self, kind: Callable[[int], str]) -> str:
        value = kind(len(self.given) + 1)
        self.given.append(value)
        return value

    def name(self) -> str:
        return self.new(lambda number: f"赵密{chr(0x4E00 + 37 * number)}{chr(0x5100 + number)}")

    def mail(self) -> str:
        return self.new(lambda number: f"zhaomi{number:04d}@example.invalid")


def _cases(values: _Values, prefix: str, city: str, region: str) -> list[list[str]]:
    """A header and ten records, four of which hold somebody, then a signed note; a phone number in the title."""
    common = {"reporting_unit": city, "region_code": region}
    rows = [case(f"{prefix}{number}", remarks="正常", **common) for number in range(10)]
    rows[1]["remarks"] = f"{values.name()} {values.new(secrets.identity)}"
    rows[3]["case_no"] = values.new(secrets.mobile)
    rows[4]["remarks"] = f"{values.name()}，邮箱{values.mail()}"
    rows[6]["remarks"] = "\n".join(["多行", values.new(secrets.card), values.name()])
    table = grid(FOLDER, "case", rows)
    blank = [""] * (len(table[0]) - 1)
    title = f"单位：元 填表人：{values.name()} 联系电话：{values.new(secrets.mobile)}"
    header = [*table[0], f"经办{values.new(secrets.mobile)}"]
    body = [[*row, "1"] for row in table[1:]]
    body[8].append(values.new(secrets.identity))
    return [[title, *blank], header, *body, [f"填表人：{values.name()} {values.new(secrets.mobile)}", *blank]]


def _text(table: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue()


def _workbook(path: Path, table: list[list[str]], values: _Values) -> Path:
    """The table in a workbook that holds somebody in all its other parts."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = f"案件{values.new(secrets.mobile)}"
    for row in table:
        page.append([int(cell) if cell.isdigit() and len(cell) < 6 else cell or None for cell in row])
    page["B4"].comment = Comment(f"{values.name()} {values.new(secrets.identity)}", values.name())
    page.cell(4, len(table[1])).value = f'=IF(LEN("{values.new(secrets.identity)}")>1,1,0)'
    beside = len(table[1]) + 3
    for line in range(2, 5):
        page.cell(line, beside).value = None
    page.cell(2, beside - 1).value = "内部"
    page.cell(3, beside - 1).value = values.name()
    page.column_dimensions[get_column_letter(beside - 1)].hidden = True
    assert page.oddHeader is not None and page.oddHeader.center is not None
    page.oddHeader.center.text = f"{values.name()}"
    page["C4"].hyperlink = f"mailto:{values.mail()}"
    choice = DataValidation(type="list", formula1=f'"{values.name()},{values.name()}"')
    page.add_data_validation(choice)
    choice.add("H4:H9")
    properties = book.properties
    properties.creator, properties.lastModifiedBy, properties.title = values.name(), values.name(), values.name()
    properties.description, properties.keywords = values.new(secrets.identity), values.mail()
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "veryHidden"
    hidden.append([values.name(), values.new(secrets.identity)])
    book.create_sheet(f"说明{values.new(secrets.mobile)}").append([f"联系{values.name()}"])
    book.defined_names["who"] = DefinedName("who", attr_text=f'"{values.name()}"')
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/media/image1.png", f"{values.name()}".encode())
        parts.writestr("xl/externalLinks/externalLink1.xml", f"<a>{values.name()}</a>")
        parts.writestr("xl/pivotCache/pivotCacheDefinition1.xml", f"<a>{values.name()}</a>")
        parts.writestr("docProps/custom.xml", f"<Properties><property><vt>{values.name()}</vt></property></Properties>")
        parts.writestr("customXml/item1.xml", f"<a>{values.new(secrets.identity)}</a>")
    return path


@dataclass(frozen=True)
class _Upload:
    name: str
    file_id: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    root = tmp_path_factory.mktemp("kept")
    (root / "seeds").mkdir()
    (root / "out").mkdir()
    door = Door(settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY), root / "desk")
    write_csv(door.settings.seeds / FOLDER / CENTRES, FOLDER, "centre", [centre()])
    values, documents = _Values(), {}
    text = door.desk / f"{NAME.format('洛阳市总工会')}.csv"
    text.parent.mkdir(parents=True)
    text.write_bytes(_text(_cases(values, "LY", "洛阳市总工会", "410300")).encode("gb18030"))
    book = _workbook(
        door.desk / f"{NAME.format('开封市总工会')}.xlsx", _cases(values, "KF", "开封市总工会", "410200"), values
    )
    inside = _text(_cases(values, "ZZ", "郑州市总工会", "410100")).encode("utf-16")
    packed = pack(
        door.desk / "五月.zip", {f"某某{values.new(secrets.mobile)}/{NAME.format('郑州市总工会')}.csv": inside}
    )
    named = door.desk / f"河南_劳动争议裁调对接_案件表_{values.new(secrets.identity)}_202405.csv"
    named.write_bytes(_text(grid(FOLDER, "case", [case("1")])).encode())
    listed = door.desk / "名单.csv"
    listed.write_text(f"序号,申请人,微信号\n1,{values.name()},zhao_mi_001\n", encoding="utf-8")
    values.given.append("zhao_mi_001")
    refused = write_csv(
        door.desk / f"{NAME.format('安阳市总工会')}.csv", FOLDER, "case", [case("1", remarks=values.new(secrets.card))]
    )
    for name, paths in (("check", (text, book, packed)), ("accept", (text, book, packed, named, listed, refused))):
        documents[name] = door.run(name, *paths)
    documents["again"] = door.run("accept", text, book, packed)
    for source in (text, book):
        documents[source.name] = door.run("fix", source, "--out", root / "out" / "desk")
    for source in sorted((door.settings.seeds / FOLDER).iterdir()):
        door.run("fix", source, "--out", root / "out" / "kept")
    documents["status"] = door.run("status")
    return House(door, values.given, documents, root / "out")


def _shown(house: House, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The pages show this house."""
    settings = house.door.settings
    for name, value in (("SEEDS", settings.seeds), ("HOME", settings.home), ("TODAY", settings.today)):
        monkeypatch.setenv(f"UNIONBOARD_{name}", str(value))
    return settings


def _receipt(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in document["files"] if name in one["file"])


def test_good_rows_are_in_and_the_receipt_says_what_was_left_out(house: House) -> None:
    code, document, _ = house.documents["accept"]
    assert (code, document["published"]) == (2, True)
    for city in ("洛阳", "开封", "郑州"):
        receipt = _receipt(document, city)
        # Ten records: four hold somebody, and one has a cell too many that does.
        assert (receipt["status"], receipt["rows_accepted"], receipt["rows_quarantined"]) == ("warned", 5, 5), receipt
        [said] = [one["message"] for one in receipt["messages"] if one["code"] == "D120"]
        # The record of line 9 is written over three lines in a text file.
        last = 11 if city == "开封" else 13
        assert f"第4、6–7、9、{last}行" in said, said
        rows = {one["row"]: one["code"] for one in receipt["messages"] if one["severity"] == "quarantine"}
        assert rows == {4: "D68", 6: "D69", 7: "D123", 9: "D69", last: "D68"}
    said = next(one["message"] for one in _receipt(document, "开封")["messages"] if one["code"] == "D120")
    for part in ("批注", "其他工作表", "文档属性", "图片", "外部链接", "透视表缓存", "公式", "超链接", "页眉页脚"):
        assert part in said, said
    kept = {path.name for path in (house.door.settings.seeds / FOLDER).iterdir()}
    assert len(kept) == 4


def test_nothing_private_is_left_anywhere(house: House) -> None:
    assert len(house.values) > 60
    assert len(set(house.values)) == len(house.values)
    settings = house.door.settings
    assert secrets.found([house.door.desk], house.values[:1]) != []
    assert secrets.found([settings.home, settings.seeds, house.downloads], house.values) == []
    assert [value for value in house.values if value in str(house.documents)] == []


def test_check_says_the_same_before(house: House) -> None:
    _, document, _ = house.documents["check"]
    for city in ("洛阳", "开封", "郑州"):
        both = (_receipt(one, city)["messages"] for one in (document, house.documents["accept"][1]))
        # What has no parent yet has one when the centres are in.
        now, then = (sorted((str(m["row"]), m["code"]) for m in one if m["code"] != "D101") for one in both)
        assert now == then


def test_same_file_again_is_known(house: House) -> None:
    _, document, _ = house.documents["again"]
    assert document["published"] is False
    for name in document["offered"]:
        codes = [one["code"] for one in _receipt(document, name)["messages"]]
        assert "D74" in codes, (name, codes)


def test_file_with_nothing_to_hide_is_kept_byte_for_byte(house: House, tmp_path: Path) -> None:
    rows = [case("P1", reporting_unit="濮阳市总工会", region_code="410900", remarks="联系工会12351")]
    text = write_csv(tmp_path / f"{NAME.format('濮阳市总工会')}.csv", FOLDER, "case", rows)
    rows = [case("H1", reporting_unit="鹤壁市总工会", region_code="410600")]
    book = tmp_path / f"{NAME.format('鹤壁市总工会')}.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet("案件")
        for number, row in enumerate(grid(FOLDER, "case", rows)):
            sheet.write_row(number, 0, row)
    _, document, _ = house.door.run("accept", text, book)
    for source in (text, book):
        assert _receipt(document, source.name)["status"] == "accepted"
        place = house.door.settings.seeds / FOLDER / source.name
        assert hashlib.sha256(place.read_bytes()).digest() == hashlib.sha256(source.read_bytes()).digest()


def test_page_keeps_and_gives_out_nothing_private(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = _shown(house, monkeypatch)
    values = _Values()
    values.given = [""] * 400
    table = _cases(values, "XY", "信阳市总工会", "411500")
    book = _workbook(tmp_path / "in" / f"{NAME.format('信阳市总工会')}.xlsx", table, values)
    private = values.given[400:]
    draft = uploads.begin([_Upload(book.name, "1", book.read_bytes())])
    assert draft.check is not None
    draft.check.wait()
    uploads.start_accept(draft)
    assert draft.accept is not None
    done = draft.accept.wait()
    assert done.document is not None and done.document["published"], done.said
    mending = uploads.fix_it(next(iter(draft.paths.values())))
    draft.discard()
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "fix.xlsx").write_bytes(mending)
    given: list[bytes] = []
    real = st.download_button

    def seen(label: str, data: Any = None, *arguments: Any, **more: Any) -> Any:
        content = data() if callable(data) else data
        given.append(content.encode() if isinstance(content, str) else content)
        return real(label, content, *arguments, **more)

    monkeypatch.setattr(st, "download_button", seen)
    pages = [
        read("records", kpi="dm_cases_accepted", region="410000"),
        read("records", kpi="dm_success_rate", region="410000"),
        read("data-quality"),
        read("upload"),
        read("dispute-mediation"),
        read("releases"),
    ]
    for number, content in enumerate(given):
        (tmp_path / "downloads" / f"{number}.bin").write_bytes(content)
    shown = " ".join(page.markup + str(page.errors) for page in pages)
    everything = [*house.values, *private]
    assert len(given) > 2
    assert [value for value in everything if value in shown] == []
    assert secrets.found([settings.home, settings.seeds, tmp_path / "downloads"], everything) == []


def test_file_dropped_by_hand_is_not_edited_and_told_until_it_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _shown(house, monkeypatch)
    values = _Values()
    values.given = [""] * 800
    table = _cases(values, "XX", "新乡市总工会", "410700")
    dropped = settings.seeds / FOLDER / f"{NAME.format('新乡市总工会')}.csv"
    dropped.write_bytes(_text(table).encode())
    before = dropped.read_bytes()
    try:
        for _ in range(2):
            _, document, said = house.door.run("refresh")
            [told] = [one for one in _receipt(document, "新乡")["messages"] if one["code"] == "D121"]
            assert all(place in told["message"] for place in ("第1行第1列", "第4行", "第6行", "第15行第1列")), told
            assert not [value for value in values.given[800:] if value in str(document) + said]
            _, status, _ = house.door.run("status")
            [one] = status["personal_data"]
            assert (one["file"], one["message"]) == (f"{FOLDER}/{dropped.name}", told["message"])
        assert dropped.read_bytes() == before
        page = read("data-quality")
        assert "仍在数据文件夹中，含个人信息：第1行第1列" in page.text
        assert not [value for value in values.given[800:] if value in page.markup]
        assert secrets.found([settings.home], values.given[800:]) == []
    finally:
        dropped.unlink()
    _, document, _ = house.door.run("refresh")
    assert "D121" not in str(document)
    assert house.door.run("status")[1]["personal_data"] == []
