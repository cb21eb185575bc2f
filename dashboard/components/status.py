"""A status as shape, word and colour together."""

from dashboard.components.markup import Markup, tag
from dashboard.data.values import Value
from dashboard.i18n import t

MARKS = {"met": "●", "on_track": "▲", "behind": "▼", "no_target": "○", "no_data": "▨", "hidden": "▨"}


def of(value: Value | None) -> str:
    """The status to show: what is hidden was reported, and no value is not reported."""
    if value is None:
        return "no_data"
    return "hidden" if value.is_masked else value.status


def badge(status: str, title: str = "") -> Markup:
    """Mark and word, in the colour of the status; `title` says on what it was judged."""
    return tag(
        "span",
        tag("span", MARKS.get(status, "○"), cls="ub-mark", aria_hidden="true"),
        t(f"status_{status}"),
        cls=f"ub-status ub-{status.replace('_', '-')}",
        title=title or None,
    )
