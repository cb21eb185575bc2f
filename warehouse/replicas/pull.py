"""One look at the source: what is new is copied and checked first, the pointer moves last, and what does not fit in is refused.

Nothing that is half here counts: a release is fetched under a name that nobody reads, held against size, hash and what pages read of it,
made durable, and only then given its name; its manifest, the notes and the pointer follow in this order. Whatever goes wrong, the copy
that stood before stands.
"""

import contextlib
import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

from warehouse.build.project import models_fingerprint
from warehouse.releases import release, retention, signing
from warehouse.replicas import offered
from warehouse.replicas.offered import Note, Offered, OfferedRelease
from warehouse.replicas.sources import Source, SourceError
from warehouse.settings import Settings
from warehouse.system import integrity
from warehouse.system.durable import put_in_place, replacing, sync

PART = ".pull-"
PIECE = 1 << 20
# What the machine wants to keep free besides.
ROOM_BYTES = 64_000_000
_ABOUT_KEYS = (
    "这台认的公钥在 {path}；发布主机确实换了密钥，就把它的 unionboard release-key 打印的公钥放到这个文件里，"
    "否则请查清这个版本从哪里来"
)


class PullError(Exception):
    """What was offered could not be taken; the message says why."""


@dataclass(frozen=True)
class Pulled:
    """What one look brought: the offer it was held against, and how many releases of it are still to come. `notice` stops nothing."""

    offered: Offered
    missing: int
    notice: str | None = None


def pull(settings: Settings, source: Source, known: Offered | None = None) -> Pulled:
    """Bring the copy to what the source offers, one earlier release a call besides. `known` is what the last call was held against.

    Raises SourceError, PullError or OSError; the copy then is what it was, or further on the way, but never half.
    """
    found = source.offered(known.digest if known is not None else None) or known
    if found is None:
        raise SourceError(f"{source.where} 没有说有什么")
    if found.release is None:
        raise SourceError(f"{source.where} 还没有版本")
    named = next((one for one in found.releases if one.id == found.release), None)
    if named is None:
        raise SourceError(f"{source.where} 的指针指着 {found.release}，但那里没有这个版本的清单：可能正在同步")
    settings.releases.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_parts(settings, found)
    notice = None
    if not _is_here(settings, named):
        notice = _fetch(settings, source, named)
    _take_notes(settings, source, found.notes)
    before = release.current_id(settings)
    if before != named.id:
        release.point_to(settings, named.id)
    wanted = _wanted(settings, found)
    missing = [one for one in wanted if not _is_here(settings, one)]
    if missing:
        _fetch(settings, source, missing[0])
    _remove_others(settings, {one.id for one in wanted}, keep={named.id, before})
    return Pulled(found, max(0, len(missing) - 1), notice)


def _wanted(settings: Settings, found: Offered) -> list[OfferedRelease]:
    """The releases of the source that belong here: the one named, the newest that settings keep, and those that are pinned."""
    pinned = {note.name.removeprefix("releases/").removesuffix(retention.PIN) for note in found.notes}
    newest = sorted(found.releases, key=lambda one: one.id, reverse=True)
    return [
        one
        for number, one in enumerate(newest)
        if number < settings.keep_releases or one.id == found.release or one.id in pinned
    ]


def _is_here(settings: Settings, one: OfferedRelease) -> bool:
    """Whether the release is here, whole, and the same; its bytes are read once for each state of the file."""
    path = settings.releases / f"{one.id}.duckdb"
    if not path.with_suffix(".json").exists():
        return False
    return integrity.problem_of(path, one.sha256, one.size_bytes) is None and (
        _sha256_of(path.with_suffix(".json")) == one.manifest_sha256
    )


def _fetch(settings: Settings, source: Source, one: OfferedRelease) -> str | None:
    """Copy one release; what is to be known of it and stops nothing."""
    manifest = _bytes_of(source, f"releases/{one.id}.json", one.manifest_sha256)
    try:
        document = json.loads(manifest)
        agrees = (document.get("sha256"), document.get("size_bytes")) == (one.sha256, one.size_bytes)
        if not integrity.is_as_signed(document) or not agrees:
            raise ValueError
        problem = signing.problem_of(document, one.id, signing.trusted(settings))
    except (ValueError, AttributeError):
        raise PullError(f"版本 {one.id} 的清单损坏，没有接收") from None
    if problem is not None:
        raise PullError(f"版本 {one.id} {problem}，没有接收。{_ABOUT_KEYS.format(path=signing.public_path(settings))}")
    path = settings.releases / f"{one.id}.duckdb"
    # Signed anew by the writer, or its manifest was lost here: the file itself need not come again.
    if integrity.problem_of(path, one.sha256, one.size_bytes) is not None:
        _fetch_file(settings, source, one, path)
    if (problem := signing.believe(settings, one.id, document)) is not None:
        raise PullError(f"版本 {one.id} {problem}，没有接收")
    _write(path.with_suffix(".json"), manifest)
    models = document.get("models")
    if models is not None and models != models_fingerprint():
        return f"版本 {one.id} 由另一版程序或模型生成；请让这台与发布主机用同一版，否则有的页面可能打不开"
    return None


