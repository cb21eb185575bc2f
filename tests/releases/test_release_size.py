"""A release takes the room of what it holds, however many came before it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.build.test_reads import THINGS, plan_of
from warehouse.build import candidate as building
from warehouse.build import compact
from warehouse.build.candidate import DATABASE_FILE, Base
from warehouse.build.plan import Plan
from warehouse.settings import Settings

ROWS = 400_000
DROP = 1_000
# What a release may take, beside one of the same content that is built from nothing.
MOST = 1.25


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))


def drop(settings: Settings, name: str, first: int, count: int) -> Path:
    """Land numbers that do not pack well, of programme 'a' and 'b' in turn."""
    path = settings.landing / "things" / "thing" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = f"select if(range % 2 = 0, 'a', 'b') as programme, hash(range) as x from range({first}, {first + count})"
    duckdb.execute(f"copy ({numbers}) to '{path}'")
    return path


def built(settings: Settings, plan: Plan, folder: Path, base: Base | None = None) -> Base:
    folder.mkdir()
    path = folder / DATABASE_FILE
    builder, _, failures = building._built(settings, path, plan, base, lambda _: None)
    assert failures == []
    return Base(path, builder.keys, builder.partitions)


def size(base: Base) -> int:
    return base.path.stat().st_size


def content(base: Base) -> list[list[tuple[object, ...]]]:
    with duckdb.connect(str(base.path), read_only=True) as connection:
        return [
            connection.execute(f"select count(*), bit_xor(hash(r)) from {table} as r").fetchall()
            for table in ("fct_things", "mart_things")
        ]


def rows_in(base: Base, table: str) -> int:
    with duckdb.connect(str(base.path), read_only=True) as connection:
        [(count,)] = connection.execute(f"select count(*) from {table}").fetchall()
    return int(count)


@pytest.mark.parametrize("sql", [f"select x from {THINGS}", f"select x from {THINGS} where programme = 'a'"])
def test_twenty_drops_leave_a_release_as_large_as_one_from_nothing(
    settings: Settings, tmp_path: Path, sql: str
) -> None:
    plan = plan_of(sql)
    drop(settings, "first", 0, ROWS)
    base = built(settings, plan, tmp_path / "base")
    for number in range(20):
        drop(settings, f"drop{number}", ROWS + DROP * number, DROP)
        base = built(settings, plan, tmp_path / f"grown{number}", base)
    anew = built(settings, plan, tmp_path / "anew")
    assert rows_in(base, "fct_things") == ROWS + 20 * DROP
    assert content(base) == content(anew)
    assert size(base) <= MOST * size(anew)


def test_release_that_lost_most_of_its_rows_takes_no_more_room_than_the_rest(
    settings: Settings, tmp_path: Path
) -> None:
    plan = plan_of(f"select x from {THINGS}")
    large = drop(settings, "large", 0, ROWS)
    drop(settings, "small", ROWS, 10 * DROP)
    base = built(settings, plan, tmp_path / "base")
    large.unlink()
    left = built(settings, plan, tmp_path / "left", base)
    anew = built(settings, plan, tmp_path / "anew")
    assert rows_in(left, "mart_things") == 10 * DROP
    assert content(left) == content(anew)
    assert size(left) <= MOST * size(anew) < size(base) / MOST
    assert not [path for path in left.path.parent.iterdir() if path != left.path]


def test_file_written_anew_holds_the_same_tables_and_views(tmp_path: Path) -> None:
    path = tmp_path / "unionboard.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table gone as select hash(range) as x from range({ROWS})")
        connection.execute(f"create table kept as select range as n, [range] as l from range({ROWS})")
        connection.execute("create view z_kept as select n from kept")
        connection.execute("create view a_kept as select max(n) as n from z_kept")
        connection.execute("checkpoint")
        assert not compact.is_loose(connection, "unionboard")
        connection.execute("drop table gone")
        connection.execute("checkpoint")
        connection.execute("create table late as select hash(range) as x from range(10)")
        connection.execute("checkpoint")
        assert compact.is_loose(connection, "unionboard")
        before = connection.execute("select bit_xor(hash(kept)), count(*) from kept").fetchall()
    compact.write_anew(path, 600)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select bit_xor(hash(kept)), count(*) from kept").fetchall() == before
        assert connection.execute("from a_kept").fetchall() == [(ROWS - 1,)]
        assert connection.execute("select count(*) from late").fetchall() == [(10,)]
        # Written in the order in which it stood, which readers of a range rely on for speed.
        assert connection.execute("select n from kept limit 2 offset 250000").fetchall() == [(250_000,), (250_001,)]
        assert not compact.is_loose(connection, "unionboard")


def test_file_that_does_not_fit_into_memory_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "unionboard.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table kept as select [range(50000)] as l from range(100)")
    before = path.read_bytes()
    compact.write_anew(path, 1)
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == ["unionboard.duckdb"]
