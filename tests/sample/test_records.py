"""Demonstration records: accepted by their contracts, the same every time, complete for all provinces and months."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.sample import checked
from warehouse import settings
from warehouse.contracts import Table, all_tables
from warehouse.intake.folder.one_file import judge
from warehouse.sample import window, write_sample
from warehouse.sample.plan import MONTHS_MISSING

SEEDS = settings.CHECKOUT / "seeds"
SETTINGS = settings.load(seeds=SEEDS)
MAIN_TABLES = {
    "culture_block": "activity",
    "dispute_mediation": "case",
    "gba_studio_alliance": "activity",
    "health_checkup": "session",
    "innovation_expo": "benefit",
    "model_worker_tourism": "shift",
    "skills_to_community": "event",
    "social_org_federation": "service_site",
    "station_health_talks": "talk",
    "vice_chair_projects": "checkpoint",
    "women_innovation_studios": "result",
}
Records = Mapping[tuple[str, str], pl.DataFrame]


def test_shipped_files_are_what_the_command_writes(made: Path) -> None:
    shipped = {path.relative_to(SEEDS): path.read_bytes() for path in SEEDS.glob("*/演示_*")}
    assert {path.relative_to(made): path.read_bytes() for path in made.glob("*/*")} == shipped


def test_shipped_files_stay_small(made: Path) -> None:
    sizes = [path.stat().st_size for path in made.glob("*/*")]
    assert len(sizes) == 32
    assert sum(sizes) < 4_300_000


def test_bytes_are_the_same_on_every_machine(tmp_path: Path) -> None:
    (path,) = write_sample(500, "skills_to_community", tmp_path, 7, SETTINGS)
    assert (
        hashlib.sha256(path.read_bytes()).hexdigest()
        == "80b0394cc069aca41916d68c6e25b419c69b49fb4c68fdd40e27a63beaafd547"
    )


def test_another_seed_gives_other_records(tmp_path: Path) -> None:
    (one,) = write_sample(50, "skills_to_community", tmp_path / "1", 1, SETTINGS)
    (two,) = write_sample(50, "skills_to_community", tmp_path / "2", 2, SETTINGS)
    assert one.read_bytes() != two.read_bytes()


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: ".".join(table.key))
def test_records_satisfy_their_contract(records: Records, table: Table) -> None:
    assert checked.faults(records[table.key], table) == []


@pytest.mark.parametrize(
    "table", [table for table in all_tables() if table.parents], ids=lambda table: ".".join(table.key)
)
def test_records_have_their_parents(records: Records, table: Table) -> None:
    for parent in table.parents:
        known = records[table.programme, parent.table]
        assert records[table.key].join(known, on=parent.column, how="anti").is_empty()


@pytest.mark.parametrize(
    "table",
    [table for table in all_tables() if table.programme != "gba_studio_alliance"],
    ids=lambda table: ".".join(table.key),
)
def test_all_provinces_are_there(records: Records, table: Table) -> None:
    assert records[table.key]["province_code"].n_unique() == 31


def test_what_is_due_has_come_apart_from_the_declared_gaps(records: Records) -> None:
    calendar = pl.read_csv(SEEDS / "reference" / "reporting_calendar.csv", infer_schema=False)
    names = dict(
        pl.read_csv(SEEDS / "reference" / "provinces.csv", infer_schema=False)[
            "province_name", "province_code"
        ].iter_rows()
    )
    step = {"monthly": 1, "quarterly": 3, "yearly": 12}
    absent, declared = [], []
    for due in calendar.filter(pl.col("due_regions").is_null()).iter_rows(named=True):
        key = (due["programme"], due["table_name"])
        sent = set(records[key]["province_code", "report_period"].iter_rows())
        first, last = (window.index_of(*map(int, due[name].split("-"))) for name in ("first_period", "last_period"))
        for month in range(first, last + 1, step[due["frequency"]]):
            for name, code in names.items():
                if code > "70":
                    continue
                if (name, window.period_of(month)) not in sent:
                    absent.append((*key, code, month))
                if month >= window.MONTHS - MONTHS_MISSING.get(key, {}).get(code, 0):
                    declared.append((*key, code, month))
    assert absent == declared
    assert absent


def test_demonstration_is_marked_in_every_row(records: Records) -> None:
    for frame in records.values():
        assert frame["reporting_unit"].str.ends_with("（演示）").all()


def test_cases_are_reported_again_when_they_close(records: Records) -> None:
    cases = records["dispute_mediation", "case"].sort("report_period")
    twice = (
        cases.group_by("centre_id", "case_no", maintain_order=True)
        .agg("outcome", "report_period")
        .filter(pl.col("outcome").list.len() == 2)
    )
    assert twice.height == cases.height // 5
    assert (twice["outcome"].list.first() == "在办").all()
    still_open = twice.filter(pl.col("outcome").list.last() == "在办")
    assert still_open.height < twice.height / 10
    assert (still_open["report_period"].list.last() >= "2024-04").all()
    assert (twice["report_period"].list.first() < twice["report_period"].list.last()).all()


def test_nothing_is_known_after_the_month_it_is_reported_for(records: Records) -> None:
    for table in all_tables():
        if table.key == ("vice_chair_projects", "checkpoint"):
            continue
        frame = records[table.key].with_columns(
            (pl.col("report_period") + "-01").str.to_date().dt.month_end().alias("until")
        )
        for column in table.columns:
            if column.type == "date" and column.not_future:
                assert frame.filter(pl.col(column.name) > pl.col("until")).is_empty(), (table.key, column.name)


def test_sessions_come_after_their_centre_has_opened(records: Records) -> None:
    centres = records["health_checkup", "centre"].group_by("centre_id").agg(pl.col("opened_on").max())
    sessions = records["health_checkup", "session"].join(centres, on="centre_id")
    assert (sessions["session_date"] >= sessions["opened_on"]).all()


def test_cases_come_after_their_centre_was_founded(records: Records) -> None:
    centres = records["dispute_mediation", "centre"].group_by("centre_id").agg(pl.col("established_on").max())
    cases = records["dispute_mediation", "case"].join(centres, on="centre_id")
    assert (cases["referred_on"] >= cases["established_on"]).all()


def test_incubation_goes_forward(records: Records) -> None:
    order = ["入驻", "培育", "出壳", "单独建会"]
    steps = (
        records["social_org_federation", "incubation"]
        .filter(pl.col("stage").is_in(order))
        .unique(["org_uscc", "stage"])
        .with_columns(pl.col("stage").replace_strict(order, range(4)).alias("step"))
        .sort("org_uscc", "step")
        .with_columns(pl.col("stage_date").shift(1).over("org_uscc").alias("before"))
    )
    assert steps.filter(pl.col("stage_date") < pl.col("before")).is_empty()


def test_henan_lists_every_county_and_jiyuan_as_a_prefecture(records: Records) -> None:
    henan = records["dispute_mediation", "centre"].filter(pl.col("province_code") == "河南省").unique("region_code")
    levels = dict(henan.group_by("centre_level").len().iter_rows())
    assert levels == {"省": 1, "市(示范区)": 18, "县(市、区)": 156}
    assert henan.filter(pl.col("region_code") == "419001")["centre_level"].to_list() == ["市(示范区)"]


@pytest.mark.parametrize("rows", [1, 40, 5_000])
@pytest.mark.parametrize("programme", MAIN_TABLES)
def test_any_number_of_rows_is_exact_and_clean(tmp_path: Path, programme: str, rows: int) -> None:
    write_sample(rows, programme, tmp_path, 3, SETTINGS)
    for table in all_tables():
        if table.programme == programme:
            (path,) = tmp_path.glob(f"{programme}/演示_*_{table.name_zh}.csv")
            frame = checked.read(path, table)
            assert checked.faults(frame, table) == []
            if table.name == MAIN_TABLES[programme]:
                assert frame.height == rows


def test_many_rows_are_made_in_batches_without_a_seam(tmp_path: Path) -> None:
    (path,) = write_sample(450_000, "skills_to_community", tmp_path, 1, SETTINGS)
    frame = pl.read_csv(path, infer_schema=False)
    assert frame.height == frame["活动编号"].n_unique() == 450_000


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: ".".join(table.key))
def test_intake_takes_every_shipped_row_without_a_warning(table: Table) -> None:
    (path,) = (SEEDS / table.programme).glob(f"演示_*_{table.name_zh}.csv")
    judgement = judge(path, settings.load(seeds=SEEDS, today=date(2024, 6, 1)))
    assert judgement is not None
    receipt = judgement.receipt.as_json()
    assert (receipt["status"], receipt["programme"], receipt["table"]) == ("accepted", *table.key)
    assert receipt["rows_accepted"] == receipt["rows_in"] > 0


def test_unknown_programme_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"没有项目 nobody.*dispute_mediation"):
        write_sample(1, "nobody", tmp_path, 1, SETTINGS)


def test_supervision_and_exchanges_are_on_record_from_the_first_that_fell_due(records: Records) -> None:
    projects = records["vice_chair_projects", "project"].unique("project_id")
    months = (
        records["vice_chair_projects", "checkpoint"]
        .filter(checkpoint_type="月汇报")
        .group_by("project_id")
        .agg(pl.col("due_period").min().alias("first"), pl.col("held_date").count().alias("held"))
        .join(projects, on="project_id")
        .with_columns(pl.col("start_date").dt.strftime("%Y-%m").alias("due"))
    )
    assert months.height == projects.height
    # Of what fell due little is left out; a project's very first report may be among it.
    assert months.filter(pl.col("first") == pl.col("due")).height >= 0.9 * projects.height
    assert (months["held"] > 0).all()
    assert (months["due"] < "2021-01").any()

    founded = (
        records["gba_studio_alliance", "sub_alliance"]
        .unique("sub_id")
        .with_columns(
            pl.format("{}Q{}", pl.col("founded_on").dt.year(), pl.col("founded_on").dt.quarter()).alias("due")
        )
    )
    first = records["gba_studio_alliance", "activity"].group_by("sub_id").agg(pl.col("quarter").min())
    assert founded.join(first, on="sub_id").filter(pl.col("quarter") == pl.col("due")).height == founded.height == 12
