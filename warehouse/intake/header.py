"""Finds the header row, the table it belongs to, and which column of the file is which column of the contract."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from warehouse.contracts import Column, Table
from warehouse.intake import marks
from warehouse.intake.grid import Row
from warehouse.intake.unit_words import YUAN, read_unit, without_foreign

SEARCHED_ROWS = 15
# A longer text is a sentence, or half a file behind a stray quotation mark.
_LONGEST_NAME = 200
IGNORED = frozenset({"序号", "行号", "填报批次", "no", "no.", "#", "report_id"})
COMMON = frozenset(
    {
        "province_code",
        "region_code",
        "reporting_unit",
        "report_period",
        "as_of_date",
        "data_basis",
        "value_qualifier",
        "remarks",
    }
)

# Below a name that is known, in a header of two rows: the number itself, beside its parts (人数｜合计、其中女).
_WHOLE = frozenset({"合计", "总计", "小计", "总数", "总人数", "总量", "计", "全部"})

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_UNIT = re.compile(r"^(?P<name>.+?)[(\[【<](?:单位[::]?)?(?P<unit>[^()\[\]【】<>]+)[)\]】>]$")
_UNIT_AFTER = re.compile(r"^(?P<name>.+?)[/::_-](?:单位[::]?)?(?P<unit>[^/::_-]+)$")


@dataclass(frozen=True)
class Match:
    """One column of the file: where it stands, what it says, and which contract column it is (None: an extra one).

    `unit` is the unit that the file says for it, and `factor` how many of the contract's unit that is.
    """

    index: int
    text: str
    column: Column | None
    is_synonym: bool = False
    unit: str | None = None
    factor: int = 1
    is_foreign: bool = False


@dataclass(frozen=True)
class Header:
    """A recognised header row and its table."""

    row: Row
    table: Table
    matches: tuple[Match, ...]
    score: float
    titles: tuple[Row, ...] = ()
    is_unfolded: bool = False

    @property
    def width(self) -> int:
        """How many columns a record has."""
        return len(self.row.cells)

    def found(self) -> dict[str, Match]:
        """The matched contract columns by name; the first of several."""
        result: dict[str, Match] = {}
        for match in self.matches:
            if match.column is not None:
                result.setdefault(match.column.name, match)
        return result

    def duplicates(self) -> list[str]:
        """Headers that stand twice (D57)."""
        seen: dict[str, int] = {}
        for match in self.matches:
            key = match.column.header if match.column else normal(match.text)
            if key:
                seen[key] = seen.get(key, 0) + 1
        return [key for key, count in seen.items() if count > 1]


@lru_cache(maxsize=1 << 14)
def normal(text: str) -> str:
    """A header without blanks, line breaks, full-width forms, invisible characters and the marks of notes behind it."""
    return _INVISIBLE.sub("", marks.without_notes(marks.fold(text))).strip("'\"“”‘’*").lower()


def find(rows: Sequence[Row], tables: Sequence[Table]) -> Header | None:
    """The best header among the first rows and the best table for it; None when fewer than two names are known."""
    best: Header | None = None
    known = frozenset(name for table in tables for name in _lookup(table))
    for position, row in enumerate(rows[:SEARCHED_ROWS]):
        hits = sum(1 for cell in row.cells if _name_in(cell, known))
        if hits < 2:
            continue
        header = _best_table(row, tables, tuple(rows[:position]))
        if header and (best is None or strength(header) > strength(best)):
            best = header
    return best


def find_unfolded(
    rows: Sequence[Row], tables: Sequence[Table], merges: Sequence[tuple[int, int, int, int]] = ()
) -> Header | None:
    """The best header of one row, or of two rows unfolded into one when that explains more columns (D09)."""
    best = find(rows, tables)
    known = frozenset(name for table in tables for name in _lookup(table))
    for position in range(min(len(rows) - 1, SEARCHED_ROWS)):
        upper, lower = rows[position], rows[position + 1]
        if not _may_be_parent(upper, lower, known, merges):
            continue
        unfolded = _best_table(_unfold(upper, lower, known, merges), tables, tuple(rows[:position]))
        if unfolded is not None and (best is None or strength(unfolded) > strength(best)):
            best = replace(unfolded, is_unfolded=True)
    return best


def looks_folded(header: Header, rows: Sequence[Row], merges: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether a header whose columns are not all found has merged cells or a second row (D09)."""
    if header.is_unfolded:
        return True
    if any(first <= header.row.line <= last and right > left for first, left, last, right in merges):
        return True
    below = next((row for row in rows if row.line == header.row.last_line + 1), None)
    if below is None:
        return False
    gaps = [index for index, cell in enumerate(header.row.cells) if not normal(cell)]
    texts = [below.cells[index] for index in gaps if index < len(below.cells) and normal(below.cells[index])]
    return bool(texts) and not any(character.isdigit() for text in texts for character in text)


