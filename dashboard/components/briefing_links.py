"""What is shown, to take along as a briefing in the form one needs."""

from urllib.parse import urlencode

from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import comments
from dashboard.i18n import t
from warehouse.access import scopes

FORMS = (("pdf", "PDF"), ("docx", "Word"), ("pptx", "PPT"), ("xlsx", "Excel"))


def show(selection: Selection) -> None:
    """In the side bar: 简报 PDF · Word · PPT · Excel, of the region, the period and the programme that are chosen."""
    if not scopes.current().allows(scopes.EXPORT):
        return
    chosen = {"region": selection.region, "release": selection.release_id}
    if selection.period != "all":
        chosen["period"] = selection.period
    if selection.programme:
        chosen["programme"] = selection.programme
    forms = [
        tag(
            "a",
            name,
            href=f"brief?{urlencode({**chosen, 'format': form})}",
            download="",
            title=t("briefing_takes", form=name),
        )
        for form, name in FORMS
    ]
    if _has_comments(selection):
        with_them = urlencode({**chosen, "format": "pdf", "comments": 1})
        forms.append(
            tag("a", t("briefing_comments"), href=f"brief?{with_them}", download="", title=t("briefing_comments_tip"))
        )
    markup.show(tag("p", tag("span", t("briefing")), forms, cls="ub-briefing"), key="briefing_links")


def _has_comments(selection: Selection) -> bool:
    """Whether there is a comment that whoever looks may see, of the programme that is chosen."""
    try:
        return bool(comments.seen(selection.release_id, selection.programme or None))
    except OSError:
        return False
