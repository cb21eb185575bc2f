"""Programmes' own pictures on their pages: there with sentence, table and empty state, and a page without them is complete."""

import pytest

from dashboard.components import kept
from dashboard.data import pictures
from tests.dashboard.reader import read
from warehouse.settings import Settings

TITLES = {
    "women-innovation-studios": ("“五有”达标", "经费：应拨与实拨", "经济效益：分类型"),
    "gba-studio-alliance": ("季度交流：分联盟 × 季度", "创效：申报 → 去重净额"),
    "station-health-talks": ("驿站覆盖", "四个提升"),
}


@pytest.mark.parametrize("path", TITLES)
def test_page_has_its_pictures_each_with_a_table(at_house: Settings, path: str) -> None:
    page = read(path)
    assert page.errors == []
    for title in TITLES[path]:
        assert title in page.text
        assert f"<caption>{title}</caption>" in page.markup
    assert page.markup.count('class="ub-picture-says"') >= len(TITLES[path])
    english = read(path, lang="EN")
    assert english.errors == []
    assert not any(f"<caption>{title}</caption>" in english.markup for title in TITLES[path])


def test_alliance_is_not_drawn_for_a_province_and_leads_to_the_nation(at_house: Settings) -> None:
    page = read("gba-studio-alliance", region="广东")
    assert page.errors == []
    assert "也不进广东省的合计和排名" in page.text
    assert {"region": "000000"} in page.links()
    assert "ub-state-grid" not in page.markup


@pytest.mark.parametrize("path", [path for path in TITLES if path != "gba-studio-alliance"])
def test_pictures_of_an_empty_region_say_not_reported(at_house: Settings, path: str) -> None:
    page = read(path, region="澳门")
    assert page.errors == []
    assert "没有报送不等于零" in page.text


@pytest.mark.parametrize("path", ["women-innovation-studios", "health-checkup"])
def test_page_without_its_own_pictures_is_complete(
    at_house: Settings, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    # As if its marts declared none.
    monkeypatch.setattr(pictures, "_declared", lambda release_id, programme: [])
    pictures.of_programme.cache.clear()  # type: ignore[attr-defined]
    kept.forget()
    page = read(path)
    pictures.of_programme.cache.clear()  # type: ignore[attr-defined]
    kept.forget()
    assert page.errors == []
    assert "ub-pictures" not in page.markup
    for word in ("走势", "公开数据"):
        assert word in page.text
