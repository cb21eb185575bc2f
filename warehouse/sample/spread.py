"""Whole numbers shared out in proportion, so that the shares add up to exactly what was asked for."""

from collections.abc import Sequence
from math import floor, fsum


def spread(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` shared out by weight (largest remainders first), at least `least` each if there are that many."""
    if least * len(weights) > total:
        least = 0
    left = total - least * len(weights)
    whole = fsum(weights) or 1.0
    exact = [left * weight / whole for weight in weights]
    shares = [floor(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: left - sum(shares)]:
        shares[place] += 1
    return [share + least for share in shares]
