"""Tells what a file that is no table is: an older or a foreign program's document, a picture, an archive, a page of the Web."""

import codecs
import re
import struct
import zipfile
from pathlib import Path

from warehouse.intake.package import WORKBOOK, plain_name

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_BEGINNINGS = {
    b"%PDF": "D05.pdf",
    b"\x89PNG": "D05.picture",
    b"\xff\xd8\xff": "D05.picture",
    b"GIF8": "D05.picture",
    b"II*\0": "D05.picture",
    b"MM\0*": "D05.picture",
    b"\x1f\x8b": "D05.packed",
    b"BZh": "D05.packed",
    b"\xfd7zXZ": "D05.packed",
    b"Rar!": "D05.packed",
    b"7z\xbc\xaf": "D05.packed",
    b"{\\rtf": "D05.document",
}
# What a program writes for the Web, or Excel of 2003 as XML, usually under the name .xls.
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<head|<meta|<table|<workbook|mime-version:)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# By the names of the parts that an Office document of the older kind has.
_OLE_PARTS = (("EncryptedPackage", "D06.password"), ("WordDocument", "D05.document"), ("PowerPoint", "D05.document"))
_DIRECTORY_BYTES = 1 << 16
# As far as the place of the list of parts is written; a shorter file is cut off.
_OLE_HEAD_BYTES = 52

# A ZIP whose list of entries is longer than this holds tens of thousands of them: no workbook, and too many to be looked at.
LONGEST_LIST = 4 << 20
_END_OF_ZIP = b"PK\x05\x06"
_END_BYTES = 22 + 0xFFFF


def kind_of(path: Path) -> str | None:
    """The key of the message that tells its sender what a file is; None for what may be text or a workbook of today.

    Looks at the bytes, not at the name. Raises OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_OLE):
        return _ole_kind(path, start)
    if start.startswith(_ZIP):
        return _zip_kind(path)
    if start[257:262] == b"ustar":
        return "D05.packed"
    known = next((key for beginning, key in _BEGINNINGS.items() if start.startswith(beginning)), None)
    return known or ("D05.markup" if _MARKUP.match(_plain(start)) else None)


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files; workbooks and documents, which are ZIPs too, are not."""
    with path.open("rb") as file:
        is_zip = file.read(4) in _ZIP
    return is_zip and _zip_kind(path) == "D05.zip"


def list_is_long(path: Path) -> bool:
    """Whether a ZIP says that its list of entries takes more than `LONGEST_LIST` bytes."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_BYTES))
        end = file.read()
    place = end.rfind(_END_OF_ZIP)
    # 0xFFFFFFFF, of archives beyond 4 GB or 65 535 entries, is long too.
    return 0 <= place <= len(end) - 16 and struct.unpack_from("<I", end, place + 12)[0] > LONGEST_LIST


def _zip_kind(path: Path) -> str | None:
    """None for a workbook, and for a damaged one, which its reader tells better."""
    if list_is_long(path):
        return "D05.zip"
    try:
        with zipfile.ZipFile(path) as archive:
            names = {plain_name(name) for name in archive.namelist()}
            is_open = "mimetype" in names and archive.getinfo("mimetype").file_size < 200
            kind = archive.read("mimetype") if is_open else b""
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None
    if WORKBOOK in {name.lower() for name in names}:
        return None
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        return "D05.ods" if b"spreadsheet" in kind else "D05.document"
    if "xl/workbook.bin" in names:
        return "D05.xlsb"
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        return "D05.numbers"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "D05.document"
    return "D05.unreadable" if "[Content_Types].xml" in names else "D05.zip"


def _ole_kind(path: Path, start: bytes) -> str:
    """What an Office document of the older kind, or one with a password, is, by the list of its parts."""
    if len(start) < _OLE_HEAD_BYTES:
        return "D06"
    shift, first = struct.unpack_from("<H", start, 30)[0], struct.unpack_from("<I", start, 48)[0]
    if shift not in (9, 12):
        return "D06"
    with path.open("rb") as file:
        file.seek((first + 1) << shift)
        directory = file.read(_DIRECTORY_BYTES)
    for part, key in _OLE_PARTS:
        if part.encode("utf-16-le") in directory:
            return key
    return "D06"


def _plain(start: bytes) -> bytes:
    """The beginning of a text as single bytes, however it is encoded."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return start[len(mark) :].decode(encoding, "ignore").encode("ascii", "ignore")
    return start
