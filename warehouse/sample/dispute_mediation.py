"""Mediation centres that are founded month by month, and the disputes they settle."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.dice import Dice
from warehouse.sample.plan import Plan

CASES = 4_200
HENAN = "41"
SEASON = (1.15, 0.7, 1.0, 0.95, 0.95, 1.0, 1.0, 1.0, 1.0, 0.9, 1.05, 1.3)
LEVELS = {"province": "省", "prefecture": "市(示范区)", "county": "县(市、区)"}
DAYS = [(0.0, 1.0), (0.1, 4.0), (0.5, 14.0), (0.9, 36.0), (1.0, 60.0)]
CLAIMED = [(0.0, 6_000.0), (0.1, 10_000.0), (0.5, 20_000.0), (0.9, 48_000.0), (0.99, 90_000.0), (1.0, 160_000.0)]


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Centres and cases."""
    centres = _centres(plan)
    register = registers.reported(plan, "centre", _centre_states(plan, centres), window.QUARTERLY)
    yield "centre", [register]
    yield "case", _cases(plan, centres.join(register, on="centre_id", how="semi", maintain_order="left"))


def _centres(plan: Plan) -> pl.DataFrame:
    dice, provinces = plan.provinces("centre/province")
    pace = provinces.select(
        "province_code",
        dice.quantiles("counties before", [(0, 0.1), (0.5, 0.35), (1, 0.6)]).alias("county_start"),
        dice.quantiles("counties after", [(0, 0.55), (0.4, 0.75), (0.8, 0.98), (0.85, 1.0), (1, 1.0)]).alias(
            "county_end"
        ),
        dice.quantiles("prefectures before", [(0, 0.3), (1, 0.8)]).alias("prefecture_start"),
        dice.quantiles("prefectures after", [(0, 0.8), (0.5, 0.98), (0.6, 1.0), (1, 1.0)]).alias("prefecture_end"),
    )
    units = pl.concat(
        [
            provinces.select(
                "province_code",
                (pl.col("province_code") + "0000").alias("region_code"),
                pl.lit("province").alias("region_level"),
            ),
            plan.places.units.select("province_code", "region_code", "region_level"),
        ]
    )
    dice = plan.dice("centre", units.height)
    is_county = pl.col("region_level") == "county"
    start = pl.when(is_county).then("county_start").otherwise("prefecture_start")
    end = pl.when(is_county).then("county_end").otherwise("prefecture_end")
    place = dice.uniform("founded")
    return (
        units.join(pace, on="province_code", maintain_order="left")
        .with_columns(
            pl.when(pl.col("region_level") == "province")
            .then(pl.lit(-14, dtype=pl.Int64))
            .when(place < start)
            .then(-dice.whole("founded before", 1, 36))
            .when(place < end)
            .then(((place - start) / (end - start) * (window.MONTHS - 1)).floor().cast(pl.Int64) + 1)
            .alias("since"),
            dice.whole("founding day", 1, 28).alias("founding_day"),
            dice.chance("is late with staff or funds", 0.11).alias("was_short"),
            dice.chance("funds came late", 0.5).alias("was_short_of_funds"),
            dice.chance("organised", 0.985).alias("org_in_place"),
            dice.chance("funded", 0.95).alias("funds_in_place"),
            dice.quantiles("mediators", [(0, 1.0), (0.07, 3.0), (0.6, 5.0), (0.95, 10.0), (1, 14.0)])
            .floor()
            .cast(pl.Int64)
            .alias("mediators"),
            dice.quantiles("legal workers", [(0, 0.0), (0.05, 0.9), (0.06, 1.0), (0.6, 2.0), (1, 4.0)])
            .floor()
            .cast(pl.Int64)
            .alias("legal_workers"),
            dice.chance("station", 0.7).alias("has_station"),
            dice.chance("tribunal", 0.28).alias("has_tribunal"),
            dice.uniform("kept").alias("kept"),
        )
        .filter((pl.col("region_level") == "province") | (pl.col("kept") < _share_kept(plan)))
        .select(
            "province_code",
            "region_code",
            "since",
            "was_short",
            "was_short_of_funds",
            "org_in_place",
            "funds_in_place",
            "mediators",
            "has_station",
            "has_tribunal",
            ("DM" + pl.col("region_code")).alias("centre_id"),
            pl.col("region_level").replace_strict(LEVELS).alias("centre_level"),
            window.day_of(pl.col("since"), pl.col("founding_day")).alias("established_on"),
            pl.min_horizontal("legal_workers", "mediators").alias("union_legal_workers"),
            (pl.col("mediators") >= 2).alias("staff_in_place"),
        )
    )


