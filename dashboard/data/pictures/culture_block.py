"""What the pictures of the culture blocks show: visits week by week after the opening day, and check-in trails completed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.data import connection
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs


@dataclass(frozen=True)
class Week:
    """The nth week after the opening day: blocks whose week was reported, those with visits, and the visits to all (None: unreported)."""

    number: int
    blocks: int
    active_blocks: int
    visits: int | None
    sign: str


@dataclass(frozen=True)
class Checkins:
    """Check-in activities of a block or region: how many there were, how many say who finished, and of those people and finishers."""

    name_zh: str | None
    name_en: str | None
    activities: int
    counted: int
    participants: int | None
    completed: int | None
    sign: str


@per_release(128)
def weeks(release_id: str, region: str, period: str, origin: str) -> tuple[Week, ...]:
    """Weeks since opening, of all blocks of a region together, that ended by the end of a period."""
    found = connection.rows(
        release_id,
        """
        select weeks.week_number as number, count(*) filter (where weeks.is_reported) as blocks,
            count(*) filter (where weeks.visits > 0) as active_blocks,
            cast(sum(weeks.visits) as integer) as visits, list(distinct weeks.sign) as signs
        from mart_culture_block_weeks as weeks
        inner join bridge_region_ancestor as ancestors on weeks.region_code = ancestors.region_code
        inner join dim_period as periods on weeks.week_end <= periods.period_end
        where ancestors.ancestor_code = $region and periods.period = $period and weeks.origin = $origin
        group by weeks.week_number order by weeks.week_number
        """,
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(_week(row) for row in found)


@per_release(128)
def opened(release_id: str, region: str, period: str, origin: str) -> tuple[date, ...]:
    """Opening days of the blocks of a region that had been open for a week by the end of a period, oldest first."""
    found = connection.rows(
        release_id,
        """
        select weeks.block_key, min(weeks.opened_on) as opened_on
        from mart_culture_block_weeks as weeks
        inner join bridge_region_ancestor as ancestors on weeks.region_code = ancestors.region_code
        inner join dim_period as periods on weeks.week_end <= periods.period_end
        where ancestors.ancestor_code = $region and periods.period = $period and weeks.origin = $origin
        group by weeks.block_key order by opened_on
        """,
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(row["opened_on"] for row in found)


_COUNTS = """
    cast(sum(checkins.activity_count) as integer) as activities, cast(sum(checkins.counted_activities) as integer) as counted,
    cast(sum(checkins.participants) as integer) as participants, cast(sum(checkins.completed) as integer) as completed,
    list(distinct checkins.participants_sign) as participants_signs, list(distinct checkins.completed_sign) as completed_signs
    from mart_culture_block_checkins as checkins
    inner join bridge_region_ancestor as ancestors on checkins.region_code = ancestors.region_code
"""
_WHERE = "where ancestors.ancestor_code = $region and checkins.period = $period and checkins.origin = $origin"


@per_release(128)
def checkins_by_region(release_id: str, region: str, period: str, origin: str) -> tuple[Checkins, ...]:
    """Check-in activities by the regions right below, in official order; those of no region below come last without a name."""
    found = connection.rows(
        release_id,
        f"""
        with children as (
            select bridge.region_code, regions.name_en, regions.sort_order,
                case when regions.region_level = 'province' then regions.short_name else regions.region_name end as name_zh
            from bridge_region_ancestor as bridge
            inner join dim_region as regions on bridge.ancestor_code = regions.region_code
            where regions.parent_code = $region
        )
        select children.name_zh, children.name_en, {_COUNTS}
        left join children on checkins.region_code = children.region_code
        {_WHERE} group by children.name_zh, children.name_en, children.sort_order order by children.sort_order nulls last
        """,  # noqa: S608 - constants of this module
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(_checkins(row) for row in found)


@per_release(128)
def checkins_by_block(release_id: str, region: str, period: str, origin: str) -> tuple[Checkins, ...]:
    """Check-in activities by block, by the blocks' numbers."""
    found = connection.rows(
        release_id,
        f"""
        select checkins.block_id as name_zh, checkins.block_id as name_en, {_COUNTS}
        {_WHERE} group by checkins.block_key, checkins.block_id order by checkins.block_id, checkins.block_key
        """,
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(_checkins(row) for row in found)


def _week(row: dict[str, Any]) -> Week:
    found = row.pop("signs")
    return Week(**row, sign=signs.combined(found))


def _checkins(row: dict[str, Any]) -> Checkins:
    participants, completed = row.pop("participants_signs"), row.pop("completed_signs")
    return Checkins(**row, sign=signs.of_ratio(signs.combined(completed), signs.combined(participants)))
