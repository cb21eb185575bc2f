"""Gives amounts the units that their own rows say, in a column 单位 or 币种 beside them or in 备注."""

import re
from dataclasses import dataclass, field

import polars as pl

from warehouse.intake.grid import Block, column_name
from warehouse.intake.header import Header, Match, normal
from warehouse.intake.note import Note
from warehouse.intake.unit_words import SCALES, YUAN, Unit, read_unit, said_in

_NAMES = re.compile(
    r"(?P<of>.*?)(?:(?:计量|金额|货币|数量|计价|计算)?单位|币种|币别|货币种类|货币|"
    r"(?:currency|monetary|amount)?units?(?:ofmeasure(?:ment)?)?|currency)"
    r"(?:[(\[【].*[)\]】])?"
)
_MAY_SPEAK = (
    r"(?i)[百千万亿萬億仟佰]\s*[元块圆]|单位|單位|币|幣|[港美澳欧日葡]元|美金|英镑|\$|€|£|"
    r"usd|hkd|mop|eur|rmb|cny|yuan|dollar|pataca"
)
_HAS_NUMBER = r"[0-9０-９〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]"
_BARE = r"^[^百千万亿萬億仟佰元块圆]*[0-9０-９一二三四五六七八九十余多〇零.．,，]\s*$"
# A column of so many different texts at its beginning holds no units.
_LOOKED_AT, _FEW_UNITS = 200, 12


@dataclass(frozen=True)
class _UnitColumn:
    """A column of units: where it stands, and the columns of amounts it may be meant for; one of them for certain, or not.

    A column that is not called so (`is_named`) is one where nothing but units of money stands in it.
    """

    index: int
    text: str
    targets: tuple[Match, ...]
    currencies: tuple[Match, ...]
    is_named: bool = True


