"""Offices hand in for their own unit only, whatever the file says (D125)."""

import json
from pathlib import Path

import pytest

from tests.support.files import centre, write_csv
from warehouse.access import own_unit
from warehouse.access.own_unit import OwnUnit
from warehouse.access.scopes import Scope
from warehouse.front_door import offer
from warehouse.settings import Settings

LUOYANG, ZHENGZHOU = "洛阳市总工会", "郑州市总工会"
NAME = "河南_劳动争议裁调对接_调解中心_202405.csv"


def offered(settings: Settings, tmp_path: Path, rows: list[dict[str, object]], name: str = NAME) -> offer.Offer:
    write_csv(tmp_path / name, "dispute_mediation", "centre", rows)
    (tmp_path / "room").mkdir()
    [found] = offer.judged(settings, [(tmp_path / name, name)], None, False, lambda _: None, tmp_path / "room")
    return found


def as_office(monkeypatch: pytest.MonkeyPatch, *units: str, regions: tuple[str, ...] = ("410300",)) -> None:
    monkeypatch.setenv(own_unit.VARIABLE, own_unit.told(Scope(regions, units=units)))


def test_a_file_of_the_own_unit_goes_in(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_office(monkeypatch, LUOYANG)
    found = offered(installation, tmp_path, [centre(reporting_unit=LUOYANG)])
    assert found.place is not None and found.receipt.status == "accepted"


def test_one_row_of_another_unit_refuses_the_file_and_names_the_unit(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_office(monkeypatch, LUOYANG)
    rows = [centre(reporting_unit=LUOYANG), centre("ZZ001", region_code="410100", reporting_unit=ZHENGZHOU)]

    found = offered(installation, tmp_path, rows)

    assert found.place is None
    receipt = found.receipt
    assert (receipt.status, receipt.rows_in, receipt.rows_accepted, receipt.rows_ignored) == ("refused", 2, 0, 2)
    assert receipt.messages[0].code == "D125"
    assert ZHENGZHOU in receipt.messages[0].zh and LUOYANG not in receipt.messages[0].zh


def test_the_own_name_in_another_region_is_another_unit(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_office(monkeypatch, LUOYANG)
    found = offered(installation, tmp_path, [centre(region_code="410100", reporting_unit=LUOYANG)])
    assert found.place is None and found.receipt.messages[0].code == "D125"


def test_the_machines_own_commands_are_not_asked(installation: Settings, tmp_path: Path) -> None:
    assert offered(installation, tmp_path, [centre(reporting_unit=ZHENGZHOU)]).place is not None


@pytest.mark.parametrize("told", ["", "{}", "[]", "nonsense", json.dumps({"units": 7, "regions": None})])
def test_what_cannot_be_read_allows_nothing(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(own_unit.VARIABLE, told)
    own = own_unit.of_this_command()
    assert own is not None and own.foreign([(LUOYANG, "410300")]) == [LUOYANG]


def test_regions_hold_what_lies_below_them() -> None:
    own = OwnUnit(None, ("410300", "440000"))
    assert own.foreign([("a", "410300"), ("b", "410324"), ("c", "445281"), ("d", None)]) == []
    assert own.foreign([("a", "410000"), ("b", "410100"), ("c", "000000"), ("d", "430000")]) == ["a", "b", "c", "d"]
