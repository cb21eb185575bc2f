"""What the pictures of the federations show: how far each year's organisations have come on their way to a union of their own."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Cohort:
    """Organisations that entered in one year, and how many of them had come how far; those that gave up stay in the steps they reached."""

    entry_year: int
    entered: int
    nurtured: int
    hatched: int
    own_union: int
    ended: int
    ended_after_nurtured: int
    ended_after_hatched: int
    days_to_own_union: int | None


@per_release(128)
def cohorts(release_id: str, region: str, period: str, origin: str) -> tuple[Cohort, ...]:
    """By year of entry, the earliest first, as things stood at the end of the period."""
    found = connection.rows(
        release_id,
        "select entry_year, entered, nurtured, hatched, own_union, ended, ended_after_nurtured, ended_after_hatched,"
        " cast(days_to_own_union as bigint) as days_to_own_union from mart_social_org_federation_incubation"
        " where region_code = $region and period = $period and origin = $origin order by entry_year",
        {"region": region, "period": period, "origin": origin},
    )
    return tuple(Cohort(**row) for row in found)
