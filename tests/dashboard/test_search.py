"""Search: by names, pinyin and initials in both languages; a region with a KPI; and nothing that a scope may not see."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import search
from dashboard.access import visits
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.reader import read
from tests.dashboard.signed_in import of, several
from warehouse.access import scopes
from warehouse.access.people import Person
from warehouse.access.roles import Access
from warehouse.access.scopes import Scope
from warehouse.settings import Settings

HENAN, LUOYANG = "410000", "410300"


def titles(release_id: str, asked: str, language: str = CHINESE, access: Access | None = None) -> list[str]:
    visit = visits.Visit("visit-of-a-test", Person("sub-0001", "甲"), access, 0, 0) if access else None
    with using(language):
        return [hit.title for hit in search.find(release_id, asked, visit)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("洛阳", "洛阳市"),
        ("LUOYANG", "洛阳市"),
        ("410300", "洛阳市"),
        # 长 is read in two ways, 吕 with a sign that keyboards lack.
        ("changzhi", "长治市"),
        ("cz 长治", "长治市"),
        ("lvliang", "吕梁市"),
        ("luliang", "吕梁市"),
        ("tiaojiechenggonglv", "调解成功率"),
        ("tjcgl", "调解成功率"),
        ("chenggonglu", "调解成功率"),
        ("dm_success_rate", "调解成功率"),
        ("rate mediation", "调解成功率"),
        ("sjzl", "数据质量"),
        ("shuju zhi", "数据质量"),
        ("Reminders", "催报"),
        ("P062", "2024里程碑:省辖市(示范区)+基础好的县建立机制"),
        ("354", "展出职工创新成果"),
        ("河南 成功率", "河南 · 调解成功率"),
        ("河南成功率", "河南 · 调解成功率"),
        ("tjcgl luoyang", "洛阳市 · 调解成功率"),
    ],
)
def test_search_finds_what_is_meant(at_house: Settings, release_id: str, asked: str, first: str) -> None:
    assert titles(release_id, asked)[0] == first


@pytest.mark.parametrize("asked", ["", "   ", "/", "'; drop table", "完全没有这样的东西", "q" * 5000])
def test_search_for_nothing_finds_nothing(at_house: Settings, release_id: str, asked: str) -> None:
    assert titles(release_id, asked) == []


def test_search_answers_in_the_language_of_the_page(at_house: Settings, release_id: str) -> None:
    assert titles(release_id, "洛阳", ENGLISH)[0] == "Luoyang"
    assert titles(release_id, "tjcgl", ENGLISH)[0] == titles(release_id, "success rate", ENGLISH)[0]
    assert titles(release_id, "luanchuan", ENGLISH)[0] == "Luanchuan"


def test_name_in_full_comes_before_what_contains_it(at_house: Settings, release_id: str) -> None:
    """河南 is a province, and a county of Qinghai begins with it; 总览 is a page."""
    assert titles(release_id, "河南")[:2] == ["河南", "河南蒙古族自治县"]
    assert titles(release_id, "zonglan")[0] == "总览"


def test_scope_of_a_province_finds_its_own_places_and_figures_only(at_house: Settings, release_id: str) -> None:
    with scopes.inside(Scope((HENAN,))):
        leader = of("province_leader", HENAN)
        assert titles(release_id, "洛阳", access=leader)[0] == "洛阳市"
        assert titles(release_id, "广东", access=leader) == []
        assert titles(release_id, "guangzhou", access=leader) == []
        # A figure of Guangdong; the KPI is everybody's.
        assert titles(release_id, "354", access=leader) == []
        assert titles(release_id, "tjcgl", access=leader) == ["调解成功率"]
        assert titles(release_id, "广东 成功率", access=leader) == []
    with scopes.inside(Scope((LUOYANG,))):
        assert titles(release_id, "郑州") == []
        assert titles(release_id, "河南") == []
    assert titles(release_id, "guangzhou")[0] == "广州市"


def test_search_leads_to_pages_that_somebody_has(at_house: Settings, release_id: str) -> None:
    administrator, office = of("administrator"), of("office", HENAN)
    assert titles(release_id, "chaxun", access=of("analyst")) == ["查询"]
    assert titles(release_id, "chaxun", access=office) == []
    assert titles(release_id, "chaxun", access=several(office, of("analyst"))) == ["查询"]
    assert titles(release_id, "tjcgl", access=administrator) == []
    visit = visits.Visit("visit-of-a-test", Person("sub-0001", "甲"), office, 0, 0)
    [hit] = search.find(release_id, "410300", visit)
    # An office has no page of one region: the overview shows it.
    assert (hit.target.page, hit.target.region) == ("home", LUOYANG)


def test_search_answers_the_page_with_links_that_keep_its_filters(at_house: Settings) -> None:
    client = TestClient(Starlette(routes=[search.route()]))
    answer = client.get("/api/search", params={"q": "tjcgl", "lang": "EN", "period": "May 2024", "page": "/evil"})
    assert answer.headers["cache-control"] == "no-store"
    [hit] = answer.json()["hits"]
    assert hit["href"] == "dispute-mediation?period=May+2024&lang=EN&kpi=dm_success_rate"
    assert hit["go"] == {"page": "dispute-mediation", "kpi": "dm_success_rate"}
    [region] = client.get("/api/search", params={"q": LUOYANG, "region": "湖南"}).json()["hits"]
    assert region["href"] == "province?region=410300"
    [figure] = client.get("/api/search", params={"q": "P062"}).json()["hits"]
    assert figure["href"].endswith("#figure-P062")


def test_search_before_the_first_release_finds_nothing(at_nothing: Settings) -> None:
    client = TestClient(Starlette(routes=[search.route()]))
    assert client.get("/api/search", params={"q": "henan"}).json() == {"hits": []}


def test_every_page_has_the_button_and_figures_have_a_place_of_their_own(at_house: Settings) -> None:
    page = read("dispute-mediation", lang="EN")
    assert 'class="ub-search-button"' in page.markup
    assert 'id="figure-P062"' in page.markup
