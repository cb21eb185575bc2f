"""`unionboard kpi` says who is in a number and how it compares with the year and the period before."""

import json
from typing import Any

import pytest

from tests.support import releases
from warehouse.releases import current_values
from warehouse.settings import Settings

VALUES = """
    kpi varchar, programme varchar, region varchar, period varchar, period_grain varchar, origin varchar, category varchar,
    numerator double, denominator double, value double, value_upper double, qualifier varchar, unit varchar, target double,
    target_upper double, status varchar, rows bigint, as_of date, provinces_reported integer
"""
LATER = """
    , is_backfilled boolean, reported_units integer, due_units integer, reported_from varchar, reported_to varchar
"""
LISTS = (
    "create table dim_programme as select 'p' as programme, 1 as sort_order",
    "create table dim_kpi as select *, 'p' as programme, 'count' as unit, false as is_category_only"
    " from (values ('p_count', 1, 'month'), ('p_yearly', 2, 'year')) as t (kpi, sort_order, grain)",
    "create table dim_region as select '000000' as region_code",
    "create table dim_period as select unnest(['2023', '2024', '2024Q1', '2024Q2', 'all']) as period, date '2024-12-31' as period_end",
    "create view mart_kpi_values as select * from mart_p_kpi_values where period_grain <> 'span'",
)


def row(kpi: str, period: str, value: float | None, later: str = "") -> str:
    grain = "span" if ".." in period else "all" if period == "all" else "quarter" if "Q" in period else "year"
    number = "null" if value is None else value
    return (
        f"insert into mart_p_kpi_values values ('{kpi}', 'p', '000000', '{period}', '{grain}', 'submitted', null, {number}, null,"
        f" {number}, null, '', 'count', null, null, 'no_target', 1, date '2024-05-31', 3{later})"
    )


def flow(kpi: str, period: str, value: float | None) -> str:
    return row(kpi, period, value, ", false, 4, 5, '2022-06', '2024-05'")


@pytest.fixture
def made(installation: Settings) -> Settings:
    """Three years of one KPI, the last one running."""
    statements = [
        f"create table mart_p_kpi_values ({VALUES}{LATER})",
        *LISTS,
        flow("p_count", "2023", 120), flow("p_count", "2024", 55), flow("p_count", "2023-01..2023-05", 50), flow("p_count", "all", 300),
        flow("p_count", "2024Q2", 30), flow("p_count", "2024-01..2024-02", 20), flow("p_count", "2023-04..2023-05", 40),
        flow("p_yearly", "2023", 7), flow("p_yearly", "2024", 3),
    ]  # fmt: skip
    releases.make(installation, statements)
    return installation


def changes_of(settings: Settings, **selection: Any) -> dict[tuple[str, str], tuple[object, object]]:
    found = current_values.kpi_values(settings, current_values.Selection(**selection))
    return {(one["kpi"], one["period"]): (one["change_year"], one["change_period"]) for one in found}


def compared(before: float, difference: float, relative: float, *span: str) -> dict[str, object]:
    return {
        "before": before,
        "difference": difference,
        "relative": relative,
        "comparable": True,
        "reason": None,
        "span": [*span],
    }


def test_running_year_and_quarter_compare_the_months_that_both_have(made: Settings) -> None:
    found = changes_of(made)
    year = compared(50.0, 5.0, 0.1, "2024-01", "2024-05")
    assert found["p_count", "2024"] == (year, year)
    assert found["p_count", "2024Q2"] == (
        compared(40.0, -10.0, -0.25, "2024-04", "2024-05"), compared(20.0, 10.0, 0.5, "2024-04", "2024-05"),
    )  # fmt: skip
    assert found["p_count", "all"] == (None, None)
    yearly = found["p_yearly", "2024"][0]
    assert isinstance(yearly, dict)
    assert (yearly["comparable"], yearly["reason"]) == (False, "running")


