"""The pictures of the check-ups: what they say, and what they must not give away."""

import re
from html import unescape
from typing import Any

from tests.dashboard.drawing import Board
from tests.dashboard.reader import read
from tests.support.declared import table
from warehouse.settings import Settings

PACE, VALUES = "mart_health_checkup_pace", "mart_health_checkup_kpi_values"
FOLLOWUPS, HIDDEN = "mart_health_checkup_followups", "mart_health_checkup_hidden_cells"
AT = {"region_code": "000000"}
MARCH = "2024-03"


def pace(board: Board, *persons: int | None, hidden: tuple[str, ...] = (), **row: Any) -> str:
    given = {"plan_persons": 1200, "persons_sign": "", "plan_sign": ""} | row
    rows = [AT | given | {"period": f"2024-{number:02d}", "persons": count} for number, count in enumerate(persons, 1)]
    return board.draw("hc_pace", {PACE: rows, HIDDEN: hidden_cells(*hidden)}, f"2024-{len(persons):02d}")


def mix(
    board: Board, persons: dict[str, int], followups: tuple[dict[str, Any], ...] = (), nobody: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (), rates: dict[str, tuple[int, int]] | None = None,
) -> str:  # fmt: skip
    value = {"region": "000000", "period_grain": "month", "is_hidden": False}
    values = [
        *(
            value | {"kpi": "hc_group_mix", "category": "快递员", "period": month, "numerator": count}
            for month, count in persons.items()
        ),
        *(value | {"kpi": "hc_persons", "period": month, "numerator": 0} for month in nobody),
        *(
            value | {"kpi": "hc_followup_rate", "period": month, "numerator": followed, "denominator": found}
            for month, (followed, found) in (rates or {}).items()
        ),
    ]
    said = [
        AT | {"young_sessions": 0, "sessions_without_followup": 0, "sessions_without_findings": 0} | one
        for one in followups
    ]
    # The latest of the year's months is what "2024" shows.
    marts = {VALUES: values, FOLLOWUPS: said, HIDDEN: hidden_cells(*hidden), PACE: []}
    return board.draw("hc_mix", marts, "2024")


def hidden_cells(*months: str) -> list[dict[str, Any]]:
    return [{"region": "000000", "period": month, "reason": "few"} for month in months]


def numbers(markup: str) -> set[int]:
    """Every whole number a reader, or a screen reader, is told."""
    said = " ".join([*re.findall(r'(?:title|aria-label)="([^"]*)"', markup), re.sub(r"<[^>]*>", " ", markup)])
    return {int(found.replace(",", "")) for found in re.findall(r"(?<![\d.<])\d[\d,]*(?![\d.%])", unescape(said))}


def test_pace_is_measured_against_an_even_year(board: Board) -> None:
    drawn = pace(board, 100, 250, 350)
    # A quarter of 1 200 is 300; 850 are left for nine months.
    assert "到2024年3月底首次体检 350 人，是全年计划 1,200 人的 29.2%。比匀速多 50 人。" in drawn
    assert "余下 9 个月平均每月要 94 人" in drawn
    assert "比匀速少 50 人" in pace(board, 100, 200, 250)


def test_pace_keeps_bounds(board: Board) -> None:
    drawn = pace(board, 100, 200, 250, persons_sign="≥")
    # At least 250 came, so at most 50 are missing.
    assert "≥250 人" in drawn and "≥20.8%" in drawn and "比匀速少 ≤50 人" in drawn
    assert "比匀速少 ≈50 人" in pace(board, 100, 200, 250, plan_sign="≈")


def test_pace_without_a_plan_has_no_line_for_it(board: Board) -> None:
    drawn = pace(board, 100, 250, plan_persons=None)
    assert "ub-plot-reference" not in drawn
    assert "没有报当年计划" in drawn


def test_pace_nobody_reported_is_missing_and_not_zero(board: Board) -> None:
    drawn = pace(board, None, None)
    assert "未报" in drawn
    assert "ub-plot" not in drawn


def test_a_hidden_month_has_neither_point_nor_number(board: Board) -> None:
    drawn = pace(board, 100, 160, 161, 200, hidden=("2024-02",))
    assert drawn.count('class="ub-plot-dot') == 3
    assert "不显示，也不算合计" in drawn
    assert ("2024年2月", "不显示") in [row[:2] for row in table(drawn)]
    assert 160 not in numbers(drawn)


def test_hidden_months_alone_are_not_said_to_be_missing(board: Board) -> None:
    drawn = pace(board, 4, hidden=("2024-01",))
    assert "不显示" in drawn and "未报" not in drawn and "ub-plot" not in drawn


def test_a_hidden_month_has_no_bar_and_nothing_is_added_up(board: Board) -> None:
    drawn = mix(board, {"2024-01": 40, MARCH: 30}, hidden=("2024-02",))
    assert [row[:2] for row in table(drawn)] == [("2024年1月", "40"), ("2024年2月", "不显示"), ("2024年3月", "30")]
    assert 70 not in numbers(drawn)
    assert "不显示" in mix(board, {}, hidden=("2024-02",))


def test_months_nobody_reported_are_missing_and_a_zero_report_is_zero(board: Board) -> None:
    drawn = mix(board, {MARCH: 40}, nobody=("2024-02",))
    assert [row[:2] for row in table(drawn)] == [("2024年1月", "未报"), ("2024年2月", "0"), ("2024年3月", "40")]


def test_followup_says_why_there_is_no_share(board: Board) -> None:
    followups = (
        {"period": "2024-01"},
        {"period": "2024-02"},
        {"period": MARCH},
        {"period": "2024-04", "young_sessions": 1},
    )
    months = {f"2024-{number:02d}": 40 for number in (1, 2, 3, 4)}
    drawn = mix(board, months, followups, rates={"2024-01": (15, 20), "2024-02": (4, 20)})
    for said in ("随访 75.0% (15/20)", "随访 20.0% (4/20)", "随访 未报", "随访 未满30天"):
        assert said in drawn
    assert "体检未满30天的 1 场" in drawn
    # 19 of 40.
    assert "应随访的 40 名异常者中已随访 47.5%" in drawn


def test_page_shows_the_pictures_of_the_chosen_region_and_period(at_house: Settings) -> None:
    page = read("health-checkup", region="山东", period="2024年3月")
    assert page.errors == []
    assert "累计首次体检" in page.text and "体检人群与异常随访" in page.text
    assert "到2024年3月底首次体检" in page.text
    assert "2024年4月" not in page.text.split("体检人群与异常随访")[1].split("看表格")[0]
    english = read("health-checkup", lang="EN", region="Shandong")
    assert "First check-ups so far" in english.text


def test_page_under_real_data_only_says_that_nothing_was_reported(at_house: Settings) -> None:
    page = read("health-checkup", origin="只看真实")
    assert page.errors == []
    assert "到2024年" not in page.text
