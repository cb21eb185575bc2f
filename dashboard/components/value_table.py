"""The table behind ranking and trend: one KPI by region, or over time, with what it was made of."""

from collections.abc import Iterator, Sequence

import streamlit as st

from dashboard import formatting, links
from dashboard.components import data_table, kpi_card, markup, notes, plain, status
from dashboard.components.markup import Markup
from dashboard.data.kpis import Kpi
from dashboard.data.regions import Region
from dashboard.data.values import Value
from dashboard.i18n import pick, t


def show(
    kpi: Kpi,
    region: Region,
    below: Sequence[Region],
    values: dict[str, Value],
    history: Sequence[Value],
    period: str,
) -> None:
    """Both tables behind one line that opens: the regions below, if there are any, and the periods.

    They are sent when the line is open only; whether it is stands in the address.
    """
    label = pick(kpi.label_zh, kpi.label_en)
    opened = st.expander(t("tables_of", kpi=label), key="tables", bind="query-params")
    if not opened.open:
        return
    with opened:
        if below:
            _by_region(kpi, below, values, period)
        if history:
            _over_time(kpi, region, history)


def _by_region(kpi: Kpi, regions: Sequence[Region], values: dict[str, Value], period: str) -> None:
    """One row a region, also for those without a value; a value leads to its records."""
    header = [t("region"), *_value_header(kpi)]

    def shown() -> Iterator[data_table.Row]:
        for region in regions:
            source = links.Target(page="records", kpi=kpi.code, region=region.code)
            name = markup.link(links.Target(region=region.code), formatting.region_name(region))
            yield [name, *_value_cells(kpi, values.get(region.code), source)]

    def taken() -> list[list[data_table.Cell]]:
        return [[formatting.region_name(region), *_value_plain(kpi, values.get(region.code))] for region in regions]

    file_name = f"{pick(kpi.label_zh, kpi.label_en)}_{period}"
    caption = t("table_by_region", kpi=pick(kpi.label_zh, kpi.label_en))
    data_table.show_kept(header, shown, taken, file_name, "by_region", caption, kpi.code)


def _over_time(kpi: Kpi, region: Region, values: Sequence[Value]) -> None:
    """One row a period, the latest first."""
    header = [t("period"), *_value_header(kpi)]
    ordered = list(reversed(values))

    def shown() -> Iterator[data_table.Row]:
        for value in ordered:
            source = links.Target(page="records", kpi=kpi.code, period=value.period)
            yield [formatting.period_name(value.period), *_value_cells(kpi, value, source)]

    def taken() -> list[list[data_table.Cell]]:
        return [[value.period, *_value_plain(kpi, value)] for value in ordered]

    name = formatting.region_name(region)
    label = pick(kpi.label_zh, kpi.label_en)
    caption = t("table_over_time", kpi=label, region=name)
    data_table.show_kept(header, shown, taken, f"{label}_{name}", "over_time", caption, kpi.code)


def _value_header(kpi: Kpi) -> list[str]:
    unit = pick(kpi.unit_zh, kpi.unit_en)
    header = [f"{pick(kpi.label_zh, kpi.label_en)}（{unit}）"]
    if kpi.is_ratio:
        header += [t("numerator"), t("denominator")]
    return [*header, t("target_word"), t("status"), t("rows"), t("note")]


def _value_cells(kpi: Kpi, value: Value | None, source: links.Target) -> list[Markup | str | int]:
    number = kpi_card.value_markup(value, kpi)
    has_source = value is not None and value.value is not None
    cells: list[Markup | str | int] = [markup.link(source, number, cls="ub-row-link") if has_source else number]
    if kpi.is_ratio:
        cells += [_count(value.numerator if value else None), _count(value.denominator if value else None)]
    target = formatting.target_amount(value.target, kpi).text if value and value.target is not None else "—"
    badge = status.badge(status.of(value), notes.judged_on(value, kpi))
    return [*cells, target, badge, _count(value.rows if value else None), _notes(kpi, value) or "—"]


def _value_plain(kpi: Kpi, value: Value | None) -> list[data_table.Cell]:
    cells = [plain.value(value, kpi)]
    if kpi.is_ratio:
        cells += [plain.count(value.numerator if value else None), plain.count(value.denominator if value else None)]
    target = plain.amount(value.target, kpi) if value is not None and value.target is not None else None
    word = t(f"status_{status.of(value)}")
    sign = value.qualifier if value is not None and value.value is not None else ""
    said = " ".join(filter(None, (sign, _notes(kpi, value))))
    return [*cells, target, word, plain.count(value.rows if value else None), said]


def _notes(kpi: Kpi, value: Value | None) -> str:
    return t("semicolon").join(filter(None, (notes.text(value, kpi), notes.judged_on(value, kpi))))


def _count(number: float | int | None) -> str:
    return "—" if number is None else formatting.trimmed(number, 1 if abs(number) < 100 else 0)
