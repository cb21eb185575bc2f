"""Handing files in, in a real browser: upload, receipt, impact, and only then published."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.kpis.test_skills_to_community import event
from tests.support.archives import pack
from tests.support.files import write_csv
from tests.support.foreign import old_xls
from warehouse import release
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
    expect(page.get_by_text("老表.xls")).to_be_visible()
    assert str(tempfile.gettempdir()) not in page.inner_text(".stMain")
    assert release.current_id(settings) != before
    assert [path.name for path in (settings.seeds / PROGRAMME).iterdir()] == [NAME]
    assert (settings.seeds / PROGRAMME / NAME).read_bytes() == good.read_bytes()
    assert seen.outside == []
    assert seen.errors == []
