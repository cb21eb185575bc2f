"""How often what was expected held: months of the current release are held back, foretold from those before, and compared.

`python -m benchmarks forecasts` reads the release of the installation that the UNIONBOARD_… variables name; it builds nothing.
"""

import calendar
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from warehouse import settings as settings_module
from warehouse.releases import current_values
from warehouse.releases.forecasts.outlook import Aim, Kind, Known, Outlook, look

# So many months after the last one known.
AHEAD = (3, 6, 9, 12)
_VALUES = """
    select
        v.kpi, v.region, v.period, v.value, v.qualifier, v.is_hidden, v.is_backfilled, v.provinces_reported, v.reported_units, v.due_units
    from mart_kpi_values as v inner join dim_region as r on v.region = r.region_code
    where v.period_grain = 'month' and v.category is null and v.origin <> 'published' and r.region_level in ('nation', 'province')
    order by v.kpi, v.region, v.origin, v.period
"""
_KINDS = """
    select kpi, grain, basis, is_ratio, is_additive_over_time, direction, unit = 'percent', may_pass_one
    from dim_kpi where grain = 'month' and not is_category_only
"""


@dataclass
class Held:
    """What came of the forecasts of one kind; `widths` and `misses` are shares of what came."""

    name: str
    inside: int = 0
    widths: list[float] = field(default_factory=list)
    misses: list[float] = field(default_factory=list)

    def line(self) -> str:
        """One line for people."""
        count = len(self.misses)
        return (
            f"forecasts  {self.name:<28} {count:>6} held back, {self.inside / count:.0%} inside the 80 % range,"
            f" off by {_middle(self.misses):.0%}, range {_middle(self.widths):.0%} wide (medians)"
        )


def run() -> Iterator[Held]:
    """By method and kind of KPI, nation and provinces apart; all together last."""
    with current_values.connect(settings_module.load()) as connection:
        kinds = {kpi: Kind(*rest) for kpi, *rest in connection.execute(_KINDS).fetchall()}
        series: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for kpi, region, period, value, qualifier, hidden, *rest in connection.execute(_VALUES).fetchall():
            if kpi in kinds:
                known = Known(period, None if hidden else value, qualifier or "", bool(hidden), *rest)
                series[kpi, region].append(known)
    found: dict[str, Held] = {}
    together = Held("all")
    for (kpi, region), history in series.items():
        for method, outlook, came in _held_back(kinds[kpi], history):
            where = "nation" if region == "000000" else "provinces"
            name = f"{method}, {_kind_name(kinds[kpi])}, {where}"
            for held in (found.setdefault(name, Held(name)), together):
                held.inside += outlook.low - 1e-9 <= came <= outlook.high + 1e-9
                held.misses.append(abs(outlook.value - came) / (abs(came) or 1))
                held.widths.append((outlook.high - outlook.low) / (abs(came) or 1))
    if not found:
        print("The release holds no history that is long enough.", file=sys.stderr)
        return
    yield from sorted(found.values(), key=lambda held: held.name)
    yield together


def _held_back(kind: Kind, history: list[Known]) -> Iterator[tuple[str, Outlook, float]]:
    by_period = {one.period: one.value for one in history}
    for last in range(6, len(history)):
        for ahead in AHEAD:
            if last + ahead > len(history):
                break
            target = history[last + ahead - 1].period
            year, month = int(target[:4]), int(target[5:])
            start = date(year, 1, 1)
            if (kind.is_flow or kind.is_running) and history[last - 1].period < f"{year}-01":
                continue
            aim = Aim(0.0, None, start, date(year, month, calendar.monthrange(year, month)[1]))
            outlook = look(kind, aim, history[:last])
            months = [f"{year}-{number:02d}" for number in range(1, month + 1)]
            came = sum(by_period.get(one) or 0.0 for one in months) if kind.is_flow else by_period[target]
            if isinstance(outlook, Outlook) and came is not None:
                yield outlook.method, outlook, came


def _kind_name(kind: Kind) -> str:
    if kind.is_flow:
        return "sums"
    return "within a year" if kind.is_running else "shares" if kind.is_ratio else "levels"


def _middle(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]
