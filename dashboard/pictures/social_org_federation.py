"""Federations of social-organisation unions: how far incubation has come, and how many members each full-time cadre serves."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import kpis, origins, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.pictures import social_org_federation as data
from dashboard.data.programmes import Programme
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import t
from dashboard.pictures import shapes

PROGRAMME = "social_org_federation"
CADRES = "sf_members_per_cadre"
DAYS_A_MONTH = 365.25 / 12


def show(programme: Programme, selection: Selection) -> None:
    """The funnel of incubation, the same by year of entry, and members per cadre by region."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: _panels(selection, origin), key="social_org_federation_pictures")


def _panels(selection: Selection, origin: str) -> list[Markup]:
    found = data.cohorts(selection.release_id, selection.region, selection.period, origin)
    panels = [funnel(found), by_entry_year(found)]
    kpi = kpis.find(selection.release_id, CADRES)
    if kpi:
        panels.append(_cadres(kpi, origin, selection))
    return panels


def funnel(cohorts: Sequence[data.Cohort]) -> Markup:
    """Organisations that reached each stage, those that gave up afterwards told apart."""
    title, hint = t("sf_funnel"), t("sf_funnel_hint")
    if not cohorts:
        return shapes.empty(title, hint)
    steps = (
        ("sf_entered", sum(one.entered for one in cohorts), sum(one.ended for one in cohorts)),
        ("sf_nurtured", sum(one.nurtured for one in cohorts), sum(one.ended_after_nurtured for one in cohorts)),
        ("sf_hatched", sum(one.hatched for one in cohorts), sum(one.ended_after_hatched for one in cohorts)),
        ("sf_own_union", sum(one.own_union for one in cohorts), 0),
    )
    stacks = []
    before = 0
    for key, reached, ended in steps:
        parts = (
            shapes.Part(t("sf_going_on"), reached - ended, f"{reached - ended:,}", "line"),
            shapes.Part(t("sf_ended"), ended, f"{ended:,}", "behind", "×"),
        )
        note = t("picture_of_previous", share=formatting.percent(reached / before)) if before else ""
        stacks.append(shapes.Stack(t(key), parts, f"{reached:,}", note))
        before = reached
    entered, hatched, own = steps[0][1], steps[2][1] - steps[2][2], steps[3][1]
    sentences = [t("sf_funnel_sentence", entered=f"{entered:,}", own=f"{own:,}", ended=f"{steps[0][2]:,}")]
    if hatched > own:
        sentences.append(t("sf_funnel_next", next=f"{hatched - own:,}"))
    if own:
        days = sum(one.days_to_own_union or 0 for one in cohorts) / own
        sentences.append(t("sf_funnel_duration", months=formatting.trimmed(days / DAYS_A_MONTH, 1)))
    rows = tuple((t(key), f"{reached:,}", f"{ended:,}") for key, reached, ended in steps)
    table = shapes.Table(title, (t("sf_stage"), t("sf_orgs"), t("sf_of_which_ended")), rows)
    return shapes.panel(title, hint, shapes.stacked(stacks), formatting.sentences(sentences), table)


def by_entry_year(cohorts: Sequence[data.Cohort]) -> Markup:
    """A bar a year of entry, made of where its organisations are now."""
    title, hint = t("sf_cohorts"), t("sf_cohorts_hint")
    if not cohorts:
        return shapes.empty(title, hint)
    stacks, rows = [], []
    for one in cohorts:
        parts = tuple(
            shapes.Part(t(key), count, f"{count:,}", tone, mark if mark == "×" else t(mark))
            for key, count, tone, mark in _stages(one)
        )
        stacks.append(shapes.Stack(str(one.entry_year), parts, f"{one.entered:,}"))
        rows.append((str(one.entry_year), f"{one.entered:,}", *(part.text for part in parts)))
    first = cohorts[0]
    sentence = t(
        "sf_cohorts_sentence",
        year=first.entry_year,
        entered=f"{first.entered:,}",
        hatched=f"{first.hatched - first.ended_after_hatched:,}",
        ended=f"{first.ended:,}",
    )
    heads = (t("sf_entry_year"), t("sf_orgs"), *(t(key) for key, *_ in _stages(first)))
    return shapes.panel(title, hint, shapes.stacked(stacks), sentence, shapes.Table(title, heads, tuple(rows)))


