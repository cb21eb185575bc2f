"""KPIs of the vice-chair projects against values worked out by hand."""

import pytest

from tests.kpis.conftest import BuildKpis, KpiTable

JIAOJIANG, ZHEJIANG, NATION = "331002", "330000", "000000"
PROGRAMME = "vice_chair_projects"
PLACE = {"province_code": "33", "region_code": JIAOJIANG, "reporting_unit": "椒江区总工会"}


def chair(chair_ref: str, term_start: str, **changes: object) -> dict[str, object]:
    return {
        **PLACE,
        "chair_ref": chair_ref,
        "term_no": 2,
        "term_start": term_start,
        "appoint_status": "在任",
        "as_of_date": "2024-05-31",
        "data_basis": "时点",
        **changes,
    }


def project(project_id: str, start_date: str, **changes: object) -> dict[str, object]:
    return {
        **PLACE,
        "project_id": project_id,
        "chair_ref": "A",
        "project_name": project_id,
        "field": "其他",
        "start_date": start_date,
        "project_status": "实施",
        "as_of_date": "2024-05-31",
        "data_basis": "累计",
        **changes,
    }


def checkpoint(
    project_id: str, kind: str, due_period: str, held_date: str | None, **changes: object
) -> dict[str, object]:
    return {
        **PLACE,
        "project_id": project_id,
        "checkpoint_type": kind,
        "due_period": due_period,
        "held_date": held_date,
        "data_basis": "本期",
        **changes,
    }


def output(project_id: str, kind: str, period: str, basis: str, count: float, **changes: object) -> dict[str, object]:
    return {
        **PLACE,
        "project_id": project_id,
        "output_type": kind,
        "report_period": period,
        "data_basis": basis,
        "output_count": count,
        **changes,
    }


@pytest.fixture(scope="module")
def kpis(build_kpis: BuildKpis) -> KpiTable:
    chairs = [
        # The end of this term is still to come when the data end in May.
        chair("A", "2023-01-01", term_end="2024-08-31"),
        chair("B", "2022-05-01", term_end="2024-04-30", appoint_status="期满"),
        # The last day of a term is still a day in office.
        chair("C", "2022-06-01", term_end="2024-05-31"),
        chair("D", "2024-05-20"),
        chair("A", "2024-01-01", origin="demonstration", report_period="2024-03"),
    ]
    projects = [
        project("P1", "2023-12-20", measures_planned=7, measures_done=7, budget_yuan=100000, spent_yuan=85000),
        # Ends one day before the end of April; what it spent is not reported.
        project("P2", "2024-02-15", end_date="2024-04-29", project_status="完成", measures_planned=5, measures_done=2,
                budget_yuan=50000),
        # Its vice-chair is in no register.
        project("P3", "2024-05-01", chair_ref="Z", end_date="2024-05-02", measures_planned=10, measures_done=0),
        # Broken off in April without a date, and still in the register of May.
        project("P4", "2024-03-05", report_period="2024-04", as_of_date="2024-04-20", project_status="终止",
                measures_planned=3, measures_done=0),
        project("P4", "2024-03-05", project_status="终止", measures_planned=3, measures_done=0),
        project("P1", "2024-01-01", origin="demonstration", report_period="2024-03"),
    ]  # fmt: skip
    checkpoints = [
        checkpoint("P1", "月汇报", "2024-01", "2024-01-30"),
        checkpoint("P1", "月汇报", "2024-02", "2024-03-03"),
        checkpoint("P1", "月汇报", "2024-03", "2024-03-15"),
        checkpoint("P1", "月汇报", "2024-04", None),
        checkpoint("P1", "月汇报", "2024-05", "2024-05-31"),
        checkpoint("P1", "季例会", "2024Q1", "2024-03-28"),
        checkpoint("P1", "年评估", "2023", "2024-01-05", result_grade="合格"),
        # Held before their periods end: they count once those have ended.
        checkpoint("P1", "月汇报", "2024-06", "2024-06-10"),
        checkpoint("P1", "半年推进", "2024H1", "2024-06-01"),
        checkpoint("P2", "月汇报", "2024-03", "2024-03-31"),
        # The project was over on the last day of April.
        checkpoint("P2", "月汇报", "2024-04", "2024-04-28"),
        checkpoint("P9", "月汇报", "2024-05", "2024-05-10"),
    ]
    outputs = [
        output("P1", "培训", "2024-03", "累计", 15400),
        output("P1", "培训", "2024-04", "累计", 15500),
        output("P1", "培训", "2024-05", "本期", 60),
        output("P2", "培训", "2024-04", "本期", 40),
        output("P1", "法律服务", "2024-04", "本期", 50, inexact="output_count≥"),
        output("P1", "法律服务", "2024-05", "本期", 3),
        output("P1", "获批试点企业", "2024-04", "累计", 15),
        output("P1", "获批试点企业", "2024-05", "累计", 19),
        output("P2", "获批试点企业", "2024-04", "本期", 2),
        output("P9", "培训", "2024-05", "本期", 999),
    ]
    return build_kpis(
        {
            (PROGRAMME, "vice_chair"): chairs,
            (PROGRAMME, "project"): projects,
            (PROGRAMME, "checkpoint"): checkpoints,
            (PROGRAMME, "output"): outputs,
        }
    )


