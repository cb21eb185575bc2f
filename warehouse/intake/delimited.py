"""Cuts delimited text into a grid of strings in which every record knows the physical line it begins on."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from warehouse.intake import decode
from warehouse.intake.grid import EMPTY_LINE, Block, Row, StrayQuote, column_name, column_names
from warehouse.intake.one_ahead import one_ahead

DELIMITERS = (",", "\t", ";", "，", "；", "|")
_LONGEST_RECORD = 1 << 20
_MOST_LINES = 1 << 17
_NO_DELIMITER = "\x01"
# In a row of few columns a text with commas may have as many as the row; from so many on it has not.
_FEWEST_COLUMNS, _MANY_COLUMNS = 3, 6

csv.field_size_limit(_LONGEST_RECORD * 8)


class UnclosedQuote(Exception):
    """A quotation mark that is never closed; `line` is where it opens."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True)
class DelimitedText:
    """A delimited text file whose encoding and delimiter are known."""

    path: Path
    encoding: str
    delimiter: str
    has_controls: bool
    has_cr: bool
    has_lf: bool

    def head(self, count: int) -> list[Row]:
        """The first records of the file."""
        return head_rows(decode.head(self.path, self.encoding), self.delimiter, count)

    def blocks(self, after: int, width: int) -> Iterator[Block]:
        """The records that begin after physical line `after`, `width` columns wide, in blocks of some 32 MB.

        Raises UnclosedQuote, and UnicodeDecodeError where the file is damaged.
        """
        return one_ahead(self._blocks(after, width))

    def _blocks(self, after: int, width: int) -> Iterator[Block]:
        line, carry, skip = 1, b"", after
        for data, is_last in _with_last(self._lines()):
            if skip:
                data, skipped = _drop_lines(data, skip)
                skip -= skipped
                line += skipped
            data = carry + data
            if not data and not is_last:
                continue
            block, carry, used = _block(data, line, self.delimiter, width, is_last)
            line += used
            if len(carry) > _LONGEST_RECORD:
                raise UnclosedQuote(line)
            yield block

    def _lines(self) -> Iterator[bytes]:
        """UTF-8 chunks that end with a line end, all line ends made `\\n`."""
        rest = b""
        cut = b"\n" if self.has_lf else b"\r"
        for chunk in decode.utf8_chunks(self.path, self.encoding, self.has_controls):
            data = rest + chunk
            end = data.rfind(cut) + 1
            rest = data[end:]
            if end:
                yield from _pieces(self._normal(data[:end]))
        if rest:
            yield self._normal(rest)

    def _normal(self, data: bytes) -> bytes:
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if self.has_cr else data


