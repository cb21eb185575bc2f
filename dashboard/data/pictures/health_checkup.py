"""What the pictures of the check-ups show: the pace of the yearly plan, the groups reached, and how far findings are followed up."""

from dataclasses import dataclass

from dashboard.data import connection, masking
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Pace:
    """Where the plan's groups stand at the end of a month: first check-ups since January, and the plan of the whole year.

    `is_hidden` says that the number may not be shown; it is None then.
    """

    month: str
    persons: int | None
    persons_sign: str
    plan_persons: int | None
    plan_sign: str
    is_hidden: bool = False


@dataclass(frozen=True)
class Group:
    """Persons checked of one group in a month."""

    month: str
    group: str
    persons: int
    sign: str


@dataclass(frozen=True)
class Followup:
    """A month's sessions and how far their findings were followed up; persons are those of sessions whose follow-up is due."""

    month: str
    sessions: int
    young_sessions: int
    sessions_without_followup: int
    sessions_without_findings: int
    abnormal: int | None
    followed: int | None
    sign: str


@per_release(16)
def latest_year(release_id: str, region: str, origin: str) -> str | None:
    """The latest year of which the region has reported a session, None without any."""
    found = connection.rows(
        release_id,
        "select substring(max(period), 1, 4) as latest from mart_health_checkup_pace"
        " where region_code = $region and origin = $origin and persons is not null",
        {"region": region, "origin": origin},
    )
    return found[0]["latest"] if found else None


@per_release(128)
def pace(release_id: str, region: str, first: str, last: str, origin: str) -> tuple[Pace, ...]:
    """Month by month from one month to another (YYYY-MM), oldest first."""
    found = connection.rows(
        release_id,
        "select period as month, cast(persons as bigint) as persons, persons_sign,"
        " cast(plan_persons as bigint) as plan_persons, plan_sign from mart_health_checkup_pace"
        " where region_code = $region and origin = $origin and period between $first and $last order by period",
        {"region": region, "origin": origin, "first": first, "last": last},
    )
    hidden = hidden_months(release_id, region, origin)
    return tuple(
        Pace(**(row | {"persons": None, "persons_sign": ""}), is_hidden=True) if row["month"] in hidden else Pace(**row)
        for row in found
    )


@per_release(128)
def groups(release_id: str, region: str, first: str, last: str, origin: str) -> tuple[Group, ...]:
    """Persons checked by month and group, from one month to another; months without a session, and hidden ones, are not there."""
    found = connection.rows(
        release_id,
        "select period as month, category as \"group\", cast(numerator as bigint) as persons, coalesce(qualifier, '') as sign"
        " from mart_kpi_values where kpi = 'hc_group_mix' and category is not null and numerator is not null and not is_hidden"
        " and region = $region and origin = $origin and period_grain = 'month' and period between $first and $last"
        " order by period, category",
        {"region": region, "origin": origin, "first": first, "last": last},
    )
    return tuple(Group(**row) for row in found)


@per_release(128)
def followups(release_id: str, region: str, first: str, last: str, origin: str) -> tuple[Followup, ...]:
    """Follow-up by month, from one month to another; months without a session, and hidden ones, are not there."""
    found = connection.rows(
        release_id,
        """
        select sessions.period as month, sessions, young_sessions, sessions_without_followup, sessions_without_findings,
        cast(rates.denominator as bigint) as abnormal, cast(rates.numerator as bigint) as followed,
        coalesce(rates.qualifier, '') as sign
        from mart_health_checkup_followups as sessions
        left join mart_kpi_values as rates
            on rates.kpi = 'hc_followup_rate' and rates.category is null and sessions.region_code = rates.region
            and sessions.period = rates.period and sessions.origin = rates.origin
        where sessions.region_code = $region and sessions.origin = $origin and sessions.period between $first and $last
        and length(sessions.period) = 7
        order by sessions.period
        """,
        {"region": region, "origin": origin, "first": first, "last": last},
    )
    hidden = hidden_months(release_id, region, origin)
    return tuple(Followup(**row) for row in found if row["month"] not in hidden)


@per_release(128)
def months_of_nobody(release_id: str, region: str, first: str, last: str, origin: str) -> frozenset[str]:
    """Months for which the region has reported, and nobody came: zero, and not missing."""
    found = connection.rows(
        release_id,
        "select period from mart_kpi_values where kpi = 'hc_persons' and category is null and numerator = 0 and not is_hidden"
        " and region = $region and origin = $origin and period_grain = 'month' and period between $first and $last",
        {"region": region, "origin": origin, "first": first, "last": last},
    )
    return frozenset(row["period"] for row in found)


def hidden_months(release_id: str, region: str, origin: str) -> frozenset[str]:
    """Months of which nothing may be shown."""
    periods = masking.hidden_periods(release_id, "health_checkup", region, origin)
    return frozenset(period for period in periods if len(period) == 7)
