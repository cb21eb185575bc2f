"""Handing in and reminding: the pages 上报文件 and 催报, as an office and as headquarters see them."""

import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import ButtonGroup

from dashboard import uploads
from dashboard.components import blank_forms, change_rows, fix_it, impact, receipts, reporting_matrix
from dashboard.components.data_table import Number
from dashboard.data import files
from dashboard.data.files import Message, Receipt
from dashboard.i18n import CHINESE, using
from tests.dashboard.house import CASES, MEDIATION
from tests.dashboard.reader import Reader, read
from tests.support.archives import pack
from tests.support.files import case, write_csv
from warehouse import contracts
from warehouse.answers import owed
from warehouse.answers.owed import RefusedFile, Report
from warehouse.intake.messages import CATALOGUE, CONVERSIONS, code_of
from warehouse.notify import letters
from warehouse.settings import Settings

TODAY = date(2024, 6, 15)
NAMES = {"p": "劳动争议裁调对接", "q": "免费体检"}


def report(**changes: object) -> Report:
    """A monthly report of May, due on 10 June, that has not come."""
    given: dict[str, object] = {
        "programme": "p",
        "table_name": "case",
        "table_name_zh": "案件表",
        "province_code": "41",
        "report_period": "2024-05",
        "due_date": date(2024, 6, 10),
        "judged_on": TODAY,
        "is_received": False,
        "is_late": True,
        "is_zero_report": False,
        "row_count": 0,
        **changes,
    }
    return Report(**given)  # type: ignore[arg-type]


def refused(**changes: object) -> RefusedFile:
    given: dict[str, object] = {
        "file": "河南_劳动争议裁调对接_202405.csv",
        "programme": "p",
        "table_name": None,
        "province_code": "41",
        "report_period": "2024-05",
        "reporting_unit": None,
        "reason": "缺少必填列：“统计期”。",
        **changes,
    }
    return RefusedFile(**given)  # type: ignore[arg-type]


def test_refused_file_is_not_taken_for_silence() -> None:
    [told] = owed.with_refused([report()], [refused()])
    assert reporting_matrix.state(told, TODAY) == "refused"
    assert reporting_matrix.state(report(), TODAY) == "overdue"
    # What has come has come, whatever was refused before or after.
    [come] = owed.with_refused([report(is_received=True, is_late=False)], [refused()])
    assert reporting_matrix.state(come, TODAY) == "received"
    # A submitted file says nothing of what stands there as demonstration.
    [shown] = owed.with_refused([report(origin="demonstration")], [refused()])
    assert reporting_matrix.state(shown, TODAY) == "overdue"


@pytest.mark.parametrize(
    ("changes", "is_meant"),
    [
        ({"report_period": "2024-04"}, False),
        ({"report_period": None}, True),
        ({"table_name": "centre"}, False),
        ({"table_name": "case"}, True),
        ({"province_code": "44"}, False),
        ({"programme": "q"}, False),
    ],
)
def test_refused_file_belongs_to_what_its_name_says(changes: dict[str, object], is_meant: bool) -> None:
    [told] = owed.with_refused([report()], [refused(**changes)])
    assert told.is_refused is is_meant


def test_quarter_takes_a_file_about_any_of_its_months() -> None:
    quarter = report(report_period="2024-03", months_each=3)
    assert [quarter.covers(month) for month in ("2023-12", "2024-01", "2024-03", "2024-04")] == [
        False,
        True,
        True,
        False,
    ]


def test_days_late_run_to_the_day_it_came_or_to_today() -> None:
    assert report().days_late(TODAY) == 5
    assert report().days_late(date(2024, 6, 10)) == 0
    # 12 June 17:00 UTC is the 13th in China.
    came = report(is_received=True, received_at=datetime(2024, 6, 12, 17))
    assert came.days_late(TODAY + timedelta(days=30)) == 3


def test_reminder_to_a_province_names_table_day_offices_and_what_was_sent_back() -> None:
    owed = report(units_missing=("洛阳市总工会",), refused=(refused(),))
    text = letters.to_province("河南", [owed, report(programme="q", table_name_zh="体检场次")], NAMES, TODAY)
    assert text.startswith("河南：\n截至 2024-06-15，以下 2 项报送尚未收到")
    assert (
        "1. 劳动争议裁调对接·案件表（2024年5月）；应于 2024-06-10 前报送，已逾期 5 天；还没报的单位：洛阳市总工会"
        in text
    )
    assert "收到过“河南_劳动争议裁调对接_202405.csv”，但已退回：缺少必填列：“统计期”。" in text
    assert "2. 免费体检·体检场次（2024年5月）" in text
    assert "演示" not in text


