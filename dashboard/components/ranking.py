"""The regions below the one shown, ranked by one KPI; horizontal bars without a chart bundle."""

from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import kept, markup
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t

SHOWN_AT_FIRST = 12


def drawn(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], chosen: str | None = None) -> Markup:
    """Best first; a lower value is better where the KPI says so. Who has not reported stands below, unranked."""
    return kept.block("ranking", lambda: _ranked(kpi, regions, values, chosen), kpi.code)


def _ranked(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], chosen: str | None) -> Markup:
    ranked = ordered(kpi, regions, values)
    unranked = [region for region in regions if region.code not in {one.code for one, _ in ranked}]
    largest = max((abs(value.value or 0) for _, value in ranked), default=0) or 1
    places = _places([value.value or 0 for _, value in ranked])
    rows = [
        _row(place, region, value, kpi, largest, region.code == chosen)
        for place, (region, value) in zip(places, ranked, strict=True)
    ]
    first, rest = rows[:SHOWN_AT_FIRST], rows[SHOWN_AT_FIRST:]
    index_of_chosen = next((index for index, (region, _) in enumerate(ranked) if region.code == chosen), 0)
    if index_of_chosen >= SHOWN_AT_FIRST:
        first = [*first, rows[index_of_chosen]]
    return tag(
        "section",
        tag(
            "h3",
            t("ranking"),
            tag("small", t("ranking_note", kpi=pick(kpi.label_zh, kpi.label_en), count=len(ranked))),
        ),
        tag("ol", first, cls="ub-rank") if first else tag("p", t("nothing_reported"), cls="ub-hint"),
        tag("details", tag("summary", t("show_rest", count=len(rest))), tag("ol", rest, cls="ub-rank"), cls="ub-more")
        if rest
        else None,
        tag("p", t("not_ranked"), t("colon"), _names(unranked, values, kpi), cls="ub-hint")
        if unranked and ranked
        else None,
        cls="ub-panel",
    )


def ordered(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value]) -> list[tuple[Region, Value]]:
    """Regions with a value, best first; ties in official order."""
    known = [
        (region, values[region.code])
        for region in regions
        if region.code in values and values[region.code].value is not None
    ]
    return sorted(known, key=lambda pair: (pair[1].value or 0) * (1 if kpi.direction == "lower" else -1))


def _places(ordered_values: Sequence[float]) -> list[int]:
    """1, 2, 2, 4: equal values share a place."""
    places: list[int] = []
    for index, value in enumerate(ordered_values):
        places.append(places[-1] if index and value == ordered_values[index - 1] else index + 1)
    return places


def _row(place: int, region: Region, value: Value, kpi: Kpi, largest: float, is_chosen: bool) -> Markup:
    name = formatting.region_name(region)
    shown = formatting.value_amount(value, kpi)
    width = max(0.0, min(1.0, abs(value.value or 0) / largest))
    return tag(
        "li",
        tag("span", place, cls="ub-rank-place"),
        markup.link(links.Target(region=region.code), name, cls="ub-rank-name"),
        tag("span", tag("i", style=f"width:{width:.1%}"), cls="ub-bar"),
        tag("span", tag("b", shown.number), tag("small", shown.unit), cls="ub-rank-value"),
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
