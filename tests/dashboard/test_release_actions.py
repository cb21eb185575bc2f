"""What somebody in charge can do on the releases page, on a copy of the small house's release."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.data import releases
from tests.dashboard.reader import Reader, read
from warehouse.releases import held, release, retention
from warehouse.releases.limits import Excess
from warehouse.settings import Settings
from warehouse.system.lock import writer_lock

LATER = "29990101T000000Z-ffffffff"
EXCESS = Excess(
    "kpi_swing", "dispute_mediation", "dm_workers", "2024", 240, 400_240, 10, "涉及劳动者差一千倍", "far off"
)


@pytest.fixture
def home(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The house's release in a home of its own."""
    copied = replace(house, home=tmp_path / "home")
    shutil.copytree(house.releases, copied.releases)
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(copied.seeds))
    monkeypatch.setenv("UNIONBOARD_HOME", str(copied.home))
    monkeypatch.setenv("UNIONBOARD_TODAY", copied.today.isoformat())
    return copied


def press(page: Reader, key: str) -> Reader:
    page.app.button(key=key).click()
    page.app.run()
    return page


def candidate(home: Settings, previous: str) -> Path:
    path = release.candidate_path(home, "unionboard.duckdb")
    shutil.copy(release.find(home, previous).path, path)
    return path


def manifest(home: Settings, previous: str) -> dict[str, object]:
    kept = release.find(home, previous).manifest
    return {**kept, "previous": previous, "fingerprint": "another"}


def test_release_that_waits_is_explained_and_published_by_one_click(home: Settings, release_id: str) -> None:
    held.keep_aside(home, candidate(home, release_id), LATER, manifest(home, release_id), [EXCESS])
    page = read("releases")
    assert page.errors == []
    assert "版本 0101-ffff 等待确认" in page.text
    assert "涉及劳动者差一千倍" in page.text
    assert "far off" in read("releases", lang="EN").text
    assert release.current_id(home) == release_id
    page = press(page, "publish_anyway")
    assert page.errors == []
    assert release.current_id(home) == LATER
    assert "等待确认" not in page.text


def roll_back(page: Reader, reason: str) -> Reader:
    page.app.text_input(key="roll_back_reason").set_value(reason)
    return press(page, "roll_back")


def test_rollback_asks_why_and_says_so_and_pin_is_one_click(home: Settings, release_id: str) -> None:
    release.publish(home, candidate(home, release_id), LATER, manifest(home, release_id))
    page = press(read("releases"), "roll_back")
    assert "请先写明撤回原因" in page.text
    assert release.current_id(home) == LATER
    page = roll_back(page, "把人次<b>报成</b>了人数")
    assert page.errors == []
    assert release.current_id(home) == release_id
    assert "撤回原因：把人次<b>报成</b>了人数" in page.text and "<b>报成" not in page.markup
    assert "已撤回" in page.text
    page = press(page, "pin")
    assert retention.is_pinned(release.find(home, release_id))
    assert "长期保留" in page.text
    # From the page of a withdrawn release there is a way to it as well, which cancels that it was withdrawn.
    page = press(read("releases", release=LATER), "roll_back")
    assert release.current_id(home) == LATER
    assert "已撤回" not in page.text


def test_first_release_is_not_said_to_have_changed_nothing(home: Settings) -> None:
    page = read("releases")
    assert "第一个版本" in page.text and "0 个值变化" not in page.text
    assert "first release" in read("releases", lang="en").text


def test_page_says_who_is_writing_instead_of_waiting(
    home: Settings, release_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.data import releases

    monkeypatch.setattr(releases, "WAIT_SECONDS", 0.1)
    page = read("releases")
    with writer_lock(home.home):
        page = press(page, "pin")
    assert f"另一个进程正在刷新（进程 {os.getpid()}" in page.text
    assert not retention.is_pinned(release.find(home, release_id))


def test_buttons_are_gone_where_pages_are_for_reading_only(
    home: Settings, release_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNIONBOARD_READ_ONLY", "1")
    held.keep_aside(home, candidate(home, release_id), LATER, manifest(home, release_id), [EXCESS])
    page = read("releases")
    assert "等待确认" in page.text
    assert len(page.app.button) == 0
    assert "剩余" in page.text


def test_damaged_earlier_release_is_told_and_the_current_one_goes_on(home: Settings, release_id: str) -> None:
    now = release.publish(home, candidate(home, release_id), LATER, manifest(home, release_id))
    earlier = release.find(home, release_id)
    whole = earlier.path.read_bytes()
    rotten = bytearray(whole)
    rotten[len(rotten) // 2] ^= 0xFF
    for damaged, why in ((whole[:1_000], "被截短"), (bytes(rotten), "校验和不符")):
        earlier.path.chmod(0o644)
        earlier.path.write_bytes(damaged)
        page = read("dispute-mediation", region="410300", as_of=release_id)
        assert page.errors == []
        assert "要看的版本已损坏" in page.text and why in page.text and "当前版本" in page.text
        assert "62.5 %" in page.text and f"版本 {releases.short_id(now.id)}" in page.text
        assert "正在查看" not in page.text
        assert {"as_of": ""} in page.links()
        compared = read("compare", release=release_id)
        assert compared.errors == []
        assert "要看的版本已损坏" in compared.text and why in compared.text
        back = read("dispute-mediation", region="410300")
        assert "已损坏" not in back.text and "62.5 %" in back.text
    assert read("dispute-mediation", as_of=release_id, lang="en").text.count("is damaged and cannot be opened") == 1
    earlier.path.unlink()
    assert read("dispute-mediation", as_of=release_id).errors == []


def test_damaged_release_gives_way_and_every_page_says_so(home: Settings, release_id: str) -> None:
    later = release.publish(home, candidate(home, release_id), LATER, manifest(home, release_id))
    os.truncate(later.path, 1_000)
    page = read()
    assert page.errors == []
    assert "当前版本已损坏" in page.text
    assert "数据至" in page.text
    assert "已损坏" in read("releases").text
    os.truncate(release.find(home, release_id).path, 1_000)
    page = read()
    assert page.errors == []
    assert "没有完好的版本可以显示" in page.text
