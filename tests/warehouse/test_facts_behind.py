"""One fact is told in one line: the changed values of one KPI hang together by region and by period."""

from warehouse.releases import facts_behind
from warehouse.releases.facts_behind import Cell, Line

# 栾川县 and 新安县 in 洛阳, 石家庄: county, prefecture, province, nation.
ABOVE = {
    "410324": "410300",
    "410323": "410300",
    "410300": "410000",
    "410000": "000000",
    "130100": "130000",
    "130000": "000000",
}
MAY = ("all", "2024", "2024Q2", "2024-05")


def cells(regions: tuple[str, ...], periods: tuple[str, ...] = MAY, weight: float = 0.1) -> list[Cell]:
    return [Cell("dm_workers", "submitted", None, region, period, weight) for region in regions for period in periods]


def told(given: list[Cell]) -> list[tuple[tuple[str, ...], int, str, str]]:
    found: list[Line] = facts_behind.lines(given, ABOVE.get)
    return sorted((one.regions, one.grains, given[one.shown].region, given[one.shown].period) for one in found)


def test_one_case_of_a_county_is_one_line_of_four_levels_and_four_kinds_of_period() -> None:
    given = cells(("000000", "410000", "410300", "410324"))
    [line] = facts_behind.lines(given, ABOVE.get)
    assert (len(line.members), len(line.regions), line.grains) == (16, 4, 4)
    # Told by the case itself: the county in May.
    assert (given[line.shown].region, given[line.shown].period) == ("410324", "2024-05")


def test_two_counties_are_two_lines_and_what_they_have_in_common_a_third() -> None:
    given = cells(("000000", "410000", "410300", "410324", "410323"))
    assert told(given) == [
        (("000000", "410000", "410300"), 4, "410300", "2024-05"),
        (("410323",), 4, "410323", "2024-05"),
        (("410324",), 4, "410324", "2024-05"),
    ]


def test_two_months_are_told_by_the_shortest_period_that_holds_both() -> None:
    quarter = cells(("410324",), (*MAY, "2024-04"))
    assert told(quarter) == [(("410324",), 4, "410324", "2024Q2")]
    year = cells(("410324",), (*MAY, "2024Q1", "2024-02"))
    assert told(year) == [(("410324",), 4, "410324", "2024")]


def test_a_level_that_does_not_change_leaves_the_line_whole() -> None:
    # A median of the prefecture may stay the same.
    assert told(cells(("000000", "410000", "410324"))) == [(("000000", "410000", "410324"), 4, "410324", "2024-05")]


def test_another_kpi_origin_or_category_is_another_line() -> None:
    one = Cell("dm_workers", "submitted", None, "410324", "2024-05", 0.1)
    others = [
        Cell("dm_workers", "demonstration", None, "410324", "2024-05", 0.1),
        Cell("dm_workers", "submitted", "工伤", "410324", "2024-05", 0.1),
        Cell("dm_success_rate", "submitted", None, "410324", "2024-05", 0.1),
    ]
    assert len(facts_behind.lines([one, *others], ABOVE.get)) == 4


def test_what_moves_the_nation_more_comes_first_however_far_a_single_case_swings() -> None:
    few = cells(("410324",), weight=0.001)
    many = cells(("130000",), weight=0.2)
    assert [line.regions for line in facts_behind.lines([*few, *many], ABOVE.get)] == [("130000",), ("410324",)]


def test_cells_without_a_common_period_are_told_by_the_one_that_weighs_most() -> None:
    given = [
        Cell("vc_days", "submitted", None, "410000", "2023-12", 0.1),
        Cell("vc_days", "submitted", None, "410000", "2024-05", 0.3),
    ]
    [line] = facts_behind.lines(given, ABOVE.get)
    assert given[line.shown].period == "2024-05"
