"""Blocks that are kept for the next reader are those of the view: nobody sees another's region, period, language or programme."""

from typing import Any

import pytest

from dashboard.components import kept
from dashboard.data.kpis import Kpi
from tests.dashboard.reader import read
from warehouse.settings import Settings

VIEWS = [
    {"region": "河南", "kpi": "dm_success_rate", "tables": "true"},
    {"region": "河南", "kpi": "dm_closure_rate", "tables": "true"},
    {"kpi": "dm_success_rate", "tables": "true"},
    {"kpi": "dm_success_rate", "lang": "EN"},
]


def test_kept_blocks_are_those_of_the_view(at_house: Settings) -> None:
    fresh = []
    for view in VIEWS:
        kept.forget()
        fresh.append(read("dispute-mediation", **view).markup)
    kept.forget()
    for view in VIEWS:
        read("dispute-mediation", **view)
    warm = [read("dispute-mediation", **view).markup for view in VIEWS]
    assert warm == fresh
    assert len(set(warm)) == len(VIEWS)


def test_block_is_made_once_a_view(at_house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.components import kpi_card

    made: list[str] = []
    card = kpi_card.card

    def counted(kpi: Kpi, *rest: Any) -> str:
        made.append(kpi.code)
        return card(kpi, *rest)

    monkeypatch.setattr(kpi_card, "card", counted)
    kept.forget()
    read("dispute-mediation", region="河南")
    once = len(made)
    read("dispute-mediation", region="河南")
    assert once > 0
    assert len(made) == once
    read("dispute-mediation", region="山东")
    assert len(made) == 2 * once
