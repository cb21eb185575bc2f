"""An address is followed as far as it can be, and what cannot be is said instead of being passed over."""

import pytest

from dashboard.data import places, regions
from tests.dashboard.reader import Reader, read
from warehouse.settings import Settings

LOST = "链接有一处没能照办"


def frame(page: Reader) -> tuple[str, str]:
    """Period and region in the filters."""
    return str(page.app.selectbox(key="period").value), str(page.app.selectbox(key="region").value)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"region": "没有这个地方"}, "没有名叫“没有这个地方”的地区，现按全国显示。"),
        ({"region": "990000"}, "没有名叫“990000”的地区"),
        ({"period": "1999-01"}, "没有“1999-01”这一期的数据，现显示最新一期。"),
        ({"period": "下个月"}, "没有“下个月”这一期的数据"),
        ({"as_of": "19990101T000000Z-00000000"}, "没有“19990101T000000Z-00000000”这个版本，现显示当前版本。"),
        ({"origin": "real-ish"}, "没有“real-ish”这种数据来源"),
        ({"lang": "fr"}, "没有“fr”这种语言，现用中文。"),
        ({"kpi": "dm_nothing"}, "本页没有“kpi=dm_nothing”"),
        # A KPI of another programme is none of this page.
        ({"kpi": "hc_persons"}, "本页没有“kpi=hc_persons”"),
    ],
)
def test_what_an_address_cannot_have_is_said_and_the_default_is_shown(
    at_house: Settings, query: dict[str, str], said: str
) -> None:
    page = read("dispute-mediation", **query)
    assert page.errors == []
    assert LOST in page.text and said in page.text
    assert frame(page) == ("2024-05", regions.NATION)


def test_what_can_be_followed_is_followed_beside_what_cannot(at_house: Settings) -> None:
    page = read("dispute-mediation", region="410300", period="1999-01", lang="en")
    assert "Part of the link could not be followed" in page.text and "“1999-01”" in page.text
    assert frame(page) == ("2024-05", "410300")


def test_notice_goes_with_the_next_choice(at_house: Settings) -> None:
    page = read("dispute-mediation", region="没有这个地方")
    page.app.run()
    assert LOST in page.text
    assert LOST not in page.choose("period", "2024-04").text


def test_notice_escapes_what_it_quotes(at_house: Settings) -> None:
    page = read("dispute-mediation", region="<img src=x onerror=alert(1)>", kpi="<b>x</b>")
    assert "<img" not in page.markup and "<b>x" not in page.markup
    assert "&lt;img" in page.markup


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("410300", "410300"),
        ("河南", "410000"),
        ("河南省", "410000"),
        ("henan", "410000"),
        ("河南 › 洛阳市", "410300"),
        ("洛阳市", "410300"),
        ("Henan › 洛阳市", "410300"),
        ("全国", "000000"),
        # Renamed since: 下城区 went into 拱墅区.
        ("330103", "330105"),
    ],
)
def test_region_is_found_by_code_name_and_path(at_house: Settings, release_id: str, asked: str, code: str) -> None:
    found = places.meant(release_id, asked).region
    assert found is not None and found.code == code


def test_ambiguous_and_dissolved_regions_are_offered_as_links(at_house: Settings) -> None:
    page = read("dispute-mediation", region="鼓楼区")
    assert "叫“鼓楼区”的地区不止一个" in page.text
    assert frame(page)[1] == regions.NATION
    offered = {link["region"] for link in page.links() if set(link) == {"region"}}
    # 南京, 徐州, 福州, 开封.
    assert {"320106", "320302", "350102", "410204"} <= offered
    page = read("dispute-mediation", region="莱芜市")
    assert "“莱芜市”已撤销或拆分" in page.text
    assert {"370116", "370117"} <= {link.get("region") for link in page.links()}


@pytest.mark.parametrize(
    ("region", "period", "lang"),
    [("河南", "2024年4月", "en"), ("Henan", "Apr 2024", "zh"), ("河南", "2024-04", "EN"), ("河南", "2024年4月", "zh")],
)
def test_words_of_one_language_are_followed_in_the_other(
    at_house: Settings, region: str, period: str, lang: str
) -> None:
    page = read("dispute-mediation", region=region, period=period, lang=lang)
    assert frame(page) == ("2024-04", "410000")
    assert LOST not in page.text and "could not be followed" not in page.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("releases", {"release": "20200101T000000Z-aaaaaaaa"}),
        ("records", {"kpi": "nothing"}),
        ("ask", {"shape": "round"}),
    ],
)
def test_pages_say_what_they_do_not_have(at_house: Settings, path: str, query: dict[str, str]) -> None:
    page = read(path, **query)
    [(name, value)] = query.items()
    assert page.errors == []
    assert f"本页没有“{name}={value}”，现按默认显示。" in page.text


def test_address_that_can_be_followed_wholly_says_nothing(at_house: Settings) -> None:
    for path, query in (
        ("", {}),
        ("dispute-mediation", {"region": "410300", "period": "2024-04", "kpi": "dm_workers", "origin": "real"}),
        ("dispute-mediation", {"interactive": "false"}),
        ("glossary", {"q": "调解"}),
    ):
        page = read(path, **query)
        assert page.errors == []
        assert LOST not in page.text
