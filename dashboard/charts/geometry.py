"""Where things stand in a drawing: round numbers of an axis, places in percent from the left and from the top, and the pen."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """What is drawn, in the units of the axes."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, at: float) -> float:
        """Percent from the left."""
        return (at - self.left) / ((self.right - self.left) or 1) * 100

    def y(self, value: float) -> float:
        """Percent from the top."""
        return 100 - (value - self.bottom) / (self.top - self.bottom) * 100

    def path(self, points: Iterable[tuple[float, float | None]]) -> str:
        """The line through points of the axes; one without a value leaves a gap."""
        return pen(None if value is None else (self.x(at), self.y(value)) for at, value in points)

    def place(self, at: float, value: float) -> str:
        """The style of what stands at a point."""
        return f"left:{self.x(at):.2f}%;top:{self.y(value):.2f}%"


def pen(places: Iterable[tuple[float, float] | None], digits: int = 2) -> str:
    """A path from place to place, lifted where there is none."""
    parts = []
    is_down = False
    for place in places:
        if place is not None:
            parts.append(f"{'L' if is_down else 'M'}{place[0]:.{digits}f} {place[1]:.{digits}f}")
        is_down = place is not None
    return " ".join(parts)


def ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers from at most `low` to at least `high`."""
    if high <= low:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    rough = (high - low) / 4
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(size * magnitude for size in (1, 2, 2.5, 5, 10) if size * magnitude >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 10) for index in range(first, last + 1)]


def apart(tops: Sequence[float], room: float) -> list[float]:
    """Sorted places in percent, each at least `room` below the one before; those that had to move are all inside, if there is room."""
    moved: list[float] = []
    for top in tops:
        # As many as have run into each other are spread around where they would be together.
        group = [top]
        while moved and group[0] - moved[-1] < room:
            group.insert(0, moved.pop())
            half = (len(group) - 1) / 2 * room
            margin = min(half + room / 2, 50)
            middle = min(max(sum(group) / len(group), margin), 100 - margin)
            group = [middle - half + place * room for place in range(len(group))]
        moved += group
    return moved
