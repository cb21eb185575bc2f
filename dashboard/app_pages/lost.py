"""What a reader sees whose address names no page: that it does not, and the ways on."""

from dashboard import links
from dashboard.components import filters, markup, page_title
from dashboard.components.markup import tag
from dashboard.data import programmes
from dashboard.i18n import pick, t

WAYS = ("provinces", "data_quality", "upload", "glossary", "releases")


def show(path: str) -> None:
    """The page; `path` is what stood in the address."""
    release_id = filters.current().release_id
    page_title.show(t("lost_page"), t("lost_page_question", path=path[:80]))
    ways = [markup.link(links.Target(page=links.HOME), t("overview"))]
    for one in programmes.all_programmes(release_id):
        ways.append(markup.link(links.programme_page(one.code), pick(one.short_name_zh, one.name_en)))
    ways += [markup.link(links.Target(page=name.replace("_", "-")), t(name)) for name in WAYS]
    markup.show(
        tag(
            "section",
            tag("h3", t("lost_page_ways")),
            tag("ul", [tag("li", way) for way in ways], cls="ub-ways"),
            cls="ub-panel",
        ),
        key="lost_page",
    )
