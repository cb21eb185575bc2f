"""Figures printed in public sources, each with its headline, its date and its sign; never added to anything."""

from dataclasses import dataclass

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
    name_en: str | None = None
    unit_en: str | None = None


@per_release(4)
def all_figures(release_id: str) -> tuple[Figure, ...]:
    """Every published figure, in the order of the source; those not to be shown as a number come without one."""
    found = connection.rows(
        release_id,
        """
        select figure_id, headline, programme, region_code, region_name, subject, metric_name_zh as name_zh,
            case when is_publishable then cast(value as varchar) end as value,
            case when is_publishable then cast(value_upper as varchar) end as value_upper,
            unit_zh, qualifier, coalesce(sign, '') as sign, cast(as_of as varchar) as as_of, period_basis, is_target,
            figure_type, kpi, is_publishable, note
        from fct_published_figures
        order by figure_id
        """,
    )
    return tuple(Figure(**row) for row in found)


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
