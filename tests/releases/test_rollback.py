"""A rollback holds: what was withdrawn stays out of every later release until somebody lets it in again."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door
from tests.support.files import case, centre, write_csv
from tests.support.once import put_back
from warehouse import settings as settings_module
from warehouse.command.cli import app
from warehouse.intake.folder import set_aside
from warehouse.refresh import refresh
from warehouse.releases import current_values, release, rollback

CENTRES = f"{FOLDER}/河南_劳动争议裁调对接_调解中心_202405.csv"
CASES = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405.csv"
WRONG = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405_更正1.csv"
RIGHT = f"{FOLDER}/河南_劳动争议裁调对接_案件表_202405_更正2.csv"
OTHER = f"{FOLDER}/河南_劳动争议裁调对接_案件表_开封市总工会_202405.csv"
KAIFENG = {"region_code": "410200", "reporting_unit": "开封市总工会"}


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: 2 workers as first reported, then 900 by a wrong correction."""
    root = tmp_path_factory.mktemp("corrected")
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    write_csv(settings.seeds / CENTRES, FOLDER, "centre", [centre(), centre("KF001", **KAIFENG)])
    write_csv(settings.seeds / CASES, FOLDER, "case", [case("1")])
    assert refresh(settings).published
    write_csv(settings.seeds / WRONG, FOLDER, "case", [case("1", workers_involved=900)])
    assert refresh(settings).published
    return root


@pytest.fixture
def door(corrected: Path, ground: Path) -> Door:
    """A copy of the two releases, to be rolled back."""
    return Door(put_back(corrected, ground, TODAY), ground / "desk")


def workers(door: Door, region: str = "410000") -> float | None:
    """The workers in May as `kpi` says them."""
    chosen = current_values.Selection(kpi="dm_workers", region=region, period="2024-05", origin="submitted")
    rows = current_values.kpi_values(door.settings, chosen)
    return rows[0]["value"] if rows else None


def drop_kaifeng(door: Door, number: int = 30) -> None:
    """Another office reports a case of its own."""
    write_csv(
        door.settings.seeds / OTHER,
        FOLDER,
        "case",
        [case("K1", centre_id="KF001", workers_involved=number, **KAIFENG)],
    )


def receipt(door: Door, file: str) -> dict[str, object]:
    """What the last receipts say of a file."""
    latest = json.loads((door.settings.receipts / "latest.json").read_text(encoding="utf-8"))
    return next(one for one in latest["files"] if one["file"] == file)


def codes(found: dict[str, object]) -> list[str]:
    messages = found["messages"]
    assert isinstance(messages, list)
    return [message["code"] for message in messages]


def test_rolled_back_file_stays_out_of_later_releases_and_what_it_replaced_counts(door: Door) -> None:
    assert workers(door) == 900
    first, second = sorted(one.id for one in release.list_releases(door.settings))
    code, document, said = door.run("rollback", "--reason", "把人次报成了人数")
    assert (code, document["release"], document["reason"]) == (0, first, "把人次报成了人数")
    assert document["releases"] == [second]
    assert [file["file"] for file in document["files"]] == [WRONG]
    assert f"放在一边：{WRONG}" in said
    assert workers(door) == 2
    # Before any refresh the receipt says what the file is.
    assert receipt(door, WRONG)["status"] == "refused" and "D124" in codes(receipt(door, WRONG))
    assert receipt(door, CASES)["status"] == "accepted"

    drop_kaifeng(door)
    code, document, _ = door.run("refresh")
    assert (code, document["published"]) == (2, True)
    assert workers(door) == 32
    out = receipt(door, WRONG)
    assert (out["status"], out["rows_accepted"], out["rows_quarantined"]) == ("refused", 0, 1)
    [message] = [one for one in out["messages"] if one["code"] == "D124"]  # type: ignore[attr-defined]
    assert second in message["message"] and "把人次报成了人数" in message["message"]
    assert not [code for code in codes(receipt(door, CASES)) if code == "D75"]
    sql = "select count(*) as n from fct_dispute_mediation_cases where workers_involved = 900"
    with current_values.query(door.settings, sql) as rows:
        assert list(rows) == [{"n": 0}]

    code, document, _ = door.run("status")
    assert [(one["reason"], one["releases"]) for one in document["withdrawn"]] == [("把人次报成了人数", [second])]
    assert [one["file"] for one in document["set_aside"]] == [WRONG]
    _, listed, _ = door.run("releases")
    assert {one["release"]: one["withdrawn"] for one in listed}[second] == "把人次报成了人数"
    assert refresh(door.settings).reason.startswith("没有变化")


