"""Women's innovation studios, some upgraded or closed, their yearly reviews and results; women technical workers."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.industries import INDUSTRIES
from warehouse.sample.plan import Plan

RESULTS = 1_850
STUDIOS = 760
LEVELS = {"地市级": 0.55, "省级": 0.27, "省级产业(系统)": 0.15, "全国": 0.03}
HAVES = {"has_leader": 0.99, "has_team": 0.985, "has_platform": 0.98, "has_projects_rules": 0.975, "has_results": 0.97}
BENEFIT = [
    (0.0, 30_000.0),
    (0.3, 120_000.0),
    (0.6, 400_000.0),
    (0.9, 2_500_000.0),
    (0.99, 12_000_000.0),
    (1.0, 40_000_000.0),
]
BENEFIT_TYPES = ("增收", "节支", "避免损失")
GRANT_YUAN = 50_000
REPORTS = pl.DataFrame({"year": [2022, 2023, 2024], "month": [6, 18, 23], "share": [1.0, 1.0, 0.42]})
"""What is reported about a year, and when: the reports of 2024 cover five months."""


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Studios, reviews, results and workforce."""
    studios = _studios(plan)
    register = registers.reported(plan, "studio", _states(plan, studios), window.QUARTERLY)
    studios = studios.join(register, on="studio_id", how="semi", maintain_order="left")
    yield "studio", [register]
    yield "review", [_reviews(plan, studios)]
    yield "result", [_results(plan, studios)]
    yield "workforce", [_workforce(plan)]


def _studios(plan: Plan) -> pl.DataFrame:
    """Each studio as it is at last; `since` is the month it was named in, `change` what happened to it since."""
    units = registers.by_province(plan, plan.parents(STUDIOS, RESULTS, most=10**6))
    dice = plan.dice("studio", units.height)
    members = dice.quantiles("members", [(0, 5.0), (0.5, 12.0), (0.9, 26.0), (1, 48.0)]).floor().cast(pl.Int64)
    women = dice.quantiles("women", [(0, 0.45), (0.5, 0.72), (1, 0.96)])
    return (
        units.with_columns(
            pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4).alias("number"),
            pl.when((pl.col("place") == 0) | dice.chance("is old", 0.72))
            .then(-dice.whole("named before", 1, 100))
            .otherwise(dice.whole("named", 0, window.MONTHS - 1))
            .alias("since"),
            dice.pick("level", LEVELS).alias("level"),
            dice.pick("industry", INDUSTRIES).alias("industry"),
            members.alias("members"),
            (members * women).floor().cast(pl.Int64).alias("women_members"),
            dice.pick("change", {"无": 0.8, "升级": 0.08, "补齐": 0.08, "摘牌": 0.04}).alias("change"),
            dice.uniform("scale").alias("scale"),
            *(dice.chance(name, share).alias(name) for name, share in HAVES.items()),
        )
        .with_columns(
            # The industrial unions of a province have their studios at its own level, the others at their seats.
            pl.when(pl.col("level") == "省级产业(系统)")
            .then(pl.col("province_code") + "0000")
            .otherwise("region_code")
            .alias("region_code"),
            pl.when(pl.col("level").is_in(["全国", "省级"]) | (pl.col("change") != "升级"))
            .then("level")
            .otherwise(pl.lit("省级"))
            .alias("level"),
            ("WS" + pl.col("province_code") + "S" + pl.col("number")).alias("studio_id"),
            ("演示工作室" + pl.col("number")).alias("studio_name"),
            ("演示单位" + pl.col("number")).alias("host_unit"),
            window.day_of(pl.col("since"), dice.whole("naming day", 1, 28)).alias("named_on"),
            window.day_of(
                pl.col("since") - dice.whole("founded before", 6, 40), dice.whole("founding day", 1, 28)
            ).alias("founded_on"),
            registers.first_report(pl.col("since"), window.QUARTERLY).alias("month"),
        )
        .with_columns(
            registers.report_after(pl.col("month"), dice.whole("changed after", 1, 5), window.QUARTERLY).alias(
                "changed"
            )
        )
        .with_columns(
            pl.when(pl.col("change") == "摘牌")
            .then(window.day_of(pl.col("changed") - 1, dice.whole("closing day", 1, 28)))
            .alias("revoked_on")
        )
    )


def _states(plan: Plan, studios: pl.DataFrame) -> pl.DataFrame:
    changes = pl.col("change") != "无"
    before = studios.filter(changes).with_columns(
        pl.when(pl.col("change") == "升级").then(pl.lit("地市级")).otherwise("level").alias("level"),
        (pl.col("has_results") & (pl.col("change") != "补齐")).alias("has_results"),
        pl.lit(None, dtype=pl.Date).alias("revoked_on"),
    )
    now = studios.with_columns(pl.when(changes).then("changed").otherwise("month").alias("month"))
    return pl.concat([before, now])


