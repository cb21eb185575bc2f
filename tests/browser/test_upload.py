"""Handing files in, in a real browser: upload, receipt, impact, and only then published."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.kpis.test_skills_to_community import event
from tests.support.archives import pack
from tests.support.files import write_csv
from tests.support.foreign import old_xls
from warehouse.front_door.accept import accept
from warehouse.releases import current_values, release
from warehouse.settings import Settings

PROGRAMME = "skills_to_community"
NAME = "河北_社区服务_秦皇岛市总工会_202405.csv"
BUILD_MILLISECONDS = 240_000


def test_file_is_published_after_its_receipt_and_its_impact_were_seen(
    visit: Callable[..., Visit], live: tuple[Settings, str], tmp_path: Path
) -> None:
    settings, _ = live
    before = release.current_id(settings)
    events = [
        event("E1", "2024-05-22", 4, 16, 120),
        event("E2", "2024-05-10", 2, 8, 60),
        event("E3", "2024-05-28", 1, 9, 30),
    ]
    rows = [{**one, "province_code": "河北省"} for one in events]
    rows[2]["residents_served"] = "若干"
    good = write_csv(tmp_path / NAME, PROGRAMME, "event", rows)
    archive = pack(tmp_path / "五月.zip", {f"五月/{NAME}": good.read_bytes()}, "gb18030")

    seen = visit("/upload")
    page = seen.page
    page.locator("input[type=file]").set_input_files([archive, old_xls(tmp_path / "老表.xls")])
    expect(page.get_by_text("共 3 行，收下 2，隔离 1")).to_be_visible(timeout=60_000)
    # What has to be mended is open to the eye.
    expect(page.get_by_text("第4行“服务居民”的“若干”不是数字")).to_be_visible()
    expect(page.get_by_text("这是旧版表格")).to_be_visible()
    assert release.current_id(settings) == before

    page.get_by_role("button", name="看影响").click()
    expect(page.get_by_text("正在计算影响")).to_be_visible(timeout=30_000)
    impact = page.locator(".st-key-impact_table, .stHtml").filter(has_text="来自").get_by_role("row")
    nation = impact.filter(has_text="全国").filter(has_text="2024年5月").filter(has_text="180")
    # 120 + 60 residents; the row that was set aside does not count.
    expect(nation.first).to_contain_text("未报", timeout=BUILD_MILLISECONDS)
    expect(nation.first).to_contain_text(f"{NAME}，2 行（第 2–3 行）")
    assert release.current_id(settings) == before
    assert not (settings.seeds / PROGRAMME).exists()
    expect(page.get_by_role("button", name="下载改错表")).to_be_visible()
    expect(page.get_by_role("button", name="发布")).to_be_in_viewport()

    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已处理：")).to_be_visible(timeout=BUILD_MILLISECONDS)
    # In what became of the upload, and among the last receipts.
    expect(page.get_by_text("老表.xls").first).to_be_visible()
    assert str(tempfile.gettempdir()) not in page.inner_text(".stMain")
    assert release.current_id(settings) != before
    assert [path.name for path in (settings.seeds / PROGRAMME).iterdir()] == [NAME]
    assert (settings.seeds / PROGRAMME / NAME).read_bytes() == good.read_bytes()
    assert seen.outside == []
    assert seen.errors == []


def other_page_and_back(page: Page) -> None:
    """Look at the data quality and come back, by the navigation."""
    page.click("[data-testid=stSidebarNav] a[href*=data-quality]")
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '数据质量'")
    page.click("[data-testid=stSidebarNav] a[href*=upload]")
    page.wait_for_function("() => document.querySelector('h1')?.textContent === '上报文件'")


def offered(folder: Path, residents: list[object], name: str = "河北_社区服务_唐山市总工会_202405.csv") -> Path:
    """A file of events, one for each number of residents."""
    rows = [
        {
            **event(f"T{number}", "2024-05-22", 4, 16, 120),
            "province_code": "河北省",
            "region_code": "130200",
            "reporting_unit": "唐山市总工会",
            "residents_served": residents_served,
        }
        for number, residents_served in enumerate(residents)
    ]
    return write_csv(folder / name, PROGRAMME, "event", rows)


def test_receipt_is_still_there_after_a_look_at_another_page(visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = visit("/upload")
    page = seen.page
    page.locator("input[type=file]").set_input_files(offered(tmp_path, [7, "若干"]))
    receipt = page.get_by_text("共 2 行，收下 1，隔离 1")
    expect(receipt).to_be_visible(timeout=60_000)
    other_page_and_back(page)
    expect(receipt).to_be_visible(timeout=30_000)
    # The file is still at hand, too.
    page.get_by_role("button", name="看影响").click()
    expect(page.get_by_role("button", name="发布")).to_be_visible(timeout=BUILD_MILLISECONDS)
    other_page_and_back(page)
    expect(page.get_by_role("button", name="发布")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="放弃").click()
    expect(receipt).to_have_count(0, timeout=30_000)
    other_page_and_back(page)
    seen.settle()
    expect(receipt).to_have_count(0)
    assert seen.errors == []


def test_judgement_goes_on_while_another_page_is_looked_at(visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = visit("/upload")
    page = seen.page
    page.locator("input[type=file]").set_input_files(offered(tmp_path, [7, 8, "若干"]))
    expect(page.get_by_text("正在检查")).to_be_visible(timeout=30_000)
    other_page_and_back(page)
    expect(page.get_by_text("共 3 行，收下 2，隔离 1")).to_be_visible(timeout=60_000)


def test_same_name_twice_in_one_visit_is_judged_twice(visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = visit("/upload")
    page = seen.page
    page.locator("input[type=file]").set_input_files(offered(tmp_path / "first", [7, "若干"]))
    expect(page.get_by_text("共 2 行，收下 1，隔离 1")).to_be_visible(timeout=60_000)
    page.locator("input[type=file]").set_input_files(offered(tmp_path / "second", [7, 9, 11]))
    expect(page.get_by_text("共 3 行，收下 3，隔离 0")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("共 2 行，收下 1，隔离 1")).to_be_visible()
    other_page_and_back(page)
    page.locator("input[type=file]").set_input_files(offered(tmp_path / "third", [5, 6, 7, "若干"]))
    expect(page.get_by_text("共 4 行，收下 3，隔离 1")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_text("共 4 行，收下 3，隔离 1")).to_have_count(0, timeout=30_000)
    page.locator("input[type=file]").set_input_files(offered(tmp_path / "third", [5, 6, 7, "若干"]))
    expect(page.get_by_text("共 4 行，收下 3，隔离 1")).to_be_visible(timeout=60_000)


def test_upload_is_undone_and_put_in_again_by_one_press_each_and_says_which_numbers_moved(
    visit: Callable[..., Visit], live: tuple[Settings, str], tmp_path: Path
) -> None:
    settings, _ = live
    before = residents(settings)
    done = accept(settings, [offered(tmp_path, [500, 41])])
    assert done.result.published, done.result.reason
    assert residents(settings) == before + 541
    seen = visit("/upload")
    page = seen.page
    page.locator(".st-key-upload_undo_0").wait_for()
    # Every press on the page from here on.
    page.evaluate("window.presses = 0; addEventListener('click', () => window.presses += 1, true)")
    page.locator(".st-key-upload_undo_0 button").click()
    turned = page.locator(".st-key-upload_turned")
    nation = turned.get_by_role("row").filter(has_text="全国").filter(has_text="2024年5月").first
    expect(nation).to_contain_text(f"{before:g}", timeout=BUILD_MILLISECONDS)
    expect(nation).to_contain_text(f"{before + 541:g}")
    assert page.evaluate("window.presses") == 1
    assert residents(settings) == before
    # Nothing is lost, and it is said where the file is.
    assert (settings.seeds / PROGRAMME / "河北_社区服务_唐山市总工会_202405.csv").is_file()
    expect(page.get_by_text("放在一边").first).to_be_visible()
    turned.get_by_role("button", name="重新放入这次上报").click()
    expect(turned.get_by_text("重新放入了")).to_be_visible(timeout=BUILD_MILLISECONDS)
    expect(nation).to_contain_text(f"{before + 541:g}")
    assert page.evaluate("window.presses") == 2
    assert residents(settings) == before + 541
    page.get_by_role("button", name="知道了").click()
    expect(turned).to_have_count(0)
    # What is undone can be let in on the page of releases as well.
    page.locator(".st-key-upload_undo_0 button").click()
    expect(turned.get_by_text("退回了")).to_be_visible(timeout=BUILD_MILLISECONDS)
    seen.go("/releases")
    assert "撤销了一次上报" in seen.text()
    page.get_by_role("button", name="放进来").click()
    expect(page.get_by_text("已发布")).to_be_visible(timeout=BUILD_MILLISECONDS)
    assert residents(settings) == before + 541
    assert seen.errors == []


def residents(settings: Settings) -> float:
    """The residents served in May, nationwide."""
    chosen = current_values.Selection(kpi="sc_residents", region="000000", period="2024-05", origin="submitted")
    return sum(row["value"] or 0 for row in current_values.kpi_values(settings, chosen))
