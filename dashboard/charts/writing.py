"""The texts of declared pictures in the language in force, with their values as readers write them (warehouse/pictures/grammar.py)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard import formatting
from dashboard.i18n import is_english, pick, t
from warehouse.pictures.declared import Named, Place, Text, Written


def yuan(amount: float) -> str:
    """1,234万元."""
    return formatting.scaled(amount, pick("元", "yuan")).text


def change(amount: float) -> str:
    """+5万元, −5万元, 0元."""
    return ("+" if amount > 0 else formatting.MINUS if amount < 0 else "") + yuan(abs(amount))


def month(number: int) -> str:
    """3; Mar."""
    return date(2000, number, 1).strftime("%b") if is_english() else str(number)


# Of a value that is not there: 未报, a dash where there is nothing to take a share of, nothing for plain words.
_NOTHING = {"": "", "share": "—", "day": "—", "word": ""}
_WAYS: Mapping[str, Callable[[Any], str]] = {
    "": str,
    "count": lambda value: f"{value:,}" if isinstance(value, int) else f"{value:,.0f}",
    "percent": formatting.percent,
    "share": lambda value: f"{formatting.percent(value)}%",
    "whole": lambda value: f"{value:.0f}",
    "rounded": lambda value: f"{value:.0%}",
    "decimal": lambda value: formatting.trimmed(value, 1),
    "score": lambda value: f"{value:.1f}",
    "yuan": yuan,
    "change": change,
    "scaled": lambda value: formatting.scaled(value, "").text.strip(),
    "period": formatting.period_name,
    "day": formatting.day,
    "month": month,
}


# Analysts write 1 services; a word that ends in s without being more than one is none of these.
_ONE = re.compile(
    r"(?<![\d.,–])(?<!\d )1 ((?:more |other |new |valid )?)(?!(?:has|is|was|this|its|does|series)\b)([a-z]+?)(ies|s)\b(?<!ss)"
)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Speaker:
    """Says texts: `chosen` is what a picture was asked for, `ways` write what only the page knows, `lists` are the picture's own."""

    chosen: Mapping[str, Any]
    ways: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    lists: Callable[[str], str] = str

    def say(self, text: Text | None, row: Row = ()) -> str:
        """A text with the values of a row; of several the first whose condition holds."""
        if not text:
            return ""
        if isinstance(text, tuple):
            return next((self.say(one.words, row) for one in text if self.holds(one.when, row)), "")
        spoken = text["en" if is_english() else "zh"]
        said = "".join(part if isinstance(part, str) else self._part(part, row) for part in spoken)
        return _ONE.sub(_singular, said) if is_english() else said

    def value(self, place: Place, row: Row) -> Any:
        """A value of a row, or of what was chosen."""
        return row[place] if isinstance(place, int) else self.chosen[place]

    def holds(self, when: Place | None, row: Row) -> bool:
        """Whether a condition holds; one that is not there does."""
        return when is None or bool(self.value(when, row))

    def _part(self, part: Written | Named, row: Row) -> str:
        if isinstance(part, Named):
            return self.lists(part.name)
        value = self.value(part.place, row)
        return "" if value is None and part.is_optional else written(value, part.format, self.ways)


def _singular(found: re.Match[str]) -> str:
    between, stem, end = found.groups()
    return f"1 {between}{stem}{'y' if end == 'ies' else ''}"


def written(value: Any, way: str, own: Mapping[str, Callable[[Any], str]]) -> str:
    """A value in words; `own` are the ways that need to know what is looked at."""
    if value is None:
        return _NOTHING.get(way, t("missing"))
    return (own.get(way) or _WAYS[way])(value)
