"""Reads dates and months as offices write them; what is ambiguous or impossible is said, never guessed."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from warehouse.intake import marks
from warehouse.intake.note import Note
from warehouse.intake.values import BLANK, Cell, placeholder

_TIME = r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
# What a program writes behind a date when its clock is set so: only the day is read, and only where the zone is this country's.
_HALF = r"(?:上午|下午|凌晨|早上|早晨|中午|晚上|傍晚|夜里|夜间|[AaPp]\.?[Mm]\.?)"
_CLOCK = r"(?P<hour{0}>\d{{1,2}})(?:[:时点](?P<minute{0}>\d{{1,2}})(?:[:分](?P<second{0}>\d{{1,2}})(?:\.\d+)?秒?|分)?|[时点]整?)"
_HALF_DAY = re.compile(
    rf"(?P<day>.*?[\d日号])(?:\s*{_HALF}\s*(?:{_CLOCK.format(1)})?|[ T]+{_CLOCK.format(2)}\s*{_HALF}"
    r"|(?:\s+|(?<=[日号]))(?P<hour3>\d{1,2})(?:时|点)(?:整|(?P<minute3>\d{1,2})分(?:(?P<second3>\d{1,2})秒)?)?)"
)
_HOME = r"(?:CST|(?:GMT|UTC)?\+0?8:?(?:00)?)"
_ENGLISH_CLOCK = re.compile(
    rf"(.*?[A-Za-z].*?)\s+\d{{2}}:\d{{2}}(?::\d{{2}})?(?:\s+{_HOME})?(\s+\d{{4}})?(?:\s+\([^()]*\))?"
)
_WEEKDAY = re.compile(
    r"[\s,、]*(?:[(\[]?\s*(?:星期|周|礼拜)\s*(?P<zh>[一二三四五六日天])\s*[)\]]?|[(\[]\s*(?P<short>[一二三四五六日天])\s*[)\]]"
    r"|(?<![A-Za-z])[(\[]?(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\.?[)\]]?(?![A-Za-z]))[\s,、]*",
    re.IGNORECASE,
)
_WEEKDAYS = ({"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}) | {
    name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)
}
# Whole days, months and years that a program wrote as numbers with a decimal.
_WHOLE = re.compile(r"(\d{4}|\d{6}|\d{8})\.0+")
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_TIME}")
_SEPARATED = re.compile(rf"(\d{{4}})\s*([./\-年])\s*(\d{{1,2}})\s*([./\-月])\s*(\d{{1,2}})\s*[日号]?{_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})")
_MONTH = re.compile(r"(\d{4})\s*(?:[./\-]|年)\s*(\d{1,2})\s*月?(?:份)?|(\d{4})(\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:月|[./\-])\s*(\d{1,2})\s*[日号]?")
_SHORT_YEAR = re.compile(r"(\d{2})[./\-年](\d{1,2})[./\-月](\d{1,2})日?")
_SERIAL = re.compile(r"(\d{5})(?:\.(\d+))?")
_ENGLISH = re.compile(r"(?:([A-Za-z]{3,9})\.?\s+(\d{1,2})|(\d{1,2})[\s-]([A-Za-z]{3,9})\.?),?[\s-]\s*(\d{4})")
_ENGLISH_MONTH = re.compile(r"([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
_HOME_ZONE = ZoneInfo("Asia/Shanghai")


def read_date(
    raw: str, today: date, not_future: bool, epoch_1904: bool, allow_month: bool = False, order: str | None = None
) -> Cell:
    """The date of a cell. D35–D37 and D43 repair; D38 incomplete, D39 ambiguous, D40 impossible, D41 in the future.

    `order` is what the contract says of dates such as 05/06/2024: month_first, day_first, or None for ambiguous.
    """
    text = marks.fold(raw).strip().strip("'‘’").strip()
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    found = _read(raw, text, epoch_1904, allow_month, order)
    if found.is_refused or not isinstance(found.value, date):
        return found
    if not 1900 <= found.value.year <= 2199:
        return Cell(None, (Note("D40", {"raw": raw}),))
    if not_future and found.value > today:
        return Cell(None, (Note("D41", {"raw": found.value.isoformat()}),))
    if marks.has_wide_digits(raw):
        return Cell(found.value, (Note("D16", {"raw": raw, "val": found.value.isoformat()}),))
    return found


def read_period(raw: str, today: date, not_future: bool, epoch_1904: bool) -> Cell:
    """The month of a cell as YYYY-MM: 2024-05, 2024年5月, 202405, 2024/5, or a date within it. D103 when later than today's month."""
    text = marks.fold(raw).strip().strip("'‘’").strip()
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    if re.fullmatch(r"\d{4}\.1", text):
        # Excel shows 2024.10 as 2024.1.
        return Cell(None, (Note("D39.month", {"raw": raw}),))
    month = _read_month(_without_decimal(text), epoch_1904)
    if month is None:
        incomplete = re.fullmatch(r"(\d{4})年?|(\d{1,2})月?份?", _without_decimal(text))
        odd = next((note for note in _read(raw, text, epoch_1904, False).notes if note.key == "D39.weekday"), None)
        return Cell(None, (odd or Note("D38" if incomplete else "D40", {"raw": raw}),))
    value = f"{month.year:04d}-{month.month:02d}"
    if not 1900 <= month.year <= 2199:
        return Cell(None, (Note("D40", {"raw": raw}),))
    if not_future and (month.year, month.month) > (today.year, today.month):
        return Cell(None, (Note("D103", {"raw": value}),))
    if raw == value:
        return Cell(value)
    key = "D16" if text != raw.strip() else "D35" if "年" in text else "D36"
    return Cell(value, (Note(key, {"raw": raw, "val": value}),))


