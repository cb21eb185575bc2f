"""Handing files in at a replica, in a real browser: the writer goes away at the worst moment, comes back, and nothing is lost."""

from pathlib import Path
from typing import Any

import pytest

from tests.hosts import machines
from tests.hosts.machines import PROGRAMME, until
from tests.support.files import case, write_csv

OFFICE = "许昌市总工会"


@pytest.mark.browser
def test_upload_at_a_replica_outlasts_the_writers_absence(browser: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    wait = machines.WAIT_SECONDS * 1000
    seeds, token = tmp_path / "seeds", machines.token_in(tmp_path)
    machines.hand_out_two_cases(seeds)
    cases = [case(str(number), workers_involved=7, reporting_unit=OFFICE) for number in (70, 71)]
    file = write_csv(tmp_path / f"河南_劳动争议裁调对接_案件表_{OFFICE}_202405.csv", PROGRAMME, "case", cases)
    port = machines.free_port()
    page = browser.new_page(locale="zh-CN", viewport={"width": 1400, "height": 900})
    with machines.writer(tmp_path, seeds, token, port) as writer:
        source, options = writer.address, ("--token-file", str(token))
        with machines.replica(tmp_path, "replica", source, *options) as replica:
            before = replica.release()
            page.goto(f"{replica.address}/upload")
            page.locator("input[type=file]").set_input_files([file])
            expect(page.get_by_text("共 2 行，收下 2，隔离 0")).to_be_visible(timeout=wait)
            page.get_by_role("button", name="看影响").click()
            expect(page.get_by_role("button", name="发布")).to_be_visible(timeout=wait)
            writer.kill()

            page.get_by_role("button", name="发布").click()
            expect(page.get_by_text("文件没有丢")).to_be_visible(timeout=wait)
            # No machine and no folder of the house is named to readers.
            assert str(port) not in page.inner_text(".stMain") and str(tmp_path) not in page.inner_text(".stMain")
            assert replica.release() == before
            assert not list(seeds.rglob(f"*{OFFICE}*"))

            with machines.writer(tmp_path, seeds, token, port) as again:
                page.get_by_role("button", name="再试一次").click()
                expect(page.get_by_text("已处理：")).to_be_visible(timeout=wait)
                assert [path.read_bytes() for path in seeds.rglob(f"*{OFFICE}*")] == [file.read_bytes()]
                until(lambda: replica.release() == again.release() != before, replica)
                page.goto(f"{replica.address}/{PROGRAMME.replace('_', '-')}?region=410000&period=2024-05")
                # 2 × 12 and 2 × 7.
                card = page.locator(":is(article, tr)[aria-label='涉及劳动者']")
                expect(card).to_contain_text("38", timeout=wait)
                # The receipts are the writer's.
                page.goto(f"{replica.address}/upload")
                expect(page.get_by_text(f"案件表_{OFFICE}_202405.csv").first).to_be_visible(timeout=wait)
                expect(page.get_by_role("button", name="撤销")).to_have_count(0)
    page.close()
