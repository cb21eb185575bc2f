"""What file names say, and what happens when they say something else than the file."""

import os
import time
from pathlib import Path

import pytest

from tests.intake import files
from warehouse import contracts
from warehouse.contracts import Table
from warehouse.intake import filename, reference
from warehouse.intake.filename import FileName
from warehouse.intake.folder.one_file import judge
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.judge import Judgement
from warehouse.settings import CHECKOUT, Settings

EVENT = "skills_to_community.event"


@pytest.fixture
def table() -> Table:
    return files.table_of(EVENT)


@pytest.mark.parametrize(
    ("name", "province", "programme", "table", "unit", "period", "correction", "is_regular"),
    [
        ("广东_女职工创新工作室_202405.csv", "44", "women_innovation_studios", None, None, "2024-05", 0, True),
        ("河南_劳动争议裁调对接_案件表_洛阳总_202405_更正1.xlsx", "41", "dispute_mediation", "case", "洛阳总", "2024-05", 1, True),
        ("河南_劳动争议裁调对接_洛阳市总工会_202405.csv", "41", "dispute_mediation", None, "洛阳市总工会", "2024-05", 0, True),
        ("湖南_社区服务_202405_更正.csv", "43", "skills_to_community", None, None, "2024-05", 1, True),
        ("湖南_社区服务_202405_更正12.csv", "43", "skills_to_community", None, None, "2024-05", 12, True),
        ("湖南_社区服务_202405_v3.csv", "43", "skills_to_community", None, None, "2024-05", 3, True),
        ("湖南_社区服务_202405(2).csv", "43", "skills_to_community", None, None, "2024-05", 2, True),
        ("湖南_社区服务_202405（2）.csv", "43", "skills_to_community", None, None, "2024-05", 2, True),
        ("湖南_社区服务_202405最终版.csv", "43", "skills_to_community", None, None, "2024-05", 1, True),
        ("吉林_社区服务_202405.csv", "22", "skills_to_community", None, None, "2024-05", 0, True),
        ("海南_技能成果服务社区_活动表_202405.csv", "46", "skills_to_community", "event", None, "2024-05", 0, True),
        ("大湾区_大湾区联盟_季度活动_202406.csv", None, "gba_studio_alliance", "activity", None, "2024-06", 0, True),
        # A circled number is no digit of a month; behind 更正 it is the correction's number.
        ("湖南_社区服务_20240⑤.csv", "43", "skills_to_community", None, "20240⑤", None, 0, False),
        ("湖南_社区服务_202405_更正②.csv", "43", "skills_to_community", None, None, "2024-05", 2, True),
        ("湖南_社区服务_２０２４０５.csv", "43", "skills_to_community", None, None, "2024-05", 0, True),
        ("数据.csv", None, None, None, None, None, 0, False),
        ("社区服务_湖南_2024-05.csv", "43", "skills_to_community", None, None, "2024-05", 0, False),
        ("湖南_社区服务_202413.csv", "43", "skills_to_community", None, "202413", None, 0, False),
        ("湖南_社区服务_202405.txt", "43", "skills_to_community", None, None, "2024-05", 0, False),
    ],
)  # fmt: skip
def test_name_is_read(
    name: str,
    province: str | None,
    programme: str | None,
    table: str | None,
    unit: str | None,
    period: str | None,
    correction: int,
    is_regular: bool,
) -> None:
    lists = reference.load(CHECKOUT / "seeds" / "reference")

    found = filename.parse(name, lists, contracts.all_tables())

    assert found == FileName("submitted", province, programme, table, unit, period, correction, is_regular)


@pytest.mark.parametrize(
    ("name", "lettered", "unit", "is_regular"),
    [
        ("tj_202405.csv", "12", None, False),
        ("GD_女职工创新工作室_202405.csv", "44", None, True),
        ("tj_社区服务_202405.csv", "12", None, True),
        ("ab_社区服务_202405.csv", None, None, False),
        ("社区服务_GD_202405.csv", None, None, False),
        ("河南_社区服务_tj_202405.csv", None, None, True),
        ("Hebei_社区服务_202405.csv", None, None, True),
    ],
)
def test_two_letters_are_no_certain_province_and_no_office(
    name: str, lettered: str | None, unit: str | None, is_regular: bool
) -> None:
    lists = reference.load(CHECKOUT / "seeds" / "reference")

    found = filename.parse(name, lists, contracts.all_tables())

    assert (found.lettered_province, found.reporting_unit, found.is_regular) == (lettered, unit, is_regular)
    assert found.province_code == {"河南": "41", "Hebei": "13"}.get(name.partition("_")[0])


@pytest.mark.parametrize("name", ["tj_202405.csv", "TJ_社区服务_202405.csv", "sc_社区服务_活动表_202405.csv"])
def test_rows_of_another_province_than_two_letters_are_taken_with_a_warning(
    name: str, table: Table, settings: Settings
) -> None:
    path = settings.seeds / table.programme / name

    judgement = files.judged(files.write_text(path, _text(table)), settings)

    assert (files.codes(judgement), judgement.receipt.status, judgement.receipt.rows_accepted) == (["D91"], "warned", 3)
    assert files.frame_of(judgement)["province_code"].cast(str).to_list() == ["41"] * 3


def test_two_letters_of_the_province_of_the_rows_are_in_order(table: Table, settings: Settings) -> None:
    path = settings.seeds / table.programme / "HA_社区服务_202405.csv"

    judgement = files.judged(files.write_text(path, _text(table)), settings)

    assert (files.codes(judgement), judgement.receipt.status) == ([], "accepted")


