"""Federations of social organisations, members incubated until they found a union of their own, and service sites."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

SITE_MONTHS = 1_100
FEDERATIONS = 62
ORGS = 270
SITES = 50
EVERY_MONTH = tuple(range(window.MONTHS))
STAGES = pl.DataFrame({"stage": ["入驻", "培育", "出壳", "单独建会", "终止"], "step": [0, 1, 2, 3, 4]})
USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SITE_TYPES = {"共享职工之家": 0.5, "公益食堂": 0.25, "调解室": 0.25}


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Federations, member organisations, incubation steps and service sites."""
    orgs = _orgs(plan)
    yield "federation", [registers.reported(plan, "federation", _federations(plan), window.QUARTERLY)]
    yield "member_org", [registers.reported(plan, "member_org", _org_states(orgs), window.QUARTERLY)]
    yield "incubation", [registers.reported(plan, "incubation", _steps(orgs), EVERY_MONTH).drop("as_of_date")]
    yield "service_site", [_site_months(plan)]


def _federations(plan: Plan) -> pl.DataFrame:
    units = registers.by_province(plan, plan.parents(FEDERATIONS, SITE_MONTHS))
    dice = plan.dice("federation", units.height)
    since = (
        pl.when(pl.col("place") == 0)
        .then(-dice.whole("founded before", 8, 40))
        .otherwise(dice.whole("founded", -6, 18))
    )
    return units.with_columns(
        pl.format("GLH{}N{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias(
            "federation_id"
        ),
        window.day_of(since, dice.whole("day", 1, 28)).alias("founded_on"),
        dice.whole("cadres", 1, 5).alias("fulltime_cadres"),
        registers.first_report(since, window.QUARTERLY).alias("month"),
    )


def _orgs(plan: Plan) -> pl.DataFrame:
    """Organisations and the dates of their way; a later step that has not been reached is blank."""
    units = registers.by_province(plan, plan.parents(ORGS, SITE_MONTHS))
    dice = plan.dice("member_org", units.height)
    members = dice.quantiles("members", [(0, 5.0), (0.5, 13.0), (0.9, 34.0), (1, 80.0)]).floor().cast(pl.Int64)
    since = pl.when(pl.col("place") == 0).then(-6).otherwise(dice.whole("joined", -6, 21)).cast(pl.Int64)
    fate = dice.uniform("fate")
    end = pl.lit(window.MONTHS, dtype=pl.Int64)
    return (
        units.with_columns(
            since.alias("joined"),
            (since + dice.whole("nursed after", 1, 3)).alias("nursed"),
            members.alias("members"),
            pl.when(dice.chance("women counted", 0.9))
            .then((members * dice.quantiles("women", [(0, 0.3), (1, 0.75)])).floor().cast(pl.Int64))
            .alias("women_members"),
            dice.whole("day", 1, 28).alias("day"),
            _credit_code().alias("org_uscc"),
            pl.format("演示社会组织{}{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias(
                "org_name"
            ),
        )
        .with_columns(pl.when(fate < 0.6).then(pl.col("nursed") + dice.whole("hatched after", 3, 8)).alias("hatched"))
        .with_columns(
            pl.when(fate < 0.35).then(pl.col("hatched") + dice.whole("independent after", 2, 7)).alias("independent"),
            pl.when(fate > 0.93).then(pl.col("nursed") + dice.whole("given up after", 4, 10)).alias("given_up"),
            pl.when(fate > 0.97).then(pl.lit("其他")).otherwise(pl.lit("注销")).alias("end_reason"),
        )
        .with_columns(
            pl.when(pl.col(name) < end).then(name).alias(name)
            for name in ("nursed", "hatched", "independent", "given_up")
        )
        .with_columns(pl.coalesce("independent", "given_up").alias("left"))
        .with_columns(
            window.day_of(pl.col("joined"), pl.col("day")).alias("joined_on"),
            window.day_of(pl.col("left"), pl.col("day")).alias("left_on"),
            pl.when(pl.col("independent").is_not_null())
            .then(pl.lit("单独建会"))
            .when(pl.col("given_up").is_not_null())
            .then("end_reason")
            .alias("leave_reason"),
        )
    )


