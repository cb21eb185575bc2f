"""What is generated is its owner's alone, whatever the umask says: folders 0700, files 0600; homes of earlier versions are mended."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from warehouse.settings import Settings

FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077


@contextlib.contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Everything that this process and its children write in the block is the owner's alone, and so is what home held before.

    The umask is the whole process's: inside, write nothing that others are meant to read, such as dropped files.
    """
    before = os.umask(_OTHERS)
    try:
        keep(settings)
        yield
    finally:
        os.umask(before)


def keep(settings: Settings) -> None:
    """Makes home, and takes from what is in it the rights of others. The seeds folder is left alone, should it lie in there.

    What belongs to another user, or is gone by now, stays as it is.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    # A home that holds the seeds folder must let in those who drop files; a folder like /tmp is nobody's home.
    if not settings.seeds.is_relative_to(settings.home) and not settings.home.stat().st_mode & stat.S_ISVTX:
        _close(settings.home)
    for place, folders, names in os.walk(settings.home):
        folders[:] = [name for name in folders if Path(place, name) != settings.seeds]
        for name in (*folders, *names):
            _close(Path(place, name))


def _close(path: Path) -> None:
    with contextlib.suppress(OSError):
        found = path.lstat().st_mode
        # Links have no rights of their own, and what they lead to may be anybody's.
        if not stat.S_ISLNK(found) and found & _OTHERS:
            path.chmod(stat.S_IMODE(found) & ~_OTHERS)
