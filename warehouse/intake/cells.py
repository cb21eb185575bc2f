"""Turns a column of strings into typed values: clean cells by one vectorised cast, the others one by one with a message."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

import polars as pl

from warehouse.contracts import Column
from warehouse.intake import dates, marks, numbers, places
from warehouse.intake.credit_code import is_credit_code
from warehouse.intake.distinct import distinct
from warehouse.intake.findings import Findings
from warehouse.intake.header import Match
from warehouse.intake.marks import Split
from warehouse.intake.note import Note
from warehouse.intake.reference import Reference
from warehouse.intake.unit_words import SHOWN_OTHERWISE
from warehouse.intake.values import BLANK, NO_RESULT, Cell, excel_error, placeholder

MONTHS = tuple(f"{year:04d}-{month:02d}" for year in range(1990, 2200) for month in range(1, 13))
Reader = Callable[[str], Cell]

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffc]")
# Signs that make what follows run from right to left: 001 behind one is shown as 100.
_TURNED = re.compile("[\u202b\u202e\u2067]")
_ODD_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_ODD_TEXT = (
    r"^[\s=+@\-'‘’“\"/#—–―－_＝＋＠.…]|\s$|[\n\r\t<\x{00a0}\x{00ad}\x{200b}-\x{200f}\x{2028}-\x{202f}\x{2060}-\x{2064}\x{feff}\x{fffc}\x02\x03]"
    r"|^(?:无|暂无|待报|未报|未填|不详|待补|空|(?i:n/?a|null|none|nil|nan|nat|<na>|\\n|\(null\)))$|^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+$"
)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}")
_HTML = re.compile(r"</?[A-Za-z!][^>]*>|</?(?:script|img|iframe|svg)\b", re.IGNORECASE)
_SEPARATORS = re.compile(r"[、,，;；/|\s]+")
_QUOTED = re.compile(r"^(?:“(.*)”|\"(.*)\"|‘(.*)’|'(.*)'|「(.*)」|”(.*)”|“(.*)“)$", re.DOTALL)
_YES = frozenset({"是", "√", "✓", "✔", "☑", "1", "1.0", "Y", "YES", "T", "TRUE", "有", "对", "●", "已"})
_NO = frozenset(
    {"否", "×", "✗", "✘", "✕", "X", "0", "0.0", "N", "NO", "F", "FALSE", "无", "没有", "错", "○", "未", "不"}
)
# Repairs that are told once for every distinct value, not for every row.
_ONCE_PER_VALUE = frozenset({"D44", "D50", "D81"})
_FORMULA_MARKS = "=+@-＝＋＠"
_PATTERN_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})[-/.年]0?(\d)月?"), r"\1-0\2"),
    (re.compile(r"(\d{4})[-/.年]?(\d{2})月?(?:-01)?"), r"\1-\2"),
    (re.compile(r"(\d{4})年?[-第]?[Qq]?([1-4])(?:季度|季)?"), r"\1Q\2"),
    (re.compile(r"(\d{4})年?上半年"), r"\1H1"),
    (re.compile(r"(\d{4})年?下半年"), r"\1H2"),
    (re.compile(r"(\d{4})年?[Hh]([12])"), r"\1H\2"),
    (re.compile(r"(\d{4})年度?"), r"\1"),
)


@dataclass(frozen=True)
class Reading:
    """What the cells of one file are read with."""

    reference: Reference
    today: date
    epoch_1904: bool = False
    takes_alliance: bool = False
    is_workbook: bool = False


@dataclass(frozen=True)
class Converted:
    """A typed column; which rows it refuses; how cells are not exact; what refused cells read as all the same; and by line
    the scale that a cell states (1 for 元)."""

    values: pl.Series
    refused: pl.Series | None = None
    signs: pl.Series | None = None
    readable: Mapping[int, Decimal] = field(default_factory=dict)
    scaled: Mapping[int, int] = field(default_factory=dict)


def dtype_of(column: Column, reference: Reference) -> pl.DataType:
    """The type in which a column is held until it is landed; strings of a closed list are held as their number."""
    if column.ratio:
        return pl.String()
    if column.type == "province":
        return _provinces(tuple(reference.provinces))
    if column.type == "region":
        return _regions(tuple(reference.regions))
    if column.type == "period":
        return _months()
    if column.type == "enum":
        return pl.Enum(column.allowed)
    return landed_dtype(column)


def landed_dtype(column: Column) -> pl.DataType:
    """The Polars type of a contract's `data_type`."""
    if column.data_type == "bigint":
        return pl.Int64()
    if column.data_type == "date":
        return pl.Date()
    if column.data_type == "boolean":
        return pl.Boolean()
    found = re.fullmatch(r"decimal\((\d+), ?(\d+)\)", column.data_type)
    return pl.Decimal(int(found.group(1)), int(found.group(2))) if found else pl.String()


