"""The arrows between rooms: who may import whom, and where SQL may stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted((*ROOT.glob("warehouse/**/*.py"), *ROOT.glob("dashboard/**/*.py")))
SQL = re.compile(r"\bselect\b.+\bfrom\b|\binsert into\b|\bupdate\b.+\bset\b|\bdelete from\b", re.IGNORECASE | re.DOTALL)

# The warehouse's own bookkeeping: sealing and comparing releases, what the command line reads from them, first sight of files.
SQL_IN_WAREHOUSE = {
    ROOT / "warehouse" / "build.py",
    # An engine runs statements; that a file is loose is asked of the engine.
    *(ROOT / "warehouse" / "engines" / name for name in ("duckdb.py", "spark.py")),
    ROOT / "warehouse" / "compact.py",
    *(ROOT / "warehouse" / name for name in ("release.py", "compare.py", "limits.py", "reading.py")),
    *(ROOT / "warehouse" / name for name in ("status.py", "orphans.py", "origins.py", "question_process.py")),
    ROOT / "warehouse" / "intake" / "ledger.py",
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_way_of_the_data(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    modules = list(imported(path))
    if room == "warehouse":
        assert not [name for name in modules if name.split(".")[0] in ("dashboard", "streamlit", "plotly")]
    if path.is_relative_to(ROOT / "dashboard" / "data"):
        assert not [name for name in modules if name.startswith(("dashboard.components", "dashboard.app_pages"))]
    if path.is_relative_to(ROOT / "dashboard" / "components"):
        assert not [name for name in modules if name.startswith("dashboard.app_pages")]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_stands_in_models_and_data_functions_only(path: Path) -> None:
    if path.is_relative_to(ROOT / "dashboard" / "data"):
        return
    # What is asked of a release by those who pass numbers on.
    if path in SQL_IN_WAREHOUSE or path.is_relative_to(ROOT / "warehouse" / "answers"):
        return
    assert not [text for text in texts(path) if SQL.search(text)]


def test_pages_do_not_name_a_programme() -> None:
    programmes = [folder.name for folder in (ROOT / "dbt_project" / "models").iterdir() if folder.name != "core"]
    generic = [
        ROOT / "dashboard" / "app.py",
        ROOT / "dashboard" / "navigation.py",
        *ROOT.glob("dashboard/app_pages/*.py"),
    ]
    naming = [(path.name, name) for path in generic for name in programmes if name in path.read_text(encoding="utf-8")]
    assert not naming


def test_no_folder_is_called_pages_beside_the_app() -> None:
    assert not (ROOT / "dashboard" / "pages").exists()


def test_nothing_is_unpickled() -> None:
    assert not [path for path in PYTHON if "pickle" in list(imported(path))]
