"""What must be said with numbers, so that nobody who passes them on leaves it out."""

from collections.abc import Sequence

from warehouse.answers.answer import Caveat, Row
from warehouse.answers.source import Source

DEMONSTRATION = Caveat(
    "demonstration", "含演示记录，不是报送的结果。", "Contains demonstration records, not reported results."
)
PUBLISHED = Caveat(
    "published",
    "含公开发布的数，只可并列，不可与报送的数相加。",
    "Contains published figures; they stand beside, and are never added.",
)
BOUND = Caveat(
    "bound",
    "有≥、≤、≈的值是下限、上限或约数，须连同符号引用。",
    "Values with ≥, ≤ or ≈ are bounds or rounded; quote them with their sign.",
)
HIDDEN = Caveat(
    "hidden",
    "人数或件数少的单元不单列，没有数；不可由其他数推算。",
    "Small cells are hidden and have no number; do not derive it.",
)
BACKFILLED = Caveat(
    "backfilled",
    "回填：这一期末的状态是后来才第一次上报的。",
    "Backfilled: the state of that period was first reported later.",
)
NOT_REPORTED = Caveat("not_reported", "没有值的是未报，不是0。", "No value means not reported, not zero.")
PARTIAL = Caveat(
    "partial",
    "有的单位还没有上报，见 reported_units 和 due_units。",
    "Some units have not reported; see reported_units and due_units.",
)


def of_values(source: Source, rows: Sequence[Row]) -> tuple[Caveat, ...]:
    """What these KPI values call for."""
    found: list[Caveat] = []
    origins = {row["origin"] for row in rows}
    if "demonstration" in origins:
        found.append(DEMONSTRATION)
    if "published" in origins:
        found.append(PUBLISHED)
    if any(row["qualifier"] for row in rows):
        found.append(BOUND)
    if any(row["is_hidden"] for row in rows):
        found.append(HIDDEN)
    if any(row["is_backfilled"] for row in rows):
        found.append(BACKFILLED)
    if any(row["value"] is None and not row["is_hidden"] for row in rows):
        found.append(NOT_REPORTED)
    if any((row["due_units"] or 0) > (row["reported_units"] or 0) for row in rows):
        found.append(PARTIAL)
    kpis = source.kpis
    codes = dict.fromkeys(row["kpi"] for row in rows)
    if len({row["region"] for row in rows}) > 1:
        found += [_not_over_regions(kpis[code]) for code in codes if not kpis[code]["is_additive_over_regions"]][:5]
    if len({row["period"] for row in rows}) > 1:
        found += [_not_over_time(kpis[code]) for code in codes if not kpis[code]["is_additive_over_time"]][:5]
    return tuple(found)


def _not_over_regions(kpi: Row) -> Caveat:
    return Caveat(
        f"not_additive_over_regions:{kpi['kpi']}",
        f"{kpi['label_zh']}：各地区的值不能相加，也不能平均；要合计请取上级地区的值。",
        f"{kpi['label_en']}: values of regions may be neither added nor averaged; take the value of the region above.",
    )


def _not_over_time(kpi: Row) -> Caveat:
    return Caveat(
        f"not_additive_over_time:{kpi['kpi']}",
        f"{kpi['label_zh']}：各期的值不能相加；要合计请取更长期间的值。",
        f"{kpi['label_en']}: values of periods may not be added; take the value of the longer period.",
    )