def _pieces(data: bytes) -> Iterator[bytes]:
    """The lines in pieces of which none has too many: a file of empty lines has as many as it has bytes."""
    if len(data) <= _MOST_LINES or data.count(b"\n") <= _MOST_LINES:
        yield data
        return
    cut = data.index(b"\n", len(data) // 2) + 1
    yield from _pieces(data[:cut])
    if cut < len(data):
        yield from _pieces(data[cut:])


def head_rows(text: str, delimiter: str, count: int) -> list[Row]:
    """The first records of a text, each with its first and last physical line."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    first = 1
    while len(rows) < count:
        try:
            fields = next(reader)
        except (StopIteration, csv.Error):
            break
        rows.append(Row(first, reader.line_num, tuple(field.lstrip("\ufeff") for field in fields)))
        first = reader.line_num + 1
    return rows


def open_quote(text: str) -> int | None:
    """The line of the first quotation mark that the text does not close, whatever the delimiter; None where all are closed."""
    if text.count('"') % 2 == 0:
        return None
    # A mark is open where an odd number of them stands before the end: the last that opens is the one that stays open.
    return text.count("\n", 0, text.rindex('"')) + 1


def _with_last(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before: bytes | None = None
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    if before is not None:
        yield before, True


def _drop_lines(data: bytes, count: int) -> tuple[bytes, int]:
    position, dropped = 0, 0
    while dropped < count and position < len(data):
        end = data.find(b"\n", position)
        position = len(data) if end < 0 else end + 1
        dropped += 1
    return data[position:], dropped


def _block(data: bytes, line: int, delimiter: str, width: int, is_last: bool) -> tuple[Block, bytes, int]:
    """One block, the bytes that belong to the next one, and the number of physical lines used."""
    regular = _regular_block(data, line, delimiter.encode(), width)
    if regular is not None:
        return regular, b"", regular.frame.height
    if not data.strip(b"\n"):
        return _empty_lines(len(data), line, width), b"", len(data)
    lines = _physical_lines(data)
    if lines.is_empty():
        return Block.empty(width), b"", 0
    fits = lines.str.count_matches(delimiter, literal=True) == width - 1
    has_quotes = b'"' in data
    if has_quotes:
        fits &= ~lines.str.contains('"', literal=True)
    fits = fits.fill_null(False)
    return _mixed_block(lines, fits, line, delimiter, width, is_last)


def _empty_lines(count: int, line: int, width: int) -> Block:
    """A block of lines without a single character; its columns are one and the same."""
    nothing = pl.Series(dtype=pl.String).extend_constant(None, count)
    over = pl.repeat(EMPTY_LINE, count, dtype=pl.Int32, eager=True)
    frame = pl.DataFrame([nothing.alias(name) for name in column_names(width)])
    return Block(frame, pl.int_range(line, line + count, dtype=pl.UInt32, eager=True), over)


def _regular_block(data: bytes, line: int, delimiter: bytes, width: int) -> Block | None:
    """The block when every line has all its cells and none is quoted, else None.

    As many delimiters as all lines need are in all lines alike where none has too many, and of those the reader complains.
    """
    if width == 1 or len(delimiter) > 1 or b'"' in data:
        return None
    height = data.count(b"\n") + (not data.endswith(b"\n"))
    if not height or data.count(delimiter) != height * (width - 1):
        return None
    try:
        frame = pl.read_csv(
            io.BytesIO(data),
            has_header=False,
            schema=dict.fromkeys(column_names(width), pl.String),
            separator=delimiter.decode(),
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    assert frame.height == height
    return Block(frame, pl.int_range(line, line + height, dtype=pl.UInt32, eager=True), None)


def _physical_lines(data: bytes) -> pl.Series:
    """The lines of a chunk, null for empty ones; the reader skips empty lines at the beginning, so they are counted."""
    if data[:1] == b"\n":
        leading = len(data) - len(data.lstrip(b"\n"))
        data = data[leading:]
    else:
        leading = 0
    nothing = pl.Series("line", [None] * leading, dtype=pl.String)
    if not data:
        return nothing
    lines = pl.read_csv(
        io.BytesIO(data),
        has_header=False,
        infer_schema=False,
        separator=_NO_DELIMITER,
        quote_char=None,
        new_columns=["line"],
    ).to_series()
    return pl.concat([nothing, lines]) if leading else lines


def _mixed_block(
    lines: pl.Series, fits: pl.Series, line: int, delimiter: str, width: int, is_last: bool
) -> tuple[Block, bytes, int]:
    """A block in which some lines are quoted, ragged or blank: those are read one by one."""
    texts: list[str | None] | None = lines.to_list() if lines.str.contains('"', literal=True).any() else None
    blank = lines.is_null()
    odd = (~fits & ~blank).arg_true().to_list()
    odd_texts: list[str | None] = lines.gather(odd).to_list() if texts is None else []
    records: list[tuple[int, list[str]]] = []
    swallowed: list[int] = []
    strays: list[StrayQuote] = []
    closing = -1
    upto = 0
    open_from: int | None = None
    for position, index in enumerate(odd):
        if index < upto:
            continue
        text = texts[index] if texts is not None else odd_texts[position]
        assert text is not None
        if '"' not in text:
            records.append((index, text.split(delimiter)))
            continue
        assert texts is not None
        feed = _Feed(texts, index)
        reader = csv.reader(feed, delimiter=delimiter)
        try:
            fields = next(reader, [])
        except csv.Error:
            # More than any cell holds is what stands behind a mark that nobody closed.
            raise UnclosedQuote(line + index) from None
        if feed.is_exhausted:
            open_from = index
            break
        upto = index + reader.line_num
        spanned = [one or "" for one in texts[index:upto]]
        if _swallows(spanned, delimiter, width):
            is_mended = _is_whole_but_for_a_mark(spanned[0], delimiter, width)
            strays.append(StrayQuote(line + index, line + upto - 1, is_mended))
            if is_mended:
                # What it ran over is read line by line, as if the mark were not there.
                records.append((index, _without_marks(spanned[0], delimiter)))
                closing, upto = upto - 1, index + 1
                continue
        if index == closing and _is_whole_but_for_a_mark(spanned[0], delimiter, width):
            fields = _without_marks(spanned[0], delimiter)
        records.append((index, fields))
        swallowed.extend(range(index + 1, upto))
    if open_from is not None and is_last:
        raise UnclosedQuote(line + open_from)
    end = len(lines) if open_from is None else open_from
    keep = fits.to_frame("fits").with_row_index("index")
    within = keep["index"] < end
    if swallowed:
        within &= ~keep["index"].is_in(swallowed)
    empty = (blank & within).arg_true()
    block = replace(_joined(lines, keep["fits"] & within, records, empty, line, delimiter, width), strays=tuple(strays))
    carry = b"" if open_from is None else "\n".join(text or "" for text in lines.slice(open_from).to_list()).encode()
    return block, carry + b"\n" if carry else b"", end


def _swallows(spanned: list[str], delimiter: str, width: int) -> bool:
    """Whether a record over several lines holds lines that look like records themselves.

    A cell that rightly holds a line break cuts its record in two: no two of its lines have all the delimiters of a record.
    """
    if len(spanned) < 2 or width < _FEWEST_COLUMNS:
        return False
    whole = [text for text in spanned if text.count(delimiter) >= width - 1]
    if len(whole) < 2 or whole[0] is not spanned[0]:
        return False
    if width >= _MANY_COLUMNS:
        return True
    first, *others = (text.split(delimiter, 1)[0].strip() for text in whole)
    return any(first == other or (first.isdigit() and other.isdigit()) for other in others)


def _is_whole_but_for_a_mark(text: str, delimiter: str, width: int) -> bool:
    return text.count('"') == 1 and text.count(delimiter) == width - 1


def _without_marks(text: str, delimiter: str) -> list[str]:
    return text.replace('"', "").split(delimiter)


class _Feed:
    """Lines from a position on, which remembers whether a reader wanted more than there are."""

    def __init__(self, texts: list[str | None], start: int) -> None:
        self._texts, self._next = texts, start
        self.is_exhausted = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self._next >= len(self._texts):
            self.is_exhausted = True
            raise StopIteration
        text = self._texts[self._next]
        self._next += 1
        return (text or "") + "\n"


def _joined(
    lines: pl.Series,
    mask: pl.Series,
    records: list[tuple[int, list[str]]],
    empty: pl.Series,
    line: int,
    delimiter: str,
    width: int,
) -> Block:
    regular = lines.filter(mask)
    names = column_names(width)
    parts = regular.str.split_exact(delimiter, width - 1).struct.unnest() if width > 1 else regular.to_frame("c0")
    parts.columns = names
    parts = parts.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
    parts = parts.with_columns(mask.arg_true().cast(pl.UInt32).alias("line"), pl.lit(0, dtype=pl.Int32).alias("over"))
    rows = [_fitted(fields, width) for _, fields in records]
    odd = pl.DataFrame(
        {
            **{column_name(index): [row[0][index] for row in rows] for index in range(width)},
            "line": [index for index, _ in records],
            "over": [row[1] for row in rows],
        },
        schema={**dict.fromkeys(names, pl.String), "line": pl.UInt32, "over": pl.Int32},
    )
    nothing = (
        empty.cast(pl.UInt32)
        .to_frame("line")
        .with_columns(
            *(pl.lit(None, dtype=pl.String).alias(name) for name in names),
            pl.lit(EMPTY_LINE, dtype=pl.Int32).alias("over"),
        )
    )
    joined = pl.concat([parts, odd, nothing.select(parts.columns)]).sort("line")
    return Block(joined.select(names), (joined["line"] + line).cast(pl.UInt32), joined["over"])


def _fitted(fields: list[str], width: int) -> tuple[list[str | None], int]:
    """The fields cut or filled up to `width`, and how many there were too many (or, negative, too few)."""
    over = len(fields) - width
    if not any(field.strip() for field in fields):
        return [None] * width, 0
    if over > 0 and not any(field.strip() for field in fields[width:]):
        over = 0
    cells: list[str | None] = [field or None for field in fields[:width]]
    return cells + [None] * (width - len(cells)), over
