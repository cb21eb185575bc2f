"""A filter change on a programme page, beside the same page built the usual way: Plotly Express from pandas, cached queries."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import usual_page
from benchmarks.pages import OURS, as_usual, served
from benchmarks.timing import Comparison
from tests.browser import chromium
from warehouse import settings as settings_module
from warehouse.refresh import refresh

RUNS = 6
# A page has settled when nothing in it has moved for this long; the change took until the last move.
QUIET_MILLISECONDS = 700
_LAST_MOVE = """
(quiet) => new Promise(done => {
  const begun = performance.now();
  let last = begun;
  new MutationObserver(() => { last = performance.now(); })
    .observe(document.querySelector('.stMain'), {subtree: true, childList: true, characterData: true});
  const look = setInterval(() => {
    const now = performance.now();
    if (now - Math.max(last, begun + 300) > quiet) { clearInterval(look); done(last - begun); }
  }, 30);
})
"""


def run() -> list[Comparison]:
    """Provinces chosen one after the other in one open page each, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder) / "home")
        refresh(settings)
        return [compare(settings)]


def compare(settings: settings_module.Settings) -> Comparison:
    """On an installation that has a release."""
    with tempfile.TemporaryDirectory() as folder:
        usual = usual_page.write(settings, Path(folder))
        with (
            served(OURS, settings.home) as board,
            served(as_usual(usual), settings.home) as theirs,
            chromium.running() as browser,
        ):
            ours = _chooser(browser, f"{board}/dispute-mediation", ".st-key-region input", 1)
            other = _chooser(browser, theirs, "[data-testid=stSelectbox] input", 1)
            ours()
            other()
            pairs = [(ours(), other()) for _ in range(RUNS)]
    return Comparison(
        "a filter change on a programme page",
        "the usual cached page",
        tuple(pair[0] for pair in pairs),
        tuple(pair[1] for pair in pairs),
    )


def _chooser(browser: Any, address: str, field: str, step: int) -> Callable[[], float]:
    """Opens the page; each call chooses the next option and says how many seconds the page moved."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="zh-CN")
    page.goto(address)
    page.wait_for_selector("h1", timeout=60_000)
    page.evaluate(_LAST_MOVE, 1_500)

    def choose() -> float:
        page.click(field)
        for _ in range(step):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        return float(page.evaluate(_LAST_MOVE, QUIET_MILLISECONDS)) / 1000

    return choose
