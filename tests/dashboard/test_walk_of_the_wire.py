"""What a real server sends somebody of one province holds no number of another: pages over the socket, files, answers, headers."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import ClientConnection, connect

from tests.conftest import TODAY
from tests.dashboard.serving import running
from tests.dashboard.signed_in import marking, number_marks, text_mark
from tests.support.releases import make
from warehouse import settings as settings_module
from warehouse.interface import describe
from warehouse.releases import release
from warehouse.settings import Settings

OWN, OTHERS = "41", ("11", "31", "37", "43", "44", "51", "65")
ROLES = """
claims: [groups]
nation_for_provinces: true
rules:
  - {when: {groups: henan}, role: province_leader, regions: ["410000"]}
  - {when: {groups: henan}, role: analyst, regions: ["410000"]}
  - {when: {groups: henan}, role: office, regions: ["410000"], units: [河南省总工会]}
  - {when: {groups: henan}, role: countersigner, regions: ["410000"]}
  - {when: {groups: henan}, role: administrator}
  - {when: {groups: all}, role: leader}
"""
# What the addresses of the interface and of prints may ask for, of another province.
ASKED = {
    "region": "440000",
    "kpi": "dm_workers",
    "period": "2024-05",
    "programme": "dispute_mediation",
    "format": "json",
}


class Wire:
    """A real server with a marked release, asked as somebody whom a gateway has signed in."""

    session = ""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._headers = port, {"x-board-token": token}

    def get(self, path: str, **query: str) -> tuple[int, str]:
        """The status, and everything that came: status line, headers, body."""
        answer = httpx.get(f"http://127.0.0.1:{self._port}{path}", params=query, headers=self._headers, timeout=60)
        # How long an answer is may happen to be the number of a mark.
        given = [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in ("content-length", "x-request-id")
        ]
        told = "\n".join(f"{name}: {value}" for name, value in given)
        return answer.status_code, f"{answer.status_code} {answer.reason_phrase}\n{told}\n\n{_text(answer.content)}"

    def page(
        self, path: str, taking_over: str = "", page_hash: str = "", **query: str
    ) -> tuple[str, list[str], list[str]]:
        """Every byte of one run of a page over the socket, the files it names, and the paths of all pages.

        `taking_over` is the id of a session, maybe somebody else's, that the socket says it continues.
        """
        address = f"ws://127.0.0.1:{self._port}/_stcore/stream"
        said: list[Any] = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", taking_over] if taking_over else ["streamlit"]
        with connect(address, additional_headers=self._headers, subprotocols=said, max_size=None) as socket:
            told = socket.response
            head = "\n".join(f"{name}: {value}" for name, value in told.headers.raw_items()) if told else ""
            wanted = BackMsg()
            wanted.rerun_script.query_string = urlencode(query)
            wanted.rerun_script.page_name, wanted.rerun_script.page_script_hash = path, page_hash
            socket.send(wanted.SerializeToString())
            messages = _until_finished(socket)
        # Where people sign in, too, our own settings stand: nothing about anybody's use goes anywhere.
        told_of_server = next(one.new_session.config for one in messages if one.WhichOneof("type") == "new_session")
        self.session = next(
            one.new_session.initialize.session_id for one in messages if one.WhichOneof("type") == "new_session"
        )
        assert not told_of_server.gather_usage_stats
        assert not [one for one in messages if one.WhichOneof("type") == "page_profile"]
        everything = [head, *(_text(message.SerializeToString()) for message in messages)]
        pages = [one.url_pathname for message in messages for one in message.navigation.app_pages]
        files = re.findall(r"/media/[\w.]+", "\n".join(everything))
        return "\n".join(everything), files, pages


def _until_finished(socket: ClientConnection) -> list[ForwardMsg]:
    found, end = [], time.monotonic() + 120
    while time.monotonic() < end:
        message = ForwardMsg()
        message.ParseFromString(bytes(socket.recv(timeout=120)))  # type: ignore[arg-type]
        found.append(message)
        if (
            message.WhichOneof("type") == "script_finished"
            and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        ):
            return found
    raise AssertionError("the run does not end")


def _text(content: bytes) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), content.decode("utf-8", "replace"))


def foreign(text: str) -> list[str]:
    return [
        one
        for province in OTHERS
        for one in (text_mark(province), *number_marks(province))
        if re.search(rf"(?<![\d,.-]){re.escape(one)}(?![\d,]|-\d)", text)
    ]


def own(text: str) -> bool:
    return any(one in text for one in (text_mark(OWN), *number_marks(OWN)))


@pytest.fixture(scope="module")
def wires(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wire, Wire]]:
    """Somebody of Henan with every role there is, and a leader of all, at one server."""
    root = tmp_path_factory.mktemp("wire")
    settings = settings_module.load(seeds=shipped.seeds, home=root / "home", today=TODAY)
    current = release.current(shipped)
    assert current is not None
    make(settings, marking(current.path), current.path, "20240615T000000Z-marked00")
    key = ECKey.generate_key("P-256", {"kid": "gateway"})
    (root / "jwks.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    (root / "roles.yml").write_text(ROLES, encoding="utf-8")
    (root / "sign-in.toml").write_text(
        f'roles = "roles.yml"\n[gateway]\nheader = "x-board-token"\njwks = "{root}/jwks.json"\n'
        'issuer = "https://gateway.example.org"\naudience = "unionboard"\ntrusted = ["127.0.0.0/8"]\n'
    )

    def token(group: str) -> str:
        claims = {"iss": "https://gateway.example.org", "aud": "unionboard", "sub": f"sub-{group}", "groups": [group]}
        return jwt.encode({"alg": "ES256", "kid": "gateway"}, {**claims, "exp": int(time.time()) + 3000}, key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNIONBOARD_SIGN_IN", str(root / "sign-in.toml"))
        with running(settings) as (_, port):
            yield Wire(port, token("henan")), Wire(port, token("all"))


def test_no_byte_of_a_page_or_a_file_it_names_is_of_another_province(wires: tuple[Wire, Wire]) -> None:
    henan, _ = wires
    _, _, pages = henan.page("")
    # A page that is added is in the walk because the navigation names it.
    assert {"provinces", "records", "ask", "upload", "releases", "compare", "audit", "dispute-mediation"} <= set(pages)
    status, html = henan.get("/provinces", region="440000")
    assert status == 200 and foreign(html) == []
    seen = 0
    for path in dict.fromkeys(pages):
        sent, files, _ = henan.page(path, region="440000", kpi="dm_workers", period="2024-05")
        assert foreign(sent) == [], path
        for file in files:
            assert foreign(henan.get(file)[1]) == [], (path, file)
        seen += own(sent)
    assert seen >= len(set(pages)) / 2


def test_no_answer_and_no_header_of_the_interface_is_of_another_province(wires: tuple[Wire, Wire]) -> None:
    henan, leader = wires
    described = json.loads(henan.get(f"{describe.ROOT}/openapi.json")[1].partition("\n\n")[2])
    paths = [f"{describe.ROOT}{path}" for path in described["paths"]]
    assert f"{describe.ROOT}/values" in paths
    seen = 0
    for path in (*paths, "/api/health", "/api/release", "/verify", "/brief", "/nothing-here"):
        for query in ({**ASKED, "region": "410000", "format": "csv"}, ASKED):
            _, sent = henan.get(path, **query)
            assert foreign(sent) == [], (path, query)
            seen += own(sent)
    assert seen
    # Counters of the process may be any number: no text of a province is among them.
    assert not [province for province in OTHERS if text_mark(province) in henan.get("/metrics")[1]]
    # What is looked for is there for whoever may see everything.
    assert foreign(leader.get(f"{describe.ROOT}/values", **ASKED)[1])
    assert foreign(leader.page("provinces", period="2024-05")[0])


def test_a_socket_gets_no_page_of_another_role_and_nothing_of_a_session_it_says_it_continues(
    wires: tuple[Wire, Wire],
) -> None:
    henan, leader = wires
    assert foreign(leader.page("provinces", period="2024-05")[0])
    sent, _, _ = henan.page("provinces", taking_over=leader.session, period="2024-05")
    assert foreign(sent) == [] and own(sent)
    # Pages that a role has not are not there under their name nor under their hash, whatever the message says.
    for path, drawn in (("audit", "audit_"), ("ask", "ask_form"), ("upload", "upload_steps"), ("records", "records_")):
        sent, _, pages = leader.page(path, page_hash=calc_hash(path), kpi="dm_workers", way="sql", sql="select 1")
        assert path not in pages and drawn not in sent, path
