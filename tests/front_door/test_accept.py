"""The front door on the command line: offered files are judged, put in and published; what is refused stays outside."""

import zipfile
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door, column_of, comments, mend
from tests.support.archives import pack
from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.front_door.accept import refused_offers
from warehouse.intake.marked_workbook import LEFT_OUT_ROW
from warehouse.releases import current_values, release

CASES = "河南_劳动争议裁调对接_案件表_202405.csv"
CENTRES = "河南_劳动争议裁调对接_调解中心_202405.csv"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """One installation for the whole story: the tests of this file run in order, each from where the one before left it."""
    root = tmp_path_factory.mktemp("door")
    (root / "seeds").mkdir()
    (root / "desk").mkdir()
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    write_csv(settings.seeds / FOLDER / CENTRES, FOLDER, "centre", [centre()])
    return Door(settings, root / "desk")


def value(door: Door, kpi: str, region: str = "410000") -> float | None:
    selection = current_values.Selection(kpi=kpi, region=region, period="2024-05", origin="submitted")
    rows = current_values.kpi_values(door.settings, selection)
    return rows[0]["value"] if rows else None


def test_accept_puts_the_file_in_and_publishes(door: Door) -> None:
    bad = [case("1"), case("2"), case("3", workers_involved="若干", remarks="联系 13912345678"), case("4")]
    offered = write_csv(door.desk / CASES, FOLDER, "case", bad, "gb18030")
    code, document, said = door.run("accept", offered)
    first = document["files"][0]
    assert (code, document["published"], document["tests"]["failed"]) == (2, True, 0)
    assert set(document) >= {"release", "published", "reason", "files", "tests", "seconds"}
    assert (first["file"], first["status"]) == (f"{FOLDER}/{CASES}", "warned")
    assert (first["rows_accepted"], first["rows_quarantined"]) == (3, 1)
    assert [one["file"] for one in document["files"]] == [f"{FOLDER}/{CASES}", f"{FOLDER}/{CENTRES}"]
    assert door.seeds() == sorted([f"{FOLDER}/{CASES}", f"{FOLDER}/{CENTRES}"])
    assert value(door, "dm_workers") == 6
    assert "已发布" in said


def test_fix_it_workbook_marks_only_what_needs_mending_and_forgets_what_is_private(door: Door) -> None:
    # In the seeds folder the row is left out whole; the office's own file still has the rest of it.
    code, document, _ = door.run("fix", f"{FOLDER}/{CASES}", "--out", door.desk / "kept")
    assert (code, LEFT_OUT_ROW in list(comments(Path(document["workbook"])).values())[-1]) == (0, True)
    code, document, _ = door.run("fix", door.desk / CASES, "--out", door.desk)
    workbook = Path(document["workbook"])
    assert (code, workbook.name) == (0, "河南_劳动争议裁调对接_案件表_202405_更正1.xlsx")
    told = comments(workbook)
    # Line 4 holds the phone number; the intake stops there and says nothing of the other cells of a private row.
    assert {place[1:] for place in told} == {"4"}
    assert any("电话" in text and "清空" in text for text in told.values())
    with zipfile.ZipFile(workbook) as parts:
        assert not [name for name in parts.namelist() if b"13912345678" in parts.read(name)]


def test_mended_workbook_replaces_the_submission_and_says_what_changed(door: Door) -> None:
    workbook = door.desk / "河南_劳动争议裁调对接_案件表_202405_更正1.xlsx"
    _, document, _ = door.run("check", workbook)
    [receipt] = document["files"]
    [again] = [one for one in receipt["messages"] if one["severity"] == "quarantine"]
    assert (again["code"], again["row"], again["column"]) == ("D100", 4, "涉及劳动者")
    mend(workbook, {f"{column_of(workbook, '涉及劳动者')}4": 5})
    code, document, _ = door.run("accept", workbook)
    first = document["files"][0]
    assert (code, document["published"]) == (
        2,
        True,
    )  # The file it replaces still lies there, with its quarantined row.
    assert (first["file"], first["rows_accepted"]) == (f"{FOLDER}/{workbook.name}", 4)
    assert first["status"] == "accepted"
    [replaced] = [one["message"] for one in first["messages"] if one["code"] == "D75"]
    assert "新增1改动0删除0行" in replaced
    assert value(door, "dm_workers") == 11


def test_correction_that_loses_more_than_half_waits_for_a_word(door: Door) -> None:
    before, seeds = release.current_id(door.settings), door.seeds()
    # The first file bears this name already, and its correction holds four cases: this one would be 更正2, with one case.
    shrunken = write_csv(door.desk / "less" / CASES, FOLDER, "case", [case("1", workers_involved=7)])
    code, document, _ = door.run("accept", shrunken)
    assert (code, document["published"], document["files"][0]["status"]) == (2, False, "refused")
    [reason] = [one for one in document["files"][0]["messages"] if one["severity"] == "refuse"]
    assert (reason["code"], "更正1" in reason["message"], "有4行" in reason["message"]) == ("D76", True, True)
    assert (release.current_id(door.settings), door.seeds()) == (before, seeds)
    assert [entry["file"] for entry in refused_offers(door.settings)] == [CASES]


def test_confirmed_correction_and_an_archive_make_one_release(door: Door) -> None:
    shrunken = door.desk / "less" / CASES
    luoyang = {"reporting_unit": "郑州市总工会", "region_code": "410100"}
    more = write_csv(door.desk / "more.csv", FOLDER, "case", [case("9", **luoyang)])
    name = "劳动争议/河南_劳动争议裁调对接_案件表_郑州市总工会_202405.csv"
    archive = pack(door.desk / "五月.zip", {name: more.read_bytes(), "说明.txt": b"hello"}, "gb18030")
    code, document, _ = door.run("accept", shrunken, archive, "--replace")
    by_file = {one["file"]: one for one in document["files"]}
    assert (code, document["published"]) == (2, True)
    assert by_file[f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405_更正2.csv"]["rows_accepted"] == 1
    assert by_file[f"{FOLDER}/河南_劳动争议裁调对接_案件表_郑州市总工会_202405.csv"]["status"] == "accepted"
    assert by_file["五月.zip/说明.txt"]["status"] == "refused"
    assert len(release.list_releases(door.settings)) == 3
    assert value(door, "dm_workers") == 9
    # Sent once more, nothing is doubled and nothing is published.
    code, document, _ = door.run("accept", archive)
    told = {one["file"]: [message["code"] for message in one["messages"]] for one in document["files"][:2]}
    assert (code, document["published"]) == (2, False)
    assert told[f"五月.zip/{name}"] == ["D74"]
