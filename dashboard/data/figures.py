"""Figures printed in public sources, each with its headline, its date and its sign; never added to anything."""

from dataclasses import dataclass, fields
from typing import Any

from dashboard.data import connection
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Figure:
    """One published figure; `value` is the text as normalised, None where the source gives no number."""

    figure_id: str
    headline: str
    programme: str
    region_code: str
    region_name: str
    subject: str
    name_zh: str
    value: str | None
    value_upper: str | None
    unit_zh: str | None
    qualifier: str | None
    sign: str
    as_of: str | None
    period_basis: str | None
    is_target: bool
    figure_type: str
    kpi: str | None
    is_publishable: bool
    note: str | None
    headline_en: str | None = None
    subject_en: str | None = None
    name_en: str | None = None
    unit_en: str | None = None
    note_en: str | None = None


@per_release(4)
def all_figures(release_id: str) -> tuple[Figure, ...]:
    """Every published figure, in the order of the source; those not to be shown as a number come without one."""
    found = connection.rows(
        release_id,
        """
        select * replace (
            case when is_publishable then cast(value as varchar) end as value,
            case when is_publishable then cast(value_upper as varchar) end as value_upper,
            coalesce(sign, '') as sign, cast(as_of as varchar) as as_of
        )
        from fct_published_figures
        order by figure_id
        """,
    )
    return tuple(Figure(**_fields(row)) for row in found)


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """What a figure has; an earlier release says nothing in English."""
    named = {**row, "name_zh": row["metric_name_zh"], "name_en": row.get("metric_name_en")}
    return {field.name: named[field.name] for field in fields(Figure) if field.name in named}


def of_programme(release_id: str, programme: str) -> tuple[Figure, ...]:
    """The figures of one programme."""
    return tuple(figure for figure in all_figures(release_id) if figure.programme == programme)


def telling(release_id: str, programme: str) -> tuple[Figure, ...]:
    """The two figures that stand for a programme on the overview: measured results first, then numeric targets."""
    usable = [
        figure
        for figure in of_programme(release_id, programme)
        if figure.is_publishable and figure.value is not None and figure.figure_type == "quantity"
    ]
    order = sorted(usable, key=lambda figure: (figure.is_target, figure.kpi is None, figure.figure_id))
    return tuple(order[:2])