def _read_month(text: str, epoch_1904: bool) -> date | None:
    found = _MONTH.fullmatch(text)
    if found:
        year, month = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
        return _date(int(year), int(month), 1)
    chinese = _CHINESE_DATE.fullmatch(text)
    if chinese:
        return _date(int(chinese.group(1).translate(_CHINESE_DIGITS)), _chinese_number(chinese.group(2)), 1)
    english = _ENGLISH_MONTH.fullmatch(text)
    if english and english.group(1)[:3].lower() in _ENGLISH_MONTHS:
        return _date(int(english.group(2)), _ENGLISH_MONTHS[english.group(1)[:3].lower()], 1)
    whole = _read(text, text, epoch_1904, False)
    return whole.value if isinstance(whole.value, date) else None


def _read(raw: str, text: str, epoch_1904: bool, allow_month: bool, order: str | None = None) -> Cell:
    """A date with or without what programs add to it: a decimal, a weekday, which has to be right, and the time of day."""
    if len(text) > marks.LONGEST:
        return Cell(None, (Note("D40", {"raw": raw}),))
    day, weekday = _without_weekday(_without_decimal(text))
    dated = _without_half_day(day)
    cell = _read_day(raw, dated, epoch_1904, allow_month, order)
    if cell.is_refused or not isinstance(cell.value, date):
        return cell
    if weekday and cell.value.isoweekday() != weekday:
        return Cell(None, (Note("D39.weekday", {"raw": raw}),))
    values = {"raw": raw, "val": cell.value.isoformat()}
    if dated != day:
        return Cell(cell.value, (Note("D43", values),))
    return cell if cell.notes or not weekday else Cell(cell.value, (Note("D36", values),))


def is_serial(text: str) -> bool:
    """Whether a text is one of Excel's day numbers, of which each digit counts."""
    return _SERIAL.fullmatch(text) is not None


def _without_decimal(text: str) -> str:
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else text


def _without_weekday(text: str) -> tuple[str, int]:
    """The text without the weekday in it, and its number from Monday on; 0 when there is none."""
    found = _WEEKDAY.search(text)
    if found is None:
        return text, 0
    word = found.group("zh") or found.group("short") or found.group("en").lower()
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), _WEEKDAYS[word]


def _without_half_day(text: str) -> str:
    """A date without a time of day that is said by its half or in hours and minutes; unchanged when there is no such time."""
    found = _HALF_DAY.fullmatch(text)
    if found is None:
        english = _ENGLISH_CLOCK.fullmatch(text)
        return f"{english.group(1)}{english.group(2) or ''}" if english else text
    clock = found.groupdict()
    limits = (("hour", 23), ("minute", 59), ("second", 59))
    is_time = all(int(clock.get(f"{part}{way}") or 0) <= most for part, most in limits for way in (1, 2, 3))
    return found.group("day").strip() if is_time else text


def _read_day(raw: str, text: str, epoch_1904: bool, allow_month: bool, order: str | None) -> Cell:
    readers: tuple[Callable[[str, str], Cell | None], ...] = (
        _iso,
        _separated,
        _compact,
        _chinese,
        lambda raw, text: _serial(raw, text, epoch_1904),
        lambda raw, text: _year_last(raw, text, order),
        _english,
        lambda raw, text: _month_only(raw, text, allow_month),
        _without_year,
    )
    for reader in readers:
        cell = reader(raw, text)
        if cell is not None:
            return cell
    return Cell(None, (Note("D40", {"raw": raw}),))


def _iso(raw: str, text: str) -> Cell | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, *clock = found.groups()
    plain = len(month) == 2 and len(day) == 2
    return _dated(raw, (year, month, day), clock, None if plain else "D36")


