"""Values that differ between two releases, as pages read them: from a preview, a manifest or two releases on disk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.data import regions, sight
from warehouse.releases import facts_behind
from warehouse.releases.facts_behind import Cell, Line


@dataclass(frozen=True)
class Change:
    """One KPI value before and after, and its status; `is_small` hides the numbers.

    `rows` and `lines` are those of the previewed files in this region; `causes` are definition, target, code, list and file.
    """

    kpi: str
    region: str
    period: str
    origin: str
    category: str | None
    before: float | None
    after: float | None
    is_small: bool
    files: tuple[str, ...]
    rows: int
    lines: str
    status_before: str
    status_after: str
    causes: tuple[str, ...]
    weight: float


def of(found: Iterable[Mapping[str, Any]] | None) -> list[Change]:
    """The changes of a document of ours that whoever looks may see; one of an earlier version says nothing of statuses and causes."""
    told = [
        Change(
            kpi=one["kpi"],
            region=one["region"],
            period=one["period"],
            origin=one.get("origin", ""),
            category=one.get("category"),
            before=one.get("before"),
            after=one.get("after"),
            is_small=bool(one.get("is_small")),
            files=tuple(one.get("files") or ()),
            rows=one.get("rows") or 0,
            lines=one.get("lines") or "",
            status_before=one.get("status_before") or "",
            status_after=one.get("status_after") or "",
            causes=tuple(one.get("causes") or ()),
            weight=one.get("weight") or 0.0,
        )
        for one in found or ()
    ]
    return sight.of_own_regions(told)


def by_fact(found: Sequence[Change], release_id: str) -> list[Line]:
    """The changes in lines, one fact each, those that move the nation most first; see warehouse/releases/facts_behind.py."""
    cells = [Cell(one.kpi, one.origin, one.category, one.region, one.period, one.weight) for one in found]

    def above(code: str) -> str | None:
        region = regions.find(release_id, code)
        return region.parent_code if region else None

    return facts_behind.lines(cells, above)
