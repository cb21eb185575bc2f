"""A release of an earlier version opens as it was: without states, keys of records and a decision on small counts."""

from collections.abc import Callable

import pytest

from dashboard.data import values
from tests.dashboard import reader

NOW_ONLY = "is_hidden, hidden_reason, is_backfilled, reported_units, due_units, reported_from, reported_to"
AGED = (
    "alter table dim_kpi rename small_count_limit to mask_below",
    "alter table dim_kpi drop small_count_noun_zh",
    "alter table dim_kpi drop small_count_noun_en",
    "create table shown_then as select * from mart_kpi_values",
    "drop view mart_kpi_values",
    f"create view mart_kpi_values as select * exclude ({NOW_ONLY}) from shown_then",
    *(
        statement
        for programme in ("dispute_mediation", "health_checkup")
        for statement in (
            f"drop view mart_{programme}_kpi_values",
            f"create view mart_{programme}_kpi_values as select * exclude ({NOW_ONLY}) from shown_then where programme = '{programme}'",
        )
    ),
    "drop table mart_dispute_mediation_hidden_cells",
    "drop table mart_health_checkup_hidden_cells",
    "alter table mart_dispute_mediation_coverage rename is_ready to ready_since",
    "alter table mart_dispute_mediation_coverage drop state_from",
    "alter table mart_dispute_mediation_coverage drop state_to",
)


@pytest.fixture
def earlier(at_patched: Callable[..., str]) -> str:
    """The house as an earlier version would have published it."""
    return at_patched(*AGED)


@pytest.mark.parametrize(
    "path", ["", "dispute-mediation", "provinces", "province", "glossary", "data-quality", "cross-checks"]
)
def test_pages_of_an_earlier_release_open(earlier: str, path: str) -> None:
    page = reader.read(path)
    assert page.errors == []
    assert "河南" in page.text or path in ("glossary", "cross-checks", "data-quality")


def test_values_of_an_earlier_release_hide_the_few_by_themselves(earlier: str) -> None:
    shown = values.by_kpi(earlier, "410000", "2024-05", "submitted", "dispute_mediation")
    assert shown
    few = [one for one in shown.values() if one.is_masked]
    assert all(one.value is None and one.numerator is None and one.rows is None for one in few)
    known = [one for one in shown.values() if not one.is_masked and one.numerator is not None]
    assert known
    assert all(
        one.kpi in ("dm_coverage_pref", "dm_coverage_county", "dm_staffing_compliance")
        or not 0 < (one.numerator or 0) < 5
        for one in known
    )
