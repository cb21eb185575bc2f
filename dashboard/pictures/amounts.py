"""Amounts in pictures as readers write them: money in 万 and 亿, shares in percent, each with the sign of how exact it is."""

from dashboard import formatting
from dashboard.i18n import pick


def yuan(amount: float, sign: str = "") -> str:
    """≥1,234 万元."""
    return sign + formatting.scaled(amount, pick("元", "yuan")).text


def share(part: float, whole: float, sign: str = "") -> str:
    """≈62.5%; a dash where there is nothing to take a share of."""
    return f"{sign}{formatting.percent(part / whole)}%" if whole else "—"
