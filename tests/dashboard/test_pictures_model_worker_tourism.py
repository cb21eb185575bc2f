"""The pictures of the model-worker volunteers, as a reader sees them."""

import sys

import pytest

from dashboard import pictures
from dashboard.data import values
from dashboard.data.pictures import model_worker_tourism as data
from tests.dashboard.reader import read
from warehouse.settings import Settings

PAGE = "model-worker-tourism"
NATION = ("000000", "2024-05", "demonstration")


def test_scatter_counts_the_teams_that_did_not_serve(at_house: Settings, release_id: str) -> None:
    rate = values.by_kpi(release_id, *NATION)["mt_active_rate"]
    assert rate.denominator is not None
    assert rate.numerator is not None
    page = read(PAGE)
    assert page.errors == []
    idle = rate.denominator - rate.numerator
    assert f"期末在册 {rate.denominator:.0f} 支，{rate.numerator:.0f} 支服务过" in page.text
    assert f"{idle:.0f} 支没有服务记录" in page.text
    # A team without a service has no hours, not 0.
    teams = data.teams(release_id, *NATION)
    silent = [team for team in teams if team.is_reported and not team.shifts]
    assert len(silent) == idle
    assert {team.hours for team in silent} == {None}


def test_teams_of_a_region_whose_office_did_not_report_are_not_called_idle(at_house: Settings, release_id: str) -> None:
    # Inner Mongolia has teams, and reported no services for May.
    assert data.teams(release_id, "150000", "2024-05", "demonstration")
    assert "mt_active_rate" not in values.by_kpi(release_id, "150000", "2024-05", "demonstration")
    page = read(PAGE, region="内蒙古")
    assert page.errors == []
    assert "没有服务记录" not in page.text
    assert "没有报送不等于零" in page.text


def test_hours_and_visitors_are_those_of_the_kpis(at_house: Settings, release_id: str) -> None:
    for period in ("2024-05", "2024", "all"):
        kpis = values.by_kpi(release_id, "000000", period, "demonstration")
        teams = data.teams(release_id, "000000", period, "demonstration")
        sites = data.sites(release_id, "000000", period, "demonstration")
        assert sites is not None
        assert sum(team.hours or 0 for team in teams) == pytest.approx(kpis["mt_service_hours"].value)
        assert sites.together.visitors == kpis["mt_visitors_served"].value
        assert sites.count == kpis["mt_sites_covered"].value


def test_weeks_become_months_where_there_are_too_many(at_house: Settings, release_id: str) -> None:
    month = data.sites(release_id, *NATION)
    everything = data.sites(release_id, "000000", "all", "demonstration")
    assert month is not None
    assert everything is not None
    # 29 April to 27 May are five Mondays.
    assert (month.grain, len(month.times)) == ("week", 5)
    # June 2022 to May 2024.
    assert (everything.grain, len(everything.times)) == ("month", 24)


def test_region_without_services_is_not_reported(at_house: Settings) -> None:
    page = read(PAGE, region="台湾")
    assert page.errors == []
    assert "没有报送不等于零" in page.text


@pytest.mark.parametrize("code", ["vice_chair_projects", "innovation_expo", "model_worker_tourism"])
def test_page_without_its_pictures_is_complete(at_house: Settings, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(pictures, "__path__", [])
    monkeypatch.delitem(sys.modules, f"dashboard.pictures.{code}", raising=False)
    page = read(code.replace("_", "-"))
    assert page.errors == []
    assert "ub-pictures" not in page.markup
    for part in ("ub-card", "ub-rank", "这些数从哪来"):
        assert part in page.markup
