"""Skills into the community: residents by service, and how satisfied they were, with how far that can be trusted."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins, regions, values
from dashboard.data.pictures import skills_to_community as data
from dashboard.data.programmes import Programme
from dashboard.i18n import t
from dashboard.pictures import shapes, until

# Below so many answers a share is an indication only.
SMALL_SAMPLE = 30
_SERVICES = {"茶艺": "sc_item_tea", "插花": "sc_item_flowers", "汽车维修": "sc_item_cars", "其他": "sc_item_other"}


def show(programme: Programme, selection: Selection) -> None:
    """Residents by service, satisfaction over all and by service, then satisfaction by region."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: _panels(selection, origin), key="skills_to_community_pictures")


def _panels(selection: Selection, origin: str) -> list[Markup]:
    release_id, region, period = selection.release_id, selection.region, selection.period
    found = data.services(release_id, region, period, origin)
    total = values.by_kpi(release_id, region, period, origin, "skills_to_community").get("sc_residents")
    is_zero = total is not None and total.value == 0
    spoken = until.period_name(selection, "skills_to_community", period, origin)
    panels = [services(found, spoken, is_zero), satisfaction(found)]
    below = data.by_region(release_id, region, period, origin)
    if below:
        named = {
            formatting.region_name(one): below[one.code]
            for one in regions.children(release_id, region)
            if one.code in below
        }
        panels.append(satisfaction_by_region(named))
    return panels


def services(found: Sequence[data.Service], period: str, is_zero: bool) -> Markup:
    """A bar a service: residents of events with it alone, then of events it shared; `is_zero` when a zero report says so."""
    title, hint = t("sc_services"), t("sc_services_hint", period=period)
    if not found:
        return shapes.panel(title, hint, _nothing(), t("sc_services_zero")) if is_zero else shapes.empty(title, hint)
    whole, *each = found
    stacks, rows = [], []
    for one in each:
        shared = one.shared_residents or 0
        parts = (
            shapes.Part(t("sc_alone"), one.residents - shared, f"{one.residents - shared:,}", "amount-6"),
            shapes.Part(t("sc_shared"), shared, f"{shared:,}", "amount-3", "+"),
        )
        residents = f"{one.residents_sign}{one.residents:,}"
        stacks.append(shapes.Stack(_name(one), parts, t("sc_visits", residents=residents), _events(one)))
        rows.append((_name(one), f"{one.events:,}", residents, f"{shared:,}", *_effort(one)))
    sentences = [
        t(
            "sc_services_sentence",
            events=f"{whole.events:,}",
            residents=f"{whole.residents_sign}{whole.residents:,}",
            service=_name(each[0]),
        )
    ]
    if whole.helpers:
        sentences.append(t("sc_services_effort", helpers=f"{whole.helpers:,}", ratio=_effort(whole)[1]))
    rows.append(
        (t("sc_all_events"), f"{whole.events:,}", f"{whole.residents_sign}{whole.residents:,}", "", *_effort(whole))
    )
    heads = ("sc_service", "sc_events_head", "sc_residents_head", "sc_shared", "sc_helpers_head", "sc_ratio_head")
    table = shapes.Table(title, tuple(t(head) for head in heads), tuple(rows))
    return shapes.panel(title, hint, shapes.stacked(stacks), formatting.sentences(sentences), table)


def satisfaction(found: Sequence[data.Service]) -> Markup:
    """The share of the satisfied over all events and by service, with Wilson's interval and the sample."""
    title = t("sc_satisfaction_by_service")
    hint = t("sc_satisfaction_hint", small=SMALL_SAMPLE)
    if not found:
        return shapes.empty(title, hint)
    named = {_name(one): one for one in found}
    whole = found[0]
    if whole.satisfaction is None or whole.low is None or whole.high is None:
        sentence = t("sc_satisfaction_nobody")
    else:
        sentence = t(
            "sc_satisfaction_sentence",
            answers=f"{whole.answers:,}",
            satisfied=f"{whole.satisfied:,}",
            share=whole.sign + formatting.percent(whole.satisfaction),
            low=formatting.percent(whole.low),
            high=formatting.percent(whole.high),
        )
        if (whole.answers or 0) < SMALL_SAMPLE:
            sentence = formatting.sentences((sentence, t("sc_satisfaction_small", small=SMALL_SAMPLE)))
    return shapes.panel(title, hint, shapes.dot_range(_ranges(named)), sentence, _table(title, t("sc_service"), named))


def satisfaction_by_region(named: dict[str, data.Service]) -> Markup:
    """The same for each region below, those without answers included."""
    title, hint = t("sc_satisfaction_by_region"), t("sc_satisfaction_hint", small=SMALL_SAMPLE)
    surveyed = [one for one in named.values() if one.satisfaction is not None]
    sentence = t(
        "sc_regions_sentence",
        surveyed=len(surveyed),
        small=sum(1 for one in surveyed if _is_small(one)),
        limit=SMALL_SAMPLE,
        missing=len(named) - len(surveyed),
    )
    return shapes.panel(title, hint, shapes.dot_range(_ranges(named)), sentence, _table(title, t("region"), named))


def _ranges(named: dict[str, data.Service]) -> list[shapes.Range]:
    return [
        shapes.Range(name, one.low, one.satisfaction, one.high, _share(one), _sample(one), _is_small(one))
        for name, one in named.items()
    ]


def _table(title: str, head: str, named: dict[str, data.Service]) -> shapes.Table:
    rows = tuple(
        (name, _share(one) or t("missing"), _between(one), _sample(one) if one.satisfaction is not None else "")
        for name, one in named.items()
    )
    return shapes.Table(title, (head, t("sc_satisfaction_by_service"), t("sc_interval"), t("sc_answers")), rows)


def _name(one: data.Service) -> str:
    if one.name is None:
        return t("sc_all_events")
    return t(_SERVICES[one.name]) if one.name in _SERVICES else one.name


def _share(one: data.Service) -> str:
    return "" if one.satisfaction is None else f"{one.sign}{formatting.percent(one.satisfaction)}%"


def _between(one: data.Service) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{formatting.percent(one.low)}%–{formatting.percent(one.high)}%"


def _sample(one: data.Service) -> str:
    if one.satisfaction is None:
        return ""
    return t("sc_small_sample" if _is_small(one) else "sc_sample", answers=f"{one.answers:,}")


def _is_small(one: data.Service) -> bool:
    return one.answers is not None and one.answers < SMALL_SAMPLE


def _events(one: data.Service) -> str:
    if not one.helpers:
        return t("sc_service_note_plain", events=f"{one.events:,}")
    return t("sc_service_note", events=f"{one.events:,}", ratio=_effort(one)[1])


def _effort(one: data.Service) -> tuple[str, str]:
    """Helpers, and residents for each of them; nothing for each where there were none."""
    if one.helpers is None:
        return t("missing"), ""
    return f"{one.helpers:,}", formatting.trimmed(one.residents / one.helpers, 1) if one.helpers else ""


def _nothing() -> Markup:
    return shapes.bar_list([shapes.Bar(t("sc_all_events"), 0, t("sc_visits", residents=0))])
