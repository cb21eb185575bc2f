"""What a statement reads is taken from the engine's parse tree, and a model is kept only where nothing it reads has changed."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from warehouse.build import candidate as building
from warehouse.build import plan as planning
from warehouse.build.candidate import DATABASE_FILE, Base
from warehouse.build.plan import OUTSIDE, Plan, Read
from warehouse.build.reads import Mention, mentions
from warehouse.settings import Settings

THINGS = '"unionboard"."main"."fct_things"'
PARENT = "model.unionboard.fct_things"

# A query, and whether it certainly sees no row of any programme but 'a'.
QUERIES = {
    f"select x from {THINGS} where programme = 'a'": True,
    f"select x from {THINGS} as t where (t.programme = 'a') and x > 1 -- or true": True,
    f"select x from {THINGS} where x > 1 and ('a' = programme and true)": True,
    f"select x from {THINGS} /* a comment */ where /* or */ PROGRAMME = 'a'": True,
    f"with fct_things as (select * from {THINGS} where programme = 'a') select x from fct_things": True,
    f"select x from (values (1), (5)) as v (x) where x in (select x from {THINGS} where programme = 'a')": True,
    "select x from unionboard.main.FCT_THINGS where programme = 'a' and x between 0 and 9": True,
    f"select x from {THINGS}": False,
    f"select x from {THINGS} where programme = 'a' or x > 1": False,
    f"select x from {THINGS} where x > 1 or (programme = 'a' and x < 3)": False,
    f"select x from {THINGS} where programme in ('a', 'b')": False,
    f"select x from {THINGS} where not programme = 'a'": False,
    f"select x from {THINGS} where (programme = 'a') is not true": False,
    f"select x from {THINGS} where programme = 'a' union all select x from {THINGS} where programme = 'b'": False,
    f"with a as (select x from {THINGS} where programme = 'a') select x from {THINGS}": False,
    f"select x from {THINGS} as t (x, programme) where programme = '7'": False,
    f"select '{THINGS} where programme = ''a''' as x from {THINGS}": False,
    f"select t.x from {THINGS} as t join (select 'a' as programme) as p on true where p.programme = 'a'": False,
    "with things as (select * from fct_things) select x from things where programme = 'a'": False,
    "select x from main.fct_things": False,
    f"select (select max(x) from {THINGS}) as x from {THINGS} where programme = 'a'": False,
    f"pivot {THINGS} on programme using sum(x)": False,
}


def plan_of(sql: str) -> Plan:
    """A table of rows by programme, and one model that reads it by `sql`."""

    def node(name: str, text: str, depends_on: list[str]) -> SimpleNamespace:
        config = SimpleNamespace(materialized="table", pre_hook=[], post_hook=[], meta={}, contract=None)
        return SimpleNamespace(
            unique_id=f"model.unionboard.{name}",
            name=name,
            alias=name,
            description="",
            columns={},
            fqn=["unionboard", name],
            resource_type="model",
            package_name="unionboard",
            original_file_path=f"models/{name}.sql",
            relation_name=f'"unionboard"."main"."{name}"',
            compiled_code=text,
            depends_on=SimpleNamespace(nodes=depends_on),
            config=config,
        )

    rows = "select * from read_parquet('@landing@/things/thing/*.parquet')"
    return planning.made_of(
        [
            node("fct_things", rows, ["source.unionboard.things.thing"]),
            node("mart_things", f"select * from ({sql}\n) as made", [PARENT]),
        ]
    )


def land(settings: Settings, rows: str) -> None:
    folder = settings.landing / "things" / "thing"
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("*.parquet"):
        earlier.unlink()
    name = "".join(character for character in rows if character.isalnum())
    duckdb.execute(f"copy (select * from (values {rows}) as t (programme, x)) to '{folder / name}.parquet'")


def built(
    settings: Settings, plan: Plan, folder: Path, base: Base | None = None
) -> tuple[Base, list[str], list[tuple[Any, ...]]]:
    """The release made of what is landed, the names of what was made for it, and the rows of the model."""
    folder.mkdir()
    path = folder / DATABASE_FILE
    if base is not None:
        path.write_bytes(base.path.read_bytes())
    with building._Builder(settings, path, plan, base, lambda _: None) as builder:
        builder.build_models()
        rows = builder._ask("select * from mart_things order by all")
    return Base(path, builder.keys, builder.partitions), builder.built, rows


@pytest.mark.parametrize(("sql", "narrowed"), QUERIES.items(), ids=list(QUERIES))
def test_model_is_kept_only_where_its_reads_are_certainly_narrowed(sql: str, narrowed: bool, tmp_path: Path) -> None:
    settings = Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))
    plan = plan_of(sql)
    land(settings, "('a', 2), ('b', 3)")
    first, _, _ = built(settings, plan, tmp_path / "first")
    land(settings, "('a', 2), ('b', 7), ('b', 1)")
    _, made, rows = built(settings, plan, tmp_path / "second", first)
    _, _, anew = built(settings, plan, tmp_path / "anew")
    assert rows == anew
    assert ("mart_things" not in made) == narrowed


def test_model_that_reads_what_nobody_watches_is_made_every_time(tmp_path: Path) -> None:
    settings = Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))
    beside = tmp_path / "beside.csv"
    plan = plan_of(f"select n from read_csv('{beside}')")
    assert Read(OUTSIDE) in plan.nodes[-1].reads
    land(settings, "('a', 2)")
    beside.write_text("n\n1\n", encoding="utf-8")
    first, _, rows = built(settings, plan, tmp_path / "first")
    beside.write_text("n\n2\n", encoding="utf-8")
    assert rows == [(1,)]
    assert built(settings, plan, tmp_path / "second", first)[2] == [(2,)]


def test_words_of_a_query_around_a_read_do_not_narrow_it(tmp_path: Path) -> None:
    """`fct_things` has no column table_name here; the name means the one of the query around."""
    settings = Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))
    around = "select 'n' as table_name, 'a' as programme"
    plan = plan_of(
        f"select (select max(x) from {THINGS} where programme = 'a' and table_name = 'n') as x from ({around}) as q"
    )
    land(settings, "('a', 2), ('b', 3)")
    first, _, rows = built(settings, plan, tmp_path / "first")
    land(settings, "('a', 9), ('b', 3)")
    assert (rows, built(settings, plan, tmp_path / "second", first)[2]) == ([(2,)], [(9,)])


def test_own_name_inside_a_part_of_a_statement_is_the_relation() -> None:
    assert mentions("with b as (select * from b) select * from b") == [Mention("b")]
    recursive = "with recursive r as (select 1 as x union all select x + 1 from r where x < 3) select * from r"
    assert mentions(recursive) == []
    assert mentions("select * from range(3), unnest([1]) as t (x)") == []


def test_statement_that_is_no_query_is_not_taken_apart() -> None:
    with pytest.raises(ValueError, match="SELECT"):
        mentions("drop table fct_things")
