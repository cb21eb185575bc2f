"""Registers: a unit is reported when it is there and when its state changes, by every province once a period."""

from collections.abc import Sequence

import polars as pl

from warehouse.sample import window
from warehouse.sample.plan import Plan
from warehouse.sample.spread import spread


def first_report(since: pl.Expr, periods: Sequence[int]) -> pl.Expr:
    """The first reporting month in or after the month `since`; null after the last one."""
    reported: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for month in reversed(periods):
        reported = pl.when(since <= month).then(pl.lit(month, dtype=pl.Int64)).otherwise(reported)
    return reported


def report_after(month: pl.Expr, steps: pl.Expr, periods: Sequence[int]) -> pl.Expr:
    """The reporting month `steps` periods after the reporting month given; null when the window ends before."""
    places = pl.DataFrame({"month": periods, "place": range(len(periods))})
    place = month.replace_strict(places["month"], places["place"], default=None, return_dtype=pl.Int64) + steps
    return place.replace_strict(places["place"], places["month"], default=None, return_dtype=pl.Int64)


def reported(plan: Plan, table: str, states: pl.DataFrame, periods: Sequence[int]) -> pl.DataFrame:
    """The rows of a register in the order of reporting: its states, and repeats where a province had nothing new.

    `states` has a row for each state of each unit with `month`, the reporting month (null: never reported). A province
    that had nothing to add in a period sends its latest row again; months it has not reported are left out.
    Adds report_period and as_of_date.
    """
    known = (
        states.filter(pl.col("month").is_not_null())
        .join(plan.months(table), on="province_code", how="left", maintain_order="left")
        .filter(pl.col("month") < pl.col("months"))
        .sort("month", "province_code", maintain_order=True)
    )
    repeats = [
        last.with_columns(pl.lit(month, dtype=pl.Int64).alias("month"))
        for (_,), rows in known.group_by("province_code", maintain_order=True)
        for month in _silent(rows, periods)
        if (last := rows.filter(pl.col("month") < month).tail(1)).height
    ]
    return (
        pl.concat([known, *repeats])
        .sort("month", "province_code", maintain_order=True)
        .with_columns(
            window.period(pl.col("month")).alias("report_period"), window.last_day(pl.col("month")).alias("as_of_date")
        )
        .drop("months")
    )


def by_province(plan: Plan, count: int) -> pl.DataFrame:
    """`count` units over the provinces by population, at least one each.

    Columns: province_code, place (from 0 in each province), region_code, region_name. A province's first units are in
    its capital and the next seats, then the round begins again.
    """
    provinces = plan.places.provinces
    shares = spread(max(count, provinces.height), provinces["population"].to_list(), least=1)
    return (
        provinces.select("province_code", pl.Series("units", shares))
        .with_columns(pl.int_ranges(0, "units", dtype=pl.Int64).alias("place"))
        .explode("place")
        .join(
            plan.places.seats.group_by("province_code").agg(pl.len().cast(pl.Int64).alias("seats")),
            on="province_code",
            maintain_order="left",
        )
        .with_columns((pl.col("place") % pl.col("seats")).alias("seat"))
        .join(plan.places.seats, on=["province_code", "seat"], how="left", maintain_order="left")
        .select("province_code", "place", "region_code", "region_name")
    )


def _silent(rows: pl.DataFrame, periods: Sequence[int]) -> list[int]:
    spoken = set(rows["month"])
    return [month for month in periods if month not in spoken and month < rows["months"][0]]
