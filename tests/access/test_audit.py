"""The audit: what is written, that nobody changes it unnoticed, and how it is kept, listed and sent on."""

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from warehouse import settings as settings_module
from warehouse.access import audit, chain, syslog, verifying
from warehouse.access.people import Person
from warehouse.command.cli import app
from warehouse.settings import TIME_ZONE, Settings

WANG = Person("sub-0001", "王")
MONDAY = datetime(2024, 6, 10, 9, 0, tzinfo=TIME_ZONE)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    return settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home")


def three_days(settings: Settings) -> None:
    """Four entries on each of three days; the first begins with the one that says so."""
    for day in range(3):
        for number in range(4):
            when = MONDAY + timedelta(days=day, minutes=number)
            audit.write(settings, "page.view", who=WANG, now=when, page="overview", region=f"{day}{number}")


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def rewrite(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(lines(path))))


def edited(line: bytes, **fields: object) -> bytes:
    return chain.written({**json.loads(line), **fields}) + b"\n"


def test_audit_as_written_is_whole(home: Settings) -> None:
    three_days(home)

    verdict = verifying.verify(home)

    assert verdict.is_whole, verdict.faults
    # Four on each of three days, and the first one of all.
    assert (verdict.entries, verdict.days) == (13, 3)
    assert [path.name for path in audit.day_files(home)] == [f"2024-06-1{day}.jsonl" for day in range(3)]


def moved_to_the_day_before(place: Path) -> None:
    first = lines(place / "2024-06-11.jsonl")[0]
    rewrite(place / "2024-06-10.jsonl", lambda found: [*found, first])
    rewrite(place / "2024-06-11.jsonl", lambda found: found[1:])


def _forged_with_marks(found: list[bytes]) -> list[bytes]:
    """Edits an entry and hangs all that follow anew, with a key of one's own."""
    entries = [json.loads(line) for line in found]
    entries[1]["about"]["page"] = "upload"
    last, written = chain.Link(entries[0]["number"], entries[0]["mark"]), [found[0]]
    for entry in entries[1:]:
        bare = {name: entry[name] for name in ("at", "who", "action", "outcome", "about")}
        hung = chain.marked(bare, last, b"k" * 32)
        last = chain.Link(hung["number"], hung["mark"])
        written.append(chain.written(hung) + b"\n")
    return written


