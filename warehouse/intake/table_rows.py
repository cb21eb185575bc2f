"""Reads the rows of a file whose header is known: typed, checked, and every row accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from warehouse.contracts import Column, Table
from warehouse.intake import cells, privacy, rows, signatures
from warehouse.intake.as_shown import tell_writing
from warehouse.intake.cells import Reading
from warehouse.intake.event_dates import check_event_dates
from warehouse.intake.filename import FileName
from warehouse.intake.findings import Findings, line_ranges
from warehouse.intake.grid import EMPTY_LINE, Block, StrayQuote, column_name
from warehouse.intake.header import COMMON, IGNORED, Header, Match, normal
from warehouse.intake.keys import check_keys
from warehouse.intake.merges import fill_merged
from warehouse.intake.note import Note
from warehouse.intake.numbers import ABOUT, AT_LEAST, AT_MOST
from warehouse.intake.ratios import read_ratios
from warehouse.intake.rows import Total
from warehouse.intake.rules import check_rules
from warehouse.intake.scales import check_scales
from warehouse.intake.source import Refused, Source
from warehouse.intake.stated_units import Saying, commented_rows, saying_of
from warehouse.intake.totals import check_totals
from warehouse.intake.unit_columns import RowUnits
from warehouse.intake.workbook import Sheet

ZERO_REPORT = "零报告"
LARGEST_ROWS = 20_000_000
SIGNS = {
    "余": AT_LEAST,
    "多": AT_LEAST,
    "超过": AT_LEAST,
    "不少于": AT_LEAST,
    "等": AT_LEAST,
    "近": AT_MOST,
    "约": ABOUT,
}


@dataclass(frozen=True)
class PrivateCells:
    """Cells of one column that hold personal data: their lines, the code, and whether their rows are records.

    `code` is `NAME` for who signed a note.
    """

    lines: pl.Series
    index: int
    code: str
    is_record: bool


@dataclass(frozen=True)
class ZeroReport:
    """An office's word that there was nothing to report."""

    line: int
    reporting_unit: str
    report_period: str
    province_code: str


@dataclass
class Content:
    """The rows of a file: `frame` holds the accepted ones, typed, with `line` and `inexact`; `sayings` are units said in notes."""

    frame: pl.DataFrame
    rows_in: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_ignored: int = 0
    zero_reports: tuple[ZeroReport, ...] = ()
    sayings: tuple[Saying, ...] = ()
    private: tuple[PrivateCells, ...] = ()
    ragged: tuple[int, ...] = ()


@dataclass
class _Gathered:
    """What is known of the rows while the blocks go by."""

    units: RowUnits
    frames: list[pl.DataFrame] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    readable: dict[str, dict[int, Decimal]] = field(default_factory=dict)
    scaled: dict[str, dict[int, int]] = field(default_factory=dict)
    sayings: list[Saying] = field(default_factory=list)
    zeros: list[ZeroReport] = field(default_factory=list)
    blank_lines: list[pl.Series] = field(default_factory=list)
    empty_lines: list[pl.Series] = field(default_factory=list)
    given: set[int] = field(default_factory=set)
    rows_in: int = 0
    ignored: int = 0
    last: tuple[int, int] | None = None
    private: list[PrivateCells] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)


def fillable(table: Table, header: Header, named: FileName) -> dict[str, str]:
    """Columns that the file lacks and its name gives: 省份, 填报单位, 统计期."""
    found = header.found()
    given = {
        "province_code": named.province_code,
        "reporting_unit": named.reporting_unit,
        "report_period": named.report_period,
    }
    return {
        name: value for name, value in given.items() if value and name not in found and not table.column(name).is_given
    }


