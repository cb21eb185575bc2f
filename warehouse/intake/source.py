"""Opens one file: stable, within limits, decoded, its header row and table found, or refused with the reason."""

import os
import stat
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.contracts import Table
from warehouse.intake import decode, header, kinds, privacy
from warehouse.intake.as_shown import as_shown
from warehouse.intake.delimited import DELIMITERS, DelimitedText, UnclosedQuote, head_rows, open_quote
from warehouse.intake.filename import FileName
from warehouse.intake.grid import Grid, Row
from warehouse.intake.header import Header
from warehouse.intake.note import Note
from warehouse.intake.workbook import LARGEST_PACKED_MB, Sheet, UnreadableWorkbook, open_sheets

# A file that looks cut off and was written to less than this long ago may still be on its way.
STABLE_SECONDS = 5.0
LOOKED_AT_ROWS = 40

_ZIP = b"PK\x03\x04"
_DELIMITER_NAMES = {"\t": "制表符", ";": "分号", "，": "中文逗号", "；": "中文分号", "|": "竖线"}


class Refused(Exception):
    """A file that is refused as a whole; `note` says why, `row` and `column` where."""

    def __init__(self, note: Note, row: int | None = None, column: str | None = None) -> None:
        super().__init__(note.key)
        self.note, self.row, self.column = note, row, column


@dataclass(frozen=True)
class Source:
    """A file that was understood as far as its header."""

    grid: Grid
    header: Header
    encoding: str
    sha256: str
    size: int
    ends_with_newline: bool
    sheet: Sheet | None = None
    notes: tuple[tuple[Note, str | None], ...] = ()
    other: Header | None = None
    is_folded: bool = False
    mixes_newlines: bool = False


