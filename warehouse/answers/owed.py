"""What was due of each province and whether it came: what 催报 shows and what reminders say, whoever reads the release."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from warehouse.answers.periods import SUBMITTED

# China's calendar is eight hours before the clock that first sights are written by.
_CHINA = timedelta(hours=8)
# An office that reported in one of this many periods before is waited for by name.
EXPECTED_AFTER = 3

# Rows of a release for a statement and what is bound in it; which origin a programme shows.
Read = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
Shown = Callable[[str], str]
# By programme, table and province: each reporting unit with the months it has reported, as `months_since`.
Units = Mapping[tuple[str, str, str], Mapping[str, tuple[int, ...]]]


@dataclass(frozen=True)
class RefusedFile:
    """A file that came and was refused, as far as its name and header say what it was meant for; None where they do not."""

    file: str
    programme: str
    table_name: str | None
    province_code: str
    report_period: str | None
    reporting_unit: str | None
    reason: str


@dataclass(frozen=True)
class Report:
    """What one province owed of one table for one 统计期, and whether it came."""

    programme: str
    table_name: str
    table_name_zh: str
    province_code: str
    report_period: str
    due_date: date | None
    judged_on: date
    is_received: bool
    is_late: bool
    is_zero_report: bool
    row_count: int | None
    received_at: datetime | None = None
    months_each: int = 1
    refused: tuple[RefusedFile, ...] = ()
    units_missing: tuple[str, ...] = ()
    origin: str = SUBMITTED

    @property
    def is_refused(self) -> bool:
        """Whether something came that was refused, and nothing else: its sender is not silent."""
        return bool(self.refused) and not self.is_received

    def covers(self, month: str) -> bool:
        """Whether what is due for this 统计期 may be about a month (YYYY-MM): a quarter takes any of its three."""
        return 0 <= months_since(self.report_period) - months_since(month) < self.months_each

    def days_late(self, today: date) -> int:
        """Days from the day it was due to the day it came, or to today while it has not come; 0 when in time."""
        if not self.is_received:
            return self.days_overdue(today)
        if not self.is_late or self.received_at is None or self.due_date is None:
            return 0
        return max(0, ((self.received_at + _CHINA).date() - self.due_date).days)

    def is_overdue(self, today: date) -> bool:
        """Whether it is not there although its day has passed."""
        return not self.is_received and self.due_date is not None and self.due_date < min(today, self.judged_on)

    def days_overdue(self, today: date) -> int:
        """Days since it was due; 0 when it is not overdue."""
        return (min(today, self.judged_on) - self.due_date).days if self.is_overdue(today) and self.due_date else 0


@dataclass(frozen=True)
class Overdue:
    """How many provinces and tables are overdue, and by how many days at most."""

    provinces: int
    tables: int
    longest_days: int


def overdue(reports: Sequence[Report], today: date) -> Overdue:
    """What of these reports is overdue, counted."""
    late = [report for report in reports if report.is_overdue(today)]
    return Overdue(
        provinces=len({report.province_code for report in late}),
        tables=len({(report.programme, report.table_name) for report in late}),
        longest_days=max((report.days_overdue(today) for report in late), default=0),
    )


def overdue_by_table(reports: Sequence[Report], today: date) -> list[list[Report]]:
    """What is overdue, table by table, the table most provinces owe first."""
    by_table: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        if report.is_overdue(today):
            by_table.setdefault((report.programme, report.table_name, report.report_period), []).append(report)
    return sorted(by_table.values(), key=lambda owed: -len(owed))


def with_refused(reports: Sequence[Report], refused: Sequence[RefusedFile]) -> tuple[Report, ...]:
    """The same reports; those that have not come know the refused files that were meant for them."""
    by_place: dict[tuple[str, str], list[RefusedFile]] = defaultdict(list)
    for file in refused:
        by_place[(file.programme, file.province_code)].append(file)
    found = []
    for report in reports:
        is_open = not report.is_received and report.origin == SUBMITTED
        meant = by_place.get((report.programme, report.province_code), ()) if is_open else ()
        files = tuple(
            file
            for file in meant
            if file.table_name in (None, report.table_name)
            and (file.report_period is None or report.covers(file.report_period))
        )
        found.append(replace(report, refused=files) if files else report)
    return tuple(found)


def with_units(reports: Sequence[Report], told: Units) -> tuple[Report, ...]:
    """The same reports; each names the offices that reported this table not long ago and have not reported this time."""
    found = []
    for report in reports:
        units = told.get((report.programme, report.table_name, report.province_code), {})
        now = months_since(report.report_period)
        first = now - report.months_each + 1
        missing = [
            unit
            for unit, months in units.items()
            if any(first - EXPECTED_AFTER * report.months_each <= month < first for month in months)
            and not any(first <= month <= now for month in months)
        ]
        found.append(replace(report, units_missing=tuple(sorted(missing))) if missing else report)
    return tuple(found)


def latest_due(read: Read, shown: Shown, last_month: str) -> tuple[Report, ...]:
    """Of each table, what was due for its latest 统计期 not after `last_month` (YYYY-MM), of the origin that its programme shows."""
    return _reports(
        read,
        shown,
        """
        inner join (
            select programme, table_name, origin, max(report_period) as report_period
            from mart_reporting
            where report_period <= $last_month
            group by programme, table_name, origin
        ) as latest
            on reports.programme = latest.programme and reports.table_name = latest.table_name
            and reports.report_period = latest.report_period and reports.origin = latest.origin
        """,
        {"last_month": last_month},
    )


def history(read: Read, shown: Shown, programme: str, last_month: str) -> tuple[Report, ...]:
    """What one programme's tables were due for in the year that ends with `last_month` (YYYY-MM)."""
    first = months_since(last_month) - 11 if last_month < "9999" else 0
    return _reports(
        read,
        shown,
        "where reports.programme = $programme and reports.report_period between $first_month and $last_month",
        {"programme": programme, "first_month": f"{first // 12:04d}-{first % 12 + 1:02d}", "last_month": last_month},
    )