def convert(
    match: Match,
    raw: pl.Series,
    rows: pl.Series,
    muted: pl.Series,
    reading: Reading,
    findings: Findings,
    province: pl.Series | None = None,
) -> Converted:
    """One column of the file as its contract wants it; what is found goes to `findings`, except for muted rows."""
    column = match.column
    assert column is not None
    if column.ratio:
        return Converted(raw)
    if column.name == "region_code" and province is not None:
        return _convert_region(match, column, raw, rows, muted, reading, findings, province)
    values, odd = _fast(match, column, raw, reading)
    slow = _slow(column, raw, odd, _reader(match, column, reading), rows, muted, findings)
    return _finished(column, values, odd, slow, rows, muted, reading, findings)


def blank_column(column: Column, height: int, reading: Reading) -> pl.Series:
    """A column that the file does not have: its default, else blank."""
    return pl.Series([column.default] * height, dtype=dtype_of(column, reading.reference))


@dataclass(frozen=True)
class _Slow:
    """The odd cells of a column, read one by one; positions index into `cells`."""

    cells: tuple[Cell, ...]
    positions: pl.Series
    at: pl.Series


def _slow(
    column: Column,
    raw: pl.Series,
    odd: pl.Series,
    reader: Reader,
    rows: pl.Series,
    muted: pl.Series,
    findings: Findings,
) -> _Slow | None:
    at = odd.arg_true()
    if at.is_empty():
        return None
    texts = raw.gather(at)
    distinct = texts.unique()
    cells = tuple(_masked(_clean(text, reader), column) for text in distinct)
    positions = texts.replace_strict(distinct, pl.Series(range(len(distinct)), dtype=pl.UInt32), return_dtype=pl.UInt32)
    slow = _Slow(cells, positions, at)
    _tell(slow, column.header, rows, muted, findings)
    return slow


def _tell(slow: _Slow, header: str, rows: pl.Series, muted: pl.Series, findings: Findings) -> None:
    by_kind: dict[tuple[str, str], dict[int, Note]] = {}
    for index, cell in enumerate(slow.cells):
        for note in cell.notes:
            by_kind.setdefault((note.key, note.weight), {})[index] = note
    if not by_kind:
        return
    told = slow.at.to_frame("at").with_columns(
        slow.positions.alias("position"), rows.gather(slow.at).alias("row"), muted.gather(slow.at).alias("muted")
    )
    told = told.filter(~pl.col("muted"))
    for (key, _), notes in by_kind.items():
        here = told.filter(pl.col("position").is_in(list(notes)))
        if key in _ONCE_PER_VALUE:
            here = here.unique("position", keep="first", maintain_order=True)
        listed = here.head(findings.room(next(iter(notes.values())), header))
        for position, row in zip(listed["position"], listed["row"], strict=True):
            findings.add(notes[position], row, header)
        if len(here) > len(listed):
            findings.count(next(iter(notes.values())), here["row"][len(listed) :], header)


