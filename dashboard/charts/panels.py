"""The panel around a picture: its title, the sentence that says what it shows, its table view, and 未报 where nothing was reported."""

from dataclasses import dataclass

from dashboard.components.markup import Markup, tag
from dashboard.i18n import t


@dataclass(frozen=True)
class Table:
    """A picture as a table: what it is, the heads of its columns, and its rows as text."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def panel(
    title: str, hint: str, body: Markup, sentence: str, table: Table | None = None, listed: Table | None = None
) -> Markup:
    """A picture with its title, the sentence that says what it shows, and its table view.

    `listed` is a second table, of the single cases behind the picture, opened by its own caption.
    """
    return tag(
        "section",
        tag("h3", title, tag("small", hint) if hint else None),
        body,
        tag("p", sentence, cls="ub-picture-says"),
        _table(table, t("picture_table")) if table and table.rows else None,
        _table(listed, listed.caption) if listed and listed.rows else None,
        cls="ub-panel ub-picture",
    )


def wide(drawn: Markup) -> Markup:
    """A panel that takes the whole width."""
    return tag("div", drawn, cls="ub-picture-wide")


def empty(title: str, hint: str) -> Markup:
    """A picture of which nothing was reported: 未报, never 0."""
    return panel(title, hint, tag("p", tag("span", t("missing"), cls="ub-missing")), t("picture_empty"))


def hidden(title: str, hint: str) -> Markup:
    """A picture of what is too few to show, or would give the few away."""
    return panel(title, hint, tag("p", tag("span", t("masked"), cls="ub-missing")), t("reason_masked"))


def _table(table: Table, summary: str) -> Markup:
    head = tag("tr", [tag("th", name, scope="col") for name in table.heads])
    body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in table.rows]
    drawn = tag("table", tag("caption", table.caption), tag("thead", head), tag("tbody", body), cls="ub-table")
    return tag(
        "details",
        tag("summary", summary),
        tag("div", drawn, cls="ub-table-box ub-shape-scroll", tabindex=0, role="region", aria_label=table.caption),
        cls="ub-more",
    )


CSS = """
.ub-pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; }
.ub-pictures:not(:has(> .ub-picture-wide)) > :last-child:nth-child(odd):not(:only-child) { grid-column: 1 / -1; }
.ub-picture-wide { grid-column: 1 / -1; min-width: 0; display: grid; grid-template-columns: minmax(0, 1fr); }
.ub-picture-says { font-size: 13px; color: var(--ub-second); margin-top: 12px !important; }
.ub-shape-scroll { overflow-x: auto; position: relative; }
"""
