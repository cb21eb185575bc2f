"""What the pictures of skills into the community show: whom each service reached, and how satisfied they were."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Service:
    """One service in one region and period, or all of them (`name` is None); `low` and `high` are Wilson's interval.

    Answers, satisfied and what follows from them are None where no event reported both.
    """

    name: str | None
    events: int
    residents: int
    residents_sign: str
    shared_residents: int | None
    helpers: int | None
    answers: int | None
    satisfied: int | None
    sign: str
    satisfaction: float | None
    low: float | None
    high: float | None


_COLUMNS = """
    events, cast(residents as bigint) as residents, residents_sign, cast(shared_residents as bigint) as shared_residents,
    cast(helpers as bigint) as helpers, cast(answers as bigint) as answers, cast(satisfied as bigint) as satisfied,
    satisfaction_sign as sign, satisfaction, satisfaction_low as low, satisfaction_high as high
"""


@per_release(128)
def services(release_id: str, region: str, period: str, origin: str) -> tuple[Service, ...]:
    """Every service with events, most residents first; the one without a name, over all events, is the first."""
    found = connection.rows(
        release_id,
        f"select service as name, {_COLUMNS} from mart_skills_to_community_services where region_code = $region"  # noqa: S608
        " and period = $period and origin = $origin order by service is not null, residents desc, service",
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Service(**row) for row in found)


@per_release(128)
def by_region(release_id: str, parent: str, period: str, origin: str) -> dict[str, Service]:
    """All events of each region right below `parent` that has any, in official order."""
    found = connection.rows(
        release_id,
        f"""
        select services.region_code, service as name, {_COLUMNS}
        from mart_skills_to_community_services as services
        inner join dim_region as regions on services.region_code = regions.region_code
        where regions.parent_code = $parent and service is null and period = $period and origin = $origin
        order by regions.sort_order
        """,  # noqa: S608 - constants of this module
        {"parent": parent, "period": period, "origin": origin},
    )
    return {row.pop("region_code"): Service(**row) for row in found}
