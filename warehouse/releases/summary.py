"""What changed, short enough to be read: what was done, which KPIs it moved, the nation, and the largest changes that mean something."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.releases import facts_behind
from warehouse.releases.compare import Compared
from warehouse.releases.facts_behind import NATION, Cell, Line

# As many of the largest changes as a person reads before deciding; all of them stand in `changes`.
LARGEST = 20


@dataclass(frozen=True)
class Summary:
    """Counts, what was done, the KPIs with their counts, the nation's values and the largest lines; see `of`."""

    values: int
    statuses: int
    regions: int
    periods: int
    kpis: list[dict[str, Any]]
    what: dict[str, Any]
    nation: list[dict[str, Any]]
    largest: list[dict[str, Any]]
    lines: int

    def as_json(self) -> dict[str, Any]:
        """As `preview --json` and `diff --json` print it."""
        return {
            "values": self.values,
            "statuses": self.statuses,
            "regions": self.regions,
            "periods": self.periods,
            **self.what,
            "kpis": self.kpis,
            "nation": self.nation,
            "largest": self.largest,
            "lines": self.lines,
        }

    def sentence(self, language: str = "zh") -> str:
        """How much changes, in one sentence without a full stop."""
        counted = {"kpis": len(self.kpis), "values": self.values, "statuses": self.statuses}
        if language == "en":
            return (
                "{values:,} KPI values and {statuses:,} statuses change, of {kpis} KPIs".format(**counted)
                + f" in {self.regions:,} regions and {self.periods:,} periods"
            )
        said = "{values:,} 个指标值、{statuses:,} 个状态有变化".format(**counted)
        return (
            f"{said}，涉及 {len(self.kpis)} 项指标、{self.regions:,} 个地区、{self.periods:,} 个期间"
            if self.kpis
            else said
        )


def of(compared: Compared) -> Summary:
    """The summary of two compared releases, KPIs in the order of pages, the largest changes first."""
    changes = compared.changes
    lines = lines_of(compared)
    return Summary(
        values=sum(_moves(one) for one in changes),
        statuses=sum(_turns(one) for one in changes),
        regions=len({one["region"] for one in changes}),
        periods=len({one["period"] for one in changes}),
        kpis=_kpis(compared),
        what=compared.what.as_json(),
        nation=_nation(compared),
        largest=[as_line(line, compared) for line in lines if line.regions[-1] != NATION][:LARGEST],
        lines=len(lines),
    )


def weightiest(compared: Compared, most: int) -> list[dict[str, Any]]:
    """The changes that move the nation most, a nation's own before its parts."""
    return sorted(compared.changes, key=lambda one: -one["weight"])[:most]


def lines_of(compared: Compared) -> list[Line]:
    """The changes, each fact in one line, those that move the nation most first."""
    cells = [
        Cell(one["kpi"], one["origin"], one["category"], one["region"], one["period"], one["weight"])
        for one in compared.changes
    ]
    above = {code: region.above for code, region in compared.regions.items()}
    return facts_behind.lines(cells, above.get)


def as_line(line: Line, compared: Compared) -> dict[str, Any]:
    """A line with the numbers of the value that tells it, and how far it reaches."""
    one = compared.changes[line.shown]
    return {
        **one,
        "difference": difference(one),
        "regions": list(line.regions),
        "periods": list(line.periods),
        "grains": line.grains,
        "values": sum(_moves(compared.changes[place]) for place in line.members),
        "statuses": sum(_turns(compared.changes[place]) for place in line.members),
        "weight": line.weight,
    }


def difference(one: dict[str, Any]) -> float | None:
    """By how much a value changes; None where one side has none."""
    return None if one["before"] is None or one["after"] is None else one["after"] - one["before"]


def _moves(one: dict[str, Any]) -> bool:
    return bool(one["before"] != one["after"])


def _turns(one: dict[str, Any]) -> bool:
    return bool(one["status_before"] != one["status_after"])


def _kpis(compared: Compared) -> list[dict[str, Any]]:
    by_kpi: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in compared.changes:
        by_kpi[one["kpi"]].append(one)
    touched = {one.kpi for one in compared.what.definitions} | {one.kpi for one in compared.what.targets}
    found = []
    for kpi, named in compared.kpis.items():
        changes = by_kpi.get(kpi, [])
        if not changes and kpi not in touched:
            continue
        levels = Counter(
            region.level if (region := compared.regions.get(code)) else ""
            for code in {one["region"] for one in changes}
        )
        causes = compared.what.causes_of(kpi, named.programme)
        found.append(
            {
                "kpi": kpi,
                "programme": named.programme,
                "label_zh": named.zh,
                "label_en": named.en,
                "causes": [*causes, *(["file"] if any(one["files"] for one in changes) else [])],
                "values": sum(map(_moves, changes)),
                "new": sum(one["before"] is None and one["after"] is not None for one in changes),
                "gone": sum(one["after"] is None and one["before"] is not None for one in changes),
                "statuses": sum(map(_turns, changes)),
                "turns": _turned(changes),
                "regions": len({one["region"] for one in changes}),
                "levels": dict(sorted(levels.items())),
                "periods": len({one["period"] for one in changes}),
            }
        )
    return found


def _turned(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many turned from which status to which, the most first."""
    counted = Counter((one["status_before"], one["status_after"]) for one in changes if _turns(one))
    return [{"before": before, "after": after, "count": count} for (before, after), count in counted.most_common()]


def _nation(compared: Compared) -> list[dict[str, Any]]:
    """Of each KPI the nation's value of the whole time, and of the latest year, quarter and month that changes."""
    latest: dict[tuple[str, str, int], dict[str, Any]] = {}
    for one in compared.changes:
        if one["region"] == NATION and one["category"] is None:
            key = (one["kpi"], one["origin"], facts_behind.months_in(one["period"]))
            if key not in latest or latest[key]["period"] < one["period"]:
                latest[key] = one
    place = {kpi: number for number, kpi in enumerate(compared.kpis)}
    order = sorted(latest.items(), key=lambda item: (place.get(item[0][0], -1), item[0][1], -item[0][2]))
    return [{**one, "difference": difference(one)} for _, one in order]
