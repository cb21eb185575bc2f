"""Back and Forward in a real browser: one step for each thing the reader chose, with page, filters and numbers as they were."""

from collections.abc import Callable
from urllib.parse import unquote

from tests.browser.conftest import Visit

Visiting = Callable[..., Visit]


def choose(seen: Visit, filter_key: str, word: str) -> None:
    """Choose in a filter of the frame by typing, as a reader does."""
    seen.page.click(f".st-key-{filter_key} input")
    seen.page.keyboard.type(word)
    seen.page.keyboard.press("Enter")


def standing(seen: Visit) -> tuple[str, str, list[str]]:
    """Address, heading, and what filters and page show."""
    # What a chart says under the pointer is no part of the step.
    seen.page.mouse.move(0, 0)
    seen.settle()
    return unquote(seen.page.url.removeprefix(seen.base)), seen.page.inner_text("h1"), seen.view()


def length(seen: Visit) -> int:
    """How many entries the browser's history holds."""
    return int(seen.page.evaluate("history.length"))


def test_back_from_a_second_region_shows_the_first(visit: Visiting) -> None:
    seen = visit("/dispute-mediation")
    begun = length(seen)
    choose(seen, "region", "河南")
    first = standing(seen)
    choose(seen, "region", "广东")
    second = standing(seen)
    assert length(seen) == begun + 2
    assert first[2][:2] == ["2024年5月", "河南"] and second[2][:2] == ["2024年5月", "广东"]
    seen.page.go_back()
    assert standing(seen) == first
    seen.page.go_forward()
    assert standing(seen) == second


def test_back_and_forward_pass_every_step_across_pages_once(visit: Visiting) -> None:
    seen = visit("/")
    begun = length(seen)
    steps = [standing(seen)]
    choose(seen, "region", "河南")
    steps.append(standing(seen))
    seen.page.click(".ub-scorecard a >> nth=0")
    steps.append(standing(seen))
    choose(seen, "period", "2024年4月")
    steps.append(standing(seen))
    seen.page.click("button:has-text('EN')")
    steps.append(standing(seen))
    choose(seen, "origin", "Real")
    steps.append(standing(seen))
    seen.page.click("[data-testid=stSidebarNav] a[href*=women]")
    steps.append(standing(seen))
    assert length(seen) == begun + len(steps) - 1
    assert [step[2][1] for step in steps] == ["全国", "河南", "河南", "河南", "Henan", "Henan", "Henan"]
    for step in reversed(steps[:-1]):
        seen.page.go_back()
        assert standing(seen) == step
    for step in steps[1:]:
        seen.page.go_forward()
        assert standing(seen) == step
    assert length(seen) == begun + len(steps) - 1
    assert seen.errors == []


def test_steps_taken_faster_than_pages_are_drawn_end_at_the_last(visit: Visiting) -> None:
    seen = visit("/dispute-mediation")
    first = standing(seen)
    begun = length(seen)
    for word in ("2024年4月", "2024年二季度", "累计", "2024年4月"):
        choose(seen, "period", word)
    last = standing(seen)
    assert last[0] == "/dispute-mediation?period=2024年4月"
    assert last[2][0] == "2024年4月"
    assert length(seen) == begun + 4
    for _ in range(4):
        seen.page.evaluate("history.back()")
        seen.page.wait_for_timeout(50)
    assert standing(seen) == first
    for _ in range(4):
        seen.page.evaluate("history.forward()")
        seen.page.wait_for_timeout(50)
    assert standing(seen) == last


def test_choosing_again_after_back_begins_another_way(visit: Visiting) -> None:
    seen = visit("/dispute-mediation")
    choose(seen, "region", "河南")
    standing(seen)
    choose(seen, "period", "2024年4月")
    standing(seen)
    seen.page.go_back()
    standing(seen)
    choose(seen, "region", "广东")
    assert standing(seen)[2][:2] == ["2024年5月", "广东"]
    seen.page.go_back()
    assert standing(seen)[2][:2] == ["2024年5月", "河南"]


def test_address_that_names_no_page_says_so_and_leads_on(visit: Visiting) -> None:
    seen = visit("/no-such-page?region=410000")
    assert seen.page.inner_text("h1") == "没有这一页"
    assert "“no-such-page”" in seen.text()
    assert seen.page.locator("[role=dialog]").count() == 0
    seen.page.click(".ub-ways a >> text=劳动争议裁调对接")
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === '劳动争议裁调对接'")
    seen.settle()
    assert seen.view()[1] == "河南"
    seen.page.go_back()
    seen.page.wait_for_function("() => document.querySelector('h1')?.textContent === '没有这一页'")
    # Below another part too, where the front end would not find its own files.
    assert seen.go("/deep/down/no-such-page").page.inner_text("h1") == "没有这一页"
    assert seen.go("/overview").page.inner_text("h1") == "总览"
    assert seen.go("/home?lang=en").page.inner_text("h1") == "Overview"
    assert seen.errors == []
