"""The way down from the nation to the region shown, each step a link."""

from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import markup
from dashboard.components.filters import Selection
from dashboard.components.markup import tag
from dashboard.data import regions
from dashboard.i18n import t


def show(selection: Selection, trail: Sequence[tuple[str, links.Target]] = ()) -> None:
    """全国 › 河南 › 洛阳市, then what is below the region: the programme and the KPI whose records are shown."""
    path = regions.lineage(selection.release_id, selection.region)
    steps = []
    for region in path:
        name = formatting.region_name(region)
        if region is path[-1] and not trail:
            steps.append(tag("li", tag("span", name, aria_current="location")))
        else:
            steps.append(tag("li", markup.link(links.Target(region=region.code), name)))
    steps += [tag("li", markup.link(target, name)) for name, target in trail[:-1]]
    steps += [tag("li", tag("span", name, aria_current="location")) for name, _ in trail[-1:]]
    markup.show(tag("nav", tag("ol", steps), cls="ub-crumbs", aria_label=t("breadcrumbs")), key="breadcrumbs")
