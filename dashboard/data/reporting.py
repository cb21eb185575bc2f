"""Who has reported and who is late, table by table and province by province."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.data import connection, origins


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


@st.cache_resource(max_entries=32, show_spinner=False)
def latest_due(release_id: str, mode: str, last_month: str) -> tuple[Report, ...]:
    """Of each table, what was due for its latest 统计期 not after `last_month` (YYYY-MM), under this choice of origin."""
    found = connection.rows(
        release_id,
        """
        with considered as (
            select * from mart_reporting where report_period <= $last_month
        ),

        latest as (
            select programme, table_name, origin, max(report_period) as report_period
            from considered
            group by programme, table_name, origin
        )

        select considered.programme, considered.table_name, table_name_zh, province_code, considered.report_period, due_date,
            judged_on, is_received, is_late, is_zero_report, row_count, considered.origin
        from considered
        inner join latest
            on considered.programme = latest.programme and considered.table_name = latest.table_name
            and considered.report_period = latest.report_period and considered.origin = latest.origin
        order by considered.programme, considered.table_name, province_code
        """,
        {"last_month": last_month},
    )
    return tuple(
        Report(**row) for row in found if row.pop("origin") == origins.shown(release_id, row["programme"], mode)
    )