def test_same_bytes_stay_out_under_any_name_and_corrected_bytes_go_in(door: Door) -> None:
    door.run("rollback", "--reason", "错")
    again = door.desk / "河南_劳动争议裁调对接_案件表_202405_最终版.csv"
    again.parent.mkdir(exist_ok=True)
    again.write_bytes((door.settings.seeds / WRONG).read_bytes())
    code, document, _ = door.run("check", again)
    assert (code, codes(document["files"][0])[-1], document["files"][0]["status"]) == (2, "D124", "refused")
    code, document, _ = door.run("accept", again)
    assert code == 2 and again.name not in " ".join(door.seeds())
    assert workers(door) == 2
    # A preview of something else leaves it out too.
    other = write_csv(
        door.desk / "河南_劳动争议裁调对接_案件表_开封市总工会_202405.csv",
        FOLDER,
        "case",
        [case("K1", centre_id="KF001", **KAIFENG)],
    )
    _, document, _ = door.run("preview", other)
    changed = {(one["kpi"], one["region"], one["period"]): one for one in document["changes"]}
    assert (
        changed["dm_workers", "410000", "2024-05"]["before"],
        changed["dm_workers", "410000", "2024-05"]["after"],
    ) == (
        2,
        4,
    )
    write_csv(door.settings.seeds / RIGHT, FOLDER, "case", [case("1", workers_involved=9)])
    assert refresh(door.settings).published
    assert workers(door) == 9
    assert [one["file"] for one in door.run("status")[1]["set_aside"]] == [WRONG]


def test_going_forward_again_lets_the_files_in(door: Door) -> None:
    _, second = sorted(one.id for one in release.list_releases(door.settings))
    door.run("rollback", "--reason", "错")
    code, document, _ = door.run("rollback", second)
    assert (code, document["release"], document["files"]) == (0, second, [])
    assert workers(door) == 900
    assert "D124" not in codes(receipt(door, WRONG))
    report = door.run("status")[1]
    assert (report["withdrawn"], report["set_aside"]) == ([], [])
    drop_kaifeng(door)
    assert refresh(door.settings).published
    assert workers(door) == 930


def test_one_file_is_let_in_by_name_and_published_with_what_came_since(door: Door) -> None:
    door.run("rollback", "--reason", "错")
    drop_kaifeng(door)
    refresh(door.settings)
    code, _, said = door.run("readmit", "没有这个.csv")
    assert code == 1 and WRONG in said
    code, document, said = door.run("readmit", Path(WRONG).name)
    assert (code, document["published"]) == (0, True)
    assert [one["file"] for one in document["let_in"]] == [WRONG]
    [change] = [
        one
        for one in document["changes"]
        if (one["kpi"], one["region"], one["period"]) == ("dm_workers", "410000", "2024-05")
    ]
    assert (change["before"], change["after"]) == (32, 930)
    assert workers(door) == 930
    assert door.run("status")[1]["withdrawn"] == []
    assert door.run("readmit")[1] == []


def test_several_releases_are_withdrawn_at_once_and_each_file_can_be_decided(door: Door) -> None:
    drop_kaifeng(door)
    assert refresh(door.settings).published
    first, second, third = sorted(one.id for one in release.list_releases(door.settings))
    _, document, _ = door.run("rollback", first, "--reason", "两个都不对")
    assert document["releases"] == [third, second]
    assert [one["file"] for one in document["files"]] == sorted([WRONG, OTHER])
    assert (workers(door), refresh(door.settings).reason[:4]) == (2, "没有变化")
    assert door.run("readmit", OTHER)[0] == 0
    assert workers(door) == 32
    # One step back from there is the first release, not one that was withdrawn.
    assert door.run("rollback", "--reason", "还是不对")[1]["release"] == first
    assert workers(door) == 2
    assert refresh(door.settings).reason.startswith("没有变化")
    assert door.run("readmit", "--all")[0] == 0
    assert workers(door) == 930


