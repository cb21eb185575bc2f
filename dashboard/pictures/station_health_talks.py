"""Stations: which were never reached by a health talk, and the four improvements (四个提升), each by itself."""

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins
from dashboard.data.pictures import station_health_talks as data
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from dashboard.pictures import amounts, shapes, until

# Up to here every station has a tile of its own; above, regions stand for their stations.
MOST_STATIONS = 150
REGIONS_DRAWN = 10
ROWS_LISTED = 200
QUARTERS_BACK = 9
_LOOKS = {data.REACHED: ("✓", "met"), data.BEFORE: ("–", "soft"), data.NEVER: ("×", "open")}
_DIMENSIONS = dict(zip(data.DIMENSIONS, ("quality", "operation", "renown", "staff"), strict=True))


def show(programme: Programme, selection: Selection) -> None:
    """Stations reached, then the four dimensions."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: [_reach(selection, origin), _scores(selection, origin)], key="station_health_talks_pictures")


def _reach(selection: Selection, origin: str) -> Markup:
    asked = (selection.release_id, selection.region, selection.period, origin)
    title = t("sh_reach")
    named = until.period_name(selection, "station_health_talks", selection.period, origin)
    hint = t("sh_reach_hint", period=named)
    regions = data.by_region(*asked)
    silent = sum(one.silent for one in regions)
    running = sum(one.running for one in regions) - silent
    if not running:
        return shapes.empty(title, hint)
    reached, never = sum(one.reached for one in regions), sum(one.never for one in regions)
    sentence = t(
        "sh_reach_sentence",
        running=f"{running:,}",
        reached=f"{reached:,}",
        share=amounts.share(reached, running),
        before=f"{running - reached - never:,}",
        never=f"{never:,}",
    )
    if silent:
        sentence += t("sh_silent", count=silent)
    if running + silent <= MOST_STATIONS:
        return _tiles(title, hint, sentence, data.stations(*asked))
    stacks = [_stack(one) for one in regions]
    table = shapes.Table(
        title,
        (t("region"), t("sh_running"), *(t(f"sh_state_{state}") for state in _LOOKS), t("sh_share")),
        tuple(
            (
                _name(one),
                f"{one.running - one.silent:,}",
                f"{one.reached:,}",
                f"{one.before:,}",
                f"{one.never:,}",
                amounts.share(one.reached, one.running - one.silent),
            )
            for one in regions
        ),
    )
    if len(stacks) > REGIONS_DRAWN:
        sentence += t("sh_regions_more", count=len(stacks) - REGIONS_DRAWN)
    unreached = [station.name for station in data.stations(*asked) if station.state == data.NEVER]
    listed = shapes.Table(
        t("sh_never_listed", count=f"{len(unreached):,}"),
        (t("sh_station"), t("status")),
        tuple((name, t(f"sh_state_{data.NEVER}")) for name in unreached[:ROWS_LISTED]),
    )
    return shapes.panel(title, hint, shapes.stacked(stacks[:REGIONS_DRAWN]), sentence, table, listed)


def _tiles(title: str, hint: str, sentence: str, stations: tuple[data.Station, ...]) -> Markup:
    looks = _LOOKS | (
        {data.NOT_REPORTED: ("?", "blank")} if any(one.state == data.NOT_REPORTED for one in stations) else {}
    )
    states = {code: shapes.State(t(f"sh_state_{code}"), *look) for code, look in looks.items()}
    tiles = [shapes.Tile(station.name, states[station.state]) for station in stations]
    table = shapes.Table(title, (t("sh_station"), t("status")), tuple((tile.name, tile.state.word) for tile in tiles))
    body = shapes.state_tiles(tiles, tuple(states.values()), f"{title} {sentence}")
    return shapes.panel(title, hint, body, sentence, table)


def _stack(one: data.Reach) -> shapes.Stack:
    counts = {data.REACHED: one.reached, data.BEFORE: one.before, data.NEVER: one.never}
    tones = {data.REACHED: "met", data.BEFORE: "others", data.NEVER: "behind"}
    parts = tuple(
        shapes.Part(t(f"sh_state_{state}"), count, f"{count:,}", tones[state], _LOOKS[state][0])
        for state, count in counts.items()
    )
    return shapes.Stack(
        _name(one), parts, t("sh_never_of", never=f"{one.never:,}", running=f"{one.running - one.silent:,}")
    )


def _name(one: data.Reach) -> str:
    return pick(one.name_zh, one.name_en) or t("sh_own_level")


def _scores(selection: Selection, origin: str) -> Markup:
    title, hint = t("sh_scores"), t("sh_scores_hint")
    found = data.scores(selection.release_id, selection.region, selection.period, origin)
    quarters = sorted({one.period for one in found})[-QUARTERS_BACK:]
    if not quarters:
        return shapes.empty(title, hint)
    scores = {(one.dimension, one.period): one for one in found}
    multiples, told, rows = [], [], []
    for dimension, code in _DIMENSIONS.items():
        name = t(f"sh_dimension_{code}")
        own = [scores.get((dimension, quarter)) for quarter in quarters]
        points = tuple(
            shapes.Point(place, one.value if one else None, f"{_short(quarter)} {_score(one)}")
            for place, (quarter, one) in enumerate(zip(quarters, own, strict=True))
        )
        multiples.append(
            shapes.Multiple(
                name, _score(own[-1]), t("sh_assessments", count=f"{own[-1].assessments:,}") if own[-1] else "", points
            )
        )
        if own[-1]:
            told.append((own[-1].value, name))
        rows.append((name, *(_score(one) for one in own)))
    last = formatting.period_name(quarters[-1])
    axis = [shapes.Tick(0, _short(quarters[0])), shapes.Tick(len(quarters) - 1, _short(quarters[-1]))]
    lowest, highest = min(told), max(told)
    sentence = t(
        "sh_scores_sentence",
        period=last,
        lowest=lowest[1],
        low=f"{lowest[0]:.1f}",
        highest=highest[1],
        high=f"{highest[0]:.1f}",
    )
    table = shapes.Table(
        title, (t("sh_dimension"), *(formatting.period_name(quarter) for quarter in quarters)), tuple(rows)
    )
    body = shapes.small_multiples(multiples, axis[: 1 if len(quarters) == 1 else 2])
    return shapes.panel(title, hint, body, sentence, table)


def _score(one: data.Score | None) -> str:
    return t("missing") if one is None else f"{one.sign}{one.value:.1f}"


def _short(quarter: str) -> str:
    """24Q1."""
    return quarter[2:]
