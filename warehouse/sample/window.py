"""The 24 months demonstration records cover, counted from 0, and the months in which registers are reported."""

from datetime import date

import polars as pl

FIRST_YEAR, FIRST_MONTH = 2022, 6
MONTHS = 24
QUARTERLY = (0, 3, 6, 9, 12, 15, 18, 21, 23)
"""2022-06, every last month of a quarter, and the month the records end with."""
YEARLY = (6, 18, 23)
"""Both Decembers, and the month the records end with."""


def index_of(year: int, month: int) -> int:
    """The number of a month; 2022-06 is 0, months before are negative."""
    return (year - FIRST_YEAR) * 12 + month - FIRST_MONTH


def first_day(month: pl.Expr) -> pl.Expr:
    """The first day of a month given by its number."""
    return day_of(month, pl.lit(1))


def last_day(month: pl.Expr) -> pl.Expr:
    """The last day of a month given by its number."""
    return first_day(month + 1) - pl.duration(days=1)


def day_of(month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A day (1 to 28) of a month given by its number."""
    return pl.date(year_of(month), _count(month) % 12 + 1, day)


def year_of(month: pl.Expr) -> pl.Expr:
    """The year of a month given by its number."""
    return _count(month) // 12


def month_of(day: pl.Expr) -> pl.Expr:
    """The number of the month a date lies in."""
    return (day.dt.year().cast(pl.Int64) - FIRST_YEAR) * 12 + day.dt.month().cast(pl.Int64) - FIRST_MONTH


def period(month: pl.Expr) -> pl.Expr:
    """`YYYY-MM` of a month given by its number."""
    return first_day(month).dt.strftime("%Y-%m")


def period_of(month: int) -> str:
    """`YYYY-MM` of one month."""
    count = FIRST_YEAR * 12 + FIRST_MONTH - 1 + month
    return date(count // 12, count % 12 + 1, 1).strftime("%Y-%m")


def calendar_month(month: int) -> int:
    """1 for January to 12 for December."""
    return (FIRST_MONTH - 1 + month) % 12 + 1


def _count(month: pl.Expr) -> pl.Expr:
    return month.cast(pl.Int64) + (FIRST_YEAR * 12 + FIRST_MONTH - 1)
