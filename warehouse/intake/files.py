"""Lists the dropped files of a seeds folder."""

import itertools
import os
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.intake import filename, privacy

REFERENCE = "reference"


@dataclass(frozen=True)
class DroppedFile:
    """One file of the seeds folder: where it lies, what the receipt calls it, and the folder's programme."""

    path: Path
    label: str
    programme: str | None


def dropped_files(seeds: Path, programmes: frozenset[str]) -> list[DroppedFile]:
    """All files that somebody may have handed in, in the order of their names; junk and the reference lists are left out.

    Raises OSError when a folder cannot be listed: files that are not seen must not be taken for removed.
    """
    if not seeds.is_dir():
        raise FileNotFoundError(f"找不到数据文件夹 {seeds}，请检查 --seeds 或磁盘是否已挂载。")
    found = []
    for folder, folders, names in os.walk(seeds, onerror=_raise):
        place = Path(folder)
        parts = place.relative_to(seeds).parts
        folders[:] = [name for name in folders if not name.startswith(".") and (parts or name != REFERENCE)]
        for name in names:
            path = place / name
            if filename.is_junk(name) or not path.is_file():
                continue
            programme = parts[0] if parts and parts[0] in programmes else None
            found.append(DroppedFile(path, "/".join((*parts, name)), programme))
    return _without_private_names(sorted(found, key=lambda file: (file.path.name, file.label)))


def _without_private_names(files: list[DroppedFile]) -> list[DroppedFile]:
    """The files by names that may be kept: personal numbers starred out, and numbered where that makes two names one."""
    labels: set[str] = set()
    named = []
    for file in files:
        masked = privacy.masked(file.label)
        label = masked
        for number in itertools.count(2):
            if label not in labels:
                break
            label = f"{masked}（{number}）"
        labels.add(label)
        named.append(replace(file, label=label))
    return named


def _raise(error: OSError) -> None:
    raise error
