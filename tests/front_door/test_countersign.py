"""What needs a second person's word waits under home until somebody of the province signs it, and nobody signs what is his own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.front_door.door import FOLDER, Door
from tests.support.files import case, centre, write_csv
from warehouse import settings as settings_module
from warehouse.access import audit, own_unit, people, verifying
from warehouse.access.people import Person
from warehouse.access.scopes import Scope
from warehouse.front_door import backup, countersign, offer, waiting
from warehouse.front_door.countersign import CountersignError
from warehouse.intake import reference
from warehouse.refresh import refresh
from warehouse.releases import current_values
from warehouse.settings import CHECKOUT

LUOYANG = "洛阳市总工会"
CASES = "河南_劳动争议裁调对接_案件表_202405.csv"
OFFICE, OTHER, PROVINCE, SECOND = Person("o1", "洛阳甲"), Person("o2"), Person("p1", "省总乙"), Person("p2", "省总丙")
OF_LUOYANG = Scope(("410300",), may=frozenset({"hand_in"}), units=(LUOYANG,), hands_in=("410300",), signs=())
OF_HENAN = Scope(("410000",), may=frozenset({"countersign"}), units=(), hands_in=(), signs=("410000",))


@contextmanager
def acting(person: Person, scope: Scope) -> Iterator[None]:
    """A command that a page starts for somebody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(people.VARIABLE, person.as_variable())
        patch.setenv(own_unit.VARIABLE, own_unit.told(scope))
        yield


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Two workers published; mediation needs a second person's word. The tests run in order, each from where the last left it."""
    root = tmp_path_factory.mktemp("countersign")
    listed = root / "seeds" / "reference" / "programmes.csv"
    listed.parent.mkdir(parents=True)
    rows = (CHECKOUT / "seeds" / "reference" / "programmes.csv").read_text(encoding="utf-8-sig").splitlines()
    with_word = (f"{row},{'province' if row.startswith(FOLDER) else ''}" for row in rows[1:])
    listed.write_text("\n".join([f"{rows[0]},countersign", *with_word, ""]), encoding="utf-8")
    settings = settings_module.load(seeds=root / "seeds", home=root / "home", today=TODAY)
    door = Door(settings, root / "desk")
    write_csv(
        settings.seeds / FOLDER / "河南_劳动争议裁调对接_调解中心_202405.csv",
        FOLDER,
        "centre",
        [centre(reporting_unit=LUOYANG)],
    )
    # Whoever can put files into the folder runs the machine: nobody else is asked.
    write_csv(settings.seeds / FOLDER / CASES, FOLDER, "case", [of_luoyang(2)])
    assert refresh(settings).published
    return door


def of_luoyang(workers: int) -> dict[str, object]:
    return case("1", workers_involved=workers, reporting_unit=LUOYANG)


def workers(door: Door) -> object:
    chosen = current_values.Selection(kpi="dm_workers", region="410000", period="2024-05", origin="submitted")
    return current_values.kpi_values(door.settings, chosen)[0]["value"]


def handed_in(door: Door, number: int, person: Person = OFFICE) -> waiting.Waiting:
    offered = write_csv(door.desk / str(number) / CASES, FOLDER, "case", [of_luoyang(number)])
    with acting(person, OF_LUOYANG):
        code, document, said = door.run("accept", offered)
    assert code == 2 and document["files"][0]["status"] == "waiting" and "会签" in document["reason"], said
    return waiting.every(door.settings)[-1]


def test_an_upload_waits_and_is_published_by_another_persons_word(door: Door) -> None:
    before = door.seeds()
    one = handed_in(door, 40)

    assert (door.seeds(), workers(door)) == (before, 2.0)
    assert (one.subject, one.units, one.regions, one.state) == ("o1", (LUOYANG,), ("410300",), "waiting")
    assert one.receipt["messages"][0]["code"] == "D126"
    assert (one.receipt["rows_in"], one.receipt["rows_accepted"]) == (1, 1)
    # The same bytes again wait once; the office's colleague gets the same number.
    assert handed_in(door, 40, OTHER).id == one.id
    with acting(OFFICE, OF_HENAN), pytest.raises(CountersignError, match="自己交来的"):
        countersign.sign(door.settings, one.id)
    with acting(PROVINCE, OF_LUOYANG), pytest.raises(CountersignError, match="不归您所在的省"):
        countersign.sign(door.settings, one.id)
    of_hunan = Scope(("430000",), signs=("430000",))
    with acting(PROVINCE, of_hunan), pytest.raises(CountersignError, match="不归您所在的省"):
        countersign.send_back(door.settings, one.id, "看错")
    with acting(PROVINCE, OF_HENAN):
        code, document, _ = door.run("countersign", one.id, "--preview")
        moved = {(row["kpi"], row["region"], row["period"]): row["after"] for row in document["changes"]}
        assert code == 0 and moved["dm_workers", "410000", "2024-05"] == 40.0 and workers(door) == 2.0
        assert door.run("countersign", one.id, "--sha256", "0" * 64)[0] == 1
        code, document, _ = door.run("countersign", one.id, "--sha256", one.sha256)

    assert code == 0 and document["countersign"]["state"] == "signed" and workers(door) == 40.0
    assert f"{FOLDER}/{CASES.removesuffix('.csv')}_更正1.csv" in door.seeds()
    assert not (door.settings.home / "waiting" / one.id).exists()
    told = [
        (entry["action"], entry["who"]["subject"], entry["outcome"])
        for entry in audit.read(door.settings, action="files")
    ]
    assert told == [
        ("files.hand_in", "o1", "done"),
        ("files.hand_in", "o2", "done"),
        ("files.countersign", "p1", "done"),
    ]
    [signed] = audit.read(door.settings, action="files.countersign")
    assert (signed["about"]["sha256"], signed["about"]["handed_in_by"]) == (one.sha256, "o1")
    assert verifying.verify(door.settings).is_whole
    with acting(SECOND, OF_HENAN), pytest.raises(CountersignError, match="由 省总乙 会签"):
        countersign.sign(door.settings, one.id)


