"""Every page, as a reader of the small house sees it."""

import html
import io
import json
import re
import shutil
import zipfile

import duckdb
import openpyxl
import pytest
from streamlit.testing.v1.element_tree import Element

from dashboard import server
from dashboard.app_pages import records as records_page
from dashboard.data import kpis, programmes, records, releases, scores, values
from dashboard.i18n import CHINESE, using
from tests.dashboard.conftest import Patch
from tests.dashboard.house import MARKED_NAME
from tests.dashboard.reader import Reader, read
from tests.support.releases import held_for_writing
from warehouse import settings as settings_module
from warehouse.settings import Settings

PAGES = (
    *("", "provinces", "province", "reminders", "data-quality", "upload", "duties", "glossary"),
    *("releases", "records", "ask", "compare"),
)
LUOYANG = "河南 › 洛阳市"
BANNER = "本页记录为演示生成"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["中文", "EN"])
def test_page_opens_without_error(at_house: Settings, path: str, language: str) -> None:
    page = read(path, lang=language)
    assert page.errors == []
    assert "<h1>" in page.markup


def test_every_programme_has_its_page(at_house: Settings, release_id: str) -> None:
    for one in programmes.all_programmes(release_id):
        page = read(one.code.replace("_", "-"))
        assert page.errors == []
        assert f"<h1>{one.name_zh}</h1>" in page.markup
        assert one.question_zh in page.text


def test_overview_speaks_in_sentences_made_from_the_numbers(at_house: Settings) -> None:
    page = read()
    assert "项指标中" in page.text
    assert "项落后" in page.text
    assert "这是第一个版本" in page.text
    assert "逾期未报" in page.text


def test_overview_shows_all_34_units_and_every_programme(at_house: Settings, release_id: str) -> None:
    page = read()
    for unit in ("黑龙江", "台湾", "香港", "澳门", "海南"):
        assert f'"name": "{unit}"' in page.markup
    for one in programmes.all_programmes(release_id):
        assert one.short_name_zh in page.text


def test_overview_grid_can_show_a_headline_kpi(at_house: Settings) -> None:
    page = read().choose("measure", "hc_target_progress")
    assert page.errors == []
    assert '"title": "体检计划完成率"' in page.markup


def test_overview_names_the_refused_file(at_house: Settings) -> None:
    assert "1 个文件被拒收" in read().text


def test_numbers_of_one_view_are_of_the_period_chosen(at_house: Settings) -> None:
    page = read("dispute-mediation", region=LUOYANG, period="2024-04", kpi="dm_success_rate")
    card = page.markup.split('<article class="ub-card" aria-label="调解成功率"')
    row = page.markup.split("ub-kpi-rows")[1]
    # In April 5 of 10 cases were settled, in May 10 of 16: nothing said of April speaks of May.
    assert "50.0" in (card[1] if len(card) > 1 else row)
    ends = re.search(r'<div class="ub-plot-ends".*?</div>', page.markup)
    assert ends is not None and "50.0%" in ends[0] and "62.5%" not in ends[0]
    assert "62.5%" not in re.search(r'<figure class="ub-plot ub-trend"[^>]*aria-label="([^"]*)"', page.markup)[1]  # type: ignore[index]
    assert "数据至 2024-04-30" in page.text and "2024-05-31" not in page.text
    assert "ub-plot-later" in page.markup


def test_page_opens_with_the_latest_period_and_says_so(at_house: Settings) -> None:
    page = read("dispute-mediation")
    assert "当前显示最近有数据的一期：2024年5月" in page.text
    assert "当前显示最近" not in page.choose("period", "2024-04").text


# The house hands in the cases of April with those of May.
IN_TIME = "update mart_dispute_mediation_cases_kpi_values set reported_from = '2024-04' where region = '410300'"


def test_programme_page_shows_value_target_comparison_and_what_it_was_made_of(at_patched: Patch) -> None:
    at_patched(IN_TIME)
    page = read("dispute-mediation", region=LUOYANG)
    assert "62.5 %" in page.text
    assert "10 件调解成功 / 16 件成功或不成" in page.text
    assert "环比 +12.5 pp" in page.text
    assert "数据至 2024-05-31" in page.text


