"""Looks through a workbook's parts as they unpack, and refuses what would make its readers ask for more memory than there is.

Readers lay a sheet out as one rectangle from its first value to its last, and believe the counts it gives: one cell far away, or
one false number, is enough. Nothing is kept here but a piece at a time.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from warehouse.intake.cell_places import column_number

LARGEST_UNPACKED = 500 << 20
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# A rectangle of no more cells is laid out whatever is in it; a larger one must be filled to one part in so many.
_CELLS_LAID_OUT = 20_000_000
_SPARSEST = 50
# No part of a real workbook packs better: its rows and cells are numbered.
_HIGHEST_RATIO = 100
_SMALL_PART = 32 << 20
# The text of a cell has at most 32 767 characters, of at most eight bytes where all are written as numbers.
_LONGEST_TEXT = 1 << 19
# The shortest ways to write one shared text, and one cell that shows it.
_BYTES_OF_A_TEXT = 5
_BYTES_OF_A_CELL = 10
# What is packed by LZMA says how much memory unpacking it takes; packers ask for eight to sixty-four megabytes.
_LARGEST_DICTIONARY = 64 << 20
_LONGEST_NUMBER = 20
_LONGEST_NAME = 3
_CHUNK = 1 << 20

_LOCAL_HEADER = b"PK\x03\x04"
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)([0-9]+)["'][^<>]*(?<!/)>\s*<(?!/)""")
_ROW = re.compile(
    rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["']([0-9]+)["'][^<>]*(?<!/)>\s*<(?:\w+:)?c[\s>](?![^<>]*\br\s*=)"""
)
# What stands in quotes may hold brackets: not all readers mind.
_COUNTS = re.compile(rb"""<(?:\w+:)?sst\b(?:[^"'>]|"[^"]*"|'[^']*')*""")
_COUNT = re.compile(rb"""\b(count|uniqueCount)\s*=\s*["']\s*([^"']*)""")
_SHEET = re.compile(rb"<(?:\w+:)?sheetData\b")
# Parts of the office's own making, which nobody here reads.
_UNREAD = ("customxml/", "docprops/", "xl/media/", "xl/drawings/", "xl/charts/", "xl/embeddings/", "xl/theme/")


class UnsafeWorkbookError(Exception):
    """A workbook that must not be opened; `key` is the message that says why, `values` what it is filled with."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def check(path: Path) -> None:
    """Raises UnsafeWorkbookError where a workbook is not what it claims to be.

    Raises zipfile.BadZipFile where its list of parts is damaged, NotImplementedError where a part is packed in a way nobody here knows.
    """
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise UnsafeWorkbookError("D98")
        _check_places(entries)
        total = sum(entry.file_size for entry in entries)
        for entry in entries:
            name = entry.filename.replace("\\", "/").lower()
            if not name.endswith((".xml", ".rels")) or name.startswith(_UNREAD):
                continue
            try:
                _check_part(archive, file, entry, total)
            except NotImplementedError:
                # A way of packing that nobody here can look into, which readers may know all the same.
                raise
            except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, RuntimeError):
                # A part that is damaged, or has a password, is told by the reader, if it needs it at all.
                continue


def _check_places(entries: list[zipfile.ZipInfo]) -> None:
    """Each part has bytes and a name of its own; in real archives they never lie in one another."""
    if len({entry.filename.replace("\\", "/").lower() for entry in entries}) < len(entries):
        raise UnsafeWorkbookError("D98.overlap")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise UnsafeWorkbookError("D98.overlap")
        end = entry.header_offset + 30 + entry.compress_size
    for entry in entries:
        if entry.file_size > _SMALL_PART and entry.file_size > _HIGHEST_RATIO * entry.compress_size:
            raise UnsafeWorkbookError("D98.ratio", n=_HIGHEST_RATIO)


@dataclass
class _Box:
    """The rectangle that holds every value of a sheet, and the cells that stretch it."""

    count: int = 0
    columns: dict[bytes, int] = field(default_factory=dict)
    rows: tuple[int, int] = (LAST_ROW, 0)
    lowest: str = ""
    rightmost: str = ""
    right: int = 0
    left: int = LAST_COLUMN

    def add(self, column: bytes, row: int, reference: str) -> None:
        """One more cell that may stretch it; UnsafeWorkbookError where no sheet has such a cell."""
        number = self.columns.get(column) or _column_number(column)
        if not 1 <= row <= LAST_ROW or not 1 <= number <= LAST_COLUMN:
            shown = reference if len(reference) <= 20 else reference[:20] + "…"
            raise UnsafeWorkbookError("D98.reference", ref=shown)
        self.columns[column] = number
        if row > self.rows[1]:
            self.lowest = reference
        if number > self.right:
            self.rightmost = reference
        self.rows = (min(self.rows[0], row), max(self.rows[1], row))
        self.left, self.right = min(self.left, number), max(self.right, number)

    def check(self) -> None:
        """UnsafeWorkbookError where it is nearly empty and too large to be laid out."""
        if not self.columns:
            return
        cells = (self.rows[1] - self.rows[0] + 1) * (self.right - self.left + 1)
        if cells > _CELLS_LAID_OUT and cells > _SPARSEST * self.count:
            is_low = self.rows[1] - self.rows[0] > self.right - self.left
            raise UnsafeWorkbookError("D98.far", ref=self.lowest if is_low else self.rightmost, cells=cells)


def _check_part(archive: zipfile.ZipFile, file: IO[bytes], entry: zipfile.ZipInfo, total: int) -> None:
    box = _Box()
    rest = b""
    is_sheet = is_counted = False
    try:
        for block, is_last in _blocks(_unpacked(archive, file, entry)):
            if _has_long_text(block):
                raise UnsafeWorkbookError("D98.text", n=_LONGEST_TEXT // 10_000)
            data = rest + block
            if not is_counted and not is_sheet and (found := _COUNTS.search(data)):
                is_counted = True
                _check_counts(found.group(), entry.file_size, total)
            is_sheet = is_sheet or _SHEET.search(data) is not None
            # What may be cut in two at the end of a block is looked at with the next one.
            cut = len(data) if is_last else max(data.rfind(b"<c "), data.rfind(b"<row "), len(data) - _CHUNK)
            if is_sheet:
                _add_cells(data[:cut], box)
            rest = data[cut:]
        box.check()
    except UnsafeWorkbookError as problem:
        raise _in_sheet(problem, entry) from None


def _add_cells(text: bytes, box: _Box) -> None:
    """The cells with a value. There are millions: only those that may stretch the rectangle are looked at one by one."""
    found = _CELL.findall(text)
    box.count += len(found)
    if found:
        columns, rows = {column for column, _ in found}, {row for _, row in found}
        ends = {min(rows, key=_number), max(rows, key=_number)}
        new = columns - box.columns.keys()
        for column, row in found:
            if column in new or row in ends:
                box.add(column.upper(), _number(row), f"{column.decode()}{row.decode()}")
                new.discard(column)
                ends.discard(row)
            if not new and not ends:
                break
    for digits in set(_ROW.findall(text)):
        box.add(b"A", _number(digits), f"A{digits.decode()}")
        box.count += 1


def _in_sheet(problem: UnsafeWorkbookError, entry: zipfile.ZipInfo) -> UnsafeWorkbookError:
    """The part's own name is all that is known of the sheet before anything is read."""
    name = entry.filename.replace("\\", "/").rpartition("/")[2]
    return UnsafeWorkbookError(problem.key, **{**problem.values, "sheet": name.removesuffix(".xml")})


def _check_counts(element: bytes, size: int, total: int) -> None:
    """Readers make room for as many shared texts as the part says it has."""
    for name, digits in _COUNT.findall(element):
        most = size // _BYTES_OF_A_TEXT if name == b"uniqueCount" else total // _BYTES_OF_A_CELL
        if _number(digits.strip()) > max(most, 1000):
            raise UnsafeWorkbookError("D98.strings", n=digits[:20].decode(errors="replace"))


def _has_long_text(chunk: bytes) -> bool:
    """Whether a stretch of a piece without a tag is longer than any text of a cell."""
    at = 0
    while at + _LONGEST_TEXT <= len(chunk):
        found = chunk.rfind(b"<", at, at + _LONGEST_TEXT)
        if found < 0:
            return True
        at = found + 1
    return False


def _unpacked(archive: zipfile.ZipFile, file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, piece by piece. Raises UnsafeWorkbookError as soon as there are more of them than the archive says.

    The library stops at what the archive says; so it unpacks only what is packed as no office program does.
    """
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        if entry.compress_type == zipfile.ZIP_LZMA and _dictionary(file, entry) > _LARGEST_DICTIONARY:
            raise UnsafeWorkbookError("D98")
        with archive.open(entry) as part:
            while piece := part.read(_CHUNK):
                yield piece
        return
    _go_to(file, entry)
    if entry.flag_bits & 1:
        raise RuntimeError("a password")
    left, size = entry.compress_size, 0
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(left, 1 << 16))
        if not packed:
            raise zipfile.BadZipFile("cut off")
        left -= len(packed)
        while packed:
            data = inflate.decompress(packed, _CHUNK) if inflate is not None else packed
            packed = inflate.unconsumed_tail if inflate is not None else b""
            size += len(data)
            if size > entry.file_size:
                raise UnsafeWorkbookError("D98.overlap")
            if data:
                yield data


def _go_to(file: IO[bytes], entry: zipfile.ZipInfo) -> None:
    """To the first packed byte of a part. Raises zipfile.BadZipFile where its header is not there."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(_LOCAL_HEADER):
        raise zipfile.BadZipFile("no local header")
    name, extra = struct.unpack_from("<HH", header, 26)
    file.seek(name + extra, 1)


def _dictionary(file: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """Bytes of memory that an LZMA part asks for: after the packer's version and the length of what follows, a byte, then these four."""
    _go_to(file, entry)
    said = file.read(9)
    return struct.unpack_from("<I", said, 5)[0] if len(said) == 9 else 0


def _blocks(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The pieces joined to blocks of about the same size, the last one marked."""
    joined: list[bytes] = []
    size = 0
    for piece in pieces:
        joined.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield b"".join(joined), False
            joined, size = [], 0
    yield b"".join(joined), True


def _number(digits: bytes) -> int:
    """The number that is written; one beyond all others for what is too long to be one, or is written as no program does."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER and digits.isdigit() else 10**_LONGEST_NUMBER


def _column_number(letters: bytes) -> int:
    """`AB` → 28; beyond all sheets for what is longer than any column's name."""
    return column_number(letters.decode("ascii")) if len(letters) <= _LONGEST_NAME else LAST_COLUMN + 1
