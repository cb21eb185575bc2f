"""The pictures of the model-worker volunteers, as a reader sees them."""

import datetime

from dashboard.data import connection, values
from tests.dashboard.drawing import Board
from tests.dashboard.reader import read
from tests.support.declared import table
from warehouse.settings import Settings

PAGE = "model-worker-tourism"
NATION = ("000000", "2024-05", "demonstration")
WEEKS = "mart_model_worker_tourism_site_weeks"


def test_scatter_counts_the_teams_that_did_not_serve(at_house: Settings, release_id: str) -> None:
    rate = values.by_kpi(release_id, *NATION)["mt_active_rate"]
    assert rate.denominator is not None
    assert rate.numerator is not None
    page = read(PAGE)
    assert page.errors == []
    idle = rate.denominator - rate.numerator
    assert f"期末在册 {rate.denominator:.0f} 支，{rate.numerator:.0f} 支服务过" in page.text
    assert f"{idle:.0f} 支没有服务记录" in page.text


def test_teams_of_a_region_whose_office_did_not_report_are_not_called_idle(at_house: Settings, release_id: str) -> None:
    # Inner Mongolia has teams, and reported no services for May.
    assert "mt_active_rate" not in values.by_kpi(release_id, "150000", "2024-05", "demonstration")
    page = read(PAGE, region="内蒙古")
    assert page.errors == []
    assert "没有服务记录" not in page.text
    assert "没有报送不等于零" in page.text


def test_visitors_and_sites_are_those_of_the_kpis(at_house: Settings, release_id: str) -> None:
    kpis = values.by_kpi(release_id, *NATION)
    sites, visitors = kpis["mt_sites_covered"].value, kpis["mt_visitors_served"].value
    [reached] = connection.rows(
        release_id, f"select max(week_start) as week from {WEEKS} where service_month = '2024-05-01'"
    )
    page = read(PAGE)
    assert f"{sites:,.0f} 个点位服务游客 {visitors:,.0f} 人次" in page.text
    # 29 April to 27 May are five Mondays.
    assert reached["week"] == datetime.date(2024, 5, 27)
    rows = [row for row in table(page.markup.partition("在哪里服务")[2]) if row[0].startswith("2024-0")]
    assert [row[0] for row in rows] == ["2024-04-29", "2024-05-06", "2024-05-13", "2024-05-20", "2024-05-27"]


def test_weeks_become_months_where_there_are_too_many(board: Board) -> None:
    def week(day: datetime.date, visitors: int | None, counted: int = 1) -> dict[str, object]:
        return {
            "region_code": "110000", "site_region_code": "110000", "site_name": "故宫", "service_month": day.replace(day=1),
            "week_start": day, "shift_count": 1, "counted_shifts": counted, "visitors_served": visitors, "visitors_served_sign": "",
        }  # fmt: skip

    first = datetime.date(2022, 6, 6)
    served = [week(first, 10), week(first + datetime.timedelta(weeks=58), None, 0)]
    # 59 weeks from first to last: every week is a column.
    drawn = board.draw("mt_sites", {WEEKS: served}, "all")
    assert "点位 × 周" in drawn and len(table(drawn)) == 59
    assert "1 场服务未报游客人次，不在其中。" in drawn
    served[1] = week(first + datetime.timedelta(weeks=60), 7)
    drawn = board.draw("mt_sites", {WEEKS: served}, "all")
    # June 2022 to July 2023, most of them without a service.
    assert "点位 × 月" in drawn and len(table(drawn)) == 14
    assert table(drawn)[0] == ("2022-06", "10", "10") and table(drawn)[1] == ("2022-07", "—", "—")


def test_region_without_services_is_not_reported(at_house: Settings) -> None:
    page = read(PAGE, region="台湾")
    assert page.errors == []
    assert "没有报送不等于零" in page.text
