"""What is hidden is hidden wherever it stands: on the page of records, in answers to questions, in files taken along."""

import re

from dashboard.data import asking, connection, kpis, masking, records, values
from tests.dashboard.reader import read
from warehouse.settings import Settings

LUOYANG, ZHENGZHOU, KAIFENG, HENAN = "410300", "410100", "410200", "410000"
OF_CASES = "fct_dispute_mediation_cases"


def test_three_cases_and_the_smallest_beside_them_are_hidden_in_every_period(
    at_house: Settings, release_id: str
) -> None:
    """Zhengzhou has 3 in May and nothing else; Kaifeng's 7 make ten of them, April stands beside May."""
    found = connection.rows(
        release_id,
        "select region, period, reason, has_values from mart_dispute_mediation_hidden_cells where origin = 'submitted'",
    )
    periods = {"2024-04": False, "2024-05": True, "2024Q2": True, "2024": True, "all": True}
    assert {(row["region"], row["period"]): (row["reason"], row["has_values"]) for row in found} == {
        (region, period): (reason if has_values else "beside", has_values)
        for region, reason in ((ZHENGZHOU, "few"), (KAIFENG, "beside"))
        for period, has_values in periods.items()
    }


def test_province_names_nobody_and_is_shown(at_house: Settings, release_id: str) -> None:
    assert not values.by_kpi(release_id, HENAN, "2024-05", "submitted")["dm_success_rate"].is_masked
    assert masking.hidden_periods(release_id, "dispute_mediation", HENAN, "submitted") == {}


def test_no_kpi_lists_the_records_of_a_hidden_cell(at_house: Settings, release_id: str) -> None:
    of_cases = [kpi for kpi in kpis.of_programme(release_id, "dispute_mediation") if kpi.fact_model == OF_CASES]
    assert len(of_cases) == 7
    for kpi in of_cases:
        for region in (ZHENGZHOU, KAIFENG):
            assert records.behind(release_id, kpi, region, "2024-05", "submitted") is None
            assert records.page(release_id, kpi, region, "2024-05", "submitted", 0, 50) == ()
            assert records.left_out(release_id, kpi, region, "2024-05", "submitted") == records.LeftOut(0, 0)
            page = read("records", kpi=kpi.code, region=region, period="2024-05")
            assert page.errors == [] and not page.app.get("download_button")
            assert "第 1–" not in page.text and "2–" not in page.text


def test_province_lists_no_record_of_its_hidden_cities(at_house: Settings, release_id: str) -> None:
    kpi = kpis.find(release_id, "dm_success_rate")
    assert kpi is not None
    behind = records.behind(release_id, kpi, HENAN, "2024-05", "submitted")
    value = values.by_kpi(release_id, HENAN, "2024-05", "submitted")["dm_success_rate"]
    # Of 26 the 16 of Luoyang.
    assert behind is not None and (value.rows, behind.rows, behind.unlisted) == (26, 16, True)
    assert [one.rows for one in behind.files] == [16]
    place = behind.columns.index("region_code")
    shown = records.page(release_id, kpi, HENAN, "2024-05", "submitted", 0, 100)
    assert {row[place] for row in shown} == {LUOYANG}
    assert "有的记录不列出" in read("records", kpi="dm_success_rate", region="河南", period="2024-05").text


def test_hidden_beside_reads_otherwise_than_few(at_house: Settings, release_id: str) -> None:
    assert "少于5件，不显示" in read("dispute-mediation", region="河南 › 郑州市").text
    beside = read("dispute-mediation", region="河南 › 开封市").text
    assert "不单列" in beside and "少于5件" not in beside
    assert not re.search(r"\d\s*件有补贴|计入\s*\d", beside)


def test_answers_hold_nothing_of_hidden_cells(at_house: Settings, release_id: str) -> None:
    answer = asking.ask(
        release_id,
        f"select distinct numerator, denominator, value, rows, target, as_of, is_hidden from mart_kpi_values where region = '{KAIFENG}'"
        " and origin = 'submitted' and kpi like 'dm_%' and kpi in (select kpi from dim_kpi where small_count_limit is not null)",
    )
    assert answer.rows == ((None, None, None, None, None, None, True),)
