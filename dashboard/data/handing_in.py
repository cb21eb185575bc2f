"""What somebody chooses from who fills in a table: programmes, units, places and months, within what that person may hand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.data import programmes, regions, reporting
from dashboard.data.caching import per_release
from dashboard.data.origins import REAL_ONLY
from dashboard.data.regions import NATION
from warehouse import contracts
from warehouse.access import scopes
from warehouse.contracts import Table

MONTHS = 24


@dataclass(frozen=True)
class Units:
    """Units to choose from; `are_all`: no other may be written."""

    known: tuple[str, ...]
    are_all: bool


def programmes_with_tables(release_id: str) -> dict[str, tuple[str, str]]:
    """The programmes that take files, by code, with their Chinese and English names."""
    with_tables = {table.programme for table in contracts.all_tables()}
    return {
        one.code: (one.short_name_zh, one.name_en)
        for one in programmes.all_programmes(release_id)
        if one.code in with_tables
    }


def units(release_id: str, table: Table, province: str) -> Units:
    """The own units where a scope names them; else those that have reported in the province, this table's first."""
    own = scopes.current().units
    if own is not None:
        return Units(own, True)
    here: set[str] = set()
    elsewhere: set[str] = set()
    for (programme, name, code), known in reporting.units_by_table(release_id, REAL_ONLY).items():
        if province_name(release_id, f"{code}0000") == province:
            (here if (programme, name) == table.key else elsewhere).update(known)
    return Units((*sorted(here), *sorted(elsewhere - here)), False)


def own_provinces(release_id: str) -> frozenset[str] | None:
    """The full names of the provinces that one's own regions lie in; None for any."""
    own = scopes.current().regions
    if own is None:
        return None
    return frozenset(province_name(release_id, code) for code in own) - {""}


def province_name(release_id: str, region: str) -> str:
    """The full name of the province that a region lies in; empty for the nation."""
    path = regions.lineage(release_id, f"{region[:2]}0000") if region != NATION else ()
    return path[-1].name if path else ""


@per_release(64)
def places(release_id: str, province: str) -> tuple[str, ...]:
    """A province and every region below it, in official order; of the own regions where a scope has some."""
    found = next((one for one in regions.provinces(release_id) if one.name == province), None)
    if found is None:
        return ()
    every = [found.code]
    for prefecture in regions.children(release_id, found.code):
        every += [prefecture.code, *(county.code for county in regions.children(release_id, prefecture.code))]
    return tuple(code for code in every if _is_own(release_id, code))


def months(today: date) -> Sequence[str]:
    """The months that may be reported, the latest first."""
    count = today.year * 12 + today.month - 1
    return [f"{one // 12:04d}-{one % 12 + 1:02d}" for one in range(count, count - MONTHS, -1)]


def _is_own(release_id: str, code: str) -> bool:
    own = scopes.current().regions
    return own is None or any(one.code in own for one in regions.lineage(release_id, code))
