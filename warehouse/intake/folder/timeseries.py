"""Warns of numbers that do not go with those of the period before: cumulative ones sent as current, falling totals, jumps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake.note import Note
from warehouse.intake.numbers import plain
from warehouse.intake.receipt import Message, message_of
from warehouse.intake.remembered import Remembered
from warehouse.intake.submissions import Standing
from warehouse.intake.units import OFFICE_PROVINCE

JUMP = 10
THIS_PERIOD, CUMULATIVE = "本期", "累计"

Series = dict[str, tuple[str, float]]


def period_warnings(stands: Standing, taken: Sequence[Remembered]) -> dict[str, list[Message]]:
    """Messages by file (D77–D79): each column's sum by table, office and 数据口径 against the period before.

    Only what counts is compared, and only what offices sent: nobody can answer for demonstration records.
    """
    series: dict[tuple[str, str, str, str, str], dict[str, Series]] = defaultdict(lambda: defaultdict(dict))
    for entry in taken:
        if entry.receipt.origin == "demonstration" or not entry.sums:
            continue
        current = {
            (submission.office_province, submission.reporting_unit, submission.report_period)
            for submission in entry.submissions
            if stands.is_current(submission)
        }
        for sums in entry.sums:
            names = (OFFICE_PROVINCE, "reporting_unit", "report_period", "data_basis")
            province, unit, period, basis = (str(sums[name]) for name in names)
            if (province, unit, period) not in current:
                continue
            place = (str(entry.receipt.programme), str(entry.receipt.table), province, unit, basis)
            for name, value in sums.items():
                if isinstance(value, float):
                    series[place][name][period] = (entry.receipt.file, value)
    found: dict[str, list[Message]] = defaultdict(list)
    for (programme, name, _, _, basis), columns in series.items():
        table = contracts.find(programme, name)
        for column, values in columns.items():
            _warn(table, column, basis, values, found)
    return found


def _warn(table: Table, column: str, basis: str, values: Series, found: dict[str, list[Message]]) -> None:
    header = table.column(column).header
    periods = sorted(values)
    for position, period in enumerate(periods[1:], start=1):
        file, value = values[period]
        before = values[periods[position - 1]][1]
        if basis == CUMULATIVE:
            if value < before and period[:4] == periods[position - 1][:4]:
                note = Note("D78", {"d": plain(Decimal(str(before - value)))})
                found[file].append(message_of(note, None, header))
        elif (
            basis == THIS_PERIOD
            and position >= 2
            and _looks_cumulative([values[p][1] for p in periods[: position + 1]])
        ):
            found[file].append(message_of(Note("D77"), None, header))
        if before > 0 and value > 0 and (value > JUMP * before or value * JUMP < before):
            note = Note("D79", {"ratio": f"{value / before:.3g}"})
            found[file].append(message_of(note, None, header))


def _looks_cumulative(values: Sequence[float]) -> bool:
    """Whether the last three periods grow, each at least as large as all before it together."""
    first, second, third = values[-3:]
    return 0 < first < second < third and second >= first and third >= first + second


def merged(*parts: Mapping[str, Sequence[Message]]) -> dict[str, list[Message]]:
    """Messages by file from several sources, in the order of the sources."""
    together: dict[str, list[Message]] = defaultdict(list)
    for part in parts:
        for file, found in part.items():
            together[file].extend(found)
    return together
