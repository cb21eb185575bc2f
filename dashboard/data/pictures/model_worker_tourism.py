"""What the pictures of the model-worker volunteers show: how much each team serves, and where, week by week."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.data import connection, periods
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs

SITES = 8
# With more weeks than these, months are shown.
MOST_WEEKS = 60


@dataclass(frozen=True)
class Team:
    """One team in a period; `hours` is None without a service record, `is_reported` false where its office reported no services."""

    name: str
    region: str
    region_en: str
    level: str
    is_on_register: bool
    is_reported: bool
    shifts: int
    hours: float | None
    hours_sign: str


@dataclass(frozen=True)
class Visitors:
    """Visits at a site in one week or month, None where it served and did not state them."""

    begins: date
    visitors: int | None
    sign: str
    shifts: int


@dataclass(frozen=True)
class Site:
    """One site over time; `visitors` is None where no service stated any."""

    name: str
    region: str
    region_en: str
    visitors: int | None
    sign: str
    shifts: int
    uncounted: int
    over_time: tuple[Visitors, ...]


@dataclass(frozen=True)
class Sites:
    """The sites with most visitors, all sites together, how many there are, and the weeks (or months) from first to last."""

    leaders: tuple[Site, ...]
    together: Site
    count: int
    grain: str
    times: tuple[date, ...]


_PLACED = """
    inner join bridge_region_ancestor as ancestors on things.region_code = ancestors.region_code
    inner join dim_region as regions on things.region_code = regions.region_code
"""
# Services stand in the region of their team; a site is named by where it lies itself.
_SITED = """
    inner join bridge_region_ancestor as ancestors on things.region_code = ancestors.region_code
    inner join dim_region as regions on things.site_region_code = regions.region_code
"""
_REGION = "coalesce(regions.short_name, regions.region_name)"
_REGION_EN = "coalesce(regions.name_en, regions.region_name)"


@per_release(64)
def teams(release_id: str, region: str, period: str, origin: str) -> tuple[Team, ...]:
    """The teams of a region that are on the register at the end of a period or served in it, the most hours first."""
    found = connection.rows(
        release_id,
        f"""
        select team_name as name, {_REGION} as region, {_REGION_EN} as region_en, team_level as level,
            is_on_register, is_reported, shift_count as shifts,
            cast(volunteer_hours as double) as hours, volunteer_hours_sign as hours_sign
        from mart_model_worker_tourism_team_activity as things {_PLACED}
        where ancestors.ancestor_code = $region and period = $period and origin = $origin
        order by volunteer_hours desc nulls last, shift_count desc, regions.sort_order, team_id, team_key
        """,  # noqa: S608 - constants of this module
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Team(**row) for row in found)


@per_release(64)
def sites(release_id: str, region: str, period: str, origin: str) -> Sites | None:
    """Visitors by site and week in a region and period, by month where weeks would be too many; None without a service."""
    first, last = periods.bounds(period)
    chosen = {"region": region, "first": first, "last": last, "origin": origin}
    where = """
        where ancestors.ancestor_code = $region and origin = $origin
            and service_month between cast($first as date) and cast($last as date)
    """
    ranked = connection.rows(
        release_id,
        f"""
        select site_region_code, site_name, count(*) over () as site_count from (
            select site_region_code, site_name, sum(visitors_served) as visitors, sum(shift_count) as shifts
            from mart_model_worker_tourism_site_weeks as things {_SITED} {where}
            group by site_region_code, site_name
        )
        order by visitors desc nulls last, shifts desc, site_region_code, site_name limit {SITES}
        """,  # noqa: S608 - constants of this module
        chosen,
    )
    if not ranked:
        return None
    [span] = connection.rows(
        release_id,
        f"select min(week_start) as first, max(week_start) as last from mart_model_worker_tourism_site_weeks as things"  # noqa: S608
        f" {_SITED} {where}",
        chosen,
    )
    grain = "week" if (span["last"] - span["first"]).days // 7 < MOST_WEEKS else "month"
    begins = "week_start" if grain == "week" else "service_month"
    keys = [f"{row['site_region_code']} {row['site_name']}" for row in ranked]
    rows = connection.rows(
        release_id,
        f"""
        select
            case when list_contains($keys, site_region_code || ' ' || site_name)
                then site_region_code || ' ' || site_name end as site,
            any_value(site_name) as name, any_value({_REGION}) as region, any_value({_REGION_EN}) as region_en,
            {begins} as begins,
            cast(sum(visitors_served) as bigint) as visitors, list(visitors_served_sign) as signs,
            cast(sum(shift_count) as bigint) as shifts, cast(sum(shift_count - counted_shifts) as bigint) as uncounted
        from mart_model_worker_tourism_site_weeks as things {_SITED} {where}
        group by grouping sets ((site, {begins}), ({begins}))
        having site is not null or grouping(site) = 1
        order by begins
        """,  # noqa: S608 - constants of this module
        {**chosen, "keys": keys},
    )
    whole = [row for row in rows if row["site"] is None]
    return Sites(
        leaders=tuple(_site([row for row in rows if row["site"] == key]) for key in keys),
        together=_site(whole),
        count=ranked[0]["site_count"],
        grain=grain,
        times=_times(grain, whole[0]["begins"], whole[-1]["begins"]),
    )


def _site(rows: list[dict[str, Any]]) -> Site:
    known = [row["visitors"] for row in rows if row["visitors"] is not None]
    return Site(
        name=rows[0]["name"],
        region=rows[0]["region"],
        region_en=rows[0]["region_en"],
        visitors=sum(known) if known else None,
        sign=signs.combined(sign for row in rows for sign in row["signs"]),
        shifts=sum(row["shifts"] for row in rows),
        uncounted=sum(row["uncounted"] for row in rows),
        over_time=tuple(
            Visitors(row["begins"], row["visitors"], signs.combined(row["signs"]), row["shifts"]) for row in rows
        ),
    )


def _times(grain: str, first: date, last: date) -> tuple[date, ...]:
    found = [first]
    while found[-1] < last:
        found.append(
            found[-1] + timedelta(days=7) if grain == "week" else (found[-1] + timedelta(days=32)).replace(day=1)
        )
    return tuple(found)
