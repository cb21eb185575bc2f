"""Dispute mediation: which prefectures and counties have a centre in place, and how far referred cases come (转→办→认)."""

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins
from dashboard.data.pictures import dispute_mediation as data
from dashboard.data.programmes import Programme
from dashboard.i18n import t
from dashboard.pictures import shapes

LEVELS = ("prefecture", "county")
_LOOKS = {
    data.READY: ("✓", "met"),
    data.SHORT: ("!", "soft"),
    data.NOT_FOUNDED: ("×", "open"),
    data.NOT_REPORTED: ("?", "quiet"),
}


def show(programme: Programme, selection: Selection) -> None:
    """The funnel, then coverage by level."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    found = data.funnel(selection.release_id, selection.region, selection.period, origin)
    is_hidden = data.is_hidden(selection.release_id, selection.region, selection.period, origin)
    shapes.show(
        lambda: [_funnel(found, selection, is_hidden), *(_coverage(level, origin, selection) for level in LEVELS)],
        key="dispute_mediation_pictures",
    )


def _funnel(found: data.Funnel | None, selection: Selection, is_hidden: bool) -> Markup:
    title, hint = t("dm_funnel"), t("dm_funnel_hint", period=formatting.period_name(selection.period))
    if found is None:
        return shapes.hidden(title, hint) if is_hidden else shapes.empty(title, hint)
    counts = (
        (t("dm_referred"), found.referred),
        (t("dm_accepted"), found.accepted),
        (t("dm_settled"), found.settled),
        (t("dm_confirmed"), found.confirmed),
        (t("dm_subsidised"), found.subsidised),
    )
    body = shapes.funnel(counts)
    sentence = t(
        "dm_funnel_sentence",
        settled=formatting.percent(found.settled / found.referred),
        confirmed=formatting.percent(found.confirmed / found.referred),
    )
    rows = tuple((name, f"{count:,}") for name, count in counts)
    table = shapes.Table(title, (t("dm_step"), t("dm_cases")), rows)
    return shapes.panel(title, hint, body, sentence, table)


def _coverage(level: str, origin: str, selection: Selection) -> Markup:
    title = t(f"dm_cover_{level}")
    if selection.is_nation:
        return _by_province(title, level, origin, selection)
    units = data.units(selection.release_id, level, selection.region, selection.period, origin)
    if not any(unit.state != data.NOT_REPORTED for unit in units):
        return shapes.empty(title, t("dm_cover_hint"))
    states = {code: shapes.State(t(f"dm_state_{code}"), *look) for code, look in _LOOKS.items()}
    tiles = [shapes.Tile(unit.name, states[unit.state]) for unit in units]
    ready = sum(1 for unit in units if unit.state == data.READY)
    sentence = t("dm_cover_sentence", units=len(units), ready=ready, left=len(units) - ready)
    table = shapes.Table(
        title, (t("region"), t("status")), tuple((unit.name, states[unit.state].word) for unit in units)
    )
    body = shapes.state_tiles(tiles, tuple(states.values()), f"{title} {sentence}")
    return shapes.panel(f"{title} {len(units)}", t("dm_cover_hint"), body, sentence, table)


def _by_province(title: str, level: str, origin: str, selection: Selection) -> Markup:
    shares = data.by_province(selection.release_id, level, selection.period, origin)
    if not shares:
        return shapes.empty(title, t("dm_cover_hint"))
    bars = [
        shapes.Bar(
            one.province,
            one.ready / one.units,
            f"{one.ready}/{one.units}",
            f"{formatting.percent(one.ready / one.units)}%",
        )
        for one in shares
    ]
    units, ready = sum(one.units for one in shares), sum(one.ready for one in shares)
    sentence = t("dm_cover_nation", provinces=len(shares), units=units, ready=ready)
    table = shapes.Table(
        title, (t("region"), t("dm_state_ready"), "%"), tuple((bar.name, bar.text, bar.note) for bar in bars)
    )
    return shapes.panel(title, t("dm_cover_hint"), shapes.bar_list(bars, 1.0), sentence, table)
