"""Periods and their neighbours."""

import pytest
from streamlit.util import calc_hash

from dashboard.data import periods
from tests.dashboard.conftest import Patch
from tests.dashboard.reader import Reader, read
from warehouse.releases import period_changes


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        ("2024-05", "2024-04", "2023-05"),
        ("2024-01", "2023-12", "2023-01"),
        ("2024Q1", "2023Q4", "2023Q1"),
        ("2024", "2023", "2023"),
        ("all", None, None),
    ],
)
def test_neighbours_of_a_period(period: str, before: str | None, year_before: str | None) -> None:
    assert periods.before(period) == before
    assert period_changes.year_before(period) == year_before


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024Q2", ("2024-04-01", "2024-06-30")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("all", ("0001-01-01", "9999-12-31")),
    ],
)
def test_bounds_of_a_period(period: str, bounds: tuple[str, str]) -> None:
    assert periods.bounds(period) == bounds


def test_periods_between_two_leave_none_out() -> None:
    assert periods.between("2023-11", "2024-02") == ("2023-11", "2023-12", "2024-01", "2024-02")
    assert periods.between("2024", "2024") == ("2024",)


def test_latest_period_is_the_latest_with_records(release_id: str, at_house: object) -> None:
    assert periods.latest(release_id, "auto") == "2024-05"
    available = periods.available(release_id, "auto")
    assert available[0] == "2024-05"
    assert available[-1] == "all"
    assert {"2024Q2", "2024"} <= set(available)


def a_month_later(table: str) -> str:
    """What the nation had in May, once more for June."""
    return (
        f"insert into {table} select * replace ('2024-06' as period, date '2024-06-03' as as_of) from {table}"
        " where region = '000000' and period = '2024-05' and category is null and value is not null limit 1"
    )


ONE_EARLY = a_month_later("mart_dispute_mediation_cases_kpi_values")


def test_one_early_row_moves_only_its_own_programme(at_patched: Patch) -> None:
    release_id = at_patched(ONE_EARLY)
    assert periods.latest(release_id, "auto") == "2024-05"
    assert periods.latest(release_id, "auto", "dispute_mediation") == "2024-06"
    assert periods.latest(release_id, "auto", "health_checkup") == "2024-05"
    assert periods.data_to(release_id, "auto", "dispute_mediation") == "2024-06-03"
    assert periods.data_to(release_id, "auto", "health_checkup") == "2024-05-31"
    assert periods.latest(release_id, "auto", "no_such_programme") == "2024-05"


def test_month_that_half_of_the_programmes_have_is_enough(at_patched: Patch) -> None:
    """The house has eight programmes with records."""
    early = ("health_checkup_sessions", "model_worker_tourism", "station_health_talks", "vice_chair_projects")
    later = [a_month_later(f"mart_{programme}_kpi_values") for programme in early]
    assert periods.latest(at_patched(*later[:3]), "auto") == "2024-05"
    assert periods.latest(at_patched(*later), "auto") == "2024-06"


def test_each_programme_opens_with_its_own_latest_until_a_period_is_chosen(at_patched: Patch) -> None:
    at_patched(ONE_EARLY)
    overview, own = read(), read("dispute-mediation")
    assert "当前显示过半项目有数据的最近一期：2024年5月" in overview.text
    assert "当前显示最近有数据的一期：2024年6月" in own.text
    assert "当前显示最近有数据的一期：2024年5月" in read("health-checkup").text
    chosen = read("dispute-mediation", period="2024-05")
    assert chosen.app.selectbox(key="period").value == "2024-05"
    assert "当前显示最近" not in chosen.text


def test_period_follows_the_page_until_it_is_chosen_and_stays_then(at_patched: Patch) -> None:
    at_patched(ONE_EARLY)

    def go(page: Reader, path: str) -> str:
        page.app._page_hash = calc_hash(path)
        page.app.run()
        return str(page.app.selectbox(key="period").value)

    page = read()
    assert go(page, "dispute-mediation") == "2024-06"
    assert go(page, "overview") == "2024-05"
    page.choose("period", "2024-06")
    assert go(page, "dispute-mediation") == "2024-06"
    assert go(page, "health-checkup") == "2024-06"
    assert go(page, "overview") == "2024-06"
