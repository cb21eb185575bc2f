"""Single records of a delimited text file as they stand in it: their physical lines, line ends included, and their cells."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from warehouse.intake.delimited import DelimitedText


@dataclass(frozen=True)
class RawRecord:
    """A stretch of the file: `cells` is None for what was not asked for."""

    line: int
    text: str
    lines: int
    cells: list[str] | None


def records(grid: DelimitedText, wanted: Collection[int]) -> Iterator[RawRecord]:
    """The whole file, piece by piece; records that begin on a wanted line are cut into their cells."""
    with grid.path.open(encoding=grid.encoding, newline="") as file:
        lines = iter(file)
        number = 1
        for text in lines:
            if number not in wanted:
                yield RawRecord(number, text, 1, None)
                number += 1
                continue
            feed = _Feed(text, lines)
            cells = next(csv.reader(feed, delimiter=grid.delimiter), [])
            yield RawRecord(number, "".join(feed.taken), len(feed.taken), [cell.lstrip("\ufeff") for cell in cells])
            number += len(feed.taken)


class _Feed:
    """A line and those after it, which remembers how many a reader took."""

    def __init__(self, first: str, lines: Iterator[str]) -> None:
        self.taken: list[str] = []
        self._first: str | None = first
        self._lines = lines

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        text = self._first if self._first is not None else next(self._lines)
        self._first = None
        self.taken.append(text)
        return text
