"""Finds out how the bytes of a text file are to be read: byte order mark, strict UTF-8, GB18030, in this order."""

import codecs
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from warehouse.intake.one_ahead import one_ahead

CHUNK = 1 << 23
_CONTROLS = bytes([*range(1, 9), 11, 12, *range(14, 32), 127])
# What may stand in a file that holds nothing.
_NOTHING = b" \t\r\n\0,;|"
_REPLACEMENT = {"utf-8": b"\xef\xbf\xbd", "gb18030": b"\x84\x31\xa4\x37"}


@dataclass(frozen=True)
class Bytes:
    """What one pass over a file's bytes tells; `utf8_damage` is the offset where it stops being UTF-8, if anywhere."""

    sha256: str
    size: int
    start: bytes
    has_nul: bool
    has_controls: bool
    has_cr: bool
    has_lf: bool
    has_crlf: bool
    has_lone_cr: bool
    has_lone_lf: bool
    utf8_damage: int | None
    ends_with_newline: bool
    is_blank: bool

    @property
    def mixes_newlines(self) -> bool:
        """Whether more than one kind of line ending occurs (D62)."""
        return self.has_crlf + self.has_lone_cr + self.has_lone_lf > 1

    @property
    def is_utf16(self) -> bool:
        """Whether the file begins with a UTF-16 byte order mark."""
        return self.start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    @property
    def has_utf8_bom(self) -> bool:
        """Whether the file begins with a UTF-8 byte order mark."""
        return self.start.startswith(codecs.BOM_UTF8)


def survey(path: Path) -> Bytes:
    """One pass over a file: its hash, whether it is UTF-8, its line endings and unusual bytes."""
    hashed, size, start = hashlib.sha256(), 0, b""
    nul = controls = crlf = lone_cr = lone_lf = False
    blank = True
    damage: int | None = None
    carry, last = b"", b""
    with path.open("rb") as file:
        for chunk in one_ahead(_hashed_chunks(file, hashed)):
            blank = blank and not (chunk if start else _without_mark(chunk)).strip(_NOTHING)
            start = start or chunk[:4096]
            nul = nul or b"\0" in chunk
            controls = controls or len(chunk.translate(None, _CONTROLS)) != len(chunk)
            joined = last + chunk
            if b"\r" in joined:
                # A carriage return at the very end of a chunk is looked at again with the next one.
                pairs, returns, feeds = joined.count(b"\r\n"), joined.count(b"\r"), joined.count(b"\n")
                crlf = crlf or pairs > 0
                lone_cr = lone_cr or returns - joined.endswith(b"\r") > pairs
                lone_lf = lone_lf or feeds - joined.startswith(b"\n") * bool(last) > pairs
            else:
                lone_lf = lone_lf or b"\n" in joined
            last = b"\r" if chunk.endswith(b"\r") else b""
            if damage is None:
                data = carry + chunk
                try:
                    text, used = codecs.utf_8_decode(data, "strict", False)
                    if "\ufffd" in text:
                        damage = size - len(carry) + data.index(_REPLACEMENT["utf-8"])
                    carry = data[used:]
                except UnicodeDecodeError as error:
                    damage = size - len(carry) + error.start
            size += len(chunk)
    if damage is None and carry:
        damage = size - len(carry)
    ends = _ends_with_newline(path, size)
    lone_cr = lone_cr or bool(last)
    return Bytes(
        hashed.hexdigest(),
        size,
        start,
        nul,
        controls,
        crlf or lone_cr,
        crlf or lone_lf,
        crlf,
        lone_cr,
        lone_lf,
        damage,
        ends,
        blank,
    )


def _without_mark(start: bytes) -> bytes:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        start = start.removeprefix(mark)
    return start


def _hashed_chunks(file: IO[bytes], hashed: "hashlib._Hash") -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        hashed.update(chunk)
        yield chunk


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    found, size = hashlib.sha256(), 0
    with open(path, "rb", opener=_regular) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
    return found.hexdigest(), size


def _regular(path: str, flags: int) -> int:
    """Opens a file; what has become a pipe or a device since it was listed is not waited for. Raises OSError."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)


def damage_in(path: Path, encoding: str) -> int | None:
    """The offset of the first byte that this encoding cannot read, or that reads as U+FFFD; None when all is well."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, done - pending + error.start)
            if "\ufffd" in text:
                return max(0, done - pending + len(text[: text.index("\ufffd")].encode(encoding)))
            if not chunk:
                return None
            done += len(chunk)


def mixed_line(path: Path, delimiter: str) -> int | None:
    """The line of the first cell of a GB18030 file that was written in UTF-8, else None.

    Such a cell's bytes are UTF-8 beyond ASCII, and read as GB18030 it holds characters outside GB 2312.
    """
    line, rest = 1, ""
    for chunk in utf8_chunks(path, "gb18030", False, CHUNK):
        text = rest + chunk.decode("utf-8")
        cut = max(text.rfind("\n"), text.rfind("\r")) + 1
        text, rest = text[:cut], text[cut:]
        found = _mixed_in(text, delimiter, line)
        if found is not None:
            return found
        line += text.count("\n") or text.count("\r")
    return _mixed_in(rest, delimiter, line)


def _mixed_in(text: str, delimiter: str, line: int) -> int | None:
    if not _has_uncommon(text):
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, content in enumerate(lines, start=line):
        if _has_uncommon(content) and any(_was_utf8(cell) for cell in content.split(delimiter)):
            return number
    return None


def _has_uncommon(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _was_utf8(cell: str) -> bool:
    cell = cell.strip('"')
    if not _has_uncommon(cell):
        return False
    try:
        cell.encode("gb18030").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def line_at(path: Path, offset: int) -> int:
    """The physical line, first 1, of the byte at `offset`."""
    feeds = returns = 0
    with path.open("rb") as file:
        left = offset
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            left -= len(chunk)
    return (feeds or returns) + 1


def head(path: Path, encoding: str, size: int = 1 << 18) -> str:
    """The beginning of a file as text; a character cut at the end is left out, damage is skipped."""
    with path.open("rb") as file:
        return codecs.getincrementaldecoder(encoding)("ignore").decode(file.read(size))


def utf8_chunks(path: Path, encoding: str, has_controls: bool, chunk_size: int = 1 << 25) -> Iterator[bytes]:
    """The file as UTF-8 bytes without byte order mark and control characters, chunk by chunk.

    UnicodeDecodeError where the file is damaged.
    """
    decoder = None if encoding in ("utf-8", "utf-8-sig") else codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        if encoding == "utf-8-sig":
            file.seek(len(codecs.BOM_UTF8))
        while chunk := file.read(chunk_size):
            data = chunk if decoder is None else decoder.decode(chunk).encode("utf-8")
            yield data.translate(None, _CONTROLS) if has_controls else data
    if decoder is not None:
        rest = decoder.decode(b"", final=True).encode("utf-8")
        if rest:
            yield rest


def _ends_with_newline(path: Path, size: int) -> bool:
    if not size:
        return False
    with path.open("rb") as file:
        file.seek(max(0, size - 2))
        # In UTF-16 the line end may be the last but one byte.
        return any(byte in b"\r\n" for byte in file.read(2)[-2 if size % 2 == 0 else -1 :])
