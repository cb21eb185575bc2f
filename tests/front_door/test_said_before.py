"""What a refresh says of a file beside others (D74–D79, D105) is what `check`, `judge`, `preview` and `accept` say before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.intake import files
from warehouse import settings as settings_module
from warehouse.front_door import offer
from warehouse.front_door.check import check
from warehouse.intake.folder.one_file import judge
from warehouse.intake.folder.take_in import take_in
from warehouse.intake.receipt import Receipt
from warehouse.settings import Settings

EVENT = files.table_of("skills_to_community.event")
CASE = files.table_of("dispute_mediation.case")

Told = list[tuple[str, str, int | None, str | None, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    return settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home", today=TODAY)


def events(month: int, residents: int, basis: str = "本期", count: int = 1) -> str:
    """A month's events of one office; each of them has served so many."""
    rows = files.valid_rows(EVENT, count)
    for number, row in enumerate(rows, start=1):
        row.update(report_period=f"2024-{month:02d}", event_date=f"2024-{month:02d}-10", event_id=f"E{month}-{number}")
        row.update(data_basis=basis, residents_served=str(residents), satisfaction_n="", satisfied_n="")
    return files.to_text(files.grid_of(EVENT, rows))


def cases(month: int, subsidy: str) -> str:
    rows = files.valid_rows(CASE, 1)
    rows[0].update(report_period=f"2024-{month:02d}", subsidy_yuan=subsidy, source="仲裁委委托")
    return files.to_text(files.grid_of(CASE, rows))


@dataclass(frozen=True)
class Story:
    """Files that are in, by name, then files that are offered; and the codes that a refresh adds to the offered ones."""

    folder: str
    landed: dict[str, str]
    offered: dict[str, str]
    codes: list[str] = field(default_factory=list)


def name(month: int, mark: str = "") -> str:
    return f"河南_社区服务_活动表_洛阳市总工会_2024{month:02d}{mark}.csv"


def case_name(month: int) -> str:
    return f"河南_劳动争议裁调对接_案件表_洛阳市总工会_2024{month:02d}.csv"


STORIES = {
    "cumulative sent as current": Story(
        EVENT.programme, {name(1): events(1, 10), name(2): events(2, 20)}, {name(3): events(3, 40)}, ["D77"]
    ),
    "falling total": Story(
        EVENT.programme, {name(1): events(1, 30, "累计")}, {name(2): events(2, 20, "累计")}, ["D78"]
    ),
    "jump": Story(EVENT.programme, {name(1): events(1, 10)}, {name(2): events(2, 150)}, ["D79"]),
    "nothing to say": Story(EVENT.programme, {name(1): events(1, 10)}, {name(2): events(2, 12)}),
    "jump that a correction takes back": Story(
        EVENT.programme, {name(1): events(1, 10), name(2): events(2, 150)}, {name(2, "_更正1"): events(2, 12)}, ["D75"]
    ),
    "correction of the period before": Story(
        EVENT.programme, {name(1): events(1, 10), name(2): events(2, 12)}, {name(1, "_更正1"): events(1, 11)}, ["D75"]
    ),
    "file in the place of its predecessor": Story(
        EVENT.programme, {name(1): events(1, 10), name(2): events(2, 12)}, {name(2): events(2, 150)}, ["D79"]
    ),
    "correction that loses most": Story(
        EVENT.programme, {name(1): events(1, 10, count=5)}, {name(1, "_更正1"): events(1, 10)}, ["D76"]
    ),
    "two offered together": Story(
        EVENT.programme,
        {name(1): events(1, 10)},
        {name(2): events(2, 20), name(3): events(3, 40)},
        ["D77"],
    ),
    "all offered together": Story(
        EVENT.programme,
        {},
        {name(1): events(1, 10, "累计"), name(2): events(2, 300, "累计"), name(3): events(3, 200, "累计")},
        ["D78", "D79"],
    ),
    "second subsidy": Story(CASE.programme, {case_name(4): cases(4, "300")}, {case_name(5): cases(5, "400")}, ["D105"]),
    "second subsidy offered with the first": Story(
        CASE.programme, {}, {case_name(4): cases(4, "300"), case_name(5): cases(5, "400")}, ["D105"]
    ),
}