def test_small_numbers_stay_hidden_everywhere(at_house: Settings) -> None:
    page = read("dispute-mediation", region="河南", kpi="dm_success_rate")
    assert page.errors == []
    assert "郑州市（少于5件，不显示）" in page.text and "开封市（不单列）" in page.text
    masked = read("dispute-mediation", region="河南 › 郑州市").ask_source("dm_success_rate")
    assert "数量少，不显示" in masked.text


def test_programme_page_without_records_shows_published_figures_only(at_house: Settings) -> None:
    page = read("culture-block")
    assert "只有公开数据" in page.text
    assert "《" in page.text
    assert BANNER not in page.text


def test_empty_region_says_not_reported_and_not_zero(at_house: Settings) -> None:
    page = read("dispute-mediation", region="西藏")
    assert page.errors == []
    assert "这里还没有数据" in page.text
    assert "未报" in page.text
    assert read("province", region="西藏").errors == []


def test_demonstration_is_said_where_it_is_shown_and_nowhere_else(at_house: Settings) -> None:
    assert BANNER in read("health-checkup").text
    assert "本页有 7 个项目的记录为演示生成" in read().text
    assert BANNER not in read("dispute-mediation").text
    assert BANNER not in read("health-checkup", origin="只看真实").text


def test_real_only_hides_demonstration_values(at_house: Settings) -> None:
    page = read("health-checkup", origin="只看真实")
    assert "只有公开数据" in page.text
    assert "人首次体检" not in page.text
    assert "未报" in read("province", region="山东", origin="只看真实").text


def test_categories_are_listed_as_bars(at_house: Settings) -> None:
    page = read("health-checkup")
    assert "人群结构" in page.text
    assert "外卖员" in page.text


def test_quarterly_kpi_shows_the_latest_quarter_that_is_over(at_house: Settings) -> None:
    # The demonstration reaches to May 2024: the first quarter is over, the second is not.
    for period, shown in (("2024-05", "2024年一季度"), ("2024-02", "2023年四季度")):
        page = read("gba-studio-alliance", period=period)
        card = _card(page, "季度交流召开率")
        assert page.errors == []
        assert f"季度指标，显示 {shown}" in card
        assert "%" in card and "未报" not in card
    finished = _card(read("gba-studio-alliance", period="2024Q1"), "季度交流召开率")
    assert "季度指标" not in finished and "未报" not in finished
    running = _card(read("gba-studio-alliance", period="2024Q2"), "季度交流召开率")
    assert "本季未到期" in running and "未报" not in running
    assert "最近一期：2024年一季度" in running


def test_quarterly_kpi_of_the_overview_names_its_quarter(at_house: Settings) -> None:
    row = re.search(r"<tr><t[hd][^>]*>(?:(?!</tr>).)*大湾区联盟.*?</tr>", read(period="2024-05").markup)
    assert row is not None
    assert "2024年一季度" in row.group() and "未报" not in row.group()


def _card(page: Reader, name: str) -> str:
    found = re.search(rf'<article[^>]*aria-label="{name}".*?</article>', page.markup, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found.group())


def test_yearly_kpis_say_which_year_they_show(at_house: Settings, release_id: str) -> None:
    page = read("women-innovation-studios")
    assert page.errors == []
    assert "年度指标，显示 2024年" in page.text


def test_month_before_the_first_report_is_not_compared(at_house: Settings) -> None:
    text = read("dispute-mediation", region=LUOYANG, kpi="dm_success_rate").text
    assert "环比 不可比 上期从2024年5月起才有上报" in text
    assert "到2024年5月的 62.5%（不可比：上期从2024年5月起才有上报）。" in text


def test_chosen_kpi_is_shown_in_the_pictures(at_patched: Patch) -> None:
    at_patched(IN_TIME)
    page = read("dispute-mediation", region=LUOYANG, kpi="dm_success_rate")
    assert "调解成功率走势" in page.text
    assert "从2024年4月的 50.0% 到2024年5月的 62.5%（+12.5 pp）。" in page.text
    assert "ub-trend" in page.markup
    assert not page.app.get("plotly_chart")
    page.app.toggle(key="interactive").set_value(True).run()
    assert page.errors == []
    assert len(page.app.get("plotly_chart")) == 1


