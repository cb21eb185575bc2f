"""The title of a page and the question it answers."""

from dashboard.components import markup
from dashboard.components.markup import tag


def show(title: str, question: str, aside: str = "") -> None:
    """Title large, question below, an aside (which period is shown) small."""
    markup.show(
        tag(
            "header",
            tag("h1", title),
            tag("p", question, cls="ub-question") if question else None,
            tag("p", aside, cls="ub-hint") if aside else None,
            cls="ub-title",
        ),
        key="page_title",
    )
