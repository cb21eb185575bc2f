"""KPIs of women's innovation studios against values worked out by hand."""

import re

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.support.declared import table

GUANGZHOU, HAIZHU, SHENZHEN, GUANGDONG, NATION = "440100", "440105", "440300", "440000", "000000"
CHANGSHA, HUNAN = "430100", "430000"
PROGRAMME = "women_innovation_studios"


def studio(studio_id: str, region: str = GUANGZHOU, **changes: object) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": region[:2],
        "region_code": region,
        "reporting_unit": "广东省总工会",
        "studio_name": studio_id,
        "level": "地市级",
        "named_on": "2023-03-08",
        "host_unit": "某单位",
        "members": 10,
        "women_members": 6,
        "has_leader": True,
        "has_team": True,
        "has_platform": True,
        "has_projects_rules": True,
        "has_results": True,
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
        **changes,
    }


def review(studio_id: str, year: int, result: str, funding: int, region: str = GUANGZHOU) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": region[:2],
        "region_code": region,
        "review_year": year,
        "review_result": result,
        "funding_yuan": funding,
        "data_basis": "本期",
    }


def result(studio_id: str, year: int, region: str = GUANGZHOU, **changes: object) -> dict[str, object]:
    return {
        "studio_id": studio_id,
        "province_code": region[:2],
        "region_code": region,
        "result_period": year,
        "data_basis": "本期",
        **changes,
    }


