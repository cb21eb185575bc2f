"""同口径: the same provinces then and now, where others reported than before.

Where at least nine tenths of the provinces of either period are in both, their difference is the difference that is told.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """What is looked at of one value: of the whole, or of a province. Months are YYYY-MM."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    qualifier: str = ""
    is_hidden: bool = False
    reported_from: str | None = None
    reported_to: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How a KPI's provinces make its whole: a ratio by sums over sums, others by adding up, if they do."""

    is_ratio: bool
    is_additive: bool


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """The provinces in both periods together: then, now, how many they are, and how many are in either."""

    before: float
    now: float
    parts: int
    of: int

    @property
    def is_enough(self) -> bool:
        """Whether this difference stands for the whole."""
        return self.parts * 10 >= self.of * 9

    @property
    def difference(self) -> float:
        """By how much they have moved."""
        return self.now - self.before

    def as_json(self) -> dict[str, Any]:
        """As `unionboard kpi --json` prints it."""
        return {
            "before": self.before,
            "now": self.now,
            "difference": self.difference,
            "relative": self.difference / abs(self.before) if self.before else None,
            "units": self.parts,
            "of": self.of,
            "is_enough": self.is_enough,
        }


def worked_out(
    kind: Kind,
    wholes: tuple[Part, Part],
    parts: tuple[Mapping[str, Part], Mapping[str, Part]],
    span: tuple[str, str],
    begins: str,
) -> LikeForLike | None:
    """Those in both periods, added up; None where adding them up would say something else. Each pair is (now, before).

    `span` are the months compared in the later period, `begins` the first month of the earlier one: a province that has not reported
    all of both is in neither. That provinces make the whole is checked, not assumed. A hidden one gives None as well, because a
    difference would tell it.
    """
    if not (kind.is_ratio or kind.is_additive):
        return None
    if any(part.is_hidden for side in parts for part in side.values()):
        return None
    if not all(_adds_up(kind, whole, side) for whole, side in zip(wholes, parts, strict=True)):
        return None
    now, before = ({code: part for code, part in side.items() if _counts(kind, part)} for side in parts)
    both = [code for code in now if code in before and _is_whole(now[code], span, begins)]
    totals = [_total(kind, [side[code] for code in both]) for side in (now, before)]
    if not both or totals[0] is None or totals[1] is None:
        return None
    return LikeForLike(totals[1], totals[0], len(both), len(now.keys() | before.keys()))


def _is_whole(now: Part, span: tuple[str, str], begins: str) -> bool:
    return (now.reported_to or span[1]) >= span[1] and (now.reported_from or begins) <= begins


def _counts(kind: Kind, part: Part) -> bool:
    """Whether a province is in a period. One that reported but had nothing to divide by is, and adds nothing to either side."""
    if part.qualifier:
        return False
    if part.value is None:
        return kind.is_ratio
    return not kind.is_ratio or (part.numerator is not None and part.denominator is not None)


def _adds_up(kind: Kind, whole: Part, parts: Mapping[str, Part]) -> bool:
    counted = [part for part in parts.values() if _counts(kind, part)]
    if kind.is_ratio:
        return _same(sum(part.numerator or 0 for part in counted), whole.numerator) and _same(
            sum(part.denominator or 0 for part in counted), whole.denominator
        )
    return _same(sum(part.value or 0 for part in counted), whole.value)


def _total(kind: Kind, parts: Sequence[Part]) -> float | None:
    if not kind.is_ratio:
        return sum(part.value or 0 for part in parts)
    below = sum(part.denominator or 0 for part in parts)
    return sum(part.numerator or 0 for part in parts) / below if below else None


def _same(total: float, whole: float | None) -> bool:
    return whole is not None and math.isclose(total, whole, rel_tol=1e-9, abs_tol=1e-9)
