"""The values of the KPIs, masked where few are counted."""

import pytest

from dashboard.data import kpis, origins, periods, records, scores, values
from warehouse.answers import telling
from warehouse.settings import Settings

LUOYANG, ZHENGZHOU, KAIFENG, HENAN = "410300", "410100", "410200", "410000"


def test_values_come_with_numerator_and_denominator(release_id: str, at_house: Settings) -> None:
    value = values.by_kpi(release_id, LUOYANG, "2024-05", "submitted")["dm_success_rate"]
    assert (value.value, value.numerator, value.denominator) == (0.625, 10, 16)


def test_fewer_than_five_are_masked_with_everything_that_tells_them(release_id: str, at_house: Settings) -> None:
    value = values.by_kpi(release_id, ZHENGZHOU, "2024-05", "submitted")["dm_success_rate"]
    assert value.is_masked
    assert (value.value, value.numerator, value.denominator, value.rows) == (None, None, None, None)


def test_small_denominator_masks_too(release_id: str, at_house: Settings) -> None:
    value = values.by_kpi(release_id, ZHENGZHOU, "2024-05", "submitted")["dm_confirm_rate"]
    assert value.is_masked


def test_hidden_value_tells_neither_status_nor_date(release_id: str, at_house: Settings) -> None:
    for region, is_beside in ((ZHENGZHOU, False), (KAIFENG, True)):
        value = values.by_kpi(release_id, region, "2024-05", "submitted")["dm_days_median"]
        assert (value.is_masked, value.is_beside_few, value.status) == (True, is_beside, "no_data")
        assert (value.target, value.as_of, value.provinces_reported, value.qualifier) == (None, None, None, "")


def test_series_is_in_order_of_time(release_id: str, at_house: Settings) -> None:
    series = values.series(release_id, LUOYANG, "month", "submitted", "dispute_mediation")["dm_success_rate"]
    assert [(one.period, one.value) for one in series] == [("2024-04", 0.5), ("2024-05", 0.625)]


def test_regions_below_have_their_own_values(release_id: str, at_house: Settings) -> None:
    found = values.by_region(release_id, "dm_success_rate", HENAN, "2024-05", "submitted")
    assert found[LUOYANG].value == 0.625
    assert found[ZHENGZHOU].is_masked


def test_origins_follow_what_a_programme_holds(release_id: str, at_house: Settings) -> None:
    assert origins.shown(release_id, "dispute_mediation", "auto") == "submitted"
    assert origins.shown(release_id, "dispute_mediation", "demo") == "submitted"
    assert origins.shown(release_id, "health_checkup", "auto") == "demonstration"
    assert origins.shown(release_id, "health_checkup", "real") == "submitted"
    assert origins.shown(release_id, "culture_block", "auto") == "submitted"


def test_every_counted_row_is_found_behind_its_number(release_id: str, at_house: Settings) -> None:
    """The files listed behind a KPI hold exactly as many rows as the KPI counts."""
    different = []
    for kpi in kpis.all_kpis(release_id):
        origin = origins.shown(release_id, kpi.programme, "auto")
        for region, period in ((LUOYANG, "2024-05"), (HENAN, "2024"), ("370000", "2024-05"), ("000000", "all")):
            value = values.by_kpi(release_id, region, period, origin).get(kpi.code)
            behind = records.behind(release_id, kpi, region, period, origin)
            if value is None or value.is_masked:
                continue
            # Rows of hidden cells inside are counted and not listed.
            if (
                behind is None
                or (behind.rows < (value.rows or 0) if behind.unlisted else behind.rows == value.rows) is False
            ):
                different.append((kpi.code, region, period, value.rows, behind and behind.rows))
    assert different == []


def test_rows_behind_name_file_and_lines(release_id: str, at_house: Settings) -> None:
    kpi = kpis.find(release_id, "dm_success_rate")
    assert kpi is not None
    behind = records.behind(release_id, kpi, LUOYANG, "2024-05", "submitted")
    assert behind is not None
    assert [(one.rows, one.lines) for one in behind.files] == [(16, "2–17")]
    assert behind.files[0].sha256 is not None
    assert len(behind.files[0].sha256) == 64


@pytest.mark.parametrize(("numbers", "short"), [([], ""), ([3], "3"), ([2, 3, 4, 9, 11, 12], "2–4, 9, 11–12")])
def test_lines_are_written_short(numbers: list[int], short: str) -> None:
    assert records.ranges(numbers) == short


def test_scores_count_kpis_with_targets(release_id: str, at_house: Settings) -> None:
    judged = scores.judged(release_id, "000000", periods.latest(release_id, "auto"), "auto")
    assert all(one.value.status in telling.WITH_TARGET for one in judged)
    assert [one.gap for one in judged if one.value.status == "behind"] == sorted(
        (one.gap for one in judged if one.value.status == "behind"), reverse=True
    )
    assert scores.by_province(release_id, "2024-05", "auto")[HENAN].judged >= 1


@pytest.mark.parametrize(
    ("grain", "period", "shown"),
    [
        ("month", "2024-05", "2024-05"),
        ("quarter", "2024-05", "2024Q1"),
        ("quarter", "2024-06", "2024Q2"),
        ("quarter", "2024-02", "2023Q4"),
        ("quarter", "2023-12", "2023Q4"),
        ("quarter", "2024Q2", "2024Q2"),
        ("quarter", "2024", "2024"),
        ("quarter", "all", "all"),
        ("year", "2024-05", "2024"),
        ("year", "2024Q2", "2024"),
    ],
)
def test_rhythm_decides_which_period_is_shown(grain: str, period: str, shown: str) -> None:
    assert values.period_of(grain, period) == shown
