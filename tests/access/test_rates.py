"""Limits by person and address: whoever asks too much is told to wait, in words, and nobody else is."""

import asyncio
import json
import math
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from dashboard.access import throttle, visits
from dashboard.access.throttle import Throttle
from dashboard.access.visits import Visits
from tests.support.asgi import ask
from tests.support.running import run
from warehouse import settings as settings_module
from warehouse.access import audit, rates, sign_in
from warehouse.access.people import Person
from warehouse.access.rates import Limit, Rate
from warehouse.access.roles import Access, Grant
from warehouse.settings import Settings

THREE = Limit("TEST", 3, rates.MINUTE, "一分钟的试验数")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_module.load(seeds=tmp_path, home=tmp_path / "home")


async def served(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind: takes all that comes, and answers."""
    if scope["type"] == "websocket":
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


def by_address(home: Settings, limit: Limit = THREE) -> Throttle:
    return Throttle(served, home, throttle.address_of, limit, is_all=True)


def test_so_many_are_had_at_once_and_the_rest_comes_evenly() -> None:
    now = [0.0]
    rate = Rate(THREE, lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [0, 0, 0]
    # Three a minute: the next is there after twenty seconds.
    assert rate.take("a") == pytest.approx(20)
    assert rate.take("b") == 0
    now[0] = 20.0
    assert rate.take("a") == 0
    assert rate.take("a") > 0
    now[0] = 1000.0
    assert [rate.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_addresses_made_up_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 10)
    rate = Rate(THREE)
    for number in range(50):
        rate.take(str(number))
    assert len(rate._had) == 10


def test_setting_counts_everywhere_and_the_default_is_generous_at_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (THREE.most(), THREE.most(is_at_machine=True)) == (3, 300)
    monkeypatch.setenv(THREE.variable, "2")
    assert (THREE.most(), THREE.most(is_at_machine=True)) == (2, 2)


@pytest.mark.parametrize("limit", rates.ALL, ids=lambda limit: limit.name)
@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "²"])
def test_setting_that_is_no_number_stops_the_start_in_words(
    home: Settings, monkeypatch: pytest.MonkeyPatch, limit: Limit, text: str
) -> None:
    monkeypatch.setenv(limit.variable, text)
    said = str(sign_in.problem_of(home, "127.0.0.1"))
    assert limit.variable in said and limit.zh in said and text in said


def test_too_many_requests_are_told_in_words_when_to_come_again(home: Settings) -> None:
    board = by_address(home)
    assert [ask(board, "/", client="10.0.0.9").status for _ in range(3)] == [200] * 3
    told = ask(board, "/", client="10.0.0.9")
    assert (told.status, told.headers["retry-after"]) == (429, "20")
    assert "请等 20 秒再试" in told.body.decode() and THREE.variable in told.body.decode()
    assert ask(board, "/", client="10.0.0.8").status == 200
    document = ask(board, "/api/v1/values", client="10.0.0.9")
    assert document.headers["content-type"] == "application/problem+json"
    assert document.json()["status"] == 429 and "请等" in document.json()["detail"]
    refused = list(audit.read(home, action="request.refused"))
    # One line in the audit for all of them.
    assert [one["about"]["address"] for one in refused] == ["10.0.0.9"]


def test_machine_itself_is_not_held_back_unless_a_setting_says_so(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = by_address(home)
    assert {ask(board, "/").status for _ in range(50)} == {200}
    # Somebody passed on by a proxy here is not the machine.
    passed = {"x-forwarded-for": "10.0.0.7"}
    other = by_address(home)
    assert [ask(other, "/", headers=passed).status for _ in range(4)] == [200, 200, 200, 429]
    monkeypatch.setenv(THREE.variable, "1")
    strict = by_address(home)
    assert [ask(strict, "/").status for _ in range(2)] == [200, 429]


def test_uploads_are_counted_by_themselves(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rates.UPLOADS.variable, "1")
    board = by_address(home, rates.ADDRESS_REQUESTS)
    path = "/_stcore/upload_file/session/file"
    assert [ask(board, path, method="PUT").status for _ in range(2)] == [200, 429]
    # Taking a file off the page, and pages, go on.
    assert ask(board, path, method="DELETE").status == 200
    assert ask(board, "/").status == 200


def test_upload_that_never_ends_is_ended(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rates.UPLOAD_SECONDS.variable, "1")

    async def forever() -> Any:
        await asyncio.Event().wait()

    async def used() -> None:
        with pytest.raises(ClientDisconnect):
            await throttle._in_time(forever)()

    run(used())


def test_person_is_counted_wherever_the_person_is(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Visits(3600, 3600)
    monkeypatch.setattr(visits, "_kept", [kept])
    access = Access((Grant("leader", None),))
    first, second = (kept.begin(Person(subject), access) for subject in ("a", "b"))
    board = Throttle(served, home, throttle.person_of, THREE, is_all=True)

    def asked(visit_id: str, client: str) -> int:
        return ask(board, "/", headers={"cookie": f"{visits.COOKIE}={visit_id}"}, client=client).status

    other = kept.begin(Person("a"), access)
    assert [asked(first.id, f"10.0.0.{number}") for number in range(3)] == [200] * 3
    assert (asked(other.id, "10.0.0.9"), asked(second.id, "10.0.0.1")) == (429, 200)


def test_account_signs_in_only_so_often_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rates.SESSIONS.variable, "2")
    kept = Visits(3600, 3600)
    access = Access((Grant("leader", None),))
    ids = [kept.begin(Person("a"), access).id for _ in range(3)]
    other = kept.begin(Person("b"), access)
    assert [kept.find(one) is not None for one in (*ids, other.id)] == [False, True, True, True]


def test_open_pages_are_so_many_at_once_and_clicks_are_slowed(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rates.PAGES.variable, "1")
    waited: list[float] = []
    board = by_address(home)

    async def slept(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", slept)
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "client": ("10.0.0.9", 1)}
    second: list[Any] = []
    coming = iter(["websocket.receive"] * 4 + ["websocket.disconnect"])

    async def receive() -> Any:
        kind = next(coming)
        if kind == "websocket.disconnect":
            # Another page while this one is open.
            await board({**scope, "extensions": {"websocket.http.response": {}}}, receive, told)
        return {"type": kind}

    async def told(message: Any) -> None:
        second.append(message)

    run(board(scope, receive, told))
    # Three are had: opening the page and two clicks; the third click waits, and so does the fourth.
    assert [math.ceil(one) for one in waited] == [5, 5]
    assert second[0]["status"] == 429
    # The page has gone, and its place is free.
    assert not board._pages


def test_text_of_a_refusal_is_json_for_programs(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREE.variable, "1")
    board = by_address(home)
    ask(board, "/api/offer")
    assert "请等" in json.loads(ask(board, "/api/offer").body)["problem"]
