"""The gate: nothing without a session, a session that ends, and nobody sent elsewhere."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from dashboard.access import gate, tokens, visits
from dashboard.access.gate import Gate
from dashboard.access.visits import Visits
from tests.support.running import run
from warehouse import settings as settings_module
from warehouse.access import audit, people, scopes, sign_in
from warehouse.access.people import Person
from warehouse.access.roles import Access, Grant
from warehouse.access.sign_in import SignIn, SignInError
from warehouse.settings import Settings

HENAN = Access((Grant("province_leader", ("410000",)),))
ROLES = "claims: [groups]\nrules:\n  - {when: {groups: henan}, role: province_leader, regions: ['410000']}\n"
AUTH = """
[auth]
redirect_uri = "https://board.example.org/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "board"
client_secret = "a"
server_metadata_url = "http://127.0.0.1:9/none"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "roles.yml").write_text(ROLES)
    (tmp_path / "sign-in.toml").write_text('roles = "roles.yml"\n' + AUTH)
    monkeypatch.setenv("UNIONBOARD_SIGN_IN", str(tmp_path / "sign-in.toml"))
    return settings_module.load(seeds=tmp_path / "seeds", home=tmp_path / "home")


class Board:
    """The gate with a dashboard behind it that says for whom it answers."""

    def __init__(self, settings: Settings, configured: SignIn, now: list[float]) -> None:
        self.visits = Visits(configured.session_seconds, configured.idle_seconds, lambda: now[0])
        self.gate = Gate(self._answer, settings, configured, self.visits)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        who = {"subject": people.acting().subject, "regions": scopes.current().regions}
        cookie = visits.cookies_in(scope["headers"]).get(visits.COOKIE)
        body = json.dumps({**who, "cookie": cookie}).encode()
        headers = [(b"set-cookie", b"_streamlit_xsrf=1; Path=/"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def ask(
        self, path: str, kind: str = "http", query: str = "", method: str = "GET", body: bytes = b"", **headers: str
    ) -> dict[str, Any]:
        """What comes back for one request."""
        sent: list[dict[str, Any]] = []
        scope = {
            "type": kind,
            "path": path,
            "query_string": query.encode(),
            "method": method,
            "scheme": "http",
            "client": ("10.0.0.9", 1),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        run(self.gate(scope, receive, send))
        if kind == "websocket":
            return sent[0]
        told = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        return {"status": sent[0]["status"], "headers": told, "body": sent[1]["body"].decode()}


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def board(home: Settings, now: list[float]) -> Board:
    configured = sign_in.load(home)
    assert configured is not None
    return Board(home, configured, now)


def header(answer: dict[str, Any], name: str) -> str:
    return next((value for key, value in answer["headers"] if key == name), "")


@pytest.mark.parametrize(
    "path",
    ["/", "/provinces", "/api/release", "/api/v1/kpis", "/media/abc.csv", "/_stcore/stream", "/_stcore/upload_file/x",
     "/component/a", "/app/static/a", "/anything", "//", "/static/../provinces", "/STATIC/x"],
)  # fmt: skip
def test_nothing_is_answered_without_a_session(board: Board, path: str) -> None:
    sent: tuple[dict[str, Any], ...] = (
        {},
        {"cookie": f"{visits.COOKIE}=made-up"},
        {"cookie": "_streamlit_user=made-up"},
    )
    for headers in sent:
        answer = board.ask(path, **headers)
        assert answer["status"] == 401 and "subject" not in answer["body"]
        page = board.ask(path, accept="text/html", **headers)
        assert page["status"] == 302 and header(page, "location").startswith("/access/sign-in?next=")
        assert board.ask(path, "websocket", **headers) == {"type": "websocket.close", "code": 1008}


def test_whoever_is_signed_in_is_answered_for_the_own_regions(board: Board) -> None:
    visit = board.visits.begin(Person("sub-0001"), HENAN)

    answer = board.ask("/api/release", cookie=f"a=b; {visits.COOKIE}={visit.id}")

    assert json.loads(answer["body"]) == {"subject": "sub-0001", "regions": ["410000"], "cookie": visit.id}
    # The redirect address says HTTPS: every cookie that leaves is for HTTPS and this site only.
    assert header(answer, "set-cookie") == "_streamlit_xsrf=1; Path=/; Secure; SameSite=Lax"


def test_a_session_ends_after_its_life_and_its_idle_time(board: Board, now: list[float]) -> None:
    visit = board.visits.begin(Person("sub-0001"), HENAN)
    cookie = f"{visits.COOKIE}={visit.id}"
    for _ in range(16):
        # Looked at every twenty-nine minutes.
        now[0] += 29 * 60
        assert board.ask("/", cookie=cookie, accept="text/html")["status"] == 200
    now[0] += 29 * 60
    assert board.ask("/", cookie=cookie)["status"] == 401, "eight hours are over"

    visit = board.visits.begin(Person("sub-0001"), HENAN)
    cookie = f"{visits.COOKIE}={visit.id}"
    now[0] += 20 * 60
    # An open page that asks by itself is nobody who does something.
    assert board.ask("/api/release", cookie=cookie)["status"] == 200
    now[0] += 11 * 60
    assert board.ask("/", cookie=cookie, accept="text/html")["status"] == 302


def test_signing_out_ends_the_session_and_its_cookie(board: Board, home: Settings) -> None:
    visit = board.visits.begin(Person("sub-0001"), HENAN)
    cookie = f"{visits.COOKIE}={visit.id}"

    answer = board.ask(gate.SIGN_OUT, cookie=cookie)

    assert answer["status"] == 302 and "Max-Age=0" in header(answer, "set-cookie")
    assert board.ask("/", cookie=cookie)["status"] == 401
    assert [entry["who"]["subject"] for entry in audit.read(home, action="session.end")] == ["sub-0001"]


def test_an_account_without_a_role_sees_nothing(board: Board) -> None:
    visit = board.visits.begin(Person("<b>sub</b>"), Access(()))
    answer = board.ask("/", cookie=f"{visits.COOKIE}={visit.id}", accept="text/html")
    assert answer["status"] == 403 and "&lt;b&gt;sub" in answer["body"]


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/provinces?region=410000", "/provinces?region=410000"),
        ("https://elsewhere.example.org/", "/"),
        ("//elsewhere.example.org/", "/"),
        ("/\\elsewhere.example.org", "/"),
        ("/%0d%0aset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("/access/sign-out", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(board: Board, wanted: str, where: str) -> None:
    visit = board.visits.begin(Person("sub-0001"), HENAN)
    from urllib.parse import urlencode

    answer = board.ask(gate.SIGN_IN, query=urlencode({"next": wanted}), cookie=f"{visits.COOKIE}={visit.id}")
    assert header(answer, "location") == where


def test_the_provider_signs_out_everywhere(board: Board, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-channel logout: the provider's own signed word, once, and for this client only."""
    key = ECKey.generate_key("P-256", {"kid": "provider"})
    path = home.home.parent / "jwks.json"
    path.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    monkeypatch.setattr(
        tokens.ProviderTokens, "_get_metadata", lambda _: {"issuer": "https://sso.example.org", "jwks_uri": str(path)}
    )
    first, second = (board.visits.begin(Person("sub-0001"), HENAN, session) for session in ("s1", "s2"))
    other = board.visits.begin(Person("sub-0002"), HENAN, "s3")

    def word(**changed: Any) -> bytes:
        event: dict[str, dict[str, str]] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        claims = {
            "iss": "https://sso.example.org",
            "aud": "board",
            "iat": int(time.time()),
            "jti": "1",
            "events": event,
        }
        token = jwt.encode({"alg": "ES256", "kid": "provider"}, {**claims, **changed}, key)
        return f"logout_token={token}".encode()

    for bad in ({"aud": "others", "sub": "sub-0001"}, {"iss": "x", "sub": "sub-0001"}, {}, {"sub": "sub-0001", "nonce": "n"},
                {"sub": "sub-0001", "events": {}}, {"sub": "sub-0001", "iat": 1}):  # fmt: skip
        assert board.ask(gate.BACK_CHANNEL, method="POST", body=word(**bad))["status"] == 400, bad
    assert board.visits.find(first.id) is not None

    assert board.ask(gate.BACK_CHANNEL, method="POST", body=word(sid="s1"))["status"] == 200
    assert board.visits.find(first.id) is None and board.visits.find(second.id) is not None
    # The same word again is no word.
    assert board.ask(gate.BACK_CHANNEL, method="POST", body=word(sid="s2"))["status"] == 400
    assert board.ask(gate.BACK_CHANNEL, method="POST", body=word(jti="2", sub="sub-0001"))["status"] == 200
    assert board.visits.find(second.id) is None and board.visits.find(other.id) is not None


def test_a_gateway_signs_in_by_its_word_and_nobody_by_writing_the_header(
    home: Settings, now: list[float], tmp_path: Path
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "gateway"})
    (tmp_path / "jwks.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    (tmp_path / "sign-in.toml").write_text(
        f'roles = "roles.yml"\n[gateway]\nheader = "x-board-token"\njwks = "{tmp_path}/jwks.json"\n'
        'issuer = "https://gateway.example.org"\naudience = "unionboard"\ntrusted = ["10.0.0.0/8"]\n'
    )
    configured = sign_in.load(home)
    assert configured is not None
    board = Board(home, configured, now)
    claims = {"iss": "https://gateway.example.org", "aud": "unionboard", "sub": "sub-0007", "groups": ["henan"]}
    token = jwt.encode({"alg": "ES256", "kid": "gateway"}, {**claims, "exp": int(time.time()) + 300}, key)

    told = json.loads(board.ask("/", x_board_token=token, cookie=f"{visits.COOKIE}=made-up")["body"])

    assert (told["subject"], told["regions"]) == ("sub-0007", ["410000"])
    # The page is told whose it is by a cookie that only the gate writes.
    assert board.visits.find(told["cookie"]) is not None
    assert json.loads(board.ask("/", x_board_token=token)["body"])["cookie"] == told["cookie"]
    for wrong in ("sub-0007", "", token[:-4] + "AAAA"):
        assert board.ask("/", x_board_token=wrong, cookie=f"{visits.COOKIE}={told['cookie']}")["status"] == 401
    assert [entry["about"]["path"] for entry in audit.read(home, action="request.refused")] == ["/"] * 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "要有 [auth]"),
        ('roles = "none.yml"\n' + AUTH, "none.yml 读不出来"),
        ('roles = "roles.yml"\n' + AUTH.replace('client_id = "board"', ""), "[auth] 缺 client_id"),
        ('roles = "roles.yml"\n' + AUTH.replace("0123456789abcdef0123456789abcdef", "short"), "cookie_secret 太短"),
        ('roles = "roles.yml"\nsession_minutes = 0\n' + AUTH, "session_minutes 要写成正数"),
        ('roles = "roles.yml"\nsession_minute = 5\n' + AUTH, "不认识“session_minute”"),
        ('roles = "roles.yml"\n[gateway]\nheader = "x"\n', "[gateway] 缺 jwks"),
        (AUTH, "要用 roles 写明"),
        ("roles = ", "读不出来"),
    ],
)
def test_a_mistake_in_the_settings_is_named_and_nothing_starts(
    home: Settings, tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "sign-in.toml").write_text(text)
    with pytest.raises(SignInError) as error:
        sign_in.load(home)
    assert named in str(error.value)
    assert sign_in.problem_of(home, "127.0.0.1") == str(error.value)


def test_beyond_the_machine_people_sign_in(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in.problem_of(home, "0.0.0.0") is None
    monkeypatch.delenv("UNIONBOARD_SIGN_IN")
    assert sign_in.problem_of(home, "127.0.0.1") is None
    assert "--insecure-no-sign-in" in (sign_in.problem_of(home, "0.0.0.0") or "")
    assert "--insecure-no-sign-in" in (sign_in.problem_of(home, "192.0.2.1") or "")
    monkeypatch.setenv("UNIONBOARD_INSECURE_NO_SIGN_IN", "1")
    assert sign_in.problem_of(home, "0.0.0.0") is None


def test_provider_that_is_away_is_told_on_the_way_in(home: Settings, now: list[float]) -> None:
    made = sign_in.load(home)
    assert made is not None
    board = Board(home, made, now)

    async def away(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 400, "headers": [(b"content-length", b"20")]})
        await send({"type": "http.response.body", "body": b"Authentication error"})

    board.gate.app = away
    told = board.ask("/auth/login")
    assert (told["status"], dict(told["headers"])["location"]) == (302, "/access/sign-in?failed=away")
    assert "身份提供方没有应答" in board.ask("/access/sign-in", query="failed=away")["body"]
    # Only what we say ourselves is said there.
    assert "<script>" not in board.ask("/access/sign-in", query="failed=%3Cscript%3E")["body"]
