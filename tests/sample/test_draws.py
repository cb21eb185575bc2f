"""The draws behind demonstration records."""

import polars as pl
import pytest

from warehouse.sample import window
from warehouse.sample.dice import Dice
from warehouse.sample.spread import spread


def drawn(expression: pl.Expr) -> pl.Series:
    return pl.select(expression.alias("drawn"))["drawn"]


def test_streams_of_one_name_are_the_same_and_others_differ() -> None:
    dice = Dice("a", 5)
    assert drawn(dice.uniform("x")).to_list() == drawn(Dice("a", 5).uniform("x")).to_list()
    assert drawn(dice.uniform("x")).to_list() != drawn(dice.uniform("y")).to_list()


def test_whole_numbers_keep_to_both_ends() -> None:
    assert set(drawn(Dice("a", 2_000).whole("x", 3, 6))) == {3, 4, 5, 6}


def test_picks_are_as_frequent_as_their_weights() -> None:
    counts = dict(drawn(Dice("a", 20_000).pick("x", {"often": 3, "seldom": 1})).value_counts().iter_rows())
    assert counts["often"] / counts["seldom"] == pytest.approx(3, rel=0.1)


def test_quantiles_are_met() -> None:
    values = drawn(Dice("a", 20_000).quantiles("x", [(0, 0.0), (0.5, 10.0), (1, 100.0)]))
    assert values.median() == pytest.approx(10, rel=0.05)
    assert values.filter(values < 0).is_empty()
    assert values.filter(values > 100).is_empty()


@pytest.mark.parametrize("total", [0, 1, 10, 997])
def test_shares_add_up(total: int) -> None:
    assert sum(spread(total, [5, 1, 0.1], least=2)) == total


def test_every_share_has_at_least_the_least() -> None:
    assert spread(100, [1_000, 1, 1], least=3) == [94, 3, 3]


def test_months_are_counted_from_the_first() -> None:
    assert window.index_of(2022, 6) == 0
    assert window.period_of(window.MONTHS - 1) == "2024-05"
    assert drawn(window.last_day(pl.lit(20))).dt.to_string().to_list() == ["2024-02-29"]
