"""The dashboard as an app of its own: what browsers ask for before they offer to install it, and what it says without a connection."""

import json
import re
import struct

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import assets, server

PAGE = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body></body></html>'


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[assets.route()]))


@pytest.mark.parametrize(
    ("query", "name", "start"), [("", "工会项目看板", "/"), ("lang=EN", "UnionBoard", "/?lang=EN")]
)
def test_page_names_what_installs_it_in_its_language(client: TestClient, query: str, name: str, start: str) -> None:
    [address] = re.findall(r'<link rel="manifest" href="([^"]+)"', server.localised(PAGE, query))
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["start_url"], told["scope"], told["display"]) == (name, start, "/", "standalone")
    sizes = set()
    for icon in told["icons"]:
        picture = client.get(icon["src"]).content
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert icon["sizes"] == f"{width}x{height}"
        sizes.add((width, icon["purpose"]))
    # Browsers ask for these two before they offer it; the third fills a round frame.
    assert sizes == {(192, "any"), (512, "any"), (512, "maskable")}


def test_worker_is_for_the_whole_server_and_keeps_nothing(client: TestClient) -> None:
    answer = client.get("/unionboard/worker.js")
    assert answer.headers["service-worker-allowed"] == "/"
    # A browser that kept it would go on with an old one.
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert not re.search(r"caches|indexedDB", answer.text)


def test_page_without_a_connection_says_so_in_both_languages_and_shows_no_number(client: TestClient) -> None:
    begun = client.get("/unionboard/worker.js").text.partition("const offline = ")[2]
    pages, _ = json.JSONDecoder().raw_decode(begun)
    assert set(pages) == {"zh", "en"}
    for spoken, words in (("zh", "连不上服务器"), ("en", "cannot be reached")):
        seen = re.sub(r"<style>.*?</style>|<[^>]+>", " ", pages[spoken])
        assert words in seen
        assert not re.search(r"\d", seen)