def read_content(source: Source, named: FileName, reading: Reading, findings: Findings) -> Content:
    """All rows of the file. Raises Refused when something refuses the file as a whole."""
    header, table = source.header, source.header.table
    filled = fillable(table, header, named)
    gathered = _Gathered(RowUnits(header, {**commented_rows(source), **_unclear_codes(source)}))
    for block in source.grid.blocks(header.row.last_line, header.width):
        _add_block(block, source, filled, reading, findings, gathered)
    if source.sheet is not None:
        tell_writing(source.sheet, header, findings)
    _check_last_line(source, gathered, findings)
    _tell_extra_columns(header, gathered, findings)
    frame = pl.concat(gathered.frames, how="diagonal") if gathered.frames else _empty(table, reading)
    gathered.frames.clear()
    return _checked(frame, gathered, source, named, reading, findings)


def _unclear_codes(source: Source) -> dict[int, tuple[Note, str | None]]:
    if source.sheet is None:
        return {}
    return {row: (Note("D112.unclear", {"raw": raw}), column) for row, (raw, column) in source.sheet.unclear.items()}


def _add_block(
    block: Block, source: Source, filled: dict[str, str], reading: Reading, findings: Findings, gathered: _Gathered
) -> None:
    header = source.header
    strays = block.strays
    height = block.frame.height
    if not height:
        return
    height = _without_empty_lines_at_the_end(block, gathered)
    if not height:
        return
    block = Block(
        block.frame.head(height), block.lines.head(height), None if block.over is None else block.over.head(height)
    )
    for stray in strays:
        _tell_stray_quote(stray, gathered, findings)
    gathered.rows_in += height
    if gathered.rows_in > LARGEST_ROWS:
        raise Refused(Note("D97.rows", {"max": LARGEST_ROWS}))
    gathered.last = (block.lines[-1], block.over[-1] if block.over is not None else 0)
    if source.sheet is not None:
        block = fill_merged(block, header, source.sheet, findings)
    if gathered.units.is_needed:
        block = gathered.units.spread(block)
    sorted_rows = rows.sort_out(block, header)
    for line in sorted_rows.notes:
        findings.add(Note("D13"), line)
    for line in sorted_rows.headers:
        findings.add(Note("D13.header"), line)
    spoken = [*_rows_at(sorted_rows.notes, block), *((total.line, total.cells) for total in sorted_rows.totals)]
    for line, texts in spoken:
        saying = saying_of(line, texts)
        gathered.sayings += [saying] if saying is not None else []
    gathered.totals += sorted_rows.totals
    gathered.blank_lines.append(pl.Series(sorted_rows.blanks, dtype=pl.UInt32))
    gathered.ignored += height - sorted_rows.data.frame.height
    if gathered.last[0] in sorted_rows.notes:
        gathered.last = None
    data = sorted_rows.data
    if block.over is not None:
        gathered.ragged += block.lines.filter((block.over > 0).fill_null(False)).to_list()
    if data.frame.height < height:
        gathered.private += private_notes(block.frame, block.lines, ~block.lines.is_in(data.lines.implode()))
    gathered.given |= {
        match.index for match in header.matches if data.frame[column_name(match.index)].null_count() < data.frame.height
    }
    if data.frame.height:
        gathered.frames.append(_typed(data, source, filled, reading, findings, gathered))


def _tell_stray_quote(stray: StrayQuote, gathered: _Gathered, findings: Findings) -> None:
    values = {"last": stray.last_line, "n": stray.last_line - stray.line}
    if stray.is_mended:
        findings.add(Note("D117", values), stray.line)
    else:
        gathered.units.unclear[stray.line] = (Note("D117.swallowed", values), None)


def _rows_at(lines: Sequence[int], block: Block) -> list[tuple[int, tuple[str | None, ...]]]:
    if not lines:
        return []
    return list(zip(lines, block.frame.filter(block.lines.is_in(list(lines))).rows(), strict=True))


def _without_empty_lines_at_the_end(block: Block, gathered: _Gathered) -> int:
    """How many records the block has before its last empty lines; those count only when something follows them."""
    height = block.frame.height
    if block.over is None:
        filled = height
    else:
        last = block.over.ne_missing(EMPTY_LINE).arg_true().max()
        filled = last + 1 if isinstance(last, int) else 0
    if filled:
        passed = sum(map(len, gathered.empty_lines))
        gathered.rows_in += passed
        gathered.ignored += passed
        gathered.blank_lines += gathered.empty_lines
        gathered.empty_lines = []
    gathered.empty_lines.append(block.lines[filled:])
    return filled


