"""Packs the landed rows of many small files of a table into few parquet files, and says what each table holds.

A table's folder has an index, `_landed.json`: which packed file holds the rows of which dropped files. What the index and the receipts
do not name is not there; so a kill between writing a packed file, the index and removing what was packed loses and doubles nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from warehouse.contracts import Table
from warehouse.intake import landing
from warehouse.settings import Settings
from warehouse.system import integrity
from warehouse.system.durable import put_in_place, replacing, temporary_in

INDEX = "_landed.json"

# More small files of one table than this are packed; engines open every one of them for every model that reads the table.
MOST_LOOSE = 64
# What is as large as this is small no more, and is not packed again with others.
SMALL_BYTES = 8 << 20
# So many rows of a packed file are read at least to find those of one dropped file.
_ROWS_IN_GROUP = 8_192

Stamp = tuple[int, str]


@dataclass(frozen=True)
class Pack:
    """One packed file: its size and SHA-256, and the stamp that each dropped file's rows had by themselves, by report id."""

    stamp: Stamp
    members: Mapping[str, Stamp]


@dataclass(frozen=True)
class Index:
    """What a table's folder holds: its packed files by name, and a digest of all of its rows, however they are packed.

    `files` has a digest of the rows of each dropped file by report id; it is empty in an index of an earlier version.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)
    content: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


def index_of(folder: Path) -> Index:
    """The index of a table's folder; an empty one where there is none that can be believed."""
    path = folder / INDEX
    try:
        found = path.stat()
    except OSError:
        return Index()
    return _read(path, (found.st_size, found.st_mtime_ns, found.st_ino))


def content_of(folder: Path) -> str | None:
    """A digest of the rows that a table's folder holds, however they are packed; None where nothing says so."""
    return index_of(folder).content


def files_of(folder: Path) -> Mapping[str, str]:
    """By report id, a digest of the rows that each dropped file has in a table's folder; nothing where nothing says so."""
    return index_of(folder).files


def packed_in(settings: Settings, programme: str, table: str, report_id: str, stamp: Stamp) -> Path | None:
    """The packed file that holds the rows of a dropped file; None where they have a file of their own, or are not landed."""
    folder = settings.landing / programme / table
    name = _places(folder).get((report_id, stamp))
    return folder / name if name is not None else None


def sweep(settings: Settings, tables: Iterable[Table]) -> None:
    """Forget packed files that are gone or damaged: their rows are read again from the dropped files."""
    for table in tables:
        folder = settings.landing / table.programme / table.name
        index = index_of(folder)
        whole = {name: pack for name, pack in index.packs.items() if _stamp(folder / name) == pack.stamp}
        if len(whole) < len(index.packs):
            _write(folder, Index(whole))


def tidy(settings: Settings, table: Table, wanted: Mapping[str, Stamp]) -> None:
    """Leave the rows of these dropped files and no others, in few files; the stamps are those of each file's rows by themselves."""
    folder = settings.landing / table.programme / table.name
    before = index_of(folder)
    whole: dict[str, Pack] = {}
    thinned: list[_Part] = []
    packed: set[str] = set()
    for name, pack in before.packs.items():
        alive = {one: stamp for one, stamp in pack.members.items() if wanted.get(one) == stamp and one not in packed}
        packed |= alive.keys()
        if len(alive) == len(pack.members):
            whole[name] = pack
        elif alive:
            thinned.append(_Part(folder / name, alive, pack.stamp[0]))
    small = [
        _Part(folder / f"{one}.parquet", {one: stamp}, stamp[0])
        for one, stamp in sorted(wanted.items())
        if one not in packed and stamp[0] < SMALL_BYTES
    ]
    small += [
        _Part(folder / name, pack.members, pack.stamp[0]) for name, pack in whole.items() if pack.stamp[0] < SMALL_BYTES
    ]
    groups = _grouped([*thinned, *small]) if len(small) + len(thinned) > MOST_LOOSE else [[part] for part in thinned]
    for group in groups:
        for part in group:
            whole.pop(part.path.name, None)
        whole |= _packed(folder, table, group)
    after = Index(whole, _digest(wanted), {one: stamp[1] for one, stamp in sorted(wanted.items())})
    if after != before:
        _write(folder, after)
    held = {one for pack in whole.values() for one in pack.members}
    stays = {landing.SCHEMA_FILE, *whole, *(f"{one}.parquet" for one in wanted if one not in held)}
    for path in folder.glob("*.parquet"):
        if path.name not in stays:
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Part:
    """A file whose rows of these dropped files are to be packed, and about how many bytes they take."""

    path: Path
    members: Mapping[str, Stamp]
    size: int


