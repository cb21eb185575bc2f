"""Values as files take them: numbers as numbers, with the format that shows them as the page does."""

from dashboard import formatting
from dashboard.components.data_table import Cell, Number
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import pick

_WHOLE, _PARTS = "#,##0", "#,##0.##"
_FORMATS = {"percent": "0.0", "count": _PARTS, "yuan": _PARTS, "score": "0.00"}


def value(shown: Value | None, kpi: Kpi) -> Cell:
    """The number in the unit of its KPI, shares in percent, ≥ before it as a part of its format; words where there is none."""
    if shown is None or shown.value is None:
        return formatting.value_amount(shown, kpi).text
    return amount(shown.value, kpi, shown.qualifier)


def amount(number: float, kpi: Kpi, sign: str = "") -> Number:
    """A number of a KPI, as `value` has it."""
    shown = round(number * 100, 7) if kpi.unit == "percent" else number
    form = _FORMATS.get(kpi.unit, "#,##0.0")
    if form == _PARTS:
        form = _counting(shown)
    return Number(shown, f'"{sign}"{form}' if sign else form)


def count(number: float | int | None) -> Cell:
    """How many; nothing where that is not known."""
    if number is None:
        return None
    return Number(number, _counting(number))


def unit(kpi: Kpi) -> str:
    """The unit that the numbers of `value` are in."""
    return "%" if kpi.unit == "percent" else pick(kpi.unit_zh, kpi.unit_en)


def _counting(number: float) -> str:
    # A whole number under the other would keep the point with nothing behind it.
    return _WHOLE if float(number).is_integer() else _PARTS