def test_reminder_about_a_programme_lists_the_provinces_that_owe() -> None:
    owed = [report(), report(province_code="44", refused=(refused(province_code="44"),))]
    text = letters.about_programme("p", owed, {"41": "河南", "44": "广东"}, NAMES, TODAY)
    assert "1. 案件表（2024年5月）：河南、广东（报来的已退回）；应于 2024-06-10 前报送，最长逾期 5 天" in text


def test_reminder_made_from_demonstration_says_not_to_send_it() -> None:
    assert "请勿发送" in letters.to_province("河南", [report(origin="demonstration")], NAMES, TODAY)


def test_board_counts_every_state_and_lists_the_refused_file(at_house: Settings) -> None:
    page = read("reminders")
    assert page.errors == []
    assert "逾期未报" in page.text
    assert "西藏_免费体检_体检场次_202405.csv" in page.text
    letters = [element.value for element in page.app.code]
    assert len(letters) == 2
    assert all("尚未收到" in letter for letter in letters)


def test_board_of_one_programme_shows_a_year_of_periods(at_house: Settings) -> None:
    page = read("reminders").choose("programme", MEDIATION)
    assert page.errors == []
    for month in ("2023-06", "2024-05"):
        assert f"案件表 {month}" in page.text
    assert "体检场次 2024" not in page.text


def test_board_before_anything_was_due_says_so(at_house: Settings) -> None:
    page = read("reminders", period="2022-06", region="410000")
    assert page.errors == []
    assert "没有应报的表" in page.text or "应报" in page.text


def hand_in(page: Reader, *paths: Path) -> Reader:
    """Lay files on the page and wait until they are checked."""
    page.app.file_uploader[0].set_value([(path.name, path.read_bytes(), "text/csv") for path in paths]).run()
    return wait_while(page, "正在检查")


def wait_while(page: Reader, words: str) -> Reader:
    for _ in range(600):
        if words not in page.text:
            return page
        time.sleep(0.2)
        page.app.run()
    raise AssertionError(f"still {words}")


def test_upload_shows_the_receipt_and_discarding_leaves_nothing(at_house: Settings, tmp_path: Path) -> None:
    bad = [case("N1"), case("N2", workers_involved="若干", remarks="电话 13912345678")]
    offered = write_csv(tmp_path / "河南_劳动争议裁调对接_案件表_南阳市总工会_202405.csv", MEDIATION, "case", bad)
    seeds = sorted(at_house.seeds.rglob("*"))
    page = hand_in(read("upload"), offered)
    assert page.errors == []
    assert "收下 1，隔离 1" in page.text
    assert "第3行" in page.text
    assert "13912345678" not in page.markup
    assert [button.label for button in page.app.button] == ["看影响", "放弃"]
    draft = page.app.session_state["_upload_draft"]
    [held] = draft.paths.values()
    assert held.is_file()
    workbook = uploads.fix_it(held)
    assert workbook.startswith(b"PK")
    page.app.button(key="upload_discard").click().run()
    assert page.errors == []
    assert not held.exists()
    assert page.app.session_state["_upload_draft"] is None
    assert sorted(at_house.seeds.rglob("*")) == seeds


def test_file_inside_an_uploaded_archive_has_its_fix_it_workbook(at_house: Settings, tmp_path: Path) -> None:
    name = "河南_劳动争议裁调对接_案件表_南阳市总工会_202405.csv"
    bad = write_csv(tmp_path / name, MEDIATION, "case", [case("N1"), case("N2", workers_involved="若干")])
    page = hand_in(read("upload"), pack(tmp_path / "五月.zip", {f"南阳/{name}": bad.read_bytes()}, "gb18030"))
    assert page.errors == []
    draft = page.app.session_state["_upload_draft"]
    held = uploads.bytes_of(draft, [f"五月.zip/南阳/{name}", "别的.zip/a.csv"])
    assert list(held) == [f"五月.zip/南阳/{name}"]
    assert "只有要改的格上了色" in page.text
    assert uploads.fix_it(held[f"五月.zip/南阳/{name}"]).startswith(b"PK")
    page.app.button(key="upload_discard").click().run()
    assert page.errors == []


