"""各省: all 34 province-level units, each programme's headline KPI in a column."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    data_table,
    filters,
    kpi_card,
    markup,
    notes,
    page_title,
    plain,
    release_line,
    unfollowed,
)
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import kpis, origins, programmes, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.programmes import Programme
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t
from warehouse.answers import telling

# How far behind, as a share of the target, for each shade.
_SHADES = ((0.1, "1"), (0.3, "2"))


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
    nation = {
        kpi.code: values.by_kpi(
            release_id, regions.NATION, selection.period, origins.shown(release_id, one.code, selection.mode), one.code
        ).get(kpi.code)
        for one, kpi in columns
    }
    names = [(_programme(selection, one), pick(kpi.label_zh, kpi.label_en), kpi) for one, kpi in columns]
    header = [t("province"), *(f"{programme} {name}（{plain.unit(kpi)}）" for programme, name, kpi in names), t("note")]
    ordered = sorted_by(
        [kpi for _, kpi in columns], regions.provinces(release_id), found, st.query_params.get("sort", "")
    )
    heads = [
        tag("b", markup.link(links.Target(sort=""), t("province"))),
        *(_head(programme, name, kpi) for programme, name, kpi in names),
    ]
    shown: list[list[Markup | str | int]] = [
        [tag("b", t("nation")), *(_cell(kpi, nation[kpi.code], regions.NATION) for _, kpi in columns)]
    ]
    taken: list[list[Cell]] = [_row_taken(t("nation"), [(kpi, nation[kpi.code]) for _, kpi in columns])]
    for province in ordered:
        name = formatting.region_name(province)
        cells = [(kpi, found[kpi.code].get(province.code)) for _, kpi in columns]
        link = markup.link(links.Target(page="province", region=province.code), name)
        shown.append([link, *(_cell(kpi, value, province.code) for kpi, value in cells)])
        taken.append(_row_taken(name, cells))
    data_table.show_only(header[:-1], shown, key="provinces", caption=t("provinces_caption"), heads=heads)
    _legend(selection, {kpi.code: found[kpi.code] for _, kpi in columns})
    data_table.downloads(header, taken, t("provinces"), key="provinces")


def sorted_by(
    columns: Sequence[Kpi], provinces: Sequence[Region], found: Mapping[str, Mapping[str, Value]], asked: str
) -> list[Region]:
    """The provinces in official order, or by the KPI `asked` for: best first, with a dash worst first, those without a value last."""
    kpi = next((one for one in columns if one.code == asked.removeprefix("-")), None)
    if kpi is None:
        if asked:
            unfollowed.tell("sort", asked)
        return list(provinces)
    values_of = {code: value.value for code, value in found[kpi.code].items() if value.value is not None}
    is_down = (kpi.direction != "lower") != asked.startswith("-")
    known = sorted(
        (one for one in provinces if one.code in values_of), key=lambda one: values_of[one.code], reverse=is_down
    )
    return [*known, *(one for one in provinces if one.code not in values_of)]


def _head(programme: str, name: str, kpi: Kpi) -> Markup:
    """The name sorts: best first, pressed again worst first."""
    now = st.query_params.get("sort", "")
    mark = {kpi.code: " ↓", f"-{kpi.code}": " ↑"}.get(now, "")
    target = links.Target(sort=f"-{kpi.code}" if now == kpi.code else kpi.code)
    return tag(
        "b", markup.link(target, tag("span", programme), name + mark, label=t("sort_by", kpi=f"{programme} {name}"))
    )


def _row_taken(name: str, cells: Sequence[tuple[Kpi, Value | None]]) -> list[Cell]:
    """Numbers as numbers; what they must be read with stands at the end, by KPI."""
    said = [
        pick(kpi.label_zh, kpi.label_en) + t("colon") + words for kpi, value in cells if (words := _words(kpi, value))
    ]
    return [name, *(plain.value(value, kpi) for kpi, value in cells), t("semicolon").join(said)]


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
    shade = shade_of(value)
    if shade is None:
        return markup.join(source, notes.small(value, kpi))
    words = tag("span", t(f"shade_{shade}"), cls="ub-sr")
    return tag("span", source, notes.small(value, kpi), words, cls=f"ub-shade-{shade}", title=t(f"shade_{shade}"))


def shade_of(value: Value) -> str | None:
    """met (or on track), else how far from the target: 1 within a tenth of it, 2 within three tenths, 3 beyond; None without a target."""
    if value.is_masked or value.value is None or value.status not in telling.WITH_TARGET:
        return None
    if value.status != "behind":
        return "met"
    short = telling.short_of(value.value, value.target)
    return next((name for most, name in _SHADES if short <= most), "3")


def _legend(selection: Selection, found: Mapping[str, Mapping[str, Value]]) -> None:
    """What the shades mean, where there are any; and which programmes are in no column, because they are of no province."""
    used = {shade_of(value) for values_ in found.values() for value in values_.values()} - {None}
    shades = [
        tag("span", tag("i", cls=f"ub-shade-{one}"), t(f"shade_{one}")) for one in ("met", "1", "2", "3") if one in used
    ]
    apart = [one for one in programmes.all_programmes(selection.release_id) if not one.is_ranked]
    ways = [
        markup.link(links.programme_page(one.code, region=regions.NATION), pick(one.short_name_zh, one.name_en))
        for one in apart
    ]
    said = [
        tag("p", shades, cls="ub-shades") if shades else None,
        tag("p", t("provinces_of_no_province"), [markup.join(" ", way) for way in ways], cls="ub-hint")
        if ways
        else None,
    ]
    markup.show(tag("div", said), key="provinces_legend")


def _words(kpi: Kpi, value: Value | None) -> str:
    """≥, and what else the number must be read with."""
    sign = value.qualifier if value is not None and value.value is not None else ""
    return " ".join(filter(None, (sign, notes.text(value, kpi))))
