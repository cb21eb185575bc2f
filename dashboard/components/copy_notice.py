"""What a reader of a copy should know: that its writer has not been heard of for a while, and what is done there only."""

from datetime import datetime

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.data import releases
from dashboard.i18n import t
from warehouse.settings import TIME_ZONE


def show() -> None:
    """The notice over every page of a copy that may be older than what the writer has; nothing while it keeps up."""
    copy = releases.copy()
    if copy is None or not copy.is_behind:
        return
    # Why stands in `unionboard status` and the log: it names machines and folders, which are not for every reader.
    when = formatting.minute(_moment(copy.reached_at))
    markup.show(
        tag(
            "div",
            tag("strong", t("copy_behind")),
            tag("span", t("copy_behind_sentence", when=when)),
            cls="ub-banner",
            role="alert",
        ),
        key="copy_notice",
    )


def show_where() -> None:
    """Beside the releases: that this host only shows them."""
    if releases.copy() is not None:
        markup.show(tag("p", t("copy_only_shows"), cls="ub-hint"), key="copy_only_shows")


def _moment(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at).astimezone(TIME_ZONE) if at else None