def _finished(
    column: Column,
    values: pl.Series,
    odd: pl.Series,
    slow: _Slow | None,
    rows: pl.Series,
    muted: pl.Series,
    reading: Reading,
    findings: Findings,
) -> Converted:
    refused = pl.repeat(False, len(values), eager=True)
    signs: pl.Series | None = None
    readable: dict[int, Decimal] = {}
    scaled: dict[int, int] = {}
    if slow is not None:
        spread = _spread(slow, len(values))
        read = pl.Series([cell.value for cell in slow.cells], dtype=values.dtype, strict=False).gather(spread)
        values = read.zip_with(odd, values)
        refused = pl.Series([cell.is_refused for cell in slow.cells], dtype=pl.Boolean).gather(spread).fill_null(False)
        if any(cell.sign for cell in slow.cells):
            signs = pl.Series([cell.sign or None for cell in slow.cells], dtype=pl.String).gather(spread)
        if any(cell.is_refused and cell.readable is not None for cell in slow.cells):
            readable = {
                row: number
                for position, row in zip(slow.positions, rows.gather(slow.at), strict=True)
                if slow.cells[position].is_refused and (number := slow.cells[position].readable) is not None
            }
        if any(cell.states_scale for cell in slow.cells):
            states = pl.Series([cell.states_scale for cell in slow.cells], dtype=pl.Int64).gather(slow.positions)
            stated = states > 0
            scaled = dict(zip(rows.gather(slow.at).filter(stated), states.filter(stated), strict=True))
    if column.default is not None and values.null_count():
        values = values.fill_null(pl.Series([column.default], dtype=values.dtype)[0])
    refused |= _out_of_bounds(column, values, rows, muted, reading, findings)
    if column.required and values.null_count():
        blank = values.is_null() & ~refused
        key = "D10" if column.type == "province" else "D99"
        _tell_mask(Note(key), blank, rows, muted, column.header, findings)
        refused |= blank
    return Converted(values, refused if refused.any() else None, signs, readable, scaled)


def _spread(slow: _Slow, height: int) -> pl.Series:
    """The position of each row's cell, null where the row's cell is not odd."""
    frame = pl.DataFrame({"row": pl.int_range(height, eager=True)})
    odd = pl.DataFrame({"row": slow.at.cast(pl.Int64), "position": slow.positions})
    return frame.join(odd, on="row", how="left", maintain_order="left")["position"]


def _out_of_bounds(
    column: Column, values: pl.Series, rows: pl.Series, muted: pl.Series, reading: Reading, findings: Findings
) -> pl.Series:
    outside = pl.repeat(False, len(values), eager=True)
    low, high = _bound(column.min, column, reading), _bound(column.max, column, reading)
    if low is not None and not (low == 0 and not column.min_exclusive):
        below = (values <= low if column.min_exclusive else values < low).fill_null(False)
        sign = ("大于", "more than") if column.min_exclusive else ("不小于", "at least")
        _tell_bound(column, sign, low, values, below, rows, muted, findings)
        outside |= below
    if high is not None:
        above = (values > high).fill_null(False)
        _tell_bound(column, ("不大于", "at most"), high, values, above, rows, muted, findings)
        outside |= above
    return outside


def _tell_bound(
    column: Column,
    words: tuple[str, str],
    bound: object,
    values: pl.Series,
    mask: pl.Series,
    rows: pl.Series,
    muted: pl.Series,
    findings: Findings,
) -> None:
    rule = f"“{column.header}”应{words[0]}{bound}"
    rule_en = f"“{column.header}” must be {words[1]} {bound}"
    told = pl.DataFrame({"row": rows, "value": values.cast(pl.String)}).filter(mask & ~muted)
    room = findings.room(Note("D104"), column.header)
    for row, value in told.head(room).iter_rows():
        shown = {"rule": f"{rule}，现填{value}", "rule_en": f"{rule_en}, it says {value}"}
        findings.add(Note("D104", shown), row, column.header)
    if told.height > room:
        findings.count(Note("D104"), told["row"][room:], column.header)


def _tell_mask(note: Note, mask: pl.Series, rows: pl.Series, muted: pl.Series, header: str, findings: Findings) -> None:
    told = rows.filter(mask & ~muted)
    findings.add_many(note, told, header)


def _bound(bound: object, column: Column, reading: Reading) -> object:
    if bound == "current_year":
        return reading.today.year
    if isinstance(bound, str) and column.type == "date":
        return date.fromisoformat(bound)
    return bound


