"""The regions: nation, provinces, prefectures, counties, and how they contain each other."""

from dataclasses import dataclass

import streamlit as st

from dashboard.data import connection

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


_COLUMNS = """
    region_code as code, region_name as name, coalesce(short_name, region_name) as short_name, abbreviation,
    coalesce(name_en, region_name) as name_en, region_level as level, province_code, prefecture_code, parent_code,
    is_mainland, tile_row, tile_col
"""


@st.cache_resource(max_entries=4, show_spinner=False)
def provinces(release_id: str) -> tuple[Region, ...]:
    """The 34 province-level units in official order."""
    return _regions(release_id, "region_level = 'province'", ())


@st.cache_resource(max_entries=256, show_spinner=False)
def children(release_id: str, region: str) -> tuple[Region, ...]:
    """The regions right below this one, in official order."""
    return _regions(release_id, "parent_code = ?", (region,))


@st.cache_resource(max_entries=256, show_spinner=False)
def lineage(release_id: str, region: str) -> tuple[Region, ...]:
    """From the nation down to this region; empty when the code is unknown."""
    path: list[Region] = []
    code: str | None = region
    while code:
        found = _regions(release_id, "region_code = ?", (code,))
        if not found:
            break
        path.insert(0, found[0])
        code = found[0].parent_code
    return tuple(path)


def find(release_id: str, region: str) -> Region | None:
    """The region of this code, or None."""
    path = lineage(release_id, region)
    return path[-1] if path else None


def _regions(release_id: str, condition: str, parameters: tuple[str, ...]) -> tuple[Region, ...]:
    sql = f"select {_COLUMNS} from dim_region where {condition} order by sort_order"  # noqa: S608 - constants of this module
    found = connection.rows(release_id, sql, parameters)
    return tuple(Region(**row) for row in found)
