"""Whether what was written to disk is still what was written: SHA-256 of releases and of landed files."""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Stamp = tuple[int, int, int, int]

# By path and state of the file; a file that was found damaged stays damaged until it is another file.
_known: dict[Path, tuple[Stamp, str]] = {}
_lock = threading.Lock()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read now. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    """SHA-256 of bytes in memory."""
    return hashlib.sha256(content).hexdigest()


def problem_of(path: Path, sha256: str | None, size: int | None, again: bool = False) -> str | None:
    """What is wrong with a file that had this hash and size, as a Chinese sentence without a full stop; None when nothing is.

    Bytes are read once for each state of the file (see stamp_of), or now when `again` is set: rot leaves no trace in a
    file's times. Without a recorded hash only presence and emptiness are judged.
    """
    try:
        found = path.stat()
    except OSError:
        return f"文件 {path.name} 不见了"
    if size is not None and found.st_size != size:
        return f"文件 {path.name} 被截短或改写：应有 {size:,} 字节，现有 {found.st_size:,} 字节"
    if found.st_size == 0:
        return f"文件 {path.name} 是空的"
    if sha256 is None:
        return None
    try:
        now = _hash(path, stamp_of(found), again)
    except OSError as error:
        return f"文件 {path.name} 读不出来（{error.strerror or error}）"
    return None if now == sha256 else f"文件 {path.name} 的内容与发布时的校验和不符，磁盘上的字节变了"


def trust(path: Path, sha256: str) -> None:
    """Notes the hash of a file that was just read, so that it is not read once more."""
    found = path.stat()
    with _lock:
        _known[path] = (stamp_of(found), sha256)


def stamp_of(found: os.stat_result) -> Stamp:
    """The state of a file: whoever changes it and sets its time back cannot set back when that was done."""
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns


def signed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a checksum over all it says."""
    plain = {key: value for key, value in document.items() if key != "checksum"}
    return {**plain, "checksum": _digest(plain)}


def is_as_signed(document: Mapping[str, Any]) -> bool:
    """Whether the document still says what was signed; one that was never signed is believed."""
    plain = {key: value for key, value in document.items() if key != "checksum"}
    return "checksum" not in document or document["checksum"] == _digest(plain)


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _hash(path: Path, stamp: Stamp, again: bool) -> str:
    with _lock:
        known = _known.get(path)
        if known is not None and known[0] == stamp and not again:
            return known[1]
        sha256 = sha256_of(path)
        _known[path] = (stamp, sha256)
        return sha256
