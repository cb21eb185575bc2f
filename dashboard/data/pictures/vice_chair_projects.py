"""What the pictures of the vice-chair projects show: the year's supervision of each project, and what became of its pledges."""

from dataclasses import dataclass
from datetime import date

from dashboard.data import connection, periods
from dashboard.data.caching import per_release
from dashboard.data.pictures import signs

ON_TIME = "on_time"
LATE = "late"
NOT_HELD = "not_held"
NOT_DUE = "not_due"
HELD_EARLY = "held_early"

DONE = "done"
RUNNING = "running"
OVERDUE = "overdue"
NOT_REPORTED = "not_reported"


@dataclass(frozen=True)
class Term:
    """A term of office (届次) and the years in which it began; regions do not all begin in the same one."""

    number: int
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Supervised:
    """One project (`project_id`: its record) and how many checkpoints of a year were held or not; `missed`: due and not held."""

    project_id: str
    name: str
    region: str
    region_en: str
    on_time: int
    late: int
    not_held: int
    not_due: int
    missed: tuple[str, ...]

    @property
    def due(self) -> int:
        """Checkpoints that have fallen due."""
        return self.on_time + self.late + self.not_held


@dataclass(frozen=True)
class Pledge:
    """One project's promises: measures and money, None where not reported, with the signs of inexact numbers."""

    name: str
    region: str
    region_en: str
    runs_until: date | None
    state: str
    planned: int | None
    planned_sign: str
    done: int | None
    done_sign: str
    budget: float | None
    spent: float | None
    spent_share_sign: str


@dataclass(frozen=True)
class Fulfilment:
    """Measures promised and done over all projects that reported both."""

    planned: int
    planned_sign: str
    done: int
    done_sign: str


_PLACED = """
    inner join bridge_region_ancestor as ancestors on projects.region_code = ancestors.region_code
    inner join dim_region as regions on projects.region_code = regions.region_code
"""
_REGION = """
    coalesce(regions.short_name, regions.region_name) as region,
    coalesce(regions.name_en, regions.region_name) as region_en
"""
# Of the states of a project the one that was true at the end of the period.
_THEN = "projects.state_from <= cast($until as date) and (projects.state_to is null or projects.state_to > cast($until as date))"
# Of projects of every term where none is chosen.
_TERM = "($term is null or projects.term_no = $term)"


@per_release(64)
def terms(release_id: str, region: str, period: str, origin: str) -> tuple[Term, ...]:
    """The terms that had projects in a region by the end of a period, the latest first."""
    found = connection.rows(
        release_id,
        f"select term_no as number, min(term_year) as first_year, max(term_year) as last_year"  # noqa: S608 - constants
        f" from mart_vice_chair_projects_pledges as projects {_PLACED}"
        " where ancestors.ancestor_code = $region and origin = $origin and start_date <= cast($until as date)"
        " group by term_no order by term_no desc",
        {"region": region, "origin": origin, "until": periods.bounds(period)[1]},
    )
    return tuple(Term(**row) for row in found)


@per_release(64)
def year_of(release_id: str, region: str, period: str, origin: str) -> str | None:
    """The year of a period; over all time the last one in which something fell due in the region, None without any."""
    if period != periods.ALL:
        return period[:4]
    found = connection.rows(
        release_id,
        "select max(extract(year from due_on)) as year from mart_vice_chair_projects_calendar as projects"
        " inner join bridge_region_ancestor as ancestors on projects.region_code = ancestors.region_code"
        " where ancestors.ancestor_code = $region and origin = $origin"
        " and checkpoint_state in ('on_time', 'late', 'not_held')",
        {"region": region, "origin": origin},
    )
    return None if found[0]["year"] is None else str(int(found[0]["year"]))


