"""A full refresh of the shipped seeds, beside the compiled SQL of the same models run directly."""

import json
import shutil
import tempfile
from pathlib import Path

import duckdb

from benchmarks.timing import Comparison, in_turn
from warehouse import settings as settings_module
from warehouse.refresh import refresh


def run() -> list[Comparison]:
    """A refresh in a warm process (landing kept, project parsed) against its own SQL on one connection."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_module.load(home=Path(folder))
        refresh(settings)
        statements = _compiled(settings.home / "build" / "target")

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


def _compiled(target: Path) -> list[str]:
    """Every seed, model and test of the last run as one statement each, in the order dbt ran them."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    statements = []
    for result in results:
        node = manifest["nodes"].get(result["unique_id"])
        if node is None:
            continue
        relation = f'"main"."{node["alias"]}"'
        if node["resource_type"] == "seed":
            types = node["config"]["column_types"]
            columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
            path = target.parent / "seeds" / "reference" / Path(node["original_file_path"]).name
            statements.append(
                f"create table {relation} as select * from read_csv('{path}', header = true, types = {{{columns}}})"
            )
        elif node["resource_type"] == "model" and result.get("compiled_code"):
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            statements.append(f"create {kind} {relation} as {result['compiled_code']}")
        elif node["resource_type"] == "test" and result.get("compiled_code"):
            statements.append(f"select count(*) from ({result['compiled_code']})")
    return statements
