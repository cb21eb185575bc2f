"""What a workbook carries besides the sheet that is read: comments, hidden sheets, properties, pictures, what they say of persons."""

import html
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.intake import privacy


@dataclass(frozen=True)
class Said:
    """Where something is, in both languages."""

    zh: str
    en: str


# Parts of every workbook that hold nothing but how the sheet looks.
_PLAIN = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|docprops/(?:app|core)\.xml|docprops/thumbnail\..*|xl/workbook\.xml|xl/_rels/.*\.rels|xl/styles\.xml"
    r"|xl/sharedstrings\.xml|xl/theme/.*|xl/calcchain\.xml|xl/metadata\.xml|xl/worksheets/_rels/.*\.rels|.*/",
    re.IGNORECASE,
)
# In this order: the first that fits a part's name is what it is called.
_NAMES = (
    (r"comment|person|legacydrawing|vmldrawing", "批注", "comments"),
    (r"worksheets/|chartsheets/|dialogsheets/|macrosheets/", "其他工作表", "other sheets"),
    (r"docprops/", "文档属性", "document properties"),
    (r"externallink|connections|querytable", "外部链接", "links to other files"),
    (r"pivot|slicer|timeline", "透视表缓存", "pivot caches"),
    (r"vba|activex|ctrlprops|macro", "宏", "macros"),
    (r"media/|drawings/|charts/|diagrams/|embeddings/|oleobject|ink/|model3d", "图片、图表或嵌入的文件", "pictures, charts or files"),
    (r"revisions/|users", "修订记录", "tracked changes"),
    (r"printersettings", "打印设置", "printer settings"),
)  # fmt: skip
_OTHERS = ("其他附加内容", "other parts")
_UNUSED = Said("没有格子用到的文字", "strings that no cell uses")
_LOOKS = Said("格式的名称", "names of formats")
# Programs that sign as the author; any other is a person or an office.
_PROGRAMS = frozenset(
    {"", "openpyxl", "unionboard", "apache poi", "xlsxwriter", "wps", "microsoft excel", "libreoffice", "unknown"}
)
_PERSONS = re.compile(
    rb"<(?:\w+:)?(?:creator|lastModifiedBy|title|subject|description|keywords|category|contentStatus|Manager|Company|HyperlinkBase)"
    rb"(?:\s[^>]*)?>([^<]*)<"
)
_TEXT = re.compile(r">([^<]+)<|=\"([^\"]{6,})\"")
_TAG = re.compile(r"<[^>]*>")
_COMMENT = re.compile(r"<(?:\w+:)?comment\s[^>]*?ref=\"([A-Z]+[0-9]+)\".*?</(?:\w+:)?comment>", re.DOTALL)
_SHARED = re.compile(r"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>", re.DOTALL)
# Larger parts hold tables, and are not looked through.
_LONGEST = 1 << 26


def besides(path: Path, sheet_part: str) -> list[Said]:
    """What a workbook carries besides the one sheet and its looks, each kind once."""
    with zipfile.ZipFile(path) as archive:
        found = [_called(name) for name in _names(archive) if not _PLAIN.fullmatch(name) and name != sheet_part]
        if archive.comment or any(info.comment for info in archive.infolist()):
            found.append(Said(*_OTHERS))
        properties = [info for info in archive.infolist() if _plain_name(info.filename).lower().startswith("docprops/")]
        for info in properties:
            texts = (html.unescape(text.decode("utf-8", "replace")) for text in _PERSONS.findall(archive.read(info)))
            if any(text.strip().lower() not in _PROGRAMS for text in texts):
                found.append(_called("docprops/"))
    return list(dict.fromkeys(found))


def private_places(path: Path, sheet_part: str | None, known: Iterable[str]) -> list[Said]:
    """Where in a workbook, besides the sheet that is read, numbers of persons stand. `known` are the values of that sheet."""
    found: list[Said] = []
    with zipfile.ZipFile(path) as archive:
        names = _names(archive)
        sheets = [name for name in names if name.lower().startswith("xl/worksheets/") and name.endswith(".xml")]
        for info in archive.infolist():
            name = _plain_name(info.filename)
            lower = name.lower()
            if name == sheet_part or not lower.endswith((".xml", ".vml", ".rels")) or info.file_size > _LONGEST:
                continue
            text = archive.read(info).decode("utf-8", "replace")
            if lower == "xl/sharedstrings.xml":
                strings = [html.unescape(_TAG.sub("", one)) for one in _SHARED.findall(text)]
                if set(_private(strings)) - set(known):
                    found.append(_called("xl/worksheets/") if len(sheets) > 1 else _UNUSED)
            elif "comment" in lower:
                for comment in _COMMENT.finditer(text):
                    if _private([html.unescape(_TAG.sub("", comment.group())), *_texts(comment.group())]):
                        place = comment.group(1)
                        found.append(Said(f"批注{place}", f"the comment at {place}"))
                if not found and _private(_texts(text)):
                    found.append(_called(name))
            elif lower.startswith(("xl/theme/", "xl/styles")):
                if _private(_texts(text)):
                    found.append(_LOOKS)
            elif _private(_texts(text)):
                found.append(
                    Said("工作簿的名称", "names of the workbook") if lower == "xl/workbook.xml" else _called(name)
                )
    return list(dict.fromkeys(found))


def part_of(path: Path, sheet: str) -> str | None:
    """The part of the archive that holds the sheet of this name."""
    with zipfile.ZipFile(path) as archive:
        by_name = {_plain_name(info.filename).lower(): info for info in archive.infolist()}
        relations = archive.read(by_name["xl/_rels/workbook.xml.rels"]).decode("utf-8", "replace")
        targets = {}
        for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
            targets[_attribute(tag, "Id")] = _attribute(tag, "Target")
        for tag in re.findall(
            r"<(?:\w+:)?sheet\s[^>]*>", archive.read(by_name["xl/workbook.xml"]).decode("utf-8", "replace")
        ):
            if _attribute(tag, "name") == sheet:
                target = targets.get(_attribute(tag, r"\w+:id"), "").replace("\\", "/")
                place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found = by_name.get(place.lower())
                return _plain_name(found.filename) if found is not None else None
    return None


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape(found.group(1) if found.group(1) is not None else found.group(2)) if found else ""


def _private(texts: Iterable[str]) -> list[str]:
    listed = list(texts)
    return list(privacy.kinds(pl.Series(listed, dtype=pl.String), "text")) if listed else []


def _texts(xml: str) -> list[str]:
    return [html.unescape(inner or attribute) for inner, attribute in _TEXT.findall(xml)]


def _called(name: str) -> Said:
    lower = name.lower()
    return next((Said(zh, en) for pattern, zh, en in _NAMES if re.search(pattern, lower)), Said(*_OTHERS))


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [_plain_name(info.filename) for info in archive.infolist()]


def _plain_name(name: str) -> str:
    return name.replace("\\", "/")