@pytest.mark.parametrize(
    "selection", [{"period": "2024"}, {"kpi": "p_count", "region": "000000", "period": "2024"}, {"period": "2023"}]
)
def test_comparison_does_not_depend_on_what_else_was_asked_for(made: Settings, selection: dict[str, str]) -> None:
    everything = changes_of(made)
    found = changes_of(made, **selection)
    assert found
    assert found == {place: everything[place] for place in found}


def test_parts_of_periods_are_no_values_of_their_own(made: Settings) -> None:
    assert {period for _, period in changes_of(made)} == {"2023", "2024", "2024Q2", "all"}


def test_value_says_who_is_in_it(made: Settings) -> None:
    [found] = current_values.kpi_values(made, current_values.Selection(kpi="p_yearly", period="2024"))
    kept = ("is_backfilled", "reported_units", "due_units", "is_hidden")
    assert [found[name] for name in kept] == [False, 4, 5, False]
    assert not {"reported_from", "reported_to", "provinces_reported", "grain", "category"} & set(found)
    assert json.loads(json.dumps(found)) == found


def test_what_nobody_reported_has_the_same_keys_and_is_missing(made: Settings) -> None:
    [found] = current_values.kpi_values(made, current_values.Selection(kpi="p_count", region="000000", period="2024Q1"))
    [known] = current_values.kpi_values(made, current_values.Selection(kpi="p_count", region="000000", period="2024"))
    assert set(found) == set(known)
    assert (found["value"], found["is_backfilled"], found["change_year"]["reason"]) == (None, False, "missing")


def test_release_of_an_earlier_programme_is_read(installation: Settings) -> None:
    statements = [
        f"create table mart_p_kpi_values ({VALUES})",
        *LISTS,
        row("p_count", "2023", 10),
        row("p_count", "2024", 15),
    ]
    releases.make(installation, statements)
    [found] = current_values.kpi_values(installation, current_values.Selection(period="2024"))
    assert (found["is_backfilled"], found["due_units"], found["is_hidden"]) == (False, None, False)
    assert found["change_year"] == compared(10.0, 5.0, 0.5, "2024-01", "2024-12")


def test_difference_of_those_in_both_periods_stands_beside_the_comparison(installation: Settings) -> None:
    """Ten provinces had 2 each, nine of them have 3 each now; `change_period` goes on being about the whole."""
    provinces = [f"{code}0000" for code in range(11, 21)]
    lists = [one for one in LISTS if "dim_kpi" not in one and "dim_region" not in one]
    statements = [
        f"create table mart_p_kpi_values ({VALUES}{LATER})",
        *lists,
        "create table dim_kpi as select 'p_count' as kpi, 1 as sort_order, 'month' as grain, 'p' as programme, 'count' as unit,"
        " false as is_category_only, false as is_ratio, true as is_additive_over_regions",
        "create table dim_region as select '000000' as region_code, 'country' as region_level union all"
        f" select unnest({provinces}), 'province'",
        flow("p_count", "2023", 20).replace(", 3, false", ", 10, false"),
        flow("p_count", "2024", 27).replace(", 3, false", ", 9, false").replace("'2024-05')", "'2024-12')"),
    ]
    for period, each, members in (("2023", 2, provinces), ("2024", 3, provinces[:-1])):
        for code in members:
            statements.append(
                flow("p_count", period, each).replace("'000000'", f"'{code}'").replace("'2024-05')", "'2024-12')")
            )
    releases.make(installation, [one.replace("'2022-06'", "'2022-01'") for one in statements])
    [found] = current_values.kpi_values(installation, current_values.Selection(region="000000", period="2024"))
    assert (found["change_period"]["comparable"], found["change_period"]["reason"]) == (False, "coverage")
    assert found["like_for_like_period"] == {
        "before": 18.0, "now": 27.0, "difference": 9.0, "relative": 0.5, "units": 9, "of": 10, "is_enough": True,
    }  # fmt: skip
    [part] = current_values.kpi_values(installation, current_values.Selection(region="110000", period="2024"))
    assert part["like_for_like_period"] is None