def test_source_of_a_number_shows_files_lines_and_a_sample(at_house: Settings) -> None:
    page = read("dispute-mediation", region=LUOYANG).ask_source("dm_success_rate")
    assert page.errors == []
    assert "16 行，来自 1 个文件" in page.text
    assert "河南_劳动争议裁调对接_案件表_202405.csv" in page.text
    assert "2–17" in page.text
    assert "记录样例（前 16 行）" in [expander.label for expander in page.app.expander]


def test_what_offices_write_cannot_become_markup(at_house: Settings) -> None:
    page = read("dispute-mediation", region=LUOYANG).ask_source("dm_success_rate")
    assert MARKED_NAME not in page.markup
    assert "&lt;b&gt;权益部&lt;/b&gt;" in page.markup


def test_province_page_puts_all_programmes_side_by_side(at_house: Settings) -> None:
    page = read("province", region="河南")
    assert "劳动争议裁调对接" in page.text
    assert "免费体检" in page.text
    assert {"region": "410300"} in page.links()


def test_province_page_without_a_province_asks_for_one(at_house: Settings) -> None:
    page = read("province")
    assert "先选一个省" in page.text
    assert '"code": "710000"' in page.markup


def test_region_says_what_is_behind_what_moved_and_its_place_first(at_house: Settings, release_id: str) -> None:
    page = read("province", region="河南", origin="demo")
    assert page.errors == []
    assert page.markup.index("ub-answer") < page.markup.index("ub-scorecard") < page.markup.index("ub-programme-lines")
    judged = scores.judged(release_id, "410000", "2024-05", "demo")
    late = [one for one in judged if one.value.status == "behind"]
    assert f"河南有目标的 {len(judged)} 项指标中， {len(late)} 项落后" in page.text
    assert f"；落后最多的是 {late[0].kpi.label_zh} （距目标" in page.text
    # Its place by hand: how many of the provinces with a value have a higher one.
    rates = {
        one.region: one.value
        for one in values.of_provinces(release_id, "2024-05", "demonstration")
        if one.kpi == "hc_target_progress" and one.value is not None
    }
    place = 1 + sum(rate > rates["410000"] for rate in rates.values())
    assert f"第 {place}/{len(rates)}" in page.text
    assert page.markup.count("ub-programme-lines") == page.markup.count('<details class="ub-more ub-programme-lines')
    assert " open" not in page.markup.split("ub-programme-lines", 1)[1].split("</details>")[0]


def test_page_for_leaders_names_no_file_no_code_and_no_whole_release(at_house: Settings, release_id: str) -> None:
    for path in ("dispute-mediation", "province", "upload"):
        text = read(path, region="河南").text
        assert "dbt_project/" not in text
        assert not re.search(r"\bD\d{2,3}\b", text)
        assert release_id not in text.replace(f'"{release_id}"', "")


def test_title_of_a_trend_states_what_it_shows_and_the_axis_where_it_begins(at_patched: Patch) -> None:
    at_patched(IN_TIME)
    page = read("dispute-mediation", region=LUOYANG, kpi="dm_success_rate")
    assert re.search(r"<h3>2024年5月为 62\.5%<small>调解成功率走势：", page.markup)
    # 50 % to 62.5 % are drawn from 50 % up.
    assert "纵轴从 50% 起" in page.text


def test_provinces_page_lists_34_units(at_house: Settings) -> None:
    page = read("provinces")
    targets = [link["region"] for link in page.links() if link.get("page") == "province"]
    assert len(targets) == 34
    assert len(set(targets)) == 34


def test_glossary_explains_every_kpi_and_names_the_file(at_house: Settings) -> None:
    page = read("glossary")
    assert "dbt_project/models/dispute_mediation/fct_dispute_mediation_cases.yml" in page.text
    assert "不能用结案除以当期受理" in page.text


def test_glossary_opens_at_one_kpi_and_can_be_searched(at_house: Settings) -> None:
    assert "所查指标 办理时长中位数" in read("glossary", kpi="dm_days_median").text
    page = read("glossary")
    page.app.text_input(key="q").set_value("结案率").run()
    assert "dm_closure_rate" in page.text
    assert "hc_persons" not in page.text


