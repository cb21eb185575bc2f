"""地区对照: up to six regions and four KPIs as lines over one time axis; everything chosen stands in the address."""

from collections.abc import Sequence

import streamlit as st

from dashboard import formatting, links
from dashboard.components import (
    addressed,
    data_table,
    empty_state,
    filters,
    kpi_card,
    lines_chart,
    markup,
    page_title,
    plain,
    unfollowed,
)
from dashboard.components.filters import Selection
from dashboard.components.markup import Markup, tag
from dashboard.data import comparisons, kpis, origins, periods, programmes, regions, side_by_side, values
from dashboard.data.kpis import Kpi
from dashboard.data.regions import NATION, Region
from dashboard.data.side_by_side import ALL_MONTHS, MOST_KPIS, MOST_REGIONS, Line
from dashboard.i18n import pick, t

PATH = "side-by-side"
SPANS = (12, 24, 36, ALL_MONTHS)
ABSOLUTE, INDEXED = "absolute", "indexed"
_READ = "_side_by_side_read"


def show() -> None:
    """The page."""
    selection = filters.current()
    page_title.show(t("side_by_side"), t("side_by_side_question"))
    chosen_kpis, chosen_regions, span, scale, with_nation = _choices(selection)
    nation = regions.find(selection.release_id, NATION)
    every = [*chosen_regions, nation] if with_nation and nation else list(chosen_regions)
    if not chosen_kpis or not every:
        empty_state.show(t("side_by_side_nothing"), [t("side_by_side_how")], key="side_by_side_nothing")
        return
    found = side_by_side.lines(selection.release_id, selection.mode, chosen_kpis, every, _grain(selection), span)
    if not any(line.known for line in found):
        empty_state.show(t("nothing_here"), [t("nothing_here_sentence")], key="side_by_side_empty")
        return
    _answers(found)
    with st.container(key="side_by_side_chart"):
        st.plotly_chart(
            lines_chart.figure(found, is_indexed=scale == INDEXED),
            config=lines_chart.CONFIG,
            alt=" ".join(_answer(kpi, _of(found, kpi)) for kpi in chosen_kpis),
            key="side_by_side_lines",
        )
    _notes(found, scale)
    _tables(found, selection)


