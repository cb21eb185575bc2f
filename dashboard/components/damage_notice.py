"""The notice over every page where a release is damaged on disk and another one is shown in its place."""

from dashboard import links
from dashboard.components import filters, markup
from dashboard.components.markup import Markup, tag
from dashboard.data import releases
from dashboard.i18n import t


def show(release_id: str) -> None:
    """Says which release is shown instead and what to do; draws nothing while all is well."""
    if not releases.is_stand_in(release_id):
        return
    _show(t("damaged_release"), t("damaged_release_sentence", release=releases.short_id(release_id)))


def show_asked(release_id: str, damage: str) -> None:
    """Says that the earlier release asked for cannot be opened, why, and that the current one is shown."""
    asked = t("release_of", when=releases.minute_of(release_id), release=releases.short_id(release_id))
    back = markup.link(links.Target(as_of=filters.CURRENT), t("back_to_current"))
    _show(t("damaged_earlier"), t("damaged_earlier_sentence", asked=asked, damage=damage), back)


def _show(title: str, sentence: str, link: Markup | None = None) -> None:
    markup.show(
        tag("div", tag("strong", title), tag("span", sentence), link, cls="ub-banner", role="alert"),
        key="damage_notice",
    )
