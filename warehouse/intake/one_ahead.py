"""Makes the next of a row of things while the last one is used."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")


def one_ahead(things: Iterator[Thing]) -> Iterator[Thing]:
    """The same things in the same order; what making one raises is raised where it would have come. One more is held at a time."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(_next, things)
        while made := coming.result():
            coming = maker.submit(_next, things)
            yield made[0]


def _next(things: Iterator[Thing]) -> tuple[Thing] | None:
    for thing in things:
        return (thing,)
    return None
