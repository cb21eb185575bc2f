"""A copy is checked before it counts: what is cut off, tampered with or not there is refused, and what stood before stands."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from tests.hosts import machines
from tests.support import releases as made
from warehouse import refresh as refreshing
from warehouse import settings as settings_module
from warehouse.command.status import status
from warehouse.intake.folder import set_aside
from warehouse.releases import release, signing
from warehouse.replicas import offered, sources
from warehouse.replicas.offered import Offered
from warehouse.replicas.pull import PullError, pull
from warehouse.replicas.sources import Folder, SourceError
from warehouse.settings import Settings
from warehouse.system import copied, integrity, private
from warehouse.system.copied import Copy
from warehouse.system.lock import LockedError, writer_lock

SECOND = "20990101T000000Z-second00"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A writer with one release; tests work on copies of it."""
    root = tmp_path_factory.mktemp("writer")
    settings = settings_module.load(root / "seeds", root / "home", machines.TODAY)
    machines.hand_out_two_cases(settings.seeds)
    assert refreshing.refresh(settings).published
    return settings


@pytest.fixture
def writer(published: Settings, tmp_path: Path) -> Settings:
    """A writer of one's own."""
    shutil.copytree(published.home, tmp_path / "writer")
    return settings_module.load(published.seeds, tmp_path / "writer", published.today)


@pytest.fixture
def replica(tmp_path: Path) -> Settings:
    """An empty home that is to be a copy."""
    home = tmp_path / "replica"
    return settings_module.load(home / "seeds", home, machines.TODAY)


class Spoilt(Folder):
    """A source whose files come other than they are."""

    def __init__(self, folder: Path, settings: Settings, name: str, spoil: Callable[[bytes], bytes]) -> None:
        super().__init__(folder, settings)
        self._name, self._spoil = name, spoil

    def opened(self, name: str, begin: int) -> Any:
        """The file, spoilt if it is the one."""
        if not name.endswith(self._name):
            return super().opened(name, begin)
        path = self._settings.home / name
        spoilt = path.parent / f".{path.name}.spoilt"
        spoilt.write_bytes(self._spoil(path.read_bytes()))
        file: IO[bytes] = spoilt.open("rb")
        file.seek(begin)
        return file


def another_release(writer: Settings) -> str:
    """A second release with the content of the first and a table of its own."""
    now = release.current(writer)
    assert now is not None
    return made.make(writer, ["create table of_the_second as select 1 as one"], now.path, SECOND)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_copy_holds_the_same_bytes_and_the_notes_that_pages_read(writer: Settings, replica: Settings) -> None:
    pulled = pull(replica, Folder(writer.home, replica))
    assert pulled.missing == 0
    now = release.current(replica)
    assert now is not None and now.id == release.current_id(writer)
    for suffix in (".duckdb", ".json"):
        name = f"{now.id}{suffix}"
        assert (replica.releases / name).read_bytes() == (writer.releases / name).read_bytes()
        assert (replica.releases / name).stat().st_mode & 0o777 == 0o600
    for name in ("receipts/latest.json", "last_refresh.json"):
        assert (replica.home / name).read_bytes() == (writer.home / name).read_bytes()
    here = {path.relative_to(replica.home).parts[0] for path in replica.home.rglob("*") if path.is_file()}
    assert here == {"receipts", "last_refresh.json", "releases", "keys"}
    assert [path.name for path in (replica.home / "keys").iterdir()] == ["release.pub"]