def _typed(
    block: Block, source: Source, filled: dict[str, str], reading: Reading, findings: Findings, gathered: _Gathered
) -> pl.DataFrame:
    header, table = source.header, source.header.table
    lines, frame = block.lines, block.frame
    refused = _ragged(block, findings)
    frame, private = _without_personal_data(frame, header, lines, findings, gathered)
    refused |= private
    refused |= _without_certain_unit(gathered.units, lines, refused, findings)
    zero = _zero_reports(frame, header, table)
    muted = refused | zero
    found = header.found()
    columns: list[pl.Series] = []
    province: pl.Series | None = None
    for column in table.columns:
        match = found.get(column.name)
        if match is None:
            values = _filled_column(column, filled, frame.height, reading)
        else:
            raw = frame[column_name(match.index)]
            converted = cells.convert(match, raw, lines, muted, reading, findings, province)
            values = converted.values
            if converted.refused is not None:
                refused |= converted.refused
            if converted.signs is not None:
                columns.append(converted.signs.alias(f"sign:{column.name}"))
            if match.factor == 1 and converted.scaled:
                gathered.scaled.setdefault(column.name, {}).update(converted.scaled)
            if converted.readable:
                gathered.readable.setdefault(column.name, {}).update(converted.readable)
        if column.name == "province_code":
            province = values
        columns.append(values.alias(column.name))
    typed = pl.DataFrame([lines.alias("line"), *columns, refused.alias("refused")])
    if source.sheet is not None:
        _tell_text_numbers(source.sheet, header, frame, lines, refused, findings)
    if zero.any():
        typed = _take_zero_reports(typed, zero & ~private, gathered, findings)
    return typed


def _without_certain_unit(units: RowUnits, lines: pl.Series, muted: pl.Series, findings: Findings) -> pl.Series:
    """Rows of whose amounts nobody can tell the unit, each told."""
    if not units.unclear:
        return pl.repeat(False, len(lines), eager=True)
    hit = lines.is_in(list(units.unclear))
    for line in lines.filter(hit & ~muted):
        note, column = units.unclear[line]
        findings.add(note, line, column)
    return hit


def _filled_column(column: Column, filled: dict[str, str], height: int, reading: Reading) -> pl.Series:
    if column.name in filled:
        dtype = cells.dtype_of(column, reading.reference)
        return pl.Series([], dtype=dtype).extend_constant(filled[column.name], height)
    return cells.blank_column(column, height, reading)


def _tell_text_numbers(
    sheet: Sheet, header: Header, frame: pl.DataFrame, lines: pl.Series, refused: pl.Series, findings: Findings
) -> None:
    """Numbers that a workbook keeps as text (D32): they were read, and are told."""
    by_column: dict[int, list[int]] = {}
    for row, place in sheet.facts.text_cells:
        by_column.setdefault(place, []).append(row)
    for match in header.matches:
        rows = by_column.get(sheet.place(match.index))
        if match.column is None or not match.column.is_number or not rows:
            continue
        name = column_name(match.index)
        kept = frame.select(line=lines, raw=name, refused=refused).filter(
            pl.col("line").is_in(rows), ~pl.col("refused"), pl.col("raw").str.contains(r"^[0-9]+(?:\.[0-9]+)?$")
        )
        room = findings.room(Note("D32"), match.column.header)
        for line, raw in kept.head(room).select("line", "raw").iter_rows():
            limit = match.column.mask_below
            shown = f"<{limit}" if limit is not None and 0 < float(raw) < limit else raw
            findings.add(Note("D32", {"raw": shown}), line, match.column.header)
        if kept.height > room:
            findings.count(Note("D32"), kept["line"][room:], match.column.header)


def _ragged(block: Block, findings: Findings) -> pl.Series:
    if block.over is None:
        return pl.repeat(False, block.frame.height, eager=True)
    ragged = (block.over != 0).fill_null(False)
    for line, over in zip(block.lines.filter(ragged), block.over.filter(ragged), strict=True):
        findings.add(Note("D58" if over > 0 else "D58.short", {"n": abs(over)}), line)
    return ragged