@dataclass
class RowUnits:
    """What the rows of one file say of the units of their own amounts; rows of which it is not certain wait in `unclear`."""

    header: Header
    unclear: dict[int, tuple[Note, str | None]] = field(default_factory=dict)
    _scaled: set[int] = field(default_factory=set)
    _read: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        measures = [match for match in self.header.matches if _is_measure(match)]
        self._money = [match for match in measures if match.column is not None and match.column.unit == YUAN]
        self._columns = [
            _UnitColumn(match.index, match.text.strip(), targets, tuple(self._money))
            for match in self.header.matches
            if match.column is None and (targets := _targets(match, measures, self._money)) is not None
        ]
        known = {column.index for column in self._columns}
        self._columns += [
            _UnitColumn(
                match.index, match.text.strip(), _beside(match, measures, self._money), tuple(self._money), False
            )
            for match in self.header.matches
            if match.column is None and match.index not in known and self._money
        ]
        self._remarks = self.header.found().get("remarks") if self._money else None

    @property
    def used(self) -> frozenset[int]:
        """Positions of the columns whose units were read."""
        return frozenset(self._read)

    @property
    def is_needed(self) -> bool:
        """Whether the file has anything to look at."""
        return bool(self._columns) or self._remarks is not None

    def spread(self, block: Block) -> Block:
        """The block in which each amount bears the unit that its row says (100 beside 万元 is 100万元)."""
        frame = block.frame
        for column in self._columns:
            frame = self._by_column(column, frame, block.lines)
        if self._remarks is not None:
            self._by_remarks(self._remarks, frame, block.lines)
        return Block(frame, block.lines, block.over)

    def _by_column(self, column: _UnitColumn, frame: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
        said = frame[column_name(column.index)]
        if said.null_count() == len(said) and column.index not in self._scaled:
            return frame
        said = said.str.strip_chars()
        if not column.is_named and said.head(_LOOKED_AT).n_unique() > _FEW_UNITS:
            return frame
        texts = [text for text in said.unique().drop_nulls() if text]
        units = {text: unit for text in texts if (unit := read_unit(text)) is not None}
        if not column.is_named and (len(units) < len(texts) or not any(_is_telling(unit) for unit in units.values())):
            return frame
        if units:
            self._read.add(column.index)
        if column.index not in self._read:
            # Offices, or whatever else somebody calls 单位.
            return frame
        if any(unit.is_foreign or unit.scale != 1 for unit in units.values()):
            self._scaled.add(column.index)
        for text, unit in units.items():
            frame = self._by_unit(column, unit, said == text, frame, lines)
        unknown = [text for text in texts if text not in units and not re.fullmatch(r"[-—/\s]+", text)]
        for text in unknown:
            self._ask("D115.row", text, column, said == text, frame, lines)
        if column.index in self._scaled:
            self._ask("D115.blank", column.text, column, said.is_null() | (said == ""), frame, lines)
        return frame

    def _by_unit(
        self, column: _UnitColumn, unit: Unit, here: pl.Series, frame: pl.DataFrame, lines: pl.Series
    ) -> pl.DataFrame:
        if unit.is_foreign:
            for match in column.currencies:
                frame = _pasted(frame, match, unit.text, here)
            return frame
        meant = [match for match in column.targets if unit.factor(_base(match)) is not None]
        if unit.scale == 1 and (
            not unit.is_money or unit.is_currency_only or len(meant) != 1 or column.index not in self._scaled
        ):
            # 人民币 says the currency, and a row that counts in 元 or 人 is as it should be.
            return self._against_header(unit, meant, here, frame, lines)
        if len(meant) != 1:
            self._ask("D115.row", unit.text, column, here, frame, lines, meant)
            return frame
        [match] = meant
        if match.unit is None:
            return _pasted(frame, match, unit.plain, here)
        return self._against_header(unit, meant, here, frame, lines)

    def _against_header(
        self, unit: Unit, meant: list[Match], here: pl.Series, frame: pl.DataFrame, lines: pl.Series
    ) -> pl.DataFrame:
        """Sets rows aside that say another unit than the header does."""
        for match in meant:
            if match.unit is None or match.factor == unit.factor(_base(match)) or unit.is_currency_only:
                continue
            given = here & frame[column_name(match.index)].str.contains(_HAS_NUMBER).fill_null(False)
            note = Note("D21", {"raw": unit.text, "unit": match.unit, "base": _base(match)})
            self._keep(note, match, lines.filter(given.fill_null(False)))
        return frame

    def _by_remarks(self, remarks: Match, frame: pl.DataFrame, lines: pl.Series) -> None:
        texts = frame[column_name(remarks.index)]
        speaking = texts.str.contains(_MAY_SPEAK).fill_null(False)
        if not speaking.any():
            return
        for text in texts.filter(speaking).unique():
            said = said_in(text)
            units = [
                unit for unit in (*said.units, *said.asks) if unit.is_foreign or (unit.is_money and unit.scale != 1)
            ]
            for unit in units[:1]:
                open_ones = [match for match in self._money if unit.is_foreign or match.unit is None]
                key = "D116.row" if unit.is_foreign else "D115.row"
                for match in open_ones:
                    given = (texts == text) & frame[column_name(match.index)].str.contains(_HAS_NUMBER)
                    note = Note(key, {"raw": unit.text, "name": _name(match), "unit": unit.plain})
                    self._keep(note, match, lines.filter(given.fill_null(False)))

    def _ask(
        self,
        key: str,
        raw: str,
        column: _UnitColumn,
        here: pl.Series,
        frame: pl.DataFrame,
        lines: pl.Series,
        meant: list[Match] | None = None,
    ) -> None:
        columns = meant or list(column.targets) or self._money
        if not columns:
            return
        given = pl.any_horizontal(pl.col(column_name(match.index)).str.contains(_HAS_NUMBER) for match in columns)
        mask = (here & frame.select(given.alias("given")).to_series()).fill_null(False)
        note = Note(key, {"raw": raw, "name": _name(columns[0]), "unit": "万元", "header": column.text})
        self._keep(note, columns[0], lines.filter(mask))

    def _keep(self, note: Note, match: Match, lines: pl.Series) -> None:
        for line in lines:
            self.unclear.setdefault(line, (note, _name(match)))


def _targets(match: Match, measures: list[Match], money: list[Match]) -> tuple[Match, ...] | None:
    """The columns that a column of units may be meant for; None when its header is not that of one."""
    found = _NAMES.fullmatch(normal(match.text))
    if found is None:
        return None
    of = found.group("of")
    if of:
        return tuple(one for one in measures if one.column is not None and of in _called(one)) or None
    return _beside(match, measures, money)


def _beside(match: Match, measures: list[Match], money: list[Match]) -> tuple[Match, ...]:
    if len(money) == 1:
        return (*money, *(one for one in measures if one.index == match.index - 1 and one not in money))
    return tuple(money or measures)


def _is_telling(unit: Unit) -> bool:
    return unit.is_foreign or (unit.is_money and unit.scale != 1)


def _called(match: Match) -> set[str]:
    assert match.column is not None
    return {normal(match.text), normal(match.column.header), *(normal(word) for word in match.column.synonyms)}


def _pasted(frame: pl.DataFrame, match: Match, unit: str, here: pl.Series) -> pl.DataFrame:
    """The amounts of these rows with the unit behind them, unless they say one themselves."""
    name = column_name(match.index)
    raw = pl.col(name)
    scale = next((word for word in sorted(SCALES, key=len, reverse=True) if unit.startswith(word)), unit)
    says_it = raw.str.strip_chars().str.ends_with(unit) | raw.str.strip_chars().str.ends_with(scale)
    bare = raw.str.contains(_HAS_NUMBER) & (raw.str.contains(_BARE) | ~says_it)
    return frame.with_columns(
        pl.when(pl.lit(here) & bare).then(raw.str.strip_chars() + unit).otherwise(raw).alias(name)
    )


def _is_measure(match: Match) -> bool:
    return match.column is not None and match.column.is_number and bool(match.column.unit) and not match.column.ratio


def _base(match: Match) -> str | None:
    return match.column.unit if match.column is not None else None


def _name(match: Match) -> str:
    return match.column.header if match.column is not None else match.text
