"""Releases: read-only DuckDB files under new names, and the pointer that says which one counts."""

import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from warehouse.intake.folder import set_aside
from warehouse.releases import signing
from warehouse.settings import Settings
from warehouse.system import integrity
from warehouse.system.durable import sync, write_text

POINTER = "CURRENT"
CANDIDATE = ".candidate"

_STAMP = "%Y%m%dT%H%M%SZ"
ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-z]+")


class ReleaseError(Exception):
    """A release that is not there or not whole; the message names those that are."""


@dataclass(frozen=True)
class Release:
    """One published release: its id, its file, when it was made (UTC) and what its manifest says.

    `flaw` is set when the manifest itself cannot be believed.
    """

    id: str
    path: Path
    created_at: datetime
    manifest: dict[str, Any]
    flaw: str | None = None

    def problem(self, again: bool = False) -> str | None:
        """What is wrong with it on disk, as a Chinese sentence without a full stop; None when it is whole. See problem_of."""
        if self.flaw is not None:
            return self.flaw
        return integrity.problem_of(self.path, self.manifest.get("sha256"), self.manifest.get("size_bytes"), again)

    def visible_problem(self) -> str | None:
        """What is wrong as far as it can be seen without reading the whole file."""
        return self.flaw or integrity.problem_of(self.path, None, self.manifest.get("size_bytes"))


def current_id(settings: Settings) -> str | None:
    """The id that the pointer names, or None before the first release and when the pointer cannot be believed."""
    try:
        named = (settings.releases / POINTER).read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return named or None


def current(settings: Settings, again: bool = False) -> Release | None:
    """The release to read, or None when there is none that is whole.

    It is the one the pointer names; where that one is damaged or gone, the newest whole one before it, else the newest whole one,
    but none that was withdrawn. `again` reads the bytes of the one named now; see problem_of.
    """
    named = current_id(settings)
    if named is not None and (release := _read(settings, named)) and release.problem(again) is None:
        return release
    gone = set_aside.withdrawn(settings)
    others = [release for release in list_releases(settings) if release.id != named and release.id not in gone]
    before = [release for release in others if named is not None and release.id < named]
    after = [release for release in others if release not in before]
    return next((release for release in (*before, *after) if release.problem() is None), None)


def problem_of_current(settings: Settings, again: bool = False) -> str | None:
    """What is wrong with the release that the pointer names; None when it is whole or when there is none yet."""
    named = current_id(settings)
    if named is None:
        if (settings.releases / POINTER).exists():
            return f"指针文件 {POINTER} 读不出来"
        return None
    release = _read(settings, named)
    return f"没有版本 {named} 的清单" if release is None else release.problem(again)


def find(settings: Settings, release_id: str) -> Release:
    """The release of this id, or of the only one whose id begins with it. Raises ReleaseError otherwise."""
    matching = [release for release in list_releases(settings) if release.id.startswith(release_id)]
    exact = [release for release in matching if release.id == release_id]
    if len(exact or matching) != 1:
        known = "、".join(release.id for release in list_releases(settings)[:10]) or "无"
        raise ReleaseError(f"没有版本 {release_id}。现有版本：{known}")
    return (exact or matching)[0]


def list_releases(settings: Settings) -> list[Release]:
    """All releases on disk, newest first, damaged ones included."""
    found = [_read(settings, path.stem) for path in settings.releases.glob("*.json")]
    return sorted((release for release in found if release), key=lambda release: release.id, reverse=True)


def new_id(now: datetime, fingerprint: str, after: str | None = None) -> str:
    """An id that sorts by time and tells contents apart: 20240601T083000Z-3f2a91bc.

    It sorts behind the id `after`, even where the clock has been set back.
    """
    stamp = now.astimezone(UTC).replace(microsecond=0)
    if after is not None and ID.fullmatch(after):
        last = datetime.strptime(after.partition("-")[0], _STAMP).replace(tzinfo=UTC)
        stamp = max(stamp, last + timedelta(seconds=1))
    return f"{stamp:{_STAMP}}-{fingerprint[:8]}"


def newest_id(settings: Settings) -> str | None:
    """The highest id that was ever given out, as far as the disk and the pointer know."""
    known = [path.stem for path in settings.releases.glob("*.duckdb")]
    return max((name for name in (*known, current_id(settings) or "") if name), default=None)


