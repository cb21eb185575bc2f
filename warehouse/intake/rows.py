"""Tells data rows from blank ones, totals, notes and repeated headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from warehouse.intake.distinct import distinct
from warehouse.intake.grid import Block, column_name
from warehouse.intake.header import IGNORED, Header, normal
from warehouse.intake.stated_units import saying_of

TOTAL_WORDS = ("合计", "总计", "共计", "总合计", "全省", "全市", "全国合计", "全省合计", "本页合计")
SUBTOTAL_WORDS = ("小计",)
PART_WORDS = ("其中",)
_ALL_WORDS = [*TOTAL_WORDS, *SUBTOTAL_WORDS, *PART_WORDS]
_NOTE = (
    r"^(?:备注|注|注释|说明|填表说明|填报说明|填表人|填报人|制表人|制表|审核人|审核|复核人|负责人|单位负责人|部门负责人|分管领导|"
    r"主管领导|经办人|联系人|联系电话|联系方式|填报日期|填表日期|制表日期|报送日期|审批人|审批|签字|盖章|数据来源|填报单位盖章)"
    r"\s*(?:\(.*\)|（.*）)?\s*[0-9]*\s*(?:[:：、.．]|$)"
)

# What a line below the rows says when it speaks of units, with or without 注： before it.
_MAY_SPEAK_OF_UNITS = (
    r"(?i)单位|單位|[百千万亿萬億]\s*[元圆]|金额|币|幣|[港美澳欧]元|\bunits?\b|currency|amount|rmb|yuan|usd|hkd|mop"
)
_CELLS_OF_A_NOTE = 3
_BLANKS = r"[\s\x{3000}:：]"


@dataclass(frozen=True)
class Total:
    """A total row as it stands: its word, its line and its cells."""

    line: int
    word: str
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class Sorted:
    """A block's data rows, and what the others were."""

    data: Block
    totals: tuple[Total, ...]
    notes: tuple[int, ...]
    blanks: tuple[int, ...]
    headers: tuple[int, ...]


def sort_out(block: Block, header: Header) -> Sorted:
    """The data rows of a block; totals, notes, blank rows and repeated header rows are told apart."""
    frame = block.frame
    if not frame.height:
        return Sorted(block, (), (), (), ())
    positions = [match.index for match in header.matches if normal(match.text) not in IGNORED]
    positions += [match.index for match in header.matches if normal(match.text) in IGNORED]
    first = _first_filled(frame, positions)
    blank = first.is_null()
    keys = [
        column_name(match.index)
        for match in header.matches
        if match.column and match.column.name in header.table.primary_key and match.column.name != "reporting_unit"
    ]
    keyless = (
        frame.select(pl.all_horizontal(~_is_given(name) for name in keys)).to_series()
        if keys
        else pl.repeat(True, frame.height, eager=True)
    )
    if not first.has_nulls() and not keyless.any() and _begins_plainly(first, header):
        return Sorted(block, (), (), (), ())
    word = _word(first, frame, header)
    odd = blank | word.is_in(_ALL_WORDS) | word.str.starts_with("其中") | (keyless & first.str.contains(_NOTE))
    dimension = _dimension_word(frame, header, keyless)
    repeated = _repeated(frame, header, positions, word)
    speaking = _speaks_of_units(frame, first, keyless)
    if not (odd.fill_null(True) | dimension | repeated | speaking).any():
        return Sorted(block, (), (), (), ())
    return _split(block, first, word, keyless, dimension, repeated, speaking)


def _repeated(frame: pl.DataFrame, header: Header, positions: Sequence[int], word: pl.Series) -> pl.Series:
    """Rows that say what the header says, as where a table goes on on a new page; blanks and line breaks do not matter."""
    texts = [normal(match.text) for match in header.matches]
    begin = next((text for index in positions if (text := _plain(header.matches[index].text))), "")
    same = [
        index
        for index in (word == begin).fill_null(False).arg_true()
        if [normal(cell or "") for cell in frame.row(index)[: len(texts)]] == texts
    ]
    return pl.int_range(frame.height, eager=True).is_in(same) if same else pl.repeat(False, frame.height, eager=True)


