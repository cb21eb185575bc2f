"""The region lists: every unit once, every parent there, the counts that the KPIs divide by."""

import re
from collections import Counter, defaultdict

import pytest

from dashboard.i18n.en import LETTER_CODES
from tests.reference.lists import read

MUNICIPALITIES = {"11", "12", "31", "50"}


@pytest.fixture(scope="module")
def provinces() -> list[dict[str, str]]:
    return read("provinces")


@pytest.fixture(scope="module")
def regions() -> list[dict[str, str]]:
    return read("regions")


@pytest.fixture(scope="module")
def names(regions: list[dict[str, str]]) -> dict[str, str]:
    return {region["region_code"]: region["region_name"] for region in regions}


def test_provinces_are_the_34_province_level_units(provinces: list[dict[str, str]]) -> None:
    assert len(provinces) == 34
    for column in ("province_code", "region_code", "province_name", "short_name", "abbreviation", "name_en"):
        assert len({province[column] for province in provinces}) == 34, column
    for province in provinces:
        assert province["region_code"] == province["province_code"] + "0000"


def test_provinces_stand_on_a_tile_of_their_own(provinces: list[dict[str, str]]) -> None:
    assert len({(province["tile_row"], province["tile_col"]) for province in provinces}) == 34


def test_province_aliases_name_one_province_each(provinces: list[dict[str, str]]) -> None:
    owners = defaultdict(set)
    for province in provinces:
        aliases = province["aliases"].split("|")
        assert len(aliases) == len(set(aliases))
        assert {province["province_name"], province["short_name"], province["province_code"]} <= set(aliases)
        for alias in aliases:
            owners[alias].add(province["province_code"])
    assert [alias for alias, codes in owners.items() if len(codes) > 1] == []
    # HN, HB and SX could each be two or three provinces; an office that writes them is asked.
    assert not {"HN", "HB", "SX"} & set(owners)


def test_provinces_have_a_census_unless_the_census_did_not_reach_them(provinces: list[dict[str, str]]) -> None:
    without = {province["province_code"] for province in provinces if not province["census_population"]}
    assert without == {"71", "81", "82"}


def test_regions_are_counted_by_level_as_documented(regions: list[dict[str, str]]) -> None:
    levels = Counter(region["region_level"] for region in regions)
    assert levels == {"nation": 1, "province": 34, "prefecture": 333, "county": 2848}


def test_region_codes_are_six_digits_and_unique(regions: list[dict[str, str]]) -> None:
    codes = [region["region_code"] for region in regions]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert codes == sorted(codes)


def test_regions_hang_under_a_parent_that_exists_and_contains_them(regions: list[dict[str, str]]) -> None:
    by_code = {region["region_code"]: region for region in regions}
    above = {"province": {"nation"}, "prefecture": {"province"}, "county": {"prefecture", "province"}}
    for region in regions:
        if region["region_level"] == "nation":
            assert (region["region_code"], region["parent_code"], region["province_code"]) == ("000000", "", "")
            continue
        parent = by_code[region["parent_code"]]
        assert parent["region_level"] in above[region["region_level"]], region
        assert region["province_code"] == region["region_code"][:2]
        assert parent["province_code"] in ("", region["province_code"])
        if parent["region_level"] == "prefecture":
            assert region["prefecture_code"] == parent["region_code"]


def test_districts_of_municipalities_hang_under_the_municipality(regions: list[dict[str, str]]) -> None:
    of_municipalities = [region for region in regions if region["province_code"] in MUNICIPALITIES]
    assert {region["region_level"] for region in of_municipalities} == {"province", "county"}
    assert Counter(r["province_code"] for r in of_municipalities if r["region_level"] == "county") == {
        "11": 16,
        "12": 16,
        "31": 16,
        "50": 38,
    }


def test_henan_has_17_prefectures_and_157_counties_with_jiyuan(regions: list[dict[str, str]]) -> None:
    henan = [region for region in regions if region["province_code"] == "41"]
    levels = Counter(region["region_level"] for region in henan)
    assert (levels["prefecture"], levels["county"]) == (17, 157)
    jiyuan = next(region for region in henan if region["region_code"] == "419001")
    assert (jiyuan["region_level"], jiyuan["parent_code"]) == ("county", "410000")


def test_jiyuan_counts_as_prefecture_too() -> None:
    assert [(row["region_code"], row["counts_as_level"]) for row in read("region_exceptions")] == [
        ("419001", "prefecture")
    ]


def test_regions_hold_no_pseudo_city_and_no_functional_zone(regions: list[dict[str, str]]) -> None:
    zones = {zone["region_code"] for zone in read("functional_zones")}
    for region in regions:
        assert region["region_name"] not in ("市辖区", "县")
        assert "直辖县级行政区划" not in region["region_name"]
        assert not 71 <= int(region["region_code"][4:]) <= 80, region
        assert region["region_code"] not in zones
        assert region["is_functional_zone"] == "false"


