"""Judges one dropped file as a refresh would: what it is, which rows are good, and the receipt that says so."""

import lzma
import os
import traceback
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import (
    filename,
    guards,
    messages,
    personal,
    privacy,
    reference,
    source,
    stated_units,
    table_rows,
)
from warehouse.intake.cells import Reading
from warehouse.intake.delimited import UnclosedQuote
from warehouse.intake.filename import FileName
from warehouse.intake.findings import Findings
from warehouse.intake.grid import column_name
from warehouse.intake.header import Header, normal
from warehouse.intake.note import Note
from warehouse.intake.receipt import REFUSED, WAITING, Message, Receipt, message_of, status_of
from warehouse.intake.reference import Reference
from warehouse.intake.source import Refused, Source
from warehouse.intake.table_rows import Content, PrivateCells, ZeroReport
from warehouse.settings import Settings
from warehouse.system import scratch

# What a file looks like that may only not have arrived wholly.
_CUT_OFF = frozenset({"D04", "D60", "D84", "D87"})

# As many bytes as file systems take in a name.
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Judgement:
    """A file's receipt and its accepted rows: `frame` is typed, with `line` and `inexact`; None when nothing was accepted."""

    receipt: Receipt
    named: FileName
    table: Table | None = None
    frame: pl.DataFrame | None = None
    zero_reports: tuple[ZeroReport, ...] = ()
    latest: date | None = None
    problems: tuple[str, ...] = field(default=())
    private: tuple[PrivateCells, ...] = ()
    """Cells of an understood file, its titles and notes included, that hold personal data; they never leave the process that judges."""


def label_of(path: Path) -> str:
    """What a receipt calls a file that does not lie in the seeds folder: as it was named, readable, without personal numbers."""
    folders = (filename.readable(part) for part in path.parent.parts)
    return str(Path(*folders, privacy.masked(filename.readable(path.name))))


def programme_of(path: Path, settings: Settings) -> str | None:
    """The programme of the folder below the seeds folder that a file lies in, else None."""
    try:
        folders = path.absolute().relative_to(settings.seeds).parts[:-1]
    except ValueError:
        return None
    known = {table.programme for table in contracts.all_tables()}
    return folders[0] if folders and folders[0] in known else None


def judge_as(path: Path, label: str, settings: Settings, programme: str | None) -> Judgement | None:
    """As `judge`, with the name by which the receipt calls the file, in this process: `apart` keeps a file from ending it."""
    name = filename.readable(path.name)
    if filename.is_junk(name):
        return None
    if name != path.name:
        return _judge_renamed(path, name, label, settings, programme)
    lists = reference.load(settings.reference)
    named = filename.parse(path.name, lists, contracts.all_tables())
    if filename.is_growing(path.name):
        return _waiting(label, named, programme)
    before = _stamp(path)
    if before is None or (source.was_written_lately(path, 60) and source.is_being_written(path)):
        return _waiting(label, named, programme)
    judgement = _judge(path, label, settings, programme, named, lists)
    codes = {message.code for message in judgement.receipt.messages if message.severity == messages.REFUSE}
    if codes & _CUT_OFF:
        source.wait_until_stable(path)
        if source.is_being_written(path):
            return _waiting(label, named, programme)
    return judgement if _stamp(path) == before else _waiting(label, named, programme)


def _judge_renamed(path: Path, name: str, label: str, settings: Settings, programme: str | None) -> Judgement | None:
    """A file whose name is no UTF-8 (D108), judged under the name that people read, which libraries can open as well."""
    with scratch.folder() as folder:
        link = Path(folder) / (name if len(os.fsencode(name)) <= _LONGEST_NAME else f"{name[:60]}{path.suffix}")
        link.symlink_to(path.absolute())
        judgement = judge_as(link, label, settings, programme)
    if judgement is None or filename.is_unsafe(name):
        return judgement
    receipt = judgement.receipt
    told = message_of(Note("D108", {"name": privacy.masked(name)}), None, None)
    return replace(judgement, receipt=replace(receipt, messages=(told, *receipt.messages)))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _waiting(label: str, named: FileName, programme: str | None) -> Judgement:
    zh, en = messages.texts("D86", {})
    message = Message("D86", messages.INFO, None, None, zh, en)
    receipt = Receipt(label, programme or named.programme, None, WAITING, 0, 0, 0, 0, None, (message,), named.origin)
    return Judgement(receipt, named)


