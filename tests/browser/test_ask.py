"""The page 查询 and its downloads in a real browser."""

import http.client
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from warehouse.settings import Settings

Visiting = Callable[..., Visit]
ENDLESS = "select count(*) from range(1000000000) a(x), range(1000000) b(y) where x % 7 = y % 5"
SEVERAL = "select kpi, sort_order from dim_kpi order by kpi limit 7"


def address(sql: str) -> str:
    return f"/ask?way=SQL&sql={quote(sql)}"


def press(seen: Visit, label: str) -> None:
    seen.page.get_by_role("button", name=label, exact=True).click()


def fetched(url: str, cookie: str | None = None) -> int:
    """The status that somebody else gets who has the address."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=20)
    try:
        connection.request("GET", where.path, headers={"Cookie": cookie} if cookie else {})
        return connection.getresponse().status
    finally:
        connection.close()


def test_link_fills_the_box_and_runs_when_the_reader_says_so(visit: Visiting) -> None:
    seen = visit(address(SEVERAL))
    assert "这条 SQL 还没有执行" in seen.text()
    assert seen.page.locator("textarea").input_value() == SEVERAL
    assert seen.page.locator(".st-key-ask_main .ub-table").count() == 0
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_main .ub-table")
    seen.settle()
    assert "7 行" in seen.text()
    assert "还没有执行" not in seen.text()
    # Another text waits for the button again, and the address follows so that it can be passed on.
    seen.page.locator("textarea").fill("select 41 + 1 as answer")
    press(seen, "查询")
    seen.page.wait_for_function("() => document.querySelector('.st-key-ask_main .ub-table')?.innerText.includes('42')")
    assert "41" in seen.page.url
    other = visit(urlsplit(seen.page.url)._replace(scheme="", netloc="").geturl())
    assert "这条 SQL 还没有执行" in other.text()
    assert "42" not in other.page.inner_text(".st-key-ask_main")
    assert (seen.outside, seen.errors, other.errors) == ([], [], [])


def test_running_question_is_cancelled(visit: Visiting) -> None:
    seen = visit(address(ENDLESS))
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_cancel button")
    seen.page.wait_for_function("() => document.querySelector('.stMain').innerText.includes('正在查询')")
    press(seen, "取消")
    seen.page.wait_for_function(
        "() => document.querySelector('.st-key-ask_main .ub-empty')?.innerText.includes('已取消')"
    )
    seen.settle()
    assert seen.page.locator(".st-key-ask_cancel").count() == 0
    assert seen.errors == []


def test_greedy_question_is_told_in_a_sentence(visit: Visiting) -> None:
    seen = visit(address("select repeat('x', 1000000000)"))
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_main .ub-empty")
    assert "所要的内存超过 512 MB" in seen.text()


def test_chart_of_a_result_is_drawn(visit: Visiting) -> None:
    seen = visit(address(SEVERAL))
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_main .ub-table")
    seen.page.get_by_text("看图").click()
    seen.page.wait_for_selector(".js-plotly-plot .bars path")
    assert seen.errors == []


def test_names_are_offered_and_a_click_writes_them(visit: Visiting) -> None:
    seen = visit("/ask?way=SQL")
    box = seen.page.locator("textarea")
    box.click()
    box.press_sequentially("from mart_kpi")
    seen.page.wait_for_selector(".ub-offers li")
    assert seen.page.locator(".ub-offers li").all_inner_texts() == ["mart_kpi_values"]
    seen.page.keyboard.press("Enter")
    box.press_sequentially(" as v select v.per")
    assert seen.page.locator(".ub-offers li").all_inner_texts()[:2] == ["period", "period_grain"]
    seen.page.keyboard.press("Tab")
    assert box.input_value() == "from mart_kpi_values as v select v.period"
    # A click on a column of the list writes it where the writing stands.
    box.press_sequentially(",")
    seen.page.locator(".ub-relations summary").first.click()
    seen.page.locator(".ub-relations [data-insert=status]").first.click()
    assert box.input_value() == "from mart_kpi_values as v select v.period,status"
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_main .ub-table")
    assert seen.errors == []


def test_download_belongs_to_the_browser_that_asked(
    visit: Visiting, browser: Browser, live: tuple[Settings, str]
) -> None:
    seen = visit(address(SEVERAL))
    press(seen, "查询")
    seen.page.wait_for_selector(".st-key-ask_result_csv button")
    seen.settle()
    with seen.page.expect_download() as waiting:
        seen.page.locator(".st-key-ask_result_csv button").click()
    link = waiting.value.url
    content = waiting.value.path().read_bytes()
    assert content.decode("utf-8-sig").splitlines()[0] == "kpi,sort_order"
    assert len(content.splitlines()) == 8
    assert "/media/" in link
    [visit_cookie] = [one for one in seen.page.context.cookies() if one["name"] == "unionboard_visit"]
    assert (visit_cookie["httpOnly"], visit_cookie["sameSite"]) == (True, "Lax")
    assert fetched(link, f"unionboard_visit={visit_cookie['value']}") == 200
    assert fetched(link) == 404
    assert fetched(link, "unionboard_visit=" + "a" * 32) == 404
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(live[1])
        page.wait_for_selector("h1")
        assert page.request.get(link).status == 404
    finally:
        context.close()
