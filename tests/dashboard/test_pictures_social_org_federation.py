"""The pictures of the federations: how far incubation has come, and members per cadre."""

import re

import pytest

from dashboard.data import kpis, regions
from dashboard.data.pictures.social_org_federation import Cohort
from dashboard.data.values import Value
from dashboard.pictures import social_org_federation as pictures
from tests.dashboard.reader import read
from warehouse.settings import Settings

COHORTS = (
    # Ten entered; two gave up, one of them after 培育; eight of the rest are hatched or have a union.
    Cohort(2022, 10, 9, 8, 3, 2, 1, 0, 3 * 365),
    Cohort(2023, 6, 2, 0, 0, 1, 0, 0, None),
)


def value(region: str, members: float | None, cadres: float | None, qualifier: str = "") -> Value:
    ratio = members / cadres if members is not None and cadres else None
    return Value(
        "sf_members_per_cadre", region, "2024-05", "submitted", None, members, cadres, ratio, None, qualifier,
        None, None, "no_target", 1, None, 1, False,
    )  # fmt: skip


def test_funnel_tells_apart_who_gave_up() -> None:
    drawn = pictures.funnel(COHORTS)
    assert "入驻 16 家，3 家已单独建会，3 家终止。" in drawn
    # Eight hatched, three of them with a union.
    assert "还没有单独建会的有 5 家" in drawn
    assert "平均用了 12 个月" in drawn
    assert re.findall(r'<th scope="row">([^<]*)</th><td>(\d+)</td><td>(\d+)</td>', drawn) == [
        ("入驻", "16", "3"),
        ("培育", "11", "1"),
        ("出壳", "8", "0"),
        ("单独建会", "3", "0"),
    ]


def test_each_years_organisations_stand_in_one_stage() -> None:
    drawn = pictures.by_entry_year(COHORTS)
    rows = re.findall(r'<th scope="row">(\d+)</th>((?:<td>\d+</td>)+)', drawn)
    found = {year: [int(count) for count in re.findall(r"\d+", cells)] for year, cells in rows}
    # All, own union, hatched, nurtured, entered, gave up.
    assert found == {"2022": [10, 3, 5, 0, 0, 2], "2023": [6, 0, 0, 2, 3, 1]}
    assert all(counts[0] == sum(counts[1:]) for counts in found.values())


def test_nothing_reported_is_missing_and_not_zero() -> None:
    assert "未报" in pictures.funnel(())
    assert "未报" in pictures.by_entry_year(())


@pytest.fixture
def jixi(at_house: Settings, release_id: str) -> tuple[kpis.Kpi, list[regions.Region], regions.Region]:
    kpi = kpis.find(release_id, "sf_members_per_cadre")
    whole = regions.find(release_id, "230300")
    assert kpi and whole
    return kpi, list(regions.children(release_id, "230300")), whole


def test_members_without_a_cadre_have_no_value_and_no_bar(jixi) -> None:
    kpi, (first, second, third, *_), whole = jixi
    compared = [
        (first, value(first.code, 60, 0)),
        (second, value(second.code, 90, 3, "≥")),
        (third, value(third.code, 20, 4)),
    ]
    drawn = pictures.members_per_cadre(kpi, compared, whole, value(whole.code, 170, 7, "≥"))
    assert "没有专职干部" in drawn
    assert "1 个地区有会员而没有专职干部，不计算。" in drawn
    # 170 over 7, not the mean of 30 and 5; the line says whose average it is and is no target.
    assert "鸡西市平均 ≥24.3" in drawn
    assert "2 个地区中 1 个高于平均，最高的是" in drawn
    assert ">≥30<" in drawn
    assert drawn.count("ub-shape-reference") == 3
    assert "没有目标线" in drawn
    # Most members a cadre first, without a value last.
    assert drawn.index(second.name) < drawn.index(third.name) < drawn.index(first.name)


def test_page_without_any_record_is_complete(at_house: Settings) -> None:
    page = read("social-org-federation")
    assert page.errors == []
    assert "孵化走到了哪一步" in page.text
