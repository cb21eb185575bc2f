"""The database that an analyst's `dbt` works in: all of the current release, with the views over the landing that a release does not keep.

It is made once, from the release where there is one and else from the dropped files, and is the analyst's from then on.
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from warehouse import contracts
from warehouse import settings as settings_module
from warehouse.build import candidate, project
from warehouse.build import plan as planning
from warehouse.build.dbt import dbt_process
from warehouse.intake import landing
from warehouse.intake.folder.take_in import take_in
from warehouse.refresh import release_base
from warehouse.releases import release
from warehouse.settings import DBT_PROJECT, Settings
from warehouse.system import scratch
from warehouse.system.lock import writer_lock

# What every build ends with: where it stands, all before it does.
_LAST = "mart_kpi_values"


def prepare(database: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Make what is missing for the dbt project in `folder`; `database` lies in the home. Raises BuildError when its models do not build."""
    settings = _settings(database, folder)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any((settings.landing / "intake" / "submissions").glob("*.parquet")):
        say(f"第一次：读入 {settings.seeds} 里的文件……")
        with writer_lock(settings.home, on_wait=say):
            take_in(settings)
    # A table that was declared since has no rows yet.
    landing.write_schemas(settings.landing, contracts.all_tables())
    if _is_prepared(database):
        return
    say(f"第一次：准备 {database}，以后直接用它；删掉它就重新准备……")
    with scratch.folder() as room:
        made = Path(room) / candidate.DATABASE_FILE
        with dbt_process(settings) as dbt:
            dbt.compile()
        plan = planning.load(settings)
        assert plan is not None
        current = release.current(settings)
        candidate.build_readable(settings, made, plan, release_base(current) if current else None)
        _name_nothing(made)
        _put(made, database)


def _settings(database: Path, folder: Path) -> Settings:
    """The installation whose home the database lies in; the dropped files are those of the checkout that the dbt project belongs to."""
    if (folder / "dbt_project.yml").is_file() and folder.resolve() != DBT_PROJECT:
        project.use(folder)
    seeds = None if os.environ.get("UNIONBOARD_SEEDS") else project.in_use().parent / "seeds"
    return replace(settings_module.load(seeds=seeds), home=database.parent)


def _is_prepared(database: Path) -> bool:
    if not database.is_file():
        return False
    with contextlib.suppress(duckdb.Error), duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select 1 from duckdb_views() where view_name = ?", [_LAST]).fetchall()
        return bool(found)
    # Another program has it open, or it is damaged: dbt says which.
    return True


def _name_nothing(made: Path) -> None:
    """Views that do not name the database they were built in, as it is called otherwise from now on."""
    with duckdb.connect(str(made)) as connection:
        views = connection.execute("select view_name, sql from duckdb_views() where not internal").fetchall()
        for name, sql in views:
            definition = sql.split(" AS ", 1)[1].replace(f"{project.DATABASE_NAME}.main.", "")
            connection.execute(f'create or replace view "{name}" as {definition}')


def _put(made: Path, database: Path) -> None:
    """In one step beside what is there, because scratch may be another disk."""
    beside = database.with_suffix(".new")
    try:
        beside.write_bytes(made.read_bytes())
        os.replace(beside, database)
    finally:
        beside.unlink(missing_ok=True)
