"""The pictures of the innovation expo, as a reader sees them."""

import re

import pytest

from dashboard.data import connection, values
from tests.dashboard.drawing import Board
from tests.dashboard.reader import read
from tests.support.declared import table
from warehouse.settings import Settings

PAGE = "innovation-expo"
MART = "mart_innovation_expo_benefit_split"


def test_pareto_share_is_of_the_largest_fifth(at_house: Settings, release_id: str) -> None:
    rows = connection.rows(
        release_id,
        "select cast(sum(benefit_yuan) as double) as yuan, max(achievement_name) as name from fct_innovation_expo_benefits"
        " left join (select distinct achievement_id, achievement_name from fct_innovation_expo_achievements) using (achievement_id)"
        " where benefit_year = 2024 group by achievement_id order by 1 desc",
    )
    amounts = [row["yuan"] for row in rows]
    # A fifth of them, rounded up; no more than 80 columns.
    few, size = -(-len(amounts) // 5), -(-len(amounts) // min(len(amounts), 80))
    page = read(PAGE)
    assert page.errors == []
    assert f"{len(amounts)} 项成果申报效益合计" in page.text
    assert f"的成果（{few} 项）占效益的 {sum(amounts[:few]) / sum(amounts) * 100:.1f}%" in page.text
    assert f"每柱是相邻至多 {size} 项的平均" in page.text
    assert rows[0]["name"] in page.text
    # Told apart by word and form, not by colour alone.
    assert "ub-fill-hatched" in page.markup
    assert "未经确认" in page.text
    # Every column stands for its neighbours, from the first place to the last.
    places = re.findall(r'title="第 (\d+)–(\d+) 项', page.markup)
    assert places and int(places[-1][1]) == len(amounts)


def test_split_adds_up_to_the_kpis(at_house: Settings, release_id: str) -> None:
    kpis = values.by_kpi(release_id, "360000", "2024", "demonstration")
    [sums] = connection.rows(
        release_id,
        f"select cast(sum(certified_yuan) as double) as certified, cast(sum(certified_yuan + declared_yuan) as double) as reported"
        f" from {MART} where region_code = '360000' and period = '2024' and origin = 'demonstration'",
    )
    assert sums["certified"] == pytest.approx(kpis["ie_benefit_certified"].value)
    assert sums["reported"] == pytest.approx(kpis["ie_benefit_reported"].value)


def test_split_by_region_adds_types_and_keeps_signs(board: Board) -> None:
    def row(region: str, kind: str, certified: int, declared: int, sign: str = "") -> dict[str, object]:
        return {
            "region_code": region, "period": "2024", "benefit_type": kind, "certified_yuan": certified, "certified_sign": "",
            "declared_yuan": declared, "declared_sign": sign,
        }  # fmt: skip

    rows = [row("360100", "增收", 300, 100), row("360100", "节支", 0, 200, "≥"), row("360200", "增收", 90, 10)]
    drawn = board.draw("ie_by_region", {MART: rows}, region="360000")
    # 300 of at least 600 is at most a half; the larger one first.
    assert table(drawn) == [("南昌市", "300 元", "≥300 元", "≤50.0%"), ("景德镇市", "90 元", "10 元", "90.0%")]
    assert "确认率最低的是南昌市，≤50.0%。" in drawn


def test_region_without_benefits_is_not_reported(at_house: Settings) -> None:
    page = read(PAGE, region="台湾")
    assert page.errors == []
    assert "没有报送不等于零" in page.text
