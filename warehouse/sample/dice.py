"""Random draws that come out the same on every machine: a named stream for every column, plain arithmetic only."""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl


class Dice:
    """Draws for the rows of one frame; every method gives one value a row.

    A stream is named by what is drawn, so a new column changes no other. Only `random()` of Python's generator and the
    four operations are used: both are the same everywhere, which logarithms and cosines of a C library are not.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size

    def uniform(self, stream: str) -> pl.Expr:
        """Floats in [0, 1)."""
        draw = random.Random(f"{self._name}/{stream}").random  # noqa: S311 - made-up records, not secrets
        return pl.lit(pl.Series(stream, [draw() for _ in range(self._size)], dtype=pl.Float64))

    def whole(self, stream: str, low: pl.Expr | int, high: pl.Expr | int) -> pl.Expr:
        """Whole numbers from low to high, both included, all as likely."""
        return ((self.uniform(stream) * (high - low + 1)).floor() + low).cast(pl.Int64)

    def chance(self, stream: str, probability: pl.Expr | float) -> pl.Expr:
        """Whether something of this probability happens."""
        return self.uniform(stream) < probability

    def pick(self, stream: str, weights: Mapping[str, float]) -> pl.Expr:
        """One of the keys, as often as its weight says."""
        drawn = self.uniform(stream) * sum(weights.values())
        *others, last = weights
        choice = pl.lit(last)
        reached = sum(weights.values()) - weights[last]
        for value in reversed(others):
            choice = pl.when(drawn < reached).then(pl.lit(value)).otherwise(choice)
            reached -= weights[value]
        return choice

    def quantiles(self, stream: str, knots: Sequence[tuple[float, float]]) -> pl.Expr:
        """Floats whose quantiles are given, `(share of rows below, value)` from 0 to 1, straight between them."""
        drawn = self.uniform(stream)
        value = pl.lit(knots[-1][1])
        for (low, start), (high, end) in reversed(list(pairwise(knots))):
            value = pl.when(drawn < high).then(start + (drawn - low) * ((end - start) / (high - low))).otherwise(value)
        return value
