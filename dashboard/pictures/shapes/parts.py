"""What all shapes share: tones, a piece of a track, and the sign for what was not reported."""

from dashboard.components.markup import Markup, tag
from dashboard.i18n import t

TONES = ("met", "on-track", "behind", "check", "line", "others")


def piece(start: float, end: float, tone: str, title: str | None = None) -> Markup:
    """A piece of a track from one share of its length to another."""
    width = max(end - start, 0)
    return tag("i", cls=f"ub-fill-{tone}", style=f"left:{start:.2%};width:{width:.2%}", title=title)


def missing() -> Markup:
    """未报 in the place of a bar."""
    return tag("span", tag("span", t("missing"), cls="ub-missing"))


CSS = "".join(f".ub-fill-{tone} {{ background: var(--ub-{tone}); }}\n" for tone in TONES)