def _fast(match: Match, column: Column, raw: pl.Series, reading: Reading) -> tuple[pl.Series, pl.Series]:
    """Values of the cells that need no thought, and a mask of the others."""
    dtype = dtype_of(column, reading.reference)
    given = raw.is_not_null()
    if column.type == "date":
        text = raw.str.strip_suffix(" 00:00:00") if reading.is_workbook else raw
        values = text.str.to_date("%Y-%m-%d", strict=False)
        latest = reading.today if column.not_future else date(2199, 12, 31)
        return _kept(values, values.is_between(date(1900, 1, 1), latest), given)
    if column.type == "period":
        values = raw.cast(dtype, strict=False)
        now = MONTHS.index(f"{reading.today:%Y-%m}") if column.not_future else len(MONTHS)
        return _kept(values, values.to_physical() <= now, given)
    if column.type == "int" and match.factor == 1:
        values = raw.cast(pl.Int64, strict=False)
        return _kept(values, values.is_between(0, 10**18 - 1), given)
    if column.type == "decimal" and match.factor == 1:
        assert isinstance(dtype, pl.Decimal)
        digits = (dtype.precision or 38) - dtype.scale
        plain = raw.str.contains(rf"^[0-9]{{1,{digits}}}(?:\.[0-9]{{1,{max(dtype.scale, 1)}}})?$")
        return _kept(raw.cast(dtype, strict=False), plain, given)
    if column.type == "bool":
        values = raw.cast(pl.Enum(["否", "是"]), strict=False)
        return _kept(values.to_physical().cast(pl.Boolean), values.is_not_null(), given)
    if column.type in ("enum", "multi"):
        values = raw.cast(pl.Enum(column.allowed), strict=False)
        return _kept(values.cast(dtype), values.is_not_null(), given)
    if column.type == "province":
        return _known_provinces(raw, reading.reference, given)
    if column.type == "text":
        return raw, _odd_texts(column, raw)
    return pl.Series([], dtype=dtype).extend_constant(None, len(raw)), given


def _odd_texts(column: Column, raw: pl.Series) -> pl.Series:
    """A mask of the texts that need a thought."""
    texts = distinct(raw)
    odd = texts.str.contains(_ODD_TEXT) | (texts.str.len_chars() > (column.max_length or 1 << 30))
    if column.pattern:
        odd |= ~texts.str.contains(column.pattern) | texts.str.contains("[０-９]")
    odd = odd.fill_null(False)
    if texts is raw:
        return odd
    return (
        raw.is_in(texts.filter(odd).implode()).fill_null(False) if odd.any() else pl.repeat(False, len(raw), eager=True)
    )


def _kept(values: pl.Series, clean: pl.Series, given: pl.Series) -> tuple[pl.Series, pl.Series]:
    return values, given & ~clean.fill_null(False)


def _known_provinces(raw: pl.Series, reference: Reference, given: pl.Series) -> tuple[pl.Series, pl.Series]:
    names = [(name, code) for code, region in reference.provinces.items() for name in {region.name, region.short_name}]
    known = raw.cast(pl.Enum([name for name, _ in names]), strict=False)
    codes = pl.Series([code for _, code in names], dtype=_provinces(tuple(reference.provinces)))
    return codes.gather(known.to_physical().cast(pl.UInt32)), given & known.is_null()


def _convert_region(
    match: Match,
    column: Column,
    raw: pl.Series,
    rows: pl.Series,
    muted: pl.Series,
    reading: Reading,
    findings: Findings,
    province: pl.Series,
) -> Converted:
    """A region has to lie in the row's province, so the two are read together."""
    reference = reading.reference
    values = raw.cast(_regions(tuple(reference.regions)), strict=False)
    code = province.cast(pl.String)
    inside = (raw.str.slice(0, 2) == code) & values.is_not_null()
    odd = raw.is_not_null() & ~inside.fill_null(False)
    # A row whose province is not understood is refused for that already.
    silent = muted | province.is_null()

    if reading.takes_alliance:
        odd |= raw.is_null()

    def read(key: str) -> Cell:
        owner, _, text = key.partition("\x1f")
        if reading.takes_alliance:
            if not text.strip():
                return Cell(reference.provinces[owner].code if owner in reference.provinces else places.NATION)
            owner = "" if owner == places.ALLIANCE_PROVINCE else owner
        return _not_formula(
            text,
            lambda given: _unmarked(
                given,
                lambda plain: places.read_region(plain, owner or None, reference, column.provinces),
                _is_part_of_code,
            ),
        )

    paired = pl.select((code.fill_null("") + "\x1f" + raw.fill_null("")).alias("key"))["key"]
    slow = _slow(column, paired, odd, read, rows, silent, findings)
    return _finished(column, values, odd, slow, rows, silent, reading, findings)


