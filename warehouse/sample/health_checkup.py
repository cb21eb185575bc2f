"""Check-up centres with a plan for every year, and the sessions that work towards it."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.dice import Dice
from warehouse.sample.plan import Plan

SESSIONS = 3_500
CENTRES = 130
SEASON = (0.7, 0.45, 0.9, 1.1, 1.3, 1.2, 0.9, 0.85, 1.15, 1.3, 1.15, 0.9)
CHECKED = [(0.0, 24.0), (0.2, 40.0), (0.5, 58.0), (0.9, 110.0), (1.0, 180.0)]
MEAN_CHECKED = 69
MEAN_COUNTED = 0.79 * 0.92
"""Share of persons checked who are there for the first time this year and belong to the groups the plan is for."""
GROUPS = {
    "外卖员": 0.21,
    "快递员": 0.19,
    "网约车司机": 0.16,
    "货车司机": 0.13,
    "其他新就业形态": 0.09,
    "农民工": 0.14,
    "环卫等户外": 0.08,
}


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Centres and sessions."""
    centres = _centres(plan)
    yield "centre", [registers.reported(plan, "centre", _plans(plan, centres), window.YEARLY)]
    yield "session", _sessions(plan, centres)


def _centres(plan: Plan) -> pl.DataFrame:
    """province_code, region_code, centre_id, since, opened_on; each province's first is older than the window."""
    wanted = registers.by_province(plan, plan.parents(CENTRES, SESSIONS))
    dice = plan.dice("centre", wanted.height)
    return wanted.with_columns(
        pl.when((pl.col("place") == 0) | dice.chance("is old", 0.5))
        .then(-dice.whole("opened before", 1, 30))
        .otherwise(dice.whole("opened", 0, window.MONTHS - 3))
        .alias("since"),
        dice.whole("opening day", 1, 28).alias("opening_day"),
    ).select(
        "province_code",
        "region_code",
        "since",
        ("TJ" + pl.col("province_code") + "C" + (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias("centre_id"),
        window.day_of(pl.col("since"), pl.col("opening_day")).alias("opened_on"),
    )


def _plans(plan: Plan, centres: pl.DataFrame) -> pl.DataFrame:
    """A row for each centre and year, its plan a little above or below what it will do; some plans are raised."""
    character, provinces = plan.provinces("plan/province")
    ahead = provinces.select(
        "province_code", character.quantiles("ahead", [(0, 0.72), (0.5, 0.96), (1, 1.12)]).alias("ahead")
    )
    done = _expected(plan, centres)
    plans = (
        centres.join(done, on="centre_id", maintain_order="left")
        .join(ahead, on="province_code", maintain_order="left")
        .sort("province_code", "centre_id", "target_year")
    )
    dice = plan.dice("plan", plans.height)
    # The records of 2022 begin in June, so its plan is for seven months; 2024 has five months and a plan for twelve.
    whole_year = pl.when(pl.col("target_year") == 2024).then(12 / 5.2).otherwise(1.0)
    target = pl.col("persons") * whole_year / pl.col("ahead") * dice.quantiles("plan", [(0, 0.9), (1, 1.1)])
    first = pl.when(pl.col("target_year") == 2022).then(6).when(pl.col("target_year") == 2023).then(18).otherwise(23)
    plans = plans.with_columns(
        pl.max_horizontal((target / 10).floor().cast(pl.Int64) * 10, 10).alias("target_persons"),
        first.cast(pl.Int64).alias("month"),
        dice.chance("was raised", 0.15).alias("was_raised"),
    )
    raised = (
        plans.filter("was_raised", pl.col("target_year") == 2023)
        .with_columns(
            pl.max_horizontal((pl.col("target_persons") * 0.8 / 10).floor().cast(pl.Int64) * 10, 10).alias(
                "target_persons"
            ),
            pl.lit(6, dtype=pl.Int64).alias("month"),
        )
        .filter(pl.col("since") <= 6)
    )
    return pl.concat([plans, raised])


def _expected(plan: Plan, centres: pl.DataFrame) -> pl.DataFrame:
    """centre_id, target_year, persons: first-time persons of the groups the plan is for, as expected in the window."""
    sessions = pl.concat(
        [
            cells.group_by("province_code", "month").len("sessions")
            for _, cells in events.monthly(plan, "session", SESSIONS, season=SEASON, growth=0.5, revised=1 / 8)
        ]
    )
    # A centre works from the month after its opening; sessions are shared evenly between the centres of a province.
    at_work = centres.join(sessions, on="province_code").filter(pl.col("since") < pl.col("month"))
    return (
        at_work.with_columns(
            (pl.col("sessions") / pl.len().over("province_code", "month")).alias("sessions"),
            window.year_of(pl.col("month")).alias("target_year"),
        )
        .group_by("centre_id", "target_year")
        .agg((pl.col("sessions").sum() * (MEAN_CHECKED * MEAN_COUNTED)).alias("persons"))
    )


def _sessions(plan: Plan, centres: pl.DataFrame) -> Iterator[pl.DataFrame]:
    character, provinces = plan.provinces("session/province")
    provinces = provinces.select(
        "province_code",
        character.quantiles("abnormal", [(0, 0.2), (1, 0.38)]).alias("abnormal"),
        character.quantiles("followed up", [(0, 0.68), (1, 0.96)]).alias("followed_up"),
        character.quantiles("members", [(0, 0.32), (1, 0.62)]).alias("members"),
        character.quantiles("cost", [(0, 320.0), (0.5, 430.0), (1, 560.0)]).alias("cost"),
    )
    parents = centres.select("province_code", "since", "centre_id", "region_code")
    for dice, sessions in events.monthly(plan, "session", SESSIONS, season=SEASON, growth=0.5, revised=1 / 8):
        yield _reported(
            _checked(
                events.with_parent(sessions, dice, parents).join(provinces, on="province_code", maintain_order="left"),
                dice,
            )
        )


def _checked(sessions: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    def part(stream: str, whole: str, share: pl.Expr | float) -> pl.Expr:
        return (pl.col(whole) * share * dice.quantiles(stream, [(0, 0.9), (1, 1.1)])).floor().cast(pl.Int64)

    return (
        sessions.with_columns(
            ("TC" + pl.col("number").cast(pl.String).str.zfill(6)).alias("session_id"),
            events.day_in_month(dice, "date").alias("session_date"),
            dice.pick("group", GROUPS).alias("worker_group"),
            dice.quantiles("checked", CHECKED).floor().cast(pl.Int64).alias("checked_persons"),
        )
        .with_columns(
            part("first time", "checked_persons", 0.88 - 0.012 * (pl.col("session_date").dt.month())).alias(
                "first_time_persons"
            ),
            pl.when(dice.chance("abnormal reported", 0.96))
            .then(part("abnormal", "checked_persons", pl.col("abnormal")))
            .alias("abnormal_persons"),
            part("members", "checked_persons", pl.col("members") + 0.006 * pl.col("month")).alias("union_members"),
            (pl.col("checked_persons") * (pl.col("cost") * dice.quantiles("cost", [(0, 0.93), (1, 1.07)])).floor())
            .cast(pl.Int64)
            .alias("cost_yuan"),
        )
        .with_columns(
            pl.min_horizontal(
                part("followed up", "abnormal_persons", pl.col("followed_up") * 1.02), "abnormal_persons"
            ).alias("followup_persons"),
            part("followed up at once", "abnormal_persons", 0.35).alias("followup_at_once"),
        )
    )


def _reported(sessions: pl.DataFrame) -> pl.DataFrame:
    """Each session in its own month; a revised one a month later again, with the persons followed up since.

    Nobody has been followed up yet after the last sessions of a province's last month.
    """
    is_last = (pl.col("month") == pl.col("months") - 1) & (pl.col("session_date").dt.day() > 15)
    first = sessions.with_columns(
        pl.when("is_revised").then("followup_at_once").when(~is_last).then("followup_persons").alias("followup_persons")
    )
    again = sessions.filter("is_revised").with_columns(pl.col("month") + 1)
    return (
        pl.concat([first, again])
        .with_columns(window.period(pl.col("month")).alias("report_period"))
        .sort("report_period", "province_code", "session_id")
    )