def test_data_quality_says_what_was_refused_where_and_why(at_house: Settings) -> None:
    page = read("data-quality")
    assert "拒收" in page.text
    assert "西藏_免费体检_体检场次_202405.csv" in page.text
    assert "无此中心" in page.text
    assert "逾期未报" in page.text


def test_releases_page_lists_the_release(at_house: Settings, release_id: str) -> None:
    page = read("releases")
    assert release_id in page.text
    assert "当前" in page.text


def test_filters_offer_the_regions_below_the_chosen_one(at_house: Settings) -> None:
    page = read("dispute-mediation")
    assert "河南" in page.app.selectbox(key="region").options
    assert LUOYANG not in page.app.selectbox(key="region").options
    page.choose("region", "410000")
    assert LUOYANG in page.app.selectbox(key="region").options
    page.choose("region", "410300")
    assert "河南 › 洛阳市 › 涧西区" in page.app.selectbox(key="region").options
    assert [link for link in page.links() if link == {"region": "000000"}]


def test_address_with_codes_gives_the_same_view(at_house: Settings) -> None:
    page = read("dispute-mediation", region="410300", period="2024-04", origin="real", lang="en")
    assert page.errors == []
    assert "Dispute mediation" in page.text
    assert page.app.selectbox(key="region").value == "410300"
    assert page.app.selectbox(key="period").value == "2024-04"
    assert page.app.selectbox(key="origin").value == "real"


def test_unknown_parameters_do_no_harm(at_house: Settings) -> None:
    page = read("dispute-mediation", region="<script>", period="1066-10", origin="x", kpi="nope", lang="fr")
    assert page.errors == []
    assert page.app.selectbox(key="region").value == "000000"


def test_before_the_first_release_the_page_says_what_to_do(at_nothing: Settings) -> None:
    page = read()
    assert page.errors == []
    assert "unionboard refresh" in page.text
    assert not page.app.selectbox


def test_release_of_another_version_says_what_to_do(at_nothing: Settings, release_id: str, house: Settings) -> None:
    """A release without a relation that a page needs does not show a bare error."""
    at_nothing.releases.mkdir(parents=True)
    other = "20240101T000000Z-other"
    for suffix in (".duckdb", ".json"):
        shutil.copy(house.releases / f"{release_id}{suffix}", at_nothing.releases / f"{other}{suffix}")
    (at_nothing.releases / f"{other}.duckdb").chmod(0o644)
    with duckdb.connect(str(at_nothing.releases / f"{other}.duckdb")) as database:
        database.execute("drop table mart_orphans")
    (at_nothing.releases / "CURRENT").write_text(f"{other}\n")
    page = read("data-quality")
    assert page.errors == []
    assert "unionboard refresh" in page.text


def test_three_cards_stand_before_a_table_of_the_rest(at_house: Settings, release_id: str) -> None:
    page = read("dispute-mediation", region=LUOYANG)
    cards = re.findall(r'<article class="ub-card" aria-label="([^"]+)"', page.markup)
    table = page.markup.split("ub-kpi-rows")[1]
    rows = re.findall(r'<th scope="row" class="ub-col-kpi"><a[^>]*>([^<]+)</a>', table)
    assert cards[0] == kpis.headlines(release_id)["dispute_mediation"].label_zh
    assert len(cards) == 3
    shown = [kpi.label_zh for kpi in kpis.of_programme(release_id, "dispute_mediation") if kpi.is_card]
    assert sorted([*cards, *rows]) == sorted(shown)


def test_programme_answers_its_question_before_the_cards(at_house: Settings) -> None:
    page = read("dispute-mediation", region="河南")
    # One of the 157 counties of the plan; three of the four centres have the mediators that are asked for.
    assert (
        "河南县级建立率 ≥0.6% ，按进度；3 个市无一落后。"
        "其余有目标的 2 项中 1 项落后： 配备达标率 75.0%（距目标 −25 pp）。"
    ).replace(" ", "") in page.text.replace(" ", "")
    assert "1 张表逾期未报，最长 57 天。".replace(" ", "") in page.text.replace(" ", "")
    assert page.markup.index("ub-answer") < page.markup.index("ub-cards")
    english = read("dispute-mediation", region="河南", lang="EN").text
    assert "Henan: Counties covered ≥0.6%" in english
    assert "of 3 prefectures none is behind" in english


