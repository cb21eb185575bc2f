"""需要关注: what is behind, late, set aside or without its parent, each a link to where it can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import links
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.i18n import t

MARKS = {"behind": "▼", "overdue": "!", "check": "!", "orphans": "!"}


@dataclass(frozen=True)
class Item:
    """One thing to look at: its kind (behind, overdue, check, orphans), what it is about, and the numbers."""

    kind: str
    title: str
    detail: str
    target: links.Target


def show(items: Sequence[Item]) -> None:
    """The list, most pressing first."""
    entries = [_entry(item) for item in items] or [tag("li", tag("p", t("nothing_to_see")), cls="ub-hint")]
    markup.show(
        tag("section", tag("h3", t("attention")), tag("ul", entries, cls="ub-attention"), cls="ub-panel ub-fill"),
        key="attention",
    )


def _entry(item: Item) -> Markup:
    kind = "behind" if item.kind == "behind" else "check"
    return tag(
        "li",
        tag(
            "span",
            tag("span", MARKS[item.kind], cls="ub-mark", aria_hidden="true"),
            t(f"attention_{item.kind}"),
            cls=f"ub-status ub-{kind}",
        ),
        tag("div", markup.link(item.target, item.title, cls="ub-row-link"), tag("p", item.detail)),
    )
