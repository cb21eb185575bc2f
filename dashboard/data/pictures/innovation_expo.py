"""What the pictures of the innovation expo show: whose benefit it is, and how much of it finance has certified."""

import math
from dataclasses import dataclass

from dashboard.data import connection, regions, values
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs

COLUMNS = 80
LEADERS = 200
FEW = 0.2


@dataclass(frozen=True)
class Item:
    """One achievement's benefit of a year in yuan, certified and only declared, and the share of the whole up to it."""

    place: int
    name: str
    owner: str
    certified: float
    declared: float
    sign: str
    running: float


@dataclass(frozen=True)
class Column:
    """Neighbours in rank: the means of their benefits in yuan, and the share (0–1) of the whole up to the last of them."""

    first: int
    last: int
    certified: float
    declared: float
    running: float


@dataclass(frozen=True)
class Concentration:
    """Achievements from the largest benefit down; `few` of them, a fifth rounded up, have `few_share` of the whole."""

    count: int
    total: float
    sign: str
    few: int
    few_share: float
    few_certified: float
    columns: tuple[Column, ...]
    leaders: tuple[Item, ...]


@dataclass(frozen=True)
class Split:
    """Benefit certified by finance and only declared, in yuan, under one heading."""

    name: str
    name_en: str
    certified: float
    certified_sign: str
    declared: float
    declared_sign: str


_RANKED = """
    with ranked as (
        select
            *,
            count(*) over () as achievement_count,
            sum(reported_yuan) over () as total_yuan
        from mart_innovation_expo_benefit_ranking
        where region_code = $region and period = $year and origin = $origin
    )
"""


def year_of(period: str) -> str:
    """The year of benefit a period shows, `all` for all time."""
    return values.year_of(period)


@per_release(64)
def concentration(release_id: str, region: str, period: str, origin: str) -> Concentration | None:
    """How the benefit of a region and year is spread over its achievements; None where none was reported or all are 0."""
    chosen = {"region": region, "year": year_of(period), "origin": origin}
    [whole] = connection.rows(
        release_id,
        f"{_RANKED} select count(*) as count, cast(max(total_yuan) as double) as total, list(distinct reported_sign) as signs"  # noqa: S608 - constants
        " from ranked",
        chosen,
    )
    if not whole["total"]:
        return None
    few = math.ceil(whole["count"] * FEW)
    columns = connection.rows(
        release_id,
        f"""
        {_RANKED}
        select min(place) as first, max(place) as last, cast(avg(certified_yuan) as double) as certified,
            cast(avg(declared_yuan) as double) as declared, cast(max(running_yuan) as double) / $total as running
        from ranked
        group by (place - 1) * least(achievement_count, {COLUMNS}) // achievement_count
        order by 1
        """,  # noqa: S608 - constants of this module
        {**chosen, "total": whole["total"]},
    )
    [top] = connection.rows(
        release_id,
        f"{_RANKED} select cast(sum(reported_yuan) as double) as reported, cast(sum(certified_yuan) as double) as certified"  # noqa: S608 - constants
        " from ranked where place <= $few",
        {**chosen, "few": few},
    )
    leaders = connection.rows(
        release_id,
        f"{_RANKED} select place, coalesce(achievement_name, achievement_id) as name, coalesce(owner_unit, '') as owner,"  # noqa: S608 - constants
        " cast(certified_yuan as double) as certified, cast(declared_yuan as double) as declared, reported_sign as sign,"
        f" cast(running_yuan as double) / $total as running from ranked where place <= {LEADERS} order by place",
        {**chosen, "total": whole["total"]},
    )
    return Concentration(
        count=whole["count"],
        total=whole["total"],
        sign=signs.combined(whole["signs"]),
        few=few,
        few_share=top["reported"] / whole["total"],
        few_certified=top["certified"] / top["reported"],
        columns=tuple(Column(**row) for row in columns),
        leaders=tuple(Item(**row) for row in leaders),
    )


@per_release(64)
def by_type(release_id: str, region: str, period: str, origin: str) -> tuple[Split, ...]:
    """Certified and declared benefit of a region and year by type, the largest first."""
    found = connection.rows(
        release_id,
        "select benefit_type as name, benefit_type as name_en, cast(certified_yuan as double) as certified, certified_sign,"
        " cast(declared_yuan as double) as declared, declared_sign from mart_innovation_expo_benefit_split"
        " where region_code = $region and period = $year and origin = $origin order by certified_yuan + declared_yuan desc, benefit_type",
        {"region": region, "year": year_of(period), "origin": origin},
    )
    return tuple(Split(**row) for row in found)


@per_release(64)
def by_region(release_id: str, parent: str, period: str, origin: str) -> tuple[Split, ...]:
    """The same of the regions right below one that reported any, the largest first, types added."""
    found = connection.rows(
        release_id,
        """
        select split.region_code, sum(cast(certified_yuan as double)) as certified, list(certified_sign) as certified_signs,
            sum(cast(declared_yuan as double)) as declared, list(declared_sign) as declared_signs
        from mart_innovation_expo_benefit_split as split
        inner join dim_region as regions on split.region_code = regions.region_code
        where regions.parent_code = $parent and split.period = $year and split.origin = $origin
        group by split.region_code, regions.sort_order
        order by sum(certified_yuan + declared_yuan) desc, regions.sort_order
        """,
        {"parent": parent, "year": year_of(period), "origin": origin},
    )
    names = {region.code: region for region in regions.children(release_id, parent)}
    return tuple(
        Split(
            _name(names[row["region_code"]]),
            names[row["region_code"]].name_en,
            row["certified"],
            signs.combined(row["certified_signs"]),
            row["declared"],
            signs.combined(row["declared_signs"]),
        )
        for row in found
    )


def _name(region: regions.Region) -> str:
    return region.short_name if region.level == "province" else region.name
