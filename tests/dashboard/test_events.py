"""Dated events: the list is held against the others line by line, and each is marked on the lines it belongs to."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from dashboard.components import event_marks
from dashboard.data import events, kpis
from dashboard.data.events import Event
from dashboard.i18n import ENGLISH, using
from tests.dashboard.conftest import Patch
from tests.dashboard.reader import read
from tests.reference.lists import REFERENCE
from tests.reference.lists import read as listed
from warehouse.access import scopes
from warehouse.access.scopes import Scope
from warehouse.build import events as checked
from warehouse.build.plan import Kpi, Node, Plan
from warehouse.build.project import BuildError

HEADER = "happened_on,region_code,programme,kpi,kind,origin,label_zh,label_en,source_figure_id\n"
GOOD = "2024-05-22,370200,health_checkup,,opening,published,启用,Opened,P054\n"
MEETING = Event(
    date(2024, 4, 12), "410000", "dispute_mediation", None, "meeting", "published", "会", "A meeting", "P060"
)


def check(tmp_path: Path, *lines: str) -> None:
    kpi = Kpi("dm_success_rate", "percent", "higher", True, False)
    common = {"kind": "table", "relation": "", "sql": "", "parents": (), "reads": ()}
    nodes = (
        Node("seed.events", "events", file="seeds/events.csv", **{**common, "kind": "seed"}),  # type: ignore[arg-type]
        Node("model.x", "fct_x", file="dbt_project/models/dispute_mediation/fct_x.yml", kpis=(kpi,), **common),  # type: ignore[arg-type]
    )
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    names = ("regions", "programmes", "published_figures")
    checked.check(Plan(nodes), {"events": path, **{name: REFERENCE / f"{name}.csv" for name in names}})


def test_list_without_mistakes_passes(tmp_path: Path) -> None:
    check(tmp_path, GOOD)
    check(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (GOOD.replace("2024-05-22", "2024-5-22"), "happened_on 写的是 2024-5-22，不是日期"),
        (GOOD.replace("370200", "999999"), "没有代码为 999999 的地区"),
        (GOOD.replace("health_checkup", "health"), "没有项目 health"),
        (GOOD.replace("checkup,,", "checkup,hc_nothing,"), "没有指标 hc_nothing"),
        (GOOD.replace("checkup,,", "checkup,dm_success_rate,"), "指标 dm_success_rate 不属于项目 health_checkup"),
        (GOOD.replace("opening", "party"), "kind 写的是 party，只能是 policy、opening、meeting、activity、data"),
        (GOOD.replace(",published", ",heard"), "origin 写的是 heard，只能是 published、demonstration"),
        (GOOD.replace("启用", ""), "label_zh 是空的"),
        (GOOD.replace("启用", "启" * 61), "label_zh 太长了"),
        (GOOD.replace("P054", "P999"), "没有编号为 P999 的公开数字"),
        (GOOD.replace("P054", ""), "没有写出处"),
        (GOOD.replace(",published", ",demonstration"), "演示事件是虚构的，不能有出处"),
    ],
)
def test_mistake_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BuildError, match=re.escape(said)) as found:
        check(tmp_path, GOOD, line)
    assert "events.csv 第 3 行：" in str(found.value)


def test_shipped_events_stand_on_published_figures_or_say_that_they_are_made_up() -> None:
    """What was published has the date of the figure it stands with."""
    figures = {row["figure_id"]: row for row in listed("published_figures")}
    for row in listed("events"):
        if row["origin"] == "published":
            figure = figures[row["source_figure_id"]]
            assert (figure["value"], figure["region_code"]) == (row["happened_on"], row["region_code"])
            assert figure["programme"] == row["programme"]
        else:
            assert "虚构" in row["label_zh"] and "made up" in row["label_en"]


def test_events_are_numbered_from_left_to_right_in_the_period_they_lie_in() -> None:
    later = Event(date(2024, 5, 1), "410000", None, None, "data", "published", "改", "Changed", "P061")
    outside = Event(date(2021, 5, 1), "410000", None, None, "data", "published", "早", "Early", "P061")
    found = event_marks.on(("2024Q1", "2024Q2"), (outside, MEETING, later))
    assert [(number, event.label_zh, period) for number, event, period in found] == [
        (1, "会", "2024Q2"),
        (2, "改", "2024Q2"),
    ]
    [mark] = event_marks.ticks(found, ("2024Q1", "2024Q2"))
    assert (mark.at, mark.name) == (1.0, "①②")
    with using(ENGLISH):
        assert event_marks.spoken(found) == " Events marked on the line: ① 2024-04-12 A meeting; ② 2024-05-01 Changed."


INSERTED = """insert into events values
    (date '2024-04-12', '410000', 'dispute_mediation', null, 'meeting', 'published', '推进会<b>', 'A meeting', 'P060'),
    (date '2024-04-20', '000000', null, null, 'data', 'published', '全国的事', 'National', 'P060'),
    (date '2024-04-20', '410300', null, null, 'data', 'published', '洛阳的事', 'Of Luoyang', 'P060'),
    (date '2024-04-20', '440000', null, null, 'data', 'published', '广东的事', 'Of Guangdong', 'P060'),
    (date '2024-04-20', '410000', 'health_checkup', null, 'data', 'published', '别的项目', 'Other', 'P060'),
    (date '2024-04-20', '410000', null, 'dm_workers', 'data', 'published', '别的指标', 'Other', 'P060'),
    (date '2024-04-20', '410000', null, null, 'data', 'demonstration', '虚构的事', 'Made up', null)"""


def test_line_shows_its_own_events_in_words_and_marks_and_to_who_cannot_see_it(at_patched: Patch) -> None:
    release_id = at_patched("delete from events", INSERTED)
    page = read("dispute-mediation", region="410000", kpi="dm_success_rate")
    assert page.errors == []
    [below] = re.findall(r'<ol class="ub-events".*?</ol>', page.markup)
    text = unescape(re.sub(r"<[^>]+>", "", below))
    assert "① 2024-04-12 推进会<b> 会议" in text
    assert "② 2024-04-20 全国的事" in text and "③ 2024-04-20 洛阳的事" in text
    assert not re.search("广东的事|别的项目|别的指标|虚构的事", text)
    assert re.search(r'class="ub-plot-mark"[^>]*>①②③<', page.markup)
    # Read off with the values of April, and told to who cannot see the picture.
    assert page.markup.count("推进会&lt;b&gt;") >= 3
    assert re.search(r'aria-label="[^"]*线上标出的大事：① 2024-04-12', page.markup)
    kpi = kpis.find(release_id, "dm_success_rate")
    assert kpi is not None
    with scopes.inside(Scope(("410300",))):
        labels = [one.label_zh for one in events.of_line(release_id, kpi, "410300", "submitted")]
    # What happened above is everybody's; what happened elsewhere is not told.
    assert labels == ["推进会<b>", "全国的事", "洛阳的事"]
    assert [one.label_zh for one in events.of_line(release_id, kpi, "000000", "demonstration")] == ["全国的事"]


def test_release_without_the_list_has_no_events(at_patched: Patch) -> None:
    at_patched("drop table events")
    page = read("dispute-mediation", region="410000")
    assert page.errors == []
    assert "ub-events" not in page.markup
