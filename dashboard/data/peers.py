"""Groups of provinces that are held against each other: by part of the country, by population, by kind of unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data import regions
from dashboard.data.caching import per_release
from dashboard.data.regions import NATION, Region

# The first digit of a region's code is its part of the country (GB/T 2260).
PARTS = {"1": "north", "2": "northeast", "3": "east", "4": "central_south", "5": "southwest", "6": "northwest"}
SIZES = ("large", "medium", "small")
# A group of fewer is no ranking.
LEAST = 3


@dataclass(frozen=True)
class Peers:
    """One group: `code` stands in addresses; `kind` is part, size or division, `name` what tells it among its kind."""

    code: str
    kind: str
    name: str
    members: frozenset[str]


@per_release(4)
def groups(release_id: str, parent: str) -> tuple[Peers, ...]:
    """The groups among the regions right below one; only provinces have what makes groups."""
    if parent != NATION:
        return ()
    every = regions.provinces(release_id)
    found = [
        _group("part", name, [one for one in every if one.code.startswith(digit)]) for digit, name in PARTS.items()
    ]
    counted = sorted((one for one in every if one.population), key=lambda one: -(one.population or 0))
    third = -(-len(counted) // 3)
    for place, name in enumerate(SIZES):
        found.append(_group("size", name, counted[place * third : (place + 1) * third]))
    for name in dict.fromkeys(one.division_type for one in every if one.division_type):
        found.append(_group("division", name, [one for one in every if one.division_type == name]))
    return tuple(one for one in found if len(one.members) >= LEAST)


def find(release_id: str, parent: str, code: str) -> Peers | None:
    """The group of this code, or None."""
    return next((one for one in groups(release_id, parent) if one.code == code), None)


def _group(kind: str, name: str, members: Sequence[Region]) -> Peers:
    return Peers(f"{kind}-{name}", kind, name, frozenset(one.code for one in members))
