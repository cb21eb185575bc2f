"""The answer to a programme's question in two sentences, made from the numbers: where it stands, and what moved and who is silent."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting, links
from dashboard.components import kept, kpi_card, markup, outlook_words, ranking
from dashboard.components.markup import Markup, tag
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.standings import Placed
from dashboard.data.values import Value
from dashboard.i18n import pick, t
from warehouse.answers import telling
from warehouse.answers.owed import Overdue
from warehouse.answers.telling import WITH_TARGET

# Of more than these a sentence is a list.
NAMED = 3
MOVED = 2
# Among fewer there is no first and no last.
LEAST = 3


@dataclass(frozen=True)
class Place:
    """Where a region stands among others of its kind; equal values share a place."""

    place: int
    of: int


@dataclass(frozen=True)
class Answered:
    """What the sentences are made of: the KPI that stands for the programme first, those below with its values, who owes what.

    `owed` is None where nothing was due.
    """

    region: Region
    placed: Sequence[Placed]
    below: Sequence[Region]
    of_below: dict[str, Value]
    place: Place | None
    owed: Overdue | None


def show(answered: Answered) -> None:
    """One or two sentences, above everything else of the page."""
    markup.show(kept.block("answer", lambda: _sentences(answered)), key="answer")


def place_of(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], code: str) -> Place | None:
    """Where one of these regions stands; None where it has no place, or among too few."""
    places = ranking.places(kpi, regions, values)
    return Place(places[code], len(places)) if code in places and len(places) >= LEAST else None


def place_text(place: Place) -> str:
    """第 22/31."""
    return t("place_of", place=place.place, of=place.of)


def difference(one: Placed) -> str:
    """−28.3 pp, of what can be held against the year before."""
    assert one.value is not None and one.yearly is not None
    held = one.yearly.held(one.value)
    assert held is not None
    return formatting.difference(held[1], held[0], one.kpi)


def shortfall(one: Placed) -> str:
    """−12.8 pp, of what is behind its target."""
    assert one.value is not None and one.value.value is not None
    return formatting.difference(one.value.value, one.value.target or 0.0, one.kpi)


def _sentences(answered: Answered) -> Markup:
    first = [_stands(answered), _others(answered.placed[1:]), _ahead(answered.placed)]
    second = [_moved(answered.placed), _owed(answered.owed, answered.region)]
    lines = [[part for part in line if part is not None] for line in (first, second)]
    return tag("div", [tag("p", _spaced(line)) for line in lines if line], cls="ub-sentences ub-answer")


def _spaced(parts: Sequence[Markup]) -> list[Markup | str]:
    """Sentences one after the other, with a space between where the language has one."""
    between = pick("", " ")
    return [piece for index, part in enumerate(parts) for piece in ((between, part) if index else (part,))]


def _stands(answered: Answered) -> Markup:
    """全国县级建立率 ≥69.6%，落后（距目标 −30.4 pp）；31 省中 12 省落后，最落后的是西藏、上海。"""
    lead = answered.placed[0]
    label = pick(lead.kpi.label_zh, lead.kpi.label_en)
    name = t("of_region", region=formatting.region_name(answered.region), kpi=label)
    parts: list[Markup | str] = [
        name,
        " ",
        tag("b", formatting.value_amount(lead.value, lead.kpi).text),
        _judged(lead),
        t("answer_place", place=answered.place.place, of=_parts(answered.region.level, answered.place.of))
        if answered.place
        else "",
        _below(answered, lead.kpi),
        t("full_stop"),
    ]
    return markup.join(parts)


def _judged(one: Placed) -> Markup | str:
    if one.value is None or one.value.status not in WITH_TARGET or one.value.is_masked:
        return ""
    word = tag("b", t(f"status_{one.value.status}"), cls=f"ub-{one.value.status.replace('_', '-')}")
    gap = t("gap", gap=shortfall(one)) if one.value.status == "behind" else ""
    return markup.join(t("comma_then"), word, gap)


def _below(answered: Answered, kpi: Kpi) -> str:
    """How many of those below are behind and who most; without a target who is first and last."""
    known = {
        region.code: region
        for region in answered.below
        if (value := answered.of_below.get(region.code)) is not None and value.value is not None
    }
    judged = {code: answered.of_below[code] for code in known if answered.of_below[code].status in WITH_TARGET}
    if len(judged) >= LEAST:
        late = telling.behind(_standing(value) for value in judged.values())
        of = _parts(next(iter(known.values())).level, len(judged))
        if not late:
            return t("answer_none_behind", of=of)
        names = t("comma").join(formatting.region_name(known[value.region]) for value in late[:NAMED])
        said = t("answer_all_behind" if len(late) == len(judged) else "answer_behind", of=of, count=len(late))
        return said + t("answer_furthest", names=names)
    ranked = ranking.ordered(kpi, answered.below, answered.of_below)
    if len(ranked) < LEAST or ranked[0][1].value == ranked[-1][1].value or kpi.direction not in ("higher", "lower"):
        return ""
    first, last = (
        formatting.region_name(one) + t("in_brackets", text=formatting.value_amount(value, kpi).text)
        for one, value in (ranked[0], ranked[-1])
    )
    return t("answer_ends", first=first, last=last)


def _standing(value: Value) -> "telling.Standing[Value]":
    return telling.Standing(value, value.status, value.value, value.target)


def _others(placed: Sequence[Placed]) -> Markup | None:
    """Of the other KPIs with a target, which are behind."""
    standings = [one.standing for one in placed]
    judged = [one for one in standings if one.status in WITH_TARGET]
    if not judged:
        return None
    late = telling.behind(judged)
    if not late:
        return markup.join(t("answer_others_well", count=len(judged)))
    named: list[Markup | str] = []
    for one in late[:MOVED]:
        label = pick(one.kpi.label_zh, one.kpi.label_en)
        shown = formatting.value_amount(one.value, one.kpi).text
        named += [
            t("comma") if named else "",
            markup.link(links.Target(kpi=one.kpi.code), label),
            f" {shown}",
            t("gap", gap=shortfall(one)),
        ]
    said = "answer_others_all" if len(late) == len(judged) else "answer_others"
    return markup.join(t(said, count=len(judged), late=len(late)), named, t("full_stop"))


def _ahead(placed: Sequence[Placed]) -> Markup | None:
    """按目前速度，2025年底约 77%（71–83%），达不到 100%, of the target that is furthest off."""
    found = telling.foretold(one.standing for one in placed)
    if not found:
        return None
    one = found[0]
    assert one.value is not None and one.ahead is not None
    said = outlook_words.short(one.ahead, one.kpi, one.value.target, one.value.target_upper)
    about = "" if one is placed[0] else pick(one.kpi.label_zh, one.kpi.label_en)
    return markup.join(t("answer_about", kpi=about) if about else "", said, t("full_stop"))


def _moved(placed: Sequence[Placed]) -> Markup | None:
    moved = telling.moved(one.standing for one in placed)[:MOVED]
    if not moved:
        return None
    parts: list[Markup | str] = []
    for one in moved:
        assert one.yearly is not None
        words = kpi_card.span_text(one.yearly)
        parts += [
            t("comma") if parts else "",
            markup.link(links.Target(kpi=one.kpi.code), pick(one.kpi.label_zh, one.kpi.label_en)),
            " ",
            tag("span", difference(one), cls="ub-nowrap"),
            t("in_brackets", text=words) if words else "",
        ]
    return markup.join(t("answer_moved"), parts, t("full_stop"))


def _owed(owed: Overdue | None, region: Region) -> Markup | None:
    if owed is None:
        return None
    if not owed.provinces:
        return markup.join(t("answer_all_reported"))
    said = (
        t("overdue", provinces=owed.provinces, tables=owed.tables)
        if region.code == NATION
        else t("overdue_here", tables=owed.tables)
    )
    link = markup.link(links.Target(page="reminders"), said)
    return markup.join(link, t("longest_overdue", days=f"{owed.longest_days:,}"), t("full_stop"))


def _parts(level: str, count: int) -> str:
    """31 省, 18 个市; 31 provinces."""
    return t(f"parts_{level}", count=count)
