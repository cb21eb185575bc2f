"""What all shapes share: tones, a piece of a track, and the sign for what was not reported."""

from dashboard.components.markup import Markup, tag
from dashboard.i18n import t

TONES = ("met", "on-track", "behind", "check", "line", "others")
# Shades for parts that belong together, and their ink.
SHADES = (*(f"amount-{step}" for step in range(1, 7)), *(f"scale-{step}" for step in range(1, 8)))


def piece(start: float, end: float, tone: str, title: str | None = None, mark: str = "") -> Markup:
    """A piece of a track from one share of its length to another, with a mark in it."""
    width = max(end - start, 0)
    return tag(
        "i",
        tag("span", mark) if mark else None,
        cls=f"ub-fill-{tone}",
        style=f"left:{start:.2%};width:{width:.2%}",
        title=title,
    )


def missing() -> Markup:
    """未报 in the place of a bar."""
    return tag("span", tag("span", t("missing"), cls="ub-missing"))


# Hatched is what only somebody says; it is told apart from a full tone on paper too.
CSS = (
    "".join(f".ub-fill-{tone} {{ background: var(--ub-{tone}); }}\n" for tone in (*TONES, *SHADES))
    + "".join(f".ub-pictures i.ub-fill-{shade}:not(.ub-state) {{ color: var(--ub-on-{shade}); }}\n" for shade in SHADES)
    + "".join(f".ub-pictures .ub-ink-{tone} {{ color: var(--ub-{tone}); }}\n" for tone in TONES)
    + ".ub-fill-hatched { background: repeating-linear-gradient(135deg, var(--ub-line) 0 2px, var(--ub-card) 2px 5px); }\n"
)
CSS += ".ub-pictures i.ub-fill-others:not(.ub-state) { color: var(--ub-on-others); }\n"
