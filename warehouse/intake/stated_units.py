"""Applies the units that a file says elsewhere than in its header: in titles and notes, in names, in a row of units below it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from warehouse.intake.grid import Row
from warehouse.intake.header import Header, Match
from warehouse.intake.note import Note
from warehouse.intake.reference import Reference
from warehouse.intake.source import Refused, Source
from warehouse.intake.unit_words import YUAN, Said, Unit, read_unit, said_in

# As far below the header as a row of units may stand: one empty line lies between at most.
_ROWS_BELOW = 3


@dataclass(frozen=True)
class Saying:
    """A place outside of the header that speaks of units: its words for people, what it says, and its text, which nobody is shown."""

    place: str
    place_en: str
    said: Said
    text: str = ""


@dataclass(frozen=True)
class Applied:
    """A header with the units that are said elsewhere, and what is to be told of it: notes with their columns."""

    header: Header
    notes: tuple[tuple[Note, str | None], ...] = ()


def sayings_before(source: Source, name: str) -> tuple[Saying, ...]:
    """What the titles, the name of the sheet and the name of the file say of units."""
    found = [saying for row in source.header.titles if (saying := saying_of(row.line, row.cells)) is not None]
    names = [("文件名", "The file's name", PurePath(name).stem)]
    if source.sheet is not None:
        names.append(("工作表名", "The sheet's name", source.sheet.name))
        names.append(("页眉页脚", "The page's header", source.sheet.page_words))
        names += source.sheet.beside.others
        names += _comments_elsewhere(source)
    for place, place_en, text in names:
        # A name has no sentences: only what it sets apart is a unit.
        for line in text.splitlines():
            said = said_in(line[:_LONGEST])
            if said.units or said.asks:
                found.append(Saying(place, place_en, said, line))
    return tuple(found)


def with_commented_units(header: Header, source: Source) -> Header:
    """The header with the units that comments on its own cells say, as if they stood there. Raises Refused for another currency."""
    if source.sheet is None:
        return header
    matches = list(header.matches)
    for (row, place), text in source.sheet.beside.comments.items():
        match = _measure_at(matches, row, place, source)
        if match is None or match.unit is not None or not header.row.line <= row <= header.row.last_line:
            continue
        units = _units_of_comment(text)
        if any(unit.is_foreign for unit in units) and _unit_of(match) == YUAN:
            assert match.column is not None
            values = {"place": "批注", "place_en": "A comment", "raw": units[0].text, "name": match.column.header}
            raise Refused(Note("D116", values), row, match.column.header)
        meant = [unit for unit in units if unit.factor(_unit_of(match)) is not None]
        if len(meant) == 1:
            matches[match.index] = _with_unit(match, meant[0])
    return replace(header, matches=tuple(matches))


def commented_rows(source: Source) -> dict[int, tuple[Note, str | None]]:
    """Rows of which a comment on an amount says another unit than its column has: nobody can tell how they are meant (D115, D116)."""
    found: dict[int, tuple[Note, str | None]] = {}
    if source.sheet is None:
        return found
    header = source.header
    for (row, place), text in source.sheet.beside.comments.items():
        match = _measure_at(header.matches, row, place, source)
        if match is None or match.column is None or row <= header.row.last_line:
            continue
        base = _unit_of(match)
        for unit in _units_of_comment(text):
            values = {"raw": unit.text, "name": match.column.header, "unit": unit.plain}
            if unit.is_foreign and base == YUAN:
                found[row] = (Note("D116.row", values), match.column.header)
            elif not unit.is_foreign and unit.factor(base) not in (None, match.factor):
                found[row] = (Note("D115.row", values), match.column.header)
    return found


def _comments_elsewhere(source: Source) -> list[tuple[str, str, str]]:
    """Comments on titles and on cells that are no amounts: what they say, they say of the table."""
    assert source.sheet is not None
    return [
        ("批注", "A comment", text)
        for (row, place), text in source.sheet.beside.comments.items()
        if row <= source.header.row.last_line and _measure_at(source.header.matches, row, place, source) is None
    ]


def _measure_at(matches: Sequence[Match], row: int, place: int, source: Source) -> Match | None:
    """The column of amounts that a cell of the sheet stands in; None above the header, where everything is a title."""
    assert source.sheet is not None
    index = place - source.sheet.first_column
    if row < source.header.row.line or not 0 <= index < len(matches):
        return None
    return matches[index] if _is_measure(matches[index]) else None


def _units_of_comment(text: str) -> list[Unit]:
    """The units that a comment says: as a title says them, or a unit alone (港币)."""
    units: list[Unit] = []
    for line in text[:_LONGEST].splitlines():
        alone = read_unit(line)
        units += [alone] if alone is not None else said_in(line).units
    return list(dict.fromkeys(units))


def saying_of(line: int, cells: Iterable[str | None]) -> Saying | None:
    """What a row that is no record says of units; None when it says nothing."""
    given = [cell for cell in cells if cell and cell.strip()]
    # The whole row tells what a cell alone does not: 单位： beside 万.
    parts = [said_in(text) for text in dict.fromkeys([" ".join(given), *given]) if len(text) <= _LONGEST]
    if not any(part.units or part.asks or part.warns for part in parts):
        return None
    units = tuple(dict.fromkeys(unit for part in parts for unit in part.units))
    said = Said(
        units,
        () if units and not _has_foreign(parts) else tuple(dict.fromkeys(unit for part in parts for unit in part.asks)),
        tuple(dict.fromkeys(unit for part in parts for unit in part.warns)),
    )
    return Saying(f"第{line}行", f"Line {line}", said, " ".join(given))


def with_row_of_units(header: Header, rows: Sequence[Row], lists: Reference) -> Header:
    """The header with the units of the row below it, which then belongs to it. Raises Refused where they do not go together."""
    row = next(
        (row for row in rows if row.line > header.row.last_line and any(cell.strip() for cell in row.cells)), None
    )
    if row is None or row.line > header.row.last_line + _ROWS_BELOW or not _is_row_of_units(row, header, lists):
        return header
    matches = tuple(_with_unit_below(match, row) for match in header.matches)
    return replace(header, row=replace(header.row, last_line=row.last_line), matches=matches)


def without_offices_that_are_units(header: Header, rows: Sequence[Row]) -> Header:
    """The header in which a column 单位 whose cells are all units (万元) is no 填报单位, but what stands beside the amounts."""
    matches = []
    for match in header.matches:
        is_unit = False
        if match.column is not None and match.column.name == "reporting_unit" and match.is_synonym:
            below = [
                row.cells[match.index]
                for row in rows
                if row.line > header.row.last_line and len(row.cells) > match.index
            ]
            given = [cell.strip() for cell in below if cell.strip()]
            is_unit = bool(given) and all(read_unit(cell) is not None for cell in given)
        matches.append(Match(match.index, match.text, None) if is_unit else match)
    return replace(header, matches=tuple(matches))


def applied(header: Header, sayings: Sequence[Saying]) -> Applied:
    """The header with what is said elsewhere; a column that has a unit of its own keeps it.

    Raises Refused where a unit cannot be told to be a certain column's (D115), and where an amount is in another currency (D116).
    """
    measures = [match for match in header.matches if _is_measure(match)]
    money = [match for match in measures if _unit_of(match) == YUAN]
    _check_currency(money, sayings)
    open_ones = [match for match in measures if match.unit is None]
    units = list(dict.fromkeys(unit for saying in sayings for unit in saying.said.units if not unit.is_foreign))
    chosen = {
        **_of_money([match for match in open_ones if match in money], sayings),
        **_of_counts(units, [match for match in open_ones if match not in money], sayings),
    }
    chosen |= _of_bare(units, [match for match in open_ones if match.index not in chosen], money, sayings)
    notes: list[tuple[Note, str | None]] = []
    for saying in sayings:
        notes += _doubts(saying, [match for match in open_ones if match.index not in chosen], money)
    matches = tuple(_with_unit(match, chosen.get(match.index)) for match in header.matches)
    for match in matches:
        unit = chosen.get(match.index)
        if unit is not None and match.factor != 1 and match.column is not None:
            saying = next(one for one in sayings if unit in one.said.units)
            values = {"place": saying.place, "place_en": saying.place_en, "raw": unit.text}
            notes.append((Note("D115", values), match.column.header))
    return Applied(replace(header, matches=matches), tuple(notes))


_LONGEST = 400


def _has_foreign(parts: Iterable[Said]) -> bool:
    return any(unit.is_foreign for part in parts for unit in part.asks)


def _is_measure(match: Match) -> bool:
    return match.column is not None and match.column.is_number and bool(match.column.unit) and not match.column.ratio


def _unit_of(match: Match) -> str | None:
    return match.column.unit if match.column is not None else None


def _with_unit(match: Match, unit: Unit | None) -> Match:
    factor = unit.factor(_unit_of(match)) if unit is not None else None
    return match if unit is None or factor is None else replace(match, unit=unit.plain, factor=factor)


def _check_currency(money: Sequence[Match], sayings: Sequence[Saying]) -> None:
    for match in money:
        if match.is_foreign and match.column is not None:
            values = {"place": "表头", "place_en": "The header", "raw": match.unit, "name": match.column.header}
            raise Refused(Note("D116", values), None, match.column.header)
    for saying in sayings:
        for unit in (*saying.said.units, *saying.said.asks):
            if unit.is_foreign and money:
                column = money[0].column
                assert column is not None
                values = {"place": saying.place, "place_en": saying.place_en, "raw": unit.text, "name": column.header}
                raise Refused(Note("D116", values), None, column.header)


def _of_money(columns: Sequence[Match], sayings: Sequence[Saying]) -> dict[int, Unit]:
    """The unit of each column of money: what names the column counts for it alone, anything else for all of them."""
    chosen: dict[int, Unit] = {}
    general: list[Unit] = []
    for saying in sayings:
        said = [unit for unit in saying.said.units if unit.is_money and not unit.is_currency_only]
        named = _named(saying, columns)
        general += said if not named else []
        for match in named if said else ():
            before = chosen.setdefault(match.index, said[0])
            if len({unit.scale for unit in (*said, before)}) > 1:
                raise _asking("D115.several", [before, *said], [match], sayings)
    rest = [match for match in columns if match.index not in chosen]
    if len({unit.scale for unit in general}) > 1 and rest:
        raise _asking("D115.several", general, rest, sayings)
    if rest and not general and any(unit.scale != 1 for unit in chosen.values()):
        raise _asking("D115.which", list(chosen.values()), rest, sayings)
    return chosen | {match.index: general[0] for match in rest if general}


def _named(saying: Saying, columns: Sequence[Match]) -> list[Match]:
    return [match for match in columns if match.column is not None and match.column.header in saying.text]


def _of_counts(units: Sequence[Unit], columns: Sequence[Match], sayings: Sequence[Saying]) -> dict[int, Unit]:
    """百人次 is the unit of the column that is named with it, or of the only one that counts so; else nobody can tell."""
    chosen: dict[int, Unit] = {}
    counts = [unit for unit in units if unit.base and not unit.is_money]
    for unit in counts:
        meant = [match for match in columns if unit.factor(_unit_of(match)) is not None]
        if unit.scale == 1 or not meant:
            continue
        named = [match for saying in sayings if unit in saying.said.units for match in _named(saying, meant)]
        others = [other for other in counts if other != unit and other.factor(_unit_of(meant[0])) is not None]
        if len(named or meant) > 1 or (others and not named):
            raise _asking("D115.which", [*others, unit], meant, sayings)
        chosen[(named or meant)[0].index] = unit
    return chosen


def _of_bare(
    units: Sequence[Unit], columns: Sequence[Match], money: Sequence[Match], sayings: Sequence[Saying]
) -> dict[int, Unit]:
    """单位：万 is the unit of the amounts where nothing else is counted, or where the rest has a unit (单位：人、万)."""
    bare = [unit for unit in units if not unit.base]
    based = [unit for unit in units if unit.base]
    meant = [match for match in columns if all(unit.factor(_unit_of(match)) is None for unit in based)]
    if not bare or not columns:
        return {}
    if (
        len({unit.scale for unit in bare}) > 1
        or not meant
        or (len(meant) > 1 and any(one not in money for one in meant))
    ):
        raise _asking("D115.which", bare, meant or columns, sayings)
    return {match.index: bare[0] for match in meant}


def _doubts(saying: Saying, left: Sequence[Match], money: Sequence[Match]) -> list[tuple[Note, str | None]]:
    """What may be a unit: asked about where it stands like one, warned of where it stands in a sentence."""
    notes: list[tuple[Note, str | None]] = []
    for unit in saying.said.asks:
        meant = [match for match in left if unit.factor(_unit_of(match)) is not None]
        if meant and not unit.is_foreign:
            raise _asking("D115.which", [unit], meant, [saying])
    for unit in saying.said.warns:
        meant = [match for match in money if unit.is_foreign or match in left]
        if meant and meant[0].column is not None:
            name = meant[0].column.header
            values = {"place": saying.place, "place_en": saying.place_en, "raw": unit.text, "base": YUAN, "name": name}
            notes.append((Note("D116.mention" if unit.is_foreign else "D115.mention", values), name))
    return notes


def _asking(key: str, units: Sequence[Unit], columns: Sequence[Match], sayings: Sequence[Saying]) -> Refused:
    """The refusal that says what to write into the header."""
    where = [one for one in sayings if {*units} & {*one.said.units, *one.said.asks}]
    places = "、".join(dict.fromkeys(one.place for one in where)) or "标题"
    column = columns[0].column
    assert column is not None
    values = {
        "place": places,
        "place_en": ", ".join(dict.fromkeys(one.place_en for one in where)),
        "raw": "、".join(unit.text for unit in units),
        "name": column.header,
        "unit": units[-1].plain if units[-1].base else f"{units[-1].plain}{column.unit}",
        "others": "、".join(match.column.header for match in columns if match.column is not None),
    }
    return Refused(Note(key, values), None, column.header)


def _is_row_of_units(row: Row, header: Header, lists: Reference) -> bool:
    """Whether a row holds units below columns of numbers, and neither a number nor anything else that a record has."""
    found = False
    for match in header.matches:
        cell = row.cells[match.index].strip() if match.index < len(row.cells) else ""
        unit = _unit_in(cell)
        is_place = (
            match.column is not None and match.column.type == "province" and lists.province_code(cell) is not None
        )
        if unit is not None:
            found |= _is_measure(match)
        elif any(character.isdigit() for character in cell) or is_place:
            return False
    return found


def _unit_in(cell: str) -> Unit | None:
    if not cell:
        return None
    return read_unit(re.sub(r"^[(（]?\s*(?:计量)?单位\s*[:：]?", "", cell))


def _with_unit_below(match: Match, row: Row) -> Match:
    cell = row.cells[match.index].strip() if match.index < len(row.cells) else ""
    unit = _unit_in(cell)
    if unit is None or match.column is None or not match.column.is_number:
        return match
    base, name = match.column.unit, match.column.header
    values = {"place": f"第{row.line}行", "place_en": f"Line {row.line}", "raw": unit.text, "name": name}
    if unit.is_foreign:
        if base == YUAN:
            raise Refused(Note("D116", values), row.line, name)
        return match
    factor = unit.factor(base)
    if factor is None and (base is not None or unit.scale != 1):
        raise Refused(Note("D115.other", {**values, "base": base or "（无单位）"}), row.line, name)
    if factor is None:
        return match
    if match.unit is not None and match.factor != factor:
        raise Refused(
            Note("D115.several", {**values, "raw": f"{match.unit}、{unit.text}", "unit": unit.plain}), row.line, name
        )
    return replace(match, unit=unit.plain, factor=factor)
