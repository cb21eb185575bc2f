"""Pages on A4 in black and white: nothing cut off, nothing that only a screen can do, what was chosen in words."""

import re
from collections.abc import Callable

from tests.browser.conftest import Visit

# A4 less the margins of paper.css, in CSS pixels.
SHEET = 710
ADDRESSES = (
    "/",
    "/provinces",
    "/province?region=410000",
    "/dispute-mediation?region=410300",
    "/vice-chair-projects",
    "/health-checkup",
    "/data-quality",
    "/upload",
    "/reminders",
    "/releases",
    "/compare",
    "/cross-checks",
    "/records?kpi=dm_success_rate&region=410300",
)
CUT_OFF = """() => [...document.querySelectorAll('.stMain *')].filter(e => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility() && box.width > 0 && box.right > innerWidth + 1 && !e.closest('.ub-sr, svg');
}).map(e => `${e.tagName} ${e.className}`.slice(0, 80))"""
ONLY_FOR_SCREENS = """() => [...document.querySelectorAll(
    '.stSidebar, .stAppHeader, .ub-pop, .ub-chips, .ub-more > summary, input[type=file], input[type=checkbox], .stMain button'
)].filter(e => e.checkVisibility() && e.getAttribute('aria-checked') !== 'true')
    .map(e => `${e.tagName} ${e.className} ${e.innerText}`.slice(0, 80))"""
COLOURED = """() => [...document.querySelectorAll('.stMain *')].filter(e => e.checkVisibility()
    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && getComputedStyle(e).color !== 'rgb(0, 0, 0)'
).map(e => `${e.tagName} ${e.className}`.slice(0, 80))"""


def test_pages_print_whole_and_without_what_only_a_screen_can_do(visit: Callable[..., Visit]) -> None:
    seen = visit("/", width=SHEET)
    wrong = {}
    for address in ADDRESSES:
        seen.page.emulate_media(media="screen")
        seen.go(address).page.emulate_media(media="print")
        found = [seen.page.evaluate(script) for script in (CUT_OFF, ONLY_FOR_SCREENS, COLOURED)]
        if any(found):
            wrong[address] = found
        chosen = "[...document.querySelectorAll('.st-key-frame input')].filter(e => e.checkVisibility()).length"
        assert seen.page.evaluate(chosen) == 3, address
    assert wrong == {}
    # Twenty-five columns do not fit: each record is a paragraph that names its values.
    record = (
        seen.page.locator(".st-key-record_rows_table, .stHtml")
        .locator(".ub-table:has(th:nth-child(13)) tbody tr")
        .first
    )
    assert record.evaluate("row => getComputedStyle(row.cells[5], '::before').content") == '" · 统计期 "'


def test_overview_prints_on_two_sheets(visit: Callable[..., Visit]) -> None:
    page = visit("/").page
    page.emulate_media(media="print")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) == 2


def test_rest_of_a_ranking_is_printed(visit: Callable[..., Visit]) -> None:
    page = visit("/health-checkup").page
    folded = page.locator(".st-key-ranking .ub-more li").first
    height = "line => line.getBoundingClientRect().height"
    assert folded.evaluate(height) == 0
    page.emulate_media(media="print")
    assert folded.evaluate(height) > 10
