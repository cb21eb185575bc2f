"""Signing in and out at the certified OpenID provider (npm oidc-provider), as a process of its own."""

import html
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.dashboard.serving import free_port
from tests.dashboard.serving import running as serving
from warehouse import settings as settings_module
from warehouse.access import audit
from warehouse.settings import Settings

HERE = Path(__file__).with_name("certified")
ROLES = "claims: [groups]\nrules:\n  - {when: {groups: henan}, role: province_leader, regions: ['410000']}\n"


def missing(why: str) -> None:
    """Without it the test says so; the gate that must have it fails."""
    said = f"没有在经过认证的 oidc-provider 上试登录（not tried at the certified provider）：{why}"
    if os.environ.get("UNIONBOARD_TESTS_NEED_NODE"):
        pytest.fail(said)
    pytest.skip(said)


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Settings]]:
    """The provider's address, the dashboard's, and its installation."""
    folder = tmp_path_factory.mktemp("certified")
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("没有 node 和 npm")
    place = folder / "provider"
    shutil.copytree(HERE, place)
    try:
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=place, capture_output=True, timeout=120, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        missing(f"npm 取不到它（{type(error).__name__}）")
    settings = settings_module.load(folder / "seeds", folder / "home")
    for path in (settings.seeds, settings.home):
        path.mkdir()
    port, at = free_port(), free_port()
    board, address = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{at}"
    (folder / "roles.yml").write_text(ROLES)
    (folder / "sign-in.toml").write_text(
        f"""
        roles = "roles.yml"
        [auth]
        redirect_uri = "{board}/oauth2callback"
        cookie_secret = "0123456789abcdef0123456789abcdef"
        client_id = "board"
        client_secret = "secret-of-the-board-that-is-long-enough"
        server_metadata_url = "{address}/.well-known/openid-configuration"
        """
    )
    command = ["node", "provider.mjs", str(at), board]
    provider = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE)
    try:
        assert provider.stdout is not None and provider.stdout.readline() == b"listens\n"
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("UNIONBOARD_SIGN_IN", str(folder / "sign-in.toml"))
            with serving(settings, port=port):
                yield address, board, settings
    finally:
        provider.kill()
        provider.wait()


class Browser:
    """Two jars of cookies, as the browser has for two sites."""

    def __init__(self, provider: str, board: str) -> None:
        self.provider = httpx.Client(base_url=provider, follow_redirects=False, timeout=20)
        self.board = httpx.Client(base_url=board, headers={"accept": "text/html"}, timeout=20)

    def sign_in(self, account: str) -> None:
        """By the forms of the provider, back to the dashboard."""
        way_in = self.board.get("/access/sign-in?next=%2F").text
        where = html.unescape(way_in.split('id="sign-in" href="')[1].split('"')[0])
        answer = self.at_provider(self.board.get(where).headers["location"])
        for form in ({"prompt": "login", "login": account, "password": "any"}, {"prompt": "consent"}):
            assert answer.status_code == 200, answer.text
            action = re.search(r'action="([^"]+)"', answer.text)
            assert action is not None
            answer = self.at_provider(html.unescape(action[1]), form)
        self.board.get(answer.headers["location"])

    def sign_out_at_the_provider(self) -> None:
        """There, not here."""
        asked = self.at_provider("/session/end")
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', asked.text))
        self.at_provider("/session/end/confirm", {**form, "logout": "yes"})

    def is_in(self) -> bool:
        """Whether pages are shown."""
        return self.board.get("/").status_code == 200

    def at_provider(self, where: str, form: dict[str, str] | None = None) -> httpx.Response:
        """One request there, and on until it leads back or shows a page."""
        answer = self.provider.post(where, data=form) if form else self.provider.get(where)
        while answer.is_redirect and "/oauth2callback" not in answer.headers["location"]:
            answer = self.provider.get(answer.headers["location"])
        return answer


def test_person_signs_in_and_is_out_when_signed_out_at_the_provider(signing_in: tuple[str, str, Settings]) -> None:
    address, board, settings = signing_in
    browser, other = Browser(address, board), Browser(address, board)
    browser.sign_in("henan-1")
    assert browser.is_in() and not other.is_in()
    browser.sign_out_at_the_provider()
    # By the back channel: the browser has told us nothing.
    assert not browser.is_in()
    told = [
        (one["action"], one["who"]["subject"], one["about"].get("by")) for one in audit.read(settings, action="session")
    ]
    assert told == [("session.begin", "henan-1", None), ("session.end", "henan-1", "provider")]


def test_account_without_a_role_sees_nothing(signing_in: tuple[str, str, Settings]) -> None:
    address, board, _ = signing_in
    browser = Browser(address, board)
    browser.sign_in("nobody-1")
    assert browser.board.get("/").status_code == 403