@pytest.mark.parametrize(
    "name, spoil, said",
    [
        (".duckdb", flipped, "校验和"),
        (".duckdb", lambda content: content[: len(content) // 3], "没有传完整"),
        (".duckdb", lambda content: content + b"more", "没有传完整"),
        (".duckdb", lambda content: b"", "没有传完整"),
        (".duckdb", lambda content: bytes(len(content)), "校验和"),
        (".json", flipped, "变了或损坏"),
        (".json", lambda content: content[:-1], "变了或损坏"),
        (".json", lambda content: b"{}", "变了或损坏"),
    ],
)
def test_spoilt_release_is_refused_and_the_one_before_stays(
    writer: Settings, replica: Settings, name: str, spoil: Callable[[bytes], bytes], said: str
) -> None:
    pull(replica, Folder(writer.home, replica))
    first = release.current_id(replica)
    another_release(writer)
    with pytest.raises(PullError, match=said):
        pull(replica, Spoilt(writer.home, replica, f"{SECOND}{name}", spoil))
    shown = release.current(replica)
    assert shown is not None and shown.id == first and shown.problem(again=True) is None
    assert not (replica.releases / f"{SECOND}.duckdb").exists()
    # Once it comes as it is, it is taken, whatever was left of the attempt before.
    pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == SECOND
    assert not list(replica.releases.glob(".*"))


def test_release_that_is_none_is_refused_though_its_hash_is_right(writer: Settings, replica: Settings) -> None:
    pull(replica, Folder(writer.home, replica))
    first = release.current_id(replica)
    made.make(writer, ["create table alone as select 1 as one"], name=SECOND)
    with pytest.raises(PullError, match="缺少页面要读的"):
        pull(replica, Folder(writer.home, replica))
    path = writer.releases / f"{SECOND}.duckdb"
    path.write_bytes(b"no database at all" * 1000)
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    changed = {**document, "sha256": integrity.sha256_of(path), "size_bytes": path.stat().st_size}
    path.with_suffix(".json").write_text(json.dumps(signing.signed(writer, SECOND, changed)), encoding="utf-8")
    with pytest.raises(PullError, match="打不开"):
        pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == first


class Believing(Folder):
    """A source that offers what its manifests say, signed by anybody: a writer that has been taken over."""

    def offered(self, known: str | None) -> Offered | None:
        """As if its own key had signed."""
        keys = self._settings.home / "keys"
        keys.rename(keys.with_name("away"))
        try:
            return super().offered(known)
        finally:
            keys.with_name("away").rename(keys)


def test_copy_believes_the_key_it_met_first_and_no_other(writer: Settings, replica: Settings, tmp_path: Path) -> None:
    pull(replica, Folder(writer.home, replica))
    first = release.current_id(replica)
    another_release(writer)
    stranger = replace(writer, home=tmp_path / "stranger")
    path = (writer.releases / SECOND).with_suffix(".json")
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(signing.signed(stranger, SECOND, document)), encoding="utf-8")
    with pytest.raises(PullError, match=r"不认识的密钥.*release\.pub.*unionboard release-key"):
        pull(replica, Believing(writer.home, replica))
    del document["signature"]
    path.write_text(json.dumps(integrity.signed(document)), encoding="utf-8")
    with pytest.raises(PullError, match="没有签名"):
        pull(replica, Believing(writer.home, replica))
    assert release.current_id(replica) == first
    # The writer has another key now, and somebody says so here.
    path.write_text(json.dumps(signing.signed(stranger, SECOND, document)), encoding="utf-8")
    (replica.home / "keys" / "release.pub").write_text(signing.public_pem(stranger), encoding="ascii")
    pull(replica, Believing(writer.home, replica))
    assert release.current_id(replica) == SECOND and release.current(replica) is not None


def test_copy_of_an_earlier_programme_is_taken_and_signed_ones_come_without_their_file_again(
    writer: Settings, replica: Settings
) -> None:
    named = str(release.current_id(writer))
    path = (writer.releases / named).with_suffix(".json")
    signed, document = path.read_bytes(), json.loads(path.read_text(encoding="utf-8"))
    del document["signature"]
    path.write_text(json.dumps(integrity.signed(document)), encoding="utf-8")
    pull(replica, Believing(writer.home, replica))
    assert release.current(replica) is not None and not (replica.home / "keys").exists()
    path.write_bytes(signed)

    class Manifests(Folder):
        def opened(self, name: str, begin: int) -> Any:
            assert not name.endswith(".duckdb")
            return super().opened(name, begin)

    pull(replica, Manifests(writer.home, replica))
    now = release.current(replica)
    assert now is not None and "signature" in now.manifest and (replica.home / "keys" / "release.pub").exists()


def test_download_that_broke_off_goes_on_where_it_was(writer: Settings, replica: Settings) -> None:
    begins: list[int] = []

    class Counting(Folder):
        def opened(self, name: str, begin: int) -> Any:
            if name.endswith(".duckdb"):
                begins.append(begin)
            return super().opened(name, begin)

    size = (writer.releases / f"{release.current_id(writer)}.duckdb").stat().st_size
    with pytest.raises(PullError, match="没有传完整"):
        pull(replica, Spoilt(writer.home, replica, ".duckdb", lambda content: content[: size // 2]))
    pull(replica, Counting(writer.home, replica))
    assert begins == [size // 2]
    assert release.current(replica) is not None


def test_rollback_and_its_reason_come_along_and_the_pointer_goes_back(writer: Settings, replica: Settings) -> None:
    first = release.current_id(writer)
    another_release(writer)
    pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == SECOND
    taken = set_aside.Taken(set_aside.ROLLBACK, set_aside.now(), "口径错了", SECOND, first, (SECOND,), ())
    set_aside.save(writer, [taken])
    release.point_to(writer, first or "")
    pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == first
    assert set_aside.withdrawn(replica)[SECOND].reason == "口径错了"
    # What the writer takes back is taken back here too.
    set_aside.save(writer, [])
    (writer.home / set_aside.FILE).unlink()
    pull(replica, Folder(writer.home, replica))
    assert set_aside.withdrawn(replica) == {}


def test_new_copy_gets_the_current_release_first_and_earlier_ones_after_it(writer: Settings, replica: Settings) -> None:
    another_release(writer)
    third = made.make(writer, [], writer.releases / f"{SECOND}.duckdb", "20990102T000000Z-third000")
    pulled = pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == third
    # One earlier release a look: a newer current one does not wait behind the history.
    assert (pulled.missing, len(release.list_releases(replica))) == (1, 2)
    assert pull(replica, Folder(writer.home, replica), pulled.offered).missing == 0
    assert [one.id for one in release.list_releases(replica)] == [one.id for one in release.list_releases(writer)]
    few = replace(replica, keep_releases=1)
    pull(few, Folder(writer.home, few))
    assert [one.id for one in release.list_releases(few)] == [third]


def test_writer_without_a_release_or_an_empty_mount_changes_nothing(
    writer: Settings, replica: Settings, tmp_path: Path
) -> None:
    pull(replica, Folder(writer.home, replica))
    first = release.current_id(replica)
    (tmp_path / "mount").mkdir()
    with pytest.raises(SourceError, match="还没有挂载"):
        pull(replica, Folder(tmp_path / "mount", replica))
    with pytest.raises(SourceError, match="找不到文件夹"):
        pull(replica, Folder(tmp_path / "nowhere", replica))
    (writer.releases / "CURRENT").unlink()
    with pytest.raises(SourceError, match="还没有版本"):
        pull(replica, Folder(writer.home, replica))
    (writer.releases / "CURRENT").write_text(f"{SECOND}\n", encoding="ascii")
    with pytest.raises(SourceError, match="可能正在同步"):
        pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == first and release.current(replica) is not None


def test_damaged_copy_is_fetched_again(writer: Settings, replica: Settings) -> None:
    pull(replica, Folder(writer.home, replica))
    path = replica.releases / f"{release.current_id(replica)}.duckdb"
    path.write_bytes(flipped(path.read_bytes()))
    pull(replica, Folder(writer.home, replica))
    assert path.read_bytes() == (writer.releases / path.name).read_bytes()


def test_full_disk_is_said_and_the_copy_stays(
    writer: Settings, replica: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(replica, Folder(writer.home, replica))
    first = release.current_id(replica)
    another_release(writer)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(PullError, match="磁盘放不下"):
        pull(replica, Folder(writer.home, replica))
    assert release.current_id(replica) == first


@pytest.mark.parametrize(
    "name",
    [
        "../writer/refresh.lock", "releases/../ledger/x.json", "/etc/passwd", "receipts/latest.json/..", "CURRENT", "releases/CURRENT",
        "copy.json", "logs/refresh.jsonl", "releases/x.duckdb", "uploads/../set_aside.json", "reference/../x.csv", "set_aside.json\n", "",
        "landing/dispute_mediation/case/x.parquet", "ledger/files.duckdb", "seeds/x.csv", "reference/.csv",
    ],
)  # fmt: skip
def test_no_other_file_has_a_name_to_ask_for_or_to_write(writer: Settings, name: str) -> None:
    assert not offered.is_offered(name)
    document = offered.of(writer).as_json()
    forged = {**document, "notes": [{"name": name, "sha256": "0", "size_bytes": 1}]}
    with pytest.raises(ValueError):
        offered.from_json(integrity.signed(forged))


def test_link_in_a_home_is_not_offered(writer: Settings, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("{}", encoding="utf-8")
    (writer.home / "uploads").mkdir(exist_ok=True)
    os.symlink(tmp_path / "outside", writer.home / "uploads" / "20240601T000000000000Z-aaaa.json")
    assert not [note for note in offered.of(writer).notes if note.name.startswith("uploads/")]


def test_copy_publishes_nothing_and_says_where_to(replica: Settings) -> None:
    copied.save(replica.home, Copy("https://writer.example.org"))
    with pytest.raises(LockedError, match=r"https://writer\.example\.org"), writer_lock(replica.home):
        pass
    with pytest.raises(LockedError, match="副本"):
        refreshing.refresh(replica)


def test_status_tells_where_the_copy_comes_from_and_what_is_wrong(writer: Settings, replica: Settings) -> None:
    assert status(writer)["copy"] is None
    with private.writing(replica):
        pull(replica, Folder(writer.home, replica))
    named = release.current_id(replica)
    copied.save(replica.home, Copy("/mnt/board", reached_at=copied.now(), named=named, release=named))
    told = status(replica)["copy"]
    assert (told["from"], told["behind"], told["problem"], told["writer_release"]) == ("/mnt/board", False, None, named)
    old = Copy("/mnt/board", reached_at="2024-06-01T00:00:00+00:00", named=named, release=named, problem="联系不上")
    copied.save(replica.home, old)
    told = status(replica)["copy"]
    assert (told["behind"], told["problem"]) == (True, "联系不上")


@pytest.mark.parametrize(
    "source",
    [
        *("ftp://x", "http://", "http://x:99999", "http://x?token=1", "file:///tmp"),
        "https://user:pass@x",  # pragma: allowlist secret
    ],
)
def test_source_that_is_none_is_said_so(replica: Settings, source: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="不是发布主机的地址"):
        sources.named(source, machines.token_in(tmp_path), replica)


def test_own_home_is_no_source(replica: Settings) -> None:
    replica.home.mkdir()
    with pytest.raises(ValueError, match="同一处"):
        sources.named(str(replica.home), None, replica)
