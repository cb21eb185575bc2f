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
    markup.show(
        tag(
            "div",
            tag("strong", t("demonstration")),
            tag("span", t("demonstration_sentence")),
            markup.link(links.Target(origin=origins.REAL_ONLY), t("show_real_only")),
            cls="ub-banner",
            role="status",
        ),
        key="demonstration_banner",
    )