def _without_personal_data(
    frame: pl.DataFrame, header: Header, lines: pl.Series, findings: Findings, gathered: _Gathered
) -> tuple[pl.DataFrame, pl.Series]:
    """The frame with the numbers of persons blanked, and a mask of the rows that held any."""
    private = pl.repeat(False, frame.height, eager=True)
    for match in header.matches:
        name = column_name(match.index)
        if frame[name].null_count() == frame.height:
            continue
        column_type = privacy.type_of(match.column, header.table)
        kinds = privacy.kinds(frame[name], column_type)
        for code in privacy.CODES if kinds else ():
            texts = [text for text, kind in kinds.items() if kind == code]
            if not texts:
                continue
            hit = frame[name].is_in(texts).fill_null(False)
            told = lines.filter(hit & ~private)
            shown = match.column.header if match.column else match.text
            note = Note(code, {"index": match.index + 1})
            findings.add_many(note, told, shown)
            private |= hit
            marks = [text for text in texts if privacy.kind_left(text, column_type) is None]
            there = hit & ~frame[name].is_in(marks).fill_null(False) if marks else hit
            if there.any():
                gathered.private.append(PrivateCells(lines.filter(there), match.index, code, True))
            frame = frame.with_columns(pl.when(~hit).then(pl.col(name)).alias(name))
    return frame, private


def private_notes(frame: pl.DataFrame, lines: pl.Series, where: pl.Series) -> list[PrivateCells]:
    """Personal data in rows that are no records: titles, totals, notes and who signed them."""
    found = []
    rows = frame.filter(where)
    numbers = lines.filter(where).to_list()
    for position, row in enumerate(rows.rows()):
        line = pl.Series([numbers[position]], dtype=pl.UInt32)
        signed = signatures.without_names([cell or "" for cell in row])
        for index, cell in enumerate(row):
            code = privacy.kind_left(cell, "text") if cell else None
            if code is None and cell and signed[index] != cell:
                code = signatures.NAME
            if code is not None:
                found.append(PrivateCells(line, index, code, False))
    return found


def _zero_reports(frame: pl.DataFrame, header: Header, table: Table) -> pl.Series:
    found = header.found()
    none = pl.repeat(False, frame.height, eager=True)
    if "remarks" not in found:
        return none
    zero = (frame[column_name(found["remarks"].index)].str.strip_chars() == ZERO_REPORT).fill_null(False)
    if not zero.any():
        return none
    others = [column_name(match.index) for name, match in found.items() if name not in COMMON]
    blank = frame.select(pl.all_horizontal(pl.col(name).str.strip_chars().fill_null("") == "" for name in others))
    return zero & blank.to_series() if others else zero


def _take_zero_reports(typed: pl.DataFrame, zero: pl.Series, gathered: _Gathered, findings: Findings) -> pl.DataFrame:
    """Zero reports leave the rows when it is clear whose and when; else they stay, refused."""
    complete = (
        zero
        & typed.select(
            pl.all_horizontal(pl.col("province_code", "reporting_unit", "report_period").is_not_null())
        ).to_series()
    )
    whole = typed.filter(complete).select("line", "reporting_unit", "report_period", "province_code")
    for line, unit, period, province in whole.iter_rows():
        report = ZeroReport(line, unit, period, province)
        gathered.zeros.append(report)
        gathered.ignored += 1
        values = {"unit": report.reporting_unit, "period": report.report_period}
        findings.add(Note("D85.zero", values), report.line)
    incomplete = typed.filter(zero & ~complete)
    for row in incomplete.select("line", "province_code", "reporting_unit", "report_period").iter_rows(named=True):
        header = next(
            (name for name in ("province_code", "reporting_unit", "report_period") if row[name] is None), "remarks"
        )
        shown = {"province_code": "省份", "reporting_unit": "填报单位", "report_period": "统计期"}.get(header, "备注")
        findings.add(Note("D10" if header == "province_code" else "D99"), row["line"], shown)
    return typed.filter(~complete)