def _choices(selection: Selection) -> tuple[list[Kpi], list[Region], int, str, bool]:
    """What is compared; the address is read when it has changed by itself, and written when the reader has chosen."""
    known = {kpi.code: kpi for kpi in kpis.all_kpis(selection.release_id) if not kpi.is_category_only}
    _read_address(selection, known)
    with st.container(key="side_by_side_choices"):
        codes = st.multiselect(
            t("choose_kpis", most=MOST_KPIS),
            list(known),
            format_func=lambda code: _kpi_name(selection, known[code]),
            key="side_by_side_kpis",
            max_selections=MOST_KPIS,
        )
        region_codes = st.multiselect(
            t("choose_regions", most=MOST_REGIONS),
            _region_options(selection),
            format_func=lambda code: _region_name(selection, code),
            key="side_by_side_regions",
            max_selections=MOST_REGIONS,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            span = st.segmented_control(
                t("choose_months"),
                SPANS,
                format_func=lambda months: t("last_months", count=months) if months else t("all_months"),
                key="side_by_side_span",
                required=True,
            )
            scale = st.segmented_control(
                t("choose_scale"),
                (ABSOLUTE, INDEXED),
                format_func=lambda one: t(f"scale_{one}"),
                key="side_by_side_scale",
                required=True,
            )
            with_nation = st.toggle(t("with_nation"), key="side_by_side_nation")
    chosen = [region for code in region_codes if (region := regions.find(selection.release_id, code))]
    _write_address(codes, region_codes, span, scale, with_nation=with_nation)
    return [known[code] for code in codes], chosen, int(span or 0), str(scale), with_nation


def _read_address(selection: Selection, known: dict[str, Kpi]) -> None:
    if "side_by_side_kpis" not in st.session_state:
        # Streamlit forgets what was chosen on a page that was left.
        st.session_state.pop(_READ, None)
    asked = addressed.changed(_READ, ("kpis", "regions", "months", "scale", "nation"))
    if asked is None:
        return
    codes, lost = _parted(asked["kpis"], known, MOST_KPIS)
    places, lost_places = _parted(
        asked["regions"],
        {code for code in addressed.codes(asked["regions"]) if _is_region(selection, code)},
        MOST_REGIONS,
    )
    for name, words in (("kpis", lost), ("regions", lost_places)):
        unfollowed.tell(name, ",".join(words))
    if not asked["kpis"]:
        codes = [kpi.code for kpi in list(kpis.headlines(selection.release_id).values())[:1]]
    if not asked["regions"] and not selection.is_nation:
        places = [selection.region]
    st.session_state["side_by_side_kpis"] = codes
    st.session_state["side_by_side_regions"] = places
    months = int(asked["months"]) if asked["months"].isdigit() else 24
    st.session_state["side_by_side_span"] = months if months in SPANS else 24
    st.session_state["side_by_side_scale"] = INDEXED if asked["scale"] == INDEXED else ABSOLUTE
    st.session_state["side_by_side_nation"] = asked["nation"] != "no"


def _is_region(selection: Selection, code: str) -> bool:
    return code != NATION and regions.find(selection.release_id, code) is not None


def _parted(text: str, known: Sequence[str] | dict[str, Kpi] | set[str], most: int) -> tuple[list[str], list[str]]:
    """The codes that are known, as many as may be chosen, and the others."""
    every = addressed.codes(text)
    taken = [code for code in every if code in known][:most]
    return taken, [code for code in every if code not in taken]


def _write_address(
    codes: Sequence[str], region_codes: Sequence[str], span: int | None, scale: str | None, *, with_nation: bool
) -> None:
    wanted = {
        "kpis": ",".join(codes),
        "regions": ",".join(region_codes),
        "months": "" if span == 24 else str(span),
        "scale": INDEXED if scale == INDEXED else "",
        "nation": "" if with_nation else "no",
    }
    addressed.write(_READ, wanted)


def _region_options(selection: Selection) -> list[str]:
    """The provinces, and what lies beside and below the regions chosen."""
    chosen = [*st.session_state.get("side_by_side_regions", ()), selection.region]
    opened = {one.code for code in chosen for one in regions.lineage(selection.release_id, code)} - {NATION}
    options: list[str] = []
    for province in regions.provinces(selection.release_id):
        options.append(province.code)
        if province.code not in opened:
            continue
        for prefecture in regions.children(selection.release_id, province.code):
            options.append(prefecture.code)
            if prefecture.code in opened:
                options += [county.code for county in regions.children(selection.release_id, prefecture.code)]
    return options


def _region_name(selection: Selection, code: str) -> str:
    path = regions.lineage(selection.release_id, code)[1:]
    return " › ".join(formatting.region_name(region) for region in path)


def _kpi_name(selection: Selection, kpi: Kpi) -> str:
    programme = next(one for one in programmes.all_programmes(selection.release_id) if one.code == kpi.programme)
    return f"{pick(programme.short_name_zh, programme.name_en)} · {pick(kpi.label_zh, kpi.label_en)}"


def _grain(selection: Selection) -> str:
    grain = periods.grain_of(selection.period)
    return "month" if grain == "all" else grain


def _of(found: Sequence[Line], kpi: Kpi) -> list[Line]:
    return [line for line in found if line.kpi.code == kpi.code]


def _answers(found: Sequence[Line]) -> None:
    chosen = list({line.kpi.code: line.kpi for line in found}.values())
    markup.show(
        tag("div", [tag("p", _answer(kpi, _of(found, kpi))) for kpi in chosen], cls="ub-sentences"),
        key="side_by_side_answers",
    )


def _answer(kpi: Kpi, of_kpi: Sequence[Line]) -> str:
    """调解成功率，2024年5月：广东 78%，浙江 70%，相差 8 pp；全国 71%。"""
    label = pick(kpi.label_zh, kpi.label_en)
    last = max((value.period for line in of_kpi for value in line.known), key=side_by_side.place, default=None)
    if last is None:
        return t("side_by_side_no_values", kpi=label)
    at = {line.region.code: (line.region, value) for line in of_kpi for value in line.known if value.period == last}
    nation = at.pop(NATION, None)
    ranked = sorted(at.values(), key=lambda pair: -(pair[1].value or 0))
    named = [f"{formatting.region_name(one)} {formatting.value_amount(value, kpi).text}" for one, value in ranked]
    parts = [t("comma_then").join(named)] if named else []
    if len(ranked) > 1 and ranked[0][1].value is not None and ranked[-1][1].value is not None:
        parts.append(t("apart_by", gap=_gap(ranked[0][1].value, ranked[-1][1].value, kpi)))
    if nation is not None:
        parts.append(f"{formatting.region_name(nation[0])} {formatting.value_amount(nation[1], kpi).text}")
    missing = [line.region for line in of_kpi if line.region.code not in at and line.region.code != NATION]
    if missing:
        parts.append(t("side_by_side_missing", regions=t("comma").join(map(formatting.region_name, missing))))
    period = formatting.period_name(last)
    return t("side_by_side_answer", kpi=label, period=period, parts=t("semicolon").join(parts))


def _gap(highest: float, lowest: float, kpi: Kpi) -> str:
    """8 pp of shares, 24 人次 of counts: how far apart, in the KPI's own unit."""
    if kpi.unit == "percent":
        return formatting.difference(highest, lowest, kpi).lstrip("+")
    return formatting.amount(highest - lowest, kpi).text


def _notes(found: Sequence[Line], scale: str) -> None:
    origin = sorted({line.origin for line in found})
    words = [t("comma").join(t(f"name_{one}") for one in origin), t("side_by_side_hint")]
    if scale == INDEXED:
        words.append(t("index_hint"))
    else:
        words.append(t("axis_not_zero"))
        if any(line.published for line in found):
            words.append(t("published_marks"))
        if any(value.target is not None for line in found for value in line.values):
            words.append(t("target_dashes"))
    masked = any(value.is_masked for line in found for value in line.values)
    if masked:
        words.append(t("side_by_side_masked"))
    markup.show(tag("p", t("semicolon").join(words), cls="ub-hint"), key="side_by_side_notes")


def _tables(found: Sequence[Line], selection: Selection) -> None:
    """The latest values with their changes, and everything as a file."""
    header = [
        t("region"),
        t("kpi_word"),
        t("period"),
        t("value"),
        t("target_word"),
        t("year_on_year"),
        t("on_previous"),
    ]
    rows = [_row(line, selection) for line in found if line.known]
    data_table.show_only(header, rows, key="side_by_side", caption=t("side_by_side_table"))
    plain = [
        t("kpi_word"),
        t("region"),
        t("period"),
        t("value"),
        t("unit"),
        t("numerator"),
        t("denominator"),
        t("target_word"),
        t("origin"),
        t("note"),
    ]
    data_table.downloads_of(plain, lambda: _taken(found), t("side_by_side"), key="side_by_side")


def _row(line: Line, selection: Selection) -> list[Markup | str | int]:
    last = line.known[-1]
    at = values.of_other_periods(selection.release_id, last, line.values)
    provinces = values.beside(selection.release_id)
    compared = (
        comparisons.year_on_year(last, line.kpi, at, provinces),
        comparisons.on_previous(last, line.kpi, at, provinces),
    )
    changes: list[Markup | str | int] = [_change(one, last, line.kpi) for one in compared]
    name = markup.link(links.Target(page="province", region=line.region.code), formatting.region_name(line.region))
    source = links.Target(page="records", kpi=line.kpi.code, region=line.region.code, period=last.period)
    value = markup.link(source, kpi_card.value_markup(last, line.kpi), cls="ub-row-link")
    target = formatting.target_amount(last.target, line.kpi).text if last.target is not None else "—"
    label = pick(line.kpi.label_zh, line.kpi.label_en)
    return [name if line.region.code != NATION else formatting.region_name(line.region), label,
            formatting.period_name(last.period), value, target, *changes]  # fmt: skip


def _change(comparison: comparisons.Comparison | None, value: values.Value, kpi: Kpi) -> Markup | str:
    if comparison is None:
        return "—"
    words = kpi_card.alike_text(comparison, kpi) or kpi_card.reason_text(comparison)
    text = kpi_card.comparison_text(comparison, value, kpi)
    return tag("span", text, tag("small", words, cls="ub-note") if words else None)


def _taken(found: Sequence[Line]) -> list[list[data_table.Cell]]:
    """One row a value, numbers as numbers; published figures say that they are."""
    rows: list[list[data_table.Cell]] = []
    for line in found:
        kpi, name = line.kpi, formatting.region_name(line.region)
        for origin, series in ((line.origin, line.values), (origins.PUBLISHED, line.published)):
            for value in series:
                rows.append(
                    [
                        pick(kpi.label_zh, kpi.label_en),
                        name,
                        value.period,
                        plain.value(value, kpi),
                        plain.unit(kpi),
                        plain.count(value.numerator),
                        plain.count(value.denominator),
                        plain.amount(value.target, kpi) if value.target is not None else None,
                        t(f"name_{origin}"),
                        value.qualifier or None,
                    ]
                )
    return rows
