"""The dashboard in a real browser: no outside request, no error, links that reproduce a view, phones and keyboards."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from tests.browser.conftest import Visit
from warehouse.settings import Settings

PAGES = (
    "/",
    "/provinces",
    "/province?region=410000",
    "/dispute-mediation",
    "/health-checkup",
    "/culture-block",
    "/data-quality",
    "/upload",
    "/reminders",
    "/glossary",
    "/releases",
)
Visiting = Callable[..., Visit]


@pytest.mark.parametrize("address", PAGES)
def test_page_on_a_phone_overflows_nowhere_and_asks_nothing_outside(visit: Visiting, address: str) -> None:
    seen = visit(address, width=390)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    too_wide = """() => [...document.querySelectorAll('.stMain *')].filter(e => {
        const box = e.getBoundingClientRect();
        const hidden = e.closest('.ub-table-box, .ub-sr, svg, .js-plotly-plot');
        return e.checkVisibility() && box.width > 0 && box.right > 391 && !hidden;
    }).map(e => e.className.toString().slice(0, 80))"""
    assert seen.page.evaluate(too_wide) == []
    assert seen.outside == []
    assert seen.errors == []


@pytest.mark.parametrize("address", ["/", "/dispute-mediation", "/data-quality"])
def test_page_on_a_desk_asks_nothing_outside_and_reports_no_error(visit: Visiting, address: str) -> None:
    seen = visit(address)
    seen.page.wait_for_load_state("networkidle")
    assert seen.outside == []
    assert seen.errors == []


def test_overview_needs_no_chart_bundle(visit: Visiting, live: tuple[Settings, str]) -> None:
    seen = visit("/glossary")
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url))
    seen.go("/")
    assert not [address for address in asked if "Plotly" in address or "ECharts" in address or "DataFrame" in address]


def test_dark_theme_follows_the_system(visit: Visiting) -> None:
    colour = "getComputedStyle(document.querySelector('.ub-panel')).backgroundColor"
    assert visit("/", scheme="dark").page.evaluate(colour) == "rgb(28, 32, 38)"
    assert visit("/", scheme="light").page.evaluate(colour) == "rgb(255, 255, 255)"


def test_address_reproduces_the_view(visit: Visiting) -> None:
    first = visit("/dispute-mediation?region=410300&period=2024-04&kpi=dm_success_rate")
    assert "洛阳市" in first.page.inner_text(".ub-crumbs")
    assert "5 件调解成功 / 10 件成功或不成" in first.text()
    again = visit(first.page.url.removeprefix(first.base))
    assert again.view() == first.view()
    first.page.reload()
    assert first.settle().view() == again.view()


def test_filter_writes_itself_into_the_address(visit: Visiting) -> None:
    seen = visit("/dispute-mediation")
    seen.page.click(".st-key-region input")
    seen.page.keyboard.type("河南")
    seen.page.keyboard.press("Enter")
    seen.settle()
    assert "region=河南" in unquote(seen.page.url)
    assert "河南" in visit(seen.page.url.removeprefix(seen.base)).page.inner_text(".ub-crumbs")


def test_links_go_down_and_back_comes_up_again(visit: Visiting) -> None:
    seen = visit("/")
    seen.page.click(".ub-scorecard a >> nth=0")
    seen.settle()
    assert seen.page.inner_text("h1") == "劳动争议裁调对接"
    seen.page.click(".ub-rank-name >> text=河南")
    seen.settle()
    assert "河南" in seen.page.inner_text(".ub-crumbs")
    seen.page.go_back()
    seen.page.wait_for_function("() => !document.querySelector('.ub-crumbs').innerText.includes('河南')")
    seen.page.go_back()
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === '总览'")
    assert seen.errors == []


def test_tiles_are_reached_and_opened_by_keyboard(visit: Visiting) -> None:
    page = visit("/").page
    assert page.locator(".ub-tile").count() == 34
    page.focus(".ub-tile[data-code='410000']")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.code") == "420000"
    assert "湖北" in page.inner_text(".ub-tip")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '湖北'")


def test_source_of_a_number_opens_by_click(visit: Visiting) -> None:
    page = visit("/dispute-mediation?region=410300").page
    page.click("article[aria-label='调解成功率'] >> text=来源")
    page.wait_for_selector("[role=dialog] >> text=2–17", timeout=15_000)


def test_table_can_be_taken_along(visit: Visiting) -> None:
    page = visit("/provinces").page
    with page.expect_download() as download:
        page.click("text=下载 CSV")
    assert download.value.suggested_filename == "各省.csv"
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbf")


def test_language_switch_keeps_what_is_chosen(visit: Visiting) -> None:
    seen = visit("/dispute-mediation?region=410300")
    seen.page.click("button:has-text('EN')")
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === 'Dispute mediation'")
    seen.settle()
    assert seen.page.get_attribute("html", "lang") == "en"
    assert "62.5" in seen.text()
    assert "Henan" in seen.page.inner_text(".ub-crumbs")


def test_page_names_its_language(visit: Visiting) -> None:
    assert visit("/").page.get_attribute("html", "lang") == "zh-CN"
    assert visit("/?lang=EN").page.get_attribute("html", "lang") == "en"


def test_streamlits_own_words_are_chinese_and_english_by_the_switch(visit: Visiting) -> None:
    seen = visit("/no-such-page")
    dialog = seen.page.locator("[role=dialog]")
    dialog.wait_for()
    assert "没有这一页" in dialog.inner_text()
    assert "您打开的地址不存在" in dialog.inner_text()
    seen.go("/")
    seen.page.click(".st-key-region input")
    seen.page.keyboard.type("没有这个地方")
    seen.page.get_by_text("没有匹配的选项").wait_for()
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("[aria-label='收起导航'], [aria-label='展开导航']").count() >= 1
    names = (
        "[...document.querySelectorAll('.stApp [aria-label]:not(.ub-linked *)')].map(e => e.getAttribute('aria-label'))"
    )
    assert [
        name for name in seen.page.evaluate(names) if not any("\u4e00" <= letter <= "\u9fff" for letter in name)
    ] == []
    seen.page.click("button:has-text('EN')")
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === 'Overview'")
    seen.settle()
    assert seen.page.locator("[aria-label='收起导航'], [aria-label='展开导航']").count() == 0
