"""Widgets whose work shows without a browser."""

import io
import re
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from dashboard.charts import geometry
from dashboard.components import data_table, ranking, reporting_matrix, sparkline, tile_grid, trend_chart, trend_line
from dashboard.components.data_table import Number
from dashboard.data import comparisons
from dashboard.data.regions import Region
from dashboard.data.scores import Score
from dashboard.i18n import CHINESE, using
from tests.conftest import TODAY
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.answers.owed import Report, overdue

REGION = Region("410000", "河南省", "河南", "豫", "Henan", "province", "41", None, "000000", True, 4, 5)
REPORT = Report("p", "case", "案件表", "41", "2024-05", TODAY.replace(day=10), TODAY, False, False, False, None)


def region(code: str, name: str) -> Region:
    return replace(REGION, code=code, short_name=name)


def test_csv_opens_in_excel_and_holds_no_formula() -> None:
    content = data_table.as_csv(["地区", "值"], [["河南", 1.5], ["=1+1", None], ["-3", -3]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == "地区,值\r\n河南,1.5\r\n'=1+1,\r\n'-3,-3\r\n"


def test_xlsx_shows_numbers_as_the_page_does_and_days_as_days() -> None:
    share, bound = Number(62.5, "0.0"), Number(50.0, '"≥"0.0')
    rows: list[list[data_table.Cell]] = [
        ["河南", share, date(2024, 5, 31)],
        ["天津", bound, date(1890, 1, 1)],
        ["西藏", "未报", None],
    ]
    content = data_table.as_xlsx(["地区", "成功率（%）", "截至"], rows, "数据")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["数据"]
    assert [(sheet[cell].value, sheet[cell].number_format) for cell in ("B2", "B3")] == [(62.5, "0.0"), (50, '"≥"0.0')]
    assert (sheet["C2"].value.date(), sheet["C3"].value, sheet["B4"].value) == (date(2024, 5, 31), "1890-01-01", "未报")
    # A CSV has the number alone; what it must be read with stands in the column of notes.
    assert data_table.as_csv(["a"], [[bound], [share]]).decode("utf-8-sig").split() == ["a", "50.0", "62.5"]


def test_programmes_stand_once_over_their_tables() -> None:
    tables = [
        ("p", "case", "案件表", "2024-05"),
        ("p", "centre", "调解中心", "2024-03"),
        ("q", "session", "场次", "2024-05"),
    ]
    heads = reporting_matrix._programmes(tables, {"p": "调解", "q": "体检"})
    assert [re.findall(r'colspan="(\d)"|<span>(\w+)<', head) for head in heads] == [
        [("2", ""), ("", "调解")],
        [("1", ""), ("", "体检")],
    ]


def test_xlsx_keeps_numbers_as_numbers_and_text_as_text() -> None:
    content = data_table.as_xlsx(["地区", "值"], [["河南", 1.5], ["=1+1", None]], "数据")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["数据"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["地区", "值"],
        ["河南", 1.5],
        ["=1+1", None],
    ]
    assert sheet["B2"].data_type == "n"
    assert sheet["A3"].data_type == "s"
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(("share", "step"), [(0, 1), (0.5, 4), (1, 7), (0.66, 5), (2, 7)])
def test_tiles_diverge_around_the_middle(share: float, step: int) -> None:
    assert tile_grid.diverging_step(share, 0.5, 0.5) == step


def test_tiles_without_target_are_coloured_by_amount() -> None:
    values = {str(number): replace(VALUE, value=float(number)) for number in range(12)}
    with using(CHINESE):
        tiles, scale = tile_grid.of_values(KPI, values)
    assert scale == tile_grid.AMOUNT
    assert [tiles[str(number)].step for number in range(12)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]


def test_tiles_with_target_are_coloured_around_it() -> None:
    values = {"a": replace(VALUE, value=0.4, target=0.8), "b": replace(VALUE, value=0.8, target=0.8)}
    with using(CHINESE):
        tiles, scale = tile_grid.of_values(PERCENT, values)
    assert scale == tile_grid.DIVERGING
    assert (tiles["a"].step, tiles["b"].step) == (1, 4)


def test_masked_tile_has_no_colour() -> None:
    with using(CHINESE):
        tiles, _ = tile_grid.of_values(KPI, {"a": replace(VALUE, value=None, is_masked=True)})
    assert tiles["a"].step is None
    assert tiles["a"].text.startswith("少于5件")


def test_share_of_kpis_met_becomes_a_tile() -> None:
    with using(CHINESE):
        assert tile_grid.of_scores({"a": Score(2, 3)})["a"].text == "67%"


@pytest.mark.parametrize(("direction", "first"), [("higher", "乙"), ("lower", "甲")])
def test_ranking_begins_with_the_best(direction: str, first: str) -> None:
    values = {"1": replace(VALUE, value=1.0), "2": replace(VALUE, value=2.0), "3": replace(VALUE, value=None)}
    regions = [region("1", "甲"), region("2", "乙"), region("3", "丙")]
    ranked = ranking.ordered(replace(KPI, direction=direction), regions, values)
    assert ranked[0][0].short_name == first
    assert len(ranked) == 2


def test_sparkline_of_one_value_is_empty_and_of_two_a_line() -> None:
    assert "<svg" not in sparkline.svg([1.0], "x")
    assert "<path" in sparkline.svg([1.0, None, 2.0], "x", target=3.0)
    assert "ub-spark-target" in sparkline.svg([1.0, 2.0], "x", target=3.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.64, 1.0, [0.6, 0.7, 0.8, 0.9, 1.0]), (0, 14_300, [0, 5000, 10_000, 15_000]), (5, 5, None)],
)
def test_ticks_are_round_and_cover_everything(low: float, high: float, ticks: list[float] | None) -> None:
    found = geometry.ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 3 <= len(found) <= 7
    assert ticks is None or found == pytest.approx(ticks)


