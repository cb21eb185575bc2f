"""The dashboard as a server."""

import gzip
import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
import streamlit

from dashboard import compressed, metrics, server
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
    state, code = server.health_of(at_nothing)
    assert (state["status"], state["release"], code) == ("no_release", None, 503)


def test_health_reads_the_release(at_house: Settings, release_id: str) -> None:
    state, code = server.health_of(at_house)
    assert code == 200
    assert state["status"] == "ok"
    assert state["release"] == release_id
    assert state["kpis"] > 0
    assert 0 <= state["age_seconds"] < 3600
    assert state["problem"] is None


def test_health_says_when_the_release_cannot_be_read(at_nothing: Settings) -> None:
    at_nothing.releases.mkdir(parents=True)
    (at_nothing.releases / "CURRENT").write_text("20240101T000000Z-broken\n")
    (at_nothing.releases / "20240101T000000Z-broken.duckdb").write_bytes(b"not a database")
    state, code = server.health_of(at_nothing)
    assert (state["status"], code) == ("unreadable", 503)
    assert "没有版本 20240101T000000Z-broken 的清单" in state["problem"]


def test_damaged_release_is_degraded_while_an_earlier_one_is_shown(
    house: Settings, release_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.releases import release

    home = replace(house, home=tmp_path / "home")
    shutil.copytree(house.releases, home.releases)
    monkeypatch.setenv("UNIONBOARD_HOME", str(home.home))
    first = release.find(home, release_id)
    later = first.path.with_name("29990101T000000Z-00000000.duckdb")
    shutil.copy(first.path, later)
    shutil.copy(first.path.with_suffix(".json"), later.with_suffix(".json"))
    release.point_to(home, later.stem)
    assert server.health_of(home)[0]["release"] == later.stem
    os.truncate(later, 1_000)
    state, code = server.health_of(home)
    assert (code, state["status"], state["release"]) == (200, "degraded", release_id)
    assert "被截短" in state["problem"]
    lines = metrics.text(home).splitlines()
    assert "unionboard_release_current_damaged 1" in lines
    assert "unionboard_release_readable 1" in lines
    os.truncate(first.path, 1_000)
    assert server.health_of(home)[1] == 503
    assert "unionboard_release_readable 0" in metrics.text(home).splitlines()


def test_metrics_tell_age_refreshes_refusals_and_latencies(at_house: Settings, release_id: str) -> None:
    metrics.pages.observe(0.3, page="test")
    lines = metrics.text(at_house).splitlines()
    assert f'unionboard_release_info{{release="{release_id}"}} 1' in lines
    assert 'unionboard_refreshes_total{outcome="published"} 1' in lines
    assert 'unionboard_last_refresh_outcome{outcome="published"} 1' in lines
    assert any(line.startswith('unionboard_last_refresh_seconds{stage="build"} ') for line in lines)
    # The one file that the house has refused was put into the folder of check-ups.
    assert 'unionboard_files_refused{programme="health_checkup"} 1' in lines
    assert 'unionboard_page_run_seconds_bucket{page="test",le="0.25"} 0' in lines
    assert 'unionboard_page_run_seconds_bucket{page="test",le="0.5"} 1' in lines
    assert 'unionboard_page_run_seconds_count{page="test"} 1' in lines
    kinds = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    named = {line.split("{")[0].split()[0] for line in lines if not line.startswith("#") and line}
    assert {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in named} <= kinds


def test_server_compresses_answers_and_stops_on_a_signal(house: Settings) -> None:
    with running(house) as (process, port):
        status, headers, body = get(port, "/api/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert len(headers["x-request-id"]) == 12
        status, headers, body = get(port, "/metrics")
        assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
        assert b'unionboard_http_request_seconds_count{kind="api",status="200"} 1' in body
        assert b"unionboard_sessions 0" in body
        status, headers, body = get(port, "/dispute-mediation?lang=EN")
        assert status == 200
        assert b'<html lang="en"' in body
        assert "default-src 'self'" in headers["content-security-policy"]
        script = next(part for part in body.decode().split('"') if part.startswith("./static/js/index."))
        status, headers, body = get(port, script.removeprefix("."))
        assert headers["content-encoding"] == "gzip"
        assert "immutable" in headers["cache-control"]
        assert len(gzip.decompress(body)) > 2 * len(body)
        _, headers, smaller = get(port, script.removeprefix("."), "gzip, deflate, br")
        assert (headers["content-encoding"], headers["vary"]) == ("br", "Accept-Encoding")
        assert brotli.decompress(smaller) == gzip.decompress(body)
        assert len(smaller) < len(body)
        _, headers, whole = get(port, script.removeprefix("."), "identity")
        assert "content-encoding" not in headers
        assert whole == gzip.decompress(body)
        assert get(port, "/../../../etc/passwd")[0] in (200, 400, 404)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_own_files_are_named_by_the_page_compressed_and_kept(house: Settings) -> None:
    with running(house) as (_, port):
        page = get(port, "/")[2].decode()
        names = [part for part in page.split('"') if part.startswith("/unionboard/")]
        assert {name.partition("?")[0] for name in names} >= {"/unionboard/screen.css", "/unionboard/words.js"}
        for name in names:
            status, headers, body = get(port, name)
            assert (status, headers["content-encoding"]) == (200, "gzip")
            assert "immutable" in headers["cache-control"]
            _, headers, smaller = get(port, name, "br;q=1.0, gzip;q=0.8")
            assert headers["content-encoding"] == "br"
            assert brotli.decompress(smaller) == gzip.decompress(body)
        assert b"import" not in get(port, "/unionboard/..%2Fserver.py")[2]
        assert get(port, "/unionboard/nothing.js")[0] == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5, BR ; q=0.1", "br"),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("*;q=0", None),
    ],
)
def test_encoding_is_the_best_that_is_taken(accepted: str, encoding: str | None) -> None:
    assert compressed.best_of(accepted) == encoding


def test_assets_are_compressed_for_good_once_and_served_as_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = sorted(compressed.assets().values(), key=lambda path: path.stat().st_size)[:3]
    monkeypatch.setattr(compressed, "_asked_first", lambda: few)
    (tmp_path / "0.1.0").mkdir()
    assert compressed.compress_for_good(tmp_path) == 3
    assert compressed.compress_for_good(tmp_path) == 0
    assert [folder.name for folder in tmp_path.iterdir()] == [streamlit.__version__]
    monkeypatch.setattr(compressed, "_KEPT", tmp_path)
    for path in few:
        kept = tmp_path / streamlit.__version__ / f"{path.name}.br"
        assert compressed._brotli.__wrapped__(path) == kept.read_bytes()
        assert brotli.decompress(kept.read_bytes()) == path.read_bytes()
        # Where nothing is kept, the server compresses by itself.
        kept.unlink()
        assert brotli.decompress(compressed._brotli.__wrapped__(path)) == path.read_bytes()


def test_health_and_metrics_tell_of_files_that_cannot_be_judged(house: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(house.home, home)
    settings = replace(house, home=home)
    latest = json.loads((home / "receipts" / "latest.json").read_text(encoding="utf-8"))
    assert server.health_of(settings)[0]["files_unjudged"] == 0
    broken = {**latest["files"][0], "file": "a/b.xlsx", "status": "refused", "messages": [{"code": "D98"}]}
    (home / "receipts" / "latest.json").write_text(json.dumps({**latest, "files": [broken, *latest["files"]]}))

    state, code = server.health_of(settings)

    assert (code, state["files_unjudged"], state["unjudged"]) == (200, 1, ["a/b.xlsx"])
    assert "unionboard_files_unjudged 1" in metrics.text(settings).splitlines()
