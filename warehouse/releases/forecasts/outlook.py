"""Where one KPI of one region will stand at its target's date, in words that can be held against it later.

Nothing is foretold for a target without a date or with one that is over, from too few values, from values that may not be shown, or where
others reported than do now. Definitions cannot differ within a release: every value of it is worked out from rows by the same one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from warehouse.releases import period_changes
from warehouse.releases.forecasts import methods

# Who looks further back than this sees another time.
MOST_STEPS_BACK = 36
# Of those who report, so many must have done so all along; tenths, as for comparisons.
_ENOUGH = 0.9
_STEP_MONTHS = {"month": 1, "quarter": 3, "year": 12}

MET, AT_RISK, MISSED = "met", "at_risk", "missed"
VERDICTS = (MET, AT_RISK, MISSED)


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides how a KPI is looked at: its rhythm, how its periods hang together, and within which bounds it lies."""

    grain: str
    basis: str
    is_ratio: bool
    is_additive_over_time: bool
    direction: str
    is_share: bool
    may_pass_one: bool = False

    @property
    def is_running(self) -> bool:
        """Whether a month's value holds what its year had before."""
        return self.basis == "year_to_date"

    @property
    def is_flow(self) -> bool:
        """Whether months add up to what the target is about."""
        return not self.is_ratio and self.basis == "period" and self.is_additive_over_time


@dataclass(frozen=True, slots=True)
class Aim:
    """A target and its dates; without dates nothing is foretold."""

    target: float
    target_upper: float | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked at of a value of the KPI's own rhythm."""

    period: str
    value: float | None
    qualifier: str = ""
    is_hidden: bool = False
    is_backfilled: bool = False
    provinces_reported: int | None = None
    reported_units: int | None = None
    due_units: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is expected of one period to come."""

    period: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The expected value at the target's date and the range that holds eight times out of ten.

    `now` is what stands in `of` (of a flow, what has added up since the target's first day); `pace` is what a period adds as it
    goes, `needed` what it would have to add. `is_bound` says that all of it is a lower bound. `steps` lead there; a flow has none.
    """

    value: float
    low: float
    high: float
    at: date
    method: str
    verdict: str
    of: str
    now: float
    pace: float
    needed: float
    points: int
    is_bound: bool
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, object]:
        """As `unionboard kpi --json` prints it."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "at": self.at.isoformat(),
            "method": self.method,
            "verdict": self.verdict,
            "pace": self.pace,
            "needed": self.needed,
        }


@dataclass(frozen=True, slots=True)
class Unforetold:
    """Why nothing is said: no_date, over, too_few, coverage, hidden, inexact."""

    reason: str


def look(kind: Kind, aim: Aim, history: Sequence[Known]) -> Outlook | Unforetold:
    """What is expected at the target's date. `history` are the values of the KPI's own rhythm, oldest first."""
    if aim.end is None:
        return Unforetold("no_date")
    known = _unbroken(history)
    if not known:
        return Unforetold("too_few")
    end = period_of(kind.grain, aim.end)
    steps = _between(known[-1].period, end, kind.grain)
    if steps < 1:
        return Unforetold("over")
    if (reason := _unfit(known)) is not None:
        return Unforetold(reason)
    values = [one.value for one in known if one.value is not None]
    found = _found(kind, aim, known, values, steps)
    if found is None:
        return Unforetold("too_few")
    method, ahead, now = found
    floor = now if kind.is_flow or kind.is_running else min(0.0, *values)
    top = 1.0 if kind.is_share and not kind.may_pass_one else float("inf")
    bounded = [_bounded(one, floor, top) for one in ahead]
    at, low, high = bounded[-1]
    periods = _periods_after(known[-1].period, steps)
    drawn = () if kind.is_flow else tuple(Step(period, *one) for period, one in zip(periods, bounded, strict=True))
    return Outlook(
        value=at,
        low=low,
        high=high,
        at=aim.end,
        method=method,
        verdict=_verdict(kind.direction, aim, low, high),
        of=known[-1].period,
        now=now,
        pace=(ahead[-1].value - now) / steps,
        needed=(_nearest(kind.direction, aim, now) - now) / steps,
        points=len(values),
        is_bound=any(one.qualifier == "≥" for one in known),
        steps=drawn,
    )


def _found(
    kind: Kind, aim: Aim, known: Sequence[Known], values: Sequence[float], steps: int
) -> tuple[str, list[methods.Ahead], float] | None:
    """The method, what it says of each step, and what stands now."""
    if not kind.is_running and not kind.is_flow:
        # A state that was only reported later is not how it went.
        own = [one.value for one in known if not one.is_backfilled and one.value is not None]
        level = methods.level(own, steps)
        return (*level, values[-1]) if level is not None else None
    first = period_changes.months_of(known[-1].period)[0][:4] + "-01"
    if kind.is_flow and aim.start is not None:
        first = f"{aim.start:%Y-%m}"
    added = _added(kind, known)
    own_added = [amount for period, amount in added if period_changes.months_of(period)[0] >= first]
    if not own_added or period_changes.months_of(_first(added, first))[0] != first:
        # What came before the first value known is not known, so what has added up is not either.
        return None
    per_year = 12 // _STEP_MONTHS[kind.grain]
    earlier = [amount for period, amount in added if period_changes.months_of(period)[0] < first]
    before = earlier[-per_year:] if len(earlier) >= per_year and len(own_added) + steps <= per_year else []
    now = sum(own_added)
    running = methods.running(own_added, before, steps, now)
    return (*running, now) if running is not None else None


def _first(added: Sequence[tuple[str, float]], first: str) -> str:
    return next(period for period, _ in added if period_changes.months_of(period)[0] >= first)


def _added(kind: Kind, known: Sequence[Known]) -> list[tuple[str, float]]:
    """What each period added. Of a running sum whose first period is not its year's first, that one is not known."""
    amounts = [(one.period, one.value or 0.0) for one in known]
    if not kind.is_running:
        return amounts
    begins = [amounts[0]] if period_changes.months_of(amounts[0][0])[0].endswith("-01") else []
    return begins + [
        (later, amount if period_changes.months_of(later)[0].endswith("-01") else amount - before)
        for (_, before), (later, amount) in pairwise(amounts)
    ]


