"""按目前速度，2025年底约 77%（71–83%），达不到 100%: what is expected at a target's date, in words."""

from dashboard import formatting
from dashboard.data.kpis import Kpi
from dashboard.i18n import t
from warehouse.releases.forecasts.outlook import Outlook, Step


def sentence(outlook: Outlook, kpi: Kpi, target: float | None, target_upper: float | None = None) -> str:
    """The whole of it, with the pace it would need."""
    return t("ahead_sentence", said=short(outlook, kpi, target, target_upper), pace=_paces(outlook, kpi))


def short(outlook: Outlook, kpi: Kpi, target: float | None, target_upper: float | None = None) -> str:
    """按目前速度，2025年底约 77%（71–83%），达不到 100%."""
    low, high = (amount(number, kpi) for number in (outlook.low, outlook.high))
    return t(
        "ahead_short",
        way=t(f"ahead_by_{outlook.method}"),
        at=date_words(outlook),
        value=amount(outlook.value, kpi),
        low=low.removesuffix("%") if kpi.unit == "percent" else low,
        high=high,
        verdict=t(f"ahead_{outlook.verdict}", target=_target(target, target_upper, kpi)),
        bound=t("ahead_bound") if outlook.is_bound else "",
    )


def step(expected: Step, kpi: Kpi) -> str:
    """预测约 77%（71–83%）, of one period to come."""
    low, high = (amount(number, kpi) for number in (expected.low, expected.high))
    return t("ahead_tip", value=amount(expected.value, kpi), low=low.removesuffix("%"), high=high)


def date_words(outlook: Outlook) -> str:
    """2025年底, 2025年6月底; the end of 2025, the end of Jun 2025."""
    at = outlook.at
    if at.month == 12:
        return t("end_of_year", year=at.year)
    return t("end_of_month", month=formatting.period_name(f"{at:%Y-%m}"))


def amount(number: float, kpi: Kpi) -> str:
    """An expected number says no decimals that nobody can expect."""
    if kpi.unit == "percent":
        return formatting.trimmed(number * 100, 0) + "%"
    return formatting.amount(number, kpi).text


def _target(target: float | None, target_upper: float | None, kpi: Kpi) -> str:
    if target is None:
        return ""
    text = formatting.target_amount(target, kpi).text
    if target_upper is None:
        return text
    return f"{text}–{formatting.target_amount(target_upper, kpi).text}"


def _paces(outlook: Outlook, kpi: Kpi) -> str:
    """每月需 +2.2 pp，现在每月 +1.2 pp; nothing where no more is needed."""
    wants_less = kpi.direction == "lower"
    if (outlook.needed >= 0) == wants_less or not outlook.needed:
        return ""
    return t(f"ahead_pace_{kpi.grain}", needed=_pace(outlook.needed, kpi), pace=_pace(outlook.pace, kpi))


def _pace(number: float, kpi: Kpi) -> str:
    if kpi.unit == "percent":
        return formatting.difference(number, 0.0, kpi)
    text = formatting.amount(abs(number), kpi).text
    return f"+{text}" if number >= 0 else f"{formatting.MINUS}{text}"
