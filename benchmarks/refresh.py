"""A full refresh of the shipped seeds, beside the compiled SQL of the same models run directly."""

import shutil
import tempfile
from pathlib import Path

import duckdb

from benchmarks.timing import Comparison, in_turn
from warehouse import settings as settings_module
from warehouse.build import plan as planning
from warehouse.build import project
from warehouse.refresh import refresh
from warehouse.settings import Settings


def run() -> list[Comparison]:
    """A refresh in a warm process (landing kept, models compiled) against its own SQL on one connection."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder))
        refresh(settings)
        statements = _compiled(settings)

        def ours() -> None:
            shutil.rmtree(settings.releases)
            refresh(settings)

        def theirs() -> None:
            database = Path(folder) / "unionboard.duckdb"
            database.unlink(missing_ok=True)
            with duckdb.connect(str(database)) as connection:
                for statement in statements:
                    connection.execute(statement).fetchall()

        return [in_turn("full refresh of the shipped seeds", ours, "its compiled SQL alone", theirs)]


def _compiled(settings: Settings) -> list[str]:
    """Every reference list, model and test as one statement each, in an order that can be run."""
    lists = project.reference_lists(settings)
    statements = []
    plan = planning.load(settings)
    assert plan is not None
    for node in plan.nodes:
        sql = node.sql.replace(project.LANDING, str(settings.landing)).replace(project.TODAY, str(settings.today))
        if node.kind == "seed":
            types = ", ".join(f"'{name}': '{kind}'" for name, kind in node.column_types)
            statements.append(
                f"create table {node.relation} as select * from"
                f" read_csv('{lists[node.name]}', header = true, types = {{{types}}})"
            )
        elif node.kind == "test":
            statements.append(f"select count(*) from (\n{sql}\n)")
        else:
            statements.append(f"create {node.kind} {node.relation} as\n{sql}")
    return statements
