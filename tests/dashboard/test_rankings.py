"""Rankings show leaders and laggards, how places have changed, and peers; a province's counties stand by prefecture."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.components import answer, county_groups, ranking
from dashboard.data import peers
from dashboard.data.peers import Peers
from dashboard.data.regions import Region
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.reader import read
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.settings import Settings

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"
REGIONS = [
    Region(f"{11 + at}0000", name, name, None, name, "province", str(11 + at), None, "000000", True, 1, 1)
    for at, name in enumerate(NAMES)
]
# 甲 has most: 15, 14, … 1.
VALUES = {one.code: replace(VALUE, region=one.code, value=15.0 - at) for at, one in enumerate(REGIONS)}


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with using(CHINESE):
        yield


def names(markup: str) -> list[str]:
    return re.findall(r'class="ub-rank-name"[^>]*>(\w+)<', markup)


def parts(drawn: str) -> tuple[list[str], list[str], list[str]]:
    """Names before the fold, in it, and after it."""
    before, rest = drawn.split("<details", 1)
    middle, after = rest.split("</details>", 1)
    return names(before), names(middle), names(after)


def test_first_and_last_six_are_in_sight_and_the_middle_is_folded() -> None:
    first, middle, last = parts(ranking._ranked(KPI, REGIONS, VALUES))
    assert "".join(first) == "甲乙丙丁戊己"
    assert "".join(middle) == "庚辛壬"
    assert "".join(last) == "癸子丑寅卯辰"


def test_chosen_region_is_never_folded_away() -> None:
    first, middle, last = parts(ranking._ranked(KPI, REGIONS, VALUES, REGIONS[7].code))
    assert ("".join(first), "".join(middle), "".join(last)) == ("甲乙丙丁戊己辛", "庚壬", "癸子丑寅卯辰")


def test_twelve_need_no_fold() -> None:
    drawn = ranking._ranked(KPI, REGIONS[:12], VALUES)
    assert "<details" not in drawn
    assert len(names(drawn)) == 12


def test_change_of_place_is_against_the_period_before() -> None:
    """乙 had 20 and was first, 甲 second; 丙 was third and is; 丁 is new and has no place before."""
    before = {code: value for code, value in VALUES.items() if code != REGIONS[3].code}
    before[REGIONS[1].code] = replace(VALUE, value=20.0)
    drawn = ranking._ranked(KPI, REGIONS[:4], VALUES, None, ranking.Beside("2024-04", before))
    moved = re.findall(r'<small class="ub-rank-(up|down)" title="([^"]+)"[^>]*>(.\d+)</small>', drawn)
    assert moved == [("up", "2024年4月第 2", "▲1"), ("down", "2024年4月第 1", "▼1")]
    assert "与2024年4月比的名次变化" in drawn


def test_period_that_is_not_over_has_no_change_of_place() -> None:
    running = {code: replace(value, period="2024", reported_to="2024-05") for code, value in VALUES.items()}
    assert "ub-rank-up" not in ranking._ranked(
        KPI, REGIONS, running, None, ranking.Beside("2023", dict(reversed(VALUES.items())))
    )


def test_peers_are_ranked_among_themselves() -> None:
    group = Peers("part-east", "part", "east", frozenset(one.code for one in REGIONS[3:6]))
    drawn = ranking._ranked(KPI, REGIONS, VALUES, None, ranking.Beside(groups=(group,), peers=group))
    assert names(drawn) == ["丁", "戊", "己"]
    assert [int(place) for place in re.findall(r'ub-rank-place">(\d+)', drawn)] == [1, 2, 3]
    assert "范围：华东" in drawn


def test_groups_of_provinces_come_from_the_region_list(at_house: Settings, release_id: str) -> None:
    found = {one.code: one for one in peers.groups(release_id, "000000")}
    assert found["part-northeast"].members == {"210000", "220000", "230000"}
    assert found["division-直辖市"].members == {"110000", "120000", "310000", "500000"}
    assert "440000" in found["size-large"].members
    assert "540000" in found["size-small"].members
    sizes = [found[f"size-{name}"].members for name in peers.SIZES]
    # Every province that has been counted is in one of the three, none in two.
    assert sum(map(len, sizes)) == len(frozenset().union(*sizes)) == 31
    assert peers.groups(release_id, "410000") == ()


def test_link_to_peers_is_followed_and_one_that_names_none_is_told(at_house: Settings) -> None:
    page = read("health-checkup", kpi="hc_target_progress", peers="part-northeast", origin="含演示")
    ranked = page.markup.split("各地排名")[1].split("</section>")[0]
    assert {"辽宁", "吉林", "黑龙江"} >= set(names(ranked)) != set()
    assert "part-mars" in read("health-checkup", peers="part-mars").text


COUNTY = replace(REGIONS[0], code="410301", name="东县", name_en="Dong County", level="county", parent_code="410300")
OTHER = replace(COUNTY, code="410302", name="西县", name_en="Xi County")
SILENT = replace(COUNTY, code="410303", name="南县", name_en="Nan County")
PREFECTURE = replace(COUNTY, code="410300", name="洛阳市", name_en="Luoyang", level="prefecture", parent_code="410000")
BY_COUNTY = {
    "410301": replace(VALUE, value=1.0, target=1.0, status="met"),
    "410302": replace(VALUE, value=0.0, target=1.0, status="behind"),
}


def test_counties_stand_under_their_prefecture_those_behind_first() -> None:
    drawn = county_groups._drawn
    counted = Counter({"met": 1, "behind": 1, "no_data": 1})
    groups = [(PREFECTURE, [COUNTY, OTHER, SILENT])]
    whole = drawn(PERCENT, groups, BY_COUNTY, counted, "")
    assert whole.index("洛阳市") < whole.index("西县") < whole.index("东县") < whole.index("南县")
    assert "▼1 ●1 ▨1" in whole
    assert 'aria-label="西县 0% 落后"' in whole
    behind = drawn(PERCENT, groups, BY_COUNTY, counted, "behind")
    assert "西县" in behind
    assert "东县" not in behind
    with using(ENGLISH):
        assert "Xi County" in drawn(PERCENT, groups, BY_COUNTY, counted, "")


def test_page_of_a_province_shows_its_counties_and_filters_them(at_house: Settings) -> None:
    """Of Henan's counties Luanchuan alone has a centre; it has what the target asks for."""
    every = read("dispute-mediation", region="410000", kpi="dm_staffing_compliance")
    assert "各县（市、区），按市" in every.text
    section = every.markup.split("各县（市、区），按市")[1].split("</section>")[0]
    assert "栾川县" in section
    statuses = set(re.findall(r'"status": ?"([a-z_]+)"', section.replace("&quot;", '"')))
    assert "no_data" in statuses
    only = read("dispute-mediation", region="410000", kpi="dm_staffing_compliance", status="no_data")
    assert "栾川县" not in only.markup.split("各县（市、区），按市")[1].split("</section>")[0]
    assert "各县（市、区），按市" not in read("dispute-mediation", region="410300", kpi="dm_staffing_compliance").text


def test_place_is_shared_by_equal_values_and_there_is_none_among_few() -> None:
    three = REGIONS[:3]
    shown = {
        one.code: replace(VALUE, region=one.code, value=value)
        for one, value in zip(three, (0.5, 0.7, 0.7), strict=True)
    }
    places = [answer.place_of(KPI, three, shown, one.code) for one in three]
    assert places == [answer.Place(3, 3), answer.Place(1, 3), answer.Place(1, 3)]
    assert answer.place_of(KPI, three[:2], shown, three[0].code) is None
