"""A release file that another program has open for writing: nobody can read it then, and the sentence says which file to close."""

import re
from dataclasses import dataclass

import duckdb

from warehouse.releases import release
from warehouse.settings import Settings
from warehouse.system.lock import LockedError

# What the engine writes; the process is missing where the system does not tell it.
_CONFLICT = re.compile(
    r'Could not set lock on file "(?P<file>.+?)"(?:: Conflicting lock is held in (?P<holder>.+?)(?=\.\s|$))?'
)


class InUseError(LockedError):
    """A release cannot be read because another program has its file open for writing; the message says which and what to do."""


@dataclass(frozen=True)
class InUse:
    """The file, and who holds it as far as the system tells: a program and its number."""

    file: str
    holder: str

    @property
    def zh(self) -> str:
        """What is the matter and what to do."""
        who = f"（{self.holder}）" if self.holder else ""
        return (
            f"文件 {self.file} 正被另一个程序{who}以可写方式打开，读不了。"
            "请在那个程序里关闭这个文件，或改用只读方式打开，然后再试。已发布的版本没有变。"
        )

    @property
    def en(self) -> str:
        """The same in English."""
        who = f" ({self.holder})" if self.holder else ""
        return (
            f"The file {self.file} is open for writing in another program{who} and cannot be read. "
            "Close it there, or open it read only, and try again. The published release has not changed."
        )


def conflict_of(error: BaseException) -> InUse | None:
    """The conflict behind an error of the engine, or of ours that repeats its words; None when it is something else."""
    return conflict_in(str(error))


def conflict_in(told: str) -> InUse | None:
    """The conflict that the engine tells of; None when it is something else."""
    found = _CONFLICT.search(told)
    return InUse(found["file"], found["holder"] or "") if found else None


def check(settings: Settings) -> None:
    """Raises InUseError when the current release is open for writing elsewhere; whatever else is wrong with it is not said here."""
    named = release.current_id(settings)
    path = settings.releases / f"{named}.duckdb"
    if named is None or not path.is_file():
        return
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        conflict = conflict_of(error)
        if conflict is not None:
            raise InUseError(conflict.zh) from error
