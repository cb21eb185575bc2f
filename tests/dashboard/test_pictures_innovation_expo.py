"""The pictures of the innovation expo, as a reader sees them."""

import pytest

from dashboard.data import connection, values
from dashboard.data.pictures import innovation_expo as data
from tests.dashboard.reader import read
from warehouse.settings import Settings

PAGE = "innovation-expo"


def test_pareto_share_is_of_the_largest_fifth(at_house: Settings, release_id: str) -> None:
    rows = connection.rows(
        release_id,
        "select cast(sum(benefit_yuan) as double) as yuan from fct_innovation_expo_benefits"
        " where benefit_year = 2024 group by achievement_id order by 1 desc",
    )
    amounts = [row["yuan"] for row in rows]
    # A fifth of them, rounded up.
    few = -(-len(amounts) // 5)
    found = data.concentration(release_id, "000000", "2024-05", "demonstration")
    assert found is not None
    assert (found.count, found.few) == (len(amounts), few)
    assert found.few_share == pytest.approx(sum(amounts[:few]) / sum(amounts))
    assert found.columns[-1].running == pytest.approx(1)
    # Every achievement stands in one column, and the columns have all of the benefit.
    sizes = [one.last - one.first + 1 for one in found.columns]
    assert sum(sizes) == len(amounts)
    drawn = sum(size * (one.certified + one.declared) for size, one in zip(sizes, found.columns, strict=True))
    assert drawn == pytest.approx(sum(amounts))


def test_page_says_how_concentrated_the_benefit_is(at_house: Settings, release_id: str) -> None:
    found = data.concentration(release_id, "000000", "2024-05", "demonstration")
    assert found is not None
    page = read(PAGE)
    assert page.errors == []
    assert f"占效益的 {found.few_share * 100:.1f}%" in page.text
    assert found.leaders[0].name in page.text
    assert f"每柱是相邻至多 {-(-found.count // len(found.columns))} 项的平均" in page.text
    # Told apart by word and form, not by colour alone.
    assert "ub-fill-hatched" in page.markup
    assert "未经确认" in page.text


def test_split_adds_up_to_the_kpis(at_house: Settings, release_id: str) -> None:
    kpis = values.by_kpi(release_id, "360000", "2024-05", "demonstration")
    certified, reported = kpis["ie_benefit_certified"].value, kpis["ie_benefit_reported"].value
    for splits in (
        data.by_region(release_id, "360000", "2024-05", "demonstration"),
        data.by_type(release_id, "360000", "2024-05", "demonstration"),
    ):
        assert sum(one.certified for one in splits) == pytest.approx(certified)
        assert sum(one.certified + one.declared for one in splits) == pytest.approx(reported)


def test_region_without_benefits_is_not_reported(at_house: Settings, release_id: str) -> None:
    assert data.concentration(release_id, "710000", "2024-05", "demonstration") is None
    page = read(PAGE, region="台湾")
    assert page.errors == []
    assert "没有报送不等于零" in page.text