def _reader(match: Match, column: Column, reading: Reading) -> Reader:
    if column.type == "date":
        return lambda raw: _not_formula(
            raw,
            lambda text: _unmarked(
                text,
                lambda plain: dates.read_date(
                    plain,
                    reading.today,
                    column.not_future,
                    reading.epoch_1904,
                    column.allow_month,
                    column.date_order,
                ),
                lambda split: dates.is_serial(split.text),
            ),
        )
    if column.type == "period":
        return lambda raw: _not_formula(
            raw,
            lambda text: _unmarked(
                text,
                lambda plain: dates.read_period(plain, reading.today, column.not_future, reading.epoch_1904),
                lambda split: dates.is_serial(split.text),
            ),
        )
    if column.is_number:
        form = number_format(match, column)
        return lambda raw: _unquoted(
            raw, lambda text: _unmarked(text, lambda plain: numbers.read_number(plain, form), marks.may_be_power)
        )
    if column.type == "bool":
        return lambda raw: _not_formula(raw, lambda text: _unmarked(text, _read_bool))
    if column.type == "enum":
        return lambda raw: _not_formula(raw, lambda text: _unmarked(text, lambda plain: _read_enum(plain, column)))
    if column.type == "multi":
        return lambda raw: _not_formula(raw, lambda text: _unmarked(text, lambda plain: _read_multi(plain, column)))
    if column.type == "province":
        return lambda raw: _not_formula(
            raw,
            lambda text: _unmarked(
                text, lambda plain: places.read_province(plain, reading.reference, reading.takes_alliance)
            ),
        )
    if column.type == "region":
        return lambda raw: _not_formula(
            raw,
            lambda text: _unmarked(
                text,
                lambda plain: places.read_region(plain, None, reading.reference, column.provinces),
                _is_part_of_code,
            ),
        )
    if column.type == "code":
        return lambda raw: _not_formula(raw, lambda text: _unmarked(text, lambda plain: _read_code(plain, column)))
    return lambda raw: _read_text(raw, column)


def number_format(match: Match, column: Column) -> numbers.NumberFormat:
    """How the numbers of a column are read, the header's unit included."""
    dtype = landed_dtype(column)
    precision, scale = (dtype.precision or 38, dtype.scale) if isinstance(dtype, pl.Decimal) else (18, 0)
    return numbers.NumberFormat(
        is_whole=column.type == "int",
        precision=precision,
        scale=scale,
        unit=column.unit,
        header_unit=match.unit,
        factor=match.factor,
        allow_negative=column.allow_negative,
        allow_range=column.allow_range,
    )


def _clean(raw: str, reader: Reader) -> Cell:
    """Reads a cell without its invisible characters, and says so when there were any."""
    if _TURNED.search(raw):
        # What is shown is not the order in which it is kept; only the reader of digits can be misled.
        return _turned(raw, reader)
    visible = _INVISIBLE.sub("", raw)
    blanks = visible.strip(" ")
    is_hidden = visible != raw or "\u00a0" in raw or blanks != blanks.strip("\u3000")
    if not is_hidden:
        return reader(raw)
    cell = reader(_ODD_SPACE.sub(" ", visible) if "\u00a0" in visible else visible.strip(" \u3000"))
    return cell if cell.is_refused else replace(cell, notes=(*cell.notes, Note("D63")))


def _turned(raw: str, reader: Reader) -> Cell:
    cell = reader(_INVISIBLE.sub("", raw).strip(" \u3000"))
    if cell.is_refused:
        return cell
    if isinstance(cell.value, str) and not any(map(str.isdigit, cell.value)):
        return replace(cell, notes=(*cell.notes, Note("D63")))
    return Cell(None, (Note("D100.turned"),))


def _masked(cell: Cell, column: Column) -> Cell:
    """The cell with notes that do not show a count so small that its people may be recognised (D71)."""
    number = cell.readable if cell.readable is not None else cell.value
    if column.mask_below is None or not isinstance(number, int | Decimal) or not 0 < number < column.mask_below:
        return cell
    hidden = {"raw": f"<{column.mask_below}", "val": f"<{column.mask_below}"}
    notes = tuple(replace(note, values={**note.values, **hidden}) for note in cell.notes)
    return replace(cell, notes=notes)


