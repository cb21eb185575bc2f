"""催报: provinces by tables, for the latest 统计期 each table was due."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from dashboard import formatting
from dashboard.components import markup
from dashboard.components.markup import Markup, tag
from dashboard.data.regions import Region
from dashboard.i18n import t
from warehouse.answers.owed import Report

MARKS = {"received": "●", "late": "◐", "zero": "0", "refused": "⊘", "overdue": "✕", "waiting": "·"}


def show(reports: Sequence[Report], provinces: Sequence[Region], names: Mapping[str, str], today: date) -> None:
    """One row a province, one column a table and 统计期; a mark and a word for screen readers in each cell."""
    order = {programme: place for place, programme in enumerate(names)}
    tables = sorted(
        dict.fromkeys((one.programme, one.table_name, one.table_name_zh, one.report_period) for one in reports),
        key=lambda table: order.get(table[0], len(order)),
    )
    by_place = {(one.programme, one.table_name, one.report_period, one.province_code): one for one in reports}
    heading = tag("h3", t("reporting"), tag("small", t("reporting_note", count=len(tables))))
    if not tables:
        markup.show(
            tag("section", heading, tag("p", t("nothing_due"), cls="ub-hint"), cls="ub-panel"), key="reporting_matrix"
        )
        return
    corner = tag("th", t("province"), scope="col", rowspan=2, cls="ub-corner")
    heads = [
        tag("tr", corner, _programmes(tables, names)),
        tag("tr", [_head(table) for table in tables]),
    ]
    rows = [
        tag(
            "tr",
            tag("th", formatting.region_name(province), scope="row"),
            [
                _cell(by_place.get((programme, table, period, province.province_code or "")), today)
                for programme, table, _, period in tables
            ],
        )
        for province in provinces
    ]
    legend = tag(
        "p",
        [tag("span", tag("i", MARKS[state], cls=f"ub-report-{state}"), t(f"report_{state}")) for state in MARKS],
        cls="ub-legend ub-report-legend",
    )
    markup.show(
        tag(
            "section",
            heading,
            tag(
                "div",
                tag("table", tag("thead", heads), tag("tbody", rows), cls="ub-matrix"),
                cls="ub-table-box",
                tabindex=0,
                role="region",
                aria_label=t("reporting"),
            ),
            legend,
            cls="ub-panel",
        ),
        key="reporting_matrix",
    )


def state(report: Report, today: date) -> str:
    """received, late, zero, refused, overdue or waiting."""
    if report.is_received:
        return "late" if report.is_late else "zero" if report.is_zero_report else "received"
    if report.is_refused:
        return "refused"
    return "overdue" if report.is_overdue(today) else "waiting"


def _programmes(tables: Sequence[tuple[str, str, str, str]], names: Mapping[str, str]) -> list[Markup]:
    """A head over the tables of each programme."""
    counted = Counter(programme for programme, *_ in tables)
    return [
        tag("th", tag("span", names.get(programme, programme)), scope="colgroup", colspan=count, cls="ub-over")
        for programme, count in counted.items()
    ]


def _head(table: tuple[str, str, str, str]) -> Markup:
    """The table and its period, upright: thirty of them stand side by side."""
    _, code, name, period = table
    return tag(
        "th",
        tag("span", tag("b", formatting.table_name(name, code)), " ", tag("span", period, cls="ub-hint")),
        scope="col",
        cls="ub-upright",
    )


def _cell(report: Report | None, today: date) -> Markup:
    if report is None:
        return tag("td", "—", cls="ub-hint")
    shown = state(report, today)
    words = t(f"report_{shown}")
    if days := report.days_late(today):
        words += " " + t("days_overdue", days=days)
    if report.refused:
        words += f" {report.refused[0].file}"
    return tag(
        "td",
        tag("i", MARKS[shown], cls=f"ub-report-{shown}", aria_hidden="true"),
        tag("span", words, cls="ub-sr"),
        title=words,
    )
