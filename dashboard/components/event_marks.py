"""Dated events on a line: a number where each lies, and below the picture what it was."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.charts.lines import Tick
from dashboard.components.markup import Markup, tag
from dashboard.data.events import Event
from dashboard.i18n import pick, t
from warehouse.releases import period_changes

Numbered = Sequence[tuple[int, Event, str]]


def on(axis: Sequence[str], events: Sequence[Event]) -> Numbered:
    """Those that lie in a period of the axis, numbered from left to right, each with that period."""
    placed = []
    for event in events:
        for period in axis:
            first, last = period_changes.months_of(period)
            if first <= event.month <= last:
                placed.append((event, period))
                break
    return [(number, event, period) for number, (event, period) in enumerate(placed, start=1)]


def ticks(numbered: Numbered, axis: Sequence[str]) -> list[Tick]:
    """One mark a period: ①②."""
    found: dict[str, str] = {}
    for number, _, period in numbered:
        found[period] = found.get(period, "") + sign(number)
    return [Tick(float(axis.index(period)), signs) for period, signs in found.items()]


def sign(number: int) -> str:
    """① to ⑳, then plain."""
    return chr(0x245F + number) if number <= 20 else f"({number})"


def said(event: Event) -> str:
    """2023-06-16 鸡西市社会组织工会联合会成立."""
    return f"{formatting.day(event.happened_on)} {pick(event.label_zh, event.label_en)}"


def spoken(numbered: Numbered) -> str:
    """All of them in a sentence, for who cannot see the picture; empty without any."""
    if not numbered:
        return ""
    return t("events_alt", events=t("semicolon").join(f"{sign(number)} {said(event)}" for number, event, _ in numbered))


def below(numbered: Numbered) -> Markup | None:
    """The list under the picture, printed with it."""
    if not numbered:
        return None
    entries = [
        tag("li", tag("b", sign(number)), " ", said(event), tag("small", f" {_source(event)}"))
        for number, event, _ in numbered
    ]
    return tag("ol", entries, cls="ub-events", aria_label=t("events"))


def _source(event: Event) -> str:
    words = t(f"event_{event.kind}")
    return words if event.source_figure_id is None else f"{words} · {t('published')} {event.source_figure_id}"