def test_upload_of_what_cannot_be_taken_offers_no_impact(at_house: Settings, tmp_path: Path) -> None:
    nonsense = tmp_path / "河南_劳动争议裁调对接_202405.csv"
    nonsense.write_text("甲,乙\n1,2\n", encoding="utf-8")
    page = hand_in(read("upload"), nonsense)
    assert page.errors == []
    assert "这些文件都不能收下" in page.text
    assert [button.label for button in page.app.button] == ["放弃"]


def test_upload_of_an_unsafe_name_is_refused_without_being_written(at_house: Settings) -> None:
    class File:
        name = "长" * 200 + ".csv"
        file_id = "1"

        def getvalue(self) -> bytes:
            return b"x"

    draft = uploads.begin([File()])
    assert (draft.paths, draft.check) == ({}, None)
    assert draft.unsafe == [File.name]
    draft.discard()


def test_impact_hides_small_numbers_and_says_what_is_new(at_house: Settings, release_id: str) -> None:
    change = {"kpi": "dm_workers", "region": "410300", "period": "2024-05", "origin": "submitted", "category": None}
    document = {
        "changes": [
            {**change, "before": None, "after": 120.0, "files": [CASES], "rows": 3, "lines": "2–4"},
            {**change, "before": 100.0, "after": 50.0, "files": [CASES], "rows": 0, "lines": ""},
            {**change, "before": 1.0, "after": 2.0, "files": [CASES], "is_small": True},
        ]
    }
    new, less, small = (change_rows.row(one, release_id) for one in impact.changes_of(document))
    assert (new[4], new[5], new[6]) == ("未报", "120 人次", "新增")
    assert new[9] == "河南_劳动争议裁调对接_案件表_202405.csv，3 行（第 2–4 行）"
    assert (less[4], less[5], less[6]) == ("100 人次", "50 人次", "−50 人次")
    assert small[4:7] == ["不显示", "不显示", "不显示"]
    # In files they are numbers, hidden ones stay hidden.
    first, second, third = (change_rows.taken(one, release_id) for one in impact.changes_of(document))
    assert first[4:7] == ["未报", Number(120, "#,##0"), "新增"]
    assert second[4:7] == [Number(100, "#,##0"), Number(50, "#,##0"), Number(-50, "#,##0")]
    assert third[4:7] == ["不显示", "不显示", "不显示"]


def test_fix_it_is_offered_where_something_can_be_marked() -> None:
    def receipt(*told: Message) -> Receipt:
        return Receipt("a.csv", "p", "case", "refused", None, 1, 0, 1, 0, told)

    assert fix_it.can_be_made(receipt(Message("D82", "quarantine", 3, "结果", "")))
    assert fix_it.can_be_made(receipt(Message("D56", "refuse", None, None, "")))
    assert not fix_it.can_be_made(receipt(Message("D04", "refuse", 3, None, "")))
    assert not fix_it.can_be_made(receipt(Message("D01", "info", None, None, "")))


def test_refused_files_are_read_from_the_receipts(at_house: Settings) -> None:
    [found] = files.refused_files()
    assert (found.programme, found.table_name, found.province_code, found.report_period) == (
        "health_checkup",
        "session",
        "54",
        "2024-05",
    )


def test_receipts_show_at_first_what_needs_something_done_and_then_what_the_reader_asks_for(at_house: Settings) -> None:
    page = read("data-quality")
    assert "西藏_免费体检_体检场次_202405.csv" in page.text
    assert "演示_免费体检_体检场次.csv" not in page.text
    page.choose("receipt_state", "all")
    assert "演示_免费体检_体检场次.csv" in page.text
    page.choose("receipt_programme", MEDIATION)
    assert "演示_免费体检_体检场次.csv" not in page.text
    assert CASES in page.text
    page.choose("receipt_unit", "郑州市总工会")
    assert CASES in page.text
    page.choose("receipt_state", "refused")
    assert "没有符合条件的文件" in page.text
    assert page.errors == []


def test_receipts_before_any_file_say_how_to_begin(at_house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "latest_receipts", lambda: files.Receipts(None, ()))
    page = read("data-quality")
    assert page.errors == []
    assert "还没有收到文件" in page.text


