"""How exact a sum is when what it adds up is a bound or an estimate."""

from collections.abc import Iterable


def combined(signs: Iterable[str | None]) -> str:
    """The sign of a sum: ≥ or ≤ where every bound in it points the same way, ≈ for any other mixture, nothing for exact numbers."""
    found = {sign for sign in signs if sign}
    if len(found) > 1:
        return "≈"
    return found.pop() if found else ""


def of_ratio(numerator: str, denominator: str) -> str:
    """The sign of a ratio: a bound of what it is divided by bounds it the other way round."""
    turned = {"≥": "≤", "≤": "≥"}.get(denominator, denominator)
    return combined((numerator, turned))
