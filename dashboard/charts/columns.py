"""Many rows of small columns over the same places, such as sites by week: how much, where, and whether it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.markup import Markup, join, tag


@dataclass(frozen=True)
class Place:
    """One place of a row: the value, None where something happened and the value was not reported; `text` says it."""

    at: int
    value: float | None
    text: str


@dataclass(frozen=True)
class Row:
    """A row of columns and what stands beside it."""

    name: str
    note: str
    places: tuple[Place, ...]
    text: str
    largest: float


def columns_by_row(rows: Sequence[Row], count: int, ends: tuple[str, str], unknown: str, label: str) -> Markup:
    """Rows over `count` places; `ends` name the first and the last place, `unknown` what a place without a value is called.

    Each row's columns are drawn against its own `largest`.
    """
    lines = [
        tag(
            "li",
            tag("span", row.name, tag("small", row.note) if row.note else None),
            tag("span", [_column(place, count, row.largest) for place in row.places], cls="ub-columns-track"),
            tag("span", tag("b", row.text), cls="ub-columns-text"),
        )
        for row in rows
    ]
    scale = tag("li", tag("span"), tag("span", [tag("span", end) for end in ends], cls="ub-columns-ends"), tag("span"))
    has_unknown = any(place.value is None for row in rows for place in row.places)
    legend = tag("p", tag("span", tag("i", cls="ub-columns-unknown"), unknown), cls="ub-shape-legend")
    return join(
        tag("ul", lines, scale, cls="ub-columns", role="img", aria_label=label),
        legend if has_unknown else None,
    )


def _column(place: Place, count: int, largest: float) -> Markup:
    width = 100 / max(count, 1)
    kind = "ub-columns-unknown" if place.value is None else "ub-fill-line"
    height = 0.24 if place.value is None else place.value / (largest or 1)
    return tag(
        "i",
        cls=kind,
        style=f"left:{(place.at + 0.1) * width:.3f}%;width:{width * 0.8:.3f}%;height:{height:.2%}",
        title=place.text,
    )


CSS = """
.ub-columns li { display: grid; grid-template-columns: 132px minmax(60px, 1fr) minmax(76px, auto); gap: 12px; }
.ub-columns li { align-items: center; min-height: 40px; font-size: 13px; }
.ub-columns li > span:first-child small { display: block; font-size: 11.5px; color: var(--ub-third); }
.ub-columns-track { position: relative; display: block; height: 32px; border-bottom: 1px solid var(--ub-rule); }
.ub-columns-track i { position: absolute; bottom: 0; min-width: 2px; max-width: 28px; }
i.ub-columns-unknown { border: 1px dashed var(--ub-behind); box-sizing: border-box; }
.ub-columns li:last-child { min-height: 18px; }
.ub-columns-text { font-weight: 600; }
.ub-columns-ends { display: flex; justify-content: space-between; font-size: 11.5px; color: var(--ub-third); }
@media screen and (max-width: 720px) { .ub-columns li { grid-template-columns: 104px minmax(40px, 1fr) minmax(56px, auto); gap: 8px; } }
@media print { .ub-columns-track i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