def _separated(raw: str, text: str) -> Cell | None:
    found = _SEPARATED.fullmatch(text)
    if not found:
        return None
    year, first, month, _, day, *clock = found.groups()
    return _dated(raw, (year, month, day), clock, "D35" if first == "年" else "D36")


def _compact(raw: str, text: str) -> Cell | None:
    found = _COMPACT.fullmatch(text)
    return _dated(raw, found.groups(), [None] * 4, "D36") if found else None


def _chinese(raw: str, text: str) -> Cell | None:
    found = _CHINESE_DATE.fullmatch(text)
    if not found:
        return None
    if not found.group(3):
        return Cell(None, (Note("D38", {"raw": raw}),))
    year = found.group(1).translate(_CHINESE_DIGITS)
    month, day = _chinese_number(found.group(2)), _chinese_number(found.group(3))
    return _dated(raw, (year, str(month), str(day)), [None] * 4, "D35")


def _serial(raw: str, text: str, epoch_1904: bool) -> Cell | None:
    found = _SERIAL.fullmatch(text)
    if not found or not 20000 <= int(found.group(1)) <= 60000:
        return None
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    value = start + timedelta(days=int(found.group(1)))
    return Cell(value, (Note("D37", {"raw": raw, "val": value.isoformat()}),))


def _year_last(raw: str, text: str, order: str | None) -> Cell | None:
    """05/22/2024 and 22/05/2024: in the contract's order, else in the only order that makes a date."""
    found = _YEAR_LAST.fullmatch(text)
    if not found:
        return None
    first, second, year = int(found.group(1)), int(found.group(2)), found.group(3)
    if order is None and first <= 12 and second <= 12 and first != second:
        return Cell(None, (Note("D39", {"raw": raw}),))
    is_day_first = order == "day_first" if order else first > 12
    month, day = (second, first) if is_day_first else (first, second)
    return _dated(raw, (year, str(month), str(day)), [None] * 4, "D36")


def _english(raw: str, text: str) -> Cell | None:
    """May 22, 2024 and 22 May 2024."""
    found = _ENGLISH.fullmatch(text)
    if not found:
        return None
    name, day = (found.group(1), found.group(2)) if found.group(1) else (found.group(4), found.group(3))
    month = _ENGLISH_MONTHS.get(name[:3].lower())
    if month is None:
        return None
    return _dated(raw, (found.group(5), str(month), day), [None] * 4, "D36")


def _month_only(raw: str, text: str, allow_month: bool) -> Cell | None:
    found = _MONTH.fullmatch(text)
    if not found:
        return None
    year, month = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
    first = _date(int(year), int(month), 1)
    if first is None:
        return Cell(None, (Note("D40", {"raw": raw}),))
    if allow_month:
        return Cell(first, (Note("D38.allowed", {"raw": raw, "val": first.isoformat()}),))
    return Cell(None, (Note("D38", {"raw": raw}),))


def _without_year(raw: str, text: str) -> Cell | None:
    if re.fullmatch(r"(?:19|20)\d{2}年?", text):
        return Cell(None, (Note("D38", {"raw": raw}),))
    if _SHORT_YEAR.fullmatch(text):
        return Cell(None, (Note("D39", {"raw": raw}),))
    return Cell(None, (Note("D38", {"raw": raw}),)) if _NO_YEAR.fullmatch(text) else None


def _dated(raw: str, parts: tuple[str, ...], clock: list[str | None], key: str | None) -> Cell:
    value = _date(*(int(part) for part in parts))
    if value is None:
        return Cell(None, (Note("D40", {"raw": raw}),))
    hour, minute, second, zone = clock
    if hour is not None:
        shifted = _at_home(value, int(hour), int(minute or 0), int(second or 0), zone)
        if shifted is None:
            return Cell(None, (Note("D40", {"raw": raw}),))
        return Cell(shifted, (Note("D43", {"raw": raw, "val": shifted.isoformat()}),))
    return Cell(value, (Note(key, {"raw": raw, "val": value.isoformat()}),) if key else ())


def _at_home(day: date, hour: int, minute: int, second: int, zone: str | None) -> date | None:
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second)
        if zone is None:
            return moment.date()
        offset = "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        return datetime.fromisoformat(moment.isoformat() + offset).astimezone(_HOME_ZONE).date()
    except (ValueError, OverflowError):
        return None


def _chinese_number(text: str) -> int:
    """The number of a month or day; 0, which no month or day has, when the characters make none."""
    if "十" not in text:
        return int(text.translate(_CHINESE_DIGITS))
    tens, _, ones = text.partition("十")
    if "十" in ones:
        return 0
    return int(tens.translate(_CHINESE_DIGITS) or 1) * 10 + int(ones.translate(_CHINESE_DIGITS) or 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