def _check_last_line(source: Source, gathered: _Gathered, findings: Findings) -> None:
    if not source.ends_with_newline and gathered.last is not None and gathered.last[1] < 0:
        findings.withdraw("D58", gathered.last[0])
        raise Refused(Note("D87"), gathered.last[0])


def _tell_extra_columns(header: Header, gathered: _Gathered, findings: Findings) -> None:
    blank_columns = 0
    for match in header.matches:
        if match.column is not None:
            continue
        if normal(match.text) in IGNORED:
            findings.add(Note("D15"), None, match.text.strip())
        elif match.index in gathered.units.used:
            findings.add(Note("D115.column"), None, match.text.strip())
        elif match.index in gathered.given or normal(match.text):
            shown = match.text.strip() or f"第{match.index + 1}列"
            findings.add(Note("D55"), None, shown)
        else:
            blank_columns += 1
    blank = pl.concat([pl.Series(dtype=pl.UInt32), *gathered.blank_lines])
    if len(blank) or blank_columns:
        where = f"（第{line_ranges(blank)}行）" if len(blank) else ""
        where_en = f" (lines {line_ranges(blank, ', ')})" if len(blank) else ""
        values = {"n": len(blank), "m": blank_columns, "where": where, "where_en": where_en}
        findings.add(Note("D14", values))


def _empty(table: Table, reading: Reading) -> pl.DataFrame:
    schema = {column.name: cells.dtype_of(column, reading.reference) for column in table.columns}
    return pl.DataFrame(schema={"line": pl.UInt32, **schema, "refused": pl.Boolean})


def _checked(
    frame: pl.DataFrame,
    gathered: _Gathered,
    source: Source,
    named: FileName,
    reading: Reading,
    findings: Findings,
) -> Content:
    table = source.header.table
    for column in table.columns:
        if column.ratio:
            frame = read_ratios(frame, column, findings)
        if column.name in gathered.scaled:
            frame = check_scales(frame, column, gathered.scaled[column.name], findings)
    frame = _check_name(frame, table, named, reading, findings)
    frame = frame.with_columns(refused=frame["refused"] | check_rules(frame, table, findings))
    repeated, rivals = check_keys(frame, table, findings)
    frame = frame.with_columns(refused=frame["refused"] | rivals)
    if gathered.totals:
        check_totals(gathered.totals, _details(frame, repeated, table), gathered.readable, source.header, findings)
    hidden = _hidden_rows(source, frame)
    if hidden:
        values = {"n": len(hidden), "rows": line_ranges(hidden), "rows_en": line_ranges(hidden, ", ")}
        findings.add(Note("D89", values))
    accepted = frame.filter(~frame["refused"] & ~repeated)
    check_event_dates(accepted, table, findings)
    quarantined = int(frame["refused"].sum())
    if not frame.height and not gathered.zeros:
        raise Refused(Note("D85"))
    return Content(
        frame=_with_inexact(accepted.drop("refused"), table),
        rows_in=gathered.rows_in,
        rows_accepted=accepted.height,
        rows_quarantined=quarantined,
        rows_ignored=gathered.ignored + int(repeated.sum()),
        zero_reports=tuple(gathered.zeros),
        sayings=tuple(gathered.sayings),
        private=tuple(gathered.private),
        ragged=tuple(gathered.ragged),
    )


def _details(frame: pl.DataFrame, repeated: pl.Series, table: Table) -> pl.DataFrame:
    """Rows as written, repeated ones once; quarantined rows that repeat each other count once, too."""
    kept = frame.filter(~repeated)
    doubled = kept["refused"]
    if not doubled.any():
        return kept
    content = [column.name for column in table.columns]
    return kept.filter(~pl.col("refused") | pl.struct(content).is_first_distinct())


def _hidden_rows(source: Source, frame: pl.DataFrame) -> list[int]:
    if source.sheet is None or not source.sheet.facts.hidden_rows:
        return []
    return frame["line"].filter(frame["line"].is_in(list(source.sheet.facts.hidden_rows))).to_list()


