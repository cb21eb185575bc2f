"""The innovation expo: whose benefit it is, how much of it finance has certified, and where."""

import math
from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup
from dashboard.data import origins
from dashboard.data.pictures import innovation_expo as data
from dashboard.data.pictures import signs
from dashboard.data.programmes import Programme
from dashboard.i18n import pick, t
from dashboard.pictures import shapes, until

NAMED = 3
REGIONS_SHOWN = 12


def show(programme: Programme, selection: Selection) -> None:
    """The concentration, then certified and declared by region and by type."""
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: _panels(selection, origin), key="innovation_expo_pictures")


def _panels(selection: Selection, origin: str) -> list[Markup]:
    chosen = (selection.release_id, selection.region, selection.period, origin)
    period = until.period_name(selection, "innovation_expo", data.year_of(selection.period), origin)
    panels = [shapes.wide(_concentration(data.concentration(*chosen), period))]
    below = data.by_region(*chosen)
    if below:
        panels.append(_split(t("ie_by_region"), t("region"), below, period))
    by_type = data.by_type(*chosen)
    if by_type:
        panels.append(_split(t("ie_by_type"), t("ie_type"), by_type, period))
    return panels


def _concentration(found: data.Concentration | None, period: str) -> Markup:
    title, hint = t("ie_pareto"), t("ie_pareto_hint", period=period)
    if found is None:
        return shapes.empty(title, hint)
    if found.count > len(found.columns):
        hint += t("ie_pareto_means", size=math.ceil(found.count / len(found.columns)))
    few, share = (
        f"{found.few / found.count * 100:.0f}",
        ("≈" if found.sign else "") + formatting.percent(found.few_share),
    )
    columns = [
        shapes.Column(one.certified, one.declared, one.running, _column_text(one, found.leaders))
        for one in found.columns
    ]
    callout = shapes.Callout(
        found.few / found.count, found.few_share, t("ie_callout", count=found.few, few=few, share=share)
    )
    sentence = t(
        "ie_pareto_says",
        count=found.count,
        total=_money(found.total, found.sign),
        top=found.few,
        few=few,
        share=share,
        certified=formatting.percent(found.few_certified),
        names=t("comma").join(
            t("ie_leader", name=one.name, owner=one.owner, money=_money(one.certified + one.declared, one.sign))
            for one in found.leaders[:NAMED]
        ),
    )
    if found.count > len(found.leaders):
        sentence += t("ie_listed", count=len(found.leaders))
    body = shapes.pareto(
        columns,
        callout,
        (t("ie_first"), t("ie_last", count=found.count)),
        (t("ie_certified"), t("ie_declared"), t("ie_running")),
        f"{title} {sentence}",
        lambda yuan: formatting.scaled(yuan, "").text.strip(),
    )
    table = shapes.Table(
        title,
        (t("ie_place"), t("ie_achievement"), t("ie_owner"), t("ie_certified"), t("ie_declared"), t("ie_running")),
        tuple(
            (
                str(one.place),
                one.name,
                one.owner,
                _money(one.certified, one.sign if one.certified else ""),
                _money(one.declared, one.sign if one.declared else ""),
                formatting.percent(one.running) + "%",
            )
            for one in found.leaders
        ),
    )
    return shapes.panel(title, hint, body, sentence, table)


def _column_text(one: data.Column, leaders: Sequence[data.Item]) -> str:
    money = _money(one.certified + one.declared, "")
    if one.first == one.last and one.first <= len(leaders):
        return f"{one.first} {leaders[one.first - 1].name} {money}"
    return t("ie_column", first=one.first, last=one.last, money=money)


def _split(title: str, head: str, splits: Sequence[data.Split], period: str) -> Markup:
    shown = splits[:REGIONS_SHOWN]
    stacks = [
        shapes.Stack(
            pick(one.name, one.name_en),
            (
                shapes.Part(t("ie_certified"), one.certified, _money(one.certified, one.certified_sign), "line"),
                shapes.Part(t("ie_declared"), one.declared, _money(one.declared, one.declared_sign), "hatched"),
            ),
            t("ie_share", share=_share(one)),
        )
        for one in shown
    ]
    certified, declared = sum(one.certified for one in splits), sum(one.declared for one in splits)
    sentence = t(
        "ie_split_says",
        certified=_money(certified, signs.combined(one.certified_sign for one in splits)),
        declared=_money(declared, signs.combined(one.declared_sign for one in splits)),
    )
    weakest = min(
        (one for one in splits if one.certified + one.declared), key=lambda one: _certified_share(one), default=None
    )
    if weakest is not None and len(splits) > 1:
        sentence += t("ie_weakest", name=pick(weakest.name, weakest.name_en), share=_share(weakest))
    if len(splits) > len(shown):
        sentence += t("ie_rest", shown=len(shown), count=len(splits) - len(shown))
    table = shapes.Table(
        title,
        (head, t("ie_certified"), t("ie_declared"), t("ie_certified_share")),
        tuple(
            (
                pick(one.name, one.name_en),
                _money(one.certified, one.certified_sign),
                _money(one.declared, one.declared_sign),
                _share(one),
            )
            for one in splits
        ),
    )
    return shapes.panel(title, t("ie_split_hint", period=period), shapes.stacked(stacks), sentence, table)


def _certified_share(one: data.Split) -> float:
    return one.certified / (one.certified + one.declared)


def _share(one: data.Split) -> str:
    if not one.certified + one.declared:
        return t("no_denominator")
    whole = signs.combined((one.certified_sign, one.declared_sign))
    return f"{signs.of_ratio(one.certified_sign, whole)}{formatting.percent(_certified_share(one))}%"


def _money(yuan: float, sign: str) -> str:
    return sign + formatting.scaled(yuan, t("ie_yuan")).text
