"""The KPIs that are no cards, one a row: value, status, last periods, changes, what was counted; a name shows its KPI in the pictures."""

from collections.abc import Sequence

from dashboard.components import kept, kpi_card, markup, status
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data.comparisons import Comparison
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import pick, t

_COLUMNS = ("kpi", "this_period", "status", "recent", "year_on_year", "on_previous", "counted", "more")


def show(
    kpis: Sequence[Kpi],
    current: dict[str, Value],
    histories: dict[str, tuple[Value, ...]],
    selection: Selection,
) -> None:
    """The table; nothing where there are no others."""
    if not kpis:
        return

    def build() -> Markup:
        rows = [_row(kpi, current.get(kpi.code), histories.get(kpi.code, ()), selection) for kpi in kpis]
        head = tag("tr", [tag("th", t(name), scope="col", cls=f"ub-col-{name}") for name in _COLUMNS])
        table = tag("table", tag("thead", head), tag("tbody", rows), cls="ub-kpi-rows")
        return tag("section", tag("h3", t("other_kpis"), tag("small", len(kpis))), table, cls="ub-panel")

    markup.show(kept.block("kpi_rows", build, *(kpi.code for kpi in kpis)), key="kpi_rows")


def _row(kpi: Kpi, value: Value | None, history: Sequence[Value], selection: Selection) -> Markup:
    runs = kpi_card.is_running(kpi, value, selection)
    yearly, previous = kpi_card.compared(kpi, value, history, selection) if value is not None else (None, None)
    return tag(
        "tr",
        tag("th", kpi_card.name_link(kpi, "ub-row-link"), scope="row", cls="ub-col-kpi"),
        tag(
            "td",
            tag("div", kpi_card.value_markup(value, kpi, runs), cls="ub-card-value"),
            kpi_card.notes_of(kpi, value, selection),
            cls="ub-col-this_period",
        ),
        tag("td", _status(kpi, value, history, runs, selection), cls="ub-col-status"),
        tag("td", kpi_card.spark(kpi, value, history, selection, "ub-spark ub-small"), cls="ub-col-recent"),
        tag("td", _named("year_on_year"), _changed(yearly, value, kpi), cls="ub-col-year_on_year"),
        tag("td", _named("on_previous"), _changed(previous, value, kpi, yearly), cls="ub-col-on_previous"),
        tag("td", tag("span", kpi_card.foot(kpi, value, selection), cls="ub-dotted ub-hint"), cls="ub-col-counted"),
        tag("td", kpi_card.definition(kpi), kpi_card.source_link(kpi, value), cls="ub-col-more"),
        aria_label=pick(kpi.label_zh, kpi.label_en),
        **kpi_card.memory(kpi, value, selection),
    )


def _named(word: str) -> Markup:
    """The column's name before its value, where a phone shows no heads of columns."""
    return tag("small", t(word), cls="ub-on-phone")


def _status(kpi: Kpi, value: Value | None, history: Sequence[Value], runs: bool, selection: Selection) -> Markup | None:
    """The status, and the target where there is one; where there is nothing now, what was known last."""
    latest = kpi_card.latest_known(kpi, value, history, selection)
    if value is not None and value.status == "no_target" and not latest:
        return status.badge(value.status)
    return kpi_card.target_line(kpi, value, latest, runs)


def _changed(
    comparison: Comparison | None, value: Value | None, kpi: Kpi, beside: Comparison | None = None
) -> Markup | str:
    """+2.1 pp, with what it must be read with small below it, unless the one `beside` says so already."""
    if comparison is None or value is None:
        return "—"
    said = kpi_card.compared_words([beside], [""], kpi) if beside is not None else []
    words = [one for one in kpi_card.compared_words([comparison], [""], kpi) if one not in said]
    return tag(
        "span", kpi_card.comparison_text(comparison, value, kpi), [tag("small", one, cls="ub-note") for one in words]
    )
