"""Tasks that a reader comes with, done in a real browser with as few clicks as they may take (others stand beside what they are about)."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from tests.browser.conftest import Visit

Visiting = Callable[..., Visit]
# What of a page reaches beyond the screen, and how far the page may be scrolled by hand.
BEYOND = """() => {
    const main = document.querySelector('.stMain');
    const shown = [...document.querySelectorAll('.stMainBlockContainer .ub-panel, .stMainBlockContainer .ub-title, .ub-together > *')]
        .map(e => e.getBoundingClientRect()).filter(r => r.height > 0);
    return [Math.round(Math.max(...shown.map(r => r.bottom)) - innerHeight), getComputedStyle(main).overflowY, main.scrollTop];
}"""


class Hand:
    """Counts what a reader does."""

    def __init__(self, seen: Visit) -> None:
        self.seen, self.clicks = seen, 0

    def click(self, where: str) -> None:
        """One click, on what is in sight."""
        self.clicks += 1
        self.seen.page.locator(where).first.click(timeout=10_000)
        self.seen.settle()


def test_who_lags_and_which_counties_takes_three_clicks_from_the_overview(visit: Visiting) -> None:
    """Programme, then the laggard in its ranking: its counties stand by prefecture, with those behind first."""
    hand = Hand(visit("/"))
    hand.click(".ub-scorecard a[data-go*='dispute-mediation']")
    hand.click(".st-key-ranking a[data-go*='\"region\"']")
    assert hand.clicks <= 3
    assert hand.seen.page.locator(".ub-counties dt").count() > 0
    assert "region=" in hand.seen.page.url


def test_where_a_number_comes_from_takes_two_clicks(visit: Visiting) -> None:
    hand = Hand(visit("/dispute-mediation?region=410000&kpi=dm_success_rate"))
    hand.click(".ub-card a:has-text('来源')")
    hand.click("a[href*='records?']")
    assert hand.clicks == 2
    assert "河南_劳动争议裁调对接_" in hand.seen.text()


def test_two_regions_side_by_side_are_one_click_from_a_trend(visit: Visiting) -> None:
    hand = Hand(visit("/dispute-mediation?region=410000&kpi=dm_success_rate"))
    hand.click(".st-key-trend .ub-to-compare a")
    assert unquote(hand.seen.page.url).split("?")[0].endswith("/side-by-side")
    assert hand.seen.page.locator(".js-plotly-plot").count() == 1


@pytest.mark.parametrize("width", [1400, 390])
def test_search_leads_to_a_kpi_of_a_region_by_initials_and_enter(visit: Visiting, width: int) -> None:
    seen = visit("/reminders", width=width)
    if width == 390:
        seen.page.click(".ub-search-button")
    else:
        seen.page.keyboard.press("/")
    seen.page.keyboard.type("ly tjcgl")
    seen.page.wait_for_selector(".ub-search [role=option]")
    first = seen.page.locator(".ub-search [role=option]").first
    assert "调解成功率" in first.inner_text()
    assert first.get_attribute("href").startswith("dispute-mediation?")  # type: ignore[union-attr]
    seen.page.locator(".ub-search input").fill("洛阳 tjcgl")
    seen.page.wait_for_function(
        "() => document.querySelector('.ub-search [role=option]')?.innerText.includes('洛阳市')"
    )
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_function("() => document.querySelector('h1')?.innerText.includes('劳动争议裁调对接')")
    seen.settle()
    assert seen.page.inner_text(".ub-crumbs").split()[-1] == "洛阳市"
    assert seen.outside == []


def test_slides_of_a_meeting_room_hold_what_they_show_and_nothing_scrolls(visit: Visiting) -> None:
    seen = visit("/?meeting=overview&seconds=600")
    seen.page.set_viewport_size({"width": 1920, "height": 1080})
    counted = "() => document.querySelector('.ub-meeting-bar > span')?.textContent.match(/· 1 \\/ ([2-9]) · 1 \\/ 1/)"
    seen.page.wait_for_function(counted, timeout=40_000)
    beyond, overflow, scrolled = seen.page.evaluate(BEYOND)
    assert beyond <= 0
    assert (overflow, scrolled) == ("hidden", 0)
    # A minute at most, whatever the address says.
    assert seen.page.evaluate("parseFloat(document.querySelector('.ub-meeting-bar > i').style.width)") > 0.3


def test_page_without_a_connection_says_so_and_shows_no_number(visit: Visiting) -> None:
    seen = visit("/dispute-mediation?lang=EN")
    seen.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    seen.page.context.set_offline(True)
    seen.page.wait_for_selector(".ub-away")
    seen.page.reload()
    assert "cannot be reached" in seen.page.inner_text("body")
    seen.page.context.set_offline(False)
    seen.page.click("a")
    seen.page.wait_for_selector(".ub-crumbs", timeout=30_000)