def test_trend_never_joins_published_figures_to_the_line() -> None:
    own = [replace(VALUE, value=1.0, period="2024-04"), replace(VALUE, value=2.0, period="2024-05")]
    published = [replace(VALUE, value=9.0, period="2024-05", origin="published", qualifier="≥")]
    with using(CHINESE):
        figure = trend_chart.figure(KPI, REGION, own, own, published)
    lines = [trace for trace in figure["data"] if trace["mode"].startswith("lines")]
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert all(9.0 not in trace["y"] for trace in lines)
    assert [(trace["y"], trace["text"]) for trace in marks] == [([9.0], ["≥9 人次"])]


def test_trend_keeps_periods_without_a_value_on_the_axis() -> None:
    own = [replace(VALUE, value=1.0, period="2024-01"), replace(VALUE, value=2.0, period="2024-04")]
    with using(CHINESE):
        figure = trend_chart.figure(KPI, REGION, own, own, [])
    assert figure["layout"]["xaxis"]["categoryarray"] == ["2024-01", "2024-02", "2024-03", "2024-04"]


BEGUN = replace(VALUE, value=70.0, period="2022", reported_from="2022-06", reported_to="2024-05")
YEAR = replace(BEGUN, value=120.0, period="2023")
RUNNING = replace(BEGUN, value=55.0, period="2024")
FIVE_MONTHS = replace(BEGUN, value=50.0, period="2023-01..2023-05")


def test_sentence_of_a_trend_does_not_run_to_a_year_that_is_not_over() -> None:
    latest = comparisons.year_on_year(RUNNING, KPI, {FIVE_MONTHS.period: FIVE_MONTHS}.get)
    with using(CHINESE):
        assert (
            trend_chart.sentence(KPI, [BEGUN, YEAR, RUNNING], latest)
            == "完整的只有2023年一期：120 人次。2024年（未完，1–5月）：55 人次，同期 +10%。"
        )
        early = [replace(one, reported_from="2021-01") for one in (BEGUN, YEAR, RUNNING)]
        assert trend_chart.sentence(KPI, early, latest).startswith(
            "从2022年的 70 人次 到2023年的 120 人次（+71.4%）。2024年"
        )
        assert trend_chart.sentence(KPI, [BEGUN]) == "2022年（自2022年6月起上报）：70 人次。"


def test_sentence_of_a_trend_gives_no_difference_of_bounds() -> None:
    bounds = [
        replace(VALUE, value=number, qualifier="≥", period=f"202{place}") for place, number in ((2, 70.0), (3, 80.0))
    ]
    with using(CHINESE):
        said = trend_chart.sentence(KPI, bounds)
    assert said == "从2022年的 ≥70 人次 到2023年的 ≥80 人次（不可比：其中有约数或上下限）。"


def test_yearly_kpi_first_reported_within_a_year_has_the_whole_of_it() -> None:
    with using(CHINESE):
        said = trend_chart.sentence(replace(KPI, grain="year"), [BEGUN, YEAR])
    assert said == "从2022年的 70 人次 到2023年的 120 人次（+71.4%）。"


def test_point_that_is_not_over_is_hollow_and_the_way_to_it_dashed() -> None:
    with using(CHINESE):
        drawn = trend_line.draw(KPI, REGION, [YEAR, RUNNING], [], [], "", "2024")
        figure = trend_chart.figure(KPI, REGION, [YEAR, RUNNING], [], [])
    assert drawn.count("ub-plot-dot ub-ink-line ub-hollow") == 1
    assert drawn.count("ub-stroke-line ub-plot-open") == 1
    assert "55 人次（未完，1–5月）" in drawn
    dashed = [trace for trace in figure["data"] if trace.get("line", {}).get("dash") == "dot"]
    assert [trace["text"][0] for trace in dashed] == ["55 人次（未完，1–5月）"]
    assert all(55.0 not in trace["y"] for trace in figure["data"] if trace not in dashed)


def test_sparkline_that_ends_in_a_period_not_over_is_dashed_there_and_says_so() -> None:
    with using(CHINESE):
        drawn = sparkline.of_values(KPI, [BEGUN, YEAR, RUNNING], "走势")
        over = sparkline.of_values(KPI, [BEGUN, YEAR], "走势")
    assert "ub-spark-open" in drawn
    assert "ub-hollow" in drawn
    assert "走势；2024年未完，1–5月" in drawn
    assert "ub-spark-open" not in over


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (REPORT, "overdue"),
        (replace(REPORT, due_date=TODAY), "waiting"),
        (replace(REPORT, is_received=True), "received"),
        (replace(REPORT, is_received=True, is_late=True), "late"),
        (replace(REPORT, is_received=True, is_zero_report=True), "zero"),
    ],
)
def test_reports_are_received_late_zero_overdue_or_not_yet_due(report: Report, state: str) -> None:
    assert reporting_matrix.state(report, TODAY) == state


def test_overdue_counts_provinces_tables_and_days() -> None:
    counted = overdue([REPORT, replace(REPORT, province_code="42"), replace(REPORT, is_received=True)], TODAY)
    assert (counted.provinces, counted.tables, counted.longest_days) == (2, 1, 5)
