"""Preview and accept name what publishing does to a programme that shows demonstration records."""

from pathlib import Path

import duckdb
import pytest

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door
from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.build import origins
from warehouse.releases import release

SENTENCE = "发布后，劳动争议裁调对接将不再显示演示数据。"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """One installation with a demonstration file; the tests run in order, each from where the one before left it."""
    root = tmp_path_factory.mktemp("origins")
    (root / "seeds").mkdir()
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    write_csv(settings.seeds / FOLDER / "演示_劳动争议裁调对接_调解中心.csv", FOLDER, "centre", [centre()])
    door = Door(settings, root / "desk")
    assert door.run("refresh")[0] == 0
    return door


def files(door: Door, month: str) -> list[Path]:
    changes = {"report_period": f"2024-{month}", "referred_on": f"2024-{month}-02"}
    changes |= {"accepted_on": f"2024-{month}-03", "closed_on": f"2024-{month}-04"}
    return [
        write_csv(door.desk / f"河南_劳动争议裁调对接_调解中心_2024{month}.csv", FOLDER, "centre", [centre(**changes)]),
        write_csv(door.desk / f"河南_劳动争议裁调对接_案件表_2024{month}.csv", FOLDER, "case", [case("1", **changes)]),
    ]


def test_more_demonstration_turns_nothing(door: Door) -> None:
    shown = write_csv(door.desk / "演示_劳动争议裁调对接_案件表.csv", FOLDER, "case", [case("1")])
    code, document, said = door.run("preview", shown)
    assert (code, document["origins"], "不再显示演示数据" in said) == (0, [], False)


def test_preview_of_the_first_submitted_file_says_that_the_demonstration_goes(door: Door) -> None:
    before = release.current_id(door.settings)
    code, document, said = door.run("preview", *files(door, "04"))
    assert code == 0
    assert document["origins"] == [
        {"programme": FOLDER, "before": "demonstration", "after": "submitted", "sentence": SENTENCE}
    ]
    assert said.count(SENTENCE) == 1
    assert release.current_id(door.settings) == before
    _, document, said = door.run("preview", *files(door, "04"), "--lang", "en")
    english = "Once this is published, Dispute mediation no longer shows demonstration data."
    assert [one["sentence"] for one in document["origins"]] == [english]
    assert english in said


def test_accept_says_it_once(door: Door) -> None:
    code, document, said = door.run("accept", *files(door, "04"))
    assert (code, document["published"]) == (0, True)
    assert [one["programme"] for one in document["origins"]] == [FOLDER]
    assert said.count(SENTENCE) == 1
    code, document, said = door.run("accept", *files(door, "05"))
    assert (code, document["published"], document["origins"]) == (0, True, [])
    assert SENTENCE not in said


def test_programme_turns_with_its_first_submitted_value(tmp_path: Path) -> None:
    def built(name: str, values: list[tuple[str, str, float | None]]) -> Path:
        path = tmp_path / name
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table mart_kpi_values (programme varchar, origin varchar, value double)")
            connection.executemany("insert into mart_kpi_values values (?, ?, ?)", values)
            connection.execute(
                "create table dim_programme as select * from (values ('b', '乙', 'B', 1), ('a', '甲', 'A', 2))"
                " as t(programme, programme_name_zh, programme_name_en, sort_order)"
            )
        return path

    shown = [(code, "demonstration", 1.0) for code in "abc"]
    before = origins.shown(built("before", [*shown, ("d", "published", 5.0), ("e", "submitted", 1.0)]))
    assert before == {"a": "demonstration", "b": "demonstration", "c": "demonstration", "e": "submitted"}
    # Of c an office has reported rows, but no value comes of them yet.
    submitted = [("a", "submitted", 0.0), ("b", "submitted", 2.0), ("c", "submitted", None)]
    turned = origins.turns(before, built("after", [*shown, *submitted]))
    assert [one.sentence() for one in turned] == [f"发布后，{name}将不再显示演示数据。" for name in "乙甲"]
