"""The banner over every page of an earlier release: when it was made, that it is read only, and the way back."""

from dashboard import links
from dashboard.components import filters, markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import releases
from dashboard.i18n import t


def show(selection: Selection, current_id: str | None) -> None:
    """Nothing while the current release is read."""
    if selection.is_current or current_id is None:
        return
    reason = releases.withdrawn().get(selection.release_id)
    markup.show(
        tag(
            "div",
            tag("strong", t("as_it_was")),
            tag("span", t("as_it_was_sentence", when=releases.minute_of(selection.release_id))),
            tag("span", t("withdrawn_because", reason=reason or t("no_reason"))) if reason is not None else None,
            markup.link(links.Target(as_of=filters.CURRENT), t("back_to_current")),
            markup.link(links.Target(page="compare", release=selection.release_id), t("compare_with_current")),
            cls="ub-banner ub-banner-release",
            role="status",
        ),
        key="release_banner",
    )
