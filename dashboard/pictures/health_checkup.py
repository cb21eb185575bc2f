"""Free check-ups: first check-ups against the even pace of the year's plan, and who came, with how far findings were followed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins, periods
from dashboard.data.pictures import health_checkup as data
from dashboard.data.programmes import Programme
from dashboard.i18n import is_english, t
from dashboard.pictures import shapes

# Colour goes with what a group is to the plan: workers in new forms of employment, migrant workers, and those outside the plan.
_GROUPS = {
    "网约车司机": ("hc_group_ride", "amount-6"),
    "快递员": ("hc_group_courier", "amount-5"),
    "外卖员": ("hc_group_food", "amount-4"),
    "货车司机": ("hc_group_lorry", "amount-3"),
    "其他新就业形态": ("hc_group_other", "amount-2"),
    "农民工": ("hc_group_migrant", "scale-2"),
    "环卫等户外": ("hc_group_outdoor", "scale-3"),
}
_FLIPPED = {"≥": "≤", "≤": "≥"}


def show(programme: Programme, selection: Selection) -> None:
    """The pace of the plan, then groups and follow-up, month by month from January to the end of the period."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: _panels(selection, origin), key="health_checkup_pictures")


def _panels(selection: Selection, origin: str) -> list[Markup]:
    span = _span(selection, origin)
    asked = (selection.release_id, selection.region, *span, origin)
    hidden = data.hidden_months(selection.release_id, selection.region, origin)
    return [
        pace(data.pace(*asked)),
        mix(span, data.groups(*asked), data.followups(*asked), data.months_of_nobody(*asked), hidden),
    ]


def _span(selection: Selection, origin: str) -> tuple[str, str]:
    """January and last month of what is shown: the year of the period up to its end; of all time the latest year."""
    if selection.period != periods.ALL:
        return f"{selection.period[:4]}-01", periods.last_month(selection.period)
    year = data.latest_year(selection.release_id, selection.region, origin)
    return f"{year}-01", f"{year}-12"


def pace(months: Sequence[data.Pace]) -> Markup:
    """First check-ups since January beside the even pace to the year's plan."""
    title = t("hc_pace")
    if not any(month.persons is not None for month in months):
        is_hidden = any(month.is_hidden for month in months)
        return (shapes.hidden if is_hidden else shapes.empty)(title, t("hc_pace_hint"))
    shown = [month for month in months if month.persons is not None]
    plan, plan_sign = months[-1].plan_persons, months[-1].plan_sign
    points = tuple(shapes.Point(int(month.month[5:]), month.persons, _persons(month)) for month in months)
    lines = [shapes.Line(t("hc_first_checkups"), points, _persons(shown[-1]) if shown else "")]
    if plan:
        even = (shapes.Point(0, 0), shapes.Point(12, plan))
        lines.append(shapes.Line(t("hc_even_pace"), even, f"{plan_sign}{plan:,}", is_reference=True))
    axis = [
        shapes.Tick(at, t("hc_month_end", month=date(2000, at, 1).strftime("%b") if is_english() else at))
        for at in (3, 6, 9, 12)
    ]
    sentence = _pace_sentence(shown[-1], months[-1].month) if shown else ""
    if any(month.is_hidden for month in months):
        sentence = formatting.sentences((sentence, t("hc_months_hidden")))
    body = shapes.line(lines, [shapes.Tick(0, ""), *axis], f"{title} {sentence}")
    rows = tuple(
        (
            formatting.period_name(month.month),
            _persons(month),
            f"{plan_sign}{plan * int(month.month[5:]) / 12:,.0f}" if plan else t("missing"),
        )
        for month in months
    )
    table = shapes.Table(title, (t("period"), t("hc_first_checkups"), t("hc_even_pace")), rows)
    hint = t("hc_pace_hint") if plan else t("hc_pace_without_plan")
    return shapes.panel(title, hint, body, sentence, table)


def _pace_sentence(now: data.Pace, last: str) -> str:
    assert now.persons is not None
    until = formatting.period_name(now.month)
    if not now.plan_persons:
        return t("hc_pace_no_plan", period=until, persons=_persons(now))
    month = int(now.month[5:])
    ahead = now.persons - now.plan_persons * month / 12
    # How far ahead grows with who came; how far behind grows with the plan.
    sign = _ratio_sign(now.persons_sign, now.plan_sign) if ahead >= 0 else _ratio_sign(now.plan_sign, now.persons_sign)
    sentences = [
        t(
            "hc_pace_sentence",
            period=until,
            persons=_persons(now),
            plan=f"{now.plan_sign}{now.plan_persons:,}",
            share=_ratio_sign(now.persons_sign, now.plan_sign) + formatting.percent(now.persons / now.plan_persons),
        ),
        t("hc_pace_ahead" if ahead >= 0 else "hc_pace_behind", gap=f"{sign}{abs(ahead):,.0f}"),
    ]
    needed = now.plan_persons - now.persons
    if needed > 0 and month < 12 and now.month == last:
        sign = _ratio_sign(now.plan_sign, now.persons_sign)
        sentences.append(t("hc_pace_needed", months=12 - month, persons=f"{sign}{needed / (12 - month):,.0f}"))
    return formatting.sentences(sentences)


def _persons(month: data.Pace) -> str:
    if month.is_hidden:
        return t("masked")
    return t("missing") if month.persons is None else f"{month.persons_sign}{month.persons:,}"


