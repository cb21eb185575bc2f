"""What lists and counts over programmes leave out, because its records are of another origin."""

from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import origins
from dashboard.i18n import t


def show(selection: Selection) -> None:
    """演示数据的 7 个项目不在内, and how to see them; nothing where all are of one origin."""
    apart = origins.apart(selection.release_id, selection.mode)
    if not apart:
        return
    origin = origins.other(origins.leading(selection.release_id, selection.mode))
    words = t("apart_hint", origin=t(f"name_{origin}"), count=len(apart))
    markup.show(tag("p", words, cls="ub-hint"), key="apart_hint")
