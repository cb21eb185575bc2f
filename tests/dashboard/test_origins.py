"""Made-up and submitted numbers are never counted together, and what is said of many programmes says of which origin it is."""

import json
import re

import pytest

from dashboard.data import kpis, origins, scores
from tests.dashboard.reader import read
from warehouse.settings import Settings

MEDIATION = "dispute_mediation"
DEMONSTRATED = {
    "gba_studio_alliance", "health_checkup", "innovation_expo", "model_worker_tourism", "station_health_talks",
    "vice_chair_projects", "women_innovation_studios",
}  # fmt: skip


def test_submitted_records_lead_as_soon_as_one_programme_shows_them(release_id: str, at_house: Settings) -> None:
    assert origins.leading(release_id, "auto") == "submitted"
    assert set(origins.apart(release_id, "auto")) == DEMONSTRATED
    assert origins.in_leading(release_id, "auto") == 1
    assert not origins.is_apart(release_id, "culture_block", "auto")


def test_demonstration_leads_where_it_is_asked_for(release_id: str, at_house: Settings) -> None:
    assert origins.leading(release_id, "demo") == "demonstration"
    assert origins.apart(release_id, "demo") == (MEDIATION,)
    assert origins.leading(release_id, "real") == "submitted"
    assert origins.apart(release_id, "real") == ()


@pytest.mark.parametrize(("mode", "programmes"), [("auto", {MEDIATION}), ("demo", DEMONSTRATED), ("real", {MEDIATION})])
def test_judged_kpis_and_scores_are_of_one_origin(
    release_id: str, at_house: Settings, mode: str, programmes: set[str]
) -> None:
    judged = scores.judged(release_id, "000000", "2024-05", mode)
    assert {one.value.origin for one in judged} == {"submitted" if mode != "demo" else "demonstration"}
    assert {one.programme.code for one in judged} <= programmes
    with_target = sum(kpi.programme in programmes and kpi.is_card for kpi in kpis.all_kpis(release_id))
    by_province = scores.by_province(release_id, "2024-05", mode)
    assert by_province
    assert max(score.judged for score in by_province.values()) <= with_target
    if mode != "demo":
        # Only Henan has submitted anything.
        assert set(by_province) == {"410000"}


def test_overview_says_of_which_origin_it_speaks_and_lists_the_others_apart(at_house: Settings) -> None:
    page = read()
    assert page.errors == []
    sentences = re.findall(r'<div class="ub-sentences">.*?</div>', page.markup, re.DOTALL)[0]
    said = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<p>(.*?)</p>", sentences, re.DOTALL)]
    assert said[0].startswith("按报送数据（1 个项目），有目标的")
    assert said[0].endswith("演示数据的 7 个项目另列。")
    assert all("按报送数据" in one or "第一个版本" in one for one in said)
    first, apart = re.findall(r'<table class="ub-scorecard">.*?</table>', page.markup, re.DOTALL)
    assert "裁调对接" in first
    assert "免费体检" not in first
    assert "免费体检" in apart
    assert (
        page.markup.index("报送数据 · 点项目看全部指标")
        < page.markup.index("<h3>演示数据")
        < page.markup.index("免费体检</a>")
    )
    assert "报送数据 · 方格图" in page.markup


def test_overview_with_demonstration_asked_for_turns_it_round(at_house: Settings) -> None:
    page = read(origin="含演示")
    assert "按演示数据（7 个项目），" in page.text
    assert "报送数据的 1 个项目另列。" in page.text
    assert "<h3>报送数据" in page.markup


def test_overview_of_real_records_only_has_nothing_apart(at_house: Settings) -> None:
    page = read(origin="只看真实")
    assert "另列" not in page.text
    assert "演示数据" not in re.sub(r"<select.*?</select>", "", page.text)


def test_province_page_has_a_heading_for_each_origin(at_house: Settings) -> None:
    page = read("province", region="河南")
    table, folded = page.markup.split("<h3>全部指标")
    assert table.index("报送数据 · 点项目看全部指标") < table.index("<h3>演示数据")
    assert folded.index("<h3>报送数据") < folded.index("<h3>演示数据")
    between = folded[folded.index("<h3>报送数据") : folded.index("<h3>演示数据")]
    assert "裁调对接" in between
    assert "免费体检" not in between


def test_provinces_page_puts_made_up_columns_last_and_names_them(at_house: Settings) -> None:
    page = read("provinces")
    assert "免费体检（演示数据）" in page.text
    assert "裁调对接（" not in page.text
    assert page.text.index("裁调对接") < page.text.index("免费体检（演示数据）")


@pytest.mark.parametrize("path", ["reminders", "data-quality"])
def test_lists_over_programmes_leave_out_the_other_origin_and_say_so(at_house: Settings, path: str) -> None:
    page = read(path)
    assert page.errors == []
    assert "演示数据的 7 个项目不在内" in page.text


def test_measure_of_the_grid_says_its_origin(at_house: Settings) -> None:
    page = read().choose("measure", "hc_target_progress")
    given = next(json.loads(part) for part in page.markup.splitlines() if part.startswith('{"title"'))
    assert given["note"].startswith("演示数据 · ")
    assert "体检计划完成率（演示数据）" in page.app.selectbox(key="measure").options
