"""What a writer's server offers to replicas, to whom, and how files that are handed in at a replica reach it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hosts import machines
from tests.hosts.machines import PROGRAMME, Machine, until
from tests.support.files import case, write_csv
from warehouse import settings as settings_module
from warehouse.access import own_unit
from warehouse.releases import current_values, release
from warehouse.replicas import secret, sources
from warehouse.replicas.pull import PullError, pull
from warehouse.replicas.secret import SecretError
from warehouse.replicas.sources import SourceError, Writer
from warehouse.settings import CHECKOUT, Settings
from warehouse.system import copied
from warehouse.system.copied import Copy


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hosts")


@pytest.fixture(scope="module")
def token(root: Path) -> Path:
    return machines.token_in(root)


@pytest.fixture(scope="module")
def writer(root: Path, token: Path) -> Iterator[Machine]:
    """A running writer that offers."""
    machines.hand_out_two_cases(root / "seeds")
    with machines.writer(root, root / "seeds", token) as machine:
        yield machine


@pytest.fixture
def replica(writer: Machine, token: Path, tmp_path: Path) -> Settings:
    """A home that follows the writer; its worker is the test."""
    home = tmp_path / "replica"
    (home / "seeds").mkdir(parents=True)
    copied.save(home, Copy(writer.address, writer=writer.address))
    settings = settings_module.load(home / "seeds", home, machines.TODAY)
    pull(settings, Writer(writer.address, token))
    return settings


def asked(writer: Machine, path: str, headers: dict[str, str], method: str = "GET", body: bytes | None = None) -> int:
    request = urllib.request.Request(writer.address + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def handed_on(replica: Settings, token: Path, command: str, *arguments: str) -> tuple[int, dict[str, Any] | None, str]:
    """What the upload page of a replica runs."""
    environment = {
        **os.environ, "UNIONBOARD_HOME": str(replica.home), "UNIONBOARD_SEEDS": str(replica.seeds), "PYTHONPATH": str(CHECKOUT),
        "UNIONBOARD_TOKEN_FILE": str(token), "http_proxy": "http://127.0.0.1:9",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.replicas.forward", command, *arguments, "--steps", "--json", "--lang", "zh"],
        env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_only_who_knows_the_token_is_answered(writer: Machine, token: Path) -> None:
    known = token.read_text(encoding="ascii").strip()
    wrong = ["", known[:-1], known + "0", known.upper() if known != known.upper() else known.lower(), "0" * 64, "令牌"]
    paths = ("/api/offer", "/api/offer/last_refresh.json", f"/api/offer/releases/{writer.release()}.duckdb")
    for path in paths:
        assert asked(writer, path, {}) == 401
        assert asked(writer, path, {"Authorization": f"Basic {known}"}) == 401
        for one in wrong:
            assert asked(writer, path, {"Authorization": f"Bearer {one}".encode().decode("latin-1")}) == 401
        assert asked(writer, path, {"Authorization": f"Bearer {known}"}) == 200
    assert asked(writer, "/api/offer/jobs", {}, "POST", b"{}") == 401
    # The host check stands before the token.
    assert asked(writer, "/api/offer", {"Authorization": f"Bearer {known}", "Host": "evil.example"}) == 421


def test_nothing_else_of_home_is_reachable(writer: Machine, token: Path) -> None:
    headers = {"Authorization": f"Bearer {token.read_text(encoding='ascii').strip()}"}
    for path in sorted(writer.home.rglob("*")):
        name = path.relative_to(writer.home).as_posix()
        expected = 200 if path.is_file() and _is_meant(name) else 404
        assert asked(writer, f"/api/offer/{name}", headers) == expected, name
    port = writer.port
    for odd in (
        "../token",
        "%2e%2e/token",
        "releases/%2e%2e/refresh.lock",
        "//etc/passwd",
        "set_aside.json/../up.lock",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            head = (
                f"GET /api/offer/{odd} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {headers['Authorization']}\r\n\r\n"
            )
            connection.sendall(head.encode())
            assert connection.recv(4096).split(b" ", 2)[1] in (b"400", b"404"), odd


def _is_meant(name: str) -> bool:
    return name in ("receipts/latest.json", "last_refresh.json") or (
        name.startswith("releases/2") and name.endswith((".json", ".duckdb"))
    )


def test_a_server_that_is_not_told_to_offers_nothing(replica: Settings, token: Path, tmp_path: Path) -> None:
    with (
        machines.replica(tmp_path, "other", str(replica.home)) as machine,
        pytest.raises(SourceError, match="没有打开分发"),
    ):
        Writer(machine.address, token).offered(None)


def test_writer_that_offers_without_a_safe_token_says_so_and_does_not_begin(writer: Machine, tmp_path: Path) -> None:
    loose = machines.token_in(tmp_path)
    loose.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        secret.tokens(loose)
    short = tmp_path / "short"
    short.touch(0o600)
    short.write_text("abc\n", encoding="ascii")
    with pytest.raises(SecretError, match="至少 32 个字符"):
        secret.tokens(short)
    with pytest.raises(SecretError, match="读不了"):
        secret.tokens(tmp_path / "none")
    for path in (loose, short, tmp_path / "none"):
        done = subprocess.run(
            [sys.executable, "-m", "warehouse.command.cli", "up", "--seeds", str(tmp_path), "--home", str(tmp_path / "home"),
             "--port", str(machines.free_port())],
            env={**os.environ, "UNIONBOARD_OFFER_TOKEN_FILE": str(path)}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 1
        assert "令牌文件" in done.stderr


def test_token_may_be_changed_while_both_run(tmp_path: Path) -> None:
    path = machines.token_in(tmp_path)
    (old,) = secret.tokens(path)
    new = "n" * 40
    path.write_text(f"{new}\n{old}\n", encoding="ascii")
    assert secret.tokens(path) == (new, old)
    assert secret.is_one_of(old, secret.tokens(path)) and secret.is_one_of(new, secret.tokens(path))
    path.write_text(f"{new}\n", encoding="ascii")
    assert not secret.is_one_of(old, secret.tokens(path))


def test_copy_over_http_is_the_same_and_is_told_when_nothing_is_new(
    writer: Machine, replica: Settings, token: Path
) -> None:
    now = release.current(replica)
    assert now is not None and now.id == writer.release()
    assert now.path.read_bytes() == (writer.home / "releases" / now.path.name).read_bytes()
    source = Writer(writer.address, token)
    known = source.offered(None)
    assert known is not None and source.offered(known.digest) is None


def test_wrong_token_and_wrong_addresses_are_said_in_words(writer: Machine, replica: Settings, tmp_path: Path) -> None:
    token = machines.token_in(tmp_path)
    with pytest.raises(SourceError, match="不认这个令牌"):
        pull(replica, Writer(writer.address, token))
    with pytest.raises(SourceError, match="那里没有程序在听"):
        pull(replica, Writer(f"http://127.0.0.1:{machines.free_port()}", token))
    with pytest.raises(SourceError, match="联系不上"):
        pull(replica, Writer(writer.address.replace("http:", "https:"), token))
    assert release.current(replica) is not None


def test_source_that_stops_in_the_middle_or_lies_leaves_the_copy(
    replica: Settings, writer: Machine, token: Path
) -> None:
    """A server between that cuts every database short, then one that changes a byte of it."""
    first = release.current_id(replica)
    known = Writer(writer.address, token).offered(None)
    assert known is not None
    named = known.releases[0]
    document = json.dumps(known.as_json()).encode()
    manifest = (replica.releases / f"{named.id}.json").read_bytes()
    database = (replica.releases / f"{named.id}.duckdb").read_bytes()
    wrong = database[:5000] + bytes([database[5000] ^ 255]) + database[5001:]
    empty = settings_module.load(replica.home / "seeds", replica.home.parent / "new", replica.today)
    for content, length, said in (
        (database[: len(database) // 2], len(database), "断了|没有传完整"),
        (database[: len(database) // 2], len(database) // 2, "没有传完整"),
        (wrong, len(wrong), "校验和"),
    ):
        with _liar(document, manifest, content, length) as port:
            for home in (empty, replica):
                for path in home.releases.glob("*.duckdb"):
                    path.unlink()
                with pytest.raises((PullError, SourceError), match=said):
                    pull(home, Writer(f"http://127.0.0.1:{port}", token))
                for path in home.releases.glob(".pull-*"):
                    path.unlink()
        assert release.current_id(empty) is None and release.current(empty) is None
        assert release.current_id(replica) == first


class _liar:
    """Answers each request as a writer would, but for the database."""

    def __init__(self, document: bytes, manifest: bytes, database: bytes, length: int) -> None:
        self._answers = {".json": manifest, ".duckdb": database}
        self._document, self._length = document, length
        self._listening = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(65_536).split(b" ")[1].decode()
                body = next((body for suffix, body in self._answers.items() if path.endswith(suffix)), self._document)
                length = self._length if path.endswith(".duckdb") else len(body)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % length + body
                )


def test_file_handed_in_at_a_replica_is_judged_published_and_comes_back(
    writer: Machine, replica: Settings, token: Path, root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "offered" / "0" / "河南_劳动争议裁调对接_案件表_许昌市总工会_202405.csv"
    cases = [case(str(number), workers_involved=7, reporting_unit="许昌市总工会") for number in (70, 71)]
    write_csv(file, PROGRAMME, "case", cases)
    code, document, said = handed_on(replica, token, "check", str(file))
    assert code == 0 and document is not None, said
    # Receipts call the file what it is called here.
    assert [(one["file"], one["status"], one["rows_accepted"]) for one in document["files"]] == [
        (str(file), "accepted", 2)
    ]
    assert "» 检查" in said
    code, document, said = handed_on(replica, token, "preview", str(file))
    assert code == 0 and document is not None, said
    changed = {
        (one["region"], one["before"], one["after"]) for one in document["changes"] if one["kpi"] == "dm_workers"
    }
    # 2 × 12, and 2 × 7 more.
    assert ("000000", 24.0, 38.0) in changed
    code, document, said = handed_on(replica, token, "accept", str(file))
    assert document is not None, said
    assert (code, document["published"]) == (0, True)
    # Once more, as somebody does who does not know whether it came through.
    code, document, _ = handed_on(replica, token, "accept", str(file))
    assert code == 0 and document is not None
    assert list((root / "seeds").rglob("*许昌*"))[1:] == []
    source = Writer(writer.address, token)
    until(lambda: pull(replica, source).offered.release == document["release"])
    assert release.current_id(replica) == writer.release() == document["release"]
    selection = current_values.Selection(kpi="dm_workers", region="000000", period="2024-05", origin="submitted")
    assert current_values.kpi_values(replica, selection)[0]["value"] == 38.0


def test_writer_holds_the_person_at_a_replica_to_what_that_person_may_hand_in(
    replica: Settings, token: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "河南_劳动争议裁调对接_案件表_许昌市总工会_202405.csv"
    write_csv(path, PROGRAMME, "case", [case("80", reporting_unit="许昌市总工会")])
    own = {"units": ["许昌市总工会"], "regions": None}
    monkeypatch.setenv(own_unit.VARIABLE, json.dumps(own))
    _, document, _ = handed_on(replica, token, "check", str(path))
    assert document is not None and "D125" not in json.dumps(document)
    monkeypatch.setenv(own_unit.VARIABLE, json.dumps(own | {"units": ["开封市总工会"]}))
    _, document, _ = handed_on(replica, token, "check", str(path))
    assert document is not None and "D125" in json.dumps(document)


def test_workbook_comes_from_the_writer_for_offered_and_for_stored_files(
    writer: Machine, replica: Settings, token: Path, tmp_path: Path
) -> None:
    file = tmp_path / "0" / "河南_劳动争议裁调对接_案件表_南阳市总工会_202405.csv"
    write_csv(file, PROGRAMME, "case", [case("90", reporting_unit="南阳市总工会", outcome="不知道")])
    (tmp_path / "out").mkdir()
    code, document, said = handed_on(replica, token, "fix", str(file), "--out", str(tmp_path / "out"))
    assert code == 0 and document is not None, said
    assert Path(document["workbook"]).read_bytes().startswith(b"PK")
    stored = next(iter(json.loads((replica.receipts / "latest.json").read_text(encoding="utf-8"))["files"]))["file"]
    code, document, said = handed_on(replica, token, "fix", str(replica.seeds / stored), "--out", str(tmp_path / "out"))
    assert (code, document) == (0, {"workbook": None}), said
    for other in ("../writer/last_refresh.json", "../token", "dispute_mediation/none.csv"):
        code, document, _ = handed_on(replica, token, "fix", f"{replica.seeds}/{other}", "--out", str(tmp_path / "out"))
        assert code in (1, 75) and document is None


@pytest.mark.parametrize(
    "head",
    [
        {"command": "refresh"}, {"command": "rollback"}, {"command": "query"}, {"command": "check", "files": []},
        {"command": "check", "files": [{"name": "../x.csv", "size": 1}]}, {"command": "check", "files": [{"name": "", "size": 1}]},
        {"command": "check", "files": [{"name": "x.csv", "size": -1}]}, {"command": "check", "files": [{"name": "x.csv", "size": 10**12}]},
        {"command": "fix", "files": [], "stored": "../../token"},
        {"command": "fix", "files": [{"name": "x.zip", "size": 1}], "inside": "../y"},
        {"command": "check", "lang": "--seeds=/"}, {"command": "check", "files": [{"name": "x.csv", "size": 5}]},
    ],
)  # fmt: skip
def test_what_is_handed_on_is_one_of_four_commands_with_files_of_its_own(
    writer: Machine, token: Path, head: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {token.read_text(encoding='ascii').strip()}"}
    body = json.dumps({"lang": "zh", "files": [{"name": "x.csv", "size": 1}], **head}).encode() + b"\nx"
    assert asked(writer, "/api/offer/jobs", headers, "POST", body) == 400


def test_upload_while_the_writer_is_away_is_said_and_nothing_is_lost(
    writer: Machine, replica: Settings, token: Path, tmp_path: Path
) -> None:
    file = tmp_path / "0" / "河南_劳动争议裁调对接_案件表_信阳市总工会_202405.csv"
    write_csv(file, PROGRAMME, "case", [case("95", reporting_unit="信阳市总工会")])
    content = file.read_bytes()
    away = f"http://127.0.0.1:{machines.free_port()}"
    copied.save(replica.home, Copy(away, writer=away))
    code, document, said = handed_on(replica, token, "accept", str(file))
    assert (code, document) == (75, None)
    assert "联系不上发布主机" in said and "没有丢" in said
    # Every reader sees this; where the writer is stands in the log.
    assert "127.0.0.1" not in said and str(token) not in said
    assert file.read_bytes() == content
    told = (replica.logs / "handed_on.jsonl").read_text(encoding="utf-8")
    assert "那里没有程序在听" in told and away in told
    copied.save(replica.home, Copy(str(writer.home)))
    code, _, said = handed_on(replica, token, "accept", str(file))
    assert code == 75 and "serve --writer" in said


def test_answer_that_breaks_off_is_told_as_unknown(replica: Settings, token: Path, tmp_path: Path) -> None:
    file = tmp_path / "0" / "x.csv"
    file.parent.mkdir()
    file.write_text("a\n", encoding="utf-8")
    with _breaking_off() as port:
        copied.save(replica.home, Copy("x", writer=f"http://127.0.0.1:{port}"))
        code, document, said = handed_on(replica, token, "accept", str(file))
    assert (code, document) == (75, None)
    assert "不知道它收下没有" in said and "不会算两遍" in said


class _breaking_off(_liar):
    """Takes the files, gives one sign of life, and is gone."""

    def __init__(self) -> None:
        super().__init__(b"", b"", b"", 0)

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.recv(65_536)
            time.sleep(0.5)
            connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n{"step": "one"}\r\n')
            time.sleep(0.5)


def test_follower_keeps_the_copy_while_the_writer_is_away_and_says_so(token: Path, tmp_path: Path) -> None:
    """The writer is a folder that goes and comes back, as a mount does."""
    seeds = tmp_path / "seeds"
    machines.hand_out_two_cases(seeds)
    source = settings_module.load(seeds, tmp_path / "source", machines.TODAY)
    from warehouse.refresh import refresh

    assert refresh(source).published
    with machines.replica(tmp_path, "copy", str(source.home)) as machine:
        first = release.current_id(source)
        until(lambda: machine.json("/api/health")["status"] == "ok", machine)
        source.home.rename(tmp_path / "gone")
        until(lambda: "找不到文件夹" in (machine.json("/api/health")["copy"]["problem"] or ""), machine)
        assert machine.release() == first
        # Its worker is killed besides: another one goes on.
        for child in machines.children_of(machine.process.pid):
            if b"warehouse.command.follow" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(child, signal.SIGKILL)
        machines.drop_more(seeds, "郑州市总工会", 100, 10)
        moved = settings_module.load(seeds, tmp_path / "gone", machines.TODAY)
        assert refresh(moved).published
        (tmp_path / "gone").rename(source.home)
        until(lambda: machine.release() == release.current_id(source) != first, machine)
        until(lambda: machine.json("/api/health")["copy"]["problem"] is None, machine)
        # A second one on the same home, and one on the writer's, do not begin.
        for home, said in ((machine.home, "另一个 unionboard up"), (source.home, "不能当副本|同一处")):
            done = subprocess.run(
                [sys.executable, "-m", "warehouse.command.cli", "serve", "--from", str(source.home), "--home", str(home),
                 "--port", str(machines.free_port())],
                capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            )  # fmt: skip
            assert done.returncode == 1
            assert any(one in done.stderr for one in said.split("|")), done.stderr
        assert sources.named(str(source.home), None, moved).where == str(source.home)
