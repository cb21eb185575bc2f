"""The banner over every page that shows demonstration records."""

from dashboard import links
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import origins
from dashboard.i18n import t


def show(selection: Selection, programmes: tuple[str, ...]) -> None:
    """Says that numbers on this page are made up, if any of these programmes shows such."""
    if not origins.shows_demonstration(selection.release_id, programmes, selection.mode):
        return
    # Of one programme a page is wholly made up; of all of them it may be in part, and that part stands apart.
    apart = origins.apart(selection.release_id, selection.mode) if len(programmes) > 1 else ()
    is_in_part = bool(apart) and origins.leading(selection.release_id, selection.mode) == origins.SUBMITTED
    said = t("demonstration_apart", count=len(apart)) if is_in_part else t("demonstration_sentence")
    markup.show(
        tag(
            "div",
            tag("strong", t("demonstration")),
            tag("span", said),
            markup.link(links.Target(origin=origins.REAL_ONLY), t("show_real_only")),
            cls="ub-banner",
            role="status",
        ),
        key="demonstration_banner",
    )
