"""The regions: nation, provinces, prefectures, counties, and how they contain each other."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release

NATION = "000000"


@dataclass(frozen=True)
class Region:
    """One region of the list; tile position for provinces only."""

    code: str
    name: str
    short_name: str
    abbreviation: str | None
    name_en: str
    level: str
    province_code: str | None
    prefecture_code: str | None
    parent_code: str | None
    is_mainland: bool
    tile_row: int | None
    tile_col: int | None
    division_type: str | None = None
    population: int | None = None


_COLUMNS = """
    region_code as code, region_name as name, coalesce(short_name, region_name) as short_name, abbreviation,
    coalesce(name_en, region_name) as name_en, region_level as level, province_code, prefecture_code, parent_code,
    is_mainland, tile_row, tile_col, division_type, census_population as population
"""


def provinces(release_id: str) -> tuple[Region, ...]:
    """The 34 province-level units in official order."""
    return _all(release_id).provinces


def children(release_id: str, region: str) -> tuple[Region, ...]:
    """The regions right below this one, in official order."""
    return _all(release_id).below.get(region, ())


def lineage(release_id: str, region: str) -> tuple[Region, ...]:
    """From the nation down to this region; empty when the code is unknown."""
    by_code = _all(release_id).by_code
    path: list[Region] = []
    code: str | None = region
    while code and code in by_code:
        path.insert(0, by_code[code])
        code = by_code[code].parent_code
    return tuple(path)


def find(release_id: str, region: str) -> Region | None:
    """The region of this code, or None."""
    return _all(release_id).by_code.get(region)


def named(release_id: str, name: str) -> tuple[Region, ...]:
    """Every region with this name, short name or English name, in official order."""
    return _all(release_id).by_name.get(name.casefold(), ())


def names(region: Region) -> frozenset[str]:
    """What a region is called, in lower case."""
    return frozenset(name.casefold() for name in (region.short_name, region.name, region.name_en))


@dataclass(frozen=True)
class _Regions:
    """Every region of a release, as it is looked up."""

    by_code: dict[str, Region]
    by_name: dict[str, tuple[Region, ...]]
    below: dict[str, tuple[Region, ...]]
    provinces: tuple[Region, ...]


@per_release(4)
def _all(release_id: str) -> _Regions:
    """Read once: a page asks for dozens of regions, and there are a few thousand."""
    sql = f"select {_COLUMNS} from dim_region order by sort_order"  # noqa: S608 - a constant of this module
    found = [Region(**row) for row in connection.rows(release_id, sql)]
    below: dict[str, list[Region]] = {}
    for region in found:
        if region.parent_code:
            below.setdefault(region.parent_code, []).append(region)
    by_name: dict[str, list[Region]] = {}
    for region in found:
        for name in names(region):
            by_name.setdefault(name, []).append(region)
    return _Regions(
        by_code={region.code: region for region in found},
        by_name={name: tuple(regions) for name, regions in by_name.items()},
        below={code: tuple(regions) for code, regions in below.items()},
        provinces=tuple(region for region in found if region.level == "province"),
    )
