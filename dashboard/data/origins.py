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


def leading(release_id: str, mode: str) -> str:
    """The origin of which everything speaks that takes programmes together: counts, sentences, tiles, lists.

    Submitted records as soon as one programme shows any; with the demonstration asked for, that one.
    """
    found = {
        origin for programme in held(release_id) if (origin := _with_records(release_id, programme, mode)) is not None
    }
    if mode == WITH_DEMONSTRATION and DEMONSTRATION in found:
        return DEMONSTRATION
    return DEMONSTRATION if found == {DEMONSTRATION} else SUBMITTED


def is_apart(release_id: str, programme: str, mode: str) -> bool:
    """Whether a programme shows records of another origin than the leading one, so that it stands apart from the others."""
    return _with_records(release_id, programme, mode) not in (None, leading(release_id, mode))


def apart(release_id: str, mode: str) -> tuple[str, ...]:
    """The programmes that stand apart."""
    return tuple(programme for programme in held(release_id) if is_apart(release_id, programme, mode))


def other(origin: str) -> str:
    """Of submitted and demonstration the one that `origin` is not."""
    return SUBMITTED if origin == DEMONSTRATION else DEMONSTRATION


def in_leading(release_id: str, mode: str) -> int:
    """How many programmes have records of the leading origin."""
    return sum(
        _with_records(release_id, programme, mode) == leading(release_id, mode) for programme in held(release_id)
    )


def _with_records(release_id: str, programme: str, mode: str) -> str | None:
    origin = shown(release_id, programme, mode)
    return origin if has_records(release_id, programme, origin) else None


def shows_demonstration(release_id: str, programmes: tuple[str, ...], mode: str) -> bool:
    """Whether any of the programmes shows demonstration records under this choice."""
    return any(shown(release_id, programme, mode) == DEMONSTRATION for programme in programmes)
