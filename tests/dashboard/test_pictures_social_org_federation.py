"""The pictures of the federations: how far incubation has come, and members per cadre."""

from typing import Any

from tests.dashboard.drawing import Board
from tests.dashboard.reader import read
from tests.support.declared import table
from warehouse.settings import Settings

MART, VALUES = "mart_social_org_federation_incubation", "mart_social_org_federation_kpi_values"
NAMES = (
    "entry_year",
    "entered",
    "nurtured",
    "hatched",
    "own_union",
    "ended",
    "ended_after_nurtured",
    "ended_after_hatched",
    "days_to_own_union",
)
COHORTS = [
    {"region_code": "000000", "period": "2024-05"} | dict(zip(NAMES, numbers, strict=True))
    # Ten entered; two gave up, one of them after 培育; eight of the rest are hatched or have a union.
    for numbers in ((2022, 10, 9, 8, 3, 2, 1, 0, 3 * 365), (2023, 6, 2, 0, 0, 1, 0, 0, None))
]


def value(region: str, members: float, cadres: float, qualifier: str = "") -> dict[str, Any]:
    return {
        "kpi": "sf_members_per_cadre", "region": region, "period": "2024-05", "numerator": members, "denominator": cadres,
        "value": members / cadres if cadres else None, "qualifier": qualifier, "is_hidden": False,
    }  # fmt: skip


def test_funnel_tells_apart_who_gave_up(board: Board) -> None:
    drawn = board.draw("sf_funnel", {MART: COHORTS})
    assert "入驻 16 家，3 家已单独建会，3 家终止。" in drawn
    # Eight hatched, three of them with a union.
    assert "还没有单独建会的有 5 家" in drawn
    assert "平均用了 12 个月" in drawn
    assert table(drawn) == [("入驻", "16", "3"), ("培育", "11", "1"), ("出壳", "8", "0"), ("单独建会", "3", "0")]


def test_each_years_organisations_stand_in_one_stage(board: Board) -> None:
    rows = table(board.draw("sf_cohorts", {MART: COHORTS}))
    # All, own union, hatched, nurtured, entered, gave up.
    assert rows == [("2022", "10", "3", "5", "0", "0", "2"), ("2023", "6", "0", "0", "2", "3", "1")]


def test_nothing_reported_is_missing_and_not_zero(board: Board) -> None:
    assert "未报" in board.draw("sf_funnel", {MART: []})
    assert "未报" in board.draw("sf_cohorts", {MART: []})


def test_members_without_a_cadre_have_no_value_and_no_bar(board: Board) -> None:
    values = [value("230302", 60, 0), value("230303", 90, 3, "≥"), value("230304", 20, 4), value("230300", 170, 7, "≥")]
    drawn = board.draw("sf_cadres", {VALUES: values}, region="230300")
    assert "没有专职干部" in drawn
    assert "1 个地区有会员而没有专职干部，不计算。" in drawn
    # 170 over 7, not the mean of 30 and 5; the line says whose average it is and is no target.
    assert "鸡西市平均 ≥24.3" in drawn
    assert "2 个地区中 1 个高于平均，最高的是" in drawn
    assert ">≥30<" in drawn
    assert drawn.count("ub-shape-reference") == 3
    assert "没有目标线" in drawn
    # Most members a cadre first, without a value last.
    assert [row[1] for row in table(drawn)] == ["≥30", "5", "没有专职干部"]


def test_a_region_without_any_below_stands_beside_what_contains_it(board: Board) -> None:
    values = [value("230302", 60, 3), value("230300", 170, 7)]
    drawn = board.draw("sf_cadres", {VALUES: values}, region="230302")
    assert "每名专职干部服务 20 名会员，鸡西市平均 24.3 名。" in drawn


def test_page_without_any_record_is_complete(at_house: Settings) -> None:
    page = read("social-org-federation")
    assert page.errors == []
    assert "孵化走到了哪一步" in page.text
