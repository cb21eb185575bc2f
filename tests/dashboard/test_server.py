"""The dashboard as a server."""

import gzip
import json
import signal
import time

import pytest

from dashboard import server
from tests.dashboard.serving import get, running
from warehouse.settings import Settings

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><link rel="shortcut icon" href="./favicon.png" /><title>Streamlit</title></head>'
    "<body><noscript>x</noscript></body></html>"
)


@pytest.mark.parametrize(
    ("query", "language", "title"), [("", "zh-CN", "工会项目看板"), ("lang=EN", "en", "UnionBoard")]
)
def test_page_says_its_language_and_name(query: str, language: str, title: str) -> None:
    page = server.localised(PAGE, query)
    assert f'<html lang="{language}"' in page
    assert f"<title>{title}</title>" in page
    assert 'href="data:image/svg+xml' in page
    assert "favicon.png" not in page


def test_health_before_the_first_release(at_nothing: Settings) -> None:
    assert server.health_of(at_nothing) == ({"status": "no_release", "release": None}, 200)


def test_health_reads_the_release(at_house: Settings, release_id: str) -> None:
    state, code = server.health_of(at_house)
    assert code == 200
    assert state["status"] == "ok"
    assert state["release"] == release_id
    assert state["kpis"] > 0


def test_health_says_when_the_release_cannot_be_read(at_nothing: Settings) -> None:
    at_nothing.releases.mkdir(parents=True)
    (at_nothing.releases / "CURRENT").write_text("20240101T000000Z-broken\n")
    (at_nothing.releases / "20240101T000000Z-broken.duckdb").write_bytes(b"not a database")
    state, code = server.health_of(at_nothing)
    assert (state["status"], code) == ("unreadable", 503)


def test_server_compresses_answers_and_stops_on_a_signal(house: Settings) -> None:
    with running(house) as (process, port):
        status, headers, body = get(port, "/api/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        status, headers, body = get(port, "/dispute-mediation?lang=EN")
        assert status == 200
        assert b'<html lang="en"' in body
        assert "default-src 'self'" in headers["content-security-policy"]
        script = next(part for part in body.decode().split('"') if part.startswith("./static/js/index."))
        status, headers, body = get(port, script.removeprefix("."))
        assert headers["content-encoding"] == "gzip"
        assert "immutable" in headers["cache-control"]
        assert len(gzip.decompress(body)) > 2 * len(body)
        assert get(port, "/../../../etc/passwd")[0] in (200, 400, 404)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - begun < 5


def test_own_files_are_named_by_the_page_compressed_and_kept(house: Settings) -> None:
    with running(house) as (_, port):
        page = get(port, "/")[2].decode()
        names = [part for part in page.split('"') if part.startswith("/unionboard/")]
        assert {name.partition("?")[0] for name in names} >= {"/unionboard/screen.css", "/unionboard/words.js"}
        for name in names:
            status, headers, body = get(port, name)
            assert (status, headers["content-encoding"]) == (200, "gzip")
            assert "immutable" in headers["cache-control"]
            assert gzip.decompress(body)
        assert b"import" not in get(port, "/unionboard/..%2Fserver.py")[2]
        assert get(port, "/unionboard/nothing.js")[0] == 404
