"""Time two ways of doing one thing in turn and compare their medians."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True)
class Comparison:
    """Seconds of what we do and of the limit, run in turn; `limit` says what the limit is."""

    name: str
    limit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    def line(self) -> str:
        """One line of the report: medians, spread and the ratio of medians."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return (
            f"{self.name}: {ours:.2f} s ({min(self.ours):.2f}–{max(self.ours):.2f}), "
            f"{self.limit}: {theirs:.2f} s ({min(self.theirs):.2f}–{max(self.theirs):.2f}), ratio {ours / theirs:.2f}"
        )


@dataclass(frozen=True)
class Latencies:
    """Seconds that many viewers waited for their answers."""

    name: str
    seconds: tuple[float, ...]

    def line(self) -> str:
        """One line of the report: how many, the median and the 95th percentile."""
        ordered = sorted(self.seconds)
        worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return f"{self.name}: {len(ordered)} answers, p50 {1000 * statistics.median(ordered):.0f} ms, p95 {1000 * worst:.0f} ms"


def in_turn(name: str, ours: Callable[[], object], limit: str, theirs: Callable[[], object]) -> Comparison:
    """Run both RUNS times, A B A B …, after one warm-up of each."""
    ours()
    theirs()
    pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(RUNS)]
    return Comparison(name, limit, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def seconds_of(action: Callable[[], object]) -> float:
    """How long an action takes, by the wall."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
