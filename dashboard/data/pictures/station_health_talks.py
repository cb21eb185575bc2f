"""What the pictures of the stations show: which are reached by health talks, and the four improvements, each by itself."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release

REACHED = "reached"
BEFORE = "before"
NEVER = "never"
NOT_REPORTED = "not_reported"
DIMENSIONS = ("服务品质", "运维管理", "知名度", "干部能力")


@dataclass(frozen=True)
class Station:
    """A station that runs at the end of a period: a talk in the period, only before it, never, or its office reported none."""

    name: str
    state: str


@dataclass(frozen=True)
class Reach:
    """Stations of a region (name None: its own, below no other) running at period end: how many reached, of how many nothing reported."""

    name_zh: str | None
    name_en: str | None
    running: int
    reached: int
    before: int
    silent: int

    @property
    def never(self) -> int:
        """Stations that no talk has ever reached."""
        return self.running - self.reached - self.before - self.silent


@dataclass(frozen=True)
class Score:
    """The mean score (0 to 100) of one dimension in one period, over so many assessments."""

    period: str
    dimension: str
    value: float
    assessments: int
    sign: str


# Of the states of a station the one that was true at the end of the period counts.
_RUNNING = """
    with running as (
        select
            reach.station_key, reach.station_id, reach.station_name, reach.region_code,
            coalesce(sum(reach.talk_count) filter (where reach.talk_month between periods.period_start and periods.period_end), 0) as talks,
            coalesce(sum(reach.talk_count) filter (where reach.talk_month < periods.period_start), 0) as earlier_talks,
            bool_or(told.reporting_unit is not null) as is_told
        from mart_station_health_talks_reach as reach
        inner join bridge_region_ancestor as ancestors on reach.region_code = ancestors.region_code
        inner join dim_period as periods
            on reach.running_from <= periods.period_end and periods.period_start <= reach.known_until
            and (reach.running_to is null or reach.running_to > periods.period_end)
        left join (
            select distinct submissions.reporting_unit
            from fct_submissions as submissions
            inner join bridge_month_period as months on submissions.report_month = months.month_start
            where submissions.programme = 'station_health_talks' and submissions.table_name = 'talk'
                and submissions.origin = $origin and months.period = $period
        ) as told on reach.reporting_unit = told.reporting_unit
        where ancestors.ancestor_code = $region and periods.period = $period and reach.origin = $origin
        group by reach.station_key, reach.station_id, reach.station_name, reach.region_code
    )
"""


@per_release(128)
def stations(release_id: str, region: str, period: str, origin: str) -> tuple[Station, ...]:
    """Every station that runs at the end of a period, by its number."""
    found = connection.rows(
        release_id,
        f"""
        {_RUNNING}
        select station_name as name,
            case
                when talks > 0 then 'reached' when not is_told then 'not_reported' when earlier_talks > 0 then 'before' else 'never'
            end as state
        from running order by station_id, station_key
        """,  # noqa: S608 - constants of this module
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Station(**row) for row in found)


@per_release(128)
def by_region(release_id: str, region: str, period: str, origin: str) -> tuple[Reach, ...]:
    """Stations by the regions right below, the one with most that were never reached first."""
    found = connection.rows(
        release_id,
        f"""
        {_RUNNING},
        children as (
            select bridge.region_code, regions.name_en, regions.sort_order,
                case when regions.region_level = 'province' then regions.short_name else regions.region_name end as name_zh
            from bridge_region_ancestor as bridge
            inner join dim_region as regions on bridge.ancestor_code = regions.region_code
            where regions.parent_code = $region
        )
        select children.name_zh, children.name_en, count(*) as running, count(*) filter (where talks > 0) as reached,
            count(*) filter (where talks = 0 and is_told and earlier_talks > 0) as before,
            count(*) filter (where talks = 0 and not is_told) as silent
        from running left join children on running.region_code = children.region_code
        group by children.name_zh, children.name_en, children.sort_order
        order by count(*) filter (where talks = 0 and is_told and earlier_talks = 0) desc, children.sort_order
        """,  # noqa: S608
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Reach(**row) for row in found)


@per_release(128)
def scores(release_id: str, region: str, period: str, origin: str) -> tuple[Score, ...]:
    """The four dimensions quarter by quarter, oldest first, up to the end of a period."""
    found = connection.rows(
        release_id,
        """
        select scores.period, scores.category as dimension, scores.value, cast(scores.denominator as integer) as assessments,
            coalesce(scores.qualifier, '') as sign
        from mart_kpi_values as scores
        inner join dim_period as quarters on scores.period = quarters.period
        inner join dim_period as chosen on chosen.period = $period
        where scores.kpi = 'sh_four_score' and scores.region = $region and scores.origin = $origin
            and scores.period_grain = 'quarter' and scores.value is not null and quarters.period_start <= chosen.period_end
        order by scores.period
        """,
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Score(**row) for row in found)
