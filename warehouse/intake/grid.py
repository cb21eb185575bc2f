"""A grid of strings, the common form of delimited text and workbook sheets before anything is understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

# What `over` says of a line without a single character.
EMPTY_LINE = -(1 << 20)


@dataclass(frozen=True)
class Row:
    """One record of the beginning of a file: its first and last physical line and its cells."""

    line: int
    last_line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class StrayQuote:
    """A quotation mark that ran on to a later line; where it was mended, the lines in between are records of their own."""

    line: int
    last_line: int
    is_mended: bool


@dataclass(frozen=True)
class Block:
    """Some records: string columns c0…, null for blank; the line each begins on; how many cells too many (None: none)."""

    frame: pl.DataFrame
    lines: pl.Series
    over: pl.Series | None
    strays: tuple[StrayQuote, ...] = ()

    @classmethod
    def empty(cls, width: int) -> "Block":
        """A block without records."""
        frame = pl.DataFrame(schema=dict.fromkeys(column_names(width), pl.String))
        return cls(frame, pl.Series([], dtype=pl.UInt32), None)


class Grid(Protocol):
    """What a file looks like once its bytes are understood."""

    def head(self, count: int) -> list[Row]:
        """The first records."""
        ...

    def blocks(self, after: int, width: int) -> Iterator[Block]:
        """The records after line `after`, `width` columns wide."""
        ...


def column_name(index: int) -> str:
    """The name of the column at a position, first 0."""
    return f"c{index}"


def column_names(width: int) -> list[str]:
    """The names of the first `width` columns."""
    return [column_name(index) for index in range(width)]
