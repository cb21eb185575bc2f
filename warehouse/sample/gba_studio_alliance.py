"""The alliance of the Greater Bay Area: sub-alliances, the studios in them, and what each did in every quarter."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, window
from warehouse.sample.plan import Plan

QUARTERS = window.QUARTERLY[:-1]
EARLIER_QUARTERS = tuple(range(-15, 0, 3))
"""Last months of the quarters before the window, from the first in which a sub-alliance was founded."""
SUB_ALLIANCES = 12
STUDIOS_EACH = 9
NAMES = (
    "教育医疗",
    "制造业",
    "海事",
    "港口",
    "5G技术",
    "建筑",
    "轨道交通",
    "电力",
    "金融服务",
    "现代农业",
    "文化创意",
    "物流",
)
STUDIO_REGIONS = {
    "440100": 0.24,
    "440300": 0.24,
    "440600": 0.1,
    "441900": 0.08,
    "440400": 0.08,
    "442000": 0.06,
    "441300": 0.05,
    "440700": 0.04,
    "441200": 0.03,
    "810000": 0.05,
    "820000": 0.03,
}
VALUE = [(0.0, 300_000.0), (0.4, 1_200_000.0), (0.8, 4_500_000.0), (0.97, 20_000_000.0), (1.0, 60_000_000.0)]
UNIT = "粤港澳大湾区创新工作室联盟（演示）"


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Sub-alliances, memberships and activities; all are the alliance's own, so they name its seat."""
    alliances = _alliances(plan)
    yield "sub_alliance", [_once(alliances)]
    yield "membership", [_once(_memberships(plan, alliances))]
    yield "activity", [_activities(plan, alliances)]


def _alliances(plan: Plan) -> pl.DataFrame:
    count = SUB_ALLIANCES if plan.rows is None else -(-plan.rows // len(QUARTERS))
    dice = plan.dice("sub_alliance", count)
    return pl.DataFrame({"place": range(count)}, schema={"place": pl.Int64}).with_columns(
        pl.lit("44").alias("province_code"),
        pl.lit("440000").alias("region_code"),
        pl.lit(UNIT).alias("reporting_unit"),
        pl.format("FLM{}", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias("sub_id"),
        pl.format(
            "演示·{}分联盟{}",
            (pl.col("place") % len(NAMES)).replace_strict(dict(enumerate(NAMES))),
            pl.when(pl.col("place") < len(NAMES))
            .then(pl.lit(""))
            .otherwise((pl.col("place") // len(NAMES)).cast(pl.String)),
        ).alias("sub_name"),
        window.day_of(dice.whole("founded", -15, -2), dice.whole("day", 1, 28)).alias("founded_on"),
        dice.quantiles("diligence", [(0, 0.8), (1, 1.0)]).alias("diligence"),
        dice.quantiles("attributed", [(0, 0.15), (1, 0.6)]).alias("attributed"),
    )


def _memberships(plan: Plan, alliances: pl.DataFrame) -> pl.DataFrame:
    """Nine studios or so in each; one in ten is in the next sub-alliance too."""
    places = pl.DataFrame({"studio": range(STUDIOS_EACH)}, schema={"studio": pl.Int64})
    members = alliances.join(places, how="cross", maintain_order="left_right")
    number = pl.col("place") * STUDIOS_EACH + pl.col("studio")
    dice = plan.dice("membership", members.height)
    members = members.with_columns(
        pl.format("GZS{}", (number + 1).cast(pl.String).str.zfill(4)).alias("studio_id"),
        dice.pick("region", STUDIO_REGIONS).alias("studio_region"),
        (pl.col("founded_on") + pl.duration(days=dice.whole("joined after", 10, 500))).alias("joined_on"),
        dice.chance("is in two", 0.1).alias("is_in_two"),
    )
    following = alliances.select((pl.col("place") - 1).alias("place"), pl.col("sub_id").alias("next_id"), "founded_on")
    second = (
        members.filter("is_in_two")
        .drop("founded_on")
        .join(following, on="place", maintain_order="left")
        .with_columns(
            pl.col("next_id").alias("sub_id"), pl.max_horizontal("joined_on", "founded_on").alias("joined_on")
        )
    )
    return pl.concat([members.drop("founded_on"), second.select(members.drop("founded_on").columns)])


def _once(register: pl.DataFrame) -> pl.DataFrame:
    """The whole register at the end of both years and at the end of the window."""
    months = pl.DataFrame({"month": list(window.YEARLY)}, schema={"month": pl.Int64})
    rows = register.join(months, how="cross", maintain_order="right_left").with_columns(
        window.period(pl.col("month")).alias("report_period"), window.last_day(pl.col("month")).alias("as_of_date")
    )
    if "joined_on" in rows.columns:
        return rows.filter(pl.col("joined_on") <= pl.col("as_of_date"))
    return rows


def _activities(plan: Plan, alliances: pl.DataFrame) -> pl.DataFrame:
    """Every quarter by whose end a sub-alliance was founded; those before the window are reported with its first month.

    Where a number of records is asked for, the latest quarters are made first.
    """
    quarters = pl.DataFrame({"month": [*EARLIER_QUARTERS, *QUARTERS]}, schema={"month": pl.Int64})
    slots = alliances.join(quarters, how="cross", maintain_order="right_left").filter(
        pl.col("founded_on") <= window.last_day(pl.col("month"))
    )
    rows = events.chosen(slots, plan.records(slots.height), -pl.col("month"))
    dice = plan.dice("activity", rows.height)
    day = window.first_day(pl.col("month"))
    value = (dice.quantiles("value", VALUE) / 1000).floor() * 1000
    return rows.with_columns(
        pl.format("{}Q{}", day.dt.year(), day.dt.month().cast(pl.Int64) // 3).alias("quarter"),
        dice.chance("held", pl.col("diligence")).alias("exchange_held"),
        dice.whole("opened", 0, 4).alias("projects_opened"),
        dice.whole("closed", 0, 3).alias("projects_closed"),
        value.cast(pl.Int64).alias("value_created_yuan"),
        ((value * pl.col("attributed") / 1000).floor() * 1000).cast(pl.Int64).alias("attributed_value_yuan"),
        dice.whole("training", 40, 420).alias("training_times"),
        window.period(pl.max_horizontal("month", pl.lit(0))).alias("report_period"),
    )
