"""The cross table: what stands in a cell, what may be added up, and the link that brings the same view."""

from dataclasses import replace

import pytest
from streamlit.testing.v1.element_tree import ButtonGroup

from dashboard.components import pivot, result_chart
from dashboard.components.data_table import Cell, Number
from dashboard.data import crossing, kpis, periods, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from tests.dashboard.reader import read
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.settings import Settings

HENAN, ZHENGZHOU, KAIFENG, LUOYANG = "410000", "410100", "410200", "410300"


def question(release_id: str, rows: str, columns: str, codes: str, places: str, shown: str) -> crossing.Question:
    defined = kpis.by_code(release_id)
    parts = [tuple(text.split(",")) if text else () for text in (rows, columns, places, shown)]
    chosen = tuple(defined[code] for code in codes.split(","))
    return crossing.Question(parts[0], parts[1], chosen, parts[2], parts[3], "auto")


def test_value_stands_where_its_members_cross(at_house: Settings, release_id: str) -> None:
    """Luoyang: in April 5 of 10 were settled, in May 10 of 16."""
    found = crossing.crossed(
        release_id, question(release_id, "region,kpi", "period", "dm_success_rate", LUOYANG, "2024-05,2024-04")
    )
    assert found.rows == ((LUOYANG, "dm_success_rate"),)
    assert found.columns == (("2024-05",), ("2024-04",))
    assert [one.value for one in found.row(found.rows[0])] == [10 / 16, 5 / 10]


def test_shares_are_totalled_as_sum_over_sum(at_house: Settings, release_id: str) -> None:
    """15 of 26, which is neither 0.625 + 0.5 nor half of it."""
    found = crossing.crossed(
        release_id, question(release_id, "region", "period", "dm_success_rate", LUOYANG, "2024-05,2024-04")
    )
    total = crossing.together(release_id, found.every())
    assert (total.value, total.reason) == (15 / 26, "")


def test_hidden_number_is_in_no_total(at_house: Settings, release_id: str) -> None:
    """Zhengzhou has three cases, Kaifeng is hidden beside it: a total with Luoyang would tell them."""
    places = f"{ZHENGZHOU},{KAIFENG},{LUOYANG}"
    found = crossing.crossed(release_id, question(release_id, "region", "period", "dm_success_rate", places, "2024-05"))
    assert crossing.together(release_id, found.every()).reason == "hidden"
    page = read("ask", rows="region", cols="period", kpis="dm_success_rate", places=places, region="河南")
    assert "62.5 %" in page.text
    assert "合计会把它说出来" in page.text


def test_what_lies_in_another_is_not_counted_twice(at_house: Settings, release_id: str) -> None:
    both = question(release_id, "region", "", "dm_workers", f"{HENAN},{LUOYANG}", "2024-05")
    shown = [replace(one, is_masked=False, value=1.0) for one in crossing.crossed(release_id, both).every()]
    assert crossing.together(release_id, shown).reason == "overlap"
    month, quarter = (replace(shown[0], period=period) for period in ("2024-05", "2024Q2"))
    assert crossing.together(release_id, [month, quarter]).reason == "overlap"


def test_two_kpis_and_two_categories_have_no_total(at_house: Settings, release_id: str) -> None:
    one = replace(VALUE, kpi="dm_workers", region=LUOYANG, period="2024-05", value=1.0)
    assert crossing.together(release_id, [one, replace(one, kpi="dm_success_rate")]).reason == "kpis"
    assert crossing.together(release_id, [replace(one, category=name) for name in "ab"]).reason == "categories"


MEDIAN = replace(KPI, unit="days", numerator_sql="median(days)", is_additive_over_regions=False)
RATE = replace(PERCENT, is_ratio=True, basis="period", numerator_sql="count(*)", denominator_sql="count(*)")


@pytest.mark.parametrize(
    ("kpi", "over_regions", "over_time"),
    [
        (replace(KPI, is_ratio=False, is_additive_over_regions=True, is_additive_over_time=True), True, True),
        (replace(KPI, is_ratio=False, is_additive_over_regions=True, is_additive_over_time=False), True, False),
        (replace(MEDIAN, is_ratio=False, is_additive_over_time=False), False, False),
        (RATE, True, True),
        (replace(RATE, denominator_sql="count(distinct person_id)"), False, False),
        (replace(RATE, basis="stock"), True, False),
        (replace(RATE, denominator_sql="county_units", reference_measure="county_units"), True, False),
    ],
)
def test_only_what_is_made_of_sums_is_added_up(kpi: Kpi, over_regions: bool, over_time: bool) -> None:
    assert (crossing.adds_over_regions(kpi), crossing.adds_over_time(kpi, ["2024-04", "2024-05"])) == (
        over_regions,
        over_time,
    )


def test_persons_counted_once_a_year_add_up_within_it_only() -> None:
    once = replace(KPI, is_ratio=False, is_additive_over_time=True, additive_time="within_year")
    assert crossing.adds_over_time(once, ["2024-04", "2024-05"])
    assert not crossing.adds_over_time(once, ["2023-12", "2024-01"])


