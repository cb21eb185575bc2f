"""How a picture names its period: with the months reported so far where the period is not over."""

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.data import values
from dashboard.i18n import pick, t
from warehouse.releases import period_changes


def period_name(selection: Selection, programme: str, period: str, origin: str) -> str:
    """2023年; 2024年（未完，1–5月）."""
    name = formatting.period_name(period)
    reached = values.reported_to(selection.release_id, selection.region, period, origin, programme)
    if reached is None or not period_changes.is_running(period, reached):
        return name
    first = period_changes.months_of(period)[0]
    if reached < first:
        return name
    months = pick(*period_changes.months_words(first, reached))
    return name + t("in_brackets", text=t("unfinished", months=months))
