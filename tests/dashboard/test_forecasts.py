"""Pages and the command line expect the same at a target's date, and the pages say it in words."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.components import outlook_words, trend_chart, trend_line
from dashboard.data import forecasts, regions
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.reader import read
from tests.dashboard.test_formatting import PERCENT, VALUE
from warehouse.releases import current_values
from warehouse.releases.forecasts.outlook import Outlook, Step
from warehouse.settings import Settings

OUTLOOK = Outlook(
    value=0.77,
    low=0.71,
    high=0.83,
    at=date(2025, 12, 31),
    method="trend",
    verdict="missed",
    of="2024-05",
    now=0.58,
    pace=0.01,
    needed=0.0221,
    points=24,
    is_bound=False,
    steps=(Step("2024-06", 0.67, 0.60, 0.70), Step("2024-07", 0.77, 0.71, 0.83)),
)
OWN = tuple(replace(VALUE, period=f"2024-{month:02d}", value=0.5 + month / 50, target=1.0) for month in range(1, 6))


def test_words_say_when_how_much_within_which_range_and_whether_it_is_enough() -> None:
    with using(CHINESE):
        assert outlook_words.sentence(OUTLOOK, PERCENT, 1.0) == (
            "按目前速度，2025年底约 77%（71–83%），达不到 100%。要达到，每月需 +2.2 pp；现在每月 +1 pp。"
        )
        bound = replace(OUTLOOK, is_bound=True, verdict="at_risk", at=date(2025, 6, 30))
        assert "2025年6月底约 77%（71–83%）以上，能否达到 100% 说不准" in outlook_words.short(bound, PERCENT, 1.0)
    with using(ENGLISH):
        assert outlook_words.short(OUTLOOK, PERCENT, 1.0) == (
            "At this pace about 77% (71–83%) by the end of 2025, will not reach 100%"
        )


def test_no_pace_is_asked_for_where_no_more_is_needed() -> None:
    with using(CHINESE):
        assert "每月需" not in outlook_words.sentence(replace(OUTLOOK, needed=-0.01), PERCENT, 0.5)


def test_line_goes_on_dashed_with_its_range_and_no_click_on_what_is_to_come() -> None:
    nation = regions.Region("000000", "全国", "全国", None, "China", "nation", None, None, None, True, None, None)
    with using(CHINESE):
        drawn = trend_line.draw(PERCENT, nation, OWN, (), (), "说明", "2024-05", OUTLOOK)
        plain = trend_line.draw(PERCENT, nation, OWN, (), (), "说明", "2024-05")
        chart = trend_chart.figure(PERCENT, nation, OWN, (), (), OUTLOOK)
    assert "ub-plot-ahead" in drawn
    assert "ub-plot-span" in drawn
    assert "预测约 77%（71–83%）" in drawn
    assert "2025年底预测" in drawn
    assert "ub-plot-ahead" not in plain
    # Five months can be chosen, the two to come cannot.
    assert drawn.count("<a ") == plain.count("<a ") == 5
    dashed = [trace for trace in chart["data"] if trace["line"].get("dash") == "dash" and trace["x"][-1] == "2024-07"]
    assert [trace["y"] for trace in dashed if trace["name"] == "全国预测"] == [pytest.approx([58.0, 67.0, 77.0])]
    assert chart["layout"]["xaxis"]["categoryarray"][-1] == "2024-07"


def test_pages_and_command_line_expect_the_same(at_house: Settings, release_id: str) -> None:
    [told] = current_values.kpi_values(
        at_house,
        current_values.Selection(kpi="hc_target_progress", region="000000", period="2024-05", origin="demonstration"),
    )
    shown = forecasts.outlook(release_id, "hc_target_progress", "000000", "demonstration")
    assert shown is not None
    assert told["forecast"] == shown.as_json()
    assert (told["forecast"]["at"], told["forecast"]["method"]) == ("2024-12-31", "same_months")
    assert told["forecast"]["low"] < told["forecast"]["value"] < told["forecast"]["high"]
    past = current_values.kpi_values(
        at_house, current_values.Selection(kpi="hc_target_progress", region="000000", period="2024-03")
    )
    assert [one["forecast"] for one in past] == [None]
    undated = current_values.kpi_values(
        at_house, current_values.Selection(kpi="ws_five_haves", region="000000", period="2024-05")
    )
    assert [one["forecast"] for one in undated] == [None]


def test_card_trend_and_overview_say_it(at_house: Settings, release_id: str) -> None:
    page = read("health-checkup", kpi="hc_target_progress")
    found = forecasts.outlook(release_id, "hc_target_progress", "000000", "demonstration")
    assert found is not None
    said = f"2024年底约 {found.value * 100:.0f}%"
    # In the answer, on the card and under the trend.
    assert page.text.count(said) == 3
    assert "ub-plot-ahead" in page.markup
    overview = read("", origin="含演示")
    assert "有期限的目标 1 项，按目前速度预计" in overview.text
    # What was expected of an earlier month is not known now.
    assert said not in read("health-checkup", kpi="hc_target_progress", period="2024-03").text.split("走势")[0]
