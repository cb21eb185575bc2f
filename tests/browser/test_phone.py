"""The dashboard on a phone: every page fits, tables are lists, what is touched is large enough."""

from collections.abc import Callable

from tests.browser.conftest import Visit

Visiting = Callable[..., Visit]
# What the navigation does not lead to by itself.
FURTHER = (
    "/province?region=410000",
    "/dispute-mediation?region=410300",
    "/records?kpi=dm_success_rate&region=410300",
    "/ask?way=SQL&sql=select%20kpi%20from%20dim_kpi",
)
OPEN_FOLDS = "document.querySelectorAll('.stMain details:not(.ub-pop)').forEach(fold => fold.open = true)"
TOO_WIDE = """() => [...document.querySelectorAll('.stMain *')].filter(e => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility() && box.width > 0 && box.right > 391
        && !e.closest('.ub-table-box:has(.ub-matrix), .ub-shape-scroll:has(.ub-state-grid), thead, .ub-sr, svg, .js-plotly-plot');
}).map(e => `${e.tagName} ${e.className}`.slice(0, 80))"""
# A link in running text is excepted, as it is in WCAG 2.5.8; so is what only stands beside the element that is touched.
TOO_SMALL = """() => [...document.querySelectorAll(
    '.stApp :is(a, button, summary, input, textarea, [role=button], [role=switch], [role=combobox], [role=option])'
)].filter(e => {
    const style = getComputedStyle(e);
    if (!e.checkVisibility({ visibilityProperty: true }) || style.pointerEvents === 'none') return false;
    if (e.closest('.ub-sr, svg, [aria-hidden=true], .js-plotly-plot, [style*="clip-path"], .stFileUploader input')) return false;
    if (e.innerText === '跳到正文') return false;
    const isInText = e.tagName === 'A' && style.display === 'inline'
        && [...e.parentElement.childNodes].some(n => n !== e && n.textContent.trim().length > 1);
    const box = e.getBoundingClientRect();
    const isThere = box.width > 0 && box.right > 0 && box.left < innerWidth;
    return isThere && !isInText && (box.width < 43.5 || box.height < 43.5);
}).map(e => {
    const box = e.getBoundingClientRect();
    return `${e.tagName} ${e.className} ${e.innerText || e.ariaLabel} ${Math.round(box.width)}x${Math.round(box.height)}`;
})"""
NOT_LISTED = """() => [...document.querySelectorAll('.stMain table:not(.ub-matrix, .ub-state-grid)')].filter(table => {
    const cells = [...table.querySelectorAll('tbody td')];
    const isNamed = table.matches('.ub-scorecard, .ub-kpi-rows')
        || cells.every(cell => getComputedStyle(cell, '::before').content.startsWith(JSON.stringify(cell.dataset.label)));
    const head = getComputedStyle(table.tHead);
    return getComputedStyle(table).display !== 'block' || table.getAttribute('role') !== 'table'
        || cells.some(cell => !cell.dataset.label || cell.getAttribute('role') !== 'cell') || !isNamed
        || head.display === 'none' || head.visibility !== 'visible' || table.tHead.getBoundingClientRect().height > 1;
}).map(table => table.innerText.slice(0, 60))"""


def test_every_page_fits_a_phone_and_its_tables_are_lists(visit: Visiting) -> None:
    seen = visit("/", width=390)
    navigation = "[data-testid=stSidebarNavLink]"
    paths = seen.page.eval_on_selector_all(navigation, "links => links.map(one => new URL(one.href).pathname)")
    assert {"/provinces", "/dispute-mediation", "/reminders", "/compare", "/releases"} <= set(paths)
    wrong = {"/": _wrong_on(seen)}
    for number, path in list(enumerate(paths))[1:]:
        seen.page.eval_on_selector_all(navigation, f"links => links[{number}].click()")
        seen.page.wait_for_function(f"() => location.pathname === '{path}'")
        wrong[path] = _wrong_on(seen.settle())
    for address in FURTHER:
        wrong[address] = _wrong_on(seen.go(address))
    assert {address: found for address, found in wrong.items() if any(found.values())} == {}
    assert seen.outside == []
    assert seen.errors == []


def _wrong_on(seen: Visit) -> dict[str, list[str]]:
    page = seen.page
    page.evaluate(OPEN_FOLDS)
    width = page.evaluate("document.documentElement.scrollWidth")
    return {
        "overflows": [f"{width} px"] if width > 390 else [],
        "too wide": page.evaluate(TOO_WIDE),
        "too small": page.evaluate(TOO_SMALL),
        "not a list": page.evaluate(NOT_LISTED),
    }


def test_choices_open_large_enough_to_touch(visit: Visiting) -> None:
    page = visit("/dispute-mediation", width=390).page
    page.click(".st-key-region input")
    page.wait_for_selector("[role=option]")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    page.click("[data-testid=stExpandSidebarButton]")
    page.wait_for_timeout(500)
    assert page.evaluate(TOO_SMALL) == []