def test_completion_divides_by_what_was_due_reported_or_not(kpis: KpiTable) -> None:
    row = kpis.row("vc_checkpoint_completion", JIAOJIANG, "2024")
    # Due by 15 June: P1 January to May and Q1 (6); P2 February, March, Q1 (3); P4 March, Q1 (2).
    # Held: P1 January, February, March, May, Q1; P2 March.
    assert (row["numerator"], row["denominator"], row["rows"]) == (6, 11, 11)
    assert (row["target"], row["status"]) == (1.0, "behind")
    assert kpis.row("vc_checkpoint_completion", NATION, "2024")["denominator"] == 11


def test_completion_places_a_checkpoint_in_the_month_its_period_ends(kpis: KpiTable) -> None:
    march = kpis.row("vc_checkpoint_completion", JIAOJIANG, "2024-03")
    # Three monthly reports and three quarterly meetings are due; P1 held both, P2 its report.
    assert (march["numerator"], march["denominator"]) == (3, 6)
    # P1 began on 20 December: month, quarter, half-year and year of 2023 were due; the year was assessed.
    december = kpis.row("vc_checkpoint_completion", JIAOJIANG, "2023-12")
    assert (december["numerator"], december["denominator"]) == (1, 4)
    assert kpis.value("vc_checkpoint_completion", JIAOJIANG, "2024-05") == 1


def test_completion_leaves_out_what_is_not_due_yet(kpis: KpiTable) -> None:
    quarter = kpis.row("vc_checkpoint_completion", JIAOJIANG, "2024Q2")
    # April (not held) and May of P1; June, Q2 and H1 have not ended, P2 was over on 30 April.
    assert (quarter["numerator"], quarter["denominator"]) == (1, 2)
    assert kpis.value("vc_checkpoint_completion", JIAOJIANG, "2024-06") is None


def test_completion_of_a_demonstration_ends_with_its_last_month(kpis: KpiTable) -> None:
    row = kpis.row("vc_checkpoint_completion", JIAOJIANG, "2024", origin="demonstration")
    # January, February, March and Q1; nothing after the last demonstration month.
    assert (row["numerator"], row["denominator"]) == (0, 4)


def test_on_time_is_held_within_the_period(kpis: KpiTable) -> None:
    row = kpis.row("vc_on_time_rate", ZHEJIANG, "2024")
    # Of six held, February was held on 3 March.
    assert (row["numerator"], row["denominator"]) == (5, 6)
    # The assessment of 2023 was held in January.
    assert kpis.value("vc_on_time_rate", ZHEJIANG, "2023") == 0


def test_measure_fulfilment_adds_up_measures_of_projects_begun(kpis: KpiTable) -> None:
    row = kpis.row("vc_measure_fulfilment", JIAOJIANG, "2024-05")
    # (7 + 2 + 0) of (7 + 5 + 3); P3 is left out.
    assert (row["numerator"], row["denominator"], row["value"]) == (9, 15, 0.6)
    assert kpis.value("vc_measure_fulfilment", JIAOJIANG, "2024-01") == 1


def test_budget_execution_counts_projects_that_reported_both(kpis: KpiTable) -> None:
    row = kpis.row("vc_budget_execution", JIAOJIANG, "2024-05")
    # 85 000 of 100 000; P2 reported a budget only.
    assert (row["numerator"], row["denominator"], row["value"]) == (85000, 100000, 0.85)
    assert (row["target"], row["target_upper"], row["status"]) == (0.8, 1.0, "met")


def test_training_counts_what_a_running_figure_adds(kpis: KpiTable) -> None:
    assert kpis.value("vc_training_times", JIAOJIANG, "2024-03") == 15400
    # P1 15 500 - 15 400, P2 40.
    assert kpis.value("vc_training_times", JIAOJIANG, "2024-04") == 140
    assert kpis.value("vc_training_times", JIAOJIANG, "2024-05") == 60
    assert kpis.value("vc_training_times", JIAOJIANG, "2024") == 15600


