"""Volunteer teams of model workers, their shifts at sights and stations, and the ambassadors of their towns."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

SHIFTS = 1_200
TEAMS = 290
AMBASSADORS = 110
SEASON = (0.7, 0.75, 0.8, 1.1, 1.25, 1.1, 1.2, 1.2, 1.0, 1.3, 0.8, 0.7)
SITES = ("中心广场", "博物馆", "火车站", "滨水公园", "老街", "纪念馆", "客运中心", "植物园")
SERVICES = {
    "咨询": 0.24,
    "讲解": 0.2,
    "咨询、疏导": 0.16,
    "宣传": 0.12,
    "讲解、宣传": 0.12,
    "清洁": 0.08,
    "疏导": 0.05,
    "其他": 0.03,
}


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Teams, shifts and ambassadors."""
    teams = _teams(plan)
    yield "team", [registers.reported(plan, "team", _team_states(teams), window.QUARTERLY)]
    yield "shift", _shifts(plan, teams)
    yield "ambassador", [registers.reported(plan, "ambassador", _ambassadors(plan), window.YEARLY)]


def _teams(plan: Plan) -> pl.DataFrame:
    units = registers.by_province(plan, plan.parents(TEAMS, SHIFTS))
    dice = plan.dice("team", units.height)
    members = dice.quantiles("members", [(0, 8.0), (0.5, 20.0), (1, 60.0)]).floor().cast(pl.Int64)
    return (
        units.with_columns(
            pl.when((pl.col("place") == 0) | dice.chance("is old", 0.62))
            .then(-dice.whole("registered before", 1, 80))
            .otherwise(dice.whole("registered", 0, window.MONTHS - 1))
            .alias("since"),
            dice.pick("level", {"市级": 0.6, "区县级": 0.32, "省级": 0.08}).alias("team_level"),
            members.alias("members"),
            (members * dice.quantiles("model workers", [(0, 0.15), (1, 0.6)]))
            .floor()
            .cast(pl.Int64)
            .alias("model_workers"),
            ((pl.col("place") > 0) & dice.chance("is disbanded", 0.06)).alias("is_disbanded"),
            ((pl.col("place") == 0) | dice.chance("is active", 0.72)).alias("is_active"),
            (pl.col("place") + 1).cast(pl.String).str.zfill(3).alias("serial"),
        )
        .with_columns(
            pl.format("LM{}N{}", "province_code", "serial").alias("team_id"),
            pl.format("演示服务队{}{}", "province_code", "serial").alias("team_name"),
            window.day_of(pl.col("since"), dice.whole("day", 1, 28)).alias("registered_on"),
            registers.first_report(pl.col("since"), window.QUARTERLY).alias("month"),
        )
        .with_columns(
            registers.report_after(pl.col("month"), dice.whole("ended after", 1, 5), window.QUARTERLY).alias("ended")
        )
        .with_columns(
            pl.when("is_disbanded")
            .then(window.day_of(pl.col("ended") - 1, dice.whole("ended day", 1, 28)))
            .alias("disbanded_on")
        )
    )


def _team_states(teams: pl.DataFrame) -> pl.DataFrame:
    founded = teams.with_columns(pl.lit(None, dtype=pl.Date).alias("disbanded_on"))
    ended = teams.filter("is_disbanded").with_columns(pl.col("ended").alias("month"))
    return pl.concat([founded, ended])


def _shifts(plan: Plan, teams: pl.DataFrame) -> Iterator[pl.DataFrame]:
    parents = teams.filter("is_active", ~pl.col("is_disbanded")).select(
        "province_code", "since", "team_id", "region_code"
    )
    sites = {f"演示·{site}": 1.0 for site in SITES}
    for dice, shifts in events.monthly(plan, "shift", SHIFTS, season=SEASON, growth=0.4, least=1):
        volunteers = dice.quantiles("volunteers", [(0, 4.0), (0.5, 9.0), (1, 24.0)]).floor().cast(pl.Int64)
        half_hours = dice.whole("half hours", 4, 12)
        yield (
            events.with_parent(shifts, dice, parents)
            .with_columns(
                pl.format("FW{}", pl.col("number").cast(pl.String).str.zfill(6)).alias("shift_id"),
                dice.pick("site", sites).alias("site_name"),
                events.day_in_month(dice, "date").alias("service_date"),
                dice.pick("service", SERVICES).alias("service_type"),
                volunteers.alias("volunteers"),
                (volunteers * half_hours * 0.5).alias("volunteer_hours"),
                pl.when(dice.chance("visitors counted", 0.97))
                .then(
                    (volunteers * dice.quantiles("visitors", [(0, 8.0), (0.5, 16.0), (1, 40.0)])).floor().cast(pl.Int64)
                )
                .alias("visitors_served"),
                window.period(pl.col("month")).alias("report_period"),
            )
            .sort("report_period", "province_code", "shift_id")
        )


def _ambassadors(plan: Plan) -> pl.DataFrame:
    """Ambassadors known from the first report on, their works counted again a year later."""
    units = registers.by_province(plan, plan.parents(AMBASSADORS, SHIFTS))
    dice = plan.dice("ambassador", units.height)
    first = units.with_columns(
        pl.format("TJR{}N{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias(
            "ambassador_ref"
        ),
        dice.pick("honour", {"市": 0.6, "省": 0.3, "全国": 0.1}).alias("honour_level"),
        dice.whole("pieces", 0, 6).alias("promo_pieces"),
        pl.lit(window.YEARLY[0], dtype=pl.Int64).alias("month"),
    )
    later = first.with_columns(
        pl.col("promo_pieces") + dice.whole("new pieces", 0, 8), pl.lit(window.YEARLY[1], dtype=pl.Int64).alias("month")
    )
    return pl.concat([first, later])