def units(read: Read, shown: Shown) -> Units:
    """Which reporting units have reported which months, of the origin that each programme shows."""
    found = read(
        """
        select programme, table_name, province_code, origin, reporting_unit, list(distinct report_period) as months
        from fct_submissions
        group by programme, table_name, province_code, origin, reporting_unit
        """,
        {},
    )
    told: dict[tuple[str, str, str], dict[str, tuple[int, ...]]] = defaultdict(dict)
    for row in found:
        if row["origin"] == shown(row["programme"]):
            place = (row["programme"], row["table_name"], row["province_code"])
            told[place][row["reporting_unit"]] = tuple(map(months_since, row["months"]))
    return told


def short_names(read: Read) -> dict[str, str]:
    """What programmes are called in letters and lists, in the registry's order."""
    found = read("select programme, file_word from dim_programme order by sort_order", {})
    return {row["programme"]: row["file_word"] for row in found}


def submitted_to(read: Read, programme: str | None) -> date | None:
    """The last day that submitted records reach to, of one programme or of all; None where there are none."""
    found = read(
        "select cast(max(as_of) as date) as submitted_to from mart_kpi_values"
        " where origin = $origin and coalesce(programme = $programme, true)",
        {"origin": SUBMITTED, "programme": programme},
    )
    to: date | None = found[0]["submitted_to"]
    return to


def _reports(read: Read, shown: Shown, narrowed: str, parameters: Mapping[str, str]) -> tuple[Report, ...]:
    found = read(
        f"""
        select reports.programme, reports.table_name, table_name_zh, province_code, reports.report_period, due_date,
            judged_on, is_received, is_late, is_zero_report, row_count, received_at, reports.origin,
            case calendar.frequency when 'monthly' then 1 when 'quarterly' then 3 else 12 end as months_each
        from mart_reporting as reports
        left join reporting_calendar as calendar
            on reports.programme = calendar.programme and reports.table_name = calendar.table_name
        {narrowed}
        order by reports.programme, reports.table_name, reports.report_period, province_code
        """,  # noqa: S608 - `narrowed` is one of this module's own texts
        parameters,
    )
    return tuple(Report(**row) for row in found if row["origin"] == shown(row["programme"]))


def months_since(month: str) -> int:
    """Months since the year 0, so that months can be counted."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1
