"""The child in which dbt runs: it answers `compile` and `unit_tests`, each with a line of JSON, {"failures": […]} or {"error": …}.

Entry point of `python -m warehouse.build.dbt_process`, which `warehouse.build.dbt` starts and asks.
"""

import json
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from warehouse import settings as settings_module
from warehouse.build import plan as planning
from warehouse.build import project, registry
from warehouse.build.project import BuildError
from warehouse.settings import Settings
from warehouse.system import scratch
from warehouse.system.full_disk import is_full


def main() -> None:
    """Entry point of the child: the dbt project is its argument, the installation that of the UNIONBOARD_… variables."""
    project.use(Path(sys.argv[1]))
    settings = settings_module.load()
    # Whatever else is printed must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        answers.write(json.dumps(_answered(line.strip(), settings), ensure_ascii=False) + "\n")
        answers.flush()


def _answered(question: str, settings: Settings) -> dict[str, Any]:
    try:
        if question == "compile":
            _compile(settings)
            return {"failures": []}
        return {"failures": _unit_tests(settings)}
    except BuildError as error:
        return {"error": str(error), "is_full": is_full(error)}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}", "is_full": is_full(error)}


def _compile(settings: Settings) -> None:
    """Make the plan of the project's files, where what they say of KPIs holds. Raises BuildError where it does not."""
    nodes = project.compile_nodes(settings)
    plan = planning.made_of(nodes)
    registry.check(nodes, plan, settings)
    planning.keep(settings, plan)


def _unit_tests(settings: Settings) -> list[str]:
    """Unit tests bring rows of their own and ask a database for column types only: one without any rows will do."""
    from warehouse import contracts
    from warehouse.build import candidate
    from warehouse.intake import landing

    with scratch.folder() as folder:
        empty = replace(settings, home=Path(folder))
        landing.write_empty(empty.landing, contracts.all_tables())
        database = Path(folder) / candidate.DATABASE_FILE
        # The parent may know the plan from another home.
        if not planning.is_known(settings):
            _compile(settings)
        plan = planning.load(settings)
        assert plan is not None
        tested = plan.selected([f"+{model}" for model in project.unit_tested(settings)])
        candidate.build_empty(empty, database, tested)
        return project.run_unit_tests(settings, database)


if __name__ == "__main__":
    main()