def _ratio_sign(above: str, below: str) -> str:
    """The sign of a number that grows with one bound and shrinks with another."""
    flipped = _FLIPPED.get(below, below)
    if not flipped or above == flipped:
        return above
    return flipped if not above else "≈"


@dataclass(frozen=True)
class Month:
    """The groups of a month, and the whole."""

    shown: tuple[data.Group, ...]
    total: int
    sign: str


def mix(
    span: tuple[str, str],
    groups: Sequence[data.Group],
    followups: Sequence[data.Followup],
    nobody: frozenset[str],
    hidden: frozenset[str],
) -> Markup:
    """A bar a month of who was checked, and a dot for the findings followed up."""
    title, hint = t("hc_mix"), t("hc_mix_hint")
    asked = {month for month in hidden if span[0] <= month <= span[1]}
    if not groups:
        return (shapes.hidden if asked else shapes.empty)(title, hint)
    together: dict[str, list[data.Group]] = {}
    for one in groups:
        together.setdefault(one.month, []).append(one)
    by_month = {month: divided(found) for month, found in together.items()}
    rates = {one.month: one for one in followups}
    order = _ordered({one.group for one in groups if one.persons})
    stacks, rows = [], []
    for month in periods.between(span[0], max(*by_month, *nobody, *asked, span[0])):
        name = formatting.period_name(month)
        if month in asked:
            stacks.append(shapes.Stack(name, (), t("masked")))
            rows.append((name, t("masked"), "", t("masked")))
            continue
        if month not in by_month:
            stacks.append(shapes.Stack(name, (), "0" if month in nobody else ""))
            rows.append((name, "0" if month in nobody else t("missing"), "", ""))
            continue
        whole = by_month[month]
        total = f"{whole.sign}{whole.total:,}"
        parts = _parts(whole, order)
        rate, said = _followup(rates.get(month))
        stacks.append(shapes.Stack(name, parts, total, dot=shapes.Dot(rate, t("hc_followed", rate=said))))
        rows.append((name, total, t("comma").join(f"{part.name} {part.text}" for part in parts if part.value), said))
    heads = (t("period"), t("hc_checked"), t("hc_groups"), t("hc_followup"))
    sentence = formatting.sentences(_mix_sentences(by_month, followups, is_hidden=bool(asked)))
    return shapes.panel(title, hint, shapes.stacked(stacks), sentence, shapes.Table(title, heads, tuple(rows)))


def divided(groups: Sequence[data.Group]) -> Month:
    """A month's groups, the smallest first."""
    present = sorted((one for one in groups if one.persons), key=lambda one: one.persons)
    signs = {one.sign for one in present if one.sign}
    return Month(
        shown=tuple(present),
        total=sum(one.persons for one in present),
        sign="≈" if len(signs) > 1 else "".join(signs),
    )


def _ordered(groups: set[str]) -> list[str]:
    """Groups in the order of the plan, then those it does not know."""
    return [group for group in _GROUPS if group in groups] + sorted(groups - _GROUPS.keys())


def _parts(month: Month, order: Sequence[str]) -> tuple[shapes.Part, ...]:
    """A part for every group, of no length where nobody of it was checked, so that colours keep their order."""
    shown = {one.group: one for one in month.shown}
    parts = []
    for group in order:
        key, tone = _GROUPS.get(group, ("", "check"))
        name = t(key) if key else group
        one = shown.get(group)
        text = f"{one.sign}{one.persons:,}" if one else ""
        parts.append(shapes.Part(name, one.persons if one else 0, text, tone, name[:1]))
    return tuple(parts)


def _followup(month: data.Followup | None) -> tuple[float | None, str]:
    """The share followed up, and how to say it: percent with what it is made of, or why there is none."""
    if month is None:
        return None, t("missing")
    if month.abnormal is None or month.followed is None:
        return None, t("hc_young") if month.young_sessions else t("missing")
    if month.abnormal == 0:
        return None, t("hc_no_findings")
    rate = month.followed / month.abnormal
    return rate, f"{month.sign}{formatting.percent(rate)}% ({month.followed:,}/{month.abnormal:,})"


def _mix_sentences(by_month: dict[str, Month], followups: Sequence[data.Followup], is_hidden: bool) -> list[str]:
    """Who came most, how far findings are followed up, and what is left out; of a span with hidden months no sums."""
    sentences = []
    if is_hidden:
        sentences.append(t("hc_months_hidden"))
    else:
        totals: dict[str, int] = {}
        for one in (one for month in by_month.values() for one in month.shown):
            totals[one.group] = totals.get(one.group, 0) + one.persons
        everybody = sum(totals.values())
        largest = max(totals, key=lambda group: totals[group])
        words = {"persons": f"{everybody:,}", "group": t(_GROUPS[largest][0]) if largest in _GROUPS else largest}
        sentences.append(t("hc_mix_sentence", share=formatting.percent(totals[largest] / everybody), **words))
    abnormal = sum(one.abnormal or 0 for one in followups)
    if abnormal and not is_hidden:
        rate = formatting.percent(sum(one.followed or 0 for one in followups) / abnormal)
        sentences.append(t("hc_followup_sentence", abnormal=f"{abnormal:,}", rate=rate))
    young = sum(one.young_sessions for one in followups)
    without = sum(one.sessions_without_followup + one.sessions_without_findings for one in followups)
    if young:
        sentences.append(t("hc_left_out_young", sessions=f"{young:,}"))
    if without:
        sentences.append(t("hc_left_out_without", sessions=f"{without:,}"))
    return sentences