def test_demonstration_mark_is_seen() -> None:
    lists = reference.load(CHECKOUT / "seeds" / "reference")

    assert filename.parse("演示_湖南_社区服务_202405.csv", lists, contracts.all_tables()).origin == "demonstration"


def test_irregular_name_warns_and_the_content_decides(table: Table, settings: Settings) -> None:
    path = settings.seeds / table.programme / "五月数据.csv"

    judgement = files.judged(files.write_text(path, _text(table)), settings)

    assert (files.codes(judgement), judgement.receipt.status, judgement.receipt.rows_accepted) == (["D91"], "warned", 3)


@pytest.mark.parametrize("name", ["../x.csv", "坏\n名.csv", "a" * 200 + ".csv", "x\u202ey.csv", "a\tb.csv"])
def test_unsafe_name_is_refused(name: str, table: Table, settings: Settings) -> None:
    folder = settings.seeds / table.programme
    folder.mkdir(parents=True)
    (folder / name).write_text(_text(table), encoding="utf-8") if "/" not in name else None
    if "/" in name:
        assert filename.is_unsafe(name)
        return

    judgement = judge(folder / name, settings)

    assert judgement is not None
    assert (files.codes(judgement), judgement.receipt.status) == (["D96"], "refused")


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "~$五月.xlsx", "desktop.ini", "._x.csv", ".~lock.x.csv#"])
def test_junk_is_not_even_listed(name: str, table: Table, settings: Settings) -> None:
    path = files.write_text(settings.seeds / table.programme / name, "x")

    assert judge(path, settings) is None
    assert take_in(settings).receipts == ()


@pytest.mark.parametrize("suffix", [".csv.part", ".csv.tmp", ".xlsx.crdownload"])
def test_file_that_is_being_written_is_waited_for(suffix: str, table: Table, settings: Settings) -> None:
    path = files.write_text(settings.seeds / table.programme / f"湖南_社区服务_202405{suffix}", _text(table))

    judgement = files.judged(path, settings)

    assert (judgement.receipt.status, files.codes(judgement)) == ("waiting", ["D86"])


def test_file_that_a_program_still_has_open_is_waited_for(table: Table, settings: Settings) -> None:
    path = files.write_text(settings.seeds / table.programme / "演示_活动表.csv", _text(table))

    with path.open("a", encoding="utf-8"):
        waiting = files.judged(path, settings)
    done = files.judged(path, settings)

    assert (waiting.receipt.status, done.receipt.status) == ("waiting", "accepted")


def test_file_cut_off_a_moment_ago_is_given_time(
    table: Table, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.intake.source.STABLE_SECONDS", 0.5)
    path = files.write_text(settings.seeds / table.programme / "演示_活动表.csv", _text(table)[:-30])
    begun = time.monotonic()

    judgement = files.judged(path, settings)

    assert time.monotonic() - begun >= 0.2
    assert (files.codes(judgement), judgement.receipt.status) == (["D87"], "refused")


def test_content_of_another_province_refuses_the_file(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    for row in rows[:2]:
        row.update(province_code="江西省", region_code="360100")

    judgement = _judge_named("河南_社区服务_202405.csv", rows, table, settings)

    assert (files.codes(judgement), judgement.receipt.status) == (["D92"], "refused")
    assert "河南省" in judgement.receipt.messages[0].zh and "2行江西省" in judgement.receipt.messages[0].zh


def test_few_rows_of_another_province_are_quarantined(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    rows[1].update(province_code="江西省", region_code="360100")

    judgement = _judge_named("河南_社区服务_202405.csv", rows, table, settings)

    assert [(m.code, m.severity, m.row) for m in judgement.receipt.messages] == [("D92", "quarantine", 3)]
    assert judgement.receipt.rows_accepted == 2


def test_rows_of_another_period_than_the_name_are_quarantined(table: Table, settings: Settings) -> None:
    rows = files.valid_rows(table)
    rows[1]["report_period"] = "2024-04"

    judgement = _judge_named("河南_社区服务_202405.csv", rows, table, settings)

    assert [(m.code, m.severity, m.row) for m in judgement.receipt.messages] == [("D94", "quarantine", 3)]


def test_file_above_the_limit_is_refused(table: Table, tmp_path: Path) -> None:
    small = files.make_settings(tmp_path, max_file_mb=0)

    judgement = _judge_named("河南_社区服务_202405.csv", files.valid_rows(table), table, small)

    assert (files.codes(judgement), judgement.receipt.status) == (["D97"], "refused")


def test_file_directly_in_the_seeds_folder_finds_its_programme(table: Table, settings: Settings) -> None:
    path = files.write_text(settings.seeds / "河南_社区服务_202405.csv", _text(table))
    before = time.time() - 60
    os.utime(path, (before, before))

    [receipt] = take_in(settings).receipts

    assert (receipt.file, receipt.programme, receipt.status) == (path.name, "skills_to_community", "accepted")


def _text(table: Table) -> str:
    return files.to_text(files.grid_of(table, files.valid_rows(table)))


def _judge_named(name: str, rows: list[files.Row], table: Table, settings: Settings) -> Judgement:
    path = settings.seeds / table.programme / name
    return files.judged(files.write_text(path, files.to_text(files.grid_of(table, rows))), settings)