def is_being_written(path: Path) -> bool:
    """Whether a process of this machine has the file open for writing (where the system can tell)."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    place = (found.st_ino, found.st_dev)
    now = time.monotonic()
    if now - _seen_open.at > _SEEN_SECONDS:
        _seen_open.at, _seen_open.places = now, _open_for_writing()
    # What was seen open a moment ago may be closed by now; what was closed is believed for a moment.
    return place in _seen_open.places and place in _open_for_writing()


def was_written_lately(path: Path, seconds: float) -> bool:
    """Whether the file was changed less than this long ago."""
    try:
        return 0 <= time.time() - path.stat().st_mtime < seconds
    except FileNotFoundError:
        return False


def wait_until_stable(path: Path) -> None:
    """Waits until the file was left alone for some seconds, or changes, or goes."""
    try:
        before = path.stat()
        while 0 <= time.time() - before.st_mtime < STABLE_SECONDS:
            time.sleep(0.1)
            now = path.stat()
            if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                return
    except FileNotFoundError:
        return


def open_source(
    path: Path,
    named: FileName,
    programme: str | None,
    tables: Sequence[Table],
    max_file_mb: int,
    suffix: str,
) -> Source:
    """The file's grid and header.

    Raises Refused with the reason when the file cannot be understood as a table of the contracts.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(Note("D84"))
    with path.open("rb") as file:
        start = file.read(8)
    kind = kinds.kind_of(path)
    if kind is not None:
        raise Refused(Note(kind))
    limit = min(max_file_mb, LARGEST_PACKED_MB) if start.startswith(_ZIP) else max_file_mb
    if size > limit << 20:
        raise Refused(Note("D97", {"n": -(-size // (1 << 20)), "max": limit}))
    if start.startswith(_ZIP):
        return _open_workbook(path, named, programme, tables, suffix)
    return _open_text(path, named, programme, tables)


@dataclass
class _SeenOpen:
    """Which files were open for writing when the system was last asked."""

    at: float = float("-inf")
    places: frozenset[tuple[int, int]] = frozenset()


_SEEN_SECONDS = 0.05
_seen_open = _SeenOpen()


def _open_for_writing() -> frozenset[tuple[int, int]]:
    """Inode and device of every file that a process has open for writing; empty where the system does not tell."""
    places: set[tuple[int, int]] = set()
    try:
        processes = [entry.name for entry in os.scandir("/proc") if entry.name.isdigit()]
    except OSError:
        return frozenset()
    for process in processes:
        try:
            for handle in os.scandir(f"/proc/{process}/fd"):
                # The link's own permissions say how the file was opened.
                if handle.stat(follow_symlinks=False).st_mode & stat.S_IWUSR:
                    found = handle.stat()
                    if stat.S_ISREG(found.st_mode):
                        places.add((found.st_ino, found.st_dev))
        except OSError:
            continue
    return frozenset(places)


def _open_workbook(path: Path, named: FileName, programme: str | None, tables: Sequence[Table], suffix: str) -> Source:
    surveyed = decode.digest(path)
    try:
        sheets = open_sheets(path)
    except UnreadableWorkbook as problem:
        raise Refused(Note(problem.key, problem.values)) from None
    visible = [sheet for sheet in sheets if sheet.is_visible and sheet.frame.height]
    read = [(sheet, header.find_unfolded(sheet.head(LOOKED_AT_ROWS), tables, sheet.facts.merges)) for sheet in visible]
    known = [(sheet, found) for sheet, found in read if found is not None]
    if not known:
        raise _unknown([sheet.head(LOOKED_AT_ROWS) for sheet in visible])
    best = max(found.score for _, found in known)
    likely = [(sheet, found) for sheet, found in known if found.score >= 0.6 * best]
    filled = [(sheet, found) for sheet, found in likely if sheet.frame.height > found.row.last_line]
    if len(filled) > 1:
        names = "、".join(sheet.name for sheet, _ in filled)
        raise Refused(Note("D88", {"n": len(filled), "sheets": names}))
    sheet, _ = (filled or likely)[0]
    notes: list[tuple[Note, str | None]] = []
    if suffix != ".xlsx":
        notes.append((Note("D05", {"suffix": suffix or "（无）", "sheet": sheet.name}), None))
    elif len(visible) > 1:
        notes.append((Note("D88.chosen", {"sheet": sheet.name}), None))
    chosen, other = _choose(sheet.head(LOOKED_AT_ROWS), named, programme, tables, sheet.facts.merges)
    if chosen is None:
        raise _unknown([sheet.head(LOOKED_AT_ROWS)])
    is_folded = header.looks_folded(chosen, sheet.head(LOOKED_AT_ROWS), sheet.facts.merges)
    sheet = as_shown(sheet, chosen)
    return Source(sheet, chosen, "xlsx", surveyed[0], surveyed[1], True, sheet, tuple(notes), other, is_folded)


def _open_text(path: Path, named: FileName, programme: str | None, tables: Sequence[Table]) -> Source:
    surveyed = decode.survey(path)
    if surveyed.is_blank:
        raise Refused(Note("D84"))
    if surveyed.has_nul and not surveyed.is_utf16:
        raise Refused(Note("D64"))
    encoding, delimiter, chosen, other = _understood(path, surveyed, named, programme, tables)
    notes: list[tuple[Note, str | None]] = []
    if encoding == "utf-8-sig":
        notes.append((Note("D02"), None))
    elif encoding == "utf-16":
        notes.append((Note("D03"), None))
    if delimiter != "," and not (encoding == "utf-16" and delimiter == "\t"):
        notes.append((Note("D07", {"sep": _DELIMITER_NAMES.get(delimiter, delimiter)}), None))
    if surveyed.has_controls and encoding != "utf-16":
        notes.append((Note("D64.removed"), None))
    grid = DelimitedText(
        path,
        encoding,
        delimiter,
        surveyed.has_controls or encoding == "utf-16",
        surveyed.has_cr or encoding == "utf-16",
        surveyed.has_lf or encoding == "utf-16",
    )
    is_folded = header.looks_folded(chosen, grid.head(LOOKED_AT_ROWS), ())
    return Source(
        grid,
        chosen,
        encoding,
        surveyed.sha256,
        surveyed.size,
        surveyed.ends_with_newline,
        None,
        tuple(notes),
        other,
        is_folded,
        surveyed.mixes_newlines and encoding != "utf-16",
    )


def _understood(
    path: Path, surveyed: decode.Bytes, named: FileName, programme: str | None, tables: Sequence[Table]
) -> tuple[str, str, Header, Header | None]:
    """Encoding, delimiter and header: the first decoding in which the whole file can be read and a header is known."""
    if surveyed.is_utf16:
        order = ["utf-16"]
    elif surveyed.has_utf8_bom:
        order = ["utf-8-sig"]
    else:
        order = ["utf-8", "gb18030"]
    damage: dict[str, int | None] = {}
    seen: dict[str, tuple[str, Header, Header | None] | None] = {}
    for encoding in order:
        damage[encoding] = surveyed.utf8_damage if encoding.startswith("utf-8") else decode.damage_in(path, encoding)
        seen[encoding] = _header_in(decode.head(path, encoding), named, programme, tables)
        found = seen[encoding]
        if damage[encoding] is None and found is not None:
            mixed = decode.mixed_line(path, found[0]) if encoding == "gb18030" else None
            if mixed is not None:
                raise Refused(Note("D04"), mixed)
            return encoding, *found
    _check_quotes(path, damage, named, programme, tables)
    raise _damaged(path, damage, {encoding for encoding in order if seen[encoding] is not None})


def _check_quotes(
    path: Path,
    damage: Mapping[str, int | None],
    named: FileName,
    programme: str | None,
    tables: Sequence[Table],
) -> None:
    """Raises UnclosedQuote where a header is only not known because a quotation mark before or in it is never closed."""
    for encoding in [encoding for encoding, offset in damage.items() if offset is None]:
        text = decode.head(path, encoding)
        line = open_quote(text)
        if line is not None and _header_in(text.replace('"', ""), named, programme, tables) is not None:
            raise UnclosedQuote(line)


def _damaged(path: Path, damage: Mapping[str, int | None], known: Collection[str]) -> Refused:
    """Why no encoding will do. The damage is where the reading ends that was meant: a header is known in it, and it gets furthest."""
    offsets = {encoding: offset for encoding, offset in damage.items() if offset is not None}
    meant = [offset for encoding, offset in offsets.items() if encoding in known]
    if not meant and len(offsets) == len(damage):
        meant = list(offsets.values())
    if meant:
        return Refused(Note("D04"), decode.line_at(path, max(meant)))
    texts = [decode.head(path, encoding) for encoding, offset in damage.items() if offset is None]
    heads = [
        head_rows(text, delimiter, LOOKED_AT_ROWS)
        for text in texts
        for delimiter in [one for one in DELIMITERS if one in text] or DELIMITERS[:1]
    ]
    return _unknown(heads)


def _unknown(heads: Sequence[Sequence[Row]]) -> Refused:
    """A table of nobody's, by how its first rows may be read: a list of persons is told as such, by the words for what it holds alone."""
    words = dict.fromkeys(word for rows in heads for word in privacy.words_of_a_roster([row.cells for row in rows]))
    return Refused(Note("D70", {"cols": "、".join(words)}) if words else Note("D56.unknown"))


def _header_in(
    text: str, named: FileName, programme: str | None, tables: Sequence[Table]
) -> tuple[str, Header, Header | None] | None:
    best: tuple[str, Header, Header | None] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        chosen, other = _choose(head_rows(text, delimiter, LOOKED_AT_ROWS), named, programme, tables, ())
        if chosen is not None and (best is None or header.strength(chosen) > header.strength(best[1])):
            best = (delimiter, chosen, other)
    return best


def _choose(
    rows: Sequence[Row],
    named: FileName,
    programme: str | None,
    tables: Sequence[Table],
    merges: Sequence[tuple[int, int, int, int]],
) -> tuple[Header | None, Header | None]:
    """The header read as a table of the programme, and, when another programme's table fits better, that one."""
    anywhere = header.find_unfolded(rows, tables, merges)
    if anywhere is None:
        return None, None
    wanted = programme or named.programme
    own = [table for table in tables if table.programme == wanted]
    inside = header.find_unfolded(rows, own, merges) if own else None
    if inside is not None and named.table is not None and named.programme == wanted:
        by_name = header.find_unfolded(rows, [table for table in own if table.name == named.table], merges)
        if by_name is not None and by_name.score >= inside.score - 0.05:
            inside = by_name
    if programme is None:
        if inside is not None and inside.score >= 0.9 * anywhere.score:
            return inside, None
        return anywhere, None
    if anywhere.table.programme != programme and (inside is None or anywhere.score > 1.2 * inside.score):
        return anywhere, anywhere
    return inside, None