def _grouped(parts: Sequence[_Part]) -> list[list[_Part]]:
    groups: list[list[_Part]] = [[]]
    size = 0
    for part in parts:
        if size >= SMALL_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(part)
        size += part.size
    return groups


def _packed(folder: Path, table: Table, parts: Sequence[_Part]) -> dict[str, Pack]:
    """The parts in one new file. Rows of another form than the table has now, those of files that can be read no more, stay as they are."""
    schema = landing.schema_of(table)
    frames: list[pl.DataFrame] = []
    members: dict[str, Stamp] = {}
    left: dict[str, Pack] = {}
    for part in parts:
        is_alone = part.path.name == f"{next(iter(part.members))}.parquet"
        try:
            frame = pl.read_parquet(part.path, hive_partitioning=False)
        except (OSError, pl.exceptions.PolarsError):
            if is_alone:
                continue  # Damaged just now: the next intake will see it, and reads the dropped file again.
            raise
        is_alike = dict(frame.schema) == schema
        if is_alone and not is_alike:
            continue
        rows = frame.filter(pl.col("report_id").is_in(list(part.members)))
        if is_alike:
            frames.append(rows)
            members |= part.members
        else:
            left |= _written(folder, rows, part.members)
    return left | (_written(folder, pl.concat(frames), members) if frames else {})


def _written(folder: Path, rows: pl.DataFrame, members: Mapping[str, Stamp]) -> dict[str, Pack]:
    with temporary_in(folder) as temporary:
        ordered = rows.sort("report_id", maintain_order=True)
        ordered.write_parquet(temporary, compression="zstd", compression_level=1, row_group_size=_ROWS_IN_GROUP)
        stamp = _stamp(temporary)
        assert stamp is not None
        name = f"packed-{stamp[1][:12]}.parquet"
        put_in_place(temporary, folder / name)
    return {name: Pack(stamp, dict(sorted(members.items())))}


def _digest(wanted: Mapping[str, Stamp]) -> str:
    named = sorted((one, stamp[1]) for one, stamp in wanted.items())
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _stamp(path: Path) -> Stamp | None:
    try:
        return path.stat().st_size, integrity.sha256_of(path)
    except OSError:
        return None


def _places(folder: Path) -> Mapping[tuple[str, Stamp], str]:
    path = folder / INDEX
    try:
        found = path.stat()
    except OSError:
        return {}
    return _placed(path, (found.st_size, found.st_mtime_ns, found.st_ino))


@lru_cache(maxsize=64)
def _placed(path: Path, stamp: tuple[int, int, int]) -> Mapping[tuple[str, Stamp], str]:
    packs = _read(path, stamp).packs
    return {(one, own): name for name, pack in packs.items() for one, own in pack.members.items()}


@lru_cache(maxsize=64)
def _read(path: Path, _stamp: tuple[int, int, int]) -> Index:
    """Read once for each state of the file, because every landed file asks."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not integrity.is_as_signed(document):
            return Index()
        packs = {
            str(name): Pack(
                (int(pack["size"]), str(pack["sha256"])),
                {str(one): (int(size), str(sha256)) for one, (size, sha256) in pack["members"].items()},
            )
            for name, pack in document["packed"].items()
        }
        files = {str(one): str(sha256) for one, sha256 in document.get("files", {}).items()}
        return Index(packs, document["content"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Index()


def _write(folder: Path, index: Index) -> None:
    packs = {
        name: {"size": pack.stamp[0], "sha256": pack.stamp[1], "members": pack.members}
        for name, pack in index.packs.items()
    }
    with replacing(folder / INDEX) as temporary:
        document = integrity.signed({"content": index.content, "files": dict(index.files), "packed": packs})
        temporary.write_text(json.dumps(document), encoding="utf-8")
