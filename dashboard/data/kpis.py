"""The definitions of the KPIs."""

from dataclasses import dataclass

from dashboard.data import connection
from dashboard.data.caching import per_release


@dataclass(frozen=True)
class Kpi:
    """One KPI as the analyst defined it; `definition_path` is the file where that stands.

    `reference_measure` names the region list or statistic that its denominator comes from.
    `row_filter_sql` and the `rows_…` fields say which rows of `fact_model` it counts and what places them in a period.
    """

    code: str
    programme: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    numerator_zh: str | None
    numerator_en: str | None
    denominator_zh: str | None
    denominator_en: str | None
    trap_zh: str | None
    trap_en: str | None
    unit: str
    unit_zh: str
    unit_en: str
    direction: str
    basis: str
    grain: str
    is_ratio: bool
    is_additive_over_regions: bool
    is_additive_over_time: bool
    is_ranked: bool
    is_headline: bool
    is_card: bool
    is_category_only: bool
    small_count_limit: int | None
    small_count_noun_zh: str | None
    small_count_noun_en: str | None
    fact_model: str
    table_name: str | None
    definition_path: str
    numerator_sql: str
    denominator_sql: str | None
    row_filter_sql: str | None
    rows_basis: str
    rows_date_column: str | None
    rows_from_column: str | None
    rows_to_column: str | None
    reference_measure: str | None = None
    answer_table: str | None = None
    answer_covers: str | None = None
    additive_time: str | None = None

    @property
    def is_over_region_list(self) -> bool:
        """Whether its denominator is the region list: while some units have not reported, its value is a lower bound."""
        return (self.reference_measure or "").endswith("_units")


@dataclass(frozen=True)
class TargetSource:
    """Where a target comes from, in words."""

    kpi: str
    region: str
    source_zh: str
    note_zh: str | None
    source_en: str | None = None


@per_release(4)
def all_kpis(release_id: str) -> tuple[Kpi, ...]:
    """Every KPI, programme by programme, in the analysts' order."""
    found = connection.rows(
        release_id,
        """
        select
            kpis.kpi as code, kpis.programme, label_zh, label_en, definition_zh, definition_en, numerator_zh, numerator_en,
            denominator_zh, denominator_en, trap_zh, trap_en, unit, unit_zh, unit_en, direction, basis, grain, is_ratio,
            is_additive_over_regions, is_additive_over_time, kpis.is_ranked, is_headline, is_card, is_category_only,
            small_count_limit, small_count_noun_zh, small_count_noun_en,
            fact_model, table_name, definition_path, numerator_sql, denominator_sql, row_filter_sql,
            rows_basis, rows_date_column, rows_from_column, rows_to_column, reference_measure, answer_table, answer_covers,
            additive_time
        from dim_kpi as kpis
        left join dim_programme as programmes on kpis.programme = programmes.programme
        order by programmes.sort_order, kpis.sort_order
        """,
    )
    return tuple(Kpi(**row) for row in found)


@per_release(4)
def by_code(release_id: str) -> dict[str, Kpi]:
    """Every KPI by its code."""
    return {kpi.code: kpi for kpi in all_kpis(release_id)}


def of_programme(release_id: str, programme: str) -> tuple[Kpi, ...]:
    """The KPIs of one programme."""
    return tuple(kpi for kpi in all_kpis(release_id) if kpi.programme == programme)


def find(release_id: str, code: str) -> Kpi | None:
    """The KPI of this code, or None."""
    return by_code(release_id).get(code)


def headlines(release_id: str) -> dict[str, Kpi]:
    """By programme, the KPI that stands for it on the overview: the one marked so, else its first card."""
    chosen: dict[str, Kpi] = {}
    for kpi in all_kpis(release_id):
        if kpi.is_card and (kpi.programme not in chosen or (kpi.is_headline and not chosen[kpi.programme].is_headline)):
            chosen[kpi.programme] = kpi
    return chosen


@per_release(4)
def target_sources(release_id: str) -> tuple[TargetSource, ...]:
    """What each target rests on."""
    found = connection.rows(
        release_id,
        "select * from fct_kpi_targets order by kpi, region_code",
    )
    # Targets of an earlier release say nothing in English.
    return tuple(
        TargetSource(row["kpi"], row["region_code"], row["source_zh"], row["note_zh"], row.get("source_en"))
        for row in found
    )