def test_page_says_before_publishing_what_waits_and_that_the_demonstration_goes(
    at_house: Settings, tmp_path: Path
) -> None:
    session = {"session_id": "S1", "centre_id": "C1", "session_date": "2024-05-10", "worker_group": "农民工"}
    session |= {"checked_persons": "40", "first_time_persons": "20", "union_members": "10", "cost_yuan": "4000"}
    opened = {"centre_id": "C1", "opened_on": "2024-01-05", "target_persons": "100", "target_year": "2024"}
    sessions = [session, {**session, "session_id": "S2", "centre_id": "C2"}]
    name = "河南_免费体检_{}_202405.csv"
    page = hand_in(
        read("upload"),
        write_csv(tmp_path / name.format("体检场次"), "health_checkup", "session", sessions),
        write_csv(tmp_path / name.format("体检中心"), "health_checkup", "centre", [{**opened, "data_basis": "时点"}]),
    )
    assert page.errors == []
    assert "第3行引用的“C2”尚未上报，暂不计入。" in page.text
    page.app.button(key="upload_preview").click().run()
    page = wait_while(page, "正在计算影响")
    assert page.errors == []
    assert [one.value for one in page.app.warning] == ["发布后，新就业形态劳动者免费体检将不再显示演示数据。"]
    assert "第3行引用的“C2”尚未上报，暂不计入。" in page.text
    page.app.button(key="upload_discard").click().run()
    assert page.app.warning.len == 0


def told(code: str, severity: str) -> Message:
    return Message(code, severity, 2, "金额", code)


def test_rows_that_were_set_aside_are_a_status_of_their_own() -> None:
    some = Receipt("a.csv", "p", "case", "warned", "utf-8", 8, 3, 5, 0, (told("D29", "quarantine"),))
    assert some.state == "partly"
    assert replace(some, rows_quarantined=0, messages=(told("D91", "warning"),)).state == "warned"
    assert replace(some, status="refused").state == "refused"


def test_errors_conversions_and_information_stand_apart() -> None:
    every = [("D70", "refuse"), ("D29", "quarantine"), ("D91", "warning"), ("D19", "info"), ("D14", "info")]
    assert [told(code, severity).kind for code, severity in every] == ["error", "error", "check", "converted", "note"]
    receipt = Receipt("a.csv", "p", "case", "warned", None, 1, 1, 1, 0, tuple(told(*one) for one in every))
    with using(CHINESE):
        drawn = receipts._file(receipt, NAMES, is_open=True)
    assert "部分退回" in drawn
    parts = re.findall(r'<details class="ub-kind ub-kind-(\w+)"( open)?>.*?</details>', drawn)
    assert parts == [("error", " open"), ("check", " open"), ("converted", ""), ("note", "")]
    # What is told of how something was read asks for nothing.
    asking = {code_of(key) for key, entry in CATALOGUE.items() if entry.severity == "info"}
    assert asking >= CONVERSIONS


def test_upload_page_has_templates_and_the_last_receipts(at_house: Settings, tmp_path: Path) -> None:
    page = read("upload")
    assert page.errors == []
    assert "模板" in page.text
    [table] = [one for one in page.app.selectbox if one.key == f"template_table_{MEDIATION}"]
    assert table.value == "centre"
    made = blank_forms._made(contracts.find(MEDIATION, "case"), "csv")
    assert made.decode("utf-8-sig").startswith("省份,地区,填报单位,统计期")


def test_table_filled_in_goes_the_way_of_a_file(at_house: Settings) -> None:
    page = read("upload", region="河南 › 洛阳市")
    way = next(one for one in page.app.get("button_group") if one.key == "upload_way")
    assert isinstance(way, ButtonGroup)
    way.set_value("fill").run()
    assert page.errors == []
    assert next(one for one in page.app.button if one.label == "检查").disabled
    assert page.app.selectbox(key="fill_province").value == "河南省"
    unit = page.app.selectbox(key=f"fill_unit_{MEDIATION}_centre")
    assert "郑州市总工会" in unit.options
    unit.set_value("郑州市总工会")
    page.app.toggle(key="fill_nothing_0").set_value(True).run()
    next(one for one in page.app.button if one.label == "检查").click().run()
    wait_while(page, "正在检查")
    assert page.errors == []
    assert "河南_劳动争议裁调对接_调解中心_郑州市总工会_202405.csv" in page.text
    assert "零报告" in page.text
    # What was changed after the check is not what was checked.
    page.app.selectbox(key="fill_period").set_value("2024-04").run()
    assert "检查以后又改过" in page.text
    assert "零报告：郑州市总工会" not in page.text