def candidate_path(settings: Settings, file_name: str) -> Path:
    """Where the next release is built, on the same disk as the releases; left-overs of an earlier attempt are removed.

    Call it under the writer's lock only.
    """
    discard_candidate(settings)
    folder = settings.releases / CANDIDATE
    folder.mkdir(parents=True)
    return folder / file_name


def discard_candidate(settings: Settings) -> None:
    """Remove what was built and is not published, so that it does not hold the disk."""
    shutil.rmtree(settings.releases / CANDIDATE, ignore_errors=True)


def problem_inside(path: Path) -> str | None:
    """Why pages cannot read a file as a release, as a Chinese sentence without a full stop; None when it opens and holds what they ask."""
    needed = ", ".join(f"('{table}', '{column}')" for table, columns in _READ_OF_ALL.items() for column in columns)
    try:
        with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as database:
            lacking = database.execute(
                f"select table_name || '.' || column_name from (values {needed}) as needed (table_name, column_name)"  # noqa: S608
                " anti join duckdb_columns() using (table_name, column_name) order by all"
            ).fetchall()
            if lacking:
                return f"缺少页面要读的 {'、'.join(name for (name,) in lacking[:5])}"
            counted = database.execute("select count(*) from dim_kpi").fetchall()
    except duckdb.Error as error:
        return f"打不开（{str(error).splitlines()[0][:200]}）"
    return None if counted[0][0] else "里面没有任何指标"


# What every page asks of a release, of whatever version.
_READ_OF_ALL = {
    "mart_kpi_values": ("kpi", "programme", "region", "period", "origin", "numerator", "denominator", "value"),
    "dim_kpi": ("kpi", "programme"),
    "dim_programme": ("programme", "sort_order"),
    "dim_region": ("region_code",),
    "dim_file": ("file_name", "programme", "origin"),
}


def publish(settings: Settings, candidate: Path, release_id: str, manifest: dict[str, Any]) -> Release:
    """Give the tested candidate its name and move the pointer to it; every step is durable before the next begins."""
    store(settings, candidate, settings.releases / f"{release_id}.duckdb", manifest)
    point_to(settings, release_id)
    return find(settings, release_id)


def store(settings: Settings, candidate: Path, path: Path, manifest: dict[str, Any]) -> None:
    """Put a sealed candidate at `path`, with its hash and the signed manifest beside it; without the manifest it does not count.

    Raises ReleaseError when a part of it is not in the file yet, SigningError when there is no key to sign with.
    """
    if candidate.with_name(f"{candidate.name}.wal").exists():
        raise ReleaseError("新版本没有写完整，请再刷新一次；现有版本不受影响。")
    sync(candidate)
    sha256, size = integrity.sha256_of(candidate), candidate.stat().st_size
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(candidate, path)
    sync(path.parent)
    _write(settings, path, {**manifest, "sha256": sha256, "size_bytes": size})
    integrity.trust(path, sha256)


def point_to(settings: Settings, release_id: str) -> None:
    """Make a release the current one."""
    write_text(settings.releases / POINTER, release_id + "\n")


def rollback_target(settings: Settings, release_id: str | None = None) -> Release:
    """The release that a rollback goes back to, by default the whole one before the current.

    Raises ReleaseError when there is none, or when the one asked for is damaged.
    """
    if release_id is None:
        now = current_id(settings)
        gone = set_aside.withdrawn(settings)
        earlier = [one for one in list_releases(settings) if now is not None and one.id < now and one.id not in gone]
        whole = [release for release in earlier if release.problem(again=True) is None]
        if not whole:
            raise ReleaseError("没有更早的版本可以退回。" if not earlier else "更早的版本都已损坏，不能退回。")
        return whole[0]
    target = find(settings, release_id)
    problem = target.problem(again=True)
    if problem is not None:
        raise ReleaseError(f"不能退回到 {target.id}：{problem}。")
    return target