def told(receipts: Sequence[Receipt], names: Sequence[str]) -> dict[str, tuple[str, int, Told]]:
    """By file name: status, rows accepted, and what is said of it; what only the built warehouse knows (D101) apart."""
    return {
        Path(receipt.file).name: (
            receipt.status,
            receipt.rows_accepted,
            sorted((m.code, m.severity, m.row, m.column, m.zh) for m in receipt.messages if m.code != "D101"),
        )
        for receipt in receipts
        if Path(receipt.file).name in names
    }


def tree(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def before_and_after(
    story: Story, settings: Settings, desk: Path
) -> tuple[dict[str, tuple[str, int, Told]], dict[str, tuple[str, int, Told]]]:
    """What `check` says of the offered files, and what taking them in says then."""
    for file, text in story.landed.items():
        files.write_text(settings.seeds / story.folder / file, text)
        take_in(settings)
    paths = [files.write_text(desk / file, text) for file, text in story.offered.items()]
    kept = tree(settings.home)

    # A file that is put in the place of another is judged in that place.
    standing = [path for path in paths if (settings.seeds / story.folder / path.name).exists()]
    for path in standing:
        place = settings.seeds / story.folder / path.name
        place.write_bytes(path.read_bytes())
        paths[paths.index(path)] = place
    said = told(check(settings, paths, None, lambda _: None), list(story.offered))
    assert tree(settings.home) == kept, "check wrote something"

    for file, text in story.offered.items():
        files.write_text(settings.seeds / story.folder / file, text)
    return said, told(take_in(settings).receipts, list(story.offered))


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_check_says_what_the_refresh_will_say(story: Story, settings: Settings, tmp_path: Path) -> None:
    said, then = before_and_after(story, settings, tmp_path / "desk")

    assert {file: (status, rows) for file, (status, rows, _) in said.items()} == {
        file: (status, rows) for file, (status, rows, _) in then.items()
    }
    wanted = {"D74", "D75", "D76", "D77", "D78", "D79", "D105"}
    for file, (_, _, messages) in then.items():
        assert [m for m in said[file][2] if m[0] in wanted] == [m for m in messages if m[0] in wanted]
    found = sorted({code for _, _, messages in then.values() for code, *_ in messages if code in wanted})
    assert found == story.codes


def test_one_file_alone_is_judged_in_the_same_light(settings: Settings, tmp_path: Path) -> None:
    story = STORIES["cumulative sent as current"]
    for file, text in story.landed.items():
        files.write_text(settings.seeds / story.folder / file, text)
    take_in(settings)
    [(file, text)] = story.offered.items()

    judgement = judge(files.write_text(tmp_path / "desk" / file, text), settings)

    assert judgement is not None
    assert [(m.code, m.column) for m in judgement.receipt.messages] == [("D77", "服务居民")]
    assert judgement.receipt.status == "warned"


def test_confirmed_correction_goes_in_with_what_it_replaces(settings: Settings, tmp_path: Path) -> None:
    story = STORIES["correction that loses most"]
    for file, text in story.landed.items():
        files.write_text(settings.seeds / story.folder / file, text)
    take_in(settings)
    [(file, text)] = story.offered.items()
    path = files.write_text(tmp_path / "desk" / file, text)

    [unsaid] = offer.judged(settings, [(path, file)], None, False, lambda _: None, tmp_path)
    [meant] = offer.judged(settings, [(path, file)], None, True, lambda _: None, settings.home)

    assert (unsaid.receipt.status, unsaid.place) == ("refused", None)
    assert (meant.receipt.status, meant.receipt.rows_accepted) == ("accepted", 1)
    assert meant.place == settings.seeds / story.folder / file
    assert [m.code for m in meant.receipt.messages] == ["D75"]


def test_same_name_offered_again_is_the_correction_of_what_is_in(settings: Settings, tmp_path: Path) -> None:
    files.write_text(settings.seeds / EVENT.programme / name(1), events(1, 10))
    files.write_text(settings.seeds / EVENT.programme / name(2), events(2, 12))
    take_in(settings)
    path = files.write_text(tmp_path / "desk" / name(2), events(2, 150))

    [one] = offer.judged(settings, [(path, path.name)], None, False, lambda _: None, tmp_path)

    assert one.place is not None and one.place.name == name(2, "_更正1")
    assert sorted(m.code for m in one.receipt.messages) == ["D75", "D79"]
