"""Tests of offices: the region that a 填报单位 names, and offices of one name in two provinces."""

from pathlib import Path

import polars as pl
import pytest

from tests.intake import files
from warehouse.contracts import Table
from warehouse.intake import reference, units
from warehouse.intake.folder.take_in import take_in
from warehouse.settings import CHECKOUT, Settings

CASES = files.table_of("dispute_mediation.case")


@pytest.fixture(scope="module")
def lists() -> reference.Reference:
    return reference.load(CHECKOUT / "seeds" / "reference")


@pytest.mark.parametrize(
    ("unit", "province", "region"),
    [
        ("郑州市总工会", "41", "410100"),
        ("郑州总工会", "41", "410100"),
        ("河南省总工会", "41", "410000"),
        ("河南省总工会（演示）", "41", "410000"),
        ("河南省郑州市金水区总工会", "41", "410105"),
        ("郑州金水区 总工会", "41", "410105"),
        ("洛阳市总工会职工服务中心", "41", "410300"),
        ("新乡县总工会", "41", "410721"),
        ("济源示范区总工会", "41", "419001"),
        # One 海港区 in Hebei, and several 桥西区.
        ("海港区总工会", "13", "130302"),
        ("桥西区总工会", "13", "130000"),
        ("石家庄市桥西区总工会", "13", "130104"),
        # Former names, statistical zones and other names that the region list knows.
        ("下城区总工会", "33", "330105"),
        ("郑州航空港经济综合实验区总工会", "41", "410100"),
        ("延边州总工会", "22", "222400"),
        # 吉林 alone may be the province or the city.
        ("吉林市总工会", "22", "220200"),
        ("吉林总工会", "22", "220000"),
        ("吉林省吉林市昌邑区总工会", "22", "220202"),
        ("海南州总工会", "63", "632500"),
        ("天津河北区总工会", "12", "120105"),
        # No place, a place elsewhere, or a word that only looks like one.
        ("省直机关工会", "41", "410000"),
        ("市总工会", "41", "410000"),
        ("广东省总工会", "41", "410000"),
        ("中原油田工会", "41", "410000"),
        # An alliance reaches over provinces.
        ("粤港澳大湾区创新工作室联盟（演示）", "00", "000000"),
        ("深圳市总工会", "00", "440300"),
        ("广东省总工会", "00", "440000"),
        ("澳门工会联合总会", "00", "820000"),
        ("朝阳区总工会", "00", "000000"),
    ],
)
def test_unit_names_its_region(unit: str, province: str, region: str, lists: reference.Reference) -> None:
    assert units.unit_region(unit, province, lists) == region


def test_every_division_is_found_by_its_full_name(lists: reference.Reference) -> None:
    for code, region in lists.regions.items():
        assert units.unit_region(f"{lists.full_name(code)}总工会", region.province, lists) == code


def test_region_of_the_unit_stands_once_for_all_regions_of_the_rows(settings: Settings) -> None:
    rows = files.valid_rows(CASES, 2)
    rows[0] |= {"reporting_unit": "河南省郑州市总工会", "region_code": "410102"}
    rows[1] |= {"reporting_unit": "河南省郑州市总工会", "region_code": "410300"}
    _drop(settings, "a.csv", rows)
    take_in(settings)
    landed = _submissions(settings).select("region_code", "unit_region_code", "submission_id").sort("region_code")
    assert landed["region_code"].to_list() == ["410102", "410300"]
    assert landed["unit_region_code"].to_list() == ["410100", "410100"]
    assert landed["submission_id"].n_unique() == 1


def test_offices_of_one_name_in_two_provinces_are_two_offices(settings: Settings) -> None:
    _drop(settings, "a.csv", _rows("河南省", "410100"))
    _drop(settings, "b.csv", _rows("湖北省", "420100"))
    intake = take_in(settings)
    assert not [message for receipt in intake.receipts for message in receipt.messages if message.code == "D75"]
    found = _submissions(settings).sort("province_code")
    assert found["is_current"].to_list() == [True, True]
    assert found["unit_region_code"].to_list() == ["410000", "420000"]


def test_offices_of_one_name_in_one_file_keep_their_own_records(settings: Settings) -> None:
    # Both have a case 1; other content under the same key would be D73 within one office.
    henan, hubei = _rows("河南省", "410100"), _rows("湖北省", "420100")
    hubei[0]["workers_involved"] = "9"
    _drop(settings, "a.csv", [*henan, *hubei])
    [receipt] = take_in(settings).receipts
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (6, 0)
    assert _submissions(settings)["submission_id"].n_unique() == 2
    path = next(settings.landing.glob("dispute_mediation/case/[0-9a-f]*.parquet"))
    landed = pl.read_parquet(path).group_by("province_code").agg(pl.col("submission_id").n_unique(), pl.len())
    assert sorted(landed.rows()) == [("41", 1, 3), ("42", 1, 3)]


def test_correction_within_the_province_replaces_and_one_from_another_does_not(settings: Settings) -> None:
    _drop(settings, "a.csv", _rows("河南省", "410100"))
    _drop(settings, "a_更正1.csv", _rows("河南省", "410300"))
    _drop(settings, "a_更正2.csv", _rows("湖北省", "420100"))
    take_in(settings)
    current = _submissions(settings).filter("is_current").sort("region_code")
    assert current["region_code"].to_list() == ["410300", "420100"]


def test_alliance_is_one_office_wherever_its_rows_lie(settings: Settings) -> None:
    table = files.table_of("gba_studio_alliance.sub_alliance")
    unit = {"reporting_unit": "大湾区联盟"}
    rows = files.valid_rows(table, 2)
    rows[0] |= {**unit, "province_code": "广东省", "region_code": "440300"}
    rows[1] |= {**unit, "province_code": "澳门特别行政区", "region_code": "820000"}
    _drop(settings, "广东_大湾区联盟_分联盟名册_202405.csv", rows, table)
    moved = [row | {"province_code": "大湾区", "region_code": ""} for row in rows]
    _drop(settings, "广东_大湾区联盟_分联盟名册_202405_更正1.csv", moved, table)
    take_in(settings)
    found = _submissions(settings)
    assert found["unit_region_code"].unique().to_list() == ["000000"]
    assert found.filter("is_current")["province_code"].to_list() == ["00"]


def _rows(province: str, region: str) -> list[files.Row]:
    place = {"province_code": province, "region_code": region, "reporting_unit": "市总工会"}
    return [row | place for row in files.valid_rows(CASES)]


def _drop(settings: Settings, name: str, rows: list[files.Row], table: Table = CASES) -> Path:
    text = files.to_text(files.grid_of(table, rows))
    return files.write_text(settings.seeds / table.programme / name, text)


def _submissions(settings: Settings) -> pl.DataFrame:
    return pl.read_parquet(settings.landing / "intake" / "submissions" / "submissions.parquet")
