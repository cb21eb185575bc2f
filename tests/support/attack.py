"""What a reader could work out of hidden cells: by equality, by subtraction again and again, and by solving all sums together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy

# region, period
Cell = tuple[str, str]


@dataclass(frozen=True)
class Lattice:
    """Cells as sums of smallest parts (a region's own records in a month): which of them are hidden, and what each cell adds up.

    A part is unknown only where its cell is hidden and it has records, or nothing below it has: whoever attacks is taken to know which
    regions report records of their own, and every part that is shown or never was.
    """

    hidden: frozenset[Cell]
    parts: Mapping[Cell, frozenset[int]]
    regions_below: Mapping[str, frozenset[str]]
    periods_within: Mapping[str, frozenset[str]]


def lattice(
    release: duckdb.DuckDBPyConnection,
    programme: str,
    fact: str,
    dates: Iterable[str],
    origin: str,
    only: frozenset[Cell] | None = None,
) -> Lattice:
    """The lattice of one fact and origin of a release; with `only`, as if these cells alone were hidden."""
    parent = dict(release.execute("select region_code, coalesce(parent_code, '') from dim_region").fetchall())
    above, longer, within, below = defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set)
    for region, ancestor in release.execute("select region_code, ancestor_code from bridge_region_ancestor").fetchall():
        above[region].add(ancestor)
    length = {"month": 3, "quarter": 2, "year": 1, "all": 0}
    grains = dict(release.execute("select period, period_grain from dim_period").fetchall())
    for month, period in release.execute(
        "select months.period, longer.period from bridge_month_period as longer"
        " inner join dim_period as months on months.period_grain = 'month' and months.period_start = longer.month_start"
    ).fetchall():
        longer[month].add(period)
    sql = f"select region, period from mart_{programme}_hidden_cells where origin = ?"
    hidden = frozenset(release.execute(sql, [origin]).fetchall()) if only is None else only
    sql = (
        f"select distinct region, period from mart_{programme}_kpi_values where origin = ? and period_grain <> 'span'"
        " and kpi in (select kpi from dim_kpi where fact_model = ?)"
    )
    there = set(release.execute(sql, [origin, fact]).fetchall()) | hidden
    months = {period for _, period in there if grains.get(period) == "month"}
    for month in months:
        chain = sorted(longer[month], key=lambda period: length[grains[period]])
        for whole, part in pairwise(chain):
            within[whole].add(part)
    regions = {region for region, _ in there}
    for region in regions:
        below[parent[region]].add(region)
    listed = ", ".join(f"strftime({name}, '%Y-%m')" for name in dates)
    own = set(
        release.execute(
            f"select distinct region_code, unnest([{listed}]) from {fact} where origin = ? and not is_orphan", [origin]
        ).fetchall()
    )
    parts: dict[Cell, set[int]] = defaultdict(set)
    unknown = [
        (region, month)
        for region in sorted(regions)
        for month in sorted(months)
        if (region, month) in hidden and (not below[region] or (region, month) in own)
    ]
    for number, (region, month) in enumerate(unknown):
        for ancestor in above[region]:
            for period in longer[month]:
                parts[ancestor, period].add(number)
    return Lattice(
        hidden,
        {cell: frozenset(found) for cell, found in parts.items()},
        {region: frozenset(found) for region, found in below.items()},
        {period: frozenset(found) for period, found in within.items()},
    )


def by_subtraction(of: Lattice) -> set[Cell]:
    """Hidden cells that follow when a whole and all but one of its parts are known, over and over until nothing new follows."""
    known = {cell for cell in of.parts if cell not in of.hidden}
    found: set[Cell] = set()
    while True:
        fresh = set()
        for region, period in of.parts:
            for together in (
                [(one, period) for one in of.regions_below.get(region, ())],
                [(region, one) for one in of.periods_within.get(period, ())],
            ):
                open_parts = [cell for cell in together if of.parts.get(cell) and cell not in known]
                covered = frozenset().union(*(of.parts.get(cell, frozenset()) for cell in together))
                if covered != of.parts[region, period]:
                    continue
                if (region, period) in known and len(open_parts) == 1:
                    fresh.add(open_parts[0])
                elif (region, period) not in known and not open_parts:
                    fresh.add((region, period))
        if not fresh - known:
            return found
        found |= fresh & of.hidden
        known |= fresh


def by_solving(of: Lattice) -> set[Cell]:
    """Hidden cells that all shown sums together determine: linear algebra, block by block of what hangs together."""
    sums = {found for cell, found in of.parts.items() if cell not in of.hidden and not _follows(of, cell)}
    block = _blocks(sums)
    by_block: dict[int, list[frozenset[int]]] = defaultdict(list)
    for one in sums:
        by_block[block(next(iter(one)))].append(one)
    bases = {}
    for name, equations in by_block.items():
        place = {part: number for number, part in enumerate(sorted(frozenset().union(*equations)))}
        matrix = numpy.zeros((len(equations), len(place)))
        for row, equation in enumerate(equations):
            matrix[row, [place[part] for part in equation]] = 1
        _, sizes, directions = numpy.linalg.svd(matrix, full_matrices=False)
        bases[name] = (place, directions[sizes > 1e-8])
    return {cell for cell in of.hidden if of.parts.get(cell) and _is_determined(of.parts[cell], block, bases)}


def _is_determined(asked: frozenset[int], block, bases) -> bool:  # type: ignore[no-untyped-def]
    by_block: dict[int, list[int]] = defaultdict(list)
    for part in asked:
        by_block[block(part)].append(part)
    for name, parts in by_block.items():
        if name not in bases or any(part not in bases[name][0] for part in parts):
            return False
        place, basis = bases[name]
        direction = numpy.zeros(len(place))
        direction[[place[part] for part in parts]] = 1
        if numpy.linalg.norm(direction - basis.T @ (basis @ direction)) > 1e-6:
            return False
    return True


def _follows(of: Lattice, cell: Cell) -> bool:
    """Whether a shown sum is the sum of shown sums, so that it says nothing new."""
    region, period = cell
    for together in (
        [(one, period) for one in of.regions_below.get(region, ())],
        [(region, one) for one in of.periods_within.get(period, ())],
    ):
        if together and not any(one in of.hidden for one in together):
            covered = frozenset().union(*(of.parts.get(one, frozenset()) for one in together))
            if covered == of.parts[cell]:
                return True
    return False


def _blocks(sums: Iterable[frozenset[int]]):  # type: ignore[no-untyped-def]
    leader: dict[int, int] = {}

    def find(part: int) -> int:
        while leader.setdefault(part, part) != part:
            leader[part] = leader[leader[part]]
            part = leader[part]
        return part

    for one in sums:
        first, *others = one
        for other in others:
            leader[find(other)] = find(first)
    return find