def _judge(
    path: Path, label: str, settings: Settings, programme: str | None, named: FileName, lists: Reference
) -> Judgement:
    findings = Findings()
    opened: Source | None = None
    read: Content | None = None
    rows = 0
    problems: tuple[str, ...] = ()
    private: tuple[PrivateCells, ...] = ()
    personal_columns = ""
    try:
        if filename.is_unsafe(path.name):
            raise Refused(Note("D96"))
        in_name = privacy.kind_of(path.name, "id")
        if in_name is not None:
            raise Refused(Note(f"{in_name}.name"))
        tables = contracts.all_tables()
        opened = source.open_source(path, named, programme, tables, settings.max_file_mb, path.suffix.lower())
        opened = _with_its_units(opened, lists)
        for note, column in opened.notes:
            findings.add(note, None, column)
        if not named.is_regular and named.origin == "submitted":
            findings.add(Note("D91"))
        _check_header(opened, named, lists)
        reading = Reading(
            reference=lists,
            today=settings.today,
            epoch_1904=opened.sheet is not None and opened.sheet.epoch_1904,
            takes_alliance=opened.header.table.is_of_alliance,
            is_workbook=opened.sheet is not None,
        )
        read = _read_rows(opened, path.name, named, lists, reading, findings)
        private = personal.cells_in(opened, read)
        # Line breaks inside quoted cells are not line ends.
        if opened.mixes_newlines and not findings.has("D59") and not findings.has("D53"):
            findings.add(Note("D62"))
    except Refused as refusal:
        findings.add(refusal.note, refusal.row, refusal.column)
        personal_columns = str(refusal.note.values["cols"]) if refusal.note.key == "D70" else ""
        rows = rows or _count_rows(opened)
    except UnclosedQuote as problem:
        findings.add(Note("D60"), problem.line)
    except UnicodeDecodeError:
        findings.add(Note("D04"), None)
    except MemoryError:
        raise
    except PermissionError:
        findings.add(Note("D98.permission"))
    except Exception as error:
        # The exception's own text may quote the file's values, so only its kind and place are kept.
        findings.add(Note("D98.failed", {"kind": type(error).__name__}))
        frames = traceback.extract_tb(error.__traceback__)
        problems = tuple(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    if path.absolute().is_relative_to(settings.seeds):
        _tell_what_lies_there(path, opened, read, private, personal_columns, findings)
    return replace(_concluded(path, label, programme, named, opened, read, rows, findings, problems), private=private)


def _tell_what_lies_there(
    path: Path,
    opened: Source | None,
    read: Content | None,
    private: tuple[PrivateCells, ...],
    personal_columns: str,
    findings: Findings,
) -> None:
    """A file in the seeds folder is nobody's to edit: that it holds personal data is told until it is gone (D121)."""
    try:
        if zipfile.is_zipfile(path):
            guards.check(path)
        note = personal.note_of(path, opened, read, private, personal_columns)
    except (guards.UnsafeWorkbookError, MemoryError):
        # Its parts are not what they claim to be: they are looked into by nobody.
        return
    except (OSError, ValueError, LookupError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError):
        # A damaged file has its own receipt.
        return
    if note is not None:
        findings.add(note)


def _with_its_units(opened: Source, lists: Reference) -> Source:
    """The file with the row of units below its header, where it has one."""
    head = opened.grid.head(source.LOOKED_AT_ROWS)
    header = stated_units.without_offices_that_are_units(opened.header, head)
    header = stated_units.with_commented_units(header, opened)
    return replace(opened, header=stated_units.with_row_of_units(header, head, lists))


def _read_rows(
    opened: Source, name: str, named: FileName, lists: Reference, reading: Reading, findings: Findings
) -> Content:
    """The rows, in the units that titles, names and notes say. Raises Refused where these cannot be told to be a certain column's.

    A note stands below the rows: they are read again where it says something else than was known before.
    """
    before, header = findings.copy(), opened.header
    sayings = stated_units.sayings_before(opened, name)
    while True:
        applied = stated_units.applied(header, sayings)
        _tell_header(applied.header, table_rows.fillable(header.table, header, named), lists, findings)
        for note, column in applied.notes:
            findings.add(note, None, column)
        read = table_rows.read_content(replace(opened, header=applied.header), named, reading, findings)
        if not set(read.sayings) - set(sayings):
            return read
        found = findings.copy()
        findings.go_back_to(before)
        sayings = (*sayings, *(one for one in read.sayings if one not in sayings))
        if stated_units.applied(header, sayings) == applied:
            findings.go_back_to(found)
            return read


def _concluded(
    path: Path,
    label: str,
    programme: str | None,
    named: FileName,
    opened: Source | None,
    read: Content | None,
    rows: int,
    findings: Findings,
    problems: tuple[str, ...],
) -> Judgement:
    if opened is not None and opened.encoding == "gb18030":
        findings.add(Note("D01", {"n": read.rows_in if read is not None else rows}))
    found = findings.finish()
    table = opened.header.table if opened is not None and opened.other is None else None
    counted = read or Content(pl.DataFrame(), rows_in=rows, rows_quarantined=rows)
    status = status_of(found, counted.rows_accepted + len(counted.zero_reports), counted.rows_quarantined)
    accepted = counted.rows_accepted if status != REFUSED else 0
    receipt = Receipt(
        file=label,
        programme=table.programme if table else programme or named.programme,
        table=table.name if table else None,
        status=status,
        rows_in=counted.rows_in,
        rows_accepted=accepted,
        rows_quarantined=counted.rows_in - accepted - counted.rows_ignored,
        rows_ignored=counted.rows_ignored,
        encoding=opened.encoding if opened else None,
        messages=found,
        origin=named.origin,
        report_id=opened.sha256[:12] if opened else None,
        sha256=opened.sha256 if opened else None,
        size_bytes=opened.size if opened else path.stat().st_size,
    )
    if status == REFUSED or read is None or table is None:
        return Judgement(receipt, named, table, problems=problems)
    return Judgement(receipt, named, table, read.frame, read.zero_reports, _latest(read.frame, table), problems)


def _latest(frame: pl.DataFrame, table: Table) -> date | None:
    """The latest day that must not lie in the future: on an earlier day these rows would be judged otherwise."""
    days = [frame[column.name].max() for column in table.columns if column.type == "date" and column.not_future]
    known = [day for day in days if isinstance(day, date)]
    months = frame["report_period"].cast(pl.String).max()
    if isinstance(months, str):
        known.append(date.fromisoformat(f"{months}-01"))
    years = [frame[column.name].max() for column in table.columns if column.max == "current_year"]
    known += [date(year, 1, 1) for year in years if isinstance(year, int)]
    return max(known, default=None)


def _count_rows(opened: Source | None) -> int:
    """How many rows a refused file has, as far as they can be read."""
    if opened is None:
        return 0
    count = 0
    try:
        for block in opened.grid.blocks(opened.header.row.last_line, opened.header.width):
            count += block.frame.filter(pl.any_horizontal(pl.all().is_not_null())).height
    except (UnclosedQuote, UnicodeDecodeError):
        return 0
    return count


def _check_header(opened: Source, named: FileName, lists: Reference) -> None:
    """Raises Refused for D70, D93, D09, D57 and D56, in this order."""
    header = opened.header
    _check_sensitive(opened, header)
    if opened.other is not None:
        table = opened.other.table
        other = f"{lists.programmes.get(table.programme, table.programme)}·{table.name_zh}"
        raise Refused(Note("D93", {"other": other, "folder": f"seeds/{table.programme}/"}))
    duplicates = header.duplicates()
    if duplicates and header.is_unfolded:
        raise Refused(Note("D09.refuse"))
    if duplicates:
        raise Refused(Note("D57"), None, duplicates[0])
    filled = table_rows.fillable(header.table, header, named)
    missing = table_rows.missing_columns(header, tuple(filled))
    if missing and opened.is_folded:
        raise Refused(Note("D09.refuse"))
    if missing:
        names = "、".join(f"“{column.header}”" for column in missing)
        template = f"unionboard template {header.table.programme} {header.table.name} --out ."
        raise Refused(Note("D56", {"cols": names, "template": template}))


def _check_sensitive(opened: Source, header: Header) -> None:
    sensitive = table_rows.sensitive_columns(header)
    if not sensitive:
        return
    names = [column_name(match.index) for match in sensitive]
    for block in opened.grid.blocks(header.row.last_line, header.width):
        given = block.frame.select(pl.col(names).str.contains(r"\S").any()).row(0) if block.frame.height else ()
        if any(given):
            columns = "、".join(match.text.strip() for match in sensitive)
            raise Refused(Note("D70", {"cols": columns}))


def _tell_header(header: Header, filled: dict[str, str], lists: Reference, findings: Findings) -> None:
    if header.titles:
        findings.add(Note("D08", {"k": header.row.line - 1, "h": header.row.line}))
    if header.is_unfolded:
        findings.add(Note("D09"))
    for name, value in filled.items():
        shown = lists.province_name(value) if name == "province_code" else value
        findings.add(Note("D56.filled", {"val": shown}), None, header.table.column(name).header)
    spaced = [normal(match.text) for match in header.matches if match.column and _has_blanks(match.text)]
    if spaced:
        findings.add(Note("D53", {"cols": "、".join(spaced)}))
    for match in header.matches:
        if match.column is None:
            continue
        if match.is_synonym:
            findings.add(Note("D52", {"raw": match.text.strip()}), None, match.column.header)
        if match.factor != 1:
            values = {"unit": match.unit, "base": match.column.unit}
            findings.add(Note("D20", values), None, match.column.header)
    order = [match.column.name for match in header.matches if match.column]
    template = [column.name for column in header.table.columns if column.name in set(order)]
    if order != template:
        findings.add(Note("D54"))


def _has_blanks(text: str) -> bool:
    return any(
        character.isspace() or character in "\u200b\u200c\u200d\ufeff\u2060" for character in text.strip("\ufeff")
    )
