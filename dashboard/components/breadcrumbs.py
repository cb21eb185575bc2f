"""The way down from the nation to the region shown, each step a link."""

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import regions
from dashboard.i18n import t


def show(selection: Selection) -> None:
    """全国 › 河南 › 洛阳市."""
    path = regions.lineage(selection.release_id, selection.region)
    steps = []
    for region in path:
        name = formatting.region_name(region)
        if region is path[-1]:
            steps.append(tag("li", tag("span", name, aria_current="location")))
        else:
            steps.append(tag("li", markup.link(links.Target(region=region.code), name)))
    markup.show(tag("nav", tag("ol", steps), cls="ub-crumbs", aria_label=t("breadcrumbs")), key="breadcrumbs")
