"""The token that replicas and their writer share: read from a file that is its owner's alone, never from a command line."""

import hmac
import os
import re
import stat
from functools import lru_cache
from pathlib import Path

# The writer's token file and a replica's.
OFFER_TOKEN_FILE = "UNIONBOARD_OFFER_TOKEN_FILE"  # noqa: S105 - the name of a variable
TOKEN_FILE = "UNIONBOARD_TOKEN_FILE"  # noqa: S105
# 32 hexadecimal digits are 128 bits; shorter ones are guessed.
LEAST = 32
_TOKEN = re.compile(r"[\x21-\x7e]+")


class SecretError(Exception):
    """A token file that cannot be used; the message says why and what to do."""


def tokens(path: Path) -> tuple[str, ...]:
    """The tokens in a file, one a line, the first the one to send; a second lets a token be changed while replicas still send the old.

    Read anew whenever the file changes. Raises SecretError when it is missing, others may read it, or a token is too short.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise SecretError(f"令牌文件 {path} 读不了（{error.strerror or error}）。{_HOW.format(path=path)}") from None
    if not stat.S_ISREG(found.st_mode):
        raise SecretError(f"令牌文件 {path} 不是普通文件。{_HOW.format(path=path)}")
    if found.st_mode & 0o077:
        raise SecretError(
            f"令牌文件 {path} 别的用户也能读写（权限 {found.st_mode & 0o777:04o}）。请运行 chmod 600 {path}。"
        )
    return _read(path, (found.st_mtime_ns, found.st_size, found.st_ino))


def is_one_of(given: str, known: tuple[str, ...]) -> bool:
    """Whether a token is among those known; takes as long for a wrong one as for a right one."""
    matches = [hmac.compare_digest(given.encode(), one.encode()) for one in known]
    return any(matches)


@lru_cache(maxsize=8)
def _read(path: Path, _state: tuple[int, int, int]) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是 ASCII 文字"
        raise SecretError(f"令牌文件 {path} 读不了（{reason}）。{_HOW.format(path=path)}") from None
    found = tuple(line.strip() for line in lines if line.strip())
    if not found or any(len(one) < LEAST or not _TOKEN.fullmatch(one) for one in found):
        raise SecretError(f"令牌文件 {path} 里每行要有一个至少 {LEAST} 个字符的令牌。{_HOW.format(path=path)}")
    return found


_HOW = "请这样生成：(umask 077; openssl rand -hex 32 > {path})，发布主机和各看板主机用同一个。"


def from_environment(name: str) -> Path | None:
    """The token file that a variable names."""
    named = os.environ.get(name)
    return Path(named).absolute() if named else None
