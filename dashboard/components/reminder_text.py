"""The words of a reminder: to a province about all it owes, or about a programme to all that owe it."""

from collections.abc import Mapping, Sequence
from datetime import date

from dashboard import formatting
from dashboard.data.origins import DEMONSTRATION
from dashboard.data.reporting import Report
from dashboard.i18n import t


def to_province(province: str, owed: Sequence[Report], names: Mapping[str, str], today: date) -> str:
    """One letter to a province: every table it owes, when that was due, which offices, and what was sent back and why."""
    lines = [*_warning(owed), t("reminder_to", province=province)]
    lines.append(t("reminder_open", date=_as_of(owed, today), count=len(owed)))
    lines += [f"{number}. {_owed(one, names, today)}" for number, one in enumerate(owed, start=1)]
    return "\n".join([*lines, t("reminder_zero"), t("reminder_how")])


def about_programme(
    programme: str, owed: Sequence[Report], provinces: Mapping[str, str], names: Mapping[str, str], today: date
) -> str:
    """One letter to all: by table and 统计期, the provinces that have not sent it, the longest overdue first."""
    about = t("reminder_about", programme=names.get(programme, programme), date=_as_of(owed, today))
    lines = [*_warning(owed), about]
    tables = dict.fromkeys((one.table_name, one.table_name_zh, one.report_period) for one in owed)
    for number, (table, name, period) in enumerate(tables, start=1):
        late = [one for one in owed if (one.table_name, one.report_period) == (table, period)]
        late.sort(key=lambda one: -one.days_overdue(today))
        who = t("comma").join(
            provinces.get(one.province_code, one.province_code) + (t("reminder_sent_back") if one.is_refused else "")
            for one in late
        )
        due = late[0].due_date
        days = max(one.days_overdue(today) for one in late)
        told = t("reminder_since", due=_day(due), days=days) if due and days else ""
        lines.append(
            f"{number}. "
            + t(
                "reminder_table",
                table=formatting.table_name(name, table),
                period=formatting.period_name(period),
                who=who,
            )
            + told
        )
    return "\n".join([*lines, t("reminder_zero"), t("reminder_how")])


def _owed(one: Report, names: Mapping[str, str], today: date) -> str:
    parts = [
        t(
            "reminder_item",
            programme=names.get(one.programme, one.programme),
            table=formatting.table_name(one.table_name_zh, one.table_name),
            period=formatting.period_name(one.report_period),
        )
    ]
    days = one.days_overdue(today)
    if one.due_date is not None:
        parts.append(t("reminder_due", due=_day(one.due_date)) + (t("reminder_late", days=days) if days else ""))
    if one.units_missing:
        parts.append(t("reminder_units", units=t("comma").join(one.units_missing)))
    parts += [t("reminder_refused", file=file.file, reason=file.reason) for file in one.refused]
    return t("reminder_join").join(parts)


def _warning(owed: Sequence[Report]) -> list[str]:
    """Words about records that nobody owes must not be sent to anybody."""
    return [t("reminder_demonstration")] if any(one.origin == DEMONSTRATION for one in owed) else []


def _as_of(owed: Sequence[Report], today: date) -> str:
    """Up to which day delays are counted: today, or the end of a calendar that has ended."""
    return _day(min(today, max((one.judged_on for one in owed), default=today)))


def _day(day: date) -> str:
    return day.isoformat()