def _unbroken(history: Sequence[Known]) -> list[Known]:
    """The last values that follow each other without a gap."""
    found: list[Known] = []
    for one in reversed(history):
        if one.value is None and not one.is_hidden:
            if found:
                break
            continue
        if found and period_changes.period_before(found[-1].period) != one.period:
            break
        found.append(one)
        if len(found) == MOST_STEPS_BACK:
            break
    return found[::-1]


def _unfit(known: Sequence[Known]) -> str | None:
    """Why these values do not say where they lead."""
    if any(one.is_hidden for one in known):
        return "hidden"
    if any(one.qualifier not in ("", "≥") for one in known) or len({one.qualifier for one in known}) > 1:
        return "inexact"
    shares: list[Callable[[Known], float | None]] = [
        lambda one: one.provinces_reported,
        lambda one: one.reported_units / one.due_units if one.reported_units is not None and one.due_units else None,
    ]
    own = [one for one in known if not one.is_backfilled] or known
    for share in shares:
        found = [amount for one in own if (amount := share(one)) is not None]
        if found and min(found) < _ENOUGH * max(found):
            return "coverage"
    return None


def _bounded(one: methods.Ahead, floor: float, top: float) -> tuple[float, float, float]:
    value, low, high = one.value, one.value - one.half_width, one.value + one.half_width
    value, low, high = (min(max(number, floor), top) for number in (value, low, high))
    return value, low, high


def _verdict(direction: str, aim: Aim, low: float, high: float) -> str:
    least = aim.target if direction != "lower" else float("-inf")
    most = aim.target if direction == "lower" else aim.target_upper if direction == "range" else None
    most = float("inf") if most is None else most
    if low >= least - 1e-9 and high <= most + 1e-9:
        return MET
    return MISSED if high < least - 1e-9 or low > most + 1e-9 else AT_RISK


def _nearest(direction: str, aim: Aim, now: float) -> float:
    """What has to be reached: the target; of a range its nearer end, or nothing more inside it."""
    if direction == "range" and aim.target_upper is not None:
        return min(max(now, aim.target), aim.target_upper)
    return aim.target


def period_of(grain: str, day: date) -> str:
    """The period of this rhythm in which a day lies."""
    if grain == "year":
        return f"{day.year}"
    return f"{day.year}Q{(day.month + 2) // 3}" if grain == "quarter" else f"{day:%Y-%m}"


def _between(first: str, last: str, grain: str) -> int:
    """How many periods of this rhythm lie from one to the other, the latter included."""
    months = [
        int(end[:4]) * 12 + int(end[5:])
        for end in (period_changes.months_of(first)[1], period_changes.months_of(last)[1])
    ]
    return (months[1] - months[0]) // _STEP_MONTHS[grain]


def _periods_after(period: str, steps: int) -> list[str]:
    found = []
    for _ in range(steps):
        period = _after(period)
        found.append(period)
    return found


def _after(period: str) -> str:
    if "Q" in period:
        year, quarter = int(period[:4]), int(period[5])
        return f"{year + 1}Q1" if quarter == 4 else f"{year}Q{quarter + 1}"
    if "-" not in period:
        return str(int(period) + 1)
    year, month = int(period[:4]), int(period[5:])
    return f"{year + 1}-01" if month == 12 else f"{year}-{month + 1:02d}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the list of targets: for its own region, or for all within it."""

    region: str
    is_within: bool
    aim: Aim


def aim_of(lineage: Sequence[str], targets: Sequence[Placed], day: date, kind: Kind) -> Aim | None:
    """The target that holds for a region on a day, as the release judges by it: the nearest one, then the one that ends first.

    `lineage` goes from the region itself up to the nation.
    """
    held = [
        (lineage.index(one.region), one.aim.end or date.max, one.aim.target, one.aim)
        for one in targets
        if one.region in lineage and (one.is_within or one.region == lineage[0]) and _holds(one.aim, day, kind)
    ]
    return min(held, key=lambda one: one[:3])[3] if held else None


def _holds(aim: Aim, day: date, kind: Kind) -> bool:
    if aim.start is None:
        return kind.is_ratio or kind.basis != "period"
    return aim.start <= day and (aim.end is None or day <= aim.end)