def workforce(region: str, year: int, women: int, workers: int) -> dict[str, object]:
    return {
        "province_code": region[:2],
        "region_code": region,
        "year": year,
        "technical_workers": workers,
        "women_technical_workers": women,
        "data_basis": "时点",
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    studios = [
        # First reported as municipal, upgraded since; the number stays.
        studio("S1", report_period="2024-04", level="地市级"),
        studio("S1", level="省级", members=30, women_members=21),
        studio("S2", HAIZHU, has_results=False),
        studio("S3", SHENZHEN, level="省级产业(系统)", named_on="2024-05-20"),
        # Revoked in May: valid in April, no longer at the end of May.
        studio("S4", SHENZHEN, level="全国", revoked_on="2024-05-10"),
        studio("D1", SHENZHEN, origin="demonstration"),
    ]
    reviews = [
        review("S1", 2023, "复核通过", 50000),
        review("S2", 2023, "整改", 0),
        # Paid although it failed, and paid too little.
        review("S4", 2023, "不通过", 10000, SHENZHEN),
        review("S3", 2023, "新命名", 10000, SHENZHEN),
        review("S1", 2022, "新命名", 50000),
        # Before the rule nothing was due.
        review("S1", 2021, "复核通过", 30000),
        # Not in the register: kept, left out.
        review("S9", 2023, "复核通过", 50000),
    ]
    results = [
        result("S1", 2023, benefit_type="增收", benefit_yuan=1000000, training_times=200),
        result("S1", 2023, benefit_type="节支", benefit_yuan=500000, inexact="benefit_yuan≥"),
        result("S3", 2023, SHENZHEN, benefit_type="避免损失", benefit_yuan=250000, training_times=40),
        # Only training was reported: the benefit of 2024 stays unreported.
        result("S1", 2024, training_times=60),
        result("S9", 2023, benefit_type="增收", benefit_yuan=9000000, training_times=900),
    ]
    workforces = [
        # The province's own total for 2023 stands beside that of one of its cities.
        workforce(GUANGDONG, 2023, 450000, 1400000),
        workforce(GUANGZHOU, 2023, 90000, 300000),
        workforce(GUANGZHOU, 2022, 80000, 250000),
        workforce(SHENZHEN, 2022, 70000, 250000),
        workforce(CHANGSHA, 2023, 30000, 100000),
    ]
    return build_kpis(
        {
            (PROGRAMME, "studio"): studios,
            (PROGRAMME, "review"): reviews,
            (PROGRAMME, "result"): results,
            (PROGRAMME, "workforce"): workforces,
        }
    )


def test_studios_are_a_stock_from_naming_to_revocation(kpis: KpiTable) -> None:
    # May: S1, S2, S3. April: S1, S2, S4. Before March 2023: none named.
    assert kpis.value("ws_studios", GUANGDONG, "2024-05") == 3
    assert kpis.value("ws_studios", GUANGDONG, "2024-04") == 3
    assert kpis.value("ws_studios", SHENZHEN, "2024-05") == 1
    assert kpis.value("ws_studios", NATION, "all") == 3
    assert not kpis.has("ws_studios", GUANGDONG, "2023-02")


def test_studios_by_level_count_an_upgraded_one_once_at_the_level_of_then(kpis: KpiTable) -> None:
    # Provincial: S1 since its upgrade in May, S4 (national) until it was revoked. Municipal and industrial: S2, S3, in April S1.
    assert kpis.value("ws_studios_provincial", GUANGDONG, "2024-05") == 1
    assert kpis.value("ws_studios_provincial", GUANGDONG, "2024-04") == 1
    assert kpis.value("ws_studios_municipal", GUANGDONG, "2024-05") == 2
    assert kpis.value("ws_studios_municipal", GUANGDONG, "2024-04") == 2


def test_five_haves_asks_for_all_five(kpis: KpiTable) -> None:
    row = kpis.row("ws_five_haves", GUANGDONG, "2024-05")
    # S1 and S3; S2 lacks results.
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert (row["target"], row["status"]) == (1.0, "behind")
    assert kpis.value("ws_five_haves", HAIZHU, "2024-05") == 0
    assert kpis.row("ws_five_haves", SHENZHEN, "2024-05")["status"] == "met"


def test_women_share_is_weighted_by_members(kpis: KpiTable) -> None:
    # (21 + 6 + 6) / (30 + 10 + 10) = 0.66; the mean of 70 %, 60 % and 60 % would be 63 %.
    assert kpis.value("ws_women_share", GUANGDONG, "2024-05") == pytest.approx(0.66)


def test_review_pass_leaves_out_newly_named_studios(kpis: KpiTable) -> None:
    row = kpis.row("ws_review_pass", GUANGDONG, "2023")
    # S1 of S1, S2, S4; S3 was newly named, S9 is in no register.
    assert (row["numerator"], row["denominator"], row["rows"]) == (1, 3, 3)
    assert row["value"] == pytest.approx(1 / 3, abs=1e-9)
    # In 2022 nobody was reviewed.
    assert kpis.row("ws_review_pass", GUANGDONG, "2022")["status"] == "no_data"
    assert not kpis.has("ws_review_pass", GUANGDONG, "2023-12")


def test_funding_adds_up_what_was_paid_by_year_of_review(kpis: KpiTable) -> None:
    assert kpis.value("ws_funding", GUANGDONG, "2023") == 70000
    assert kpis.value("ws_funding", GUANGZHOU, "2023") == 50000
    assert kpis.value("ws_funding", GUANGDONG, "all") == 150000


def test_benefit_stands_in_all_and_by_kind(kpis: KpiTable) -> None:
    # 1 000 000 + 500 000 + 250 000.
    row = kpis.row("ws_benefit", GUANGDONG, "2023")
    assert (row["value"], row["qualifier"], row["rows"]) == (1750000, "≥", 3)
    by_kind = {kind: kpis.row("ws_benefit", GUANGDONG, "2023", category=kind) for kind in ["增收", "节支", "避免损失"]}
    assert {kind: row["value"] for kind, row in by_kind.items()} == {
        "增收": 1000000,
        "节支": 500000,
        "避免损失": 250000,
    }
    assert by_kind["增收"]["qualifier"] == ""


def test_benefit_of_a_year_with_training_only_is_missing_and_not_zero(kpis: KpiTable) -> None:
    assert kpis.row("ws_benefit", GUANGDONG, "2024")["value"] is None
    assert kpis.value("ws_training_times", GUANGDONG, "2024") == 60


def test_training_adds_up_attendances_of_the_year(kpis: KpiTable) -> None:
    # 200 + 40; the row without training is not a zero, S9 is in no register.
    assert kpis.value("ws_training_times", GUANGDONG, "2023") == 240
    assert kpis.value("ws_training_times", NATION, "all") == 300


def test_women_tech_share_does_not_count_a_city_beside_its_provinces_total(kpis: KpiTable) -> None:
    row = kpis.row("ws_women_tech_share", GUANGDONG, "2023")
    assert (row["numerator"], row["denominator"]) == (450000, 1400000)
    # The nation has Guangdong's total and Changsha, whose province reported none.
    nation = kpis.row("ws_women_tech_share", NATION, "2023")
    assert (nation["numerator"], nation["denominator"]) == (480000, 1500000)
    assert nation["value"] == pytest.approx(0.32)
    # Guangzhou keeps its own: 90 000 of 300 000.
    city = kpis.row("ws_women_tech_share", GUANGZHOU, "2023")
    assert (city["numerator"], city["denominator"]) == (90000, 300000)
    # In 2022 the cities stand for the province: 150 000 of 500 000.
    assert kpis.value("ws_women_tech_share", GUANGDONG, "2022") == pytest.approx(0.3)
    assert kpis.value("ws_women_tech_share", HUNAN, "2023") == pytest.approx(0.3)


def test_demonstration_records_stand_apart(kpis: KpiTable) -> None:
    assert kpis.value("ws_studios", SHENZHEN, "2024-05", origin="demonstration") == 1


def counts(kpis: KpiTable, region: str, period: str, origin: str = "submitted") -> list[tuple[int, int]]:
    """Of the five haves and of all together, how many studios have it and how many there are."""
    bars = kpis.picture("ws_haves_studios", region, period, origin).partition("ub-shape-scroll")[0]
    return [(int(have), int(of)) for have, of in re.findall(r"<small>(\d+)/(\d+)</small>", bars)]


def test_haves_are_counted_one_by_one_among_studios_valid_at_period_end(kpis: KpiTable) -> None:
    # S1, S2, S3; S2 lacks results. S4 was revoked in May.
    assert counts(kpis, GUANGDONG, "2024-05") == [(3, 3), (3, 3), (3, 3), (3, 3), (2, 3), (2, 3)]
    # S1, S2, S4; S3 had not been named.
    assert counts(kpis, GUANGDONG, "2024-04")[-1] == (2, 3)
    [first, *_] = table(kpis.picture("ws_haves_studios", GUANGDONG, "2024-05"))
    assert first == ("S2", "有", "有", "有", "有", "没有", "没有")
    # Nobody has reported June, and nothing before the first naming.
    for period in ("2024-06", "2023-02"):
        assert "未报" in kpis.picture("ws_haves_studios", GUANGDONG, period)


def test_haves_agree_with_the_kpi_in_every_region_and_period(kpis: KpiTable) -> None:
    rows = kpis.query("select * from mart_kpi_values where kpi = 'ws_five_haves' and value is not null")
    assert len(rows) > 20
    for row in rows:
        found = counts(kpis, row["region"], row["period"], row["origin"])
        assert found[-1] == (row["numerator"], row["denominator"]), row


def test_funding_due_is_set_against_what_was_paid(kpis: KpiTable) -> None:
    funding = kpis.picture("ws_funding", GUANGDONG, "all")
    # 2022: S1 named. 2023: S1 passed and S3 named, 50 000 each; S2 and S4 were due nothing. S9 is in no register. 2021 had no rule.
    assert table(funding) == [
        ("2022", "1", "5 万元", "5 万元", "0 元", "0"),
        ("2023", "2", "10 万元", "7 万元", "−3 万元", "2"),
    ]
    # S3 got 10 000 of 50 000, S4 10 000 of nothing.
    assert [(row[0], *row[3:5]) for row in table(funding, 1)] == [("S3", "5 万元", "1 万元"), ("S4", "0 元", "1 万元")]
    assert "不符的工作室" not in kpis.picture("ws_funding", GUANGDONG, "2022")
    assert kpis.value("ws_funding", GUANGDONG, "2023") == 70000


def test_benefits_keep_their_types_apart_and_say_how_exact_they_are(kpis: KpiTable) -> None:
    found = table(kpis.picture("ws_benefits", GUANGDONG, "2023"))
    assert [(row[0], row[2], row[3]) for row in found] == [
        ("增收", "100 万元", "1"),
        ("节支", "≥50 万元", "1"),
        ("避免损失", "25 万元", "1"),
    ]
    # Only training was reported for 2024.
    assert "未报" in kpis.picture("ws_benefits", GUANGDONG, "2024")


def test_pictures_speak_in_sentences_and_list_the_differences(kpis: KpiTable) -> None:
    haves = kpis.picture("ws_haves_studios", GUANGDONG, "2024-05")
    assert "期末有效工作室 3 家，五有齐全 2 家（66.7%）；最缺“创新成果”，1 家没有。" in haves
    funding = kpis.picture("ws_funding", GUANGDONG, "2023")
    assert "2023年 2 家应拨 10 万元，实拨 7 万元。所列各年有 2 家次不符：少拨 1，多拨 1，名单见下。" in funding
    assert "应拨与实拨不符的工作室（2）" in funding
    assert "不相加" in kpis.picture("ws_benefits", GUANGDONG, "2023")


def test_many_studios_stand_by_region_and_the_short_ones_by_name(kpis: KpiTable) -> None:
    assert kpis.picture("ws_haves_studios", GUANGDONG, "2024-05", limits=("<= 40", "<= 2")) == ""
    haves = kpis.picture("ws_haves_regions", GUANGDONG, "2024-05")
    assert "广州市（2 家）" in haves
    assert "五有不齐的工作室（1）" in haves
    assert table(haves, 1) == [("S2", "创新成果")]


def test_pictures_of_nothing_say_so(kpis: KpiTable) -> None:
    for picture in ("ws_haves_studios", "ws_funding", "ws_benefits"):
        assert "未报" in kpis.picture(picture, "540000", "2023")
