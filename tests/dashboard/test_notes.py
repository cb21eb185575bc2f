"""What a number must be read with is said beside it: who is silent, what came later, what is not over, what waits."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.components import notes, ranking, tile_grid
from dashboard.data import waiting
from dashboard.i18n import CHINESE, ENGLISH, using
from tests.dashboard.conftest import Patch
from tests.dashboard.reader import read
from tests.dashboard.test_components import region
from tests.dashboard.test_formatting import COVERAGE, KPI, PERCENT, VALUE

# 1,979 of 2,550 counties have reported, at least 69.6 % of all have a centre.
BOUND = replace(VALUE, value=0.696, qualifier="≥", reported_units=1979, due_units=2550, target=0.6, status="met")
HENAN, LUOYANG = "410000", "410300"
CASES = "mart_dispute_mediation_cases_kpi_values"


@pytest.fixture
def chinese() -> Iterator[None]:
    with using(CHINESE):
        yield


@pytest.mark.usefixtures("chinese")
def test_bound_says_how_many_units_are_silent() -> None:
    assert notes.of(BOUND, COVERAGE) == ["571个县未报"]
    assert notes.of(BOUND, replace(COVERAGE, reference_measure="prefecture_units")) == ["571个市未报"]
    assert notes.judged_on(BOUND, COVERAGE) == "按下限判断"
    assert notes.judged_on(replace(BOUND, qualifier=""), COVERAGE) == ""
    assert notes.judged_on(BOUND, PERCENT) == ""


@pytest.mark.usefixtures("chinese")
def test_other_ratios_say_how_many_of_those_due_are_in_them() -> None:
    assert notes.of(replace(VALUE, reported_units=27, due_units=31), PERCENT) == ["已报 27 / 应报 31"]
    assert notes.of(replace(VALUE, reported_units=31, due_units=31), PERCENT) == []
    assert notes.of(VALUE, KPI) == []


@pytest.mark.usefixtures("chinese")
def test_backfilled_and_unfinished_values_say_so() -> None:
    value = replace(VALUE, period="2024", is_backfilled=True, reported_to="2024-05")
    assert notes.text(value, KPI) == "回填；未完，1–5月"
    assert notes.of(replace(value, value=None), KPI) == []
    with using(ENGLISH):
        assert notes.text(value, KPI) == "Backfilled; not over, Jan–May"


@pytest.mark.usefixtures("chinese")
def test_ranking_leaves_out_of_whom_more_than_half_is_silent_and_lists_them_last() -> None:
    regions = [region("1", "甲"), region("2", "乙"), region("3", "丙")]
    values = {
        "1": replace(BOUND, value=0.9, reported_units=9, due_units=20),
        "2": replace(BOUND, value=0.5, reported_units=10, due_units=20),
        "3": replace(BOUND, value=0.7, reported_units=20, due_units=20, qualifier=""),
    }
    assert [one.short_name for one, _ in ranking.ordered(COVERAGE, regions, values)] == ["丙", "乙"]
    drawn = str(ranking._ranked(COVERAGE, regions, values, None))
    assert drawn.index("丙") < drawn.index("乙") < drawn.index("未报过半，不排名") < drawn.index("甲")
    assert "10个县未报" in drawn
    assert drawn.count('<span class="ub-rank-place"></span>') == 1


@pytest.mark.usefixtures("chinese")
def test_ranking_of_an_unfinished_period_says_so_and_where_its_months_differ() -> None:
    regions = [region("1", "甲"), region("2", "乙")]
    values = {code: replace(VALUE, period="2024", reported_to="2024-05") for code in ("1", "2")}
    assert "；未完，1–5月" in ranking._ranked(KPI, regions, values, None)
    values["2"] = replace(values["2"], reported_to="2024-03")
    drawn = str(ranking._ranked(KPI, regions, values, None))
    assert "各地报到的月份不一" in drawn
    assert "未完，1–3月" in drawn
    assert "未完，1–5月" not in drawn


@pytest.mark.usefixtures("chinese")
def test_tile_says_bound_and_silence() -> None:
    tiles, _ = tile_grid.of_values(COVERAGE, {"1": BOUND})
    assert tiles["1"].text == "≥69.6%"
    assert tiles["1"].detail == "≥69.6%，目标 60%，已达成（按下限判断），571个县未报"


def test_card_says_backfilled_and_who_is_silent(at_patched: Patch) -> None:
    at_patched(
        f"update {CASES} set is_backfilled = true, reported_units = 2, due_units = 3"
        f" where kpi = 'dm_success_rate' and region = '{LUOYANG}' and period = '2024-05'",
    )  # fmt: skip
    page = read("dispute-mediation", region=LUOYANG, period="2024-05")
    assert page.errors == []
    assert "已报 2 / 应报 3 回填" in page.text
    assert "已报 2 / 应报 3；回填" in read("records", kpi="dm_success_rate", region=LUOYANG, period="2024-05").text


WITH_PARENTS = (
    "create table old_orphans as select * from mart_orphans",
    "drop table mart_orphans",
    "create table mart_orphans as select *, '410300' as region_code, '2024-05' as report_period, '调解中心' as parent_table_zh,"
    " 'centre' as parent_table from old_orphans, range(7)",
)


def test_number_that_is_missing_says_what_waits_for_its_parent(at_patched: Patch) -> None:
    gone = (
        f"update {CASES} set value = null, numerator = null, denominator = null"
        f" where kpi = 'dm_days_median' and region in ('{LUOYANG}', '{HENAN}')"
    )
    release_id = at_patched(*WITH_PARENTS, gone)
    kpi = replace(KPI, programme="dispute_mediation", table_name="case")
    counted = {("调解中心", "centre"): 7}
    assert waiting.rows(release_id, kpi, LUOYANG, "2024-05", "submitted") == counted
    assert waiting.rows(release_id, kpi, HENAN, "2024", "submitted") == counted
    assert waiting.rows(release_id, kpi, HENAN, "2024-04", "submitted") == {}
    assert waiting.rows(release_id, kpi, "420000", "2024-05", "submitted") == {}
    assert waiting.rows(release_id, kpi, HENAN, "2024", "demonstration") == {}
    page = read("dispute-mediation", region=LUOYANG, period="2024-05")
    [row] = re.findall(r'<tr[^>]*aria-label="办理时长中位数".*?</tr>', page.markup, re.DOTALL)
    assert "7行待调解中心上报" in row


def test_programme_of_which_everything_waits_says_so(at_patched: Patch) -> None:
    at_patched(
        "delete from mart_dispute_mediation_cases_kpi_values",
        "delete from mart_dispute_mediation_centres_kpi_values",
        "delete from mart_dispute_mediation_hidden_cells",
        "delete from mart_orphans",
        "insert into mart_orphans select 'dispute_mediation', 'case', 'submitted', 'f.csv', row_number, 'centre_id', 'C9', '410305',"
        " '2024-05', 'centre', '调解中心' from (select unnest(range(2, 9)) as row_number)",
    )
    text = read("dispute-mediation").text
    assert "这个项目报来的记录还不能计入：7行待调解中心上报。" in text