def _share_kept(plan: Plan) -> float:
    return 1.0 if plan.rows is None else min(1.0, 4 * plan.rows / CASES)


def _centre_states(plan: Plan, centres: pl.DataFrame) -> pl.DataFrame:
    """Centres as reported: not founded yet (counties only in Henan), short of staff or funds at first, complete."""
    founded = centres.filter(pl.col("since").is_not_null()).with_columns(
        registers.first_report(pl.col("since"), window.QUARTERLY).alias("month")
    )
    dice = plan.dice("centre/states", founded.height)
    founded = founded.with_columns(
        registers.report_after(pl.col("month"), dice.whole("complete after", 1, 4), window.QUARTERLY).alias("complete")
    )
    short = founded.filter("was_short").with_columns(
        pl.col("funds_in_place") & ~pl.col("was_short_of_funds"),
        pl.col("staff_in_place") & pl.col("was_short_of_funds"),
        pl.when("was_short_of_funds").then("mediators").otherwise(pl.lit(1, dtype=pl.Int64)).alias("mediators"),
        pl.when("was_short_of_funds")
        .then("union_legal_workers")
        .otherwise(pl.lit(0, dtype=pl.Int64))
        .alias("union_legal_workers"),
    )
    final = founded.with_columns(pl.when("was_short").then("complete").otherwise("month").alias("month"))
    is_listed = (pl.col("province_code") == HENAN) | (pl.col("centre_level") != LEVELS["county"])
    missing = (
        centres.filter(is_listed, pl.col("since").is_null() | (pl.col("since") > 0))
        .with_columns(
            pl.lit(0, dtype=pl.Int64).alias("month"),
            pl.lit(None, dtype=pl.Date).alias("established_on"),
            *(pl.lit(False).alias(name) for name in ("org_in_place", "staff_in_place", "funds_in_place")),
            *(pl.lit(False).alias(name) for name in ("has_station", "has_tribunal")),
            *(pl.lit(0, dtype=pl.Int64).alias(name) for name in ("mediators", "union_legal_workers")),
        )
        .select([*centres.columns, "month"])
    )
    return pl.concat([missing, short.select(missing.columns), final.select(missing.columns)])


def _cases(plan: Plan, centres: pl.DataFrame) -> Iterator[pl.DataFrame]:
    character, provinces = plan.provinces("case/province")
    provinces = provinces.select(
        "province_code",
        character.quantiles("success", [(0, 0.6), (0.5, 0.73), (1, 0.84)]).alias("success"),
        character.quantiles("slowness", [(0, 0.8), (0.5, 1.0), (1, 1.4)]).alias("slowness"),
        character.quantiles("confirmed", [(0, 0.4), (1, 0.85)]).alias("confirmed"),
        (character.whole("subsidy", 3, 8) * 100).alias("subsidy"),
    )
    parents = centres.filter(pl.col("since").is_not_null()).select("province_code", "since", "centre_id", "region_code")
    for dice, cases in events.monthly(plan, "case", CASES, season=SEASON, growth=0.5, least=2, revised=1 / 5):
        yield _reported(
            _disputes(
                events.with_parent(cases, dice, parents).join(provinces, on="province_code", maintain_order="left"),
                dice,
            )
        )


