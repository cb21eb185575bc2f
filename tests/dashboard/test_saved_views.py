"""Views and queries with a name: saved, listed, opened by their link, one's own or everybody's."""

import tarfile
from pathlib import Path

import pytest

from dashboard.components import saved_views as saved_views_component
from tests.conftest import TODAY
from tests.dashboard.conftest import _showing
from tests.dashboard.reader import read
from warehouse import saved_views
from warehouse import settings as settings_module
from warehouse.access.people import Person
from warehouse.front_door import backup
from warehouse.saved_views import SavedViewError
from warehouse.settings import Settings

MINE, OTHER = Person("sub-0001", "甲"), Person("sub-0002", "乙")
QUERY = {"rows": "kpi", "cols": "period", "kpis": "dm_success_rate", "region": "410300"}


@pytest.fixture
def at_own(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The release of the house in a home of its own, so that lists may be written."""
    settings = settings_module.load(seeds=house.seeds, home=tmp_path / "home", today=TODAY)
    settings.home.mkdir()
    for name in ("releases", "keys"):
        (settings.home / name).symlink_to(house.home / name)
    return _showing(settings, monkeypatch)


def test_view_is_saved_under_a_name_and_its_link_brings_it_back(at_own: Settings) -> None:
    page = read("ask", **{**QUERY, "region": "河南 › 洛阳市"})
    page.app.text_input(key="saved_name").set_value("洛阳每月")
    next(one for one in page.app.button if one.label == "存下").click().run()
    assert page.errors == []
    [kept] = saved_views.seen(at_own, MINE)
    assert (kept.name, kept.query) == ("洛阳每月", QUERY)
    assert f"ask?saved={kept.id}" in page.markup
    other = read("ask", saved=kept.id)
    assert other.errors == []
    assert other.app.session_state["pivot_rows"] == ["kpi"]
    assert other.app.session_state["region"] == "410300"
    assert "正在看" in other.text


def test_saved_query_fills_the_box_and_runs_nothing(at_own: Settings) -> None:
    name = saved_views.save(at_own, "答案", {"way": "SQL", "sql": "select 41 + 1 as answer"}, True)
    page = read("ask", saved=name)
    assert page.app.text_area(key="sql").value == "select 41 + 1 as answer"
    assert "还没有执行" in page.text


def test_what_is_shared_is_seen_by_all_and_the_rest_by_oneself(at_own: Settings) -> None:
    saved_views.save(at_own, "大家的", QUERY, True, MINE)
    own = saved_views.save(at_own, "我的", QUERY, False, MINE)
    assert [one.name for one in saved_views.seen(at_own, MINE)] == ["我的", "大家的"]
    assert [one.name for one in saved_views.seen(at_own, OTHER)] == ["大家的"]
    for name in (own, saved_views.seen(at_own, OTHER)[0].id):
        with pytest.raises(SavedViewError, match="不是您存的"):
            saved_views.remove(at_own, name, OTHER)
    saved_views.remove(at_own, own, MINE)
    assert [one.name for one in saved_views.seen(at_own, MINE)] == ["大家的"]


def test_same_name_of_the_same_person_is_the_new_view(at_own: Settings) -> None:
    saved_views.save(at_own, "一", QUERY, True, MINE)
    saved_views.save(at_own, "一", {"rows": "region"}, True, MINE)
    saved_views.save(at_own, "一", QUERY, True, OTHER)
    assert [one.query for one in saved_views.seen(at_own, MINE)] == [QUERY, {"rows": "region"}]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("  ", QUERY, "起个名字"),
        ("长" * 61, QUERY, "最多 60"),
        ("电话13800138000", QUERY, "个人信息"),
        ("一", {"sql": "select '13800138000'"}, "个人信息"),
        ("一", {"sql": "x" * 20_001}, "太长"),
    ],
)
def test_what_cannot_be_kept_is_said(at_own: Settings, name: str, query: dict[str, str], said: str) -> None:
    with pytest.raises(SavedViewError, match=said):
        saved_views.save(at_own, name, query, True)
    assert saved_views.seen(at_own) == ()


def test_many_codes_are_no_personal_number(at_own: Settings) -> None:
    places = ",".join(f"4101{number:02d}" for number in range(40))
    assert saved_views.save(at_own, "各县", {"places": places, "kpis": "dm_success_rate"}, True)


def test_link_to_nothing_is_told(at_own: Settings) -> None:
    assert saved_views_component.opened({"rows": "kpi"}) is None
    page = read("ask", saved="000000000000")
    assert page.errors == []
    assert "000000000000" in page.text


def test_damaged_list_is_told_and_the_page_stays(at_own: Settings) -> None:
    saved_views.save(at_own, "一", QUERY, True)
    path = at_own.home / "views" / "views.jsonl"
    path.write_bytes(b"{\n" + path.read_bytes())
    page = read("ask")
    assert page.errors == []
    assert "已损坏" in page.text
    assert "<table" in page.markup


def test_backup_holds_the_list(at_own: Settings, tmp_path: Path) -> None:
    saved_views.save(at_own, "一", QUERY, True)
    backup.back_up(at_own, tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        assert any(name.endswith("views/views.jsonl") for name in archive.getnames())
