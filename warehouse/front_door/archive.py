"""Unpacks a ZIP of dropped files into a folder, within limits, and says which entries it did not take and why."""

import lzma
import shutil
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from warehouse.intake import filename, kinds, messages, privacy
from warehouse.intake.receipt import REFUSED, Message, Receipt

MOST_FILES = 200
LARGEST_UNPACKED_MB = 2048
_IS_UTF8 = 0x800
_IS_ENCRYPTED = 0x1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Unpacked:
    """One file of an archive: where its bytes are now, and what people call it (`报表.zip/河南_….csv`)."""

    path: Path
    label: str


class _Refused(Exception):
    """An entry, or a whole archive, that is not taken."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.zh, self.en = code, zh, en


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files; workbooks and documents, which are ZIPs too, are not."""
    # A damaged one: the name decides whether it is told as an archive or as a workbook.
    try:
        return kinds.is_archive(path) or (path.suffix.lower() == ".zip" and not _is_whole(path))
    except OSError:
        return False


def unpack(path: Path, folder: Path) -> tuple[list[Unpacked], list[Receipt]]:
    """The files of an archive, unpacked below `folder`, and a receipt for what was refused. Junk is left out.

    Only the last part of an entry's name is used, so nothing is ever written outside `folder`.
    """
    try:
        if kinds.list_is_long(path):
            raise _too_many()
        with zipfile.ZipFile(path) as archive:
            entries = [(info, name) for info in archive.infolist() if (name := _name_of(info)) and not _is_junk(name)]
            _check_size(entries)
            return _unpack_all(archive, entries, path.name, folder)
    except _Refused as problem:
        return [], [_receipt(privacy.masked(path.name), problem)]
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError):
        zh = "压缩包不完整或已损坏，可能未传完，请重新压缩后再交。"
        return [], [
            _receipt(
                privacy.masked(path.name), _Refused("D87", zh, "The archive is incomplete or damaged; pack it again.")
            )
        ]


def _unpack_all(
    archive: zipfile.ZipFile, entries: list[tuple[zipfile.ZipInfo, str]], called: str, folder: Path
) -> tuple[list[Unpacked], list[Receipt]]:
    taken: list[Unpacked] = []
    refused: list[Receipt] = []
    left = LARGEST_UNPACKED_MB << 20
    for number, (info, name) in enumerate(entries):
        label = privacy.masked(f"{called}/{name}")
        place = folder / str(number) / PurePosixPath(name).name
        try:
            _check(info, name)
            left -= _extract(archive, info, place, left)
        except _Refused as problem:
            if problem.code == "D98":
                raise
            refused.append(_receipt(label, problem))
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError):
            zh = "压缩包里的这个文件已损坏，请重新压缩后再交。"
            refused.append(
                _receipt(label, _Refused("D87", zh, "This file is damaged inside the archive; pack it again."))
            )
        except (NotImplementedError, RuntimeError):
            zh = "压缩方式读不了，请用普通的ZIP重新压缩。"
            refused.append(_receipt(label, _Refused("D05", zh, "This way of packing cannot be read; use plain ZIP.")))
        except OSError:
            zh = "文件名过长或不能用，请改名后重新压缩。"
            refused.append(
                _receipt(label, _Refused("D96", zh, "The name is too long or cannot be used; rename the file."))
            )
        else:
            taken.append(Unpacked(place, label))
    return taken, refused


def _check_size(entries: list[tuple[zipfile.ZipInfo, str]]) -> None:
    if not entries:
        raise _Refused("D84", "压缩包里没有文件。", "The archive holds no file.")
    if len(entries) > MOST_FILES:
        raise _too_many()
    if sum(info.file_size for info, _ in entries) > LARGEST_UNPACKED_MB << 20:
        raise _too_large()


def _too_many() -> _Refused:
    zh = f"压缩包里的文件太多，最多收{MOST_FILES}个，请分成几个包。"
    return _Refused("D97", zh, f"The archive holds too many files, at most {MOST_FILES} are taken; split it.")


def _too_large() -> _Refused:
    zh = f"压缩包解压后超过{LARGEST_UNPACKED_MB}MB，已拒收，请分成几个包。"
    return _Refused("D98", zh, f"The archive unpacks to more than {LARGEST_UNPACKED_MB} MB and was refused; split it.")


def _check(info: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(name).parts
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if name.startswith("/") or ".." in parts or ":" in parts[0] or is_link or filename.is_unsafe(parts[-1]):
        zh = "压缩包里的文件名含非法路径或字符，请改名后重新压缩。"
        raise _Refused("D96", zh, "The name of this file in the archive is unsafe; rename it and pack again.")
    if info.flag_bits & _IS_ENCRYPTED:
        zh = "压缩包带密码，请不加密码重新压缩。"
        raise _Refused("D06", zh, "The archive has a password; pack it without one.")


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, most: int) -> int:
    """Writes one entry and says how many bytes it has; what the archive says of its own sizes is not believed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with archive.open(info) as packed, place.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise _too_large()
                file.write(chunk)
        if _holds_archive(place):
            zh = "压缩包里还有压缩包，请先解开再交。"
            raise _Refused("D05", zh, "There is an archive inside the archive; unpack it first.")
    except BaseException:
        shutil.rmtree(place.parent, ignore_errors=True)
        raise
    return size


def _holds_archive(path: Path) -> bool:
    return path.suffix.lower() in (".zip", ".rar", ".7z", ".gz", ".tar") or is_archive(path)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The entry's name, slashes forward; '' for folders. Names without the UTF-8 mark are UTF-8 (macOS) or GBK (Windows, WPS)."""
    if info.is_dir():
        return ""
    name = info.filename
    if not info.flag_bits & _IS_UTF8:
        try:
            raw = info.orig_filename.encode("cp437")
        except UnicodeEncodeError:
            # The name was given in full beside the entry.
            raw = b""
        name = _decoded(raw) or name
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _is_junk(name: str) -> bool:
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or filename.is_junk(path.name)


def _is_whole(path: Path) -> bool:
    """Whether the list of what is inside can be read."""
    try:
        with zipfile.ZipFile(path):
            return True
    except (zipfile.BadZipFile, ValueError):
        return False


def _receipt(label: str, problem: _Refused) -> Receipt:
    message = Message(problem.code, messages.REFUSE, None, None, problem.zh, problem.en)
    return Receipt(label, None, None, REFUSED, 0, 0, 0, 0, None, (message,))
