"""Ledgers: how much of what each promised is done, with a second share as a dot on the same scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.parts import piece
from dashboard.components.markup import Markup, tag


@dataclass(frozen=True)
class Pledge:
    """What is done of what was promised (None: not reported) as a bar, and a second share (None likewise) as a dot on it."""

    name: str
    note: str
    done: float | None
    text: str
    dot: float | None
    dot_text: str
    tone: str


def ledger(pledges: Sequence[Pledge]) -> Markup:
    """Pledges one below the other on a scale from 0 to 1; a dot beyond 1 stands at the end."""
    return tag("ul", [_line(pledge) for pledge in pledges], cls="ub-ledger")


def legend(bars: Sequence[tuple[str, str]], dot: str | None) -> Markup:
    """What the tones of the bars mean, and what the dot is."""
    return tag(
        "p",
        [tag("span", tag("i", cls=f"ub-fill-{tone}"), word) for tone, word in bars],
        tag("span", tag("em", cls="ub-ledger-dot"), dot) if dot else None,
        cls="ub-shape-legend",
    )


def _line(pledge: Pledge) -> Markup:
    dot = None
    if pledge.dot is not None:
        dot = tag("em", style=f"left:{min(pledge.dot, 1):.1%}", title=pledge.dot_text)
    return tag(
        "li",
        tag("span", pledge.name, tag("small", pledge.note) if pledge.note else None),
        tag(
            "span",
            piece(0, min(pledge.done, 1), pledge.tone) if pledge.done is not None else None,
            dot,
            cls="ub-shape-track",
        ),
        tag("span", tag("b", pledge.text), tag("small", pledge.dot_text), cls="ub-ledger-text"),
    )


CSS = """
.ub-ledger li { display: grid; grid-template-columns: minmax(150px, 220px) minmax(60px, 1fr) 132px; gap: 12px; }
.ub-ledger li { align-items: center; min-height: 42px; font-size: 13px; }
.ub-ledger small { display: block; font-size: 11.5px; color: var(--ub-third); }
.ub-ledger b { font-weight: 600; }
.ub-ledger .ub-shape-track { overflow: visible; }
.ub-ledger em, .ub-shape-legend em.ub-ledger-dot { width: 12px; height: 12px; border-radius: 50%; box-sizing: border-box; }
.ub-ledger em, .ub-shape-legend em.ub-ledger-dot { background: var(--ub-card); border: 3px solid var(--ub-ink); }
.ub-ledger em { position: absolute; top: 1px; margin-left: -6px; }
@media screen and (max-width: 720px) {
  .ub-ledger li { grid-template-columns: minmax(40px, 1fr) 96px; gap: 2px 10px; padding: 5px 0 !important; }
  .ub-ledger li > span:first-child { grid-column: 1 / -1; }
  .ub-ledger li > span:first-child small { display: inline; margin-left: 8px; }
}
"""
