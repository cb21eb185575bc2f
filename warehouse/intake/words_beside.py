"""What stands beside the cells of a sheet and may say a unit: comments, text boxes, and what is shown when a cell is chosen."""

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from warehouse.intake.cell_places import column_number
from warehouse.intake.package import Package, elements

# Ours say what is wrong in a file that comes back mended, not what it means.
_OURS = "unionboard"
_LONGEST_PART = 1 << 24
_COMMENT = re.compile(r"<(?:\w+:)?(comment|threadedComment)(\s[^>]*)>(.*?)</(?:\w+:)?\1>", re.DOTALL)
_AUTHORS = re.compile(r"<(?:\w+:)?author(?:\s[^>]*)?>([^<]*)<")
_BOX = re.compile(r"<(?:\w+:)?txBody[\s>].*?</(?:\w+:)?txBody>", re.DOTALL)
_LINE = re.compile(r"<(?:\w+:)?p[\s>].*?</(?:\w+:)?p>", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]*)<")
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_PROMPT = re.compile(rb"<(?:\w+:)?dataValidation\s[^>]*>")
_DAMAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError)


@dataclass(frozen=True)
class Beside:
    """Comments by row and column of the sheet, and other texts, each with what it is called in Chinese and in English."""

    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    others: tuple[tuple[str, str, str], ...] = ()


def words_beside(package: Package, path: str, xml: bytes) -> Beside:
    """What stands beside the cells of the sheet in the part `path`, whose content is `xml`; parts that are damaged say nothing."""
    comments: dict[tuple[int, int], str] = {}
    others = [("输入提示", "An input message", text) for text in _prompts(xml)]
    for kind, target in _relations(package, path):
        if kind not in ("comments", "threadedcomment", "drawing"):
            continue
        text = _read(package, target)
        if kind in ("comments", "threadedcomment"):
            for place, said in _comments(text):
                comments[place] = "\n".join(filter(None, (comments.get(place), said)))
        elif kind == "drawing":
            others += [("文本框", "A text box", said) for said in _boxes(text)]
    return Beside(comments, tuple(dict.fromkeys(others)))


def _relations(package: Package, path: str) -> Iterator[tuple[str, str]]:
    folder, name = posixpath.split(path)
    listed = f"{folder}/_rels/{name}.rels"
    if listed not in package:
        return
    try:
        found = elements(package.read(listed))
    except (ExpatError, *_DAMAGE):
        return
    for tag, attributes in found:
        target = attributes.get("Target", "").replace("\\", "/")
        if tag == "Relationship" and target and attributes.get("TargetMode") != "External":
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield attributes.get("Type", "").rpartition("/")[2].lower(), full


def _read(package: Package, path: str) -> str:
    try:
        data = package.read(path) if path in package else b""
    except _DAMAGE:
        return ""
    return data.decode("utf-8", "replace") if len(data) <= _LONGEST_PART else ""


def _comments(xml: str) -> Iterator[tuple[tuple[int, int], str]]:
    authors = _AUTHORS.findall(xml)
    for _, attributes, inside in _COMMENT.findall(xml):
        author = _attribute(attributes, "authorId")
        if author.isdecimal() and int(author) < len(authors) and authors[int(author)].strip().lower() == _OURS:
            continue
        place = _PLACE.fullmatch(_attribute(attributes, "ref"))
        if place is not None:
            yield (
                (int(place[2]), column_number(place[1])),
                "".join(html.unescape(text) for text in _TEXT.findall(inside)),
            )


def _boxes(xml: str) -> Iterator[str]:
    for box in _BOX.findall(xml):
        lines = ("".join(html.unescape(text) for text in _TEXT.findall(line)) for line in _LINE.findall(box))
        yield "\n".join(line for line in lines if line.strip())


def _prompts(xml: bytes) -> list[str]:
    """The titles and texts of input messages; they stand behind the cells."""
    behind = max(0, xml.rfind(b"</sheetData"))
    tags = [tag.decode("utf-8", "replace") for tag in _PROMPT.findall(xml, behind)]
    return [text for tag in tags if (text := f"{_attribute(tag, 'promptTitle')} {_attribute(tag, 'prompt')}".strip())]


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape(found.group(1) if found.group(1) is not None else found.group(2)) if found else ""
