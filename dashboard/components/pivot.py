"""A cross table without SQL: regions, periods and KPIs, two of them as rows and columns, the third chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import formatting
from dashboard.components import data_table, empty_state, kpi_card, result_chart
from dashboard.components.data_table import Cell
from dashboard.components.filters import Selection
from dashboard.data import kpis, origins, periods, programmes, regions, values
from dashboard.data.kpis import Kpi
from dashboard.data.values import Value
from dashboard.i18n import pick, t

SHAPES = ("region_period", "kpi_period", "region_kpi")
GRAINS = ("month", "quarter", "year")
PERIODS = 13


@dataclass(frozen=True)
class Table:
    """A cross table: names of rows and columns, and a KPI and its value in each cell."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Kpi, Value | None], ...]], ...]


def show(selection: Selection) -> None:
    """The choices, and the table they give; nothing is added up here, every value stands in the release."""
    release_id = selection.release_id
    names = {one.code: pick(one.short_name_zh, one.name_en) for one in programmes.all_programmes(release_id)}
    with st.container(horizontal=True, key="pivot_choices"):
        shape = st.selectbox(
            t("pivot_shape"), SHAPES, format_func=lambda one: t(f"pivot_{one}"), key="shape", bind="query-params"
        )
        programme = st.selectbox(
            t("programme"), list(names), format_func=lambda one: names[one], key="programme", bind="query-params"
        )
        defined = {one.code: one for one in kpis.of_programme(release_id, programme) if not one.is_category_only}
        kpi = None
        if shape == "region_period":
            code = st.selectbox(
                t("kpi"),
                list(defined),
                format_func=lambda one: pick(defined[one].label_zh, defined[one].label_en) if one in defined else one,
                key="pivot_kpi",
                bind="query-params",
            )
            kpi = defined.get(code)
        grain = "month"
        if shape != "region_kpi":
            grain = st.selectbox(
                t("pivot_grain"), GRAINS, format_func=lambda one: t(f"grain_{one}"), key="grain", bind="query-params"
            )
    table = build(selection, shape, tuple(defined.values()), kpi, grain)
    if table is None or not table.rows:
        empty_state.show(t("nothing_here"), [t("nothing_here_sentence")], key="pivot_none")
        return
    header = [table.corner, *table.columns]
    shown = [[name, *(kpi_card.value_markup(value, one) for one, value in cells)] for name, cells in table.rows]
    taken: list[list[Cell]] = [[name, *(_plain(value, one) for one, value in cells)] for name, cells in table.rows]
    if shape != "region_kpi":
        result_chart.show(header, taken, key="pivot_chart")
    data_table.show(header, shown, taken, f"{names[programme]}_{t(f'pivot_{shape}')}", key="pivot")


def build(selection: Selection, shape: str, defined: Sequence[Kpi], kpi: Kpi | None, grain: str) -> Table | None:
    """The cross table of a shape; None where there is nothing to cross."""
    if not defined:
        return None
    release_id = selection.release_id
    origin = origins.shown(release_id, defined[0].programme, selection.mode)
    axis = [one for one in periods.available(release_id, selection.mode) if periods.grain_of(one) == grain][:PERIODS]
    names = tuple(formatting.period_name(one) for one in axis)
    below = regions.children(release_id, selection.region)
    if shape == "kpi_period":
        programme = defined[0].programme
        each = [values.by_kpi(release_id, selection.region, one, origin, programme) for one in axis]
        rows = [(_name(one), tuple((one, found.get(one.code)) for found in each)) for one in defined]
        return Table(t("kpi"), names, tuple(rows))
    if shape == "region_kpi":
        found_by = {
            one.code: values.by_region(release_id, one.code, selection.region, selection.period, origin)
            for one in defined
        }
        crossed = [
            (formatting.region_name(region), tuple((one, found_by[one.code].get(region.code)) for one in defined))
            for region in below
        ]
        return Table(t("region"), tuple(map(_name, defined)), tuple(crossed))
    if kpi is None:
        return None
    by_period = [values.by_region(release_id, kpi.code, selection.region, one, origin) for one in axis]
    crossed = [
        (formatting.region_name(region), tuple((kpi, found.get(region.code)) for found in by_period))
        for region in below
    ]
    return Table(t("region"), names, tuple(crossed))


def _name(kpi: Kpi) -> str:
    return pick(kpi.label_zh, kpi.label_en)


def _plain(value: Value | None, kpi: Kpi) -> Cell:
    """The number as such; its text where it is masked, missing or a bound."""
    if value is None or value.value is None or value.qualifier:
        return formatting.value_amount(value, kpi).text
    return value.value * 100 if kpi.unit == "percent" else value.value
