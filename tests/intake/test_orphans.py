"""D101 before publishing: a row whose parent is neither landed nor offered with it is told by check, preview and accept."""

from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door
from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.front_door.check import check
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings

CASES = "河南_劳动争议裁调对接_案件表_202405.csv"
CENTRES = "河南_劳动争议裁调对接_调解中心_202405.csv"
HUBEI = {"province_code": "湖北省", "region_code": "420100", "reporting_unit": "武汉市总工会"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    return settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home", today=TODAY)


def told(receipts: list[Receipt], name: str = CASES) -> list[tuple[int | None, str | None, str]]:
    """Line, column and sentence of each D101 of a file."""
    [receipt] = [one for one in receipts if one.file.endswith(name)]
    return [(one.row, one.column, one.zh) for one in receipt.messages if one.code == "D101"]


def run(settings: Settings, *paths: Path) -> list[Receipt]:
    return check(settings, paths, None, lambda _: None)


def test_check_tells_cases_of_unknown_centres_and_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")])
    receipts = run(settings, path)
    assert told(receipts) == [
        (2, "调解中心编号", "第2行引用的“LY001”尚未上报，暂不计入。"),
        (3, "调解中心编号", "第3行引用的“LY002”尚未上报，暂不计入。"),
    ]
    assert (receipts[0].status, receipts[0].rows_accepted) == ("warned", 2)
    assert not settings.home.exists()


def test_centre_offered_in_the_same_call_counts_whatever_the_order(settings: Settings, tmp_path: Path) -> None:
    cases = write_csv(tmp_path / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")])
    centres = write_csv(tmp_path / CENTRES, FOLDER, "centre", [centre()])
    for paths in ((cases, centres), (centres, cases), (tmp_path,)):
        assert [row for row, _, _ in told(run(settings, *paths))] == [3]


def test_landed_centre_counts_until_the_offer_takes_it_away(settings: Settings, tmp_path: Path) -> None:
    write_csv(settings.seeds / FOLDER / CENTRES, FOLDER, "centre", [centre("LY001"), centre("LY002")])
    take_in(settings)
    cases = write_csv(tmp_path / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")])
    assert told(run(settings, cases)) == []
    # The correction keeps the first centre only; with it the second case would wait.
    corrected = write_csv(tmp_path / CENTRES, FOLDER, "centre", [centre("LY001")])
    assert [row for row, _, _ in told(run(settings, cases, corrected))] == [3]


def test_centre_of_another_province_or_origin_is_another_centre(settings: Settings, tmp_path: Path) -> None:
    write_csv(
        settings.seeds / FOLDER / "湖北_劳动争议裁调对接_调解中心_202405.csv", FOLDER, "centre", [centre(**HUBEI)]
    )
    write_csv(settings.seeds / FOLDER / "演示_劳动争议裁调对接_调解中心.csv", FOLDER, "centre", [centre()])
    take_in(settings)
    henan = write_csv(tmp_path / CASES, FOLDER, "case", [case("1")])
    hubei = write_csv(tmp_path / "湖北_劳动争议裁调对接_案件表_202405.csv", FOLDER, "case", [case("1", **HUBEI)])
    shown = write_csv(tmp_path / "演示_劳动争议裁调对接_案件表.csv", FOLDER, "case", [case("1")])
    receipts = run(settings, henan, hubei, shown)
    assert [len(told(receipts, path.name)) for path in (henan, hubei, shown)] == [1, 0, 0]


def test_centre_of_another_office_of_the_province_counts(settings: Settings, tmp_path: Path) -> None:
    cases = write_csv(tmp_path / CASES, FOLDER, "case", [case("1", reporting_unit="洛阳市总工会")])
    place = {"region_code": "410000", "reporting_unit": "河南省总工会"}
    centres = write_csv(tmp_path / CENTRES, FOLDER, "centre", [centre(**place)])
    assert told(run(settings, cases, centres)) == []


def test_refused_and_set_aside_parents_are_none(settings: Settings, tmp_path: Path) -> None:
    cases = write_csv(tmp_path / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")])
    bad = [centre("LY001", mediators="若干"), centre("LY002")]
    centres = write_csv(tmp_path / CENTRES, FOLDER, "centre", bad)
    assert [row for row, _, _ in told(run(settings, cases, centres))] == [2]


def test_hall_is_one_with_and_without_its_sign(settings: Settings, tmp_path: Path) -> None:
    folder = "innovation_expo"
    common = {"achievement_name": "夹具", "owner_unit": "甲厂", "industry": "制造业", "category": "工艺改进"}
    rows = [
        {"achievement_id": f"A{hall}", "hall_no": hall, "data_basis": "时点", "is_frontline": "是", **common}
        for hall in ("3号", "4")
    ]
    rows[0]["display_form"] = rows[1]["display_form"] = "实物"
    achievements = write_csv(tmp_path / "河南_创新成果交流_成果表_202405.csv", folder, "achievement", rows)
    hall = {"hall_no": "3", "organiser": "省总", "visitors": 5, "data_basis": "时点"}
    halls = write_csv(tmp_path / "河南_创新成果交流_展厅表_202405.csv", folder, "hall", [hall])
    receipts = run(settings, achievements, halls)
    [said] = [one for one in receipts if one.file.endswith(achievements.name)]
    assert said.rows_accepted == 2, [one.zh for one in said.messages]
    assert told(receipts, achievements.name) == [(3, "展厅", "第3行引用的“4”尚未上报，暂不计入。")]


def test_alliance_of_any_province_is_the_parent(settings: Settings, tmp_path: Path) -> None:
    folder = "gba_studio_alliance"
    shenzhen = {"province_code": "广东省", "region_code": "440300", "reporting_unit": "深圳市总工会"}
    macao = {"province_code": "澳门特别行政区", "region_code": "820000", "reporting_unit": "澳门工会联合总会"}
    sub = {"sub_id": "F1", "sub_name": "制造", "founded_on": "2023-05-01", "data_basis": "时点", **shenzhen}
    member = {"sub_id": "F1", "studio_id": "S1", "joined_on": "2023-06-01", "studio_region": "820000", **macao}
    subs = write_csv(tmp_path / "广东_大湾区联盟_分联盟名册_202405.csv", folder, "sub_alliance", [sub])
    members = write_csv(
        tmp_path / "澳门_大湾区联盟_成员工作室_202405.csv", folder, "membership", [{**member, "data_basis": "时点"}]
    )
    receipts = run(settings, subs, members)
    assert [one.rows_accepted for one in receipts] == [1, 1], [m.zh for one in receipts for m in one.messages]
    assert told(receipts, members.name) == []
    assert len(told(run(settings, members), members.name)) == 1


def test_long_file_tells_a_hundred_rows(settings: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / CASES, FOLDER, "case", [case(str(number)) for number in range(150)])
    rows = [row for row, _, _ in told(run(settings, path))]
    assert rows == list(range(2, 102))


def test_damaged_landing_accuses_nobody(settings: Settings, tmp_path: Path) -> None:
    write_csv(settings.seeds / FOLDER / CENTRES, FOLDER, "centre", [centre()])
    take_in(settings)
    [landed] = settings.landing.glob(f"{FOLDER}/centre/[0-9a-f]*.parquet")
    landed.write_bytes(b"PAR1")
    receipts = run(settings, write_csv(tmp_path / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")]))
    assert (told(receipts), receipts[0].status) == ([], "accepted")


def test_preview_and_accept_tell_each_row_once(settings: Settings, tmp_path: Path) -> None:
    door = Door(settings, tmp_path / "desk")
    write_csv(settings.seeds / FOLDER / CENTRES, FOLDER, "centre", [centre()])
    assert door.run("refresh")[0] == 0
    path = write_csv(door.desk / CASES, FOLDER, "case", [case("1"), case("2", centre_id="LY002")])
    for command in ("check", "preview", "accept"):
        code, document, said = door.run(command, path)
        [receipt] = [one for one in document["files"] if one["file"].endswith(CASES)]
        orphans = [(one["row"], one["severity"]) for one in receipt["messages"] if one["code"] == "D101"]
        assert orphans == [(3, "warning")], command
        assert said.count("第3行引用的“LY002”尚未上报") == 1
        assert code == (0 if command == "accept" else 2)
    _, document, _ = door.run("refresh")
    [receipt] = [one for one in document["files"] if one["file"].endswith(CASES)]
    assert [one["code"] for one in receipt["messages"]].count("D101") == 1
