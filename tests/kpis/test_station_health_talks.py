"""KPIs of the health talks at stations against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable
from tests.support.declared import table

FENGTAI, CHAOYANG, BEIJING, NATION = "110106", "110105", "110000", "000000"
PROGRAMME = "station_health_talks"


def station(station_id: str, period: str, status: str, region: str = FENGTAI) -> dict[str, object]:
    return {
        "station_id": station_id,
        "province_code": "11",
        "region_code": region,
        "reporting_unit": "北京市总工会",
        "report_period": period,
        "station_name": station_id,
        "status": status,
        "as_of_date": f"{period}-28",
        "data_basis": "时点",
    }


def talk(talk_id: str, station_id: str, talk_date: str, consulted: int, **changes: object) -> dict[str, object]:
    return {
        "talk_id": talk_id,
        "province_code": "11",
        "region_code": FENGTAI,
        "reporting_unit": "北京市总工会",
        "station_id": station_id,
        "report_period": talk_date[:7],
        "talk_date": talk_date,
        "hospital": "某医院",
        "consulted": consulted,
        "data_basis": "本期",
        **changes,
    }


def assessment(station_id: str, dimension: str, period: str, score: float) -> dict[str, object]:
    return {
        "station_id": station_id,
        "province_code": "11",
        "region_code": FENGTAI,
        "reporting_unit": "北京市总工会",
        "report_period": period,
        "dimension": dimension,
        "score": score,
        "data_basis": "时点",
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    stations = [
        # Reported once: runs ever since.
        station("ST1", "2024-03", "运行"),
        station("ST2", "2024-03", "运行"),
        station("ST2", "2024-05", "停用"),
        station("ST3", "2024-03", "停用"),
        station("ST3", "2024-05", "运行"),
        station("ST4", "2024-04", "运行", CHAOYANG),
        station("ST4", "2024-05", "运行", CHAOYANG),
        # Closed in May only.
        station("ST5", "2024-04", "运行"),
        station("ST5", "2024-05", "停用"),
        station("ST5", "2024-06", "运行"),
    ]
    talks = [
        talk("1", "ST1", "2024-04-10", 30, doctors=3, new_members=2),
        # The doctors were not reported.
        talk("2", "ST1", "2024-04-20", 20),
        talk("3", "ST2", "2024-04-15", 10, doctors=2),
        talk("4", "ST5", "2024-04-18", 40, doctors=5),
        # At a station that was closed at the time and runs since May.
        talk("5", "ST3", "2024-04-25", 5, doctors=0),
        talk("6", "ST1", "2024-05-06", 24, doctors=4, new_members=6),
        # Nobody counted who joined.
        talk("8", "ST1", "2024-06-03", 12, doctors=2),
        talk("7", "ST9", "2024-05-07", 700, doctors=1, new_members=70),
    ]
    assessments = [
        assessment("ST1", "服务品质", "2024-03", 80),
        assessment("ST2", "服务品质", "2024-03", 90),
        assessment("ST1", "知名度", "2024-03", 60),
        assessment("ST1", "服务品质", "2024-06", 88),
        assessment("ST9", "服务品质", "2024-03", 0),
    ]
    return build_kpis(
        {
            (PROGRAMME, "station"): stations,
            (PROGRAMME, "talk"): talks,
            (PROGRAMME, "assessment"): assessments,
        }
    )


def test_coverage_counts_stations_once_over_those_running_at_period_end(kpis: KpiTable) -> None:
    april = kpis.row("sh_station_coverage", BEIJING, "2024-04")
    # ST1 (twice), ST2 and ST5 of ST1, ST2, ST4, ST5; ST3 was closed.
    assert (april["numerator"], april["denominator"]) == (3, 4)
    may = kpis.row("sh_station_coverage", BEIJING, "2024-05")
    # ST1 of ST1, ST3, ST4.
    assert (may["numerator"], may["denominator"]) == (1, 3)


def test_coverage_of_a_longer_period_asks_who_runs_at_its_end(kpis: KpiTable) -> None:
    quarter = kpis.row("sh_station_coverage", FENGTAI, "2024Q2")
    # Reached in the quarter: ST1, ST2, ST3, ST5. At the end of June ST2 is closed; ST1, ST3, ST5 run.
    assert (quarter["numerator"], quarter["denominator"]) == (3, 3)
    nation = kpis.row("sh_station_coverage", NATION, "2024")
    # ST4 in Chaoyang runs and was never reached.
    assert (nation["numerator"], nation["denominator"], nation["value"]) == (3, 4, 0.75)


def test_coverage_of_a_region_with_stations_and_no_talk_is_zero(kpis: KpiTable) -> None:
    assert kpis.value("sh_station_coverage", CHAOYANG, "2024-05") == 0
    # Nobody reported talks for March: the stations of its register are not 0 of 2.
    assert not kpis.has("sh_station_coverage", FENGTAI, "2024-03")


def test_talks_count_those_of_known_stations(kpis: KpiTable) -> None:
    assert kpis.value("sh_talks", FENGTAI, "2024-04") == 5
    assert kpis.value("sh_talks", NATION, "2024") == 7


def test_consultations_add_up(kpis: KpiTable) -> None:
    # 30 + 20 + 10 + 40 + 5.
    assert kpis.value("sh_consulted", BEIJING, "2024-04") == 105


def test_consultations_per_doctor_leave_out_talks_without_their_doctors(kpis: KpiTable) -> None:
    row = kpis.row("sh_consult_per_doctor", BEIJING, "2024-04")
    # (30 + 10 + 40 + 5) of (3 + 2 + 5 + 0).
    assert (row["numerator"], row["denominator"], row["value"]) == (85, 10, 8.5)


def test_new_members_are_not_zero_where_not_reported(kpis: KpiTable) -> None:
    assert kpis.value("sh_new_members", FENGTAI, "2024-04") == 2
    assert kpis.value("sh_new_members", FENGTAI, "2024Q2") == 8
    assert kpis.row("sh_new_members", FENGTAI, "2024-06")["value"] is None


def test_four_scores_stand_apart(kpis: KpiTable) -> None:
    # (80 + 90) / 2 and 60; ST9 is in no register.
    assert kpis.value("sh_four_score", FENGTAI, "2024Q1", category="服务品质") == 85
    assert kpis.value("sh_four_score", FENGTAI, "2024Q1", category="知名度") == 60
    # (80 + 90 + 88) / 3.
    assert kpis.value("sh_four_score", BEIJING, "2024", category="服务品质") == 86
    assert not kpis.has("sh_four_score", FENGTAI, "2024Q1")


def states(kpis: KpiTable, region: str, period: str) -> dict[str, str]:
    rows = table(kpis.picture("sh_reach_stations", region, period))
    return {row[0]: row[1] for row in rows}


def test_stations_are_reached_in_the_period_before_it_or_never(kpis: KpiTable) -> None:
    # ST3 was reached in April, when it was closed; ST2 and ST5 are closed now.
    assert states(kpis, BEIJING, "2024-05") == {"ST1": "期内办过活动", "ST3": "期内没有，以前办过", "ST4": "从没办过"}


def test_tiles_agree_with_the_coverage_in_every_region_and_period(kpis: KpiTable) -> None:
    rows = kpis.query("select * from mart_kpi_values where kpi = 'sh_station_coverage' and origin = 'submitted'")
    assert len(rows) > 10
    for row in rows:
        found = states(kpis, row["region"], row["period"])
        reached = [one for one in found.values() if one == "期内办过活动"]
        assert (len(reached), len(found)) == (row["numerator"], row["denominator"]), row


def test_pictures_show_four_scores_and_no_total(kpis: KpiTable) -> None:
    scores = kpis.picture("sh_scores", FENGTAI, "2024Q1")
    # (80 + 90) / 2 over two assessments; two dimensions were not reported.
    assert "85.0" in scores
    assert "2 次评分" in scores
    assert scores.count("未报") >= 2
    assert "短板是知名度（60.0分），最高的是服务品质（85.0分）" in scores
    # The mean of everything would be 76.7.
    assert "76.7" not in scores
    reach = kpis.picture("sh_reach_stations", BEIJING, "2024-05")
    assert "期末运行的驿站 3 个，期内办过活动 1 个（33.3%），以前办过 1 个，从没办过 1 个。" in reach
    assert "未报" in kpis.picture("sh_reach_stations", "540000", "2024-05")


def test_many_stations_stand_by_region(kpis: KpiTable) -> None:
    # Where each of the three is too many to be drawn by itself.
    assert kpis.picture("sh_reach_stations", BEIJING, "2024-05", limits=("<= 150", "<= 2")) == ""
    reach = kpis.picture("sh_reach_regions", BEIJING, "2024-05")
    assert "1/1 从没" in reach
    assert "从没办过活动的驿站（1）" in reach
    assert table(reach) == [("朝阳区", "1", "0", "0", "1", "0%"), ("丰台区", "2", "1", "1", "0", "50.0%")]
    assert table(reach, 1) == [("ST4", "从没办过")]
