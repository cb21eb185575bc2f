"""Worker stations, the health talks held in them, and how they are scored on the four improvements."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

TALKS = 950
STATIONS = 380
SCORED = 34
"""Stations with scores; the others are not assessed."""
SEASON = (0.8, 0.6, 1.0, 1.1, 1.2, 1.2, 1.1, 1.0, 1.1, 1.0, 0.95, 0.95)
QUARTERS = window.QUARTERLY[:-1]
DIMENSIONS = {"服务品质": 81.0, "运维管理": 77.0, "知名度": 70.0, "干部能力": 79.0}


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Stations, talks and assessments."""
    stations = _stations(plan)
    yield "station", [registers.reported(plan, "station", _station_states(stations), window.QUARTERLY)]
    yield "talk", _talks(plan, stations)
    yield "assessment", [_assessments(plan, stations)]


def _stations(plan: Plan) -> pl.DataFrame:
    units = registers.by_province(plan, plan.parents(STATIONS, TALKS))
    dice = plan.dice("station", units.height)
    return (
        units.with_columns(
            pl.when((pl.col("place") == 0) | dice.chance("is old", 0.7))
            .then(-1)
            .otherwise(dice.whole("opened", 0, window.MONTHS - 1))
            .cast(pl.Int64)
            .alias("since"),
            pl.format("YZ{}N{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(4)).alias(
                "station_id"
            ),
            pl.format("演示驿站{}{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(4)).alias(
                "station_name"
            ),
            dice.pick("build mode", {"社会共建": 0.72, "工会自建": 0.28}).alias("build_mode"),
            dice.chance("open 24h", 0.2).alias("open_24h"),
            dice.chance("health kit", 0.82).alias("has_health_kit"),
            (dice.quantiles("visits", [(0, 60.0), (0.5, 240.0), (0.95, 800.0), (1, 1_500.0)]).floor() / 10).alias(
                "avg_daily_visits"
            ),
            dice.pick("change", {"无": 0.76, "停用": 0.05, "撤销": 0.03, "改进": 0.16}).alias("change"),
            dice.chance("hosts talks", 0.68).alias("hosts_talks"),
        )
        .with_columns(registers.first_report(pl.col("since"), window.QUARTERLY).alias("month"))
        .with_columns(
            registers.report_after(pl.col("month"), dice.whole("changed after", 2, 6), window.QUARTERLY).alias(
                "changed"
            )
        )
    )


def _station_states(stations: pl.DataFrame) -> pl.DataFrame:
    """Stations as first reported, in service; some later closed, shut down, or better equipped and visited."""
    first = stations.with_columns(pl.lit("运行").alias("status"))
    changed = first.filter(pl.col("change") != "无").with_columns(
        pl.col("changed").alias("month"),
        pl.when(pl.col("change") == "改进").then("status").otherwise("change").alias("status"),
        (pl.col("has_health_kit") | (pl.col("change") == "改进")).alias("has_health_kit"),
        pl.when(pl.col("change") == "改进")
        .then((pl.col("avg_daily_visits") * 12).floor() / 10)
        .otherwise(0.0)
        .alias("avg_daily_visits"),
    )
    return pl.concat([first, changed])


def _talks(plan: Plan, stations: pl.DataFrame) -> Iterator[pl.DataFrame]:
    stays = ~pl.col("change").is_in(["停用", "撤销"])
    hosts = (pl.col("place") == 0) | (pl.col("hosts_talks") & stays)
    parents = stations.filter(hosts).select("province_code", "since", "station_id", "region_code")
    hospitals = {f"演示医院{number:02d}": 1.0 for number in range(1, 9)}
    for dice, talks in events.monthly(plan, "talk", TALKS, season=SEASON, growth=0.6):
        doctors = dice.whole("doctors", 2, 6)
        consulted = (doctors * dice.quantiles("consulted", [(0, 7.0), (0.5, 14.0), (1, 26.0)])).floor().cast(pl.Int64)
        yield (
            events.with_parent(talks, dice, parents)
            .with_columns(
                pl.format("HD{}", pl.col("number").cast(pl.String).str.zfill(6)).alias("talk_id"),
                events.day_in_month(dice, "date").alias("talk_date"),
                dice.pick("hospital", hospitals).alias("hospital"),
                pl.when(dice.chance("doctors counted", 0.97)).then(doctors).alias("doctors"),
                consulted.alias("consulted"),
                (consulted * 2 + dice.whole("leaflets", 0, 60)).alias("leaflets"),
                dice.whole("new members", 1, 9).alias("new_members"),
                window.period(pl.col("month")).alias("report_period"),
            )
            .sort("report_period", "province_code", "talk_id")
        )


def _assessments(plan: Plan, stations: pl.DataFrame) -> pl.DataFrame:
    """Four scores a quarter for a few stations that were there from the start, slowly better."""
    scored = registers.by_province(plan, plan.parents(SCORED, TALKS)).select("province_code", "place")
    known = stations.filter(pl.col("since") < 0).join(
        scored, on=["province_code", "place"], how="semi", maintain_order="left"
    )
    dimensions = pl.DataFrame({"dimension": list(DIMENSIONS), "usual": list(DIMENSIONS.values())})
    quarters = pl.DataFrame({"month": list(QUARTERS)}, schema={"month": pl.Int64})
    rows = (
        known.drop("month")
        .join(quarters, how="cross", maintain_order="right_left")
        .join(dimensions, how="cross", maintain_order="left_right")
        .join(plan.months("assessment"), on="province_code", how="left", maintain_order="left")
        .filter(pl.col("month") < pl.col("months"))
    )
    dice = plan.dice("assessment", rows.height)
    score = pl.col("usual") + pl.col("month") * 0.35 + dice.whole("score", -16, 16) * 0.5
    return rows.with_columns(
        ((pl.min_horizontal(score, 100.0) * 2).floor() / 2).alias("score"),
        window.period(pl.col("month")).alias("report_period"),
    ).sort("report_period", "province_code", "station_id", maintain_order=True)