def _not_formula(raw: str, reader: Reader) -> Cell:
    if raw == NO_RESULT:
        return Cell(None, (Note("D90"),))
    text = raw.removesuffix(SHOWN_OTHERWISE).strip()
    if excel_error(marks.fold(text)):
        return Cell(None, (Note("D26", {"raw": text}),))
    if len(text) > 1 and text[0] in _FORMULA_MARKS and not placeholder(text):
        return Cell(None, (Note("D65", {"mark": text[0], "raw": text}),))
    return _unquoted(raw.removesuffix(SHOWN_OTHERWISE), reader)


def _unquoted(raw: str, reader: Reader) -> Cell:
    """Reads what stands between a pair of quotation marks (D61)."""
    quoted = _QUOTED.match(raw.strip())
    if quoted is None:
        return reader(raw)
    cell = reader(next(part for part in quoted.groups() if part is not None))
    return cell if cell.is_refused else replace(cell, notes=(*cell.notes, Note("D61", {"raw": raw})))


def _unmarked(raw: str, reader: Reader, is_doubtful: Callable[[Split], bool] | None = None) -> Cell:
    """Reads a cell without the marks of notes (D110); one whose marks are, or may be, part of what it says is refused (D111)."""
    cell = reader(raw)
    found = marks.marks_in(raw)
    if not found or not cell.is_refused:
        return cell
    split = marks.apart(raw)
    if split is not None and not (is_doubtful and is_doubtful(split)):
        plain = reader(split.text)
        if not plain.is_refused and plain.value is not None:
            note = Note("D110", {"raw": raw, "val": split.text, "mark": split.marks})
            return replace(plain, notes=(*plain.notes, note))
    return Cell(None, (Note("D111", {"raw": raw, "mark": found}),))


def _is_part_of_code(split: Split) -> bool:
    """Whether digits without their mark are fewer than a region's code has."""
    return split.text.isdigit() and len(split.text) < 6


def _read_text(raw: str, column: Column) -> Cell:
    if raw == NO_RESULT:
        return Cell(None, (Note("D90"),))
    text = raw.removesuffix(SHOWN_OTHERWISE).strip()
    if not text:
        return BLANK
    if excel_error(text):
        return Cell(None, (Note("D26", {"raw": text}),))
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": text}),))
    mark = raw[0] if raw[0] in "\t\r" else text[0] if text[0] in _FORMULA_MARKS else ""
    if mark:
        shown = {"\t": "制表符", "\r": "回车"}.get(mark, mark)
        return Cell(None, (Note("D65", {"mark": shown, "raw": text}),))
    if _SCIENTIFIC.fullmatch(text):
        return Cell(None, (Note("D33", {"raw": text}),))
    notes: list[Note] = []
    if "\n" in text or "\r" in text:
        text = re.sub(r"\s*[\r\n]+\s*", " ", text)
        notes.append(Note("D59"))
    if text[0] in "'‘’" and re.fullmatch(r"['‘’][0-9A-Za-z\-]+", text):
        notes.append(Note("D32", {"raw": text}))
        text = text[1:]
    if column.max_length and len(text) > column.max_length:
        return Cell(None, (Note("D66", {"n": len(text), "max": column.max_length}),))
    if "<" in text and _HTML.search(text):
        notes.append(Note("D67"))
    if column.pattern and not re.fullmatch(column.pattern, text, re.ASCII):
        return _repaired(text, column, notes)
    return Cell(text, tuple(notes))


def _repaired(text: str, column: Column, notes: list[Note]) -> Cell:
    """A text that has to follow a pattern and does not: a period written otherwise, or a value that is not allowed."""
    plain = re.sub(r"\s+", "", marks.fold(text)).removesuffix("00:00:00")
    plain = plain.translate(str.maketrans("一二三四", "1234")) if re.search(r"\d{4}年", plain) else plain
    for pattern, replacement in ((re.compile(r"(.*)"), r"\1"), *_PATTERN_REPAIRS):
        found = pattern.fullmatch(plain)
        if found and column.pattern and re.fullmatch(column.pattern, found.expand(replacement), re.ASCII):
            value = found.expand(replacement)
            return Cell(value, (*notes, Note("D36", {"raw": text, "val": value})))
    allowed = column.description.partition("；")[2] or column.pattern
    return Cell(None, (Note("D82", {"raw": text, "list": allowed}),))


