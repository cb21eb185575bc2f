"""What is told first of many numbers: how they stand, who is furthest behind, what moved most, whose target is furthest off.

Pages and briefings choose by it and put what was chosen in words of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from warehouse.releases.forecasts.outlook import VERDICTS

Of = TypeVar("Of")
WITH_TARGET = ("met", "on_track", "behind")


@dataclass(frozen=True, slots=True)
class Standing(Generic[Of]):
    """Where one number stands, for whoever holds it as `of`.

    `relative` is its change as a share of what it was, `verdict` and `expected` what is foretold of its target; None where there is none.
    """

    of: Of
    status: str
    value: float | None = None
    target: float | None = None
    relative: float | None = None
    verdict: str | None = None
    expected: float | None = None


def short_of(value: float | None, target: float | None) -> float:
    """How far a value is from its target, as a share of the target; 0 where one of them is missing."""
    return abs(target - value) / abs(target) if value is not None and target else 0.0


def counted(standings: Iterable[Standing[Of]]) -> dict[str, int]:
    """How many are met, on track and behind."""
    statuses = [one.status for one in standings]
    return {name: statuses.count(name) for name in WITH_TARGET}


def behind(standings: Iterable[Standing[Of]]) -> list[Of]:
    """Those behind their targets, the furthest first."""
    late = [one for one in standings if one.status == "behind"]
    return [one.of for one in sorted(late, key=lambda one: -short_of(one.value, one.target))]


def moved(standings: Iterable[Standing[Of]]) -> list[Of]:
    """Those that changed, the largest share first."""
    changed = [(abs(one.relative), one.of) for one in standings if one.relative]
    return [of for _, of in sorted(changed, key=lambda pair: -pair[0])]


def foretold(standings: Iterable[Standing[Of]]) -> list[Of]:
    """Those of whose target something is foretold: the missed before those at risk and met, the furthest off first."""
    known = [
        (VERDICTS.index(one.verdict), short_of(one.expected, one.target), one.of) for one in standings if one.verdict
    ]
    return [of for *_, of in sorted(known, key=lambda three: three[:2], reverse=True)]
