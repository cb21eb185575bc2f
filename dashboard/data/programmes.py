"""The programmes of the registry."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Programme:
    """One programme: its code, its names, the leader's question and where its pilot is."""

    code: str
    name_zh: str
    name_en: str
    short_name_zh: str
    question_zh: str
    question_en: str
    pilot_region_code: str | None
    pilot_region_name: str | None
    is_ranked: bool


@per_release(4)
def all_programmes(release_id: str) -> tuple[Programme, ...]:
    """Every programme in the registry's order."""
    found = connection.rows(
        release_id,
        """
        select programme as code, programme_name_zh as name_zh, programme_name_en as name_en, file_word as short_name_zh,
            question_zh, question_en, pilot_region_code, pilot_region_name, is_ranked
        from dim_programme
        order by sort_order
        """,
    )
    return tuple(Programme(**row) for row in found)
