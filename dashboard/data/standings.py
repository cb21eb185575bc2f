"""How the KPIs of a programme stand in one region: value, change on the year before, what is foretold; chosen as briefings choose it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data import comparisons, forecasts, values
from dashboard.data.comparisons import Comparison
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from warehouse.answers.telling import Standing
from warehouse.releases.forecasts.outlook import Outlook


@dataclass(frozen=True)
class Placed:
    """A KPI with its value, the comparison with the year before, and what is expected at its target's date."""

    kpi: Kpi
    value: Value | None
    yearly: Comparison | None
    ahead: Outlook | None

    @property
    def standing(self) -> Standing["Placed"]:
        """The same as what is told first is chosen by."""
        value = self.value
        if value is None or value.is_masked:
            return Standing(self, "no_data")
        held = self.yearly.held(value) if self.yearly is not None else None
        relative = (held[1] - held[0]) / abs(held[0]) if held is not None and held[0] else None
        verdict, expected = (self.ahead.verdict, self.ahead.value) if self.ahead is not None else (None, None)
        return Standing(self, value.status, value.value, value.target, relative, verdict, expected)


def of(release_id: str, kpi: Kpi, value: Value | None, history: Sequence[Value]) -> Placed:
    """Where one KPI stands; `history` are values at hand already."""
    if value is None:
        return Placed(kpi, None, None, None)
    at = values.of_other_periods(release_id, value, history)
    yearly = comparisons.year_on_year(value, kpi, at, values.beside(release_id))
    return Placed(kpi, value, yearly, forecasts.at(release_id, value))
