"""Releases made by hand: of nothing but statements, or of another release with something changed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.releases import release, signing
from warehouse.settings import Settings
from warehouse.system import integrity

MADE = "20240615T000000Z-made0000"


def make(settings: Settings, statements: Sequence[str], copied: Path | None = None, name: str = MADE) -> str:
    """Publish a release that holds what the statements create, after a copy of another file if there is one; returns its id."""
    settings.releases.mkdir(parents=True, exist_ok=True)
    path = settings.releases / f"{name}.duckdb"
    if copied is not None:
        shutil.copy(copied, path)
        path.chmod(0o644)
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
    manifest = json.loads(copied.with_suffix(".json").read_text(encoding="utf-8")) if copied is not None else {}
    changed = {
        "created_at": "2024-06-15T00:00:00+00:00", **manifest,
        "id": name, "sha256": integrity.sha256_of(path), "size_bytes": path.stat().st_size,
    }  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(signing.signed(settings, name, changed)), encoding="utf-8")
    (settings.releases / release.POINTER).write_text(f"{name}\n", encoding="ascii")
    return name


@contextmanager
def held_for_writing(path: Path) -> Iterator[int]:
    """Another program has the file open for writing."""
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        yield other.pid
    finally:
        other.kill()
        other.communicate()
