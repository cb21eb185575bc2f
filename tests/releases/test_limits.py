"""A new release that is beyond the limits waits for a word; what offices do every day does not."""

from pathlib import Path

import duckdb
import pytest

from tests.support.files import case, centre, write_csv
from warehouse import refresh as refreshing
from warehouse.command.status import status
from warehouse.releases import current_values, held, limits, release
from warehouse.releases.limits import Limit
from warehouse.settings import Settings

FOLDER = "dispute_mediation"
CENTRES = f"{FOLDER}/河南_劳动争议裁调对接_调解中心_202405.csv"
CASES = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405.csv"
LIMITS = [Limit("rows_fall", "", 0.5, 100), Limit("kpi_swing", "", 10, 100)]


def workers(settings: Settings) -> float:
    selection = current_values.Selection(kpi="dm_workers", region="000000", period="2024-05", origin="submitted")
    value: float = current_values.kpi_values(settings, selection)[0]["value"]
    return value


def test_amounts_in_another_unit_wait_for_a_word_and_a_removal_does_not(installation: Settings) -> None:
    seeds = installation.seeds
    write_csv(seeds / CENTRES, FOLDER, "centre", [centre()])
    first_cases = write_csv(seeds / CASES, FOLDER, "case", [case(f"A{number}") for number in range(120)])
    first = refreshing.refresh(installation)
    assert first.published, first.reason

    # 120 cases of 2 workers, then 20 of 20 000: 2 a case becomes 2 858.9 a case.
    huge = [case(f"B{number}", workers_involved=20_000, reporting_unit="郑州市总工会") for number in range(20)]
    second_cases = write_csv(seeds / CASES.replace("_202405", "_郑州市总工会_202405"), FOLDER, "case", huge)
    second = refreshing.refresh(installation)
    assert (second.published, second.exit_code, second.outcome) == (False, 1, "held")
    assert workers(installation) == 240
    document = second.as_json()
    assert document["release"] == first.release
    [reason] = [
        one for one in document["held"]["reasons"] if one["subject"] == "dm_workers" and one["period"] == "2024"
    ]
    assert (reason["check"], reason["before"], reason["after"], reason["limit"]) == ("kpi_swing", 240, 400_240, 10)
    assert "unionboard confirm" in document["reason"]
    assert status(installation)["held"]["release"] == document["held"]["release"]

    # Asked again it is still waiting, without being built again; a word publishes what was tested.
    again = refreshing.refresh(installation)
    assert (again.outcome, again.seconds["build"]) == ("held", 0)
    published = refreshing.confirm_held(installation)
    assert published.id == document["held"]["release"]
    assert workers(installation) == 400_240
    assert (refreshing.refresh(installation).outcome, held.current(installation)) == ("unchanged", None)

    # Nearly all rows go, because their files went: that is meant.
    first_cases.unlink()
    second_cases.unlink()
    third = refreshing.refresh(installation)
    assert (third.published, third.exit_code) == (True, 0), third.reason


def build(
    path: Path, rows: dict[str, int], *, files: tuple[str, ...] = (), units: dict[str, str] | None = None
) -> Path:
    """A release as far as limits look at it: rows of a fact by report id; the files there; units (name/province) by report id."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table dim_file (report_id varchar, programme varchar)")
        connection.executemany("insert into dim_file values (?, 'p')", [[name] for name in files or rows])
        connection.execute(
            "create table fct_submissions (submission_id varchar, origin varchar, programme varchar, table_name varchar,"
            " reporting_unit varchar, report_period varchar, province_code varchar, region_code varchar)"
        )
        connection.execute("create table fct_p_rows (origin varchar, submission_id varchar, report_id varchar)")
        for report, count in rows.items():
            unit, _, province = (units or {}).get(report, report).partition("/")
            place = province or "41"
            connection.execute(
                "insert into fct_submissions values (?, 'submitted', 'p', 'rows', ?, '2024-05', ?, ?)",
                [report, unit, place, f"{place}0000"],
            )
            connection.execute(f"insert into fct_p_rows select 'submitted', '{report}', '{report}' from range({count})")
        connection.execute(
            "create table mart_kpi_values (programme varchar, kpi varchar, region varchar, period varchar, origin varchar,"
            " category varchar, value double, rows bigint)"
        )
        connection.execute("create table dim_kpi (kpi varchar, label_zh varchar, label_en varchar, is_ratio boolean)")
    return path


@pytest.mark.parametrize(
    ("before", "after", "files", "units", "told"),
    [
        ({"a": 200}, {"a": 90}, ("a",), {}, True),
        ({"a": 200}, {"a": 100}, ("a",), {}, False),
        ({"a": 99}, {"a": 1}, ("a",), {}, False),
        # The file is there but refused now: a rule became stricter.
        ({"a": 200, "b": 10}, {"b": 10}, ("a", "b"), {}, True),
        # The file went.
        ({"a": 200, "b": 10}, {"b": 10}, ("b",), {}, False),
        # A confirmed correction of the same submission stands in its place.
        ({"a": 200}, {"c": 20}, ("a", "c"), {"a": "洛阳", "c": "洛阳"}, False),
        # An office of the same name in another province takes nothing away.
        ({"a": 200}, {"c": 20}, ("a", "c"), {"a": "市总工会/41", "c": "市总工会/42"}, True),
        ({"a": 200, "b": 150}, {"b": 20}, ("b",), {}, True),
    ],
)  # fmt: skip
def test_rows_that_nobody_took_away_may_not_fall_beyond_the_limit(
    tmp_path: Path,
    before: dict[str, int],
    after: dict[str, int],
    files: tuple[str, ...],
    units: dict[str, str],
    told: bool,
) -> None:
    earlier = build(tmp_path / "before.duckdb", before, units=units)
    later = build(tmp_path / "after.duckdb", after, files=files, units=units)
    found = limits.beyond(earlier, later, LIMITS)
    assert [excess.subject for excess in found] == (["fct_p_rows"] if told else [])


def test_line_of_a_programme_stands_in_for_the_line_for_all(tmp_path: Path) -> None:
    earlier = build(tmp_path / "before.duckdb", {"a": 200})
    later = build(tmp_path / "after.duckdb", {"a": 90})
    assert limits.beyond(earlier, later, [*LIMITS, Limit("rows_fall", "p", 0.9, 100)]) == []
    assert limits.beyond(earlier, later, [Limit("rows_fall", "q", 0.5, 100)]) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rows_rise,,0.5,100,", "第2行 check_name 列"),
        ("rows_fall,,half,100,", "第2行 limit_value、from_rows 列"),
        ("rows_fall,,50,100,", "第2行 limit_value 列"),
        ("kpi_swing,,0.5,100,", "第2行 limit_value 列"),
    ],
)
def test_limit_that_makes_no_sense_is_named(tmp_path: Path, line: str, told: str) -> None:
    from warehouse import settings as settings_module

    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / limits.FILE).write_text(
        f"check_name,programme,limit_value,from_rows,note_zh\n{line}\n", encoding="utf-8"
    )
    with pytest.raises(limits.LimitsError, match=told):
        limits.read(settings_module.load(seeds=tmp_path, home=tmp_path / "home"))


def test_shipped_limits_can_be_read(installation: Settings) -> None:
    assert limits.read(installation) == LIMITS
    assert release.current(installation) is None
