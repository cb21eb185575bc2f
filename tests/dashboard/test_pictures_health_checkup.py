"""The pictures of the check-ups: what they say, and what they must not give away."""

import re
import sys
from dataclasses import replace
from html import unescape

import pytest

from dashboard.data.pictures.health_checkup import Followup, Group, Pace
from dashboard.pictures import health_checkup as pictures
from tests.dashboard.reader import read
from warehouse.settings import Settings

SPAN = ("2024-01", "2024-05")


def months(*persons: int | None, plan: int | None = 1200, sign: str = "", plan_sign: str = "") -> list[Pace]:
    return [Pace(f"2024-{number:02d}", count, sign, plan, plan_sign) for number, count in enumerate(persons, 1)]


def numbers(markup: str) -> set[int]:
    """Every whole number a reader, or a screen reader, is told."""
    said = " ".join([*re.findall(r'(?:title|aria-label)="([^"]*)"', markup), re.sub(r"<[^>]*>", " ", markup)])
    return {int(found.replace(",", "")) for found in re.findall(r"(?<![\d.<])\d[\d,]*(?![\d.%])", unescape(said))}


def test_pace_is_measured_against_an_even_year() -> None:
    drawn = pictures.pace(months(100, 250, 350))
    # A quarter of 1 200 is 300; 850 are left for nine months.
    assert "到2024年3月底首次体检 350 人，是全年计划 1,200 人的 29.2%。比匀速多 50 人。" in drawn
    assert "余下 9 个月平均每月要 94 人" in drawn
    assert "比匀速少 50 人" in pictures.pace(months(100, 200, 250))


def test_pace_keeps_bounds() -> None:
    drawn = pictures.pace(months(100, 200, 250, sign="≥"))
    # At least 250 came, so at most 50 are missing.
    assert "≥250 人" in drawn and "≥20.8%" in drawn and "比匀速少 ≤50 人" in drawn
    assert "比匀速少 ≈50 人" in pictures.pace(months(100, 200, 250, plan_sign="≈"))


def test_pace_without_a_plan_has_no_line_for_it() -> None:
    drawn = pictures.pace(months(100, 250, plan=None))
    assert "ub-plot-reference" not in drawn
    assert "没有报当年计划" in drawn


def test_pace_nobody_reported_is_missing_and_not_zero() -> None:
    drawn = pictures.pace(months(None, None))
    assert "未报" in drawn
    assert "ub-plot" not in drawn


def test_a_hidden_month_has_neither_point_nor_number() -> None:
    seen = months(100, 160, 160, 200)
    hidden = [replace(month, persons=None, is_hidden=True) if month.month == "2024-02" else month for month in seen]
    drawn = pictures.pace(hidden)
    assert drawn.count('class="ub-plot-dot') == 3
    assert "不显示，也不算合计" in drawn
    assert ("2024年2月", "不显示") in re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', drawn)


def test_hidden_months_alone_are_not_said_to_be_missing() -> None:
    drawn = pictures.pace([Pace("2024-01", None, "", 1200, "", is_hidden=True)])
    assert "不显示" in drawn and "未报" not in drawn and "ub-plot" not in drawn


def test_a_hidden_month_has_no_bar_and_nothing_is_added_up() -> None:
    groups = [Group("2024-01", "快递员", 40, ""), Group("2024-03", "快递员", 30, "")]
    drawn = pictures.mix(SPAN, groups, [], frozenset(), frozenset({"2024-02"}))
    table = dict(re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', drawn))
    assert table == {"2024年1月": "40", "2024年2月": "不显示", "2024年3月": "30"}
    assert 70 not in numbers(drawn)
    assert "不显示" in pictures.mix(SPAN, [], [], frozenset(), frozenset({"2024-02"}))


def test_months_nobody_reported_are_missing_and_a_zero_report_is_zero() -> None:
    groups = [Group("2024-03", "快递员", 40, "")]
    drawn = pictures.mix(SPAN, groups, [], frozenset({"2024-02"}), frozenset())
    table = dict(re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', drawn))
    assert table == {"2024年1月": "未报", "2024年2月": "0", "2024年3月": "40"}


def test_followup_says_why_there_is_no_share() -> None:
    groups = [Group(f"2024-{number:02d}", "快递员", 40, "") for number in (1, 2, 3, 4)]
    followups = [
        Followup("2024-01", 1, 0, 0, 0, 20, 15, ""),
        Followup("2024-02", 1, 0, 0, 0, 20, 4, ""),
        Followup("2024-03", 1, 0, 1, 0, None, None, ""),
        Followup("2024-04", 1, 1, 0, 0, None, None, ""),
    ]
    drawn = pictures.mix(SPAN, groups, followups, frozenset(), frozenset())
    for said in ("随访 75.0% (15/20)", "随访 20.0% (4/20)", "随访 未报", "随访 未满30天"):
        assert said in drawn
    assert "体检未满30天的 1 场" in drawn


def test_page_shows_the_pictures_of_the_chosen_region_and_period(at_house: Settings) -> None:
    page = read("health-checkup", region="山东", period="2024年3月")
    assert page.errors == []
    assert "累计首次体检" in page.text and "体检人群与异常随访" in page.text
    assert "到2024年3月底首次体检" in page.text
    assert "2024年4月" not in page.text.split("体检人群与异常随访")[1].split("看表格")[0]
    english = read("health-checkup", lang="EN", region="Shandong")
    assert "First check-ups so far" in english.text


def test_page_without_the_pictures_is_complete(at_house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the module did not stand in its folder.
    monkeypatch.setattr("dashboard.pictures.__path__", [])
    monkeypatch.delitem(sys.modules, "dashboard.pictures.health_checkup", raising=False)
    page = read("health-checkup")
    assert page.errors == []
    assert "累计首次体检" not in page.text
    for part in ("体检计划能否完成", "体检计划完成率", "人群结构", "公开"):
        assert part in page.text


def test_page_under_real_data_only_says_that_nothing_was_reported(at_house: Settings) -> None:
    page = read("health-checkup", origin="只看真实")
    assert page.errors == []
    assert "到2024年" not in page.text