@per_release(64)
def supervised(
    release_id: str, region: str, within: str, origin: str, term: int | None
) -> tuple[Supervised, ...]:  # fmt: skip
    """The projects with checkpoints that fall due within a period (all of a year, or less), those that held least of them first."""
    first, last = periods.bounds(within)
    found = connection.rows(
        release_id,
        f"""
        select projects.project_key as project_id, max_by(projects.project_name, due_on) as name, {_REGION},
            count(*) filter (where checkpoint_state = 'on_time') as on_time,
            count(*) filter (where checkpoint_state = 'late') as late,
            count(*) filter (where checkpoint_state = 'not_held') as not_held,
            count(*) filter (where checkpoint_state in ('not_due', 'held_early')) as not_due,
            coalesce(list(due_period order by due_on, due_period) filter (where checkpoint_state = 'not_held'), []) as missed
        from mart_vice_chair_projects_calendar as projects {_PLACED}
        where ancestors.ancestor_code = $region and projects.origin = $origin and {_TERM}
            and due_on between cast($first as date) and cast($last as date)
        group by projects.project_key, regions.short_name, regions.region_name, regions.name_en,
            regions.sort_order
        order by not_held desc, late desc, regions.sort_order, projects.project_key
        """,  # noqa: S608 - constants of this module
        {"region": region, "origin": origin, "term": term, "first": first, "last": last},
    )
    return tuple(Supervised(**{**row, "missed": tuple(row["missed"])}) for row in found)


@per_release(64)
def states(release_id: str, year: str, origin: str, projects: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """By project and period in which a checkpoint falls due (2024-05, 2024Q2, 2024H1, 2024), its state."""
    found = connection.rows(
        release_id,
        "select project_key as project_id, due_period, checkpoint_state from mart_vice_chair_projects_calendar"
        " where origin = $origin and extract(year from due_on) = $year and list_contains($projects, project_key)",
        {"origin": origin, "year": int(year), "projects": list(projects)},
    )
    return {(row["project_id"], row["due_period"]): row["checkpoint_state"] for row in found}


@per_release(64)
def pledges(release_id: str, region: str, period: str, origin: str, term: int | None) -> tuple[Pledge, ...]:
    """The projects begun by the end of a period, as they were then: first what is over and not done, then what is furthest behind.

    A project is over once its end lies in the period or before it, and the data reach past it.
    """
    found = connection.rows(
        release_id,
        f"""
        select project_name as name, {_REGION}, runs_until, measures_planned as planned,
            measures_planned_sign as planned_sign, measures_done as done, measures_done_sign as done_sign,
            cast(budget_yuan as double) as budget, cast(spent_yuan as double) as spent, budget_sign, spent_sign,
            case
                when measures_planned is null or measures_done is null then 'not_reported'
                when measures_done >= measures_planned then 'done'
                when runs_until <= least(cast($until as date), data_to_date) then 'overdue'
                else 'running'
            end as state
        from mart_vice_chair_projects_pledges as projects {_PLACED}
        where ancestors.ancestor_code = $region and origin = $origin and {_TERM} and start_date <= cast($until as date)
            and {_THEN}
        order by case state when 'overdue' then 1 when 'running' then 2 when 'not_reported' then 3 else 4 end,
            measures_done / nullif(measures_planned, 0), regions.sort_order, project_id
        """,  # noqa: S608 - constants of this module
        {"region": region, "origin": origin, "term": term, "until": periods.bounds(period)[1]},
    )
    for row in found:
        row["spent_share_sign"] = signs.of_ratio(row.pop("spent_sign"), row.pop("budget_sign"))
    return tuple(Pledge(**row) for row in found)


def fulfilment(projects: tuple[Pledge, ...]) -> Fulfilment | None:
    """Sums over the projects that reported both numbers; None where none did."""
    both = [one for one in projects if one.state != NOT_REPORTED]
    if not both:
        return None
    return Fulfilment(
        sum(one.planned or 0 for one in both),
        signs.combined(one.planned_sign for one in both),
        sum(one.done or 0 for one in both),
        signs.combined(one.done_sign for one in both),
    )
