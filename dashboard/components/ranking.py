"""The regions below the one shown, ranked by one KPI; horizontal bars without a chart bundle."""

from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import kept, markup, notes
from dashboard.components.markup import Markup, tag
from dashboard.components.trend_chart import to_compare
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t

SHOWN_AT_FIRST = 12


def drawn(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], chosen: str | None = None) -> Markup:
    """Best first; a lower value is better where the KPI says so. Below, unranked: of whom more than half is silent, and who is silent."""
    return kept.block("ranking", lambda: _ranked(kpi, regions, values, chosen), kpi.code)


def _ranked(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], chosen: str | None) -> Markup:
    ranked, silent = ordered(kpi, regions, values), mostly_silent(regions, values)
    known = {one.code for one, _ in (*ranked, *silent)}
    unranked = [region for region in regions if region.code not in known]
    largest = max((abs(value.value or 0) for _, value in (*ranked, *silent)), default=0) or 1
    known_values = [value for _, value in (*ranked, *silent)]
    running, latest = notes.running_together(known_values, kpi), notes.latest_month(known_values)
    places = _places([value.value or 0 for _, value in ranked])
    rows = [
        _row(place, region, value, kpi, largest, latest, region.code == chosen)
        for place, (region, value) in zip(places, ranked, strict=True)
    ]
    first, rest = rows[:SHOWN_AT_FIRST], rows[SHOWN_AT_FIRST:]
    index_of_chosen = next((index for index, (region, _) in enumerate(ranked) if region.code == chosen), 0)
    if index_of_chosen >= SHOWN_AT_FIRST:
        first = [*first, rows[index_of_chosen]]
    note = t("ranking_note", kpi=pick(kpi.label_zh, kpi.label_en), count=len(ranked) + len(silent))
    return tag(
        "section",
        tag(
            "h3",
            t("ranking"),
            tag("small", t("semicolon").join(filter(None, (note, running)))),
            to_compare(kpi, *_ends([region.code for region, _ in ranked], chosen)),
        ),
        tag("ol", first, cls="ub-rank") if first else None,
        tag("p", t("nothing_reported"), cls="ub-hint") if not first and not silent else None,
        tag("details", tag("summary", t("show_rest", count=len(rest))), tag("ol", rest, cls="ub-rank"), cls="ub-more")
        if rest
        else None,
        _silent(silent, kpi, largest, latest, chosen),
        tag("p", t("not_ranked"), t("colon"), _names(unranked, values, kpi), cls="ub-hint")
        if unranked and known
        else None,
        cls="ub-panel",
    )


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


def _places(ordered_values: Sequence[float]) -> list[int]:
    """1, 2, 2, 4: equal values share a place."""
    places: list[int] = []
    for index, value in enumerate(ordered_values):
        places.append(places[-1] if index and value == ordered_values[index - 1] else index + 1)
    return places


def _row(
    place: int | str, region: Region, value: Value, kpi: Kpi, largest: float, latest: str, is_chosen: bool
) -> Markup:
    name = formatting.region_name(region)
    shown = formatting.value_amount(value, kpi)
    width = max(0.0, min(1.0, abs(value.value or 0) / largest))
    return tag(
        "li",
        tag("span", place, cls="ub-rank-place"),
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