def _reviews(plan: Plan, studios: pl.DataFrame) -> pl.DataFrame:
    """A studio is named in its first year and reviewed in most later ones; named or passed, it is paid 50 000 yuan."""
    years = _by_year(studios).filter(pl.col("named_on") <= pl.col("until"))
    dice = plan.dice("review", years.height)
    named = pl.col("named_on").dt.year() == pl.col("year")
    return (
        years.with_columns(
            pl.when(named)
            .then(pl.lit("新命名"))
            .when(dice.chance("is reviewed", 0.68))
            .then(dice.pick("result", {"复核通过": 0.9, "整改": 0.07, "不通过": 0.03}))
            .alias("review_result")
        )
        .filter(pl.col("review_result").is_not_null())
        .with_columns(
            pl.when(pl.col("review_result").is_in(["新命名", "复核通过"]))
            .then(GRANT_YUAN)
            .otherwise(0)
            .alias("funding_yuan"),
            pl.col("year").alias("review_year"),
        )
        .sort("report_period", "province_code", "studio_id")
    )


def _results(plan: Plan, studios: pl.DataFrame) -> pl.DataFrame:
    """One kind of benefit for most studios and years, a second or third for a few; counts stand beside the first."""
    types = pl.DataFrame({"rank": range(len(BENEFIT_TYPES))})
    slots = (
        _by_year(studios)
        .filter(pl.col("named_on") <= pl.col("until"))
        .join(types, how="cross", maintain_order="left_right")
    )
    chance = plan.dice("result", slots.height).uniform("is there")
    chosen = events.chosen(slots, plan.records(RESULTS), chance + 0.6 * pl.col("rank") + 0.2 * (pl.col("share") < 1))
    dice = plan.dice("result/values", chosen.height)
    is_first = pl.col("rank") == pl.col("rank").min().over("studio_id", "year")

    def count(stream: str, most: float) -> pl.Expr:
        drawn = dice.quantiles(stream, [(0, 0.0), (0.4, most * 0.15), (0.9, most * 0.5), (1, most)])
        return pl.when(is_first).then((drawn * pl.col("share")).floor().cast(pl.Int64))

    size = 0.5 + pl.col("scale")
    return chosen.with_columns(
        ((pl.col("rank") + pl.col("place")) % len(BENEFIT_TYPES))
        .replace_strict(dict(enumerate(BENEFIT_TYPES)))
        .alias("benefit_type"),
        ((dice.quantiles("benefit", BENEFIT) * size * pl.col("share") / 100).floor() * 100)
        .cast(pl.Int64)
        .alias("benefit_yuan"),
        pl.col("year").alias("result_period"),
        count("filed", 9).alias("patents_filed"),
        count("granted", 6).alias("patents_granted"),
        count("awards", 5).alias("awards"),
        count("promoted", 14).alias("members_promoted"),
        count("training", 420).alias("training_times"),
    ).sort("report_period", "province_code", "studio_id", "benefit_type")


def _workforce(plan: Plan) -> pl.DataFrame:
    """Technical workers of each province and year, women among them slowly more."""
    character, provinces = plan.provinces("workforce/province")
    provinces = provinces.with_columns(
        character.quantiles("technical", [(0, 0.008), (1, 0.014)]).alias("technical"),
        character.quantiles("women", [(0, 0.25), (1, 0.35)]).alias("women"),
    )
    years = pl.col("year") - 2022
    technical = (pl.col("population") * pl.col("technical") * (1 + 0.02 * years) / 100).floor().cast(pl.Int64) * 100
    return (
        provinces.join(REPORTS, how="cross", maintain_order="left_right")
        .join(plan.months("workforce"), on="province_code", maintain_order="left")
        .filter(pl.col("month") < pl.col("months"))
        .select(
            "province_code",
            (pl.col("province_code") + "0000").alias("region_code"),
            window.period(pl.col("month")).alias("report_period"),
            "year",
            technical.alias("technical_workers"),
            (technical * (pl.col("women") + 0.006 * years)).floor().cast(pl.Int64).alias("women_technical_workers"),
        )
        .sort("report_period", "province_code")
    )


def _by_year(studios: pl.DataFrame) -> pl.DataFrame:
    """Each studio with each year it was not closed in: year, share (of the year), until, report_period."""
    return (
        studios.drop("month")
        .join(REPORTS, how="cross", maintain_order="left_right")
        .with_columns(
            window.last_day(pl.col("month")).alias("until"), window.period(pl.col("month")).alias("report_period")
        )
        .filter(pl.col("revoked_on").is_null() | (pl.col("revoked_on") > pl.col("until")))
    )
