"""Reads what a file's name says: province, programme, table, unit, period, correction mark and demonstration mark."""

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from warehouse.contracts import Table
from warehouse.intake import marks
from warehouse.intake.reference import Reference

DEMONSTRATION_MARK = "演示_"
SUFFIXES = (".csv", ".xlsx")
LONGEST = 150

_JUNK = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "readme.md", "readme.txt"})
_GROWING = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".download", ".!ut", ".swp")
_TABLES = (*SUFFIXES, ".txt", ".tsv", ".xls", ".xlsm", ".et", ".zip")
_PUNCTUATION = frozenset(" _-.()（）[]【】《》〈〉「」、，,·+&~—–“”‘’'#@!！：:;；=%$^{}＿－")
_MARKS = (
    re.compile(r"[_\- ]*更正\s*第?(\d*)[次版稿]?$"),
    re.compile(r"[_\- ]*[vV](\d+)$"),
    re.compile(r"[_\- ]*\((\d+)\)$"),
    re.compile(r"[_\- ]*最终版?()$"),
)
_MARKED_CORRECTION = re.compile("(?<=更正)[①-⑨¹²³⁴-⁹]")
_PERIOD = re.compile(r"^(20\d{2})(0[1-9]|1[0-2])$")
_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")
_LOOSE_PERIOD = re.compile(r"^(20\d{2})(?:[-./]|年)(0?[1-9]|1[0-2])月?$")


@dataclass(frozen=True)
class FileName:
    """What a file name says; None where it says nothing. `is_regular` is whether it follows the grammar (D91).

    Two letters (TJ) may be a province or anything else (tj for 统计): `lettered_province` is only held against the rows.
    """

    origin: str
    province_code: str | None
    programme: str | None
    table: str | None
    reporting_unit: str | None
    report_period: str | None
    correction: int
    is_regular: bool
    lettered_province: str | None = None


def is_junk(name: str) -> bool:
    """Files that systems leave behind and nobody handed in (D95)."""
    if name.startswith(".") and not is_dotted(name):
        return True
    return name.startswith(("~$", "~WRL")) or name.lower() in _JUNK or name.lower().endswith(".lnk")


def is_dotted(name: str) -> bool:
    """Names of tables that begin with a dot, as `..\\..\\湖南_….csv` does: no system makes them, and a folder does not show them (D96).

    Systems put `._`, `.~` or `.#` before a name, or something behind it.
    """
    return name.startswith("..") or (
        name.startswith(".") and not name.startswith(("._", ".~", ".#")) and name.lower().endswith(_TABLES)
    )