def files_counted(found: Release) -> dict[str, str]:
    """By their bytes (SHA-256), the names of the files whose rows a release counts. Raises duckdb.Error when it cannot be read."""
    with duckdb.connect(str(found.path), read_only=True) as connection:
        try:
            rows = connection.execute(
                "select sha256, min(file_name) from dim_file where status <> 'refused' and sha256 is not null group by sha256"
            ).fetchall()
        except duckdb.CatalogException:
            return {}
    return {str(sha256): str(name) for sha256, name in rows}


def believed(manifest_path: Path, known: frozenset[str] | None) -> dict[str, Any]:
    """What a manifest says; `known` are the keys believed here (signing.trusted).

    Raises ReleaseError, in a Chinese phrase, when it is damaged or was not signed for the release of its name.
    """
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        if not integrity.is_as_signed(manifest):
            raise ValueError
        problem = signing.problem_of(manifest, manifest_path.stem, known)
    except (OSError, ValueError, TypeError, AttributeError):
        raise ReleaseError(f"清单 {manifest_path.name} 损坏") from None
    if problem is not None:
        raise ReleaseError(f"清单 {manifest_path.name} {problem}")
    return dict(manifest)


def whole(settings: Settings, release_id: str) -> Release:
    """The release of this id, to be opened. Raises ReleaseError when it is not there, damaged, or not what was signed."""
    found = find(settings, release_id)
    problem = found.problem()
    if problem is not None:
        raise ReleaseError(f"版本 {found.id} 不能读：{problem}。")
    return found


def begin_signing(settings: Settings) -> None:
    """Make the key where there is none, and sign what stood before there was one. Under the writer's lock only. Raises SigningError.

    From then on a release without signature is not shown. Where something is signed already its key was lost, and nothing is adopted.
    """
    if signing.has_begun(settings):
        signing.begin(settings)
        return
    standing = [one for one in list_releases(settings) if one.flaw is None]
    signing.begin(settings)
    if any(signing.SIGNATURE in one.manifest for one in standing):
        return
    for one in standing:
        if one.problem(again=True) is None:
            _write(settings, one.path, one.manifest)


def sign(settings: Settings, release_id: str) -> Release:
    """Sign a release because somebody says so: it was not signed, or by a key of before. Under the writer's lock only.

    Raises ReleaseError when there is none of this id, or when it is damaged, SigningError without a key.
    """
    found = find(settings, release_id)
    manifest_path = found.path.with_suffix(".json")
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        is_whole = integrity.is_as_signed(manifest)
        problem = integrity.problem_of(found.path, manifest.get("sha256"), manifest.get("size_bytes"), again=True)
    except (OSError, ValueError, AttributeError):
        is_whole, problem = False, None
    if not is_whole or problem is not None:
        raise ReleaseError(f"版本 {found.id} 不能签名：{problem or f'清单 {manifest_path.name} 损坏'}。")
    _write(settings, found.path, manifest)
    return find(settings, found.id)


def _write(settings: Settings, path: Path, manifest: dict[str, Any]) -> None:
    content = signing.signed(settings, path.stem, manifest)
    write_text(path.with_suffix(".json"), json.dumps(content, ensure_ascii=False, indent=1))


def _read(settings: Settings, release_id: str) -> Release | None:
    """The release of this id; None without a manifest and a database file."""
    manifest_path = settings.releases / f"{release_id}.json"
    database = manifest_path.with_suffix(".duckdb")
    try:
        found, modified = manifest_path.stat(), database.stat().st_mtime
    except OSError:
        return None
    read = _parsed(manifest_path, integrity.stamp_of(found), signing.trusted(settings))
    if isinstance(read, Release):
        return read
    return Release(release_id, database, datetime.fromtimestamp(modified, UTC), {}, read)


@lru_cache(maxsize=256)
def _parsed(manifest_path: Path, _stamp: integrity.Stamp, known: frozenset[str] | None) -> Release | str:
    """Read once for each state of the file and of the keys, because every page asks every two seconds; else why it is not believed."""
    try:
        manifest = believed(manifest_path, known)
        created_at = datetime.fromisoformat(manifest["created_at"])
    except ReleaseError as error:
        return str(error)
    except (ValueError, TypeError, KeyError):
        return f"清单 {manifest_path.name} 损坏"
    return Release(manifest_path.stem, manifest_path.with_suffix(".duckdb"), created_at, manifest)
