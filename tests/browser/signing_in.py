"""A real identity provider as a process on the loopback, and a dashboard that asks it who somebody is."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.dashboard.serving import free_port, running
from warehouse.settings import Settings

ROLES = """
claims: [groups]
nation_for_provinces: true
rules:
  - {when: {groups: henan}, role: province_leader, regions: ["410000"]}
  - {when: {groups: leaders}, role: leader}
"""
PEOPLE = (
    {"sub": "henan-1", "name": "河甲", "groups": ["henan"]},
    {"sub": "leader-1", "name": "部甲", "groups": ["leaders"]},
    {"sub": "nobody-1"},
)


@contextmanager
def provider() -> Iterator[str]:
    """The address of a provider that knows PEOPLE and asks for a nonce."""
    port = free_port()
    known = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    command = [str(Path(sys.executable).with_name("oidc-provider-mock")), "-p", str(port), "-n", "true", *known]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                httpx.get(f"{address}/.well-known/openid-configuration")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


@contextmanager
def board(settings: Settings, folder: Path, provider_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a dashboard where people sign in at this provider."""
    port = free_port()
    (folder / "roles.yml").write_text(ROLES, encoding="utf-8")
    (folder / "sign-in.toml").write_text(
        f"""
        roles = "roles.yml"
        [auth]
        redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
        cookie_secret = "0123456789abcdef0123456789abcdef"
        client_id = "board"
        client_secret = "secret-of-the-board"
        server_metadata_url = "{provider_address}/.well-known/openid-configuration"
        """,
        encoding="utf-8",
    )
    monkeypatch.setenv("UNIONBOARD_SIGN_IN", str(folder / "sign-in.toml"))
    with running(settings, port=port):
        yield f"http://127.0.0.1:{port}"
