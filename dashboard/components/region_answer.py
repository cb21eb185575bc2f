"""A region in three sentences made from the numbers: what is behind and what its place is, what moved, what it owes."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting, links
from dashboard.components import answer, markup, scorecard
from dashboard.components.answer import Place
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.scores import Judged
from dashboard.data.standings import Placed
from dashboard.i18n import pick, t
from warehouse.answers import telling
from warehouse.answers.owed import Overdue

NAMED = 3


@dataclass(frozen=True)
class Group:
    """The place of a region among others, and what they are called: 31 省, 人口多的 11 省."""

    name: str
    place: Place


def drawn(
    region: Region,
    judged: Sequence[Judged],
    groups: Sequence[Group],
    placed: Sequence[Placed],
    rows: Sequence[scorecard.Row],
    owed: Overdue | None,
) -> Markup:
    """The sentences, one a line."""
    lines = [_targets(region, judged, groups), _moved(placed), _places(rows), _owed(owed)]
    return tag("div", [line for line in lines if line is not None], cls="ub-sentences ub-answer")


def _targets(region: Region, judged: Sequence[Judged], groups: Sequence[Group]) -> Markup:
    """有目标的 8 项指标中，6 项落后，差得最多的是…；达标占比在 31 省中排第 28。"""
    name = formatting.region_name(region)
    if not judged:
        return tag("p", t("region_no_targets", region=name))
    counted = telling.counted(telling.Standing(one, one.value.status) for one in judged)
    parts: list[Markup | str] = [t("region_targets", region=name, count=len(judged))]
    there = [(one, counted[one]) for one in ("behind", "on_track", "met") if counted[one]]
    for place, (status, count) in enumerate(there):
        words = tag("b", t(f"counted_{status}", count=count), cls=f"ub-{status.replace('_', '-')}")
        parts += [t("comma") if place else "", words]
    late = [one for one in judged if one.value.status == "behind"][:NAMED]
    for place, one in enumerate(late):
        assert one.value.value is not None and one.value.target is not None
        gap = formatting.difference(one.value.value, one.value.target, one.kpi)
        parts += [t("comma") if place else t("furthest_behind"), _link(one.kpi), t("gap", gap=gap)]
    for number, group in enumerate(groups):
        said = "region_place_also" if number else "region_place"
        parts.append(t(said, group=group.name, place=group.place.place, of=group.place.of))
    return tag("p", parts, t("full_stop"))


def _moved(placed: Sequence[Placed]) -> Markup | None:
    moved = telling.moved(one.standing for one in placed)[:NAMED]
    if not moved:
        return None
    parts: list[Markup | str] = []
    for one in moved:
        parts += [
            t("comma") if parts else "",
            _link(one.kpi),
            " ",
            tag("span", answer.difference(one), cls="ub-nowrap"),
        ]
    return tag("p", t("answer_moved"), parts, t("full_stop"))


def _places(rows: Sequence[scorecard.Row]) -> Markup | None:
    """The KPIs in which it is furthest ahead and furthest behind of the others."""
    known = [(one.place, one.kpi) for one in rows if one.place is not None and one.kpi is not None]
    if len(known) < 2:
        return None
    known.sort(key=lambda pair: pair[0].place / pair[0].of)
    (first, best), (last, worst) = known[0], known[-1]
    return tag(
        "p",
        t("region_best"),
        _link(best),
        t("in_brackets", text=answer.place_text(first)),
        t("region_worst"),
        _link(worst),
        t("in_brackets", text=answer.place_text(last)),
        t("full_stop"),
    )


def _owed(owed: Overdue | None) -> Markup | None:
    if owed is None:
        return None
    if not owed.tables:
        return tag("p", t("answer_all_reported"))
    link = markup.link(links.Target(page="reminders"), t("overdue_here", tables=owed.tables))
    return tag("p", link, t("longest_overdue", days=f"{owed.longest_days:,}"), t("full_stop"))


def _link(kpi: Kpi) -> Markup:
    return markup.link(links.programme_page(kpi.programme, kpi=kpi.code), pick(kpi.label_zh, kpi.label_en))
