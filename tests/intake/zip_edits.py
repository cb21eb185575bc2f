"""Edits a workbook as an attacker or a careless program would: its XML, and the ZIP around it."""

import io
import random
import re
import struct
import zipfile

_NUMBERS = [
    b"-1",
    b"0",
    b"1",
    b"65536",
    b"1048576",
    b"1048577",
    b"99999999",
    b"4294967295",
    b"18446744073709551616",
    b"1e999",
    b"",
]
_REFERENCES = [
    b"A1", b"A0", b"XFD1048576", b"XFE1", b"ZZZZZZZ3", b"A4294967295", b"A99999999999999999999", b"1A", b"AA", b"$A$1", b"A1:B2",
    b"A1:XFD1048576", b"B2:A1", b"A1:ZZZZZZ4294967295", b":", b"",
]  # fmt: skip
_TYPES = [b"s", b"str", b"inlineStr", b"b", b"n", b"e", b"d", b"x", b""]
_TEXTS = [
    b"&lt;",
    b"&#0;",
    b"&#x110000;",
    b"&nope;",
    b"\xff",
    b"\0",
    b"<v>",
    b"</c>",
    b"<!--",
    b"]]>",
    b"<![CDATA[",
    b"a" * 5000,
    b"<row>",
    b"\xef\xbb\xbf",
]
_PARTS = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
]
# Each part as often as it is read.
_WEIGHTS = [8, 4, 2, 2, 2, 1]
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TAG = re.compile(rb"<[^<>]*>")


def edited_workbook(data: bytes, dice: random.Random) -> bytes:
    """The workbook with one to four of its parts edited, and now and then its directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        [name] = dice.choices(_PARTS, _WEIGHTS)
        if name in parts:
            parts[name] = _edited_xml(parts[name], dice)
    packed = _packed(parts, dice)
    for _ in range(dice.choice([0, 0, 0, 0, 1])):
        packed = _edited_zip(packed, dice)
    return packed


def _edited_xml(xml: bytes, dice: random.Random) -> bytes:
    attributes, tags = list(_ATTRIBUTE.finditer(xml)), list(_TAG.finditer(xml))
    what = dice.random()
    if what < 0.45 and attributes:
        found = dice.choice(attributes)
        return xml[: found.start(2)] + _value(found.group(1), dice) + xml[found.end(2) :]
    if what < 0.6 and tags:
        found = dice.choice(tags)
        return xml[: found.start()] + xml[found.end() :]
    if what < 0.75 and tags:
        first, second = (
            sorted(dice.sample(range(len(tags)), min(2, len(tags))))[:1] * 2
            if len(tags) < 2
            else sorted(dice.sample(range(len(tags)), 2))
        )
        piece = xml[tags[first].start() : tags[second].end()]
        times = dice.choice([1, 1, 2, 50, 2000]) if len(piece) < 2000 else 1
        return xml[: tags[second].end()] + piece * times + xml[tags[second].end() :]
    at = dice.randint(0, len(xml))
    if what < 0.9:
        return xml[:at] + dice.choice(_TEXTS) + xml[at:]
    if what < 0.95:
        return xml[:at]
    return xml.decode("utf-8", "replace").encode(dice.choice(["utf-16", "utf-16-be", "gb18030"]))


def _value(name: bytes, dice: random.Random) -> bytes:
    if name in (b"r", b"ref", b"spans", b"sqref") and dice.random() < 0.8:
        return dice.choice(_REFERENCES + _NUMBERS)
    if name == b"t" and dice.random() < 0.8:
        return dice.choice(_TYPES)
    return dice.choice([*_NUMBERS, *_TEXTS, b"../x.xml", b"/etc/passwd", b"rId1", b"rId2", b"x" * 300])


def _packed(parts: dict[str, bytes], dice: random.Random) -> bytes:
    buffer = io.BytesIO()
    kind = dice.choice([zipfile.ZIP_DEFLATED] * 8 + [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in parts.items():
            if dice.random() < 0.02:
                continue
            odd = dice.random() < 0.03
            archive.writestr(name.replace("/", "\\") if odd else name, content)
            if dice.random() < 0.01:
                archive.writestr(name + "x", content)
    return buffer.getvalue()


def _edited_zip(data: bytes, dice: random.Random) -> bytes:
    """A field of a local or a central header, or of the end, set to something else; or bytes changed, cut or put in."""
    edited = bytearray(data)
    what = dice.random()
    marks = [found.start() for found in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", data)]
    if what < 0.7 and marks:
        start = dice.choice(marks)
        fields = {
            b"PK\x01\x02": (8, 10, 16, 20, 24, 28, 30, 42),
            b"PK\x03\x04": (6, 8, 14, 18, 22, 26, 28),
            b"PK\x05\x06": (8, 10, 12, 16, 20),
        }
        place = start + dice.choice(fields[data[start : start + 4]])
        value = dice.choice(
            [0, 1, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, dice.randint(0, len(data)), dice.choice(marks)]
        )
        width = dice.choice([2, 4])
        if place + width <= len(edited):
            struct.pack_into(
                "<H" if width == 2 else "<I", edited, place, value & (0xFFFF if width == 2 else 0xFFFFFFFF)
            )
    elif what < 0.9:
        edited[dice.randrange(len(edited))] = dice.randrange(256)
    elif what < 0.95:
        del edited[dice.randrange(len(edited)) :]
    else:
        at = dice.randrange(len(edited))
        edited[at:at] = dice.randbytes(dice.randint(1, 200))
    return bytes(edited)
