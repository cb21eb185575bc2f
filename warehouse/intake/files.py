"""Lists the dropped files of a seeds folder, and what lies there that is no file to be read."""

import itertools
import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.intake import filename, privacy
from warehouse.intake.note import Note

REFERENCE = "reference"

_KINDS = {
    stat.S_IFIFO: {"what": "命名管道", "what_en": "a named pipe"},
    stat.S_IFSOCK: {"what": "套接字", "what_en": "a socket"},
}
_DEVICE = {"what": "设备", "what_en": "a device"}


@dataclass(frozen=True)
class DroppedFile:
    """One file of the seeds folder: where it lies, what the receipt calls it, the folder's programme, and why it is not even opened."""

    path: Path
    label: str
    programme: str | None
    problem: Note | None = None


def dropped_files(seeds: Path, programmes: frozenset[str], links_to: Sequence[Path] = ()) -> list[DroppedFile]:
    """All files that somebody may have handed in, in the order of their names; junk and the reference lists are left out.

    Links are followed into the seeds folder and to `links_to` only. Nothing is opened, so nothing waits for the other end of a pipe.
    Raises OSError when a folder cannot be listed: files that are not seen must not be taken for removed.
    """
    if not seeds.is_dir():
        raise FileNotFoundError(f"找不到数据文件夹 {seeds}，请检查 --seeds 或磁盘是否已挂载。")
    homes = [Path(os.path.realpath(place)) for place in (seeds, *links_to)]
    found = []
    for folder, folders, names in os.walk(seeds, onerror=_raise):
        place = Path(folder)
        parts = place.relative_to(seeds).parts
        programme = parts[0] if parts and parts[0] in programmes else None
        odd = [name for name in folders if name.startswith("..")]
        folders[:] = [name for name in folders if not name.startswith(".") and (parts or name != REFERENCE)]
        # A link to a folder is never walked; what it leads to inside of the seeds folder is found there.
        links = [name for name in folders if (place / name).is_symlink()]
        for name in (*names, *odd, *links):
            if filename.is_junk(filename.readable(name)):
                continue
            path = place / name
            problem = Note("D96") if name in odd else problem_of(path, homes)
            if name in links and problem is None:
                continue
            label = "/".join(filename.readable(part) for part in (*parts, name))
            found.append(DroppedFile(path, label, programme, problem))
    return _without_private_names(sorted(found, key=lambda file: (file.path.name, file.label)))


def problem_of(path: Path, homes: Sequence[Path] | None) -> Note | None:
    """Why something is not opened; None for files and folders, and for what is gone by now. Links lead into `homes`, None is anywhere."""
    try:
        if homes is not None and path.is_symlink():
            target = Path(os.path.realpath(path))
            if not any(target.is_relative_to(home) for home in homes):
                return Note("D109.link")
        kind = stat.S_IFMT(path.stat().st_mode)
    except PermissionError:
        return None
    except OSError:
        return Note("D109.broken") if path.is_symlink() else None
    return None if kind in (stat.S_IFREG, stat.S_IFDIR) else Note("D109.device", _KINDS.get(kind, _DEVICE))


def _without_private_names(files: list[DroppedFile]) -> list[DroppedFile]:
    """The files by names that may be kept: personal numbers starred out, and numbered where that makes two names one."""
    labels: set[str] = set()
    # Of thousands of files named by people's numbers all have one name: each goes on where the last one ended.
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(2))
    named = []
    for file in files:
        masked = privacy.masked(file.label)
        label = masked
        while label in labels:
            label = f"{masked}（{next(numbers[masked])}）"
        labels.add(label)
        named.append(replace(file, label=label))
    return named


def _raise(error: OSError) -> None:
    raise error