def test_what_is_returned_says_why_and_what_is_withdrawn_is_gone(door: Door) -> None:
    returned, withdrawn = handed_in(door, 50), handed_in(door, 51)
    with acting(PROVINCE, OF_HENAN):
        assert door.run("countersign", returned.id, "--return", "  ")[0] == 1
        assert door.run("countersign", returned.id, "--return", "人数不对，请电 13800138000 核")[0] == 0
        assert door.run("countersign", withdrawn.id, "--withdraw")[0] == 1
    with acting(OTHER, OF_LUOYANG):
        assert door.run("countersign", withdrawn.id, "--withdraw")[0] == 0
        code, listed, _ = door.run("uploads")
    assert code == 0 and workers(door) == 40.0
    states = {one["upload"]: (one["state"], one.get("reason")) for one in listed if "state" in one}
    assert states[withdrawn.id] == ("withdrawn", None)
    state, reason = states[returned.id]
    assert state == "returned" and "人数不对" in reason and "13800138000" not in reason
    # What was returned can be looked at; what was withdrawn is not kept.
    assert waiting.path_of(door.settings, returned).is_file() and not waiting.path_of(door.settings, withdrawn).exists()
    with acting(PROVINCE, OF_HENAN), pytest.raises(CountersignError, match="已经由 省总乙 退回"):
        countersign.sign(door.settings, returned.id)


def test_a_file_that_was_changed_while_it_waits_is_not_published(door: Door) -> None:
    one = handed_in(door, 60)
    path = waiting.path_of(door.settings, one)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"60", b"61"))
    with acting(PROVINCE, OF_HENAN), pytest.raises(CountersignError, match="被改动过"):
        countersign.sign(door.settings, one.id)
    path.unlink()
    with acting(PROVINCE, OF_HENAN), pytest.raises(CountersignError, match="不见了"):
        countersign.sign(door.settings, one.id)
    path.write_bytes(whole)
    assert workers(door) == 40.0


def test_the_earlier_of_two_is_decided_first(door: Door) -> None:
    [earlier] = [one for one in waiting.every(door.settings) if one.state == "waiting"]
    later = handed_in(door, 70)
    with acting(PROVINCE, OF_HENAN):
        with pytest.raises(CountersignError, match="较早的一份"):
            countersign.sign(door.settings, later.id)
        assert countersign.sign(door.settings, earlier.id)[1] and workers(door) == 60.0
        assert countersign.sign(door.settings, later.id)[1] and workers(door) == 70.0


def test_of_two_who_sign_at_once_one_does(door: Door) -> None:
    one = handed_in(door, 80)

    def sign(person: Person) -> str:
        with people.as_person(person):
            try:
                return str(countersign.sign(door.settings, one.id)[1])
            except CountersignError as error:
                return str(error)

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(sign, (PROVINCE, SECOND)))
    assert said[0] == "True" and "已经由 省总" in said[1] and workers(door) == 80.0
    signed = [
        entry for entry in audit.read(door.settings, action="files.countersign") if entry["about"]["waiting"] == one.id
    ]
    assert len(signed) == 1


def test_whoever_is_killed_while_signing_loses_nothing(door: Door) -> None:
    one = handed_in(door, 90)
    where = ["--seeds", str(door.settings.seeds), "--home", str(door.settings.home), "--today", "2024-06-15"]
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse.command.cli", "countersign", one.id, *where],
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    place = door.settings.seeds / FOLDER
    while process.poll() is None and not any("更正5" in path.name for path in place.iterdir()):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert [other.id for other in waiting.every(door.settings) if other.state == "waiting"] == [one.id]
    with acting(PROVINCE, OF_HENAN):
        assert countersign.sign(door.settings, one.id)[1]
    assert workers(door) == 90.0 and waiting.every(door.settings)[-1].state == "signed"


def test_what_waits_is_in_a_backup(door: Door, tmp_path: Path) -> None:
    one = handed_in(door, 99)
    backup.back_up(door.settings, tmp_path / "b.tar.gz")
    elsewhere = settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home", today=TODAY)
    backup.restore(elsewhere, tmp_path / "b.tar.gz")
    assert waiting.every(elsewhere)[-1] == one
    assert waiting.path_of(elsewhere, one).read_bytes() == waiting.path_of(door.settings, one).read_bytes()


def test_the_machines_own_commands_wait_for_nobody(door: Door, tmp_path: Path) -> None:
    offered = write_csv(tmp_path / CASES, FOLDER, "case", [of_luoyang(95)])

    def waits_for(room: str) -> object:
        (tmp_path / room).mkdir()
        [found] = offer.judged(door.settings, [(offered, CASES)], None, False, lambda _: None, tmp_path / room)
        assert found.place is not None
        return found.waits_for

    assert waits_for("own") is None
    with acting(OFFICE, OF_LUOYANG):
        assert waits_for("office") == ("410300",)


@pytest.mark.parametrize(
    ("cell", "asks"), [("province", True), ("省", True), (" Yes ", True), ("", False), ("否", False)]
)
def test_the_column_asks_for_a_second_person(door: Door, tmp_path: Path, cell: str, asks: bool) -> None:
    """A word that is not known asks: a slip must not publish what was meant to wait."""
    (tmp_path / "programmes.csv").write_text(f"programme,countersign\n{FOLDER},{cell}\n", "utf-8")
    assert (FOLDER in reference.load(tmp_path).countersigned) is asks