def _check_name(
    frame: pl.DataFrame, table: Table, named: FileName, reading: Reading, findings: Findings
) -> pl.DataFrame:
    """D92 and D94: what rows say against what the file name says."""
    refused = frame["refused"]
    reference = reading.reference
    is_placed = not table.column("province_code").is_given
    if named.lettered_province and named.origin == "submitted" and is_placed and not findings.has("D91"):
        said = frame["province_code"].cast(pl.String)
        if (said != named.lettered_province).fill_null(False).any():
            findings.add(Note("D91"))
    if named.province_code and is_placed and not reading.takes_alliance and frame.height:
        other = (frame["province_code"].cast(pl.String) != named.province_code).fill_null(False)
        if other.any():
            codes = frame["province_code"].filter(other).cast(pl.String).unique().sort()
            found = "、".join(reference.province_name(code) for code in codes)
            values = {"named": reference.province_name(named.province_code), "found": found, "n": int(other.sum())}
            if int(other.sum()) * 2 > frame.height:
                raise Refused(Note("D92", values))
            _tell_rows("D92.row", frame.filter(other & ~refused), "province_code", "省份", values, reading, findings)
            refused |= other
    if named.report_period and frame.height:
        other = (frame["report_period"].cast(pl.String) != named.report_period).fill_null(False)
        if other.any():
            values = {"named": named.report_period.replace("-", "")}
            _tell_rows("D94", frame.filter(other & ~refused), "report_period", "统计期", values, reading, findings)
            refused |= other
    return frame.with_columns(refused=refused)


def _tell_rows(
    key: str,
    told: pl.DataFrame,
    column: str,
    header: str,
    values: dict[str, object],
    reading: Reading,
    findings: Findings,
) -> None:
    listed = told.head(findings.room(Note(key), header))
    for line, value in zip(listed["line"], listed[column].cast(pl.String), strict=True):
        shown = reading.reference.province_name(value) if column == "province_code" else value
        findings.add(Note(key, {**values, "found": shown, "raw": value}), line, header)
    if told.height > listed.height:
        findings.count(Note(key), told["line"][listed.height :], header)


def _with_inexact(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Adds `inexact`: which cells are not exact and how; the row's 数据性质 counts for cells without a word of their own."""
    general = pl.col("value_qualifier").cast(pl.String).replace_strict(SIGNS, default=None, return_dtype=pl.String)
    has_general = bool((frame["value_qualifier"].cast(pl.String) != "精确").any())
    parts = []
    for column in table.columns:
        own = f"sign:{column.name}"
        if not column.is_number or (own not in frame.columns and not (has_general and column.unit)):
            continue
        sign = pl.col(own) if own in frame.columns else pl.lit(None, dtype=pl.String)
        if has_general and column.unit:
            sign = pl.coalesce(sign, general)
        parts.append(pl.when(pl.col(column.name).is_not_null()).then(pl.lit(column.name) + sign))
    if not parts:
        inexact = pl.lit(None, dtype=pl.String)
    else:
        joined = pl.concat_str(parts, separator=";", ignore_nulls=True)
        inexact = pl.when(joined != "").then(joined)
    frame = frame.with_columns(inexact.alias("inexact"))
    return frame.drop([name for name in frame.columns if name.startswith("sign:")])


def missing_columns(header: Header, filled: Sequence[str]) -> list[Column]:
    """Required columns that neither the file nor its name gives."""
    found = header.found()
    return [
        column
        for column in header.table.columns
        if column.required and column.name not in found and column.name not in filled and column.default is None
    ]


def sensitive_columns(header: Header) -> list[Match]:
    """Columns whose header names personal data. A column that its contract calls so is what the contract says."""
    return [
        header.matches[index]
        for index in privacy.sensitive_headers([match.text for match in header.matches])
        if not _is_in_contract(header.matches[index])
    ]


def _is_in_contract(match: Match) -> bool:
    column = match.column
    return column is not None and normal(match.text) in map(normal, (column.name, column.header, *column.synonyms))
