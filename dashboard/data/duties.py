"""What one reporting unit owed, table by table and period by period, and what became of it: an office's own view of 催报."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.data import connection, masking, origins, reporting
from dashboard.data.caching import per_release
from warehouse.access import scopes
from warehouse.answers.owed import RefusedFile, Report
from warehouse.intake import filename

# China's calendar is eight hours before the clock that first sights are written by.
_CHINA = timedelta(hours=8)


@dataclass(frozen=True)
class Sent:
    """What a unit has reported of one table for one 统计期; counts are None where few may stand behind them."""

    programme: str
    table_name: str
    province_code: str
    report_period: str
    row_count: int | None
    is_zero_report: bool
    files: tuple[str, ...]
    rows_quarantined: int
    received_at: datetime | None

    @property
    def is_correction(self) -> bool:
        """Whether what counts now is a correction: what it corrects came before it."""
        return bool(self.files) and all(filename.correction_of(name.rpartition("/")[2]) > 0 for name in self.files)

    @property
    def received_on(self) -> date | None:
        """The day it came, by China's calendar."""
        return (self.received_at + _CHINA).date() if self.received_at else None


@dataclass(frozen=True)
class Duty:
    """One table for one 统计期: when it was due, what was sent, and what was refused instead."""

    report: Report
    sent: Sent | None
    refused: tuple[RefusedFile, ...] = ()

    def state(self, today: date) -> str:
        """accepted, partly, late, zero, refused, overdue or waiting."""
        if self.sent is None:
            return "refused" if self.refused else "overdue" if self._is_overdue(today) else "waiting"
        if self.sent.rows_quarantined:
            return "partly"
        return "late" if self.days_late(today) else "zero" if self.sent.is_zero_report else "accepted"

    def days_late(self, today: date) -> int:
        """Days from the day it was due to the day it came, or to today while it has not come; 0 when in time."""
        due = self.report.due_date
        if due is None:
            return 0
        if self.sent is None:
            return (min(today, self.report.judged_on) - due).days if self._is_overdue(today) else 0
        if self.sent.is_correction:
            # Of what it corrects no more is known than when the first file of the province came.
            return self.report.days_late(today)
        came = self.sent.received_on
        # Made-up records lie there since the installation: that day says nothing.
        is_told = came is not None and self.report.origin != origins.DEMONSTRATION
        return max(0, (came - due).days) if came is not None and is_told else 0

    def _is_overdue(self, today: date) -> bool:
        return self.report.due_date is not None and self.report.due_date < min(today, self.report.judged_on)


def units(release_id: str, mode: str, province: str | None = None) -> tuple[str, ...]:
    """The units that whoever looks may look at: the own ones where a scope names them, else all that have reported in its regions.

    With the two digits of a province, those of them that have reported there.
    """
    own = scopes.current().units
    if own is not None:
        return own
    by_table = reporting.units_by_table(release_id, mode)
    return tuple(sorted({unit for key, known in by_table.items() if province in (None, key[2]) for unit in known}))


def of_unit(release_id: str, mode: str, unit: str, last_month: str, refused: Sequence[RefusedFile]) -> tuple[Duty, ...]:
    """A year of what the unit owed, of the tables that it has ever reported and since it first did; the latest first.

    Empty where the unit is not among those that may be looked at.
    """
    if unit not in units(release_id, mode):
        return ()
    sent = _sent(release_id, mode, unit)
    first: dict[tuple[str, str, str], str] = {}
    for one in sent:
        place = (one.programme, one.table_name, one.province_code)
        first[place] = min(first.get(place, one.report_period), one.report_period)
    own = [one for one in refused if one.reporting_unit == unit]
    found = [
        Duty(report, _answer(report, sent), _meant(report, own))
        for programme in dict.fromkeys(one.programme for one in sent)
        for report in reporting.history(release_id, mode, programme, last_month)
        if (begun := first.get((report.programme, report.table_name, report.province_code))) is not None
        and (report.report_period >= begun or report.covers(begun))
    ]
    return tuple(sorted(found, key=lambda one: one.report.report_period, reverse=True))


def _answer(report: Report, sent: Iterable[Sent]) -> Sent | None:
    there = [
        one
        for one in sent
        if (one.programme, one.table_name, one.province_code)
        == (report.programme, report.table_name, report.province_code)
        and report.covers(one.report_period)
    ]
    return max(there, key=lambda one: one.report_period, default=None)


def _meant(report: Report, refused: Iterable[RefusedFile]) -> tuple[RefusedFile, ...]:
    return tuple(
        one
        for one in refused
        if one.programme == report.programme
        and one.table_name in (None, report.table_name)
        and (one.report_period is None or report.covers(one.report_period))
    )


@per_release(64)
def _sent(release_id: str, mode: str, unit: str) -> tuple[Sent, ...]:
    found = connection.rows(
        release_id,
        """
        select submissions.programme, submissions.table_name, submissions.province_code, submissions.report_period,
            submissions.origin, cast(sum(submissions.row_count) as bigint) as row_count,
            bool_or(submissions.is_zero_report) as is_zero_report,
            list(distinct files.file_name order by files.file_name) filter (where files.file_name is not null) as files,
            cast(coalesce(max(files.rows_quarantined), 0) as bigint) as rows_quarantined,
            min(files.first_seen_at) as received_at
        from fct_submissions as submissions
        left join dim_file as files on submissions.report_id = files.report_id
        where submissions.reporting_unit = $unit
        group by submissions.programme, submissions.table_name, submissions.province_code, submissions.report_period,
            submissions.origin
        """,
        {"unit": unit},
    )
    hiding = masking.hiding_tables(release_id)
    shown = []
    for row in found:
        if row.pop("origin") != origins.shown(release_id, row["programme"], mode):
            continue
        count = None if (row["programme"], row["table_name"]) in hiding else row["row_count"]
        shown.append(Sent(**{**row, "row_count": count, "files": tuple(row["files"] or ())}))
    return tuple(shown)
