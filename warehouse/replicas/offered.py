"""What a home offers to other dashboard hosts: its releases, which one counts, and the small files that pages read besides.

A closed list: nothing else of a home has a name here, so nothing else can be asked for, nor be written by whoever answers.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from warehouse.releases import release
from warehouse.releases.release import ID
from warehouse.settings import Settings
from warehouse.system import integrity

FORMAT = 1
_RELEASE = re.compile(rf"releases/({ID.pattern})\.(json|duckdb)")
# Receipts, what was taken back and why, how the last refresh ended, uploads, the release that waits, pins, and lists that officials own.
_NOTE = re.compile(
    r"receipts/(latest|refused_offers)\.json|set_aside\.json|last_refresh\.json|uploads/[0-9TZ]+-[0-9a-f]{4}\.json"
    rf"|releases/\.held/{ID.pattern}\.json|releases/{ID.pattern}\.pin|reference/[a-z0-9_]+\.csv"
)
_NOTES_ARE_IN = ("receipts", ".", "uploads", "releases/.held", "releases", "reference")


@dataclass(frozen=True)
class Note:
    """A small file: its name below home, and its bytes' hash and number."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class OfferedRelease:
    """A release: its id, the hash of its manifest's bytes, and the hash and number of its own as the manifest says them."""

    id: str
    manifest_sha256: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Offered:
    """What a writer has now; `release` is the one that its pointer names, None before the first."""

    release: str | None
    releases: tuple[OfferedRelease, ...]
    notes: tuple[Note, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is sent."""
        return integrity.signed({"format": FORMAT, **asdict(self)})

    @property
    def digest(self) -> str:
        """Tells this state of the writer from any other."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def of(settings: Settings) -> Offered:
    """What this home offers. Damaged releases are named as their manifests say; whoever takes one finds out."""
    releases = []
    for one in release.list_releases(settings):
        sha256, size = one.manifest.get("sha256"), one.manifest.get("size_bytes")
        manifest = stated(one.path.with_suffix(".json"))
        if one.flaw is None and isinstance(sha256, str) and isinstance(size, int) and manifest and ID.fullmatch(one.id):
            releases.append(OfferedRelease(one.id, manifest[0], sha256, size))
    notes = []
    for name in names_of_notes(settings):
        found = stated(path_of(settings, name))
        if found is not None:
            notes.append(Note(name, *found))
    return Offered(release.current_id(settings), tuple(releases), tuple(notes))


def from_json(document: Any) -> Offered:
    """What was sent. Raises ValueError when it is not what a writer sends: another format, damaged, or a name that is none."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise ValueError("format")
    if "checksum" not in document or not integrity.is_as_signed(document):
        raise ValueError("checksum")
    try:
        found = Offered(
            document["release"],
            tuple(OfferedRelease(**one) for one in document["releases"]),
            tuple(Note(**one) for one in document["notes"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from None
    sizes = [*(one.size_bytes for one in found.releases), *(one.size_bytes for one in found.notes)]
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("size_bytes")
    if not all(isinstance(one.id, str) and ID.fullmatch(one.id) for one in found.releases):
        raise ValueError("releases")
    if not all(isinstance(one.name, str) and _NOTE.fullmatch(one.name) for one in found.notes):
        raise ValueError("notes")
    return found


def is_offered(name: str) -> bool:
    """Whether a file of this name may be asked for."""
    return _RELEASE.fullmatch(name) is not None or _NOTE.fullmatch(name) is not None


def path_of(settings: Settings, name: str) -> Path:
    """Where a file of this name lies in a home. Raises ValueError for a name that is none."""
    if not is_offered(name):
        raise ValueError(name)
    return (settings.seeds if name.startswith("reference/") else settings.home) / name


def names_of_notes(settings: Settings) -> Iterator[str]:
    """The names of all notes there are in a home."""
    for folder in _NOTES_ARE_IN:
        place = (settings.seeds if folder == "reference" else settings.home) / folder
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            name = path.name if folder == "." else f"{folder}/{path.name}"
            # A link could lead to anything.
            if _NOTE.fullmatch(name) and path.is_file() and not path.is_symlink():
                yield name


def stated(path: Path) -> tuple[str, int] | None:
    """Hash and number of a small file's bytes, read once for each state of it."""
    try:
        found = path.stat()
        return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino)), found.st_size
    except OSError:
        return None


@lru_cache(maxsize=2048)
def _read(path: Path, _state: tuple[int, int, int]) -> str:
    return integrity.sha256_of(path)
