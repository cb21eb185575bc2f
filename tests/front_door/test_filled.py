"""A table filled in on a page becomes the file its office would have sent, and is judged as that file."""

from datetime import date
from pathlib import Path

import pytest

from tests.access.test_own_unit import as_office
from warehouse import contracts
from warehouse.front_door import filled, offer
from warehouse.front_door.filled import Cell
from warehouse.front_door.offer import Offer
from warehouse.settings import Settings

SAID: dict[str, Cell] = {
    "province_code": "河南省",
    "reporting_unit": "洛阳市总工会",
    "report_period": "2024-05",
    "as_of_date": date(2024, 5, 31),
    "data_basis": "本期",
}
EVENT: dict[str, Cell] = {
    "region_code": "410300",
    "event_id": "E1",
    "event_date": date(2024, 5, 22),
    "community": "春都路社区",
    "school": "洛阳技师学院",
    "service_item": ["茶艺", "插花"],
    "teachers": 1,
    "students": 3,
    "service_hours": 16.5,
    "residents_served": 120.0,
}


def filled_in(settings: Settings, rows: list[dict[str, Cell]], said: dict[str, Cell] = SAID) -> tuple[str, bytes]:
    made = filled.as_file(settings, "skills_to_community", "event", said, rows)
    assert made is not None
    return made


def judged(settings: Settings, tmp_path: Path, made: tuple[str, bytes]) -> Offer:
    path = tmp_path / made[0]
    path.write_bytes(made[1])
    (tmp_path / "room").mkdir(exist_ok=True)
    [found] = offer.judged(settings, [(path, path.name)], None, False, lambda _: None, tmp_path / "room")
    return found


def test_rows_stand_under_the_contracts_headers_in_its_order(installation: Settings) -> None:
    name, content = filled_in(installation, [EVENT])
    assert name == "河南_社区服务_活动表_洛阳市总工会_202405.csv"
    head, row = content.decode("utf-8-sig").splitlines()
    headers = [column.header for column in contracts.find("skills_to_community", "event").file_columns]
    assert head.split(",") == headers
    cells = dict(zip(headers, row.split(","), strict=True))
    assert (cells["省份"], cells["填报单位"], cells["统计期"], cells["截止日期"]) == (
        "河南省", "洛阳市总工会", "2024-05", "2024-05-31",
    )  # fmt: skip
    assert (cells["服务居民"], cells["服务时长合计"], cells["服务项目"]) == ("120", "16.5", "茶艺、插花")


def test_file_is_judged_as_one_that_was_sent(installation: Settings, tmp_path: Path) -> None:
    wrong = {**EVENT, "event_id": "E2", "residents_served": -3}
    receipt = judged(installation, tmp_path, filled_in(installation, [EVENT, wrong, dict.fromkeys(EVENT)])).receipt
    assert (receipt.rows_in, receipt.rows_quarantined) == (2, 1)
    assert [(one.code, one.row, one.column) for one in receipt.messages if one.severity == "quarantine"] == [
        ("D30", 3, "服务居民")
    ]
    assert "D91" not in {one.code for one in receipt.messages}


def test_nothing_to_report_is_a_zero_report(installation: Settings, tmp_path: Path) -> None:
    made = filled_in(installation, [{"remarks": filled.ZERO_REPORT}])
    receipt = judged(installation, tmp_path, made).receipt
    assert (receipt.status, receipt.rows_in, receipt.rows_ignored) == ("accepted", 1, 1)
    assert "D85" in {one.code for one in receipt.messages}


def test_another_unit_is_refused_as_in_a_file(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_office(monkeypatch, "洛阳市总工会")
    own = judged(installation, tmp_path, filled_in(installation, [EVENT]))
    foreign = filled_in(installation, [EVENT], {**SAID, "reporting_unit": "郑州市总工会"})
    other = judged(installation, tmp_path / "room", foreign)
    assert (own.place is not None, other.place) == (True, None)
    assert other.receipt.messages[0].code == "D125"


def test_blank_form_is_no_file(installation: Settings) -> None:
    empty: list[dict[str, filled.Cell]] = [{"event_id": None, "students": float("nan"), "service_item": []}]
    assert filled.as_file(installation, "skills_to_community", "event", SAID, empty) is None


def test_unit_makes_no_folder_of_its_name(installation: Settings) -> None:
    name, _ = filled_in(installation, [EVENT], {**SAID, "reporting_unit": "../总_工/会"})
    assert "/" not in name and name.endswith("_..总工会_202405.csv")


@pytest.mark.parametrize("table", contracts.all_tables(), ids=lambda table: f"{table.programme}.{table.name}")
def test_every_table_can_be_filled_in(table: contracts.Table) -> None:
    """Each column is said once or filled in row by row; what is suggested is what the contract takes."""
    asked = {column.name for column in filled.columns(table)} | set(filled.SAID_ONCE)
    assert asked >= {column.name for column in table.file_columns}
    first = filled.first_said(table, "2024-12", date(2024, 12, 15))
    assert first.as_of_date == date(2024, 12, 15)
    assert first.data_basis in (None, *table.column("data_basis").allowed)


def test_last_day_of_the_period_is_suggested() -> None:
    table = contracts.find("skills_to_community", "event")
    assert filled.first_said(table, "2024-02", date(2024, 6, 15)).as_of_date == date(2024, 2, 29)
    assert filled.first_said(table, "2023-12", date(2024, 6, 15)).as_of_date == date(2023, 12, 31)
