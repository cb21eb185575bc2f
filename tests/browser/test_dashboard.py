"""The dashboard in a real browser: no outside request, no error, links that reproduce a view, keyboards and the meeting room."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from tests.browser import signing_in
from tests.browser.conftest import Visit
from warehouse.access import audit, verifying
from warehouse.settings import Settings

Visiting = Callable[..., Visit]


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
    seen.page.wait_for_function("() => document.querySelector('.ub-crumbs')?.innerText.includes('河南') === false")
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


def test_trend_is_read_off_by_arrow_keys_and_by_touch(visit: Visiting) -> None:
    page = visit("/dispute-mediation").page
    page.focus(".ub-trend")
    page.keyboard.press("End")
    last = page.inner_text(".ub-pointed .ub-plot-tip")
    page.keyboard.press("ArrowLeft")
    before = page.inner_text(".ub-pointed .ub-plot-tip")
    assert last and before and before != last
    assert page.text_content("body > [aria-live].ub-sr") == before.replace("\n", " ")
    page.keyboard.press("Escape")
    assert page.locator(".ub-pointed").count() == 0
    area = page.locator(".ub-trend .ub-plot-area")
    box = area.bounding_box()
    assert box is not None
    at = {"clientX": box["x"] + box["width"] - 1, "clientY": box["y"] + 9, "pointerType": "touch", "bubbles": True}
    area.dispatch_event("pointerdown", at)
    assert page.inner_text(".ub-pointed .ub-plot-tip") == last


def test_open_page_asks_for_the_release_and_sends_nothing_else(browser: Browser, live: tuple[Settings, str]) -> None:
    # What a page sends by itself carries its filters, and would take back those of a link clicked in the same instant.
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    sent: list[object] = []
    asked: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.on("request", lambda request: asked.append(request.url))
    try:
        Visit(page, live[1]).go("/dispute-mediation")
        sent.clear()
        asked.clear()
        page.wait_for_timeout(5000)
        assert sent == []
        assert len(asked) >= 2
        assert set(asked) == {f"{live[1]}/api/release"}
    finally:
        context.close()


def test_source_of_a_number_opens_by_click(visit: Visiting) -> None:
    page = visit("/dispute-mediation?region=410300").page
    page.click(":is(article, tr)[aria-label='调解成功率'] >> text=来源")
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
    seen = visit("/")
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


def test_way_down_to_the_records_by_keyboard_and_back(visit: Visiting) -> None:
    seen = visit("/")
    page = seen.page
    page.focus(".ub-tile[data-code='410000']")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '河南'")
    seen.settle()
    page.focus(".ub-programme-lines summary:has-text('劳动争议裁调对接')")
    page.keyboard.press("Enter")
    page.focus(".ub-programme-lines a:has-text('调解成功率')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '劳动争议裁调对接'")
    seen.settle()
    page.focus(".ub-rank-name:has-text('洛阳市')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.ub-crumbs')?.innerText.includes('洛阳市')")
    seen.settle()
    page.focus(":is(article, tr)[aria-label='调解成功率'] >> text=来源")
    page.keyboard.press("Enter")
    page.click("[role=dialog] >> text=全部记录、未计入的行和证据包")
    page.wait_for_function("() => document.querySelector('h1')?.textContent.startsWith('调解成功率')")
    seen.settle()
    assert "第 1–16 行，共 16 行" in seen.text()
    assert "劳动争议裁调对接" in page.inner_text(".ub-crumbs")
    again = visit(page.url.removeprefix(seen.base))
    assert again.view() == seen.view()
    with again.page.expect_download() as download:
        again.page.click("text=下载证据包")
    assert download.value.suggested_filename == "证据包_调解成功率_410300_2024-05.zip"
    page.go_back()
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '劳动争议裁调对接'")
    assert seen.errors == []


def test_way_down_to_a_county_by_click_and_all_the_way_back(visit: Visiting) -> None:
    seen = visit("/")
    page = seen.page

    def at(heading: str, *crumbs: str) -> None:
        page.wait_for_function("one => document.querySelector('h1')?.textContent.startsWith(one)", arg=heading)
        page.wait_for_function(
            "all => document.querySelector('.ub-crumbs')?.innerText.replaceAll('\\n', ' ') === all",
            arg=" ".join(crumbs),
        )
        seen.settle()

    def again() -> None:
        assert visit(page.url.removeprefix(seen.base)).view() == seen.view()

    way: list[tuple[str, tuple[str, ...]]] = [("总览", ("全国",))]
    steps = [
        (".ub-tile[data-code='410000']", "河南", ("全国", "河南")),
        (".ub-chip >> text=洛阳市", "洛阳市", ("全国", "河南", "洛阳市")),
        (".ub-chip >> text=栾川县", "栾川县", ("全国", "河南", "洛阳市", "栾川县")),
        (".ub-scorecard a >> text=劳动争议裁调对接", "劳动争议裁调对接", ("全国", "河南", "洛阳市", "栾川县")),
    ]
    for click, heading, crumbs in steps:
        page.click(click)
        at(heading, *crumbs)
        way.append((heading, crumbs))
    again()
    page.click(":is(article, tr)[aria-label='县级建立率'] >> text=来源")
    page.click("[role=dialog] >> text=全部记录、未计入的行和证据包")
    down = ("全国", "河南", "洛阳市", "栾川县", "劳动争议裁调对接", "县级建立率", "逐行记录")
    at("县级建立率", *down)
    assert "LC001" in seen.text()
    again()
    way.append(("县级建立率", down))
    # Up by the breadcrumbs is one step back too, although the county is no choice of the nation's filter.
    page.click(".ub-crumbs >> text=全国")
    at("县级建立率", "全国", "劳动争议裁调对接", "县级建立率", "逐行记录")
    for heading, crumbs in reversed(way):
        page.go_back()
        at(heading, *crumbs)
    for heading, crumbs in way[1:]:
        page.go_forward()
        at(heading, *crumbs)
    assert seen.errors == []


def test_point_of_the_interactive_chart_chooses_its_period(visit: Visiting) -> None:
    seen = visit("/dispute-mediation?region=410300&kpi=dm_success_rate")
    page = seen.page
    assert "10 件调解成功 / 16 件成功或不成" in seen.text()
    page.click("label:has-text('互动图')")
    page.wait_for_selector(".js-plotly-plot .scatterlayer .js-line")
    seen.settle()
    place = page.evaluate(
        """() => {
            const plot = document.querySelector('.js-plotly-plot'), {xaxis, yaxis} = plot._fullLayout;
            const own = plot.data.find(trace => trace.name === '洛阳市'), box = plot.getBoundingClientRect();
            const at = own.x.indexOf('2024-04');
            return [box.x + xaxis._offset + xaxis.d2p('2024-04'), box.y + yaxis._offset + yaxis.d2p(own.y[at])];
        }"""
    )
    page.mouse.move(*place)
    page.wait_for_timeout(300)
    page.mouse.click(*place)
    page.wait_for_function("() => document.querySelector('.st-key-period input').value === '2024年4月'")
    seen.settle()
    assert "period=2024年4月" in unquote(page.url)
    assert "5 件调解成功 / 10 件成功或不成" in seen.text()
    assert visit(page.url.removeprefix(seen.base)).view() == seen.view()
    assert seen.errors == []


def test_restated_number_says_so_until_it_is_noted(visit: Visiting) -> None:
    seen = visit("/dispute-mediation?region=410300")
    card = seen.page.locator(":is(article, tr)[aria-label='调解成功率']")
    assert card.locator(".ub-restated").count() == 0
    # As if this browser had last looked at an earlier release that said otherwise.
    seen.page.evaluate(
        """() => {
            const all = JSON.parse(localStorage.getItem('unionboard-seen'));
            const key = Object.keys(all).find(one => one.includes('|dm_success_rate|410300|2024-05'));
            all[key] = {v: '60.0%', r: 'earlier', at: '2024-06-01'};
            localStorage.setItem('unionboard-seen', JSON.stringify(all));
        }"""
    )
    seen.page.reload()
    seen.settle()
    assert "已更正" in card.inner_text()
    assert "您上次（2024-06-01）看到的是 60.0%" in card.inner_text()
    card.locator(".ub-restated button").click()
    seen.page.reload()
    assert seen.settle().page.locator(".ub-restated").count() == 0


def test_meeting_room_turns_pages_and_pauses_on_touch(visit: Visiting) -> None:
    seen = visit("/?meeting=overview,provinces&seconds=5")
    page = seen.page
    page.wait_for_selector(".ub-meeting-bar")
    assert page.locator(".stSidebar").is_hidden()
    smallest = """() => Math.min(...[...document.querySelectorAll('.stMain .ub-linked *')].filter(e =>
        e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .map(e => parseFloat(getComputedStyle(e).fontSize) * document.querySelector('.stMainBlockContainer').currentCSSZoom))"""
    # The window is 1400 wide; on a screen of 1920 the type is a third larger still.
    assert page.evaluate(smallest) >= 15
    page.wait_for_function(
        "() => document.querySelector('.ub-meeting-bar span').textContent.startsWith('各省')", timeout=40_000
    )
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '各省'")
    page.mouse.click(700, 300)
    assert page.inner_text(".ub-meeting-pause") == "继续"
    page.click(".ub-meeting-pause")
    assert page.inner_text(".ub-meeting-pause") == "暂停"
    page.click(".ub-meeting-end")
    assert page.locator(".ub-meeting-bar").count() == 0
    assert seen.errors == []


def test_people_sign_in_at_a_provider_and_see_what_is_theirs(
    browser: Browser, live: tuple[Settings, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the page asked for to the provider, back to that page, and out again; another person finds nothing of the first."""
    settings, _ = live
    with signing_in.provider() as provider, signing_in.board(settings, tmp_path, provider, monkeypatch) as base:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        seen = Visit(page, base)

        def sign_in(person: str) -> None:
            page.click("#sign-in")
            page.fill("input[name=sub]", person)
            page.click("button[type=submit]")

        page.goto(f"{base}/dispute-mediation?region=440000")
        sign_in("henan-1")
        page.wait_for_url(f"{base}/dispute-mediation**")
        seen.settle()
        assert "河甲 · 省级领导" in page.inner_text("body")
        assert "河南" in page.inner_text(".ub-crumbs") and "“440000”不在您能看的地区里，现按河南显示" in seen.text()
        assert not page.get_by_role("link", name="查询").count()
        [kept] = [cookie for cookie in context.cookies() if cookie["name"] == "unionboard_session"]
        assert kept["httpOnly"] and kept["sameSite"] == "Lax" and kept["expires"] == -1
        assert not [cookie for cookie in context.cookies() if cookie["name"].startswith("_streamlit_user")]

        # The session goes on in an open page until somebody signs out, also where the socket stays open.
        other = context.new_page()
        other.goto(f"{base}/access/sign-out")
        # The provider is where people sign out; ours is over before it asks.
        other.wait_for_url(f"{provider}/**")
        page.get_by_role("link", name="各省", exact=True).click()
        page.wait_for_selector("text=登录已结束")
        assert "结案" not in page.inner_text("body")

        page.goto(f"{base}/provinces")
        sign_in("nobody-1")
        page.wait_for_selector("text=没有权限")
        page.click("text=换一个账号")
        page.wait_for_url(f"{provider}/**")
        page.goto(f"{base}/provinces")
        sign_in("leader-1")
        page.wait_for_url(f"{base}/**")
        seen.settle()
        assert "部甲 · 领导" in page.inner_text("body") and "河甲" not in page.inner_text("body")
        # A cookie that was changed, or written by oneself, is none.
        context.add_cookies([{"name": kept["name"], "value": kept["value"][:-1] + "x", "url": base}])
        page.goto(f"{base}/provinces")
        page.wait_for_selector("#sign-in")
        context.close()
    done = [(entry["action"], entry["outcome"], entry["who"]["subject"]) for entry in audit.read(settings)]
    assert ("session.begin", "done", "henan-1") in done and ("session.end", "done", "henan-1") in done
    assert ("session.begin", "refused", "nobody-1") in done
    [first, *_] = audit.read(settings, subject="henan-1", action="page.view")
    assert first["about"]["page"] == "dispute-mediation" and first["about"]["region"] == "410000"
    assert verifying.verify(settings).is_whole