def test_rollback_killed_before_the_pointer_moved_is_finished_by_the_next_refresh(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted(one.id for one in release.list_releases(door.settings))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(release, "point_to", killed)
        with pytest.raises(KeyboardInterrupt):
            rollback.roll_back(door.settings, None, "错")
    assert release.current_id(door.settings) == second
    assert [one.is_moving for one in set_aside.load(door.settings)] == [True]
    result = refresh(door.settings)
    assert (result.release, workers(door)) == (first, 2)
    assert [one.is_moving for one in set_aside.load(door.settings)] == [False]


def test_rollback_killed_after_the_pointer_moved_holds(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rollback, "tell_again", killed)
        with pytest.raises(KeyboardInterrupt):
            rollback.roll_back(door.settings, None, "错")
    assert workers(door) == 2
    drop_kaifeng(door)
    assert refresh(door.settings).published
    assert workers(door) == 32


def test_overwritten_file_waits_for_a_word_instead_of_losing_its_rows(door: Door) -> None:
    # In place: the first bytes are gone from the folder, and with them what the first release counted.
    write_csv(door.settings.seeds / WRONG, FOLDER, "case", [case("1", workers_involved=950)])
    assert refresh(door.settings).published
    assert workers(door) == 950
    door.run("rollback", "--reason", "错")
    assert workers(door) == 900
    drop_kaifeng(door)
    result = refresh(door.settings)
    assert (result.outcome, workers(door)) == ("held", 900)
    assert result.held is not None and WRONG in result.held.sentence
    # Corrected in place again, it is another file.
    write_csv(door.settings.seeds / WRONG, FOLDER, "case", [case("1", workers_involved=11)])
    assert refresh(door.settings).published
    assert workers(door) == 41


def test_withdrawn_models_or_lists_wait_for_a_word(door: Door) -> None:
    lists = door.settings.seeds / "reference"
    shutil.copytree(settings_module.CHECKOUT / "seeds" / "reference", lists)
    refresh(door.settings)
    before = release.current_id(door.settings)
    targets = lists / "targets.csv"
    text = targets.read_text(encoding="utf-8").splitlines()
    targets.write_text("\n".join([*text, text[-1]][:-2]) + "\n", encoding="utf-8")
    assert refresh(door.settings).published
    door.run("rollback", str(before), "--reason", "目标值删错了")
    drop_kaifeng(door)
    result = refresh(door.settings)
    assert result.outcome == "held" and result.held is not None
    assert "目标值删错了" in result.held.sentence
    assert workers(door) == 900
    # Somebody says that it is meant: it is asked once.
    assert door.run("confirm")[0] == 0
    assert workers(door) == 930
    drop_kaifeng(door, 31)
    assert refresh(door.settings).published


def test_damaged_list_stops_publishing_instead_of_letting_everything_in(door: Door) -> None:
    door.run("rollback", "--reason", "错")
    path = door.settings.home / set_aside.FILE
    path.write_text(path.read_text(encoding="utf-8").replace("错", "对"), encoding="utf-8")
    drop_kaifeng(door)
    code, document, said = door.run("refresh")
    assert (code, document["published"]) == (1, False)
    assert set_aside.FILE in said and "原版本不变" in said
    assert workers(door) == 2
    assert any(set_aside.FILE in problem for problem in door.run("status")[1]["problems"])
    path.unlink()
    assert refresh(door.settings).published
    assert workers(door) == 930


def test_withdrawn_release_never_stands_in_for_a_damaged_one(door: Door) -> None:
    first, _ = sorted(one.id for one in release.list_releases(door.settings))
    door.run("rollback", "--reason", "错")
    with release.find(door.settings, first).path.open("r+b") as file:
        file.truncate(1_000)
    assert release.current(door.settings) is None
    assert refresh(door.settings).published
    assert workers(door) == 2


def test_rows_set_aside_are_no_fall_of_rows(door: Door) -> None:
    many = [case(f"L{number}", referred_on="2024-05-06") for number in range(600)]
    path = door.settings.seeds / f"{FOLDER}/河南_劳动争议裁调对接_案件表_洛阳市总工会_202405_更正3.csv"
    write_csv(path, FOLDER, "case", many)
    door.run("rollback", "--reason", "错")
    assert refresh(door.settings).published
    assert workers(door) == 1200
    door.run("rollback", "--reason", "也错")
    assert refresh(door.settings).outcome == "unchanged"
    assert workers(door) == 2


def test_first_release_is_called_the_first(door: Door) -> None:
    alone = replace(door.settings, home=door.settings.home.parent / "alone")
    result = refresh(alone)
    assert result.reason == f"已发布 {result.release}，这是第一个版本。"
    where = ["--seeds", str(alone.seeds), "--home", str(alone.home)]
    [line] = [
        one for one in CliRunner().invoke(app, ["releases", *where]).stdout.splitlines() if str(result.release) in one
    ]
    assert "—" in line.split() and "0" not in line.split()
