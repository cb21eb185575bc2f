"""Event records: how many happen in which province and month, and to which parent each belongs."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import polars as pl

from warehouse.sample import window
from warehouse.sample.dice import Dice
from warehouse.sample.plan import Plan
from warehouse.sample.spread import spread

BATCH_ROWS = 200_000
"""Rows made at once; memory stays flat however many are asked for."""

EVEN = (1.0,) * 12


def monthly(
    plan: Plan,
    table: str,
    shipped: int,
    *,
    season: Sequence[float] = EVEN,
    growth: float = 0.3,
    least: int = 1,
    revised: float = 0.0,
) -> Iterator[tuple[Dice, pl.DataFrame]]:
    """Batches of events of all provinces, sized by population, season (January to December) and growth over the window.

    Columns: province_code, month, months (reported by the province), number (from 1, over all batches), is_revised.
    A revised event is meant to be written twice, in two different months: the share `revised` of all written rows are
    such second rows, of events before a province's last month, and every month has one if there are enough. With both,
    the rows are what the plan asks for.
    """
    rows = plan.records(shipped)
    cells = _cells(plan, table, season, growth)
    weights = cells["weight"].to_list()
    room = (cells["month"] < cells["months"] - 1).to_list()
    second = int(rows * revised)
    events = spread(rows - second, weights, least)
    if second > sum(count for count, fits in zip(events, room, strict=True) if fits):
        second, events = 0, spread(rows, weights, least)
    seconds = _seconds(second, events, room)
    cells = cells.with_columns(pl.Series("events", events), pl.Series("seconds", seconds)).filter(pl.col("events") > 0)
    before = 0
    for batch, part in enumerate(_parts(cells)):
        frame = (
            part.select(
                "province_code", "month", "months", "seconds", pl.int_ranges(0, "events", dtype=pl.Int64).alias("place")
            )
            .explode("place")
            .with_columns(
                (pl.int_range(pl.len(), dtype=pl.Int64) + 1 + before).alias("number"),
                (pl.col("place") < pl.col("seconds")).alias("is_revised"),
            )
            .drop("place", "seconds")
        )
        before += frame.height
        yield plan.dice(f"{table}/{batch}", frame.height), frame


def with_parent(events: pl.DataFrame, dice: Dice, parents: pl.DataFrame) -> pl.DataFrame:
    """Each event with the columns of a parent of its province that was there before the event's month began.

    `parents` has province_code and since (the month it opened in); each province's first must be open from the start.
    """
    ordered = parents.sort("province_code", "since", maintain_order=True).with_row_index("parent")
    opened: list[tuple[str, int, int, int]] = []
    for (code,), group in ordered.group_by("province_code", maintain_order=True):
        since = group["since"].to_list()
        opened += [
            (str(code), month, group["parent"][0], max(1, bisect_left(since, month))) for month in range(window.MONTHS)
        ]
    choice = pl.DataFrame(opened, schema=["province_code", "month", "parent_from", "parents"], orient="row")
    return (
        events.join(choice, on=["province_code", "month"], how="left", maintain_order="left")
        .with_columns(
            (pl.col("parent_from") + (dice.uniform("parent") * pl.col("parents")).floor())
            .cast(pl.UInt32)
            .alias("parent")
        )
        .join(ordered.drop("province_code"), on="parent", how="left", maintain_order="left")
        .drop("parent", "parent_from", "parents")
    )


def chosen(slots: pl.DataFrame, count: int, score: pl.Expr) -> pl.DataFrame:
    """`count` of the rows, those of the lowest score, in the order they stood in."""
    return (
        slots.with_columns(score.alias("score"))
        .with_row_index("slot")
        .sort("score", "slot")
        .head(count)
        .sort("slot")
        .drop("slot", "score")
    )


def day_in_month(dice: Dice, stream: str, month: str = "month") -> pl.Expr:
    """A day of the event's month."""
    days = window.last_day(pl.col(month)).dt.day().cast(pl.Int64)
    return window.first_day(pl.col(month)) + pl.duration(days=(dice.uniform(stream) * days).floor().cast(pl.Int64))


def _cells(plan: Plan, table: str, season: Sequence[float], growth: float) -> pl.DataFrame:
    months = pl.DataFrame({"month": range(window.MONTHS)}).with_columns(
        pl.Series("weight", [_weight(month, season, growth) for month in range(window.MONTHS)])
    )
    return (
        months.join(plan.places.provinces.join(plan.months(table), on="province_code"), how="cross")
        .filter(pl.col("month") < pl.col("months"))
        .sort("month", "province_code")
        .select(
            "province_code",
            pl.col("month").cast(pl.Int64),
            pl.col("months").cast(pl.Int64),
            pl.col("weight") * pl.col("population"),
        )
    )


def _weight(month: int, season: Sequence[float], growth: float) -> float:
    return season[window.calendar_month(month) - 1] * (1 + growth * month / (window.MONTHS - 1))


def _seconds(second: int, events: Sequence[int], room: Sequence[bool]) -> list[int]:
    if second == 0:
        return [0] * len(events)
    rooms = [count if fits else 0 for count, fits in zip(events, room, strict=True)]
    first = [min(count, 1) for count in rooms] if second >= sum(map(bool, rooms)) else [0] * len(rooms)
    left = [count - one for count, one in zip(rooms, first, strict=True)]
    return [one + more for one, more in zip(first, spread(second - sum(first), left), strict=True)]


def _parts(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return (
        part
        for _, part in cells.with_columns(((pl.col("events").cum_sum() - 1) // BATCH_ROWS).alias("batch")).group_by(
            "batch", maintain_order=True
        )
    )
