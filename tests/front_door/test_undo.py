"""One upload is undone as it came: its files stay, its numbers go back, and it can be let in again."""

from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door
from tests.support.files import case, centre, write_csv
from tests.test_refresh import copied_project
from warehouse import settings as settings_module
from warehouse.build import project
from warehouse.front_door import handed_in, preview
from warehouse.front_door import undo as undoing
from warehouse.intake.folder import set_aside
from warehouse.refresh import refresh
from warehouse.releases import current_values

CASES = "河南_劳动争议裁调对接_案件表_202405.csv"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Two workers, then an upload of forty, then one of three hundred: the tests run in order, each from where the last left it."""
    root = tmp_path_factory.mktemp("undo")
    (root / "seeds").mkdir()
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    door = Door(settings, root / "desk")
    write_csv(settings.seeds / FOLDER / "河南_劳动争议裁调对接_调解中心_202405.csv", FOLDER, "centre", [centre()])
    write_csv(settings.seeds / FOLDER / CASES, FOLDER, "case", [case("1")])
    assert refresh(settings).published
    assert door.run("uploads")[1] == []
    for number, workers_involved in enumerate((40, 300)):
        offered = write_csv(
            door.desk / str(number) / CASES, FOLDER, "case", [case("1", workers_involved=workers_involved)]
        )
        assert door.run("accept", offered)[0] == 0
    return door


def workers(door: Door) -> float | None:
    chosen = current_values.Selection(kpi="dm_workers", region="410000", period="2024-05", origin="submitted")
    found: float | None = current_values.kpi_values(door.settings, chosen)[0]["value"]
    return found


def may(changes: list[dict[str, object]]) -> tuple[object, object]:
    """What changed of the workers of May in the province."""
    [found] = [
        one for one in changes if (one["kpi"], one["region"], one["period"]) == ("dm_workers", "410000", "2024-05")
    ]
    return found["before"], found["after"]


def test_uploads_are_listed_latest_first_with_their_files(door: Door) -> None:
    listed = door.run("uploads")[1]
    names = [[Path(file["file"]).name for file in one["files"]] for one in listed]
    assert names == [
        ["河南_劳动争议裁调对接_案件表_202405_更正2.csv"],
        ["河南_劳动争议裁调对接_案件表_202405_更正1.csv"],
    ]
    assert [one["undone"] for one in listed] == [False, False]


def test_dry_run_says_which_numbers_go_back_and_changes_nothing(door: Door) -> None:
    before = sorted(path.name for path in (door.settings.home / "releases").iterdir())
    code, document, said = door.run("undo", "--dry-run")
    assert code == 0 and "更正2" in said
    assert may(document["changes"]) == (300, 40)
    assert workers(door) == 300
    assert sorted(path.name for path in (door.settings.home / "releases").iterdir()) == before
    assert set_aside.load(door.settings) == ()


def test_undoing_the_latest_publishes_what_was_before_and_keeps_the_file(door: Door) -> None:
    files = door.seeds()
    code, document, _ = door.run("undo", "--reason", "看错了表")
    assert (code, document["published"], may(document["changes"])) == (0, True, (300, 40))
    assert next(change["files"] for change in document["changes"]) == [f"{FOLDER}/{CASES[:-4]}_更正2.csv"]
    assert workers(door) == 40
    assert door.seeds() == files
    report = door.run("status")[1]
    assert [(one["kind"], one["reason"]) for one in report["withdrawn"]] == [("undo", "看错了表")]
    [refused] = report["refused"]
    assert "看错了表" in refused["reasons"][0] and "D124" in refused["reasons"][0]


def test_an_upload_a_few_back_is_undone_too(door: Door) -> None:
    latest, earlier = (one.id for one in handed_in.uploads(door.settings))
    code, _, said = door.run("undo", latest)
    assert code == 1 and "已经撤销过了" in said
    code, document, _ = door.run("undo", earlier)
    assert (code, may(document["changes"])) == (0, (40, 2))
    code, _, said = door.run("undo")
    assert code == 1 and "没有可以撤销的上报" in said
    code, _, said = door.run("undo", "nothing")
    assert code == 1 and latest in said


def test_undone_upload_can_be_let_in_again(door: Door) -> None:
    [latest, _] = handed_in.uploads(door.settings)
    code, document, _ = door.run("readmit", latest.files[0].sha256[:12])
    assert (code, may(document["changes"])) == (0, (2, 300))
    assert workers(door) == 300
    # The other one stays out: its correction stands.
    assert [one["file"] for one in door.run("status")[1]["set_aside"]] == [f"{FOLDER}/{CASES[:-4]}_更正1.csv"]


def test_upload_that_was_replaced_since_takes_no_number_back(door: Door) -> None:
    [_, earlier] = handed_in.uploads(door.settings)
    assert door.run("readmit", "--all")[0] == 0
    taken = undoing.as_taken(door.settings, earlier.files, "")
    assert preview.preview_without(door.settings, taken) == []
    assert workers(door) == 300


def test_upload_that_did_not_stay_is_not_listed(door: Door) -> None:
    number = len(handed_in.uploads(door.settings))
    bad = door.desk / "bad" / CASES
    bad.parent.mkdir()
    bad.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert door.run("accept", bad)[0] == 2
    assert len(handed_in.uploads(door.settings)) == number


def test_undoing_that_cannot_be_published_leaves_the_file_in(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = copied_project(tmp_path)
    fact = broken / "models" / FOLDER / "fct_dispute_mediation_cases.yml"
    fact.write_text(
        fact.read_text(encoding="utf-8").replace("filter (where is_closed)", "filter (where no_such_column)")
    )
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(project, "DBT_PROJECT", broken)
        done = undoing.undo(door.settings)
    assert done.result.is_stopped
    assert workers(door) == 300
    assert set_aside.out(set_aside.load(door.settings)) == {}
    assert door.run("status")[1]["refused"] == []
