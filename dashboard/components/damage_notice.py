"""The notice over every page while the current release is damaged on disk and an earlier one is shown in its place."""

from dashboard.components import markup
from dashboard.components.markup import tag
from dashboard.data import releases
from dashboard.i18n import t


def show(release_id: str) -> None:
    """Says which release is shown instead and what to do; draws nothing while all is well."""
    if not releases.is_stand_in(release_id):
        return
    markup.show(
        tag(
            "div",
            tag("strong", t("damaged_release")),
            tag("span", t("damaged_release_sentence", release=releases.short_id(release_id))),
            cls="ub-banner",
            role="alert",
        ),
        key="damage_notice",
    )
