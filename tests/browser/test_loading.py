"""No page jumps under the reader's eyes while it loads."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

# Shifts are shares of the window times shares of its height, as browsers report them; 0.25 is what they call poor.
WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => list.getEntries().forEach(one => one.hadRecentInput || window.shifts.push(one.value)))
        .observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize("width", [1400, 390])
def test_page_does_not_jump_while_it_loads(visit: Callable[..., Visit], width: int) -> None:
    seen = visit("/glossary", width=width)
    seen.page.add_init_script(WATCH_SHIFTS)
    for address in ("/", "/dispute-mediation"):
        seen.go(address)
        assert sum(seen.page.evaluate("window.shifts")) < 0.25, address
    seen.page.evaluate("window.shifts.length = 0")
    seen.page.eval_on_selector_all("[data-testid=stSidebarNavLink]", "links => links[0].click()")
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === '总览'")
    seen.settle()
    assert sum(seen.page.evaluate("window.shifts")) < 0.25
