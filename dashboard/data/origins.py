"""Which origin of numbers a programme shows: submitted, or demonstration until something is submitted."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release

SUBMITTED = "submitted"
DEMONSTRATION = "demonstration"
PUBLISHED = "published"

AUTOMATIC = "auto"
WITH_DEMONSTRATION = "demo"
REAL_ONLY = "real"
MODES = (AUTOMATIC, WITH_DEMONSTRATION, REAL_ONLY)


@dataclass(frozen=True)
class Held:
    """The origins of which a programme has values."""

    submitted: bool
    demonstration: bool


@per_release(4)
def held(release_id: str) -> dict[str, Held]:
    """By programme, which origins it has records of; programmes without any are missing."""
    found = connection.rows(
        release_id,
        """
        select programme, bool_or(origin = 'submitted') as submitted, bool_or(origin = 'demonstration') as demonstration
        from (
            select distinct programme, origin from mart_kpi_values
            where origin in ('submitted', 'demonstration') and value is not null
        )
        group by programme
        """,
    )
    return {row.pop("programme"): Held(**row) for row in found}


def shown(release_id: str, programme: str, mode: str) -> str:
    """The origin whose numbers a programme shows under this choice of the reader."""
    has = held(release_id).get(programme)
    if has is None or not has.demonstration or mode == REAL_ONLY:
        return SUBMITTED
    if mode == WITH_DEMONSTRATION or not has.submitted:
        return DEMONSTRATION
    return SUBMITTED


def has_records(release_id: str, programme: str, origin: str) -> bool:
    """Whether a programme has any value of this origin."""
    has = held(release_id).get(programme)
    return has is not None and (has.demonstration if origin == DEMONSTRATION else has.submitted)


def shows_demonstration(release_id: str, programmes: tuple[str, ...], mode: str) -> bool:
    """Whether any of the programmes shows demonstration records under this choice."""
    return any(shown(release_id, programme, mode) == DEMONSTRATION for programme in programmes)
