"""What a reader sees where there is nothing to see yet, and what to do about it."""

from collections.abc import Sequence

from dashboard.components import markup
from dashboard.components.markup import tag


def show(title: str, sentences: Sequence[str], key: str = "empty_state") -> None:
    """A short heading and a few sentences."""
    markup.show(
        tag("section", tag("h3", title), [tag("p", sentence) for sentence in sentences], cls="ub-panel ub-empty"),
        key=key,
    )
