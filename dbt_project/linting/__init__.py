"""What dbt gives to macros, as far as the linter needs it to read our models; `make check` uses it, nothing else.

The macros themselves are ours, read from dbt_project/macros. The graph holds no facts, so that no model grows to the thousands of
lines that dbt makes of it.
"""

import datetime
import itertools
import re
from types import SimpleNamespace
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


class _Adapter:
    """Finds the macro of the engine that the linter reads: DuckDB's, which is the default one."""

    @staticmethod
    @pass_context
    def dispatch(context: Context, name: str) -> Any:
        return context[f"default__{name}"]


class _Compiler:
    @staticmethod
    def raise_compiler_error(message: str) -> None:
        raise ValueError(message)


adapter = _Adapter
exceptions = _Compiler
execute = False
graph: dict[str, dict[str, Any]] = {"nodes": {}, "sources": {}}
context: dict[str, Any] = {}
target = SimpleNamespace(type="duckdb", schema="main")
dbt = SimpleNamespace(type_string=lambda: "varchar")
builtins = SimpleNamespace(source=lambda source_name, table_name: f"{source_name}_{table_name}")
modules = SimpleNamespace(
    datetime=datetime, pytz=SimpleNamespace(timezone=lambda _: datetime.UTC), re=re, itertools=itertools
)


def env_var(name: str, default: str = "") -> str:
    """The default, so that what is linted is the same everywhere."""
    return default
