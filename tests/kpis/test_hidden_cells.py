"""Which cells are hidden, worked out by hand, and what an analyst is told whose `small_counts` is wrong."""

from typing import Any

import jinja2
import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.kpis.test_health_checkup import PROGRAMME, centre, session
from warehouse.settings import DBT_PROJECT

QINGDAO, JINAN, YANTAI, SHANDONG = "370200", "370100", "370600", "370000"


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    def month(region: str, number: str, checked: int, abnormal: int, when: str) -> dict[str, object]:
        return session(
            number, when, "快递员", checked, checked, region_code=region, centre_id=region, abnormal_persons=abnormal
        )

    sessions = [
        # Three findings of a hundred persons; the next month has enough.
        month(QINGDAO, "1", 100, 3, "2024-04-10"),
        month(QINGDAO, "2", 100, 20, "2024-05-10"),
        # The smallest other city.
        month(JINAN, "3", 50, 15, "2024-04-11"),
        month(JINAN, "4", 60, 16, "2024-05-11"),
        month(YANTAI, "5", 200, 30, "2024-04-12"),
        month(YANTAI, "6", 200, 40, "2024-05-12"),
    ]
    return build_kpis(
        {
            (PROGRAMME, "centre"): [centre(city, 6000, region_code=city) for city in (QINGDAO, JINAN, YANTAI)],
            (PROGRAMME, "session"): sessions,
        }
    )


def hidden(kpis: KpiTable) -> dict[tuple[str, str], str]:
    rows = kpis.query("select region, period, reason from mart_health_checkup_hidden_cells")
    return {(row["region"], row["period"]): row["reason"] for row in rows}


def test_few_findings_hide_a_rectangle_of_two_cities_and_two_months(kpis: KpiTable) -> None:
    """One person more of 青岛 in April and one fewer in May, the other way round in 济南, leaves every shown sum as it is."""
    assert hidden(kpis) == {
        (QINGDAO, "2024-04"): "few",
        (QINGDAO, "2024-05"): "beside",
        (JINAN, "2024-04"): "beside",
        (JINAN, "2024-05"): "beside",
    }


def test_all_kpis_of_a_hidden_cell_say_so_and_keep_their_numbers_for_the_machine(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select kpi, is_hidden, hidden_reason, numerator from mart_kpi_values where region = ? and period = '2024-04'"
        " and category is null and origin = 'submitted'",
        [QINGDAO],
    )
    assert {row["kpi"] for row in rows} == {
        "hc_target_progress",
        "hc_persons",
        "hc_abnormal_rate",
        "hc_followup_rate",
        "hc_cost_per_person",
        "hc_member_share",
    }
    assert {(row["is_hidden"], row["hidden_reason"]) for row in rows} == {(True, "few")}
    assert {row["numerator"] for row in rows if row["kpi"] == "hc_abnormal_rate"} == {3}


@pytest.mark.parametrize(("region", "period"), [(QINGDAO, "2024Q2"), (YANTAI, "2024-04"), (SHANDONG, "2024-04")])
def test_sums_and_other_cities_stay_shown(kpis: KpiTable, region: str, period: str) -> None:
    row = kpis.row("hc_abnormal_rate", region, period)
    assert row is not None and (row["is_hidden"], row["hidden_reason"]) == (False, None)


class Mistake(Exception):
    """What the compiler says."""


class _Exceptions:
    def raise_compiler_error(self, message: str) -> None:
        raise Mistake(message)


def checked(rule: object) -> None:
    source = (DBT_PROJECT / "macros" / "kpis" / "hidden_cells.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals.update({"exceptions": _Exceptions(), "return": lambda value: ""})
    macros: Any = environment.from_string(source).module
    macros.checked_small_counts(
        {"patch_path": "unionboard://models/x/fct_x_y.yml", "config": {"meta": {"small_counts": rule}}}
    )


RIGHT = {"limit": 5, "below": "province", "noun": {"zh": "件", "en": "cases"}}


def test_rule_as_it_should_be_is_taken() -> None:
    checked(RIGHT)
    checked({"limit": 5, "rows": False, "noun": {"zh": "人", "en": "persons"}})


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (5, "needs limit and noun"),
        ({**RIGHT, "mask_below": 5}, 'unknown key "mask_below"'),
        ({**RIGHT, "limit": "five"}, 'limit is "five"'),
        ({**RIGHT, "limit": 1}, 'limit is "1"'),
        ({**RIGHT, "below": "town"}, 'below is "town"'),
        ({**RIGHT, "rows": "no"}, 'rows is "no"'),
        ({**RIGHT, "noun": {"zh": "件"}}, "noun needs zh and en"),
    ],
)
def test_mistake_names_the_file_and_the_key(rule: object, key: str) -> None:
    with pytest.raises(Mistake) as told:
        checked(rule)
    assert "models/x/fct_x_y.yml: small_counts: " in str(told.value) and key in str(told.value)