def test_totals_of_a_whole_are_what_the_release_says_of_it(at_house: Settings, release_id: str) -> None:
    """Every KPI that may be added up, added up: over the provinces it is the nation, over three months the quarter."""
    compared = 0
    for kpi in kpis.all_kpis(release_id):
        if kpi.is_category_only or kpi.grain != "month" or kpi.programme == "gba_studio_alliance":
            continue
        shown = periods.between("2024-01", "2024-03")
        provinces = [region.code for region in regions.provinces(release_id)]
        over_regions = crossing.Question(("region",), (), (kpi,), tuple(provinces), ("2024Q1",), "auto")
        over_time = crossing.Question(("period",), (), (kpi,), (regions.NATION,), shown, "auto")
        whole = crossing.Question(("region",), (), (kpi,), (regions.NATION,), ("2024Q1",), "auto")
        nation = crossing.together(release_id, crossing.crossed(release_id, whole).every())
        for asked, places in ((over_regions, len(provinces)), (over_time, 3)):
            total = crossing.together(release_id, crossing.crossed(release_id, asked).every(), places)
            if total.reason or total.value is None or nation.value is None:
                continue
            compared += 1
            assert total.value == pytest.approx(nation.value), (kpi.code, asked.rows)
    assert compared > 20


def test_cell_leads_to_its_records(at_house: Settings) -> None:
    page = read("ask", rows="region", cols="period", kpis="dm_success_rate", region="河南", periods="2024-05")
    assert {"page": "records", "region": LUOYANG, "period": "2024-05", "kpi": "dm_success_rate"} in page.links()


@pytest.mark.parametrize("language", ["中文", "EN"])
def test_any_dimension_may_stand_on_either_side(at_house: Settings, language: str) -> None:
    for rows, columns, codes in (
        ("status", "kpi", "hc_persons,dm_success_rate"),
        ("programme,kpi", "status", "hc_persons,dm_success_rate"),
        ("kpi", "", "dm_success_rate"),
        ("", "region", "dm_success_rate"),
        ("period", "category", "ws_benefit"),
    ):
        page = read(
            "ask", rows=rows, cols=columns, kpis=codes, grain="year" if columns == "category" else "", lang=language
        )
        assert page.errors == [], (rows, columns)
        assert "<table" in page.markup, (rows, columns)


def test_link_brings_the_same_choices_and_says_what_it_could_not_follow(at_house: Settings) -> None:
    page = read("ask", rows="kpi,nothing", cols="region", kpis="dm_success_rate", statuses="behind", totals="no")
    assert page.errors == []
    state = page.app.session_state
    assert (state["pivot_rows"], state["pivot_cols"], state["pivot_totals"]) == (["kpi"], ["region"], False)
    assert "nothing" in page.text
    assert page.app.query_params["statuses"] in ("behind", ["behind"])


def test_time_gives_lines_and_what_is_no_sum_is_not_stacked(at_house: Settings) -> None:
    page = read("ask", rows="region", cols="period", kpis="dm_success_rate", region="河南")
    page.app.toggle(key="pivot_chart_on").set_value(True).run()
    assert page.errors == []
    kinds = next(box for box in page.app.get("button_group") if "pivot_chart_kind" in str(box.key))
    assert isinstance(kinds, ButtonGroup)
    assert (kinds.value, "stack" in kinds.options) == ("line", False)


def test_chart_takes_the_axes_and_the_kind_that_were_chosen() -> None:
    header = ["月", "甲", "乙"]
    rows: list[list[Cell]] = [["2024-01", 1, Number(2.0, "0")], ["2024-02", None, "未报"]]
    drawn = result_chart.figure(header, rows, result_chart.LINE, 0, [1, 2])
    assert [(one["mode"], one["x"], one["y"]) for one in drawn["data"]] == [
        ("lines+markers", ["2024-01", "2024-02"], [1, None]),
        ("lines+markers", ["2024-01", "2024-02"], [2.0, None]),
    ]
    crossed = result_chart.figure(header, rows, result_chart.POINTS, 1, [2])
    assert crossed["layout"]["xaxis"]["type"] == "category"
    assert result_chart.numeric_columns(header, rows) == [1, 2]


def test_files_hold_numbers_with_formats(at_house: Settings, release_id: str) -> None:
    defined = kpis.by_code(release_id)["dm_success_rate"]
    bound = crossing.Together(defined, 0.625, "≥")
    chosen = pivot.Choices(question(release_id, "region", "period", "dm_success_rate", "", ""), pivot.VALUE, True)
    assert pivot._plain(bound, chosen) == Number(62.5, '"≥"0.0')


def test_values_of_cells_are_limited(at_house: Settings, release_id: str) -> None:
    found: tuple[Value, ...] = values.of_cells(
        release_id, "dispute_mediation", ["dm_success_rate"], [LUOYANG], ["2024-04", "2024-05"], "submitted", None, 1
    )
    assert len(found) == 1