def _credit_code() -> pl.Expr:
    """Unified social credit codes that no organisation has: 52, region, an invented number, check digit."""
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)
    body = pl.format("52{}MJ{}", "region_code", number)
    values = {digit: value for value, digit in enumerate(USCC_DIGITS)}
    total = pl.sum_horizontal(
        body.str.slice(place, 1).replace_strict(values, return_dtype=pl.Int64) * weight
        for place, weight in enumerate(USCC_WEIGHTS)
    )
    check = ((31 - total % 31) % 31).replace_strict(dict(enumerate(USCC_DIGITS)), return_dtype=pl.String)
    return body + check


def _org_states(orgs: pl.DataFrame) -> pl.DataFrame:
    joined = orgs.with_columns(
        registers.first_report(pl.col("joined"), window.QUARTERLY).alias("month"),
        registers.first_report(pl.col("left"), window.QUARTERLY).alias("month_left"),
    )
    before = joined.filter(pl.col("month_left").is_null() | (pl.col("month_left") > pl.col("month"))).with_columns(
        pl.lit(None, dtype=pl.Date).alias("left_on"), pl.lit(None, dtype=pl.String).alias("leave_reason")
    )
    after = joined.filter(pl.col("left").is_not_null()).with_columns(pl.col("month_left").alias("month"))
    return pl.concat([before, after])


def _steps(orgs: pl.DataFrame) -> pl.DataFrame:
    """A row for every step reached, in its own month; what was reached before the window is in its first month."""
    reached = (
        pl.when(pl.col("step") == 0)
        .then("joined")
        .when(pl.col("step") == 1)
        .then("nursed")
        .when(pl.col("step") == 2)
        .then("hatched")
        .when(pl.col("step") == 3)
        .then("independent")
        .otherwise("given_up")
    )
    return (
        orgs.join(STAGES, how="cross", maintain_order="left_right")
        .with_columns(reached.alias("reached"))
        .filter(pl.col("reached").is_not_null())
        .with_columns(
            window.day_of(pl.col("reached"), pl.col("day")).alias("stage_date"),
            pl.max_horizontal("reached", 0).cast(pl.Int64).alias("month"),
        )
        .sort("month", "province_code", "org_uscc", "step")
    )


def _site_months(plan: Plan) -> pl.DataFrame:
    """A row for most months of each site, for every month of a province's first."""
    units = registers.by_province(plan, plan.parents(SITES, SITE_MONTHS, most=10**6))
    dice = plan.dice("service_site", units.height)
    sites = units.with_columns(
        pl.format("ZD{}N{}", "province_code", (pl.col("place") + 1).cast(pl.String).str.zfill(3)).alias("site_id"),
        dice.pick("type", SITE_TYPES).alias("site_type"),
        dice.quantiles("size", [(0, 180.0), (0.5, 520.0), (1, 1_600.0)]).alias("size"),
    )
    months = pl.DataFrame({"month": range(window.MONTHS)}, schema={"month": pl.Int64})
    slots = (
        sites.join(months, how="cross", maintain_order="right_left")
        .join(plan.months("service_site"), on="province_code", how="left", maintain_order="left")
        .filter(pl.col("month") < pl.col("months"))
    )
    chance = plan.dice("service_site/months", slots.height).uniform("is reported")
    rows = events.chosen(slots, plan.records(SITE_MONTHS), pl.when(pl.col("place") == 0).then(0.0).otherwise(chance))
    dice = plan.dice("service_site/values", rows.height)
    times = pl.col("size") * (1 + 0.015 * pl.col("month")) * dice.quantiles("times", [(0, 0.8), (1, 1.25)])
    return rows.with_columns(
        times.floor().cast(pl.Int64).alias("served_times"),
        pl.when(dice.chance("persons counted", 0.9))
        .then((times * dice.quantiles("persons", [(0, 0.3), (1, 0.6)])).floor().cast(pl.Int64))
        .alias("served_persons"),
        window.period(pl.col("month")).alias("report_period"),
    ).sort("report_period", "province_code", "site_id")
