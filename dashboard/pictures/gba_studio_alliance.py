"""The Greater Bay Area alliance: whether every sub-alliance meets every quarter, and value without what its studios count already."""

from collections.abc import Sequence

from dashboard import formatting
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, link, tag
from dashboard.data import origins, periods
from dashboard.data.pictures import gba_studio_alliance as data
from dashboard.data.programmes import Programme
from dashboard.data.regions import NATION
from dashboard.i18n import t
from dashboard.links import Target
from dashboard.pictures import amounts, shapes, until

QUARTERS_BACK = 8
NAMED = 3
_LOOKS = {
    data.HELD: ("✓", "met"),
    data.NOT_HELD: ("×", "open"),
    data.NOT_REPORTED: ("?", "quiet"),
    data.NOT_DUE: ("·", "blank"),
}


def show(programme: Programme, selection: Selection) -> None:
    """Exchanges by sub-alliance and quarter, and the value waterfall; both belong to the nation."""
    if not selection.is_nation:
        shapes.show(lambda: [_of_the_nation()], key="gba_studio_alliance_pictures")
        return
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    shapes.show(lambda: [_exchanges(selection, origin), _value(selection, origin)], key="gba_studio_alliance_pictures")


def _exchanges(selection: Selection, origin: str) -> Markup:
    title, hint = t("ga_exchanges"), t("ga_exchanges_hint")
    found = data.exchanges(selection.release_id, _first_quarter(selection.period), selection.period, origin)
    if not found:
        return shapes.empty(title, hint)
    states = {code: shapes.State(t(f"ga_state_{code}"), *look) for code, look in _LOOKS.items()}
    quarters = sorted({one.quarter for one in found})
    names = {one.sub_id: one.sub_name for one in found}
    cells = {(one.sub_id, one.quarter): states[one.state] for one in found}
    rows = [
        shapes.GridRow(name, tuple(cells.get((sub_id, quarter)) for quarter in quarters))
        for sub_id, name in names.items()
    ]
    heads = [_short(quarter) for quarter in quarters]
    table = shapes.Table(
        title,
        (t("ga_sub_alliance"), *(formatting.period_name(quarter) for quarter in quarters)),
        tuple((row.name, *(cell.word if cell else t("ga_not_founded") for cell in row.cells)) for row in rows),
    )
    sentence = _exchange_sentence(found, quarters)
    grid = shapes.state_grid(heads, rows, tuple(states.values()), f"{title} {sentence}")
    return shapes.panel(title, hint, grid, sentence, table)


def _exchange_sentence(found: Sequence[data.Exchange], quarters: Sequence[str]) -> str:
    due = [one for one in found if one.is_due]
    span = " – ".join(dict.fromkeys((formatting.period_name(quarters[0]), formatting.period_name(quarters[-1]))))
    if not due:
        return t("ga_nothing_due", span=span)
    counts = {state: sum(1 for one in due if one.state == state) for state in _LOOKS}
    said = t(
        "ga_exchange_sentence",
        span=span,
        due=len(due),
        held=counts[data.HELD],
        not_held=counts[data.NOT_HELD],
        not_reported=counts[data.NOT_REPORTED],
    )
    last = max(one.quarter for one in due)
    absent = [one.sub_name for one in due if one.quarter == last and one.state != data.HELD]
    quarter = formatting.period_name(last)
    if not absent:
        return said + t("ga_last_all_held", quarter=quarter)
    named = t("comma").join(absent[:NAMED])
    return said + t(
        "ga_last_absent" if len(absent) <= NAMED else "ga_last_absent_many",
        quarter=quarter,
        named=named,
        count=len(absent),
    )


def _first_quarter(period: str) -> str | None:
    """The first quarter drawn: a year's own four, the last eight up to a month or quarter, everything for all time."""
    grain = periods.grain_of(period)
    if grain == "all":
        return None
    if grain == "year":
        return f"{period}Q1"
    year = int(period[:4])
    quarter = int(period[5]) if grain == "quarter" else (int(period[5:7]) + 2) // 3
    place = year * 4 + quarter - QUARTERS_BACK
    return f"{place // 4}Q{place % 4 + 1}"


def _short(quarter: str) -> str:
    """24Q1."""
    return quarter[2:]


def _value(selection: Selection, origin: str) -> Markup:
    title, hint = t("ga_value"), _value_hint(selection, origin)
    found = data.values(selection.release_id, selection.period, origin)
    total = data.together(found)
    if total is None:
        return shapes.empty(title, hint)
    changes = [
        shapes.Change(t("ga_declared"), 0, total.declared, amounts.yuan(total.declared, total.declared_sign), "others"),
        shapes.Change(
            t("ga_attributed"),
            total.declared,
            total.declared - total.attributed,
            formatting.MINUS + amounts.yuan(total.attributed, total.attributed_sign),
            "behind",
        ),
        shapes.Change(t("ga_net"), 0, total.net, amounts.yuan(total.net, total.net_sign), "line"),
    ]
    said = t(
        "ga_value_sentence",
        declared=amounts.yuan(total.declared, total.declared_sign),
        attributed=amounts.yuan(total.attributed, total.attributed_sign),
        share=amounts.share(total.attributed, total.declared),
        net=amounts.yuan(total.net, total.net_sign),
    )
    if total.unattributed_quarters:
        said += t("ga_value_blank", blank=f"{total.unattributed_quarters:,}", quarters=f"{total.quarters:,}")
    table = shapes.Table(
        title,
        (t("ga_sub_alliance"), t("ga_declared"), t("ga_attributed"), t("ga_net"), t("ga_double_share")),
        tuple(
            (
                one.name or t("ga_together"),
                amounts.yuan(one.declared, one.declared_sign),
                amounts.yuan(one.attributed, one.attributed_sign),
                amounts.yuan(one.net, one.net_sign),
                amounts.share(one.attributed, one.declared),
            )
            for one in (*found, total)
        ),
    )
    return shapes.panel(title, hint, shapes.waterfall(changes), said, table)


def _value_hint(selection: Selection, origin: str) -> str:
    name = until.period_name(selection, "gba_studio_alliance", selection.period, origin)
    return t("ga_value_hint_month" if periods.grain_of(selection.period) == "month" else "ga_value_hint", period=name)


def _of_the_nation() -> Markup:
    """What stands in the place of the pictures where a region is chosen: why there are none, and the way to them."""
    way = tag("p", link(Target(region=NATION), t("ga_see_nation")))
    return shapes.panel(f"{t('ga_exchanges')} · {t('ga_value')}", "", way, t("ga_no_province"))