def _stages(one: data.Cohort) -> tuple[tuple[str, int, str, str], ...]:
    """Where a year's organisations are now: key of the word, how many, tone, and key of the mark."""
    ended_early = one.ended - one.ended_after_nurtured
    ended_in_nurture = one.ended_after_nurtured - one.ended_after_hatched
    return (
        ("sf_own_union", one.own_union, "met", "sf_mark_own_union"),
        ("sf_hatched", one.hatched - one.own_union - one.ended_after_hatched, "line", "sf_mark_hatched"),
        ("sf_nurtured", one.nurtured - one.hatched - ended_in_nurture, "amount-4", "sf_mark_nurtured"),
        ("sf_entered", one.entered - one.nurtured - ended_early, "amount-2", "sf_mark_entered"),
        ("sf_ended", one.ended, "behind", "×"),
    )


def _cadres(kpi: Kpi, origin: str, selection: Selection) -> Markup:
    """The regions below against the chosen one; where there are none, the chosen one against what contains it."""
    release_id, period = selection.release_id, selection.period
    region = regions.find(release_id, selection.region)
    assert region is not None
    below = values.by_region(release_id, CADRES, region.code, period, origin)
    if below:
        compared = [(one, below[one.code]) for one in regions.children(release_id, region.code) if one.code in below]
        reference = region
    else:
        own = values.by_kpi(release_id, region.code, period, origin, PROGRAMME).get(CADRES)
        compared = [(region, own)] if own else []
        reference = regions.find(release_id, region.parent_code or region.code) or region
    average = values.by_kpi(release_id, reference.code, period, origin, PROGRAMME).get(CADRES)
    return members_per_cadre(kpi, compared, reference, average)


def members_per_cadre(
    kpi: Kpi, compared: Sequence[tuple[Region, Value]], reference: Region, average: Value | None
) -> Markup:
    """A bar a region with the average of the region that contains them as a line; without a cadre there is no bar."""
    title, hint = t("sf_cadres"), t("sf_cadres_hint")
    if not compared:
        return shapes.empty(title, hint)
    # Who serves most members a cadre comes first; who has no value comes last.
    compared = sorted(compared, key=lambda one: -1 if one[1].value is None else one[1].value, reverse=True)
    bars, rows = [], []
    for region, value in compared:
        name = formatting.region_name(region)
        without = value.value is None and value.numerator is not None and value.denominator == 0
        text = t("sf_no_cadre") if without else formatting.value_amount(value, kpi).number
        made_of = (_count(value.numerator), _count(value.denominator))
        note = t("sf_cadres_members", members=made_of[0], cadres=made_of[1])
        bars.append(shapes.Bar(name, 0 if without else value.value, text, note if value.numerator is not None else ""))
        rows.append((name, text, *made_of))
    said = reference.name if average is None else formatting.region_name(reference)
    line = None
    sentences = []
    if average is not None and average.value is not None:
        shown = formatting.value_amount(average, kpi).number
        line = shapes.Reference(average.value, t("sf_cadres_reference", region=said, value=shown))
        known = [(region, value.value) for region, value in compared if value.value is not None]
        if len(known) > 1:
            highest, _ = max(known, key=lambda one: one[1])
            above = sum(1 for _, value in known if value > average.value)
            sentences.append(
                t(
                    "sf_cadres_sentence",
                    region=said,
                    value=shown,
                    count=len(known),
                    above=above,
                    highest=formatting.region_name(highest),
                )
            )
        elif known:
            own = formatting.value_amount(compared[0][1], kpi).number
            sentences.append(t("sf_cadres_sentence_alone", value=own, region=said, average=shown))
    without_cadres = sum(
        1 for _, value in compared if value.value is None and value.numerator and value.denominator == 0
    )
    if without_cadres:
        sentences.append(t("sf_cadres_without", count=without_cadres))
    heads = (t("region"), title, t("sf_members_head"), t("sf_cadres_head"))
    table = shapes.Table(title, heads, tuple(rows))
    body = shapes.bar_list(bars, reference=line)
    return shapes.panel(title, hint, body, formatting.sentences(sentences), table)


def _count(number: float | None) -> str:
    return t("missing") if number is None else f"{number:,.0f}"