def _disputes(cases: pl.DataFrame, dice: Dice) -> pl.DataFrame:
    """The whole course of every case, also of what happens after the records end."""
    days = (
        pl.when("is_revised")
        .then(dice.quantiles("long", [(0, 31.0), (0.6, 45.0), (1, 75.0)]))
        .otherwise(dice.quantiles("days", DAYS) * pl.col("slowness"))
    )
    luck = dice.uniform("outcome")
    workers = dice.quantiles("workers", [(0, 1.0), (0.78, 1.99), (0.95, 6.0), (0.99, 20.0), (1, 45.0)]).floor()
    return (
        cases.with_columns(
            events.day_in_month(dice, "referred").alias("referred_on"),
            dice.pick(
                "source", {"仲裁委委托": 0.38, "仲裁委委派": 0.22, "当事人申请": 0.22, "法院": 0.12, "其他": 0.06}
            ).alias("source"),
            dice.pick(
                "type",
                {"劳动报酬": 0.44, "解除终止": 0.2, "社会保险": 0.13, "加班": 0.1, "工伤": 0.08, "其他": 0.05},
            ).alias("dispute_type"),
            workers.cast(pl.Int64).alias("workers_involved"),
            (dice.quantiles("claimed", CLAIMED) * (1 + (workers - 1) * 0.1))
            .floor()
            .cast(pl.Int64)
            .alias("amount_claimed_yuan"),
            pl.when((luck > 0.97) & ~pl.col("is_revised"))
            .then(pl.lit("不予受理"))
            .when(luck > 0.91)
            .then(pl.lit("撤回"))
            .when(luck < 0.91 * (pl.col("success") + pl.col("month") * 0.002))
            .then(pl.lit("调解成功"))
            .otherwise(pl.lit("调解不成"))
            .alias("outcome"),
        )
        .with_columns(
            pl.when(pl.col("outcome") != "不予受理")
            .then(pl.col("referred_on") + pl.duration(days=dice.whole("accepted", 0, 4)))
            .alias("accepted_on")
        )
        .with_columns((pl.col("accepted_on") + pl.duration(days=days.floor().cast(pl.Int64))).alias("closed_on"))
        .with_columns(
            pl.when((pl.col("outcome") == "调解成功") & dice.chance("is confirmed", pl.col("confirmed")))
            .then(pl.col("closed_on") + pl.duration(days=dice.whole("confirmed after", 3, 20)))
            .alias("confirmed_on"),
            pl.when(pl.col("outcome") == "调解成功")
            .then(
                (pl.col("amount_claimed_yuan") * dice.quantiles("agreed", [(0, 0.4), (1, 0.95)])).floor().cast(pl.Int64)
            )
            .alias("amount_agreed_yuan"),
            pl.when(pl.col("outcome") == "调解成功")
            .then(dice.pick("performed", {"是": 0.78, "部分": 0.1, "否": 0.05, "未知": 0.07}))
            .alias("performed"),
            pl.when(pl.col("source").is_in(["仲裁委委托", "仲裁委委派"]))
            .then(
                pl.when(pl.col("outcome") == "调解成功")
                .then("subsidy")
                .when(pl.col("outcome") == "调解不成")
                .then(pl.col("subsidy") // 2)
            )
            .alias("subsidy_yuan"),
            (
                pl.col("referred_on").dt.year().cast(pl.String) + "调" + pl.col("number").cast(pl.String).str.zfill(5)
            ).alias("case_no"),
        )
    )


def _reported(cases: pl.DataFrame) -> pl.DataFrame:
    """Each case in the month of its latest news, a revised one also when it was referred; later dates stay blank."""
    news = pl.max_horizontal("referred_on", "accepted_on", "closed_on", "confirmed_on")
    latest = cases.with_columns(pl.min_horizontal(window.month_of(news), pl.col("months") - 1).alias("month"))
    return (
        pl.concat([cases.filter("is_revised"), latest])
        .with_columns(window.last_day(pl.col("month")).alias("known_until"))
        .with_columns(
            pl.when(pl.col(name) <= pl.col("known_until")).then(name).alias(name)
            for name in ("accepted_on", "closed_on", "confirmed_on")
        )
        .with_columns(
            window.period(pl.col("month")).alias("report_period"),
            pl.when(pl.col("closed_on").is_null() & (pl.col("outcome") != "不予受理"))
            .then(pl.lit("在办"))
            .otherwise("outcome")
            .alias("outcome"),
        )
        .with_columns(
            pl.when(pl.col("outcome") == "调解成功").then(name).alias(name)
            for name in ("amount_agreed_yuan", "performed")
        )
        .with_columns(pl.when(pl.col("closed_on").is_not_null()).then("subsidy_yuan").alias("subsidy_yuan"))
        .sort("report_period", "province_code", "centre_id", "case_no")
    )
