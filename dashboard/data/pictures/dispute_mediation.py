"""What the pictures of dispute mediation show: how far referred cases came, and how far the centres are."""

from dataclasses import dataclass

from dashboard.data import connection, masking
from dashboard.data.caching import per_release

READY = "ready"
SHORT = "short"
NOT_FOUNDED = "not_founded"
NOT_REPORTED = "not_reported"


@dataclass(frozen=True)
class Funnel:
    """Cases an arbitration committee handed over, and how many of them came how far."""

    referred: int
    accepted: int
    settled: int
    confirmed: int
    subsidised: int


@dataclass(frozen=True)
class Unit:
    """A prefecture or county and the state of its centre at the end of a period."""

    name: str
    state: str


@dataclass(frozen=True)
class Share:
    """How many units of one level in a province have a centre in place; only where some unit reported."""

    province: str
    ready: int
    units: int


_UNTIL = "(select coalesce(max(period_end), date '9999-12-31') from dim_period where period = $period)"
# Each unit once, with what the states of its centre that were true at the end of the period say.
_UNITS = f"""
    select unit_level, units.region_code, region_name, province_region_code, sort_order,
        case
            when not bool_or(is_reported) then 'not_reported'
            when bool_or(coalesce(is_ready and is_then and established_on <= {_UNTIL}, false)) then 'ready'
            when bool_or(coalesce(is_then and established_on <= {_UNTIL}, false)) then 'short'
            else 'not_founded'
        end as state
    from (
        select *, state_from <= {_UNTIL} and (state_to is null or state_to > {_UNTIL}) as is_then
        from mart_dispute_mediation_coverage where origin = $origin
    ) as units
    group by unit_level, units.region_code, region_name, province_region_code, sort_order
"""  # noqa: S608 - constants of this module


@per_release(128)
def funnel(release_id: str, region: str, period: str, origin: str) -> Funnel | None:
    """The funnel of the cases handed over in a period, None without any or where they are too few to show."""
    found = connection.rows(
        release_id,
        "select referred, accepted, settled, confirmed, subsidised from mart_dispute_mediation_funnel"
        " where region_code = $region and period = $period and origin = $origin",
        {"region": region, "period": period, "origin": origin},
    )
    return Funnel(**found[0]) if found and not is_hidden(release_id, region, period, origin) else None


def is_hidden(release_id: str, region: str, period: str, origin: str) -> bool:
    """Whether the cases of a region and period are too few to show."""
    return period in masking.hidden_periods(release_id, "dispute_mediation", region, origin)


def units(release_id: str, level: str, region: str, period: str, origin: str) -> tuple[Unit, ...]:
    """Every unit of a level (prefecture, county) inside a region, in official order."""
    return _units(release_id, region, period, origin).get(level, ())


@per_release(128)
def _units(release_id: str, region: str, period: str, origin: str) -> dict[str, tuple[Unit, ...]]:
    found = connection.rows(
        release_id,
        f"""
        select units.unit_level, units.region_name as name, units.state
        from ({_UNITS}) as units
        inner join bridge_region_ancestor as ancestors on units.region_code = ancestors.region_code
        where ancestors.ancestor_code = $region
        order by units.sort_order
        """,  # noqa: S608 - constants of this module
        {"region": region, "period": period, "origin": origin},
    )
    by_level: dict[str, list[Unit]] = {}
    for row in found:
        by_level.setdefault(row.pop("unit_level"), []).append(Unit(**row))
    return {level: tuple(units) for level, units in by_level.items()}


@per_release(64)
def by_province(release_id: str, level: str, period: str, origin: str) -> tuple[Share, ...]:
    """Provinces in which some unit of the level has reported, in official order."""
    found = connection.rows(
        release_id,
        f"""
        select provinces.short_name as province, count(*) filter (where state = 'ready') as ready,
        count(*) as units from ({_UNITS}) as units
        inner join dim_region as provinces on units.province_region_code = provinces.region_code
        where units.unit_level = $level
        group by provinces.short_name, provinces.sort_order having bool_or(state <> 'not_reported') order by provinces.sort_order
        """,  # noqa: S608 - constants of this module
        {"period": period, "origin": origin, "level": level},
    )
    return tuple(Share(**row) for row in found)