def test_legal_sessions_of_a_lower_bound_are_a_lower_bound(kpis: KpiTable) -> None:
    year = kpis.row("vc_legal_sessions", JIAOJIANG, "2024")
    assert (year["value"], year["qualifier"]) == (53, "≥")
    may = kpis.row("vc_legal_sessions", JIAOJIANG, "2024-05")
    assert (may["value"], may["qualifier"]) == (3, "")
    # Outputs were reported for March, none of them legal sessions.
    assert kpis.value("vc_legal_sessions", JIAOJIANG, "2024-03") == 0


def test_pilot_enterprises_take_the_latest_running_figure(kpis: KpiTable) -> None:
    # April: P1 15, P2 2. May: P1 19 in place of 15.
    assert kpis.value("vc_pilot_enterprises", JIAOJIANG, "2024-04") == 17
    assert kpis.value("vc_pilot_enterprises", JIAOJIANG, "2024-05") == 21


def test_active_chairs_are_those_in_office_at_period_end(kpis: KpiTable) -> None:
    # April: A, B until the 30th, C. May: A, C until the 31st, D.
    assert kpis.value("vc_active_chairs", JIAOJIANG, "2024-04") == 3
    assert kpis.value("vc_active_chairs", JIAOJIANG, "2024-05") == 3
    # The year has not ended: it is as of the last month reported.
    assert kpis.value("vc_active_chairs", JIAOJIANG, "2024") == 3
    assert kpis.value("vc_active_chairs", JIAOJIANG, "all") == 3
    # A, C and B.
    assert kpis.value("vc_active_chairs", NATION, "2023-06") == 3
    # B alone.
    assert kpis.value("vc_active_chairs", NATION, "2022-05") == 1


def states(kpis: KpiTable, project_id: str, origin: str = "submitted") -> dict[str, list[str]]:
    rows = kpis.query(
        "select checkpoint_state, due_period from mart_vice_chair_projects_calendar"
        " where project_id = ? and origin = ? order by due_on, checkpoint_type",
        [project_id, origin],
    )
    return {
        state: sorted(row["due_period"] for row in rows if row["checkpoint_state"] == state)
        for state in {row["checkpoint_state"] for row in rows}
    }


def test_calendar_tells_held_late_not_held_and_not_due_apart(kpis: KpiTable) -> None:
    found = states(kpis, "P1")
    assert found["on_time"] == ["2024-01", "2024-03", "2024-05", "2024Q1"]
    assert found["late"] == ["2023", "2024-02"]
    # Begun on 20 December: what ended with 2023 was due, and nothing earlier.
    assert found["not_held"] == ["2023-12", "2023H2", "2023Q4", "2024-04"]
    # Today is 15 June: June and the first half were held before they fell due.
    assert found["held_early"] == ["2024-06", "2024H1"]
    assert found["not_due"] == [
        "2024", "2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12", "2024H2", "2024Q2", "2024Q3", "2024Q4",
    ]  # fmt: skip


def test_calendar_ends_with_the_project(kpis: KpiTable) -> None:
    # Over on 29 April: neither April nor the second quarter is asked for.
    assert states(kpis, "P2") == {"on_time": ["2024-03"], "not_held": ["2024-02", "2024Q1"]}
    # Broken off by 20 April.
    assert states(kpis, "P4") == {"not_held": ["2024-03", "2024Q1"]}
    # A checkpoint of a project nobody reported is not in it.
    assert states(kpis, "P9") == {}


def test_calendar_of_a_full_year_has_nineteen_checkpoints(kpis: KpiTable) -> None:
    found = states(kpis, "P1", origin="demonstration")
    # Nothing falls due after the last demonstration month; the rest of the year is still to come.
    assert found["not_held"] == ["2024-01", "2024-02", "2024-03", "2024Q1"]
    assert len(found["not_due"]) == 19 - 4


def test_pledges_keep_what_was_not_reported_apart_from_zero(kpis: KpiTable) -> None:
    rows = kpis.query(
        "select project_id, term_no, term_year, measures_done, measures_planned, spent_yuan from mart_vice_chair_projects_pledges"
        " where origin = 'submitted' and state_to is null order by project_id"
    )
    # P3's vice-chair is in no register; P2 did not report what it spent, P4 neither budget nor money.
    assert [tuple(row.values()) for row in rows] == [
        ("P1", 2, 2023, 7, 7, 85000),
        ("P2", 2, 2023, 2, 5, None),
        ("P4", 2, 2023, 0, 3, None),
    ]
