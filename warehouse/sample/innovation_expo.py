"""Yearly expos of every province: halls, achievements shown in them, and the benefits claimed, certified or not."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.industries import INDUSTRIES
from warehouse.sample.plan import Plan

BENEFITS = 850
ACHIEVEMENTS = 520
HALLS = 124
EDITIONS = pl.DataFrame({"edition": [0, 1, 2], "year": [2022, 2023, 2024], "month": list(window.YEARLY)})
CATEGORIES = {"技术创新": 0.36, "工艺改进": 0.3, "发明专利": 0.12, "操作法": 0.14, "管理服务": 0.08}
FORMS = {
    "实物": 0.3,
    "图片": 0.2,
    "实物、图片": 0.18,
    "视频": 0.1,
    "技艺演示": 0.1,
    "实物、视频": 0.08,
    "技艺演示、视频": 0.04,
}
BENEFIT = [
    (0.0, 20_000.0),
    (0.3, 90_000.0),
    (0.6, 350_000.0),
    (0.9, 2_200_000.0),
    (0.99, 9_000_000.0),
    (1.0, 30_000_000.0),
]
BENEFIT_TYPES = ("节支", "增收", "避免损失")


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Achievements, benefits and halls."""
    halls = _halls(plan)
    achievements = _achievements(plan, halls)
    yield "achievement", [registers.reported(plan, "achievement", achievements, window.YEARLY)]
    yield "benefit", [_benefits(plan, achievements)]
    yield "hall", [registers.reported(plan, "hall", _hall_states(plan, halls), window.YEARLY)]


def _halls(plan: Plan) -> pl.DataFrame:
    """A main hall in each province and up to 17 others."""
    return (
        registers.by_province(plan, plan.parents(HALLS, BENEFITS, most=2))
        .filter(pl.col("place") <= 17)
        .with_columns(
            pl.when(pl.col("place") == 0).then(pl.lit("主展馆")).otherwise(pl.format("{}号", "place")).alias("hall_no"),
            pl.format("{}总工会（演示）", "region_name").alias("organiser"),
        )
    )


def _hall_states(plan: Plan, halls: pl.DataFrame) -> pl.DataFrame:
    states = halls.join(EDITIONS, how="cross", maintain_order="left_right")
    dice = plan.dice("hall", states.height)
    visitors = dice.quantiles("visitors", [(0, 900.0), (0.5, 2_200.0), (1, 6_000.0)])
    main = pl.when(pl.col("place") == 0).then(3.0).otherwise(1.0)
    return states.with_columns((visitors * main).floor().cast(pl.Int64).alias("visitors"))


def _achievements(plan: Plan, halls: pl.DataFrame) -> pl.DataFrame:
    """Each belongs to one edition, every province's first three to one each."""
    units = registers.by_province(plan, max(93, plan.parents(ACHIEVEMENTS, BENEFITS, most=10**6)))
    dice = plan.dice("achievement", units.height)
    counts = halls.group_by("province_code").agg(pl.len().cast(pl.Int64).alias("halls"))
    edition = pl.when(pl.col("place") < 3).then("place").otherwise(dice.whole("edition", 0, 2))
    return (
        units.join(counts, on="province_code", how="left", maintain_order="left")
        .with_columns(
            edition.cast(pl.Int64).alias("edition"),
            (dice.uniform("hall") * pl.col("halls")).floor().cast(pl.Int64).alias("hall"),
            dice.pick("industry", INDUSTRIES).alias("industry"),
            dice.pick("category", CATEGORIES).alias("category"),
            dice.pick("form", FORMS).alias("display_form"),
            dice.chance("frontline", 0.74).alias("is_frontline"),
            dice.pick("patent", {"无": 0.46, "已申报": 0.24, "已授权": 0.3}).alias("patent_status"),
            dice.uniform("scale").alias("scale"),
            pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4).alias("serial"),
        )
        .join(EDITIONS, on="edition", how="left", maintain_order="left")
        .join(
            halls.select("province_code", pl.col("place").alias("hall"), "hall_no"),
            on=["province_code", "hall"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.format("CG{}N{}", "province_code", "serial").alias("achievement_id"),
            pl.format("演示成果{}", "serial").alias("achievement_name"),
            pl.format("演示单位{}", "serial").alias("owner_unit"),
        )
    )


def _benefits(plan: Plan, achievements: pl.DataFrame) -> pl.DataFrame:
    """Most achievements claim one kind of benefit for the year of their edition, many a second, some a third."""
    kinds = pl.DataFrame({"rank": range(len(BENEFIT_TYPES))})
    slots = achievements.join(kinds, how="cross", maintain_order="left_right")
    chance = plan.dice("benefit", slots.height).uniform("is there")
    first = (pl.col("place") < 3) & (pl.col("rank") == 0)
    rows = events.chosen(
        slots, plan.records(BENEFITS), pl.when(first).then(-1.0).otherwise(chance + 0.6 * pl.col("rank"))
    )
    dice = plan.dice("benefit/values", rows.height)
    amount = dice.quantiles("amount", BENEFIT) * (0.5 + pl.col("scale"))
    return rows.with_columns(
        pl.col("year").alias("benefit_year"),
        ((pl.col("rank") + pl.col("place")) % len(BENEFIT_TYPES))
        .replace_strict(dict(enumerate(BENEFIT_TYPES)))
        .alias("benefit_type"),
        ((amount / 100).floor() * 100).cast(pl.Int64).alias("benefit_yuan"),
        dice.chance("certified", 0.6).alias("certified"),
        window.period(pl.col("month")).alias("report_period"),
    ).sort("report_period", "province_code", "achievement_id", "benefit_type")
