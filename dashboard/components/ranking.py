"""The regions below the one shown, ranked by one KPI; horizontal bars without a chart bundle."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard import formatting, links
from dashboard.components import finding, kept, markup, notes
from dashboard.components.markup import Markup, tag
from dashboard.components.trend_chart import to_compare
from dashboard.data.kpis import Kpi
from dashboard.data.peers import Peers
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t

# So many leaders and as many laggards are in sight; the middle is folded.
ENDS = 6
SHOWN_AT_FIRST = 2 * ENDS


@dataclass(frozen=True)
class Beside:
    """What a ranking is held against: the values of the period before, and the groups of peers of which one may be chosen."""

    period: str | None = None
    values: dict[str, Value] = field(default_factory=dict)
    groups: tuple[Peers, ...] = ()
    peers: Peers | None = None


NOTHING = Beside()


def drawn(
    kpi: Kpi,
    regions: Sequence[Region],
    values: dict[str, Value],
    chosen: str | None = None,
    beside: Beside = NOTHING,
) -> Markup:
    """Leaders and laggards, best first; lower is better where the KPI says so. Below, unranked: of whom more than half is silent, and
    who is silent.
    """
    peers = beside.peers.code if beside.peers is not None else ""
    return kept.block("ranking", lambda: _ranked(kpi, regions, values, chosen, beside), kpi.code, peers)


def _ranked(
    kpi: Kpi,
    regions: Sequence[Region],
    values: dict[str, Value],
    chosen: str | None = None,
    beside: Beside = NOTHING,
) -> Markup:
    if beside.peers is not None:
        regions = [region for region in regions if region.code in beside.peers.members]
    ranked, silent = ordered(kpi, regions, values), mostly_silent(regions, values)
    known = {one.code for one, _ in (*ranked, *silent)}
    unranked = [region for region in regions if region.code not in known]
    largest = max((abs(value.value or 0) for _, value in (*ranked, *silent)), default=0) or 1
    known_values = [value for _, value in (*ranked, *silent)]
    running, latest = notes.running_together(known_values, kpi), notes.latest_month(known_values)
    now = places(kpi, regions, values)
    earlier = places(kpi, regions, beside.values) if not running else {}
    rows = [
        _row(
            now[region.code],
            region,
            value,
            kpi,
            largest,
            latest,
            region.code == chosen,
            _moved(now[region.code], region, earlier, beside),
        )
        for region, value in ranked
    ]
    note = t("ranking_note", kpi=pick(kpi.label_zh, kpi.label_en), count=len(ranked) + len(silent))
    hint = t("semicolon").join(filter(None, (note, running)))
    found = finding.ends(kpi, ranked)
    at = next((index for index, (region, _) in enumerate(ranked) if region.code == chosen), None)
    return tag(
        "section",
        finding.heading(
            found or t("ranking"),
            t("ranking") + t("colon") + hint if found else hint,
            to_compare(kpi, *_ends([region.code for region, _ in ranked], chosen)),
        ),
        _groups(beside),
        _folded(rows, at),
        tag("p", t("rank_moved", period=formatting.period_name(beside.period)), cls="ub-hint")
        if earlier and beside.period
        else None,
        tag("p", t("nothing_reported"), cls="ub-hint") if not rows and not silent else None,
        _silent(silent, kpi, largest, latest, chosen),
        tag("p", t("not_ranked"), t("colon"), _names(unranked, values, kpi), cls="ub-hint")
        if unranked and known
        else None,
        cls="ub-panel",
    )


def _folded(rows: Sequence[Markup], at: int | None) -> list[Markup]:
    """The first and the last in sight, the middle folded; the row `at` which the chosen region stands is never folded away."""
    if not rows:
        return []
    if len(rows) <= SHOWN_AT_FIRST:
        return [tag("ol", rows, cls="ub-rank")]
    first, middle, last = rows[:ENDS], rows[ENDS:-ENDS], rows[-ENDS:]
    if at is not None and ENDS <= at < len(rows) - ENDS:
        first = [*first, rows[at]]
        middle = [row for index, row in enumerate(middle, ENDS) if index != at]
    return [
        tag("ol", first, cls="ub-rank"),
        tag(
            "details",
            tag("summary", t("show_middle", count=len(middle))),
            tag("ol", middle, cls="ub-rank"),
            cls="ub-more",
        )
        if middle
        else Markup(""),
        tag("ol", last, cls="ub-rank"),
    ]


def _groups(beside: Beside) -> Markup | None:
    """The groups of peers as links, all of them first."""
    if not beside.groups:
        return None
    now = beside.peers.code if beside.peers is not None else ""
    named = t("peers_all") if beside.peers is None else peers_name(beside.peers)
    entries = [("", t("peers_all")), *((one.code, peers_name(one)) for one in beside.groups)]
    links_ = [
        tag("li", markup.link(links.Target(peers=code), name, cls="ub-chip ub-chip-on" if code == now else "ub-chip"))
        for code, name in entries
    ]
    return tag(
        "details",
        tag("summary", t("peers_among", name=named)),
        tag("ul", links_, cls="ub-chip-list"),
        cls="ub-more ub-peers",
    )


def peers_name(peers: Peers) -> str:
    """华东, 人口多的省, 自治区."""
    if peers.kind != "division":
        return t(f"peers_{peers.name}")
    return pick(peers.name, _DIVISIONS.get(peers.name, peers.name))


_DIVISIONS = {"直辖市": "Municipalities", "省": "Provinces", "自治区": "Autonomous regions"}


def places(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value]) -> dict[str, int]:
    """The place of each region that is ranked: 1, 2, 2, 4, because equal values share one."""
    found: dict[str, int] = {}
    before: tuple[str, float | None] | None = None
    for index, (region, value) in enumerate(ordered(kpi, regions, values), 1):
        found[region.code] = found[before[0]] if before is not None and value.value == before[1] else index
        before = (region.code, value.value)
    return found


def _moved(place: int, region: Region, earlier: dict[str, int], beside: Beside) -> Markup | None:
    """▲2: two places better than in the period before."""
    before = earlier.get(region.code)
    if before is None or before == place or beside.period is None:
        return None
    words = t("rank_before", period=formatting.period_name(beside.period), place=before)
    mark, cls = ("▲", "ub-rank-up") if place < before else ("▼", "ub-rank-down")
    return tag("small", f"{mark}{abs(before - place)}", cls=cls, title=words, aria_label=words, role="img")


def _ends(ranked: Sequence[str], chosen: str | None) -> list[str]:
    """Whom a comparison begins with: the one chosen, the first two and the last two."""
    ends = [*ranked[:2], *ranked[-2:]]
    return [chosen, *ends] if chosen in ranked and chosen is not None else ends


def _silent(
    silent: Sequence[tuple[Region, Value]], kpi: Kpi, largest: float, latest: str, chosen: str | None
) -> list[Markup]:
    """未报过半，不排名: with their values, without a place."""
    if not silent:
        return []
    rows = [_row("", region, value, kpi, largest, latest, region.code == chosen) for region, value in silent]
    first, rest = rows[:SHOWN_AT_FIRST], rows[SHOWN_AT_FIRST:]
    parts = [tag("p", t("mostly_silent"), cls="ub-hint ub-rank-silent"), tag("ul", first, cls="ub-rank")]
    if rest:
        more = tag("summary", t("show_rest", count=len(rest)))
        parts.append(tag("details", more, tag("ul", rest, cls="ub-rank"), cls="ub-more"))
    return parts


def ordered(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value]) -> list[tuple[Region, Value]]:
    """Regions with a value that are ranked, best first; ties in official order."""
    known = [(region, value) for region, value in _known(regions, values) if not notes.is_mostly_silent(value)]
    return sorted(known, key=lambda pair: (pair[1].value or 0) * (1 if kpi.direction == "lower" else -1))


def mostly_silent(regions: Sequence[Region], values: dict[str, Value]) -> list[tuple[Region, Value]]:
    """Regions with a value of which more than half has not reported, in official order."""
    return [(region, value) for region, value in _known(regions, values) if notes.is_mostly_silent(value)]


def _known(regions: Sequence[Region], values: dict[str, Value]) -> list[tuple[Region, Value]]:
    return [
        (region, values[region.code])
        for region in regions
        if region.code in values and values[region.code].value is not None
    ]


def _row(
    place: int | str,
    region: Region,
    value: Value,
    kpi: Kpi,
    largest: float,
    latest: str,
    is_chosen: bool,
    moved: Markup | None = None,
) -> Markup:
    name = formatting.region_name(region)
    shown = formatting.value_amount(value, kpi)
    width = max(0.0, min(1.0, abs(value.value or 0) / largest))
    return tag(
        "li",
        tag("span", place, moved, cls="ub-rank-place"),
        markup.link(links.Target(region=region.code), name, cls="ub-rank-name"),
        tag("span", tag("i", style=f"width:{width:.1%}"), cls="ub-bar"),
        tag("span", tag("b", shown.number), tag("small", shown.unit), cls="ub-rank-value"),
        notes.of_row(value, kpi, latest),
        cls="ub-chosen" if is_chosen else None,
    )


def _names(unranked: Sequence[Region], values: dict[str, Value], kpi: Kpi) -> str:
    shown = [
        f"{formatting.region_name(region)}（{formatting.value_amount(values[region.code], kpi).number}）"
        if region.code in values and values[region.code].is_masked
        else formatting.region_name(region)
        for region in unranked
    ]
    return t("comma").join(shown)