def _read_code(raw: str, column: Column) -> Cell:
    text = marks.fold(raw).strip()
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    if _SCIENTIFIC.fullmatch(text) or re.fullmatch(r"[0-9]{15,}0{3}(?:\.0)?", text):
        return Cell(None, (Note("D33", {"raw": text}),))
    plain = re.sub(r"[\s'‘’]+", "", text).upper()
    if column.checksum == "uscc" and not is_credit_code(plain):
        return Cell(None, (Note("D102", {"raw": raw}),))
    if column.length and len(plain) != column.length:
        return Cell(None, (Note("D102", {"raw": raw}),))
    if marks.has_wide_digits(raw) or any("Ａ" <= character <= "Ｚ" for character in raw):
        return Cell(plain, (Note("D16", {"raw": raw, "val": plain}),))
    return Cell(plain, (Note("D32", {"raw": raw}),) if raw.strip().startswith(("'", "‘", "’")) else ())


def _read_bool(raw: str) -> Cell:
    text = marks.fold(raw).strip().upper()
    if not text:
        return BLANK
    if text in _YES or text in _NO:
        value = text in _YES
        if text in ("是", "否"):
            return Cell(value)
        return Cell(value, (Note("D83", {"raw": raw, "val": "是" if value else "否"}),))
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    return Cell(None, (Note("D82", {"raw": raw, "list": "是、否"}),))


def _read_enum(raw: str, column: Column) -> Cell:
    text = raw.strip()
    if not text:
        return BLANK
    known, value = _known_value(text, column)
    if known:
        return Cell(value, () if known == "itself" else (Note("D50", {"raw": raw, "val": value}),))
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) > 1 and all(_known_value(part, column)[0] for part in parts):
        return Cell(None, (Note("D81.single", {"raw": raw}),))
    return Cell(None, (Note("D82", {"raw": raw, "list": "、".join(column.allowed)}),))


def _read_multi(raw: str, column: Column) -> Cell:
    text = raw.strip()
    if not text:
        return BLANK
    whole, value = _known_value(text, column)
    if whole:
        return Cell(value, () if whole == "itself" else (Note("D50", {"raw": raw, "val": value}),))
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    parts = [part.strip("“”\"'‘’") for part in _SEPARATORS.split(text) if part.strip("“”\"'‘’")]
    values: list[str] = []
    for part in parts:
        known, value = _known_value(part, column)
        if not known:
            return Cell(None, (Note("D82", {"raw": part, "list": "、".join(column.allowed)}),))
        values.append(value)
    distinct = list(dict.fromkeys(values))
    return Cell("、".join(distinct) or None, (Note("D81", {"raw": raw, "n": len(distinct)}),))


def _known_value(text: str, column: Column) -> tuple[str, str]:
    """How a value is known (`itself`, `spelling`, or empty for not at all) and the allowed value it means."""
    if text in column.allowed:
        return "itself", text
    synonyms, spellings = _spellings(column.allowed, tuple(column.value_synonyms.items()))
    if text in synonyms:
        return "spelling", synonyms[text]
    folded = _folded(text)
    if folded in spellings:
        return (
            "itself" if spellings[folded] in column.allowed and folded == _folded(spellings[folded]) else "spelling"
        ), (spellings[folded])
    return "", ""


@lru_cache(maxsize=512)
def _spellings(allowed: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], dict[str, str]]:
    synonyms = dict(pairs)
    folded = {_folded(text): value for text, value in pairs}
    folded.update({_folded(value): value for value in allowed})
    return synonyms, folded


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", marks.fold(text)).lower()


@lru_cache(maxsize=1)
def _months() -> pl.Enum:
    return pl.Enum(MONTHS)


@lru_cache(maxsize=4)
def _provinces(codes: tuple[str, ...]) -> pl.Enum:
    return pl.Enum([*codes, places.ALLIANCE_PROVINCE])


@lru_cache(maxsize=4)
def _regions(codes: tuple[str, ...]) -> pl.Enum:
    return pl.Enum([places.NATION, *codes])
