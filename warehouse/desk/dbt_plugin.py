"""What `dbt` finds when an analyst runs it: rows to read and, in dev.duckdb, all that the models chosen are made from.

dbt-duckdb loads this before it opens the database (dbt_project/profiles.yml). Our own builds name another database and are left alone.
"""

import os
import sys
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

__all__ = ["Plugin"]


class Plugin(BasePlugin):  # type: ignore[misc]
    """Named so because dbt-duckdb looks for this name."""

    def initialize(self, config: dict[str, Any]) -> None:
        """Prepares the database of the profile, once for each command."""
        if self.creds is None or "UNIONBOARD_DATABASE" in os.environ:
            return
        from warehouse.build.project import BuildError
        from warehouse.desk import dev_database

        try:
            dev_database.prepare(Path(self.creds.path).absolute(), Path.cwd(), _say)
        except (BuildError, OSError) as error:
            # dbt says what is wrong with the models themselves.
            _say(f"dev.duckdb 没有准备好：{error}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
