"""我的报送: what a unit owed and what became of it; an office sees its own unit and no other."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from dashboard.data import duties
from dashboard.data.duties import Duty, Sent
from tests.dashboard.house import MARKED_NAME
from tests.dashboard.reader import read
from tests.dashboard.test_front_door import TODAY, refused, report
from warehouse.access import scopes
from warehouse.access.scopes import Scope
from warehouse.settings import Settings

SENT = Sent("p", "case", "41", "2024-05", 8, False, ("a.csv",), 0, datetime(2024, 6, 8, 3))


@pytest.mark.parametrize(
    ("sent", "refusals", "state", "late"),
    [
        (SENT, (), "accepted", 0),
        # 10 June 17:00 UTC is the 11th in China.
        (replace(SENT, received_at=datetime(2024, 6, 10, 17)), (), "late", 1),
        (replace(SENT, is_zero_report=True, row_count=0), (), "zero", 0),
        (replace(SENT, rows_quarantined=5), (refused(),), "partly", 0),
        (None, (refused(),), "refused", 5),
        (None, (), "overdue", 5),
    ],
)
def test_duty_says_what_became_of_it(sent: Sent | None, refusals: tuple[Any, ...], state: str, late: int) -> None:
    one = Duty(report(), sent, refusals)
    assert (one.state(TODAY), one.days_late(TODAY)) == (state, late)


def test_duty_is_not_overdue_before_its_day() -> None:
    one = Duty(report(due_date=date(2024, 6, 20)), None)
    assert (one.state(TODAY), one.days_late(TODAY)) == ("waiting", 0)


def test_made_up_records_are_never_late() -> None:
    lying = Duty(report(origin="demonstration"), replace(SENT, received_at=datetime(2026, 1, 1)))
    assert (lying.state(TODAY), lying.days_late(TODAY)) == ("accepted", 0)


def test_correction_does_not_make_the_first_report_late() -> None:
    corrected = replace(SENT, files=("a_更正1.csv",), received_at=datetime(2024, 7, 1))
    first_came = datetime(2024, 6, 9)
    in_time = report(is_received=True, is_late=False, received_at=first_came)
    assert Duty(in_time, corrected).state(TODAY) == "accepted"
    late = report(is_received=True, is_late=True, received_at=datetime(2024, 6, 12))
    assert Duty(late, corrected).days_late(TODAY) == 2


def test_unit_owes_what_it_has_reported_since_it_first_did(at_house: Settings, release_id: str) -> None:
    """Luoyang sent cases of April and May in one file; Zhengzhou only of May."""
    found = duties.of_unit(release_id, "auto", MARKED_NAME, "2024-05", ())
    cases = {one.report.report_period: one for one in found if one.report.table_name == "case"}
    assert set(cases) == {"2024-05"}
    [may] = [one for one in found if one.report.table_name == "case" and one.report.report_period == "2024-05"]
    assert may.sent is not None and may.sent.files == ("dispute_mediation/河南_劳动争议裁调对接_案件表_202405.csv",)
    # Cases may be too few to count.
    assert may.sent.row_count is None


def test_office_sees_its_own_unit_only(at_house: Settings, release_id: str) -> None:
    office = Scope(("410100",), units=("郑州市总工会",))
    with scopes.inside(office):
        assert duties.units(release_id, "auto") == ("郑州市总工会",)
        assert duties.of_unit(release_id, "auto", MARKED_NAME, "2024-05", ()) == ()
        own = duties.of_unit(release_id, "auto", "郑州市总工会", "2024-05", ())
        assert {one.report.province_code for one in own} == {"41"}
    everywhere = duties.units(release_id, "auto")
    assert len(everywhere) > 3
    assert "郑州市总工会" in duties.units(release_id, "auto", "41")
    assert "郑州市总工会" not in duties.units(release_id, "auto", "31")


def test_name_of_another_regions_office_shows_nothing_of_it(at_house: Settings, release_id: str) -> None:
    with scopes.inside(Scope(("440000",), units=("郑州市总工会",))):
        assert duties.of_unit(release_id, "auto", "郑州市总工会", "2024-05", ()) == ()


@pytest.mark.parametrize("language", ["中文", "EN"])
def test_page_lists_the_unit_that_its_address_names(at_house: Settings, language: str) -> None:
    page = read("duties", unit="郑州市总工会", lang=language)
    assert page.errors == []
    assert page.app.selectbox(key="unit").value == "郑州市总工会"
    assert "河南_劳动争议裁调对接_案件表_202405.csv" in page.text
    assert ("不显示" if language == "中文" else "not shown") in page.text


def test_units_of_another_region_are_not_chosen_by_themselves(at_house: Settings) -> None:
    page = read("duties", region="上海")
    assert page.errors == []
    offered = [unit for box in page.app.selectbox if box.key == "unit" for unit in box.options]
    assert "郑州市总工会" not in offered and "郑州市总工会" not in page.text
    assert "郑州市总工会" in read("duties", region="上海", unit="郑州市总工会").text
