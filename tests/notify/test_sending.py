"""Mail and messages to robots through real servers that reject, delay, die and lie; nothing is lost and nothing sent twice."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.notify import plans
from tests.notify.servers import Mails, certificate, mail_server, only, robot_server
from warehouse.access import audit
from warehouse.notify import outbox, robots, run, sending
from warehouse.notify.outbox import BusyError, Parcel
from warehouse.notify.schedule import Schedule
from warehouse.settings import TIME_ZONE, Settings
from warehouse.system import lines


@pytest.fixture
def mails() -> Iterator[tuple[Mails, int]]:
    with mail_server() as found:
        yield found


def put(settings: Settings, *letters: outbox.Letter) -> None:
    with outbox.held(settings) as box:
        for one in letters:
            box.put(one, datetime.now(TIME_ZONE))


def states(settings: Settings) -> list[str]:
    return [one.state for one in outbox.read(settings).values()]


def make_due(settings: Settings) -> None:
    """The next try of what failed is now."""
    for one in outbox.read(settings).values():
        if one.state == outbox.FAILED:
            past = datetime.now(TIME_ZONE) - timedelta(days=9)
            lines.append(settings.home / "notify" / "outbox.jsonl", {"id": one.id, "next_at": past.isoformat()})


def test_mail_arrives_once_and_names_cannot_add_headers(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    attached = outbox.Attachment("全国\r\nBcc: x@example.org.pdf", b"%PDF-1.7")
    put(installation, plans.letter(subject="简报\r\nBcc: y@example.org", attachments=(attached,)))
    run.send(installation, plan)
    run.send(installation, plan)
    [mail] = mails[0].received
    assert str(mail["To"]) == "甲 <a@example.org>" and mail["Bcc"] is None
    assert str(mail["From"]) == "工会看板 <board@example.org>"
    assert str(mail["Subject"]) == "简报 Bcc: y@example.org"
    body = mail.get_body()
    assert body is not None and body.get_content().splitlines() == ["第一行", ".一行以点开头"]
    [file] = mail.iter_attachments()
    assert file.get_content() == b"%PDF-1.7" and file.get_content_type() == "application/pdf"
    assert states(installation) == ["sent"]
    assert not list((installation.home / "notify" / "content").glob("*"))
    entries = list(audit.read(installation, action="notify.send"))
    assert [(one["outcome"], one["about"]["to"]) for one in entries] == [("done", "a***@example.org")]


def test_addresses_stand_in_the_schedule_only(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter(), plans.letter("乙"))
    mails[0].rcpt["b@example.org"] = "451 later"
    run.send(installation, plan)
    for path in installation.home.rglob("*"):
        if path.is_file() and path.name != "notify.yml":
            assert b"a@example.org" not in path.read_bytes() and b"b@example.org" not in path.read_bytes()


def test_refusal_for_now_is_tried_again_and_for_good_is_given_up(
    installation: Settings, mails: tuple[Mails, int]
) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter("甲"), plans.letter("乙"))
    mails[0].rcpt["a@example.org"] = "451 4.2.1 mailbox busy"
    mails[0].rcpt["b@example.org"] = "550 5.1.1 no such user"
    done = run.send(installation, plan)
    assert [(one.state, one.tries) for one in done.parcels] == [("failed", 1), ("given_up", 1)]
    assert "451 4.2.1 mailbox busy" in str(done.parcels[0].reason)
    assert [one.recipient for one in done.open] == ["乙"]
    del mails[0].rcpt["a@example.org"]
    # Not before its time.
    assert run.send(installation, plan).parcels == ()
    make_due(installation)
    assert [one.state for one in run.send(installation, plan).parcels] == ["sent"]
    assert len(mails[0].received) == 1


def test_content_refused_for_now_is_no_uncertainty(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    mails[0].data = ["452 full", "554 spam"]
    assert [one.state for one in run.send(installation, plan).parcels] == ["failed"]
    make_due(installation)
    assert [one.state for one in run.send(installation, plan).parcels] == ["given_up"]
    assert mails[0].received == []


def test_tries_end_after_the_last_pause(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    mails[0].rcpt["a@example.org"] = "451 later"
    for _ in outbox.BACKOFF_MINUTES:
        run.send(installation, plan)
        assert states(installation) == ["failed"]
        make_due(installation)
    run.send(installation, plan)
    assert states(installation) == ["given_up"]


@pytest.mark.parametrize("way", ["silence", "hangs_up"])
def test_no_answer_to_the_content_is_uncertain_and_never_sent_again_by_itself(
    installation: Settings, mails: tuple[Mails, int], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAIT_SECONDS", 0.3)
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    setattr(mails[0], way, 2.0 if way == "silence" else True)
    done = run.send(installation, plan)
    assert [one.state for one in done.open] == ["uncertain"] and len(mails[0].received) == 1
    mails[0].silence, mails[0].hangs_up = 0.0, False
    assert run.send(installation, plan).parcels == ()
    assert len(mails[0].received) == 1
    # A person has asked and knows that it did not arrive.
    run.settle(installation, done.open[0].id[:6], is_again=True)
    assert [one.state for one in run.send(installation, plan).parcels] == ["sent"]
    assert len(mails[0].received) == 2
    with pytest.raises(KeyError):
        run.settle(installation, done.open[0].id, is_again=True)


def test_server_that_says_nothing_costs_one_wait_for_all_letters(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAIT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        plan = plans.by_mail(installation, silent.getsockname()[1])
        put(installation, *(plans.letter(occasion=f"held/规则/{number}") for number in range(5)))
        done = run.send(installation, plan)
    assert [one.state for one in done.parcels] == ["failed", *["pending"] * 4]
    assert "等不到答复" in str(done.parcels[0].reason)


def test_server_whose_answers_drip_is_left(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 0.5)
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        plan = plans.by_mail(installation, listening.getsockname()[1])
        put(installation, plans.letter())
        run.send(installation, plan)
        stop.set()
        thread.join(5)
    assert states(installation) == ["failed"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_certificates_are_verified(installation: Settings, tmp_path: Path, security: str) -> None:
    context, trusted = certificate(tmp_path)
    options: dict[str, Any] = (
        {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    )
    with mail_server(**options) as (mails, port):
        plan = plans.by_mail(installation, port, security=security)
        put(installation, plans.letter())
        [failed] = run.send(installation, plan).parcels
        assert failed.state == "failed" and "证书" in str(failed.reason)
        make_due(installation)
        plan = plans.by_mail(installation, port, security=security, ca_file=trusted)
        assert [one.state for one in run.send(installation, plan).parcels] == ["sent"]
        assert len(mails.received) == 1


def test_server_without_starttls_gets_nothing_in_the_clear(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1], security="starttls")
    put(installation, plans.letter())
    run.send(installation, plan)
    assert states(installation) == ["failed"] and mails[0].received == []


def test_password_is_sent_over_tls_and_a_wrong_one_loses_nothing(installation: Settings, tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text("wrong\n")
    password.chmod(0o600)
    options: dict[str, Any] = {"tls_context": context, "authenticator": only("board", "right"), "auth_required": True}
    with mail_server(**options) as (mails, port):
        told = {"security": "starttls", "ca_file": trusted, "user": "board", "password_file": password}
        plan = plans.by_mail(installation, port, **told)
        put(installation, plans.letter())
        run.send(installation, plan)
        assert states(installation) == ["failed"]
        password.write_text("right\n")
        make_due(installation)
        run.send(installation, plan)
        assert states(installation) == ["sent"] and len(mails.received) == 1


def dying(settings: Settings, plan: Schedule, dies_at: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """A process that sends and kills itself once this state is on the disk, of `sent` just before; how it ended."""
    move = outbox.Outbox.move

    def moving(box: outbox.Outbox, parcel: Parcel, state: str, now: datetime, reason: str | None = None) -> Parcel:
        if state == dies_at == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        moved = move(box, parcel, state, now, reason)
        if state == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved

    child = os.fork()
    if child == 0:
        try:
            with monkeypatch.context() as patched:
                patched.setattr(outbox.Outbox, "move", moving)
                run.send(settings, plan)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(
    ("dies_at", "after", "arrived"),
    [("sending", ["sent"], 1), ("handing_over", ["uncertain"], 0), ("sent", ["uncertain"], 1)],
)
def test_killed_process_loses_nothing_and_sends_nothing_twice(
    installation: Settings,
    mails: tuple[Mails, int],
    dies_at: str,
    after: list[str],
    arrived: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    assert dying(installation, plan, dies_at, monkeypatch) == -signal.SIGKILL
    run.send(installation, plan)
    assert states(installation) == after
    assert len(mails[0].received) == arrived


def test_half_a_line_of_a_killed_writer_is_taken_back(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    path = installation.home / "notify" / "outbox.jsonl"
    with path.open("ab") as file:
        file.write(b'{"id": "x", "sta')
    run.send(installation, plan)
    assert states(installation) == ["sent"]
    assert all(isinstance(json.loads(line), dict) for line in path.read_text().splitlines())


def test_outbox_that_cannot_be_read_sends_nothing(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter())
    path = installation.home / "notify" / "outbox.jsonl"
    path.write_text("not json\n" + path.read_text())
    with pytest.raises(OSError, match="第 1 行已损坏"):
        run.send(installation, plan)
    assert mails[0].received == []


def test_second_process_does_not_send(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    with outbox.held(installation), pytest.raises(BusyError):
        run.send(installation, plan)


def test_recipient_who_left_the_schedule_gets_nothing(installation: Settings, mails: tuple[Mails, int]) -> None:
    plan = plans.by_mail(installation, mails[1])
    put(installation, plans.letter("丙"))
    assert [one.state for one in run.send(installation, plan).open] == ["given_up"]
    assert mails[0].received == []


# The signatures, worked out with `openssl dgst -sha256 -hmac` from the vendors' descriptions.
def test_messages_are_signed_as_the_vendors_say() -> None:
    assert robots.signature("dingtalk", "SECabc", 1577808000.0) == (
        "1577808000000",
        "d8MiemiW5bT/XT2zgWrhyRQdANlJ4zkTa39rkwaldRU=",
    )
    assert robots.signature("feishu", "demo", 1599360473.0) == (
        "1599360473",
        "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
    )


@pytest.mark.parametrize(
    ("robot", "answer", "state"),
    [
        ("wecom", (200, {"errcode": 0, "errmsg": "ok"}), "sent"),
        ("dingtalk", (200, {"errcode": 0, "errmsg": "ok"}), "sent"),
        ("feishu", (200, {"code": 0, "msg": "success"}), "sent"),
        ("dingtalk", (200, {"errcode": 310000, "errmsg": "sign not match"}), "given_up"),
        ("wecom", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), "failed"),
        ("feishu", (429, {}), "failed"),
        ("feishu", (404, {}), "given_up"),
        ("wecom", (302, {}), "given_up"),
        ("wecom", (502, {}), "uncertain"),
        ("wecom", (200, ["?"]), "uncertain"),
    ],
)
def test_robot_is_told_once_in_its_form(
    installation: Settings, robot: str, answer: tuple[int, object], state: str
) -> None:
    with robot_server() as (group, url):
        group.answer = answer
        plan = plans.by_robot(installation, robot, url, None if robot == "wecom" else "SECabc")
        put(installation, plans.letter("群"))
        run.send(installation, plan)
        run.send(installation, plan)
    assert states(installation) == [state]
    [document] = group.documents
    text = document["content"]["text"] if robot == "feishu" else document["text"]["content"]
    assert text == "新版本等待确认\n第一行\n.一行以点开头"
    if robot == "dingtalk":
        assert group.paths[0].startswith("/robot/send?access_token=T0KEN&timestamp=") and "&sign=" in group.paths[0]
    if robot == "feishu":
        assert document["sign"] == robots.signature("feishu", "SECabc", int(document["timestamp"]))[1]
    assert "T0KEN" not in (installation.home / "notify" / "outbox.jsonl").read_text()


def test_robot_that_does_not_answer_is_uncertain_and_one_that_is_away_is_tried_again(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "WAIT_SECONDS", 0.2)
    with robot_server() as (group, url):
        group.silence = 1.0
        plan = plans.by_robot(installation, "wecom", url)
        put(installation, plans.letter("群", "held/规则/1"))
        run.send(installation, plan)
        assert states(installation) == ["uncertain"]
    put(installation, plans.letter("群", "held/规则/2"))
    run.send(installation, plan)
    assert states(installation) == ["uncertain", "failed"]


def test_robot_with_an_unknown_certificate_is_not_told(installation: Settings, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with robot_server(context) as (group, url):
        plan = plans.by_robot(installation, "wecom", url)
        put(installation, plans.letter("群"))
        run.send(installation, plan)
    assert states(installation) == ["failed"] and group.documents == []


def test_long_message_is_cut_between_characters() -> None:
    _, document = robots.request("wecom", "https://example.org", "数" * 5000, None, 0.0)
    content = document["text"]["content"]
    assert len(content.encode()) <= 2048 and content.endswith("（全文见看板）") and set(content[:600]) == {"数"}
