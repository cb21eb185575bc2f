"""How entries of the audit hang together: each names the one before it, under a key that stands in home or in a file of its own.

Whoever can write the file but does not have the key cannot make an entry, nor make another fit behind a changed one.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.settings import Settings

KEY_FILE = "UNIONBOARD_AUDIT_KEY_FILE"
# What the first entry of all hangs on.
BEGINNING = "0" * 64
_BYTES = 32


class KeyProblem(Exception):
    """There is no key, or it cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Link:
    """A place in the chain: the number of an entry and its mark."""

    number: int
    mark: str


START = Link(0, BEGINNING)


def key_path(settings: Settings) -> Path:
    """Where the key lies: in the file that is named, else in home."""
    named = os.environ.get(KEY_FILE)
    return Path(named) if named else settings.home / "keys" / "audit.key"


def is_elsewhere() -> bool:
    """Whether the key lies in a file that was named, and so may be there before the first entry."""
    return bool(os.environ.get(KEY_FILE))


def key(settings: Settings, is_made: bool = False) -> bytes:
    """The key; with `is_made` one is made where there is none yet. Raises KeyProblem."""
    path = key_path(settings)
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        if not is_made or is_elsewhere():
            raise KeyProblem(f"没有审计密钥 {path}：没有它，审计记录写不了也核对不了") from None
        return _made(path)
    except (OSError, ValueError) as error:
        raise KeyProblem(f"审计密钥 {path} 读不出来（{error}）") from None
    if len(found) < _BYTES:
        raise KeyProblem(f"审计密钥 {path} 太短：要 {_BYTES} 字节，写成十六进制")
    return found


def written(entry: dict[str, Any]) -> bytes:
    """An entry as it stands in its line, without the line's end: one way of writing it, so that no other passes for it."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def marked(entry: dict[str, Any], before: Link, secret: bytes) -> dict[str, Any]:
    """An entry with its number, what it hangs on, and its own mark."""
    placed = {**entry, "number": before.number + 1, "previous": before.mark}
    return {**placed, "mark": mark_of(placed, secret)}


def mark_of(content: dict[str, Any], secret: bytes) -> str:
    """The mark of anything that is written beside it."""
    without = {name: value for name, value in content.items() if name != "mark"}
    return hmac.new(secret, written(without), hashlib.sha256).hexdigest()


def is_marked(content: dict[str, Any], secret: bytes) -> bool:
    """Whether something carries its own mark."""
    return hmac.compare_digest(str(content.get("mark", "")), mark_of(content, secret))


def _made(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(_BYTES)
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Two that begin at once take the same one.
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
