"""Whom the server answers, over real sockets."""

import socket
import sys
from collections.abc import Iterator

import pytest

from tests.dashboard.serving import running
from warehouse import settings as settings_module
from warehouse.settings import Settings
from warehouse.system import host_names

SOCKET = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
BOARD = "board.example.org"


@pytest.fixture(scope="module")
def port(house: Settings) -> Iterator[int]:
    """A server that is told one name, and one network that may see metrics."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNIONBOARD_METRICS_FROM", "198.51.100.0/24")
        with running(house, "--allow-host", BOARD) as (_, port):
            yield port


def status(port: int, head: str) -> int:
    """The status line's number; 0 where the server closes without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head.replace("PORT", str(port)).encode("latin-1") + b"\r\n")
        answer = b""
        while b"\r\n" not in answer:
            piece = connection.recv(65_536)
            if not piece:
                return 0
            answer += piece
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:PORT",
        "127.0.0.1",
        "localhost:PORT",
        "LocalHost.",
        "[::1]:PORT",
        "127.0.0.1:9000",
        "127.1.2.3",
        BOARD,
        f"{BOARD}:443",
    ],
)
def test_names_that_are_told_are_answered(port: int, host: str) -> None:
    assert status(port, f"GET /api/health HTTP/1.1\r\nHost: {host}\r\n") == 200
    assert status(port, f"GET / HTTP/1.1\r\nHost: {host}\r\n") == 200
    assert status(port, f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\n{SOCKET}") == 101


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:PORT", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1:99999", "127.0.0.1:0",
        "127.0.0.1:x", "127.0.0.1:80:80", "127.0.0.1@evil.example", "evil.example#127.0.0.1", "127.0.0.1, evil.example",
        "127.0.0.1/evil", "[::1", "::1", "[fe80::1]", "[evil]", "2130706433", "0.0.0.0", "10.0.0.1", "", "-", "*", "sub.board.example.org",
        "board.example.org.evil.example", "xboard.example.org", "127.0.0.1%00.evil.example",
    ],
)  # fmt: skip
def test_other_names_are_not_answered(port: int, host: str) -> None:
    for path in ("/", "/api/health", "/api/release", "/metrics", "/static/x.js", "/media/x.csv", "/_stcore/health"):
        assert status(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n") == 421, path
    assert status(port, f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\n{SOCKET}") == 421
    assert status(port, f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n") == 421


def test_request_without_a_host_or_with_two_is_not_answered(port: int) -> None:
    assert status(port, "GET / HTTP/1.0\r\n") == 421
    # RFC 9112, 3.2: to HTTP/1.1 without a host, or with two, a server must answer 400; the parser does before anything is asked of us.
    assert status(port, "GET / HTTP/1.1\r\n") == 400
    assert status(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n") == 400
    assert status(port, f"GET /_stcore/stream HTTP/1.1\r\n{SOCKET}") == 400


def test_host_in_the_request_line_counts_too(port: int) -> None:
    assert status(port, "GET http://127.0.0.1/api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n") == 200
    for target in (
        "http://evil.example/",
        "http://evil.example",
        "https://evil.example/api/health",
        "evil.example:443",
        "*",
    ):
        assert status(port, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n") == 421, target
    assert status(port, "GET http://127.0.0.1/ HTTP/1.1\r\nHost: evil.example\r\n") == 421
    assert status(port, f"GET http://evil.example/_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n{SOCKET}") == 421


def test_name_that_a_proxy_passes_on_is_not_taken_for_the_host(port: int) -> None:
    assert status(port, "GET /api/health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: 127.0.0.1\r\n") == 421
    assert status(port, "GET /api/health HTTP/1.1\r\nHost: evil.example\r\nForwarded: host=127.0.0.1\r\n") == 421


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://127.0.0.1:PORT", 101),
        (f"https://{BOARD}", 101),
        ("http://evil.example", 403),
        ("http://127.0.0.1:1", 403),
        ("http://127.0.0.1", 403),
        ("http://localhost:PORT", 403),
        ("http://127.0.0.1:PORT.evil.example", 403),
        ("http://127.0.0.1:PORT@evil.example", 403),  # pragma: allowlist secret
        ("null", 403),
        ("", 403),
        ("file://", 403),
    ],
)
def test_sockets_are_for_pages_of_this_server(port: int, origin: str, expected: int) -> None:
    head = f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: {origin}\r\n{SOCKET}"
    assert status(port, head) == expected


def test_what_changes_something_is_for_pages_of_this_server(port: int) -> None:
    head = "{} /_stcore/upload_file/a/b HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n"
    assert [status(port, head.format(method)) for method in ("PUT", "POST", "DELETE")] == [403, 403, 403]


@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics", "/metrics/", "/_stcore%2Fmetrics"])
def test_metrics_are_for_the_machine_itself(port: int, path: str) -> None:
    here = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"
    for passed_on in ("X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 proxy",
                      "X-Real-IP: 127.0.0.1", "X-Forwarded-For: nonsense"):  # fmt: skip
        assert status(port, f"{here}{passed_on}\r\n") == 403, passed_on
    assert status(port, f"GET {path} HTTP/1.1\r\nHost: {BOARD}\r\n") == 403
    if path in ("/metrics", "/_stcore/metrics"):
        assert status(port, here) == 200
        # A network that was told, as a proxy on this machine passes it on.
        assert status(port, f"{here}X-Forwarded-For: 198.51.100.7\r\n") == 200


def test_page_says_which_host_its_socket_is_at(port: int) -> None:
    from tests.dashboard.serving import get

    policy = dict(part.strip().split(" ", 1) for part in get(port, "/")[1]["content-security-policy"].split(";"))
    assert policy["connect-src"] == f"'self' ws://127.0.0.1:{port} wss://127.0.0.1:{port}"
    assert "'unsafe-inline'" not in policy["script-src"] and "'unsafe-eval'" not in policy["script-src"]
    assert policy["script-src"].count("'sha256-") == get(port, "/")[2].count(b"<script>")
    assert (policy["object-src"], policy["frame-src"], policy["frame-ancestors"]) == ("'none'", "'none'", "'self'")
    assert "default-src 'none'" in get(port, "/api/health")[1]["content-security-policy"]


def test_names_are_told_by_option_and_by_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONBOARD_ALLOW_HOSTS", "Board.Example.org, 10.0.0.5 [2001:DB8::1]，工会.cn")
    monkeypatch.setenv("UNIONBOARD_METRICS_FROM", "10.0.0.0/8;192.0.2.7")
    told = settings_module.load()
    assert told.allow_hosts == ("board.example.org", "10.0.0.5", "2001:db8::1", "xn--6oq837a.cn")
    assert told.metrics_from == ("10.0.0.0/8", "192.0.2.7/32")
    for wrong in ("http://board.example.org", "board.example.org:443", "*", "a b"):
        with pytest.raises(ValueError, match="不是主机名"):
            host_names.told(wrong, "--allow-host")
    monkeypatch.setenv("UNIONBOARD_METRICS_FROM", "everybody")
    with pytest.raises(ValueError, match="不是地址或网段"):
        settings_module.load()


def test_slow_and_silent_connections_are_closed(house: Settings) -> None:
    from dashboard import connections

    quick = "from dashboard import connections as c; c.HEAD_SECONDS = c.BODY_SECONDS = c.READING_SECONDS = 1.0;"
    command = [sys.executable, "-c", f"{quick} from dashboard.__main__ import main; main()"]
    assert (connections.HEAD_SECONDS, connections.BODY_SECONDS) == (10.0, 30.0)
    with running(house, command=command) as (_, port):
        began = {
            "nothing": b"",
            "half a line": b"GET / HT",
            "half a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b\r\n",
            "half a body": b"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nabc",
            "half a socket": b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
            "after an answer": b"GET /api/release HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HT",
        }
        open_ones = {}
        for name, head in began.items():
            open_ones[name] = socket.create_connection(("127.0.0.1", port), timeout=30)
            open_ones[name].sendall(head)
        dribbling = open_ones["half a head"]
        for _ in range(6):
            try:
                dribbling.sendall(b"X-More: 1\r\n")
                dribbling.settimeout(0.3)
                if dribbling.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        for name, connection in open_ones.items():
            connection.settimeout(20)
            assert _is_closed(connection), name
            connection.close()
        # Whoever behaves goes on being answered.
        assert status(port, "GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n") == 200


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other side closes before the time of the test is up."""
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
