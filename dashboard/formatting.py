"""Numbers, periods and dates as readers write them: 万 and 亿, percent and percentage points, ≥ and ≤, 未报."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.data import periods
from dashboard.data.figures import Figure
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.values import Value
from dashboard.i18n import is_english, pick, t
from warehouse.releases import period_changes

MINUS = "−"
WAN = 10_000
YI = 100_000_000
_CHINESE_STEPS = ((YI, "亿"), (WAN, "万"))
_ENGLISH_STEPS = ((1_000_000_000, "billion "), (1_000_000, "million "))


@dataclass(frozen=True)
class Amount:
    """A number and the unit that stands small beside it."""

    number: str
    unit: str

    @property
    def text(self) -> str:
        """Both in one, with a space before a word and none before %."""
        return self.number + (self.unit if self.unit in ("", "%") else f" {self.unit}")


def value_amount(value: Value | None, kpi: Kpi) -> Amount:
    """A KPI value with its sign and unit; 少于5件，不显示 when masked, 未报 when there is none."""
    if value is not None and value.is_beside_few:
        return Amount(t("beside_few"), "")
    if value is not None and value.is_masked:
        return Amount(few_text(kpi), "")
    if value is None or value.value is None:
        return Amount(t("no_denominator") if value is not None and lacks_denominator(value, kpi) else t("missing"), "")
    plain = amount(value.value, kpi)
    if value.qualifier and plain.number.startswith("<"):
        # Two signs before one number would say nothing.
        plain = Amount(f"{value.value * 100:.2g}", plain.unit)
    if value.value_upper is not None:
        upper = amount(value.value_upper, kpi)
        if upper.unit == plain.unit:
            return Amount(f"{value.qualifier}{plain.number}–{upper.number}", plain.unit)
    return Amount(value.qualifier + plain.number, plain.unit)


def lacks_denominator(value: Value, kpi: Kpi) -> bool:
    """Whether something was reported and only what it is divided by is missing.

    A statistic from elsewhere (a reference measure) may have no number for a region; the rows counted are known all the same.
    """
    if not kpi.is_ratio:
        return False
    if value.numerator is not None:
        return not value.denominator
    return kpi.reference_measure is not None and not kpi.is_over_region_list and bool(value.rows)


def few_text(kpi: Kpi) -> str:
    """少于5件，不显示; what is counted is said, so that a hidden rate does not read like a small one."""
    noun = pick(kpi.small_count_noun_zh, kpi.small_count_noun_en)
    return t("few", limit=kpi.small_count_limit, noun=noun) if kpi.small_count_limit else t("masked")


def amount(number: float, kpi: Kpi) -> Amount:
    """A number in the unit of a KPI."""
    label = pick(kpi.unit_zh, kpi.unit_en)
    if kpi.unit == "percent":
        return Amount(percent(number), "%")
    if kpi.unit in ("count", "yuan"):
        return scaled(number, label)
    return Amount(signed(trimmed(number, 2 if kpi.unit == "score" else 1)), label)


def percent(ratio: float) -> str:
    """A ratio as percent with at most one decimal; never rounded up to 100 or down to 0."""
    hundredth = ratio * 100
    text = f"{hundredth:,.1f}"
    if text == "100.0" and hundredth < 100:
        text = "99.9"
    if text in ("0.0", "-0.0") and hundredth > 0:
        return "<0.1"
    return signed(text.removesuffix(".0") if text in ("100.0", "0.0", "-0.0") else text)


def scaled(number: float, unit: str, write: Callable[[float], str] | None = None) -> Amount:
    """A count or sum of money: 1.23万, 4.56亿 in Chinese, million and billion in English.

    Three digits at least are written, unless `write` says otherwise.
    """
    size = abs(number)
    for step, word in _ENGLISH_STEPS if is_english() else _CHINESE_STEPS:
        if size >= step * 0.99995:
            return Amount(signed((write or three_digits)(number / step)), f"{word}{unit}")
    if write:
        return Amount(signed(write(number)), unit)
    return Amount(signed(trimmed(number, 0 if size >= 100 else 1)), unit)


def trimmed(number: float, decimals: int) -> str:
    """A number with thousands separators and at most so many decimals."""
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def three_digits(number: float) -> str:
    """1.23, 12.3, 123, 1,234."""
    size = abs(number)
    return trimmed(number, 2 if size < 10 else 1 if size < 100 else 0)


def as_given(number: float) -> str:
    """Every digit a source gives: a published figure is not rounded."""
    return trimmed(number, 6)


def signed(text: str) -> str:
    """The same with a real minus sign."""
    return "0" if text == "-0" else text.replace("-", MINUS)


def difference(now: float, before: float, kpi: Kpi) -> str:
    """How a value differs from an earlier one: pp for ratios, days and scores in their unit, percent for the rest."""
    change = now - before
    if kpi.unit == "percent":
        return _plus(change * 100, 1) + " pp"
    if kpi.unit in ("days", "hours", "score"):
        return f"{_plus(change, 1)} {pick(kpi.unit_zh, kpi.unit_en)}"
    if not before:
        return _plus(change, 0)
    return _plus(change / abs(before) * 100, 1) + "%"


def figure_amount(figure: Figure) -> Amount:
    """A published figure as the source gives it, with ≥, ≤ or ≈."""
    unit = figure.unit_zh or ""
    if figure.value is None:
        return Amount(t("no_number") if figure.is_publishable else t("withheld"), "")
    low = _number(figure.value)
    if low is None:
        return Amount(figure.value, "")
    # What a published figure counts is said by its English name where that is enough.
    shown = (figure.unit_en or "") if is_english() and figure.name_en else unit
    if unit in ("比例", "建立率"):
        return Amount(f"{figure.sign}{percent(low)}", "%")
    if unit == "布尔":
        return Amount(t("yes") if low else t("no"), "")
    if unit in ("年", "日期"):
        return Amount(figure.value, "" if unit == "日期" else shown)
    plain = scaled(low, shown, as_given)
    high = _number(figure.value_upper) if figure.value_upper else None
    number = f"{plain.number}–{scaled(high, shown, as_given).number}" if high is not None else plain.number
    return Amount(f"{figure.sign}{number}", plain.unit)


def target_text(value: Value, kpi: Kpi) -> str:
    """The target in words, or 无目标."""
    if value.target is None:
        return t("no_target")
    low = target_amount(value.target, kpi)
    if value.target_upper is not None:
        return t("target", target=f"{low.number}–{target_amount(value.target_upper, kpi).text}")
    return t("target", target=low.text)


def target_amount(target: float, kpi: Kpi) -> Amount:
    """A target in the unit of its KPI, without decimals that say nothing: 80%, not 80.0%."""
    return Amount(trimmed(target * 100, 1), "%") if kpi.unit == "percent" else amount(target, kpi)


def attainment(value: Value) -> float | None:
    """How much of the target is reached, 1 for all of it; None without a target or where less is better."""
    if value.target is None or value.value is None or value.target <= 0:
        return None
    return value.value / value.target


def period_name(period: str) -> str:
    """2024年5月, 2024年二季度, 2024年, 累计; May 2024, Q2 2024, 2024, All time."""
    grain = periods.grain_of(period)
    if grain == "all":
        return t("period_all")
    if grain == "span":
        first, last = period.split("..")
        return t("period_span", year=first[:4], months=pick(*period_changes.months_words(first, last)))
    if grain == "year":
        return t("period_year", year=period)
    if grain == "quarter":
        return t(
            "period_quarter", year=period[:4], quarter=period[5] if is_english() else "一二三四"[int(period[5]) - 1]
        )
    month = int(period[5:7])
    return t("period_month", year=period[:4], month=date(2000, month, 1).strftime("%b") if is_english() else month)


def unfinished(value: Value, kpi: Kpi) -> str:
    """未完，1–5月, of a period that goes on after the last month reported; 自2022年6月起上报, of one in which reports begin; else empty."""
    if value.is_running and value.reported_to is not None:
        first = period_changes.months_of(value.period)[0]
        if first > value.reported_to:
            return ""
        return t("unfinished", months=pick(*period_changes.months_words(first, value.reported_to)))
    if period_changes.begins_within(value.reported_from, value.period, kpi.grain):
        return t("begun", month=pick(*period_changes.month_words(value.reported_from or "")))
    return ""


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after the other: with a space between them where the language has one."""
    return (" " if is_english() else "").join(part for part in parts if part)


def day(moment: date | None) -> str:
    """2024-05-31, the same in both languages."""
    return moment.isoformat()[:10] if moment else "—"


def minute(moment: datetime | None) -> str:
    """2024-06-01 16:30."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "—"


def table_name(name_zh: str, table: str) -> str:
    """体检场次; Session. Contracts name tables in Chinese, their codes are English words."""
    return pick(name_zh, table.replace("_", " ").capitalize())


def region_name(region: Region) -> str:
    """A region's everyday name: 河南, 洛阳市; Henan."""
    if region.code == NATION:
        return t("nation")
    return pick(region.short_name if region.level == "province" else region.name, region.name_en)


def _plus(change: float, decimals: int) -> str:
    text = trimmed(change, decimals)
    if text in ("0", "-0"):
        return "0"
    return f"+{text}" if change > 0 else signed(text)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
