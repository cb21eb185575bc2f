"""A browser looking at a dashboard; without Chromium these tests say so and are skipped, or fail where CI=true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.dashboard.house import copied
from tests.dashboard.serving import running
from warehouse.settings import Settings

READY = """() => {
    const app = document.querySelector('[data-test-script-state]');
    const drawn = [...document.querySelectorAll('.stBidiComponent')]
        .every(e => e.querySelector('.ub-linked > *, .ub-tiles > *, .ub-release-watch'));
    return app?.dataset.testScriptState === 'notRunning' && document.querySelector('h1') && drawn
        && document.querySelector('.stBidiComponent')
        && !document.querySelector('[data-stale="true"], .stMain [data-testid="stSkeleton"], .ub-linked:empty, .ub-tiles:empty');
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Skipping is said once more at the end, where it is seen."""
    if chromium.path() is None:
        terminalreporter.write_line(chromium.MISSING, yellow=True, bold=True)


@dataclass
class Visit:
    """An open page and what went wrong on it."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, address: str) -> "Visit":
        """Open an address of the dashboard and wait until it is drawn."""
        self.page.goto(self.base + address)
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until nothing moves any more."""
        for _ in range(2):
            self.page.wait_for_timeout(250)
            self.page.wait_for_function(READY, timeout=30_000)
        return self

    def text(self) -> str:
        """What is on the page, without the navigation."""
        return self.page.inner_text(".stMain")

    def view(self) -> list[str]:
        """What the filters and the pages' own markup show; charts draw themselves later."""
        shown: list[str] = self.page.evaluate("[...document.querySelectorAll('.ub-linked')].map(e => e.innerText)")
        chosen: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('.st-key-frame input')].map(e => e.value)"
        )
        return [*chosen, *shown]


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, browser: object) -> Iterator[tuple[Settings, str]]:
    """A house of its own and the address where its dashboard is served."""
    settings = copied(tmp_path_factory)
    with running(settings) as (_, port):
        yield settings, f"http://127.0.0.1:{port}"


@pytest.fixture
def visit(browser: Browser, live: tuple[Settings, str]) -> Iterator[Callable[..., Visit]]:
    """Opens pages: visit("/", width=390, scheme="dark")."""
    opened = []

    def visit_page(address: str, width: int = 1400, scheme: chromium.Scheme = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
        opened.append(context)
        _, base = live
        seen = Visit(context.new_page(), base)
        local = (base, base.replace("http", "ws", 1), "data:", "blob:")
        seen.page.on(
            "request", lambda request: None if request.url.startswith(local) else seen.outside.append(request.url)
        )
        seen.page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        return seen.go(address)

    yield visit_page
    for context in opened:
        context.close()
