"""The parts of a whole, one bar each: a KPI by its categories."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components import filters, kpi_card, markup
from dashboard.components.markup import tag
from dashboard.data import words
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import pick


def show(kpi: Kpi, values: Sequence[Value]) -> None:
    """Largest first, with the number behind each share."""
    if not values:
        return
    largest = max((abs(value.value or 0) for value in values), default=0) or 1
    release_id = filters.current().release_id
    rows = [
        tag(
            "li",
            tag("span", words.spoken(release_id, value.category or ""), cls="ub-rank-name"),
            tag("span", tag("i", style=f"width:{abs(value.value or 0) / largest:.1%}"), cls="ub-bar"),
            tag("span", kpi_card.value_markup(value, kpi), cls="ub-rank-value"),
            tag(
                "span",
                formatting.scaled(value.numerator, "").text if kpi.is_ratio and value.numerator is not None else None,
                cls="ub-hint",
            ),
        )
        for value in values
    ]
    markup.show(
        tag(
            "section",
            tag("h3", pick(kpi.label_zh, kpi.label_en), kpi_card.definition(kpi)),
            tag("ol", rows, cls="ub-rank ub-categories"),
            cls="ub-panel",
        ),
        key=f"categories_{kpi.code}",
    )