def test_card_tells_the_browser_what_to_remember(at_house: Settings, release_id: str) -> None:
    page = read("dispute-mediation", region=LUOYANG)
    assert 'data-seen="submitted|dm_success_rate|410300|2024-05" data-seen-value="62.5%"' in page.markup
    assert f'data-release="{release_id}"' in page.markup
    assert "{value}" in page.markup


def test_records_page_shows_what_a_number_is_made_of(at_house: Settings) -> None:
    page = read("records", kpi="dm_success_rate", region=LUOYANG)
    assert page.errors == []
    assert "62.5 %" in page.text
    assert "n 件调解成功 ÷ n 件成功或不成" in page.text
    assert "16 行，来自 1 个文件" in page.text
    assert "未计入 1 行缺上级记录" in page.text
    assert "第 1–16 行，共 16 行" in page.text
    assert "劳动争议裁调对接" in page.text
    assert {"page": "dispute-mediation", "kpi": "dm_success_rate"} in page.links()


def test_records_name_what_the_fact_works_out_in_words(at_house: Settings) -> None:
    page = read("records", kpi="dm_success_rate", region=LUOYANG)
    assert "从受理到结案的天数" in page.text
    assert "is_settled" not in page.text
    assert "is_settled" in read("records", kpi="dm_success_rate", region="Henan › Luoyang", lang="EN").text


def test_records_page_hides_what_is_masked_and_says_what_is_missing(at_house: Settings) -> None:
    masked = read("records", kpi="dm_success_rate", region="河南 › 郑州市")
    assert "数量少，不显示" in masked.text
    assert "第 1–" not in masked.text
    assert not masked.app.get("download_button")
    assert "没有报送数据" in read("records", kpi="dm_success_rate", region="西藏").text


def test_records_come_page_by_page(at_house: Settings) -> None:
    page = read("records", kpi="hc_persons")
    assert page.errors == []
    first = page.text
    assert "第 1–50 行" in first
    [pagination, *_] = page.app.get("pagination")
    assert isinstance(pagination, Element)
    pagination.set_value(2).run()
    assert "第 51–100 行" in page.text


def test_evidence_pack_holds_text_json_and_the_records(at_house: Settings, release_id: str) -> None:
    page = read("records", kpi="dm_success_rate", region=LUOYANG)
    kpi = kpis.find(release_id, "dm_success_rate")
    assert kpi is not None
    behind = records.behind(release_id, kpi, "410300", "2024-05", "submitted")
    assert behind is not None
    selection = page.app.session_state["_selection"]
    value = values.by_kpi(release_id, "410300", "2024-05", "submitted")["dm_success_rate"]
    with using(CHINESE):
        facts = records_page._facts(kpi, value, behind, records.LeftOut(1, 0), selection, "submitted")
        content = records_page._pack(kpi, behind, facts, value, records.LeftOut(1, 0), selection, "submitted")
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert sorted(pack.namelist()) == ["evidence.json", "证据包.xlsx", "说明.txt"]
        machine = json.loads(pack.read("evidence.json"))
        text = pack.read("说明.txt").decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(pack.read("证据包.xlsx")))
    assert (machine["value"], machine["rows_counted"], machine["rows_left_out"]["orphans"]) == (0.625, 16, 1)
    assert machine["files"][0]["sha256"] == behind.files[0].sha256
    assert behind.files[0].sha256 in text
    assert "2–17" in text
    assert book["逐行记录"].max_row == 17


def test_table_value_leads_to_its_records(at_house: Settings) -> None:
    assert {"page": "records", "region": "410000", "kpi": "dm_coverage_county"} in read("provinces").links()
    to_records = {"page": "records", "region": "410300", "kpi": "dm_success_rate"}
    closed = read("dispute-mediation", region="河南", kpi="dm_success_rate")
    assert to_records not in closed.links()
    assert to_records in read("dispute-mediation", region="河南", kpi="dm_success_rate", tables="true").links()


