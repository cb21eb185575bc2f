"""Pictures of every page in both themes and widths: `python -m tests.browser.screenshots [folder]`.

Shows the installation that the UNIONBOARD_… variables name; the pictures are for looking at, no test compares them.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.conftest import READY
from tests.dashboard.serving import running
from warehouse import settings as settings_module
from warehouse.releases import release

PAGES = {
    "overview": "/",
    "provinces": "/provinces",
    "province": "/province?region=410000",
    "programme": "/dispute-mediation",
    "programme-henan": "/dispute-mediation?region=410000&kpi=dm_success_rate",
    "programme-health": "/health-checkup?region=370000",
    "programme-studios": "/women-innovation-studios",
    "data-quality": "/data-quality",
    "upload": "/upload",
    "reminders": "/reminders",
    "reminders-henan": "/reminders?region=410000",
    "glossary": "/glossary",
    "records": "/records?kpi=dm_success_rate&region=410000",
    "ask-pivot": "/ask",
    "ask-sql": "/ask?way=SQL&sql=select%20kpi%2C%20label_zh%2C%20unit%20from%20dim_kpi",
    "compare": "/compare",
    "cross-checks": "/cross-checks",
    "releases": "/releases",
    "overview-english": "/?lang=en",
}
VARIANTS: dict[str, tuple[int, chromium.Scheme]] = {
    "wide": (1400, "light"),
    "phone": (390, "light"),
    "dark": (1400, "dark"),
    "phone-dark": (390, "dark"),
}
TALLEST = 8_000


def main() -> None:
    """Take the pictures."""
    settings = settings_module.load()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else settings.home / "screenshots"
    if chromium.path() is None:
        sys.exit("没有找到 Chromium：请先安装 chromium，或用 CHROMIUM 指明它在哪里。")
    if release.current_id(settings) is None:
        sys.exit("还没有版本：请先运行 unionboard refresh。")
    folder.mkdir(parents=True, exist_ok=True)
    with running(settings) as (_, port), chromium.running() as browser:
        for name, address in PAGES.items():
            for variant, (width, scheme) in VARIANTS.items():
                path = folder / f"{name}-{variant}.png"
                take(browser, f"http://127.0.0.1:{port}{address}", width, scheme, path)
                print(path)


def take(browser: Browser, address: str, width: int, scheme: chromium.Scheme, path: Path) -> None:
    """One picture of the whole page."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("h1", timeout=30_000)
        for _ in range(2):
            page.wait_for_timeout(500)
            page.wait_for_function(READY, timeout=60_000)
        box = page.locator(".stMainBlockContainer").bounding_box()
        height = min(int(box["height"]) + 40 if box else 900, TALLEST)
        page.set_viewport_size({"width": width, "height": max(height, 900)})
        page.wait_for_timeout(700)
        page.screenshot(path=path)
    finally:
        context.close()


if __name__ == "__main__":
    main()
