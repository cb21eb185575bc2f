"""The three ways of looking ahead, each with a range that holds eight times out of ten.

trend        a level that moves and drifts: exponential smoothing with drift (ETS(A,N,N) with a constant; Hyndman and Athanasopoulos,
             Forecasting, chapter 8), its level and drift by least squares
pace         a random walk with drift (the same book, 5.2): it goes on as it went from the first value to the last
same_months  within a year, where a year before is known: the months to come add what they added then, times how this year compares
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# With fewer values than these a method says nothing.
TREND_NEEDS = 12
PACE_NEEDS = 6
RUNNING_NEEDS = 3
# What a year has of its own may differ this much from the same months of the year before, not more.
_RATIO_BETWEEN = (0.5, 2.0)
_ALPHAS = tuple(number / 20 for number in range(1, 21))
_Z = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Ahead:
    """Expected value and standard error so many steps ahead, `freedom` degrees behind the error."""

    value: float
    error: float
    freedom: int

    @property
    def half_width(self) -> float:
        """Half of the range that holds eight times out of ten."""
        return quantile(self.freedom) * self.error


def quantile(freedom: int) -> float:
    """The 0.9 quantile of Student's distribution, by its expansion around the normal one; within 1 % from 3 degrees on."""
    z, nu = _Z, max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * nu)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * nu**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * nu**3)
    )


def level(values: Sequence[float], steps: int) -> tuple[str, list[Ahead]] | None:
    """The name of the method that the number of values allows, and what it says of each step; None for too few."""
    if len(values) >= TREND_NEEDS:
        return "trend", trend(values, steps)
    if len(values) >= PACE_NEEDS:
        return "pace", pace(values, steps)
    return None


def trend(values: Sequence[float], steps: int) -> list[Ahead]:
    """Exponential smoothing with drift; how fast the level moves is chosen by the errors one step ahead."""
    fits = [_fitted(values, alpha) for alpha in _ALPHAS]
    return min(fits, key=lambda fit: fit.squares).ahead(steps)


def pace(values: Sequence[float], steps: int) -> list[Ahead]:
    """A random walk with drift."""
    moves = [later - earlier for earlier, later in pairwise(values)]
    count = len(moves)
    drift = sum(moves) / count
    spread = math.sqrt(sum((move - drift) ** 2 for move in moves) / (count - 1))
    return [
        Ahead(values[-1] + step * drift, spread * math.sqrt(step * (1 + step / count)), count - 1)
        for step in range(1, steps + 1)
    ]


def running(
    added: Sequence[float], before: Sequence[float], steps: int, reached: float
) -> tuple[str, list[Ahead]] | None:
    """Of what adds up: `added` month by month so far, `before` all months of the year before, or none.

    `reached` is what stands now. None where too little is known.
    """
    if len(before) >= len(added) + steps and len(added) >= 1:
        return "same_months", _same_months(added, before, steps, reached)
    if len(added) < RUNNING_NEEDS:
        return None
    count = len(added)
    mean = sum(added) / count
    spread = math.sqrt(sum((one - mean) ** 2 for one in added) / (count - 1))
    return "pace", [
        Ahead(reached + step * mean, spread * math.sqrt(step * (1 + step / count)), count - 1)
        for step in range(1, steps + 1)
    ]


def _same_months(added: Sequence[float], before: Sequence[float], steps: int, reached: float) -> list[Ahead]:
    count = len(added)
    then = sum(before[:count])
    ratio = sum(added) / then if then > 0 else 1.0
    # A few months say little about a year: the ratio counts for as much of itself as there are months of six.
    weight = count / (count + 3)
    ratio = 1 + weight * (min(max(ratio, _RATIO_BETWEEN[0]), _RATIO_BETWEEN[1]) - 1)
    mean = sum(before) / len(before)
    apart = [now - ratio * earlier for now, earlier in zip(added, before, strict=False)]
    # How far a month lies from what is expected: this year's from the year before, and that year's from its mean, so that one
    # lucky month is no certainty.
    squares = sum(one**2 for one in apart) + sum((one - mean) ** 2 for one in before)
    freedom = count + len(before) - 2
    spread = math.sqrt(squares / freedom)
    found, rest = [], 0.0
    for step in range(1, steps + 1):
        rest += before[count + step - 1]
        # The months to come scatter, those they are taken from did, and so did those from which the ratio comes.
        of_ratio = (weight * rest / then) ** 2 * count * (1 + ratio**2) if then > 0 else step**2 / count
        error = spread * math.sqrt(step * (1 + ratio**2) + of_ratio)
        found.append(Ahead(reached + ratio * rest, error, freedom))
    return found


@dataclass(frozen=True, slots=True)
class _Fit:
    """Level and drift for one smoothing factor; `inverse` is that of the normal equations, symmetric: (level, both, drift)."""

    alpha: float
    start: float
    drift: float
    base: float
    of_start: float
    of_drift: float
    squares: float
    count: int
    inverse: tuple[float, float, float]

    def ahead(self, steps: int) -> list[Ahead]:
        freedom = max(self.count - 3, 1)
        variance = self.squares / freedom
        found = []
        for step in range(1, steps + 1):
            by_drift = self.of_drift + step - 1
            value = self.base + self.of_start * self.start + by_drift * self.drift
            level_, both, drift = self.inverse
            of_fit = self.of_start**2 * level_ + 2 * self.of_start * by_drift * both + by_drift**2 * drift
            found.append(Ahead(value, math.sqrt(variance * (1 + (step - 1) * self.alpha**2 + max(of_fit, 0))), freedom))
        return found


def _fitted(values: Sequence[float], alpha: float) -> _Fit:
    """What is foretold is `base` + `of_start` × start + `of_drift` × drift, so that both are found by least squares."""
    base, of_start, of_drift = 0.0, 1.0, 1.0
    s11 = s12 = s22 = r1 = r2 = 0.0
    rows: list[tuple[float, float, float]] = []
    for value in values:
        rest = value - base
        rows.append((rest, of_start, of_drift))
        s11 += of_start**2
        s12 += of_start * of_drift
        s22 += of_drift**2
        r1 += of_start * rest
        r2 += of_drift * rest
        base = alpha * value + (1 - alpha) * base
        of_start, of_drift = (1 - alpha) * of_start, (1 - alpha) * of_drift + 1
    determinant = s11 * s22 - s12**2
    inverse = (s22 / determinant, -s12 / determinant, s11 / determinant)
    start, drift = inverse[0] * r1 + inverse[1] * r2, inverse[1] * r1 + inverse[2] * r2
    squares = sum((rest - one * start - other * drift) ** 2 for rest, one, other in rows)
    return _Fit(alpha, start, drift, base, of_start, of_drift, squares, len(values), inverse)
