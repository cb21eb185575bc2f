"""One programme in one region: its KPIs in a few lines, beside those of the other programmes."""

from collections.abc import Sequence

from dashboard import formatting, links
from dashboard.components import kpi_card, markup, notes, status
from dashboard.components.markup import Markup, tag
from dashboard.data import origins
from dashboard.data.figures import Figure
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.values import Value
from dashboard.i18n import pick, t
from warehouse.answers.telling import WITH_TARGET


def drawn(panels: Sequence[Markup], apart: Sequence[Markup], leading: str) -> Markup:
    """Every KPI, folded by programme; where some stand apart, because their records are of another origin, each group has its heading."""
    groups = [(leading, panels), (origins.other(leading), apart)]
    lists = [tag("div", _heading(origin) if apart else None, found) for origin, found in groups if found]
    head = tag("h3", t("every_kpi"), tag("small", t("every_kpi_note")))
    return tag("section", head, lists, cls="ub-panel")


def _heading(origin: str) -> Markup:
    return tag("section", tag("h3", t(f"heading_{origin}")), cls="ub-section")


def panel(
    programme: Programme,
    kpis: Sequence[Kpi],
    own: dict[str, Value],
    nation: dict[str, Value],
    figures: Sequence[Figure],
) -> Markup:
    """Name, KPIs with value, status and the nation's value, and what was published here."""
    name = pick(programme.short_name_zh, programme.name_en)
    rows = [_row(kpi, own.get(kpi.code), nation.get(kpi.code)) for kpi in kpis]
    return tag(
        "details",
        tag("summary", name, tag("small", len(rows))),
        tag("p", markup.link(links.programme_page(programme.code), t("to_programme"), cls="ub-row-link")),
        tag("ul", rows, cls="ub-lines") if rows else tag("p", t("published_only"), cls="ub-hint"),
        tag(
            "p",
            tag("em", t("published")),
            " ",
            t("semicolon").join(_published(figure) for figure in figures),
            cls="ub-published",
        )
        if figures
        else None,
        cls="ub-more ub-programme-lines",
    )


def _row(kpi: Kpi, value: Value | None, nation: Value | None) -> Markup:
    return tag(
        "li",
        markup.link(
            links.programme_page(kpi.programme, kpi=kpi.code),
            pick(kpi.label_zh, kpi.label_en),
            cls="ub-line-name ub-row-link",
        ),
        tag("span", kpi_card.value_markup(value, kpi), notes.small(value, kpi), cls="ub-line-value"),
        tag(
            "span",
            status.badge(value.status, notes.judged_on(value, kpi)) if value and value.status in WITH_TARGET else None,
            cls="ub-line-status",
        ),
        tag("span", t("nation"), " ", formatting.value_amount(nation, kpi).text, cls="ub-hint"),
    )


def _published(figure: Figure) -> str:
    return f"{pick(figure.name_zh, figure.name_en)} {formatting.figure_amount(figure).text}"
