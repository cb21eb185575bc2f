"""What is shared: always the latest, or the page as it stands now; and numbers of one view that agree."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from dashboard import assets, server
from dashboard.app_pages import provinces as provinces_page
from dashboard.components import share_button, trend_chart
from dashboard.components.data_table import Number
from dashboard.components.filters import Selection
from dashboard.data.regions import Region
from dashboard.i18n import CHINESE, using
from tests.dashboard.reader import Reader, read
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.settings import Settings

HENAN = Region("410000", "河南省", "河南", "豫", "Henan", "province", "41", None, "000000", True, 4, 5)
OTHER = replace(HENAN, code="430000", name="湖南省", short_name="湖南")
SILENT = replace(HENAN, code="540000", name="西藏自治区", short_name="西藏")


def shared(page: Reader) -> dict[str, dict[str, str]]:
    found = re.findall(r'data-share="([^"]*)" data-kind="(\w+)"', page.markup)
    return {kind: json.loads(unescape(query)) for query, kind in found}


def test_latest_says_only_what_was_chosen_and_fixed_says_everything() -> None:
    chosen = Selection("20240601T083000Z-3f2a", "2024-05", "410000", "auto", is_latest_period=True)
    with using(CHINESE):
        assert share_button.latest(chosen) == {"region": "410000"}
        assert share_button.latest(replace(chosen, is_latest_period=False, mode="demo")) == {
            "region": "410000",
            "period": "2024-05",
            "origin": "demo",
        }
        assert share_button.fixed(chosen) == {
            "as_of": "20240601T083000Z-3f2a",
            "region": "410000",
            "period": "2024-05",
            "origin": "auto",
            "lang": "zh",
        }


def test_every_page_offers_both_and_the_fixed_one_shows_the_same(at_house: Settings, release_id: str) -> None:
    page = read("dispute-mediation", region="410300", kpi="dm_success_rate")
    offered = shared(page)
    assert set(offered) == {"latest", "fixed"}
    assert "as_of" not in offered["latest"]
    assert offered["fixed"]["as_of"] == release_id
    again = read("dispute-mediation", kpi="dm_success_rate", **offered["fixed"])
    assert again.errors == []
    assert "无法" not in again.text.split("劳动争议裁调对接")[0]
    assert re.search(r"62\.5 %", again.text)
    assert shared(again)["fixed"] == offered["fixed"]


def test_fixed_link_stays_with_its_release_when_a_later_one_is_there(
    at_two_releases: tuple[Settings, str, str],
) -> None:
    """In the earlier release Luoyang's rate is 0.5, in the later one 62.5 %."""
    _, earlier, now = at_two_releases
    page = read("dispute-mediation", region="410300", period="2024-05", as_of=earlier)
    assert "50.0 %" in page.text
    assert shared(page)["fixed"]["as_of"] == earlier
    # The current one by its name is kept as well: it stands in the side bar, chosen.
    pinned = read("dispute-mediation", region="410300", period="2024-05", as_of=now)
    assert pinned.app.session_state["as_of"] == now
    assert "62.5 %" in pinned.text


def test_card_of_a_sent_link_has_a_title_a_sentence_and_a_picture_and_no_number() -> None:
    page = server.localised('<html lang="en"><head><title>x</title></head><body></body></html>', "")
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page))
    assert told["title"] == "工会项目看板"
    assert told["description"]
    assert not re.search(r"\d", told["description"])
    picture = assets.everything()[told["image"].removeprefix("/unionboard/")]
    assert picture.content.startswith(b"\x89PNG")


def test_label_of_a_line_is_of_the_month_that_the_page_shows() -> None:
    own = [replace(VALUE, period="2023-12", value=0.877), replace(VALUE, period="2024-05", value=0.764)]
    with using(CHINESE):
        [dated] = trend_chart.direct_labels(PERCENT, HENAN, own, (), "2023-12")
        [plain] = trend_chart.direct_labels(PERCENT, HENAN, own, (), "2024-05")
        [earlier] = trend_chart.direct_labels(PERCENT, HENAN, own, (), "2024-01")
    assert (dated.text, plain.text) == ("87.7%", "76.4%")
    assert earlier.text == "87.7%（2023年12月）"


def test_provinces_sort_by_a_column_best_or_worst_first() -> None:
    days = replace(KPI, code="days", direction="lower")
    found = {
        kpi: {
            "410000": replace(VALUE, value=3.0),
            "430000": replace(VALUE, value=5.0),
            "540000": replace(VALUE, value=None),
        }
        for kpi in ("x", "days")
    }
    every = [SILENT, HENAN, OTHER]

    def names(asked: str) -> str:
        return "".join(one.short_name[-1] for one in provinces_page.sorted_by([KPI, days], every, found, asked))

    assert [names(asked) for asked in ("", "x", "-x", "days", "-days")] == [
        "藏南南", "南南藏", "南南藏", "南南藏", "南南藏",
    ]  # fmt: skip
    first = [
        provinces_page.sorted_by([KPI, days], every, found, asked)[0].code for asked in ("x", "-x", "days", "-days")
    ]
    assert first == ["430000", "410000", "410000", "430000"]


def test_workbook_of_the_provinces_holds_numbers_and_says_what_they_are_read_with() -> None:
    bound = replace(VALUE, value=0.631, qualifier="≥")
    with using(CHINESE):
        row = provinces_page._row_taken("广东", [(PERCENT, bound), (KPI, replace(VALUE, value=12.0)), (KPI, None)])
    assert row == ["广东", Number(63.1, '"≥"0.0'), Number(12.0, "#,##0"), "未报", "指标：≥"]


@pytest.mark.parametrize(
    ("status", "number", "target", "shade"),
    [
        ("met", 0.9, 0.8, "met"),
        ("on_track", 0.5, 0.8, "met"),
        ("behind", 0.76, 0.8, "1"),
        ("behind", 0.6, 0.8, "2"),
        ("behind", 0.5, 0.8, "3"),
        # Where less is better.
        ("behind", 40.0, 30.0, "3"),
        ("no_target", 0.5, None, None),
        ("no_data", None, 0.8, None),
    ],
)
def test_shade_says_how_far_from_the_target(
    status: str, number: float | None, target: float | None, shade: str | None
) -> None:
    assert provinces_page.shade_of(replace(VALUE, status=status, value=number, target=target)) == shade
    assert provinces_page.shade_of(replace(VALUE, status=status, value=number, target=target, is_masked=True)) is None


def test_page_of_the_provinces_says_what_its_shades_mean_and_where_the_alliance_is(at_house: Settings) -> None:
    page = read("provinces")
    assert "归全国一级（联盟跨省）： 大湾区联盟" in page.text
    assert {"page": "gba-studio-alliance", "region": "000000"} in page.links()
    shades = set(re.findall(r'class="ub-shade-(\w+)"', page.markup))
    assert shades and all(f'<i class="ub-shade-{one}">' in page.markup for one in shades)


def test_page_of_the_provinces_begins_with_the_nation(at_house: Settings) -> None:
    page = read("provinces")
    rows = re.findall(r"<tr>(.*?)</tr>", page.markup, re.DOTALL)
    assert "全国" in rows[1]
    assert page.errors == []
