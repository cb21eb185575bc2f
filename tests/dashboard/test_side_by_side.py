"""Regions side by side: what is chosen, what the lines are, and the link that gives the same view."""

from dataclasses import replace
from typing import Any

import pytest

from dashboard.components import lines_chart
from dashboard.data import side_by_side
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.side_by_side import Line
from dashboard.i18n import CHINESE, using
from tests.dashboard.reader import read
from tests.dashboard.test_formatting import KPI, PERCENT, VALUE
from warehouse.settings import Settings


def region(code: str, name: str) -> Region:
    return Region(code, name, name, None, name, "province", code[:2], None, "000000", True, 1, 1)


def line(code: str, name: str, kpi: Kpi = KPI, **numbers: float | None) -> Line:
    values = tuple(
        replace(VALUE, region=code, period=period.replace("m", "-"), value=number)
        for period, number in ((key.replace("y", ""), number) for key, number in numbers.items())
    )
    return Line(kpi, region(code, name), "submitted", values)


GUANGDONG = line("440000", "广东", y2024m01=10.0, y2024m02=None, y2024m03=15.0)
ZHEJIANG = line("330000", "浙江", y2024m01=0.0, y2024m02=4.0, y2024m03=6.0)
NATION = line("000000", "全国", y2024m01=100.0, y2024m02=110.0, y2024m03=120.0)


def traces(*found: Line, indexed: bool = False) -> list[dict[str, Any]]:
    with using(CHINESE):
        drawn: list[dict[str, Any]] = lines_chart.figure(found, is_indexed=indexed)["data"]
        return drawn


def test_each_region_is_one_line_with_gaps_where_nothing_is_known() -> None:
    first, second, nation = traces(GUANGDONG, ZHEJIANG, NATION)
    assert (first["name"], first["x"], first["y"]) == ("广东", ["2024-01", "2024-02", "2024-03"], [10.0, None, 15.0])
    assert second["y"] == [0.0, 4.0, 6.0]
    assert nation["line"]["dash"] == "dot"
    assert len({one["legendgroup"] for one in (first, second, nation)}) == 3
    assert first["line"]["color"] != second["line"]["color"]


def test_index_begins_with_the_first_value_that_is_not_nothing() -> None:
    first, second = traces(GUANGDONG, ZHEJIANG, indexed=True)
    assert first["y"] == [100.0, None, 150.0]
    # 浙江 begins with 4: 0 is nothing to divide by.
    assert second["y"] == [0.0, 100.0, 150.0]
    assert "150（15" in first["text"][2]


def test_each_kpi_has_a_panel_and_a_region_one_entry_in_the_legend() -> None:
    share = replace(PERCENT, code="share")
    other = line("440000", "广东", share, y2024m03=0.5)
    with using(CHINESE):
        figure = lines_chart.figure([GUANGDONG, other], is_indexed=False)
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2"]
    assert [trace["showlegend"] for trace in figure["data"]] == [True, False]
    assert figure["data"][1]["y"] == [50.0]
    upper, lower = figure["layout"]["yaxis"]["domain"], figure["layout"]["yaxis2"]["domain"]
    assert lower[1] < upper[0]
    assert figure["layout"]["hovermode"] == "x unified"


def test_targets_and_published_figures_are_marks_of_their_own() -> None:
    aimed = replace(GUANGDONG, values=tuple(replace(one, target=20.0) for one in GUANGDONG.values))
    marked = replace(aimed, published=(replace(VALUE, period="2024-03", value=18.0, origin="published"),))
    line_, mark, aim = traces(marked)
    assert (mark["mode"], mark["y"]) == ("markers", [18.0])
    assert (aim["line"]["dash"], set(aim["y"])) == ("dash", {20.0})
    assert 18.0 not in line_["y"]
    # An index has no place for them.
    assert len(traces(marked, indexed=True)) == 1


def test_quarter_stands_at_its_last_month_and_the_axis_has_every_month() -> None:
    quarterly = line("440000", "广东", replace(KPI, grain="quarter"), y2023Q4=1.0, y2024Q1=2.0)
    assert side_by_side.axis([quarterly, GUANGDONG]) == ("2023-12", "2024-01", "2024-02", "2024-03")


@pytest.mark.parametrize("language", ["中文", "EN"])
def test_link_chooses_regions_and_kpis_and_says_what_it_could_not_follow(at_house: Settings, language: str) -> None:
    page = read(
        "side-by-side", kpis="dm_success_rate,没有", regions="410000,410300,999999", scale="indexed", lang=language
    )
    assert page.errors == []
    assert [box.value for box in page.app.multiselect] == [["dm_success_rate"], ["410000", "410300"]]
    assert len(page.app.get("plotly_chart")) == 1
    assert "999999" in page.text
    assert "没有" in page.text
    # What was chosen stands in the address, as codes.
    assert page.app.query_params["regions"] in ("410000,410300", ["410000,410300"])
    assert page.app.query_params["scale"] in ("indexed", ["indexed"])


def test_answer_says_who_is_ahead_and_by_how_much(at_house: Settings) -> None:
    """Luoyang in May: 10 of 16 succeeded; 61.5 % would be Henan's with Kaifeng and Zhengzhou, hidden for being few."""
    page = read("side-by-side", kpis="dm_success_rate", regions="410300,410100")
    assert "洛阳市 62.5%" in page.text
    assert "郑州市这一期没有数" in page.text


def test_nothing_chosen_says_what_to_do(at_house: Settings) -> None:
    page = read("side-by-side", nation="no")
    assert "请在上面选至多 4 项指标、6 个地区" in page.text


def test_every_trend_and_ranking_leads_to_the_comparison(at_house: Settings) -> None:
    found = [
        link
        for link in read("dispute-mediation", region="410000", kpi="dm_success_rate").links()
        if link.get("page") == "side-by-side"
    ]
    assert {"page": "side-by-side", "kpis": "dm_success_rate", "regions": "410000"} in found
    assert len(found) == 2
