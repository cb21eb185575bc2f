"""A status as shape, word and colour together."""

from dashboard.components.markup import Markup, tag
from dashboard.i18n import t

MARKS = {"met": "●", "on_track": "▲", "behind": "▼", "no_target": "○", "no_data": "▨"}


def badge(status: str, title: str = "") -> Markup:
    """Mark and word, in the colour of the status; `title` says on what it was judged."""
    return tag(
        "span",
        tag("span", MARKS.get(status, "○"), cls="ub-mark", aria_hidden="true"),
        t(f"status_{status}"),
        cls=f"ub-status ub-{status.replace('_', '-')}",
        title=title or None,
    )
