"""What readers of a copy are shown: everything the writer's pages say, that it may be old, and nothing that only the writer does."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from dashboard import metrics, server
from tests.dashboard import reader
from tests.hosts import machines
from warehouse import refresh as refreshing
from warehouse import settings as settings_module
from warehouse.front_door import handed_in
from warehouse.intake.folder import set_aside
from warehouse.releases import held, release, signing
from warehouse.replicas.pull import pull
from warehouse.replicas.sources import Folder
from warehouse.settings import Settings
from warehouse.system import copied
from warehouse.system.copied import Copy

LONG_AGO = "2024-06-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A writer with a release, an upload, something taken back and a candidate that waits."""
    root = tmp_path_factory.mktemp("writer")
    settings = settings_module.load(root / "seeds", root / "home", machines.TODAY)
    machines.hand_out_two_cases(settings.seeds)
    assert refreshing.refresh(settings).published
    now = release.current(settings)
    assert now is not None
    name = next(settings.seeds.rglob("*案件表*")).relative_to(settings.seeds).as_posix()
    handed_in.remember(settings, [(name, "0" * 64)])
    taken = set_aside.Taken(set_aside.UNDO, set_aside.now(), "交错了月份", None, None, (), ())
    set_aside.save(settings, [taken])
    folder = settings.releases / held.FOLDER
    folder.mkdir()
    waiting = {**now.manifest, "beyond_limits": []}
    waiting.pop("checksum", None)
    document = signing.signed(settings, "20990101T000000Z-waiting0", waiting)
    (folder / "20990101T000000Z-waiting0.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "20990101T000000Z-waiting0.duckdb").write_bytes(b"its rows stay at the writer")
    return settings


@pytest.fixture
def copy(writer: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh copy of it, which pages are asked of."""
    home = tmp_path / "copy"
    settings = settings_module.load(home / "seeds", home, machines.TODAY)
    settings.seeds.mkdir(parents=True)
    pull(settings, Folder(writer.home, settings))
    named = release.current_id(settings)
    copied.save(home, Copy(str(writer.home), reached_at=copied.now(), named=named, release=named, copied_at=LONG_AGO))
    monkeypatch.setenv("UNIONBOARD_HOME", str(home))
    monkeypatch.setenv("UNIONBOARD_SEEDS", str(settings.seeds))
    monkeypatch.setenv("UNIONBOARD_TODAY", machines.TODAY.isoformat())
    monkeypatch.setenv("UNIONBOARD_READ_ONLY", "1")
    return settings


def silent(settings: Settings) -> None:
    """The writer was heard long ago."""
    before = copied.load(settings.home)
    assert before is not None
    copied.save(settings.home, Copy(**{**asdict(before), "reached_at": LONG_AGO, "problem": "联系不上"}))


def test_history_says_what_the_writers_says_and_has_no_buttons(copy: Settings) -> None:
    page = reader.read("releases")
    assert not page.errors
    for said in ("交错了月份", "0101-wait", "这台看板只显示版本"):
        assert said in page.text, said
    held_here = held.current(copy)
    assert held_here is not None and held_here.id == "20990101T000000Z-waiting0"
    # What waits is told of; its rows do not leave the writer.
    assert not list((copy.releases / held.FOLDER).glob("*.duckdb"))
    assert [button.key for button in page.app.button if button.key in ("publish_anyway", "pin", "roll_back")] == []


def test_receipts_and_uploads_are_the_writers(writer: Settings, copy: Settings) -> None:
    assert [one.id for one in handed_in.uploads(copy)] == [one.id for one in handed_in.uploads(writer)] != []
    page = reader.read("data-quality")
    assert not page.errors
    assert len(json.loads((copy.receipts / "latest.json").read_text(encoding="utf-8"))["files"]) == 2
    # Two files: a centre, and two cases, whose number may be too small to show.
    assert "2 文件" in page.text and "1 收下行" in page.text


def test_copy_that_keeps_up_says_nothing_and_one_that_does_not_says_so_on_every_page(copy: Settings) -> None:
    for path in ("", "releases", "glossary"):
        assert "可能不是最新" not in reader.read(path).text
    silent(copy)
    for path in ("", "releases", "glossary"):
        page = reader.read(path)
        assert not page.errors
        assert "可能不是最新" in page.text and "2024-06-01 08:00" in page.text
        # Where it comes from is not for every reader.
        assert str(copy.home.parent) not in page.text and "联系不上" not in page.text


def test_upload_page_of_a_copy_without_a_writer_says_where_to_go(copy: Settings) -> None:
    page = reader.read("upload")
    assert not page.errors
    assert "这台看板只看，不收文件" in page.text


def test_page_of_a_copy_that_has_nothing_yet_waits(copy: Settings) -> None:
    (copy.releases / "CURRENT").unlink()
    for path in copy.releases.glob("*.json"):
        path.unlink()
    page = reader.read("")
    assert not page.errors
    assert "这台看板在等第一个版本" in page.text and "seeds" not in page.text


def test_health_and_metrics_say_how_old_the_copy_is(copy: Settings) -> None:
    state, code = server.health_of(copy)
    assert (code, state["status"], state["copy"]["behind"], state["copy"]["problem"]) == (200, "ok", False, None)
    assert 0 <= state["copy"]["age_seconds"] < 60
    assert "unionboard_copy_behind 0" in metrics.text(copy)
    silent(copy)
    state, code = server.health_of(copy)
    # What it shows is whole, so it goes on being shown.
    assert (code, state["status"], state["problem"]) == (200, "degraded", "联系不上")
    assert state["copy"]["age_seconds"] > 10**7
    assert "from" not in state["copy"] and "writer" not in state["copy"]
    assert "unionboard_copy_behind 1" in metrics.text(copy)
