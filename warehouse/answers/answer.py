"""What an answer is: rows of one release, how many there are in all, and what must be said with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.answers.asked import Asked, Parameter
from warehouse.answers.columns import Column
from warehouse.answers.source import Source

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Which of the rows are wanted; a release never changes, so that a place in it stays."""

    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Caveat:
    """What must be said with numbers: a word for programs, and a sentence in both languages."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Answer:
    """Rows in the order of the question; `total` counts those of all pages."""

    columns: tuple[Column, ...]
    rows: list[Row]
    total: int
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question: its name, what it asks, its parameters, what its answer's columns are, and who answers it.

    `extra` are columns that come only when they are asked for by name.
    """

    name: str
    about_zh: str
    about_en: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    ask: Callable[[Source, Asked, Page, frozenset[str]], Answer]
    extra: tuple[Column, ...] = ()


def paged(columns: Sequence[Column], rows: Sequence[Row], page: Page, caveats: Sequence[Caveat] = ()) -> Answer:
    """The rows of a page, each with the columns of the answer in their order."""
    end = None if page.limit is None else page.offset + page.limit
    kept = [{column.name: row.get(column.name) for column in columns} for row in rows[page.offset : end]]
    return Answer(tuple(columns), kept, len(rows), tuple(caveats))