def matched(row: Row, table: Table) -> Header:
    """The header row read as one table: exact names first, then synonyms."""
    lookup = _lookup(table)
    matches = [_match(index, text, lookup) for index, text in enumerate(row.cells)]
    taken = {match.column.name for match in matches if match.column and not match.is_synonym and not match.is_foreign}
    # A synonym of a column that is there under its own name is an extra column, and so is the same amount in another currency.
    matches = [
        Match(match.index, match.text, None)
        if match.column and (match.is_synonym or match.is_foreign) and match.column.name in taken
        else match
        for match in matches
    ]
    own = {column.name for column in table.file_columns if column.name not in COMMON}
    found_own = {match.column.name for match in matches if match.column and match.column.name in own}
    found_common = [match for match in matches if match.column and match.column.name not in own]
    others = [
        match for match in matches if not match.column and match.text.strip() and normal(match.text) not in IGNORED
    ]
    total = len(own) + len(found_own) + len(others)
    score = 2 * len(found_own) / total if total else 0.0
    return Header(row, table, tuple(matches), score + 0.001 * len(found_common))


def missing(header: Header) -> list[Column]:
    """Columns of the table that must be there and are not."""
    found = header.found()
    return [column for column in header.table.columns if column.required and column.name not in found]


def scale_of(unit: str, base: str | None) -> int | None:
    """How many base units a header's unit is (万元 of 元: 10000); None when they do not go together."""
    found = read_unit(unit)
    return found.factor(base) if found is not None else None


