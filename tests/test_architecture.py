"""The arrows between rooms: who may import whom, and where SQL may stand."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted((*ROOT.glob("warehouse/**/*.py"), *ROOT.glob("dashboard/**/*.py")))
SQL = re.compile(r"\bselect\b.+\bfrom\b|\binsert into\b|\bupdate\b.+\bset\b|\bdelete from\b", re.IGNORECASE | re.DOTALL)

# The warehouse's own bookkeeping: sealing and comparing releases, what the command line reads from them, first sight of files.
SQL_IN_WAREHOUSE = {
    ROOT / "warehouse" / name
    for name in (
        *(
            "build/candidate.py",
            "build/compact.py",
            "build/origins.py",
            "build/sealing.py",
            "build/project_code.py",
            "build/descriptions.py",
        ),
        # An engine runs statements; that a file is loose is asked of the engine.
        *("build/engines/duckdb.py", "build/engines/spark.py", "build/engines/narrow.py", "build/engines/partials.py"),
        *("releases/release.py", "releases/compare.py", "releases/limits.py", "releases/current_values.py"),
        *("releases/alike_values.py", "releases/forecasts/of_values.py"),
        # A picture's question is put together of the SQL that its entry says.
        *("pictures/relations.py", "pictures/declared.py", "build/picture_check.py"),
        *(
            "releases/question_process.py",
            # What a scope may see, as views, and the copy that people and assistants ask.
            "releases/scoped.py",
            "releases/earlier_releases.py",
            "releases/asking_copy.py",
            "releases/what_changed.py",
            "desk/dev_database.py",
            "command/status.py",
            "intake/folder/ledger.py",
            "intake/folder/orphans.py",
        ),
    )
}

# The rooms of the warehouse from the ground up: none imports from one above it. Settings and what the system gives are the ground.
FLOORS = {
    **dict.fromkeys(("settings", "system"), 0),
    **dict.fromkeys(("contracts", "pictures"), 1),
    "intake": 2,
    "intake.folder": 3,
    "access": 4,
    **dict.fromkeys(("build", "comments", "saved_views"), 5),
    "releases": 6,
    **dict.fromkeys(("refresh", "answers"), 7),
    **dict.fromkeys(("exporting", "briefing", "assistants", "front_door"), 8),
    **dict.fromkeys(("interface", "sample", "replicas", "desk", "notify"), 9),
    "command": 10,
}
WAREHOUSE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PYTHON
    if path.is_relative_to(ROOT / "warehouse")
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def modules_of(path: Path) -> set[str]:
    """The modules of the warehouse that a file imports, `from package import module` told from `from module import name`."""
    found = set(imported(path))
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{name.name}" for name in node.names} & WAREHOUSE.keys()
            found |= inside
            if len(inside) == len(node.names):
                found.discard(node.module)
    return found & WAREHOUSE.keys()


def room_of(module: str) -> str:
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if ".".join(parts[:2]) in FLOORS else parts[0] if parts else ""


def test_rooms_of_the_warehouse_import_downwards_only() -> None:
    upwards = [
        f"{module} imports {other}"
        for module, path in WAREHOUSE.items()
        if room_of(module)
        for other in modules_of(path)
        if room_of(other) and FLOORS[room_of(other)] > FLOORS[room_of(module)]
    ]
    assert not upwards


def test_modules_of_the_warehouse_import_in_no_circle() -> None:
    waiting = {module: modules_of(path) - {module} for module, path in WAREHOUSE.items()}
    while free := [module for module, others in waiting.items() if not others & waiting.keys()]:
        for module in free:
            del waiting[module]
    assert not waiting


def test_each_room_says_what_lives_there() -> None:
    rooms = [path for path in PYTHON if path.name == "__init__.py"]
    assert not [str(path.relative_to(ROOT)) for path in rooms if not ast.get_docstring(tree_of(path))]


def texts(path: Path) -> Iterator[str]:
    tree = tree_of(path)
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


def test_no_code_names_a_programme() -> None:
    """A programme lives in its folders: what draws, reads or builds it knows none by name; only the demonstration records do."""
    programmes = [folder.name for folder in (ROOT / "dbt_project" / "models").iterdir() if folder.name != "core"]
    naming = [
        (str(path.relative_to(ROOT)), name)
        for path in PYTHON
        if not path.is_relative_to(ROOT / "warehouse" / "sample")
        for line in path.read_text(encoding="utf-8").splitlines()
        for name in programmes
        # What a parameter of an address may look like is shown by one of them.
        if name in line and "Parameter(" not in line
    ]
    assert len(programmes) > 10 and not naming


def test_no_folder_is_called_pages_beside_the_app() -> None:
    assert not (ROOT / "dashboard" / "pages").exists()


def test_nothing_is_unpickled() -> None:
    assert not [path for path in PYTHON if "pickle" in list(imported(path))]