def test_functional_zones_belong_to_a_prefecture(regions: list[dict[str, str]]) -> None:
    zones = read("functional_zones")
    prefectures = {region["region_code"] for region in regions if region["region_level"] == "prefecture"}
    assert len({zone["region_code"] for zone in zones}) == len(zones) == 126
    for zone in zones:
        assert zone["parent_code"] in prefectures
        assert zone["parent_code"][:4] == zone["region_code"][:4]
    assert sum(zone["region_code"].startswith("41") for zone in zones) == 24


@pytest.mark.parametrize("code", ["441900", "442000", "460400"])
def test_cities_without_counties_have_none(regions: list[dict[str, str]], code: str) -> None:
    assert [region for region in regions if region["prefecture_code"] == code and region["region_code"] != code] == []


@pytest.mark.parametrize(
    ("code", "short_name"),
    [
        ("440100", "广州"),
        ("331002", "椒江"),
        ("330106", "西湖"),
        ("410526", "滑县"),
        ("532300", "楚雄"),
        ("532301", "楚雄市"),
        ("430121", "长沙县"),
        ("410104", "管城"),
        ("220200", "吉林市"),
        ("120105", "河北区"),
    ],
)
def test_short_names_are_what_people_write(regions: list[dict[str, str]], code: str, short_name: str) -> None:
    assert next(region["short_name"] for region in regions if region["region_code"] == code) == short_name


def test_written_names_are_ambiguous_within_a_province_only_where_full_names_are(
    regions: list[dict[str, str]],
) -> None:
    owners = defaultdict(set)
    for region in regions:
        if region["region_level"] in ("prefecture", "county"):
            for name in {region["region_name"], region["short_name"], *region["aliases"].split("|")} - {""}:
                owners[region["province_code"], name].add(region["region_name"])
    assert [key for key, full_names in owners.items() if len(full_names) > 1] == []


def test_jilin_and_hainan_alone_could_be_the_city_or_the_prefecture_too(regions: list[dict[str, str]]) -> None:
    for name, codes in {"吉林": {"220000", "220200"}, "海南": {"460000", "632500"}}.items():
        assert {
            region["region_code"]
            for region in regions
            if name in {region["region_name"], region["short_name"], *region["aliases"].split("|")}
        } == codes


def test_regions_have_no_alias_that_repeats_their_name(regions: list[dict[str, str]]) -> None:
    for region in regions:
        if region["region_level"] != "province" and region["aliases"]:
            aliases = region["aliases"].split("|")
            assert "" not in aliases
            assert not {region["region_name"], region["short_name"]} & set(aliases), region
            assert len(aliases) == len(set(aliases))


def test_province_rows_agree_in_both_lists(provinces: list[dict[str, str]], regions: list[dict[str, str]]) -> None:
    same = ("province_code", "short_name", "name_en", "aliases")
    rows = {region["region_code"]: region for region in regions if region["region_level"] == "province"}
    for province in provinces:
        region = rows[province["region_code"]]
        assert region["region_name"] == province["province_name"]
        assert [region[column] for column in same] == [province[column] for column in same]


def test_letter_codes_of_provinces_are_complete_and_their_own(provinces: list[dict[str, str]]) -> None:
    assert set(LETTER_CODES) == {province["region_code"] for province in provinces}
    assert len(set(LETTER_CODES.values())) == 34
    for province in provinces:
        letters = {
            alias for alias in province["aliases"].split("|") if len(alias) == 2 and alias.isascii() and alias.isupper()
        }
        assert not letters or LETTER_CODES[province["region_code"]] in letters, province["short_name"]


# Names that a dictionary of single characters reads wrongly, as maps and timetables write them.
READ_AS = {
    ("371503", "茌平区"): "Chiping",
    ("330382", "乐清市"): "Yueqing",
    ("130225", "乐亭县"): "Laoting",
    ("140428", "长子县"): "Zhangzi",
    ("410122", "中牟县"): "Zhongmu",
    ("141024", "洪洞县"): "Hongtong",
    ("410621", "浚县"): "Xun County",
    ("341621", "涡阳县"): "Guoyang",
    ("361124", "铅山县"): "Yanshan",
    ("320116", "六合区"): "Luhe",
    ("371524", "东阿县"): "Dong'e",
    ("610829", "吴堡县"): "Wubu",
    ("150723", "鄂伦春自治旗"): "Elunchun",
    ("652901", "阿克苏市"): "Aksu City",
    ("130821", "承德县"): "Chengde County",
}


def test_every_region_has_a_name_in_latin_letters_of_its_own_beside_its_neighbours(
    regions: list[dict[str, str]],
) -> None:
    assert [
        region["region_code"] for region in regions if not re.fullmatch(r"[A-Z][A-Za-zü' -]*", region["name_en"])
    ] == ["540000"]  # Tibet (Xizang)
    beside = Counter((region["parent_code"], region["name_en"]) for region in regions)
    assert [one for one, count in beside.items() if count > 1] == []


@pytest.mark.parametrize(("region", "name"), READ_AS.items())
def test_names_in_latin_letters_follow_how_the_place_is_called(
    regions: list[dict[str, str]], region: tuple[str, str], name: str
) -> None:
    [found] = [(one["region_name"], one["name_en"]) for one in regions if one["region_code"] == region[0]]
    assert found == (region[1], name)
