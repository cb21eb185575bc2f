"""Home, releases, receipts and logs are readable by their owner only, whatever the umask says."""

import logging
import os
import stat
from dataclasses import replace
from pathlib import Path

from tests.intake import files
from warehouse.refresh import refresh
from warehouse.settings import Settings
from warehouse.system import journal, private

EVENT = "skills_to_community.event"


def test_everything_a_refresh_leaves_is_its_owners_alone(installation: Settings) -> None:
    table = files.table_of(EVENT)
    dropped = files.write_text(
        files.place(installation, table), files.to_text(files.grid_of(table, files.valid_rows(table)))
    )
    dropped.chmod(0o664)
    before = os.umask(0)
    try:
        result = refresh(installation)
    finally:
        left = os.umask(before)

    assert result.published, result.reason
    assert open_to_others(installation.home) == []
    kinds = {path.relative_to(installation.home).parts[0] for path in installation.home.rglob("*") if path.is_file()}
    assert {"releases", "receipts", "logs", "landing", "ledger", "last_refresh.json"} <= kinds
    assert stat.S_IMODE(dropped.stat().st_mode) == 0o664
    assert left == 0


def test_home_of_an_earlier_version_is_mended_and_links_are_not_followed(tmp_path: Path) -> None:
    settings = files.make_settings(tmp_path)
    outside = files.write_text(tmp_path / "outside" / "x.csv", "x")
    log = files.write_text(settings.home / "logs" / "refresh.jsonl", "{}")
    (settings.home / "link.csv").symlink_to(outside)
    for path, mode in ((settings.home, 0o755), (log.parent, 0o775), (log, 0o644), (outside, 0o644)):
        path.chmod(mode)

    private.keep(settings)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (settings.home, log.parent, log, outside)]
    assert modes == [0o700, 0o700, 0o600, 0o644]


def test_seeds_folder_inside_of_home_stays_open_to_those_who_drop_files(tmp_path: Path) -> None:
    settings = replace(files.make_settings(tmp_path), home=tmp_path)
    dropped = files.write_text(settings.seeds / "x.csv", "x")
    for path, mode in ((tmp_path, 0o755), (settings.seeds, 0o775), (dropped, 0o664)):
        path.chmod(mode)
    release = files.write_text(tmp_path / "releases" / "a.duckdb", "x")

    private.keep(settings)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, settings.seeds, dropped, release)]
    assert modes == [0o755, 0o775, 0o664, 0o600]


def test_log_begun_by_whomever_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "a.jsonl"
    before = os.umask(0)
    try:
        with journal.writing(path, "unionboard.test_private"):
            logging.getLogger("unionboard.test_private").info("begun")
    finally:
        os.umask(before)

    assert [stat.S_IMODE(one.stat().st_mode) for one in (path.parent, path)] == [0o700, 0o600]


def open_to_others(home: Path) -> list[Path]:
    """Files and folders, home included, on which anybody but the owner has any right."""
    return [path for path in (home, *home.rglob("*")) if not path.is_symlink() and path.stat().st_mode & 0o077]
