"""The pictures of skills into the community: services, satisfaction and what was not reported."""

from typing import Any

from dashboard.i18n import ENGLISH
from tests.dashboard.drawing import Board
from tests.dashboard.reader import read
from warehouse.settings import Settings

MART, VALUES = "mart_skills_to_community_services", "mart_skills_to_community_kpi_values"
AT = {"region_code": "000000", "period": "2024-05"}
WHOLE: dict[str, Any] = AT | {
    "events": 4, "residents": 230, "residents_sign": "", "helpers": 40, "answers": 60, "satisfied": 53,
    "satisfaction_sign": "", "satisfaction": 53 / 60, "satisfaction_low": 0.778, "satisfaction_high": 0.942,
}  # fmt: skip
TEA = WHOLE | {"service": "茶艺", "shared_residents": 210}
FLOWERS = WHOLE | {"service": "插花", "events": 3, "residents": 210, "shared_residents": 210}
SILENT = WHOLE | dict.fromkeys(("answers", "satisfied", "satisfaction", "satisfaction_low", "satisfaction_high"))


def services(board: Board, *rows: dict[str, Any], zero: bool = False) -> str:
    value = {"kpi": "sc_residents", "region": "000000", "period": "2024-05", "is_hidden": False, "value": 0}
    return board.draw("sc_services", {MART: rows, VALUES: [value] if zero else []})


def test_services_say_that_they_do_not_add_up(board: Board) -> None:
    drawn = services(board, WHOLE, TEA, FLOWERS)
    assert "4 场活动共服务 230 人次居民，茶艺最多。" in drawn
    assert "不能相加" in drawn
    # 20 of tea's 230 were at events with tea alone, the rest shared an event.
    assert "单独一个项目的活动 20" in drawn and "与其他项目同场 210" in drawn
    # 230 over 40.
    assert "平均每名师生服务 5.8 人次" in drawn


def test_services_keep_bounds(board: Board) -> None:
    assert "≥230 人次" in services(board, WHOLE | {"residents_sign": "≥"}, TEA)


def test_services_without_events_are_missing_unless_reported_as_zero(board: Board) -> None:
    assert "未报" in services(board)
    zero = services(board, zero=True)
    assert "未报" not in zero and "0 人次" in zero


def test_satisfaction_shows_interval_and_sample(board: Board) -> None:
    drawn = board.draw("sc_satisfaction", {MART: [WHOLE, TEA]})
    assert "60 份有效样本中 53 人满意，满意度 88.3%，真实水平很可能在 77.8%–94.2% 之间。" in drawn
    assert "样本 60" in drawn and "偏少" not in drawn
    assert "left:77.80%;width:16.40%" in drawn


def test_small_samples_are_marked_in_word_and_shape(board: Board) -> None:
    drawn = board.draw("sc_satisfaction", {MART: [WHOLE | {"answers": 29, "satisfied": 26}]})
    assert "样本 29，偏少" in drawn and "ub-shape-weak" in drawn
    assert "样本少于30，只供参考。" in drawn
    assert "偏少" not in board.draw("sc_satisfaction", {MART: [WHOLE | {"answers": 30}]})


def test_satisfaction_nobody_reported_is_missing(board: Board) -> None:
    drawn = board.draw("sc_satisfaction", {MART: [SILENT, SILENT | {"service": "茶艺"}]})
    assert drawn.count("ub-missing") == 2
    assert "没有报不等于不满意" in drawn
    by_region = {MART: [WHOLE | {"region_code": "130302"}, SILENT | {"region_code": "130303"}]}
    drawn = board.draw("sc_satisfaction_by_region", by_region, region="130300")
    assert "1 个地区报了满意度，其中 0 个样本少于30；1 个地区有活动而没有报。" in drawn
    assert "1 region reported satisfaction" in board.draw(
        "sc_satisfaction_by_region", by_region, region="130300", spoken=ENGLISH
    )
    # Where no region below has anything the picture is left out.
    assert board.draw("sc_satisfaction_by_region", {MART: []}) == ""


def test_page_without_any_record_is_complete(at_house: Settings) -> None:
    page = read("skills-to-community")
    assert page.errors == []
    assert "服务了多少居民" in page.text