def readable(name: str) -> str:
    """A name as people read it. What is no UTF-8 is GBK where that is certain, as programs of Windows write it, else escaped."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        raw = os.fsencode(name)
    try:
        found = raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")
    # Bytes of other encodings may happen to be GB18030 too, but then hardly as the characters in daily use.
    foreign = [character for character in found if not character.isascii()]
    usual = sum(_is_usual(character) for character in foreign)
    return found if found.isprintable() and usual >= 0.75 * len(foreign) else raw.decode("utf-8", "backslashreplace")


def _is_usual(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_growing(name: str) -> bool:
    """Names that programs give to files they are still writing (D86)."""
    return name.lower().endswith(_GROWING)


def is_unsafe(name: str) -> bool:
    """Names that are too long, or hold control characters, path separators or other unusual signs (D96)."""
    if len(name) > LONGEST or ".." in name or is_dotted(name):
        return True
    return any(not character.isalnum() and character not in _PUNCTUATION for character in name)


def correction_of(name: str) -> int:
    """The correction mark of a name: `更正2` → 2, `更正` → 1, `v3` → 3, `(1)` → 1, `最终版` → 1, none → 0."""
    path = PurePath(_plain(name))
    return _without_marks(path.name.removesuffix(path.suffix))[1]


def without_mark(name: str) -> str:
    """A name without its correction mark and suffix, by which corrections of one file are known: `a_更正2.csv` → `a`."""
    path = PurePath(_plain(name))
    return _without_marks(path.name.removesuffix(path.suffix))[0]


def parse(name: str, reference: Reference, tables: Iterable[Table]) -> FileName:
    """What the name of a file (without folders) says, as far as it can be understood."""
    path = PurePath(_plain(name))
    suffix, stem = path.suffix.lower(), path.name[: len(path.name) - len(path.suffix)]
    origin = "demonstration" if stem.startswith(DEMONSTRATION_MARK) else "submitted"
    stem, correction = _without_marks(stem.removeprefix(DEMONSTRATION_MARK))
    tokens = [token.strip() for token in stem.split("_")]
    tables = tuple(tables)
    tokens, lettered = _without_letters(tokens, reference)
    province, rest, province_first = _province(tokens, reference)
    if lettered is not None and province is None:
        province_first = True
    programme, rest, programme_next = _programme(rest, reference)
    # A programme whose places are not provinces has none in its files' names.
    province_first |= province is None and programme_next and _is_national(programme, tables)
    period, rest, period_last = _period(rest)
    table, rest, table_next = _table(rest, programme, tables)
    unit = "_".join(rest) or None
    return FileName(
        origin=origin,
        province_code=province,
        programme=programme,
        table=table,
        reporting_unit=unit if programme and (province_first or period) else None,
        report_period=period,
        correction=correction,
        is_regular=province_first
        and programme_next
        and period_last
        and (table is None or table_next)
        and len(rest) <= 1
        and suffix in SUFFIXES,
        lettered_province=lettered if province is None else None,
    )


def _plain(name: str) -> str:
    """A name in its plain form. Circled and raised numbers are no digits of a period; behind 更正 they are its number."""
    return marks.fold(_MARKED_CORRECTION.sub(lambda found: str(unicodedata.digit(found.group())), name))


def _without_marks(stem: str) -> tuple[str, int]:
    correction = 0
    while True:
        stem = stem.rstrip()
        for pattern in _MARKS:
            found = pattern.search(stem)
            if found:
                correction = max(correction, int(found.group(1) or 1))
                stem = stem[: found.start()]
                break
        else:
            return stem, correction


def _without_letters(tokens: list[str], reference: Reference) -> tuple[list[str], str | None]:
    """The tokens without those of two letters, and the province that the first token would be."""
    rest = [token for token in tokens if not _TWO_LETTERS.fullmatch(token)]
    first = tokens[0] if tokens and _TWO_LETTERS.fullmatch(tokens[0]) else ""
    return rest, reference.province_code(first) if first else None


def _province(tokens: list[str], reference: Reference) -> tuple[str | None, list[str], bool]:
    if tokens and tokens[0] in ("大湾区", "粤港澳大湾区", "粤港澳"):
        return None, tokens[1:], True
    for index, token in enumerate(tokens):
        code = reference.province_code(token) if not token.isdigit() else None
        if code:
            return code, tokens[:index] + tokens[index + 1 :], index == 0
    return None, tokens, False


def _programme(tokens: list[str], reference: Reference) -> tuple[str | None, list[str], bool]:
    for index, token in enumerate(tokens):
        programme = reference.programme_of_word(token)
        if programme:
            return programme, tokens[:index] + tokens[index + 1 :], index == 0
    return None, tokens, False


def _is_national(programme: str | None, tables: Iterable[Table]) -> bool:
    own = [table for table in tables if table.programme == programme]
    return bool(own) and all(table.column("province_code").is_given for table in own)


def _period(tokens: list[str]) -> tuple[str | None, list[str], bool]:
    for index, token in enumerate(tokens):
        strict = _PERIOD.match(token)
        found = strict or _LOOSE_PERIOD.match(token)
        if found:
            period = f"{found.group(1)}-{int(found.group(2)):02d}"
            return period, tokens[:index] + tokens[index + 1 :], bool(strict) and index == len(tokens) - 1
    return None, tokens, False


def _table(tokens: list[str], programme: str | None, tables: Iterable[Table]) -> tuple[str | None, list[str], bool]:
    names = {table.name_zh: table.name for table in tables if table.programme == programme}
    for index, token in enumerate(tokens):
        if token in names:
            return names[token], tokens[:index] + tokens[index + 1 :], index == 0
    return None, tokens, False