def _may_be_parent(upper: Row, lower: Row, known: frozenset[str], merges: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether two rows look like a header of two rows: names above, names below where there is a gap or a merge."""
    above = sum(1 for cell in upper.cells if _name_in(cell, known))
    below = [index for index, cell in enumerate(lower.cells) if normal(cell)]
    if above < 1 or not below or any(character.isdigit() for index in below for character in lower.cells[index]):
        return False
    merged = any(first <= upper.line <= last for first, _, last, _ in merges)
    gap = any(index >= len(upper.cells) or not normal(upper.cells[index]) for index in below)
    return merged or gap


def _unfold(upper: Row, lower: Row, known: frozenset[str], merges: Sequence[tuple[int, int, int, int]]) -> Row:
    width = max(len(upper.cells), len(lower.cells))
    parents = list(upper.cells) + [""] * (width - len(upper.cells))
    children = list(lower.cells) + [""] * (width - len(lower.cells))
    spread = list(parents)
    for first, left, last, right in merges:
        if first <= upper.line <= last and left <= width:
            for index in range(left - 1, min(right, width)):
                spread[index] = parents[left - 1]
    if not merges:
        for index in range(1, width):
            if not normal(spread[index]) and normal(children[index]):
                spread[index] = spread[index - 1]
    return Row(upper.line, lower.last_line, tuple(_joined(*pair, known) for pair in zip(spread, children, strict=True)))


def _joined(parent: str, child: str, known: frozenset[str]) -> str:
    if not normal(child):
        return parent
    if not normal(parent):
        return child
    if normal(child) in _WHOLE and _name_in(parent, known):
        return parent
    for text in (child, f"{parent}{child}", f"{parent}:{child}", f"{parent}({child})"):
        if _name_in(text, known):
            return text
    return f"{parent}{child}"


def _match(index: int, text: str, lookup: dict[str, tuple[Column, bool]]) -> Match:
    name = normal(text) if text else ""
    if not name or len(name) > _LONGEST_NAME:
        return _unmatched(index, text)
    if name in lookup:
        column, is_synonym = lookup[name]
        return Match(index, text, column, is_synonym)
    for pattern in (_UNIT, _UNIT_AFTER):
        found = pattern.match(name)
        if found and found.group("name") in lookup:
            column, is_synonym = lookup[found.group("name")]
            factor = scale_of(found.group("unit"), column.unit)
            if factor is not None:
                return Match(index, text, column, is_synonym, found.group("unit"), factor)
            if column.unit is None and pattern is _UNIT:
                return Match(index, text, column, is_synonym)
    for end in range(len(name) - 1, 0, -1):
        # 经济效益万元; a word that only counts (服务居民人次) may be another column's name.
        unit = read_unit(name[end:]) if name[:end] in lookup else None
        if unit is not None and (unit.is_money or unit.scale != 1):
            column, is_synonym = lookup[name[:end]]
            factor = unit.factor(column.unit)
            if factor is not None:
                return Match(index, text, column, is_synonym, name[end:], factor)
    return _foreign_match(index, text, lookup)


@lru_cache(maxsize=1 << 15)
def _unmatched(index: int, text: str) -> Match:
    """The same for all tables: a stray cell far to the right makes thousands of blank headers."""
    return Match(index, text, None)


def _foreign_match(index: int, text: str, lookup: dict[str, tuple[Column, bool]]) -> Match:
    """A column of money whose header names another currency (创效(万港元), 港币创效): known, so that it can be asked about."""
    for name, unit in without_foreign(text):
        if normal(name) in lookup:
            column, is_synonym = lookup[normal(name)]
            if column.unit == YUAN:
                return Match(index, text, column, is_synonym, unit, is_foreign=True)
    return Match(index, text, None)


def _best_table(row: Row, tables: Sequence[Table], titles: tuple[Row, ...]) -> Header | None:
    best: Header | None = None
    for table in tables:
        header = matched(row, table)
        if best is None or header.score > best.score:
            best = header
    if best is None:
        return None
    titles = tuple(title for title in titles if any(cell.strip() for cell in title.cells))
    return Header(best.row, best.table, best.matches, best.score, titles)


def strength(header: Header) -> tuple[int, float]:
    """How much of a header is understood: the more known columns, the better."""
    return sum(1 for match in header.matches if match.column), header.score


def _name_in(cell: str, known: frozenset[str]) -> bool:
    name = normal(cell) if cell else ""
    if not name or len(name) > _LONGEST_NAME:
        return False
    if name in known:
        return True
    if any((found := pattern.match(name)) and found.group("name") in known for pattern in (_UNIT, _UNIT_AFTER)):
        return True
    if any(name[:end] in known and read_unit(name[end:]) is not None for end in range(len(name) - 1, 0, -1)):
        return True
    return any(normal(rest) in known for rest, _ in without_foreign(cell))


def _lookup(table: Table) -> dict[str, tuple[Column, bool]]:
    """Columns by every name they go by, and whether it is a synonym; made once for each contract."""
    kept = _lookups.get(id(table))
    if kept is None:
        kept = _lookups[id(table)] = (table, _made_lookup(table))
    return kept[1]


# By identity, because contracts hold mappings; each is kept with its table, so that an identity is never used again.
_lookups: dict[int, tuple[Table, dict[str, tuple[Column, bool]]]] = {}


def _made_lookup(table: Table) -> dict[str, tuple[Column, bool]]:
    lookup: dict[str, tuple[Column, bool]] = {}
    for column in table.file_columns:
        lookup.setdefault(normal(column.header), (column, False))
        lookup.setdefault(column.name, (column, False))
    for column in table.file_columns:
        for synonym in column.synonyms:
            lookup.setdefault(normal(synonym), (column, True))
    return lookup
