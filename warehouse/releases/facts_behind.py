"""Changed KPI values gathered by the fact behind them: one case of a county moves sixteen values, and is told in one line.

Of one KPI the changed regions form a tree. A line is a stretch of it without a fork: nation, province, prefecture, county where one county
changed; each province by itself below the nation where several did. The periods of a line are told by the shortest that holds them all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from warehouse.releases.period_changes import ALL, months_of

NATION = "000000"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value changed, and how much of the nation that is (0 is nothing)."""

    kpi: str
    origin: str
    category: str | None
    region: str
    period: str
    weight: float


@dataclass(frozen=True, slots=True)
class Line:
    """The cells that one fact changed, as places in what was given: `shown` is the one whose numbers tell it.

    `regions` are from the widest to the narrowest, `periods` likewise; `grains` counts how many kinds of period there are.
    """

    shown: int
    members: tuple[int, ...]
    regions: tuple[str, ...]
    periods: tuple[str, ...]
    grains: int
    weight: float


def lines(cells: Sequence[Cell], parent_of: Callable[[str], str | None]) -> list[Line]:
    """The cells in lines, those that move the nation most first. `parent_of` gives the region above, None above the nation."""
    series: dict[tuple[str, str, str | None], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, cell in enumerate(cells):
        series[cell.kpi, cell.origin, cell.category][cell.region].append(place)
    found = [
        _line(stretch, of_region, cells)
        for of_region in series.values()
        for stretch in _stretches(of_region, parent_of)
    ]
    return sorted(found, key=lambda line: (-line.weight, cells[line.shown].kpi, line.regions, line.periods))


def _stretches(regions: Iterable[str], parent_of: Callable[[str], str | None]) -> Iterator[list[str]]:
    """The tree of these regions, cut at its forks; each stretch from the widest to the narrowest region."""
    present = set(regions)
    below: dict[str | None, list[str]] = defaultdict(list)
    for region in present:
        above = parent_of(region)
        while above is not None and above not in present:
            above = parent_of(above)
        below[above].append(region)
    begins = list(below[None])
    while begins:
        stretch = [begins.pop()]
        while len(below[stretch[-1]]) == 1:
            stretch.append(below[stretch[-1]][0])
        begins += below[stretch[-1]]
        yield stretch


def _line(stretch: Sequence[str], of_region: Mapping[str, Sequence[int]], cells: Sequence[Cell]) -> Line:
    members = [place for region in stretch for place in of_region[region]]
    periods = sorted({cells[place].period for place in members}, key=_length_first)
    leaves = [one for one in periods if not any(_holds(one, other) and one != other for other in periods)]
    told = next((one for one in reversed(periods) if all(_holds(one, leaf) for leaf in leaves)), None)
    # Deepest first: the narrowest region that has a value of the period told says most of the fact.
    shown = next((place for place in reversed(members) if cells[place].period == told), None)
    if shown is None:
        shown = max(members, key=lambda place: cells[place].weight)
    # What a fact is to the whole is seen in the longest period, where the nation is largest.
    longest = min(of_region[stretch[-1]], key=lambda place: _length_first(cells[place].period))
    return Line(
        shown=shown,
        members=tuple(members),
        regions=tuple(stretch),
        periods=tuple(periods),
        grains=len({months_in(one) for one in periods}),
        weight=cells[longest].weight,
    )


def _length_first(period: str) -> tuple[int, str]:
    return (-months_in(period), period)


@lru_cache(maxsize=4096)
def months_in(period: str) -> int:
    """How long a period is: months of one that is over, more than any for the whole time."""
    if period == ALL:
        return 10_000
    return 12 if len(period) == 4 else 3 if "Q" in period else 1


@lru_cache(maxsize=65_536)
def _holds(outer: str, inner: str) -> bool:
    if outer == ALL or inner == ALL:
        return outer == ALL
    (begin, end), (first, last) = months_of(outer), months_of(inner)
    return begin <= first and last <= end
