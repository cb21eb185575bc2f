"""Programmes, targets, the reporting calendar and values of other ministries: closed lists that refer to each other."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.reference.lists import REFERENCE, header, read
from warehouse import contracts
from warehouse.settings import DBT_PROJECT

DESCRIPTIONS = DBT_PROJECT / "models" / "core" / "_reference__seeds.yml"
FLAGS = {"true", "false"}


def test_programmes_are_the_eleven_in_order() -> None:
    programmes = read("programmes")
    assert [programme["sort_order"] for programme in programmes] == [str(number) for number in range(1, 12)]
    assert {programme["programme"] for programme in programmes} == {
        contract.programme for contract in contracts.all_tables()
    }
    assert [p["programme"] for p in programmes if p["is_ranked"] == "false"] == ["gba_studio_alliance"]
    regions = {region["region_code"] for region in read("regions")}
    for programme in programmes:
        assert programme["pilot_region_code"] in regions
        assert all(programme.values()), programme


def test_programmes_are_told_apart_by_their_file_words() -> None:
    words = [programme["file_word"] for programme in read("programmes")]
    assert len(set(words)) == 11
    assert all("_" not in word for word in words)


def test_targets_are_numbers_from_a_source() -> None:
    figures = {figure["figure_id"]: figure for figure in read("published_figures")}
    regions = {region["region_code"] for region in read("regions")}
    for target in read("targets"):
        assert target["region_code"] in regions
        assert target["scope"] in ("self", "within")
        assert target["pace"] in ("standard", "milestone")
        assert float(target["target"]) > 0
        assert target["source_zh"]
        if target["source_figure_id"]:
            assert figures[target["source_figure_id"]]["value"], target


def test_targets_taken_from_a_figure_equal_it() -> None:
    figures = {figure["figure_id"]: figure for figure in read("published_figures")}
    for kpi in ("dm_coverage_pref", "dm_coverage_county", "hc_persons", "sf_graduated"):
        target = next(target for target in read("targets") if target["kpi"] == kpi)
        figure = figures[target["source_figure_id"]]
        assert figure["is_target"] == "true"
        assert (float(target["target"]), target["target_upper"]) == (float(figure["value"]), figure["value_upper"])
        assert target["region_code"] == figure["region_code"]


def test_target_periods_are_whole_and_do_not_overlap() -> None:
    seen = set()
    for target in read("targets"):
        assert bool(target["period_start"]) == bool(target["period_end"])
        if target["period_start"]:
            assert target["pace"] == "milestone"
            assert date.fromisoformat(target["period_start"]) < date.fromisoformat(target["period_end"])
        key = (target["kpi"], target["region_code"], target["period_start"])
        assert key not in seen
        seen.add(key)


@pytest.mark.parametrize("kpi", ["dm_success_rate", "dm_mediated_share", "sh_four_score", "ws_funding", "ga_studios"])
def test_no_target_is_invented_where_the_source_has_no_number(kpi: str) -> None:
    assert kpi not in {target["kpi"] for target in read("targets")}


def test_calendar_declares_every_table_once() -> None:
    declared = [(row["programme"], row["table_name"]) for row in read("reporting_calendar")]
    assert len(declared) == 32
    assert set(declared) == {contract.key for contract in contracts.all_tables()}


def test_calendar_ends_with_the_demonstration_records() -> None:
    months = {"monthly": range(1, 13), "quarterly": range(3, 13, 3), "yearly": (12,)}
    for row in read("reporting_calendar"):
        for column in ("first_period", "last_period"):
            assert re.fullmatch(r"\d{4}-\d{2}", row[column]), row
            assert int(row[column][5:]) in months[row["frequency"]], row
        assert "2022-06" <= row["first_period"] < row["last_period"] <= "2024-05"
        assert int(row["grace_days"]) > 0


def test_calendar_asks_the_alliance_and_not_the_provinces_for_alliance_tables() -> None:
    asked = Counter(
        (row["programme"] == "gba_studio_alliance", row["due_regions"]) for row in read("reporting_calendar")
    )
    assert asked == {(True, "000000"): 3, (False, ""): 29}


def test_reference_values_are_left_to_other_ministries() -> None:
    assert header("reference_values") == ["measure", "region_code", "period", "value", "source_zh"]
    assert read("reference_values") == []


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.stem)
def test_lists_are_plain_utf8_with_lf_and_no_stray_blanks(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    for row in read(path.stem):
        assert None not in row.values(), row
        assert all(cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.stem)
def test_lists_are_described_column_by_column(path: Path) -> None:
    properties = yaml.safe_load(DESCRIPTIONS.read_text(encoding="utf-8"))
    seed = next(seed for seed in properties["seeds"] if seed["name"] == path.stem)
    columns = header(path.stem)
    assert [column["name"] for column in seed["columns"]] == columns
    assert list(seed["config"]["column_types"]) == columns
    assert seed["description"].startswith("One row per ")
    assert all(column["description"] for column in seed["columns"])
    for column in columns:
        if column.endswith("_code"):
            assert seed["config"]["column_types"][column] == "string"


def test_yes_and_no_are_written_one_way() -> None:
    for name, column in (
        ("regions", "is_functional_zone"),
        ("programmes", "is_ranked"),
        ("published_figures", "is_target"),
        ("published_figures", "is_publishable"),
    ):
        assert {row[column] for row in read(name)} <= FLAGS
