"""项目一览: each programme's headline KPI in one row; on a phone the rows become a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formatting, links
from dashboard.components import answer, kept, kpi_card, markup, notes, sparkline, status
from dashboard.components.answer import Place
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import comparisons, kpis, origins, periods, regions, values
from dashboard.data.comparisons import Comparison
from dashboard.data.figures import Figure
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.values import SPARKLINE_POINTS, Value
from dashboard.i18n import pick, t


@dataclass(frozen=True)
class Row:
    """What one programme shows; without a KPI only its published figures."""

    programme: Programme
    kpi: Kpi | None
    value: Value | None
    history: tuple[Value, ...]
    provinces_due: int | None
    figures: tuple[Figure, ...]
    origin: str
    place: Place | None = None
    place_before: Place | None = None


def of_programme(selection: Selection, programme: Programme, shown: tuple[Figure, ...]) -> Row:
    """What a programme shows of its headline KPI in the region and period chosen."""
    release_id = selection.release_id
    origin = origins.shown(release_id, programme.code, selection.mode)
    kpi = kpis.headlines(release_id).get(programme.code)
    grain = periods.grain_of(selection.period)
    value: Value | None = None
    history: tuple[Value, ...] = ()
    if kpi is not None:
        value = values.by_kpi(release_id, selection.region, selection.period, origin).get(kpi.code)
        grain = "month" if grain == "all" else grain
        series = values.series_of_headlines(release_id, selection.region, grain, origin)
        history = series.get(kpi.code, ())
    mainland = sum(province.is_mainland for province in regions.provinces(release_id))
    due = mainland if programme.is_ranked and selection.is_nation else None
    return Row(programme, kpi, value, history, due, shown, origin)


def yearly(one: Row, selection: Selection) -> Comparison | None:
    """The value against the year before."""
    if one.kpi is None or one.value is None:
        return None
    at = values.of_other_periods(selection.release_id, one.value, one.history)
    return comparisons.year_on_year(one.value, one.kpi, at, values.beside(selection.release_id))


def show(rows: Sequence[Row], apart: Sequence[Row], selection: Selection) -> None:
    """The programmes of one origin in a table, those `apart` in one of their own."""

    def tables() -> Markup:
        leading = origins.leading(selection.release_id, selection.mode)
        note = " · ".join((t(f"name_{leading}"), t("scorecard_note")))
        first = _table(rows, t("scorecard"), note, selection)
        if not apart:
            return first
        title = t(f"heading_{apart[0].origin}")
        return tag("div", first, _table(apart, title, t("scorecard_apart"), selection), cls="ub-stack")

    markup.show(kept.block("scorecard", tables), key="scorecard")


def _table(rows: Sequence[Row], title: str, note: str, selection: Selection) -> Markup:
    columns = (
        "programme",
        "headline_kpi",
        "this_period",
        "against_target",
        "status",
        "recent",
        "year_on_year",
        "reported" if selection.is_nation else "rank",
        "published_data",
    )
    head = tag(
        "tr", [tag("th", t(column), scope="col", cls=f"ub-col-{column.replace('_', '-')}") for column in columns]
    )
    return tag(
        "section",
        tag("h3", title, tag("small", note)),
        tag("table", tag("thead", head), tag("tbody", [_row(row, selection) for row in rows]), cls="ub-scorecard"),
        cls="ub-panel",
    )


def _row(row: Row, selection: Selection) -> Markup:
    name = pick(row.programme.short_name_zh, row.programme.name_en)
    target = links.programme_page(row.programme.code)
    cells = {
        "headline-kpi": pick(row.kpi.label_zh, row.kpi.label_en)
        if row.kpi
        else tag("span", t("published_only"), cls="ub-hint"),
        "this-period": _value(row, selection),
        "against-target": _target(row),
        "status": _status(row, selection),
        "recent": _spark(row),
        "year-on-year": _yearly(row, selection),
        **({"reported": _reported(row)} if selection.is_nation else {"rank": _rank(row)}),
        "published-data": _published(row.figures),
    }
    head = tag("th", markup.link(target, name, cls="ub-row-link"), cls="ub-col-programme", scope="row")
    return tag("tr", head, [tag("td", content, cls=f"ub-col-{name_}") for name_, content in cells.items()])


def _value(row: Row, selection: Selection) -> Markup:
    if row.kpi is None:
        return tag("span", t("missing"), cls="ub-missing")
    note = kpi_card.latest_known(row.kpi, row.value, row.history, selection)
    if row.value is not None and row.value.period != selection.period:
        note = formatting.period_name(row.value.period)
    runs = kpi_card.is_running(row.kpi, row.value, selection)
    number = kpi_card.value_markup(row.value, row.kpi, runs)
    return tag("span", number, tag("small", note) if note else None, notes.small(row.value, row.kpi))


def _status(row: Row, selection: Selection) -> Markup:
    if row.kpi is not None and kpi_card.is_running(row.kpi, row.value, selection):
        return tag("span", "—", cls="ub-hint")
    judged_on = notes.judged_on(row.value, row.kpi) if row.kpi else ""
    return status.badge(status.of(row.value), judged_on)


def _target(row: Row) -> Markup | None:
    """The way to the target; nothing without one, which the status says."""
    if row.kpi is None or row.value is None or row.value.target is None:
        return None
    reached = formatting.attainment(row.value)
    bar = tag(
        "span",
        tag("i", style=f"width:{max(0.0, min(1.0, reached or 0)):.0%}"),
        cls=f"ub-bar ub-{row.value.status.replace('_', '-')}",
    )
    return tag("span", bar, tag("small", formatting.target_text(row.value, row.kpi)), cls="ub-target")


def _spark(row: Row) -> Markup | None:
    if row.kpi is None or row.value is None:
        return None
    shown = [one for one in row.history if one.period <= row.value.period][-SPARKLINE_POINTS:]
    label = t("spark_label", kpi=pick(row.kpi.label_zh, row.kpi.label_en), count=len(shown))
    return sparkline.of_values(row.kpi, shown, label, cls="ub-spark ub-small")


def _yearly(row: Row, selection: Selection) -> Markup | str:
    comparison = yearly(row, selection)
    if comparison is None or row.kpi is None or row.value is None:
        return "—"
    months = kpi_card.span_text(comparison)
    reason = kpi_card.reason_text(comparison)
    text = kpi_card.comparison_text(comparison, row.value, row.kpi)
    small = [tag("small", words) for words in (months, kpi_card.alike_text(comparison, row.kpi)) if words]
    return tag("span", text, small, title=reason or None)


def _rank(row: Row) -> Markup | str:
    """第 25/31 ▼2, among the regions beside it."""
    if row.place is None:
        return "—"
    now, before = row.place.place, row.place_before.place if row.place_before is not None else row.place.place
    moved = None
    if before != now:
        mark, cls = ("▲", "ub-rank-up") if now < before else ("▼", "ub-rank-down")
        moved = tag("small", f"{mark}{abs(now - before)}", cls=cls, title=t("place_before", place=before))
    return tag("span", answer.place_text(row.place), moved, cls="ub-nowrap")


def _reported(row: Row) -> str:
    if row.value is None or row.value.provinces_reported is None:
        return "—"
    return (
        f"{row.value.provinces_reported}/{row.provinces_due}"
        if row.provinces_due
        else str(row.value.provinces_reported)
    )


def _published(figures: Sequence[Figure]) -> Markup:
    if not figures:
        return tag("span", "—", cls="ub-hint")
    shown = [f"{pick(figure.name_zh, figure.name_en)} {formatting.figure_amount(figure).text}" for figure in figures]
    return tag("span", tag("em", t("published")), " ", t("semicolon").join(shown), cls="ub-published")
