"""A province's counties grouped by prefecture, each with its value and status; one status may be chosen."""

from collections import Counter
from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import kept, markup, status
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t

Groups = Sequence[tuple[Region, Sequence[Region]]]
# Worst first, as they are looked for.
ORDER = ("behind", "on_track", "met", "no_target", "hidden", "no_data")


def drawn(kpi: Kpi, groups: Groups, values: dict[str, Value], chosen: str) -> Markup:
    """The counties of one `chosen` status, of all where it is none of those there are."""
    counted = Counter(status.of(values.get(county.code)) for _, counties in groups for county in counties)
    shown = chosen if chosen in counted else ""
    return kept.block("county_groups", lambda: _drawn(kpi, groups, values, counted, shown), kpi.code, shown)


def _drawn(kpi: Kpi, groups: Groups, values: dict[str, Value], counted: Counter[str], shown: str) -> Markup:
    rows = [_group(prefecture, counties, values, kpi, shown) for prefecture, counties in groups]
    total = sum(counted.values())
    return tag(
        "section",
        tag(
            "h3",
            t("counties_by_prefecture"),
            tag("small", t("counties_note", kpi=pick(kpi.label_zh, kpi.label_en), count=total)),
        ),
        _filters(counted, total, shown),
        tag("dl", [row for row in rows if row is not None], cls="ub-counties"),
        cls="ub-panel",
    )


def _filters(counted: Counter[str], total: int, shown: str) -> Markup:
    entries = [("", f"{t('peers_all')} {total}")]
    entries += [(one, f"{status.MARKS[one]} {t(f'status_{one}')} {counted[one]}") for one in ORDER if counted[one]]
    chips = [
        tag(
            "li", markup.link(links.Target(status=code), name, cls="ub-chip ub-chip-on" if code == shown else "ub-chip")
        )
        for code, name in entries
    ]
    return tag("nav", tag("ul", chips), cls="ub-chips", aria_label=t("choose_status"))


def _group(
    prefecture: Region, counties: Sequence[Region], values: dict[str, Value], kpi: Kpi, shown: str
) -> Markup | None:
    """One prefecture: how many of its counties stand where, and those of the chosen status, furthest behind first."""
    kept_here = [county for county in counties if shown in ("", status.of(values.get(county.code)))]
    if not kept_here:
        return None
    ordered = sorted(kept_here, key=lambda county: _rank(values.get(county.code), kpi))
    counts = Counter(status.of(values.get(county.code)) for county in counties)
    told = " ".join(f"{status.MARKS[one]}{counts[one]}" for one in ORDER if counts[one])
    return tag(
        "div",
        tag(
            "dt",
            markup.link(links.Target(region=prefecture.code), formatting.region_name(prefecture), cls="ub-row-link"),
            tag("small", told),
        ),
        tag("dd", [_county(county, values.get(county.code), kpi) for county in ordered]),
    )


def _rank(value: Value | None, kpi: Kpi) -> tuple[int, float]:
    number = value.value if value is not None and value.value is not None else 0.0
    return ORDER.index(status.of(value)), -number if kpi.direction == "lower" else number


def _county(county: Region, value: Value | None, kpi: Kpi) -> Markup:
    state = status.of(value)
    amount = formatting.value_amount(value, kpi).text
    name = formatting.region_name(county)
    return markup.link(
        links.Target(region=county.code),
        tag("span", status.MARKS[state], cls=f"ub-mark ub-{state.replace('_', '-')}", aria_hidden="true"),
        name,
        tag("small", amount),
        cls="ub-county",
        label=f"{name} {amount} {t(f'status_{state}')}",
    )
