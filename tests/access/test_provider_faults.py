"""What a provider, or whoever stands between, may get wrong: nobody is let in by it, and it is written down."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dashboard.access import visits
from tests.access import faulty_provider as faulty
from tests.access.faulty_provider import Provider
from tests.dashboard.serving import free_port
from tests.dashboard.serving import running as serving
from warehouse import settings as settings_module
from warehouse.access import audit
from warehouse.settings import Settings

ROLES = "claims: [groups]\nrules:\n  - {when: {groups: henan}, role: province_leader, regions: ['410000']}\n"


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, str, Settings]]:
    """A provider, a dashboard that asks it, and the dashboard's installation, with nothing published."""
    folder = tmp_path_factory.mktemp("faults")
    settings = settings_module.load(folder / "seeds", folder / "home")
    settings.seeds.mkdir()
    settings.home.mkdir()
    port = free_port()
    with faulty.running() as provider, pytest.MonkeyPatch.context() as patched:
        (folder / "roles.yml").write_text(ROLES)
        (folder / "sign-in.toml").write_text(
            f"""
            roles = "roles.yml"
            [auth]
            redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
            cookie_secret = "0123456789abcdef0123456789abcdef"
            client_id = "{faulty.CLIENT}"
            client_secret = "{faulty.SECRET}"
            server_metadata_url = "{provider.address}/.well-known/openid-configuration"
            """
        )
        patched.setenv("UNIONBOARD_SIGN_IN", str(folder / "sign-in.toml"))
        with serving(settings, port=port):
            yield provider, f"http://127.0.0.1:{port}", settings


@pytest.fixture
def provider(signing_in: tuple[Provider, str, Settings]) -> Iterator[Provider]:
    yield signing_in[0]
    signing_in[0].right_again()


@pytest.fixture
def browser(signing_in: tuple[Provider, str, Settings]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=signing_in[1], headers={"accept": "text/html"}, timeout=20) as client:
        yield client


def to_the_callback(browser: httpx.Client) -> str:
    """The way to the provider and what it sends the browser back with."""
    way_in = browser.get("/access/sign-in?next=%2F")
    where = way_in.text.split('id="sign-in" href="')[1].split('"')[0].replace("&amp;", "&")
    asked = browser.get(where)
    assert asked.status_code in (302, 303, 307), asked.text
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    # A prompt that a provider need not know is not asked for.
    assert "nonce" in query and "prompt" not in query
    return httpx.get(asked.headers["location"]).headers["location"]


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/").status_code == 200


def refused(settings: Settings) -> int:
    return len(list(audit.read(settings, action="session.begin", outcome=audit.REFUSED)))


def now() -> int:
    return int(time.time())


def test_right_answer_lets_in(provider: Provider, browser: httpx.Client) -> None:
    assert not is_in(browser)
    answer = browser.get(to_the_callback(browser))
    assert visits.COOKIE in answer.cookies and is_in(browser)


FAULTS: dict[str, Any] = {
    "another nonce": lambda claims: {**claims, "nonce": "another"},
    "no nonce": lambda claims: {**claims, "nonce": None},
    "another audience": lambda claims: {**claims, "aud": "others"},
    "no audience": lambda claims: {**claims, "aud": None},
    "another issuer": lambda claims: {**claims, "iss": "https://elsewhere.example.org"},
    "no issuer": lambda claims: {**claims, "iss": None},
    "expired": lambda claims: {**claims, "iat": now() - 7200, "exp": now() - 3600},
    "never expires": lambda claims: {**claims, "exp": None},
    "of tomorrow": lambda claims: {**claims, "iat": now() + 86_400, "exp": now() + 90_000},
    "nobody": lambda claims: {**claims, "sub": None},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_token_that_says_something_else_lets_nobody_in(
    signing_in: tuple[Provider, str, Settings], provider: Provider, browser: httpx.Client, fault: str
) -> None:
    before = refused(signing_in[2])
    provider.change = FAULTS[fault]
    answer = browser.get(to_the_callback(browser))
    assert visits.COOKIE not in answer.cookies and not is_in(browser)
    # Back to the way in, which says why.
    assert "没有通过核对" in browser.get(answer.headers["location"]).text
    assert refused(signing_in[2]) == before + 1


@pytest.mark.parametrize(
    "sign",
    [faulty.by_a_stranger, faulty.by_another_kind, faulty.by_the_public_key, faulty.by_the_client, faulty.by_nobody],
    ids=lambda sign: sign.__name__,
)
def test_token_that_the_provider_has_not_signed_lets_nobody_in(
    provider: Provider, browser: httpx.Client, sign: faulty.Sign
) -> None:
    provider.sign = sign
    answer = browser.get(to_the_callback(browser))
    assert visits.COOKIE not in answer.cookies and not is_in(browser)
    assert answer.status_code < 500


@pytest.mark.parametrize("seconds", [-30, 30])
def test_clocks_of_two_machines_may_differ_a_little(provider: Provider, browser: httpx.Client, seconds: int) -> None:
    provider.change = lambda claims: {**claims, "iat": claims["iat"] + seconds, "exp": now() + seconds + 5}
    browser.get(to_the_callback(browser))
    assert is_in(browser)


def test_answer_is_good_once_and_for_the_browser_that_asked(provider: Provider, browser: httpx.Client) -> None:
    where = to_the_callback(browser)
    with httpx.Client(base_url=browser.base_url) as another:
        # Somebody else's browser, led to the address: it has not asked.
        assert visits.COOKIE not in another.get(where).cookies
    browser.get(where)
    with httpx.Client(base_url=browser.base_url) as another:
        assert visits.COOKIE not in another.get(where).cookies
    browser.cookies.delete(visits.COOKIE)
    assert visits.COOKIE not in browser.get(where).cookies
    assert not is_in(browser)


def test_answer_with_another_state_lets_nobody_in(provider: Provider, browser: httpx.Client) -> None:
    where = to_the_callback(browser)
    state = parse_qs(urlsplit(where).query)["state"][0]
    assert visits.COOKIE not in browser.get(where.replace(state, "another")).cookies
    assert not is_in(browser)


def test_provider_changes_its_key_and_people_sign_in_as_before(provider: Provider, browser: httpx.Client) -> None:
    provider.turn()
    browser.get(to_the_callback(browser))
    assert is_in(browser)


def test_provider_that_is_down_lets_nobody_in_and_those_inside_stay(provider: Provider, browser: httpx.Client) -> None:
    browser.get(to_the_callback(browser))
    assert is_in(browser)
    with httpx.Client(base_url=browser.base_url, headers={"accept": "text/html"}, timeout=20) as another:
        where = to_the_callback(another)
        provider.is_token_down = True
        answer = another.get(where)
        assert answer.status_code < 500 and not is_in(another)
    assert is_in(browser)
