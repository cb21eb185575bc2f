"""Numbers, periods and statuses as a briefing writes them: 万 and 亿, percent, ≥ and ≤, 未报."""

from typing import Any

STATUSES = {"met": "达成", "on_track": "按进度", "behind": "落后", "no_target": "无目标", "no_data": "未报"}
ORIGINS = {"submitted": "报送", "demonstration": "演示", "published": "公开"}
REASONS = {
    "hidden": "不单列",
    "missing": "有一期没有数",
    "running": "本年未完",
    "began": "上期未报全",
    "backfilled": "上期是回填数",
    "bounded": "有约数",
    "coverage": "报送省份不同",
}
MISSING, HIDDEN = "未报", "不单列"
_STEPS = ((100_000_000, "亿"), (10_000, "万"))


def number(value: float, unit: str) -> str:
    """A number in the unit of a KPI, the unit's word left out but for % and 万, 亿."""
    if unit == "percent":
        return percent(value)
    if unit in ("count", "yuan"):
        return scaled(value)
    return _trimmed(value, 2 if unit == "score" else 1)


def percent(ratio: float) -> str:
    """At most one decimal; never rounded up to 100 or down to 0."""
    hundredth = ratio * 100
    text = f"{hundredth:,.1f}"
    if text == "100.0" and hundredth < 100:
        text = "99.9"
    if text in ("0.0", "-0.0") and hundredth > 0:
        return "<0.1%"
    return text.removesuffix(".0") + "%" if text in ("100.0", "0.0", "-0.0") else text + "%"


def scaled(value: float) -> str:
    """12.3万, 1.2亿; below ten thousand in full."""
    for step, word in _STEPS:
        if abs(value) >= step:
            return f"{_trimmed(value / step, 2)}{word}"
    return _trimmed(value, 1)


def value(row: dict[str, Any], kpi: dict[str, Any]) -> str:
    """A KPI value with its sign and unit; 未报 or 不单列 where there is no number."""
    if row["is_hidden"]:
        return HIDDEN
    if row["value"] is None:
        return MISSING
    said = f"{row['qualifier'] or ''}" + number(row["value"], kpi["unit"])
    if row["value_upper"] is not None:
        said += f"–{number(row['value_upper'], kpi['unit'])}"
    return said + unit(kpi)


def target(row: dict[str, Any], kpi: dict[str, Any]) -> str:
    """The target, a dash where there is none."""
    if row["target"] is None:
        return "—"
    upper = f"–{number(row['target_upper'], kpi['unit'])}" if row["target_upper"] is not None else ""
    return number(row["target"], kpi["unit"]) + upper + unit(kpi)


def change(told: dict[str, Any] | None, kpi: dict[str, Any]) -> str:
    """A comparison as +3.2个百分点 or +5.1%; 不可比 with the reason where it is none."""
    if told is None:
        return "—"
    if not told["comparable"]:
        return f"不可比（{REASONS.get(told['reason'], told['reason'])}）"
    if kpi["unit"] == "percent":
        return f"{_signed(told['difference'] * 100, 1)}个百分点"
    if told["relative"] is None:
        return f"{_signed(told['difference'], 1)}{unit(kpi)}"
    return f"{_signed(told['relative'] * 100, 1)}%"


def unit(kpi: dict[str, Any]) -> str:
    """The word behind a number; nothing for percent, which has its sign."""
    return "" if kpi["unit"] == "percent" else str(kpi["unit_zh"] or "")


def period(text: str) -> str:
    """2024年5月, 2024年第2季度, 2024年, 开始以来."""
    if text == "all":
        return "开始以来"
    if "Q" in text:
        return f"{text[:4]}年第{text[5]}季度"
    return f"{text[:4]}年{int(text[5:7])}月" if "-" in text else f"{text}年"


def day(text: str | None) -> str:
    """2024年5月31日."""
    return "—" if not text else f"{text[:4]}年{int(text[5:7])}月{int(text[8:10])}日"


def _signed(amount: float, digits: int) -> str:
    text = _trimmed(amount, digits)
    return text if text.startswith("-") else f"+{text}"


def _trimmed(amount: float, digits: int) -> str:
    text = f"{amount:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
