"""Events at which teachers and students of vocational schools serve residents, and how satisfied these are."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

EVENTS = 950
SCHOOLS = 93
SEASON = (0.5, 0.4, 1.1, 1.2, 1.3, 1.0, 0.5, 0.4, 1.1, 1.2, 1.2, 0.9)
ITEMS = {"茶艺": 0.2, "插花": 0.19, "汽车维修": 0.21, "其他": 0.14, "茶艺、插花": 0.16, "茶艺、插花、汽车维修": 0.1}


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Events."""
    yield "event", _events(plan)


def _events(plan: Plan) -> Iterator[pl.DataFrame]:
    character, provinces = plan.provinces("event/province")
    satisfied = provinces.select(
        "province_code", character.quantiles("satisfied", [(0, 0.85), (0.5, 0.93), (1, 0.97)]).alias("satisfied")
    )
    schools = registers.by_province(plan, plan.parents(SCHOOLS, EVENTS)).select(
        "province_code",
        "region_code",
        pl.lit(-1, dtype=pl.Int64).alias("since"),
        pl.format("演示职业学校{}{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(2)).alias(
            "school"
        ),
    )
    for dice, rows in events.monthly(plan, "event", EVENTS, season=SEASON, growth=0.4):
        residents = dice.quantiles("residents", [(0, 40.0), (0.5, 95.0), (0.9, 190.0), (1, 320.0)]).floor()
        answers = (residents * dice.quantiles("answers", [(0, 0.3), (1, 0.8)])).floor()
        teachers, students = dice.whole("teachers", 2, 8), dice.whole("students", 8, 40)
        yield (
            events.with_parent(rows, dice, schools)
            .join(satisfied, on="province_code", how="left", maintain_order="left")
            .with_columns(
                pl.format("HD{}", pl.col("number").cast(pl.String).str.zfill(6)).alias("event_id"),
                events.day_in_month(dice, "date").alias("event_date"),
                pl.format("演示社区{}", dice.whole("community", 1, 12).cast(pl.String).str.zfill(2)).alias("community"),
                dice.pick("items", ITEMS).alias("service_item"),
                teachers.alias("teachers"),
                students.alias("students"),
                ((teachers + students) * dice.whole("half hours", 4, 8) * 0.5).alias("service_hours"),
                residents.cast(pl.Int64).alias("residents_served"),
                dice.chance("asked", 0.9).alias("was_asked"),
                answers.alias("answers"),
                (answers * (pl.col("satisfied") + dice.uniform("mood") * 0.06 - 0.03)).floor().alias("content"),
                window.period(pl.col("month")).alias("report_period"),
            )
            .with_columns(
                pl.when("was_asked").then("answers").cast(pl.Int64).alias("satisfaction_n"),
                pl.when("was_asked").then(pl.min_horizontal("content", "answers")).cast(pl.Int64).alias("satisfied_n"),
            )
            .sort("report_period", "province_code", "event_id")
        )