def _speaks_of_units(frame: pl.DataFrame, first: pl.Series, keyless: pl.Series) -> pl.Series:
    """Lines without a key and with hardly a cell that say a unit (单位：万元)."""
    nothing = pl.repeat(False, frame.height, eager=True)
    if not keyless.any():
        return nothing
    # Most rows of a table without a key begin with the same few words.
    words = first.filter(keyless).unique()
    words = words.filter(words.str.contains(_MAY_SPEAK_OF_UNITS).fill_null(False))
    if words.is_empty():
        return nothing
    may = keyless & first.is_in(words.implode()).fill_null(False)
    speaking = [
        index
        for index in may.arg_true()
        if sum(cell is not None for cell in frame.row(index)) <= _CELLS_OF_A_NOTE
        and not any(re.fullmatch(r"[0-9.,，]+", cell) for cell in frame.row(index) if cell)
        and saying_of(0, frame.row(index)) is not None
    ]
    return pl.int_range(frame.height, eager=True).is_in(speaking)


def _begins_plainly(first: pl.Series, header: Header) -> bool:
    """Whether rows that all have a key begin with nothing that a total or a header begins with, each beginning looked at once."""
    if any(normal(match.text) in IGNORED for match in header.matches):
        return False
    words = distinct(first)
    begins = [text for match in header.matches if (text := _plain(match.text))]
    may = words.str.contains_any([*_ALL_WORDS, "其中", *begins]) | words.str.contains(_BLANKS)
    return not may.any()


def _word(first: pl.Series, frame: pl.DataFrame, header: Header) -> pl.Series:
    """What a row begins with, without blanks: a word in the 序号 column comes before everything else."""
    word = first.str.replace_all(_BLANKS, "")
    if (word.str.ends_with("）") | word.str.ends_with(")")).any():
        # 合计（万元） says a unit, too.
        word = word.str.replace(r"^(合计|总计|小计|共计)[(（][^()（）]{1,12}[)）]$", "$1")
    for match in header.matches:
        if normal(match.text) in IGNORED:
            numbered = frame[column_name(match.index)].str.replace_all(_BLANKS, "")
            word = numbered.zip_with(
                (numbered.is_in(_ALL_WORDS) | numbered.str.contains("^其中")).fill_null(False), word
            )
    return word


def _split(
    block: Block,
    first: pl.Series,
    word: pl.Series,
    keyless: pl.Series,
    dimension: pl.Series,
    same: pl.Series,
    speaking: pl.Series,
) -> Sorted:
    frame, lines = block.frame, block.lines
    total = (word.is_in(_ALL_WORDS) | (word.str.starts_with("其中") & keyless)).fill_null(False) | dimension
    total &= keyless | word.is_in(_ALL_WORDS).fill_null(False)
    note = ((keyless & first.str.contains(_NOTE)).fill_null(False) | speaking) & ~total
    blank = first.is_null()
    keep = ~(total | note | blank | same)
    totals = []
    for index in total.arg_true():
        cells = frame.row(index)
        found = (
            word[index]
            if word[index] in _ALL_WORDS
            else next((text for text in _ALL_WORDS if any(_plain(cell) == text for cell in cells)), "其中")
        )
        totals.append(Total(lines[index], found, cells))
    return Sorted(
        Block(frame.filter(keep), lines.filter(keep), None if block.over is None else block.over.filter(keep)),
        tuple(totals),
        tuple(lines.filter(note)),
        tuple(lines.filter(blank)),
        tuple(lines.filter(same & ~blank)),
    )


def _dimension_word(frame: pl.DataFrame, header: Header, keyless: pl.Series) -> pl.Series:
    """Rows whose 地区 or 填报单位 says 合计 while their key is blank."""
    found = header.found()
    names = [column_name(found[name].index) for name in ("region_code", "reporting_unit") if name in found]
    if not names or not keyless.any():
        return pl.repeat(False, frame.height, eager=True)
    words = pl.any_horizontal(
        pl.col(name).str.replace_all(_BLANKS, "").is_in(_ALL_WORDS).fill_null(False) for name in names
    )
    return frame.select(words).to_series() & keyless


def _first_filled(frame: pl.DataFrame, positions: Sequence[int]) -> pl.Series:
    """What each row begins with. Nearly every row has its first cell: the others are looked for only where one has not."""
    first = frame.select(_filled(column_name(positions[0]))).to_series()
    if not first.has_nulls():
        return first
    names = [column_name(index) for index in positions[1:]]
    lacking = first.is_null()
    rest = frame.filter(lacking).select(
        pl.coalesce([*(_filled(name) for name in names), pl.lit(None, dtype=pl.String)])
    )
    return first.scatter(lacking.arg_true(), rest.to_series())


def _filled(name: str) -> pl.Expr:
    return pl.when(_is_given(name)).then(pl.col(name))


def _is_given(name: str) -> pl.Expr:
    return pl.col(name).str.contains(r"[^\s\x{3000}\x{00a0}]").fill_null(False)


def _plain(cell: str | None) -> str:
    return re.sub(r"[\s\u3000:：]", "", cell or "")
