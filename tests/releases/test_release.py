"""Releases: published whole, pointed to, rolled back."""

from pathlib import Path

import duckdb
import pytest

from warehouse import settings
from warehouse.build import sealing
from warehouse.releases import release, rollback


@pytest.fixture
def home(tmp_path: Path) -> settings.Settings:
    return settings.load(home=tmp_path)


def publish(home: settings.Settings, release_id: str, value: int) -> release.Release:
    candidate = release.candidate_path(home, "unionboard.duckdb")
    with duckdb.connect(str(candidate)) as connection:
        connection.execute(f"create table numbers as select {value} as n")
        connection.execute("create view doubled as select n * 2 as n from unionboard.main.numbers")
        connection.execute(f"copy numbers to '{home.home / 'landed.parquet'}'")
        connection.execute(f"create view stg_anything as select * from read_parquet('{home.home / 'landed.parquet'}')")
        sealing.seal(connection, candidate.stem)
    manifest = {"created_at": "2024-06-01T00:00:00+00:00", "fingerprint": str(value)}
    return release.publish(home, candidate, release_id, manifest)


def read(published: release.Release, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(published.path), read_only=True, config={"enable_external_access": "false"}) as connection:
        return connection.execute(sql).fetchall()


def test_current_before_the_first_release_is_none(home: settings.Settings) -> None:
    assert release.current(home) is None
    assert release.current_id(home) is None


def test_publish_moves_the_pointer_and_keeps_the_release_before(home: settings.Settings) -> None:
    first = publish(home, "20240601T000000Z-aaaaaaaa", 1)
    second = publish(home, "20240602T000000Z-bbbbbbbb", 2)
    assert release.current(home) == second
    assert read(first, "select n from numbers") == [(1,)]


def test_views_of_a_release_can_be_read_under_its_new_name(home: settings.Settings) -> None:
    assert read(publish(home, "20240601T000000Z-aaaaaaaa", 21), "select n from doubled") == [(42,)]


def test_views_over_landed_files_do_not_reach_a_release(home: settings.Settings) -> None:
    published = publish(home, "20240601T000000Z-aaaaaaaa", 1)
    assert read(published, "select view_name from duckdb_views() where not internal") == [("doubled",)]


def test_rollback_points_to_the_release_before(home: settings.Settings) -> None:
    first = publish(home, "20240601T000000Z-aaaaaaaa", 1)
    publish(home, "20240602T000000Z-bbbbbbbb", 2)
    assert rollback.roll_back(home)[0] == first
    assert release.current(home) == first


def test_rollback_takes_the_beginning_of_an_id(home: settings.Settings) -> None:
    publish(home, "20240601T000000Z-aaaaaaaa", 1)
    second = publish(home, "20240602T000000Z-bbbbbbbb", 2)
    rollback.roll_back(home, "20240601")
    assert rollback.roll_back(home, "20240602")[0] == second


def test_rollback_to_an_unknown_release_names_those_there_are(home: settings.Settings) -> None:
    publish(home, "20240601T000000Z-aaaaaaaa", 1)
    with pytest.raises(release.ReleaseError, match="20240601T000000Z-aaaaaaaa"):
        rollback.roll_back(home, "1999")


def test_rollback_without_an_earlier_release_says_so(home: settings.Settings) -> None:
    publish(home, "20240601T000000Z-aaaaaaaa", 1)
    with pytest.raises(release.ReleaseError, match="没有更早的版本"):
        rollback.roll_back(home)


def test_candidate_path_removes_what_an_earlier_attempt_left(home: settings.Settings) -> None:
    release.candidate_path(home, "unionboard.duckdb").write_text("half a file")
    assert not release.candidate_path(home, "unionboard.duckdb").exists()
