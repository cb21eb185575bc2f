"""The pictures of skills into the community: services, satisfaction and what was not reported."""

from dataclasses import replace

from dashboard.data.pictures.skills_to_community import Service
from dashboard.pictures import skills_to_community as pictures
from tests.dashboard.reader import read
from warehouse.settings import Settings

WHOLE = Service(None, 4, 230, "", None, 40, 60, 53, "", 53 / 60, 0.778, 0.942)
TEA = replace(WHOLE, name="茶艺", shared_residents=210)
FLOWERS = replace(WHOLE, name="插花", events=3, residents=210, shared_residents=210)
SILENT = replace(WHOLE, answers=None, satisfied=None, satisfaction=None, low=None, high=None)


def test_services_say_that_they_do_not_add_up() -> None:
    drawn = pictures.services([WHOLE, TEA, FLOWERS], "2024年5月", is_zero=False)
    assert "4 场活动共服务 230 人次居民，茶艺最多。" in drawn
    assert "不能相加" in drawn
    # 20 of tea's 230 were at events with tea alone, the rest shared an event.
    assert "单独一个项目的活动 20" in drawn and "与其他项目同场 210" in drawn
    # 230 over 40.
    assert "平均每名师生服务 5.8 人次" in drawn


def test_services_keep_bounds() -> None:
    drawn = pictures.services([replace(WHOLE, residents_sign="≥"), TEA], "2024年5月", is_zero=False)
    assert "≥230 人次" in drawn


def test_services_without_events_are_missing_unless_reported_as_zero() -> None:
    assert "未报" in pictures.services([], "2024年5月", is_zero=False)
    zero = pictures.services([], "2024年5月", is_zero=True)
    assert "未报" not in zero and "0 人次" in zero


def test_satisfaction_shows_interval_and_sample() -> None:
    drawn = pictures.satisfaction([WHOLE, TEA])
    assert "60 份有效样本中 53 人满意，满意度 88.3%，真实水平很可能在 77.8%–94.2% 之间。" in drawn
    assert "样本 60" in drawn and "偏少" not in drawn
    assert "left:77.80%;width:16.40%" in drawn


def test_small_samples_are_marked_in_word_and_shape() -> None:
    few = replace(WHOLE, answers=29, satisfied=26)
    drawn = pictures.satisfaction([few])
    assert "样本 29，偏少" in drawn and "ub-shape-weak" in drawn
    assert "样本少于30，只供参考。" in drawn
    assert "偏少" not in pictures.satisfaction([replace(few, answers=30)])


def test_satisfaction_nobody_reported_is_missing() -> None:
    drawn = pictures.satisfaction([SILENT, replace(SILENT, name="茶艺")])
    assert drawn.count("ub-missing") == 2
    assert "没有报不等于不满意" in drawn
    by_region = pictures.satisfaction_by_region({"海港区": WHOLE, "山海关区": SILENT})
    assert "1 个地区报了满意度，其中 0 个样本少于30；1 个地区有活动而没有报。" in by_region


def test_page_without_any_record_is_complete(at_house: Settings) -> None:
    page = read("skills-to-community")
    assert page.errors == []
    assert "服务了多少居民" in page.text
