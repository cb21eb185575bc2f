"""批示: written on a number as it is seen, answered and closed, seen in its own region only, kept and in the audit."""

import shutil
from pathlib import Path

import pytest

from dashboard.data import comments as seeing
from tests.conftest import TODAY
from tests.dashboard import signed_in
from tests.dashboard.conftest import _showing
from tests.dashboard.house import MEDIATION
from tests.dashboard.reader import read
from warehouse import comments
from warehouse import settings as settings_module
from warehouse.access import audit, people, scopes
from warehouse.access.people import Person
from warehouse.access.scopes import NotAllowedError
from warehouse.comments import CommentError, Number
from warehouse.front_door import backup
from warehouse.releases import release
from warehouse.settings import Settings
from warehouse.system import copied, lines


@pytest.fixture
def board(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The house with a home of its own to write in."""
    home = tmp_path / "home"
    for name in ("releases", "receipts", "keys"):
        shutil.copytree(house.home / name, home / name)
    return _showing(settings_module.load(seeds=house.seeds, home=home, today=TODAY), monkeypatch)


def number(settings: Settings, region: str = "410000") -> Number:
    return Number(str(release.current_id(settings)), MEDIATION, "dm_success_rate", region, "2024-05", "auto")


def test_comment_is_written_answered_and_closed(board: Settings) -> None:
    leader, office = Person("s1", "主席"), Person("s2", "河南省总")
    name = comments.write(board, number(board), " 五月为什么低？\r\n请六月底前说明。 ", leader)
    comments.answer(board, name, "洛阳中心人手不足。", office)
    comments.close(board, name, leader)
    [kept] = comments.load(board)
    assert kept.number == number(board) and kept.written.text == "五月为什么低？\n请六月底前说明。"
    assert [(one.name, one.text) for one in kept.answers] == [("河南省总", "洛阳中心人手不足。")]
    assert kept.closed is not None and kept.closed.subject == "s1"
    with pytest.raises(CommentError, match="已经办结"):
        comments.answer(board, name, "再说", office)
    told = [(one["action"], one["who"]["subject"], one["about"]["kpi"]) for one in audit.read(board, action="comment")]
    assert told == [(f"comment.{what}", who, "dm_success_rate") for what, who in
                    (("write", "s1"), ("answer", "s2"), ("close", "s1"))]  # fmt: skip
    path = board.home / "comments" / "comments.jsonl"
    assert path.stat().st_mode & 0o077 == 0 and len(lines.read(path)) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" \n", "请先写内容"),
        ("好" * 1001, "最多 1000 个字，现为 1001 个"),
        ("请找张主席 13800138000", "个人信息"),
        ("身份证 11010519491231002X 的那位", "个人信息"),
    ],
)
def test_comment_without_words_or_with_personal_data_is_not_taken(board: Settings, text: str, expected: str) -> None:
    with pytest.raises(CommentError, match=expected):
        comments.write(board, number(board), text)
    assert comments.load(board) == ()


def test_comments_are_seen_in_their_own_regions_only(board: Settings) -> None:
    current = str(release.current_id(board))
    for region in ("000000", "410000", "410300", "540000"):
        comments.write(board, number(board, region), f"给 {region}", Person("s1"))
    with scopes.inside(signed_in.of("office", "410000", units=("河南省总工会",)).scope()):
        assert [one.number.region for one in seeing.seen(current)] == ["410300", "410000"]
    with scopes.inside(signed_in.of("administrator").scope()):
        assert seeing.seen(current) == ()
    with scopes.inside(signed_in.of("leader").scope()):
        assert len(seeing.seen(current)) == 4 and len(seeing.seen(current, "health_checkup")) == 0


def test_each_role_does_what_is_its_own(board: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(scopes.SIGN_IN, "oidc")
    current = str(release.current_id(board))
    henan = number(board)
    with people.as_person(Person("s1")), scopes.inside(signed_in.of("leader").scope()):
        seeing.write(henan, "请说明")
        name = comments.load(board)[0].id
    with people.as_person(Person("s2")), scopes.inside(signed_in.of("office", "410000", units=("甲",)).scope()):
        with pytest.raises(NotAllowedError):
            seeing.write(henan, "不该写")
        with pytest.raises(NotAllowedError):
            seeing.close(current, name)
        seeing.answer(current, name, "在改")
    elsewhere = signed_in.of("office", "540000", units=("乙",)).scope()
    with people.as_person(Person("s3")), scopes.inside(elsewhere), pytest.raises(NotAllowedError):
        seeing.answer(current, name, "别处的")
    with people.as_person(Person("s4")), scopes.inside(signed_in.of("province_leader", "410000").scope()):
        with pytest.raises(NotAllowedError):
            seeing.write(number(board, "540000"), "别处的")
        # It may read and answer what the ministry wrote to it, and close its own only.
        with pytest.raises(NotAllowedError):
            seeing.close(current, name)
    with people.as_person(Person("s1")), scopes.inside(signed_in.of("leader").scope()):
        seeing.close(current, name)
    [kept] = comments.load(board)
    assert [one.text for one in kept.answers] == ["在改"] and kept.closed is not None


def test_page_writes_answers_and_closes(board: Settings) -> None:
    page = read("dispute-mediation", region="410000", kpi="dm_success_rate")
    page.app.button(key="comment_begin").click().run()
    page.app.text_area(key="comment_text").set_value("<script>alert(1)</script> 为什么低？")
    page.app.button(key="comment_send").click().run()
    assert page.errors == []
    assert "批示已写下。" in page.text and "&lt;script&gt;" in page.markup and "<script>alert" not in page.markup
    [kept] = comments.load(board)
    assert kept.number == number(board)
    key = f"comment_answer_{kept.id}"
    page.app.text_input(key=key).set_value("电话 13800138000")
    page.app.button(key=f"{key}_send").click().run()
    assert "个人信息" in page.text and page.app.text_input(key=key).value == "电话 13800138000"
    page.app.text_input(key=key).set_value("已加派调解员")
    page.app.button(key=f"{key}_send").click().run()
    assert "已加派调解员" in page.text
    asked = read("reminders")
    assert "未办结的批示" in asked.text and "已加派调解员" in asked.text
    assert any(
        link.get("as_of") == kept.number.release and link.get("kpi") == "dm_success_rate" for link in asked.links()
    )
    page.app.button(key=f"{key}_close").click().run()
    assert "已办结。" in page.text and "未办结的批示" not in read("reminders").text


def test_copy_and_read_only_pages_take_no_comment(board: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_READ_ONLY", "1")
    assert not seeing.may_write() and not seeing.may_answer()
    copied.save(board.home, copied.Copy("https://writer.example.org"))
    with pytest.raises(CommentError, match="副本"):
        comments.write(board, number(board), "在这里")


def test_damaged_list_is_told_and_the_page_goes_on(board: Settings) -> None:
    (board.home / "comments").mkdir()
    (board.home / "comments" / "comments.jsonl").write_text("?\n")
    page = read("dispute-mediation", region="410000")
    assert page.errors == [] and "第 1 行已损坏" in page.text


def test_backup_holds_comments_and_the_outbox(board: Settings, tmp_path: Path) -> None:
    comments.write(board, number(board), "请说明")
    (board.home / "notify").mkdir()
    (board.home / "notify" / "outbox.jsonl").write_text("")
    (board.home / "notify" / ".lock").write_text("")
    held = backup.back_up(board, tmp_path / "backup.tar.gz")
    assert {"home/comments/comments.jsonl", "home/notify/outbox.jsonl"} <= held["files"].keys()
    assert "home/notify/.lock" not in held["files"]