def _fetch_file(settings: Settings, source: Source, one: OfferedRelease, path: Path) -> None:
    part = settings.releases / f"{PART}{one.id}.part"
    _download(source, one, part)
    problem = integrity.problem_of(part, one.sha256, one.size_bytes, again=True)
    if problem is None:
        problem = release.problem_inside(part)
    if problem is not None:
        part.unlink(missing_ok=True)
        raise PullError(f"收到的版本 {one.id} 不对，没有接收，会重新拉取：{problem}")
    part.chmod(0o600)
    put_in_place(part, path)
    integrity.trust(path, one.sha256)


def _download(source: Source, one: OfferedRelease, part: Path) -> None:
    """The release's bytes into `part`, from where an earlier attempt was cut off."""
    begin = part.stat().st_size if part.exists() else 0
    if begin > one.size_bytes:
        part.unlink()
        begin = 0
    free = shutil.disk_usage(part.parent).free
    if free < one.size_bytes - begin + ROOM_BYTES:
        raise PullError(
            f"磁盘放不下版本 {one.id}：还要 {_megabytes(one.size_bytes - begin + ROOM_BYTES)} MB，只剩 {_megabytes(free)} MB。"
            "请腾出空间，或用 UNIONBOARD_KEEP_RELEASES 少留几个版本"
        )
    if begin == one.size_bytes:
        return
    taken = begin
    with source.opened(f"releases/{one.id}.duckdb", begin) as coming, _writing(part), part.open("ab") as file:
        for piece in _pieces(coming, source.where):
            taken += len(piece)
            if taken > one.size_bytes:
                break
            file.write(piece)
    if taken != one.size_bytes:
        if taken > one.size_bytes:
            part.unlink(missing_ok=True)
        raise PullError(f"版本 {one.id} 没有传完整：应有 {one.size_bytes:,} 字节，收到 {taken:,} 字节，下次接着传")


def _pieces(coming: IO[bytes], where: str) -> Iterator[bytes]:
    """What comes, piece by piece; a source that fails in the middle is told as such, not as a failure of this machine's disk."""
    try:
        while piece := coming.read(PIECE):
            yield piece
    except (OSError, HTTPException) as error:
        raise SourceError(f"{where} 传到一半断了（{getattr(error, 'strerror', None) or error}），下次接着传") from None


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PullError(f"写不下 {path.name}（{error.strerror or error}）") from error


def _take_notes(settings: Settings, source: Source, notes: Collection[Note]) -> None:
    """The small files as they are there, and none that are not."""
    here = set(offered.names_of_notes(settings))
    # Why a release was withdrawn is known before the pointer moves away from it.
    for note in sorted(notes, key=lambda one: one.name):
        path = offered.path_of(settings, note.name)
        if note.name not in here or _sha256_of(path) != note.sha256:
            _write(path, _bytes_of(source, note.name, note.sha256, note.size_bytes))
    for name in here - {note.name for note in notes}:
        offered.path_of(settings, name).unlink(missing_ok=True)


def _bytes_of(source: Source, name: str, sha256: str, size: int = 256_000_000) -> bytes:
    with source.opened(name, 0) as coming:
        content = coming.read(size + 1)
    if integrity.sha256_of_bytes(content) != sha256:
        raise PullError(f"{name} 在拉取时变了或损坏，没有接收，会重新拉取")
    return content


def _write(path: Path, content: bytes) -> None:
    with _writing(path), replacing(path) as temporary:
        temporary.write_bytes(content)


def _remove_others(settings: Settings, wanted: Collection[str], keep: Collection[str | None]) -> None:
    """Releases that the source let go: gone here as well, but for the one that was shown a moment ago."""
    gone = [one for one in release.list_releases(settings) if one.id not in wanted and one.id not in keep]
    for one in gone:
        # The manifest first: a database without one counts for nothing.
        for suffix in (".json", ".duckdb"):
            one.path.with_suffix(suffix).unlink(missing_ok=True)
    if gone:
        sync(settings.releases)


def _remove_parts(settings: Settings, found: Offered) -> None:
    names = {f"{PART}{one.id}.part" for one in found.releases}
    for path in settings.releases.glob(f"{PART}*"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _sha256_of(path: Path) -> str | None:
    stated = offered.stated(path)
    return stated[0] if stated is not None else None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
