"""各省: all 34 province-level units, each programme's headline KPI in a column."""

from dashboard import formatting, links
from dashboard.components import data_table, filters, kpi_card, markup, notes, page_title, release_line
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import kpis, origins, programmes, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.values import Value
from dashboard.i18n import pick, t


def show() -> None:
    """The page."""
    selection = filters.current()
    release_id = selection.release_id
    page_title.show(t("provinces"), t("provinces_question"), release_line.period_sentence(selection))
    headline = kpis.headlines(release_id)
    ranked = [
        (programme, headline[programme.code])
        for programme in programmes.all_programmes(release_id)
        if programme.code in headline and programme.is_ranked
    ]
    # Programmes whose records are of another origin come last, each column with its word.
    columns = sorted(ranked, key=lambda column: origins.is_apart(release_id, column[0].code, selection.mode))
    found = {
        kpi.code: values.by_region(
            release_id,
            kpi.code,
            regions.NATION,
            selection.period,
            origins.shown(release_id, programme.code, selection.mode),
        )
        for programme, kpi in columns
    }
    names = [(_programme(selection, one), pick(kpi.label_zh, kpi.label_en)) for one, kpi in columns]
    header = [t("province"), *(f"{programme} {kpi}" for programme, kpi in names)]
    heads = [tag("b", t("province")), *(tag("b", tag("span", programme), kpi) for programme, kpi in names)]
    shown: list[list[Markup | str | int]] = []
    taken: list[list[Cell]] = []
    for province in regions.provinces(release_id):
        name = formatting.region_name(province)
        cells = [(kpi, found[kpi.code].get(province.code)) for _, kpi in columns]
        link = markup.link(links.Target(page="province", region=province.code), name)
        shown.append([link, *(_cell(kpi, value, province.code) for kpi, value in cells)])
        taken.append([name, *(_taken(kpi, value) for kpi, value in cells)])
    data_table.show(header, shown, taken, t("provinces"), key="provinces", caption=t("provinces_caption"), heads=heads)


def _programme(selection: Selection, programme: Programme) -> str:
    name = pick(programme.short_name_zh, programme.name_en)
    if not origins.is_apart(selection.release_id, programme.code, selection.mode):
        return name
    origin = origins.shown(selection.release_id, programme.code, selection.mode)
    return name + t("in_brackets", text=t(f"name_{origin}"))


def _cell(kpi: Kpi, value: Value | None, region: str) -> Markup:
    """The value, leading to what it is made of."""
    number = kpi_card.value_markup(value, kpi)
    if value is None or value.value is None:
        return number
    source = markup.link(links.Target(page="records", kpi=kpi.code, region=region), number, cls="ub-row-link")
    return markup.join(source, notes.small(value, kpi))


def _taken(kpi: Kpi, value: Value | None) -> str:
    """The same in a file, its notes in brackets."""
    words = notes.text(value, kpi)
    return formatting.value_amount(value, kpi).text + (t("in_brackets", text=words) if words else "")
