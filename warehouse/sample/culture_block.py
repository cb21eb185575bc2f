"""Culture blocks, what happens in them after opening day, and the characters they have created."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

ACTIVITIES = 1_000
BLOCKS = 64
SEASON = (0.9, 0.9, 0.9, 1.1, 1.4, 1.0, 0.9, 0.9, 1.0, 1.2, 0.9, 0.8)
TYPES = {"打卡": 0.3, "宣讲": 0.22, "展览": 0.18, "研学": 0.16, "服务": 0.14}
CHARACTERS = ("建筑工", "快递员", "护士", "环卫工", "司机", "焊工")


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Blocks, activities and characters."""
    blocks = _blocks(plan)
    yield "block", [registers.reported(plan, "block", blocks, window.YEARLY)]
    yield "activity", _activities(plan, blocks)
    yield "ip_asset", [registers.reported(plan, "ip_asset", _characters(plan), window.YEARLY)]


def _blocks(plan: Plan) -> pl.DataFrame:
    units = registers.by_province(plan, plan.parents(BLOCKS, ACTIVITIES))
    dice = plan.dice("block", units.height)
    since = (
        pl.when(pl.col("place") == 0).then(-dice.whole("opened before", 1, 24)).otherwise(dice.whole("opened", 0, 21))
    )
    return units.with_columns(
        pl.format("JQ{}N{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias("block_id"),
        since.alias("since"),
        window.day_of(since, dice.whole("day", 1, 28)).alias("opened_on"),
        dice.whole("co-builders", 2, 9).alias("co_builders"),
        dice.whole("venues", 2, 7).alias("venues"),
        registers.first_report(since, window.YEARLY).alias("month"),
    )


def _activities(plan: Plan, blocks: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Many come in the months after opening day, fewer later on."""
    parents = blocks.select("province_code", "since", "block_id", "region_code")
    for dice, rows in events.monthly(plan, "activity", ACTIVITIES, season=SEASON, growth=0.5):
        age = pl.col("month") - pl.col("since")
        interest = pl.when(age <= 2).then(1.7).when(age <= 6).then(1.2).otherwise(1.0)
        people = (
            dice.quantiles("participants", [(0, 60.0), (0.5, 130.0), (0.9, 260.0), (1, 420.0)]) * interest
        ).floor()
        yield (
            events.with_parent(rows, dice, parents)
            .with_columns(
                pl.format("HD{}", pl.col("number").cast(pl.String).str.zfill(6)).alias("activity_id"),
                events.day_in_month(dice, "date").alias("activity_date"),
                dice.pick("type", TYPES).alias("activity_type"),
                people.cast(pl.Int64).alias("participants"),
                pl.when(dice.chance("workers counted", 0.93))
                .then((people * dice.quantiles("workers", [(0, 0.45), (1, 0.9)])).floor().cast(pl.Int64))
                .alias("workers"),
                (people * dice.quantiles("completed", [(0, 0.3), (1, 0.8)])).floor().cast(pl.Int64).alias("completed"),
                window.period(pl.col("month")).alias("report_period"),
            )
            .with_columns(pl.when(pl.col("activity_type") == "打卡").then("completed").alias("completed_checkins"))
            .sort("report_period", "province_code", "activity_id")
        )


def _characters(plan: Plan) -> pl.DataFrame:
    """One to six characters in every province, used more often from year to year."""
    names = pl.DataFrame({"ip_name": [f"演示·{name}" for name in CHARACTERS], "rank": range(len(CHARACTERS))})
    years = pl.DataFrame({"month": list(window.YEARLY), "uses": [1, 3, 4]})
    dice, provinces = plan.provinces("ip_asset/province")
    assets = (
        provinces.with_columns(dice.whole("characters", 1, len(CHARACTERS)).alias("characters"))
        .join(names, how="cross", maintain_order="left_right")
        .filter(pl.col("rank") < pl.col("characters"))
    )
    dice = plan.dice("ip_asset", assets.height)
    return (
        assets.with_columns(
            (pl.col("province_code") + "0000").alias("region_code"),
            window.day_of(-dice.whole("released before", 1, 18), dice.whole("day", 1, 28)).alias("released_on"),
            dice.whole("uses", 1, 9).alias("uses_a_year"),
        )
        .join(years, how="cross", maintain_order="left_right")
        .with_columns((pl.col("uses_a_year") * pl.col("uses")).alias("reuse_count"))
    )
