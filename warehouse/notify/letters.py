"""The words of a reminder: to a province about all it owes, or about a programme to all that owe it; on the page and in the mail."""

from calendar import month_abbr
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from warehouse.answers.owed import Report
from warehouse.answers.periods import DEMONSTRATION

# Chinese and English, by what is said.
_WORDS = {
    "to": ("{province}：", "{province}:"),
    "open": (
        "截至 {date}，以下 {count} 项报送尚未收到，请尽快报来。",
        "As of {date}, these {count} submissions have not come; please send them soon.",
    ),
    "about": (
        "{programme}：截至 {date}，以下报送尚未收到，请尽快报来。",
        "{programme}: as of {date}, these submissions have not come; please send them soon.",
    ),
    "item": ("{programme}·{table}（{period}）", "{programme}, {table} ({period})"),
    "table": ("{table}（{period}）：{who}", "{table} ({period}): {who}"),
    "due": ("应于 {due} 前报送", "due on {due}"),
    "late": ("，已逾期 {days} 天", ", {days} day{s} late"),
    "since": ("；应于 {due} 前报送，最长逾期 {days} 天", "; due on {due}, up to {days} day{s} late"),
    "units": ("还没报的单位：{units}", "offices missing: {units}"),
    "refused": ("收到过“{file}”，但已退回：{reason}", "“{file}” came and was refused: {reason}"),
    "sent_back": ("（报来的已退回）", " (what came was refused)"),
    "demonstration": ("【演示数据，请勿发送】", "[Demonstration data, do not send]"),
    "join": ("；", "; "),
    "zero": (
        "本期确无数据的，请报一行“零报告”。",
        "Where there was nothing to report, hand in a zero report of one row.",
    ),
    "how": (
        "已收到退回通知的，请下载改错表，改好后重报。",
        "What was refused can be mended in the fix-it workbook and handed in again.",
    ),
    "comma": ("、", ", "),
}

Say = Callable[..., str]


def to_province(
    province: str, owed: Sequence[Report], names: Mapping[str, str], today: date, language: str = "zh"
) -> str:
    """One letter to a province: every table it owes, when that was due, which offices, and what was sent back and why."""
    say = _in(language)
    lines = [*_warning(owed, say), say("to", province=province)]
    lines.append(say("open", date=_as_of(owed, today), count=len(owed)))
    lines += [f"{number}. {_owed(one, names, today, say, language)}" for number, one in enumerate(owed, start=1)]
    return "\n".join([*lines, say("zero"), say("how")])


def about_programme(
    programme: str,
    owed: Sequence[Report],
    provinces: Mapping[str, str],
    names: Mapping[str, str],
    today: date,
    language: str = "zh",
) -> str:
    """One letter to all: by table and 统计期, the provinces that have not sent it, the longest overdue first."""
    say = _in(language)
    about = say("about", programme=names.get(programme, programme), date=_as_of(owed, today))
    lines = [*_warning(owed, say), about]
    tables = dict.fromkeys((one.table_name, one.table_name_zh, one.report_period) for one in owed)
    for number, (table, name, period) in enumerate(tables, start=1):
        late = [one for one in owed if (one.table_name, one.report_period) == (table, period)]
        late.sort(key=lambda one: -one.days_overdue(today))
        who = say("comma").join(
            provinces.get(one.province_code, one.province_code) + (say("sent_back") if one.is_refused else "")
            for one in late
        )
        due = late[0].due_date
        days = max(one.days_overdue(today) for one in late)
        told = say("since", due=_day(due), days=days) if due and days else ""
        listed = say("table", table=_table(name, table, language), period=_period(period, language), who=who)
        lines.append(f"{number}. {listed}{told}")
    return "\n".join([*lines, say("zero"), say("how")])


def _in(language: str) -> Say:
    place = 1 if language == "en" else 0
    return lambda key, **values: _WORDS[key][place].format(s="" if values.get("days") == 1 else "s", **values)


def _owed(one: Report, names: Mapping[str, str], today: date, say: Say, language: str) -> str:
    parts = [
        say(
            "item",
            programme=names.get(one.programme, one.programme),
            table=_table(one.table_name_zh, one.table_name, language),
            period=_period(one.report_period, language),
        )
    ]
    days = one.days_overdue(today)
    if one.due_date is not None:
        parts.append(say("due", due=_day(one.due_date)) + (say("late", days=days) if days else ""))
    if one.units_missing:
        parts.append(say("units", units=say("comma").join(one.units_missing)))
    parts += [say("refused", file=file.file, reason=file.reason) for file in one.refused]
    return say("join").join(parts)


def _warning(owed: Sequence[Report], say: Say) -> list[str]:
    """Words about records that nobody owes must not be sent to anybody."""
    return [say("demonstration")] if any(one.origin == DEMONSTRATION for one in owed) else []


def _as_of(owed: Sequence[Report], today: date) -> str:
    """Up to which day delays are counted: today, or the end of a calendar that has ended."""
    return _day(min(today, max((one.judged_on for one in owed), default=today)))


def _day(day: date) -> str:
    return day.isoformat()


def _period(month: str, language: str) -> str:
    year, number = month[:4], int(month[5:7])
    return f"{month_abbr[number]} {year}" if language == "en" else f"{year}年{number}月"


def _table(name_zh: str, table: str, language: str) -> str:
    """Contracts name tables in Chinese, their codes are English words."""
    return table.replace("_", " ").capitalize() if language == "en" else name_zh