def test_earlier_release_opens_read_only_and_says_so(at_two_releases: tuple[Settings, str, str]) -> None:
    _, earlier, now = at_two_releases
    page = read("dispute-mediation", region="410300", as_of=earlier)
    assert page.errors == []
    assert "正在查看" in page.text
    assert "50.0 %" in page.text
    assert "data-seen=" not in page.markup
    assert f"as_of={earlier}" in html.unescape(page.markup)
    assert "没有这些图要用的内容" in page.text
    assert "这些数从哪来" in page.text
    back = read("dispute-mediation", region="410300")
    assert "正在查看" not in back.text
    assert "62.5 %" in back.text
    assert read("dispute-mediation", as_of="20000101T000000Z-nothing").errors == []
    assert f"版本 {releases.short_id(now)}" in back.text


def test_two_releases_can_be_compared(at_two_releases: tuple[Settings, str, str]) -> None:
    _, earlier, _ = at_two_releases
    page = read("compare", release=earlier)
    assert page.errors == []
    assert "调解成功率 洛阳市 2024年5月 报送数据 50.0% 62.5%" in page.text
    elsewhere = read("compare", release=earlier, region="西藏")
    assert "没有不同" in elsewhere.text
    assert "至少要有两个版本" not in page.text


def test_comparing_needs_two_releases(at_house: Settings) -> None:
    assert "至少要有两个版本" in read("compare").text


def asked(sql: str, **query: str) -> Reader:
    """The page of a link with SQL after its button was pressed."""
    page = read("ask", way="SQL", sql=sql, **query)
    press(page, "查询")
    return page


def press(page: Reader, label: str) -> None:
    next(button for button in page.app.button if button.label == label).click().run()
    assert page.errors == []


def test_ask_page_answers_refuses_and_explains(at_house: Settings) -> None:
    page = asked("select kpi, unit from dim_kpi where kpi = 'dm_success_rate'")
    assert "1 行" in page.text
    assert "dm_success_rate percent" in page.text
    assert "mart_kpi_values" in page.text
    assert "只能用 SELECT" in asked("drop table dim_kpi").text
    assert "执行出错" in asked("select nothing_here from dim_kpi").text
    assert "没有“nothing_here”可查" in asked("select * from nothing_here").text
    assert "不能用函数 duckdb_settings" in asked("from duckdb_settings()").text
    assert "所要的内存超过 512 MB" in asked("select repeat('x', 1000000000)").text


def test_link_with_sql_runs_nothing_until_the_button_is_pressed(at_house: Settings) -> None:
    page = read("ask", way="SQL", sql="select 40 + 2 as answer")
    assert page.app.text_area(key="sql").value == "select 40 + 2 as answer"
    assert "这条 SQL 还没有执行" in page.text
    assert " 42 " not in page.text
    press(page, "查询")
    assert "还没有执行" not in page.text
    assert " 42 " in page.text
    # The answer stays while something else on the page changes.
    page.app.run()
    assert " 42 " in page.text


def test_release_that_another_program_writes_is_named_on_the_page(
    at_patched: Patch,
) -> None:
    release_id = at_patched()
    settings = settings_module.load()
    path = settings.releases / f"{release_id}.duckdb"
    with held_for_writing(path):
        page = read("dispute-mediation")
        assert page.errors == []
        assert f"文件 {release_id}.duckdb 正被另一个程序以可写方式打开" in page.text
        assert str(settings.home) not in page.markup
        state, code = server.health_of(settings)
        assert (code, state["status"]) == (503, "unreadable")
        assert f"文件 {path} 正被另一个程序" in state["problem"]
    page = read("dispute-mediation")
    assert page.errors == []
    assert "正被另一个程序" not in page.text
    assert server.health_of(settings)[1] == 200


def test_long_texts_are_cut_on_the_page_only(at_house: Settings) -> None:
    page = asked("select 1 as n, repeat('长', 1000) as words")
    assert f"{'长' * 300}……" in page.text
    assert "长" * 301 not in page.text