EDITS: dict[str, tuple[Callable[[Path], object], str, int | None]] = {
    "a word of an entry": (
        lambda place: rewrite(
            place / "2024-06-11.jsonl", lambda found: [found[0], edited(found[1], outcome="refused"), *found[2:]]
        ),
        "2024-06-11.jsonl",
        2,
    ),
    "who did it": (
        lambda place: rewrite(
            place / "2024-06-12.jsonl",
            lambda found: [*found[:3], edited(found[3], who={"subject": "sub-0002", "name": "李"})],
        ),
        "2024-06-12.jsonl",
        4,
    ),
    "an entry taken out": (
        lambda place: rewrite(place / "2024-06-10.jsonl", lambda found: [*found[:2], *found[3:]]),
        "2024-06-10.jsonl",
        3,
    ),
    "the first entry taken out": (
        lambda place: rewrite(place / "2024-06-10.jsonl", lambda found: found[1:]),
        "2024-06-10.jsonl",
        1,
    ),
    "the last entry taken out": (
        lambda place: rewrite(place / "2024-06-12.jsonl", lambda found: found[:-1]),
        "2024-06-12.jsonl",
        3,
    ),
    "half of the last entry": (
        lambda place: os.truncate(place / "2024-06-12.jsonl", (place / "2024-06-12.jsonl").stat().st_size - 20),
        "2024-06-12.jsonl",
        4,
    ),
    "two entries changed about": (
        lambda place: rewrite(place / "2024-06-11.jsonl", lambda found: [found[1], found[0], *found[2:]]),
        "2024-06-11.jsonl",
        1,
    ),
    "an entry twice": (
        lambda place: rewrite(place / "2024-06-11.jsonl", lambda found: [*found[:2], found[1], *found[2:]]),
        "2024-06-11.jsonl",
        3,
    ),
    "an entry moved to another day": (lambda place: moved_to_the_day_before(place), "2024-06-10.jsonl", 6),
    "a forged entry": (
        lambda place: rewrite(
            place / "2024-06-12.jsonl",
            lambda found: [*found, chain.written(chain.marked({"at": "2024-06-12"}, chain.START, b"k" * 32)) + b"\n"],
        ),
        "2024-06-12.jsonl",
        5,
    ),
    "a forged end of the chain": (
        lambda place: rewrite(place / "2024-06-12.jsonl", _forged_with_marks),
        "2024-06-12.jsonl",
        2,
    ),
    "spaces in an entry": (
        lambda place: rewrite(
            place / "2024-06-10.jsonl", lambda found: [found[0], found[1].replace(b":", b": ", 1), *found[2:]]
        ),
        "2024-06-10.jsonl",
        2,
    ),
    "an empty line": (
        lambda place: rewrite(place / "2024-06-11.jsonl", lambda found: [*found, b"\n"]),
        "2024-06-11.jsonl",
        5,
    ),
    "a day in the middle": (lambda place: (place / "2024-06-11.jsonl").unlink(), "2024-06-12.jsonl", 1),
    "the first day": (lambda place: (place / "2024-06-10.jsonl").unlink(), "2024-06-11.jsonl", 1),
    "the last day": (lambda place: (place / "2024-06-12.jsonl").unlink(), "2024-06-11.jsonl", None),
    "the seals": (lambda place: (place / "seals.jsonl").unlink(), "2024-06-10.jsonl", None),
    "one seal": (lambda place: rewrite(place / "seals.jsonl", lambda found: found[1:]), "seals.jsonl", 1),
    "the end of the chain forgotten": (lambda place: (place / "HEAD").unlink(), "HEAD", None),
    "the end of the chain set back": (
        lambda place: (place / "HEAD").write_bytes((place / "HEAD").read_bytes().replace(b"13,", b"12,")),
        "HEAD",
        None,
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_found_and_told_where(home: Settings, name: str) -> None:
    three_days(home)
    edit, file, line = EDITS[name]

    edit(audit.folder(home))

    faults = verifying.verify(home).faults
    assert any(fault.file == file and (line is None or fault.line == line) for fault in faults), faults


def test_everything_removed_is_found_as_long_as_the_key_is_there(home: Settings) -> None:
    three_days(home)

    shutil.rmtree(audit.folder(home))

    assert [fault.kind for fault in verifying.verify(home).faults] == ["head"]


def test_an_edit_is_still_found_after_more_was_written(home: Settings) -> None:
    three_days(home)
    rewrite(audit.folder(home) / "2024-06-12.jsonl", lambda found: found[:-1])

    audit.write(home, "page.view", who=WANG, now=MONDAY + timedelta(days=2, hours=1))

    assert [(fault.file, fault.line, fault.kind) for fault in verifying.verify(home).faults] == [
        ("2024-06-12.jsonl", 4, "gap")
    ]


def test_half_an_entry_of_a_killed_writer_is_taken_back_and_told(home: Settings) -> None:
    audit.write(home, "release.pin", who=WANG, now=MONDAY)
    with (audit.folder(home) / "2024-06-10.jsonl").open("ab") as file:
        file.write(b'{"about":{"pa')

    audit.write(home, "release.unpin", who=WANG, now=MONDAY)

    assert verifying.verify(home).is_whole
    assert [entry["action"] for entry in audit.read(home)] == [
        "audit.begins",
        "release.pin",
        "audit.mended",
        "release.unpin",
    ]


def test_an_entry_that_head_does_not_know_yet_counts(home: Settings) -> None:
    audit.write(home, "release.pin", who=WANG, now=MONDAY)
    head = (audit.folder(home) / "HEAD").read_bytes()
    audit.write(home, "release.unpin", who=WANG, now=MONDAY)
    # Killed between the entry and HEAD.
    (audit.folder(home) / "HEAD").write_bytes(head)
    assert verifying.verify(home).is_whole

    audit.write(home, "release.pin", who=WANG, now=MONDAY)

    assert verifying.verify(home).is_whole
    assert [entry["number"] for entry in audit.read(home)] == [1, 2, 3, 4]


def test_several_writers_make_one_chain(home: Settings) -> None:
    def many() -> None:
        for _ in range(25):
            audit.write(home, "page.view", who=WANG)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = verifying.verify(home)
    assert verdict.is_whole and verdict.entries == 101


def test_days_beyond_the_time_go_and_the_chain_says_which(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_AUDIT_DAYS", "200")
    three_days(home)

    audit.write(home, "page.view", who=WANG, now=MONDAY + timedelta(days=202))

    assert [path.stem for path in audit.day_files(home)] == ["2024-06-12", "2024-12-29"]
    assert verifying.verify(home).is_whole
    [gone] = audit.read(home, action="audit.expired")
    assert gone["about"]["days"] == ["2024-06-10", "2024-06-11"]


def test_fewer_days_than_the_rules_ask_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_AUDIT_DAYS", "90")
    with pytest.raises(ValueError, match="不小于 180"):
        audit.days_kept()


def test_nothing_is_done_that_cannot_be_written_down(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    home.home.mkdir()
    audit.folder(home).write_text("in the way")
    assert audit.record(home, "page.view") is None

    monkeypatch.setenv("UNIONBOARD_AUDIT_REQUIRED", "1")
    with pytest.raises(audit.AuditError, match="没有照办"):
        audit.record(home, "page.view")
    with pytest.raises(audit.AuditError):
        audit.check(home)


def test_commands_list_and_verify(home: Settings) -> None:
    three_days(home)
    audit.write(home, "files.hand_in", audit.REFUSED, WANG, MONDAY + timedelta(days=2, hours=1), files=["=a.csv"])
    at = ["--seeds", str(home.seeds), "--home", str(home.home)]

    listed = CliRunner().invoke(app, ["audit", "list", *at, "--action", "files", "--json"])
    assert [entry["outcome"] for entry in json.loads(listed.stdout)] == ["refused"]
    one_day = CliRunner().invoke(
        app, ["audit", "list", *at, "--since", "2024-06-11", "--until", "2024-06-11", "--json"]
    )
    assert len(json.loads(one_day.stdout)) == 4
    table = CliRunner().invoke(app, ["audit", "list", *at, "--outcome", "refused", "--format", "csv"])
    assert table.stdout.splitlines()[1].startswith("14,2024-06-12T10:00:00.000+08:00,sub-0001,王,files.hand_in,refused")

    assert CliRunner().invoke(app, ["audit", "verify", *at]).exit_code == 0
    (audit.folder(home) / "2024-06-11.jsonl").unlink()
    found = CliRunner().invoke(app, ["audit", "verify", *at, "--json"])
    assert found.exit_code == 1
    document = json.loads(found.stdout)
    assert document["whole"] is False
    assert {"file": "2024-06-12.jsonl", "line": 1, "number": 10, "kind": "gap"}.items() <= document["faults"][0].items()


def test_entries_reach_a_syslog_server_as_rfc_5424_and_once(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        monkeypatch.setenv("UNIONBOARD_AUDIT_SYSLOG", f"udp://127.0.0.1:{server.getsockname()[1]}")
        audit.write(home, "release.pin", who=WANG, now=MONDAY)

        assert syslog.ship(home) == 2
        assert syslog.ship(home) == 0

        received = [server.recv(65536) for _ in range(2)]
    header, _, content = received[1].partition(b"\xef\xbb\xbf")
    # Facility 13, severity 6.
    assert header.startswith(b"<110>1 2024-06-10T09:00:00.000+08:00 ")
    assert b" unionboard " in header and b'[unionboard@32473 number="2" mark="' in header
    assert json.loads(content)["who"] == {"subject": "sub-0001", "name": "王"}


def test_what_a_syslog_server_missed_goes_when_it_is_back(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("UNIONBOARD_AUDIT_SYSLOG", f"tcp://127.0.0.1:{port}")
    audit.write(home, "release.pin", who=WANG, now=MONDAY)
    with pytest.raises(OSError):
        syslog.ship(home)

    with socket.create_server(("127.0.0.1", port)) as server:
        taken: list[bytes] = []

        def take() -> None:
            peer, _ = server.accept()
            with peer:
                while piece := peer.recv(65536):
                    taken.append(piece)

        taking = threading.Thread(target=take)
        taking.start()
        assert syslog.ship(home) == 2
        taking.join(5)
    length, _, rest = b"".join(taken).partition(b" ")
    # Counted (RFC 6587): the second begins where the first says it ends.
    assert rest[int(length) :].partition(b" ")[2].startswith(b"<110>1 ")
