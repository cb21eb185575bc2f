"""HTTPS by the server itself: a certificate and its key, looked at before anything listens; what browsers keep is for HTTPS only."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.dashboard.serving import free_port
from warehouse.settings import CHECKOUT
from warehouse.system import tls

PEM = serialization.Encoding.PEM
PRIVATE = serialization.PrivateFormat.PKCS8


def made(place: Path, name: str = "board", password: bytes | None = None) -> tuple[Path, Path]:
    """A certificate that has signed itself, for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "board.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    paths = place / f"{name}.pem", place / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(PEM))
    paths[1].write_bytes(key.private_bytes(PEM, PRIVATE, locked))
    return paths


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None, Path | None], None]:
    """Names the two files, as the command line does."""

    def name(certificate: Path | None, key: Path | None) -> None:
        for variable, path in ((tls.CERTIFICATE, certificate), (tls.KEY, key)):
            if path is None:
                monkeypatch.delenv(variable, raising=False)
            else:
                monkeypatch.setenv(variable, str(path))

    return name


def test_certificate_and_its_key_do(tmp_path: Path, named: Callable[..., None]) -> None:
    named(None, None)
    assert not tls.is_on() and tls.problem_of_files() is None
    named(*made(tmp_path))
    assert tls.is_on() and tls.problem_of_files() is None
    assert tls.context().minimum_version == ssl.TLSVersion.TLSv1_2


def test_files_that_do_not_do_are_refused_in_words(tmp_path: Path, named: Callable[..., None]) -> None:
    certificate, key = made(tmp_path)
    other = made(tmp_path, "other")[1]
    locked = made(tmp_path, "locked", b"secret")
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("no certificate")
    for given, said in (
        ((certificate, None), "缺 --tls-key"),
        ((None, key), "缺 --tls-cert"),
        ((tmp_path / "nowhere", key), "--tls-cert"),
        ((certificate, tmp_path), "--tls-key"),
        ((certificate, other), "要配对"),
        (locked, "加了密码"),
        ((rubbish, key), "PEM"),
        ((certificate, rubbish), "PEM"),
        ((key, certificate), "PEM"),
    ):
        named(*given)
        problem = str(tls.problem_of_files())
        assert said in problem and problem.endswith("。"), given
        with pytest.raises(ValueError, match=said):
            tls.context()


def test_server_speaks_https_and_its_cookies_are_for_https_only(tmp_path: Path) -> None:
    certificate, key = made(tmp_path)
    port = free_port()
    environment = {
        **os.environ,
        "UNIONBOARD_SEEDS": str(tmp_path / "seeds"),
        "UNIONBOARD_HOME": str(tmp_path / "home"),
        tls.CERTIFICATE: str(certificate),
        tls.KEY: str(key),
        "PYTHONPATH": str(CHECKOUT),
    }
    process = subprocess.Popen([sys.executable, "-m", "dashboard", "--port", str(port)], env=environment, cwd=tmp_path)
    believed = ssl.create_default_context(cafile=str(certificate))

    def asked(path: str) -> tuple[int, list[tuple[str, str]]]:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=believed)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, [(name.lower(), value) for name, value in answer.getheaders()]
        finally:
            connection.close()

    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                asked("/_stcore/health")
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        status, headers = asked("/")
        told = dict(headers)
        assert (status, told["strict-transport-security"]) == (200, "max-age=31536000")
        assert told["cross-origin-opener-policy"] == "same-origin" and "camera=()" in told["permissions-policy"]
        given = [header for path in ("/", "/_stcore/host-config", "/_stcore/health") for header in asked(path)[1]]
        cookies = [value.lower() for name, value in given if name == "set-cookie"]
        assert cookies and all("; secure" in one and "; samesite=" in one for one in cookies)
        # Nothing is said in the clear, and nothing by what is broken.
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"HTTP/1.1 200" not in plain.recv(1000)
        old = ssl.create_default_context(cafile=str(certificate))
        with pytest.warns(DeprecationWarning):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain, pytest.raises((ssl.SSLError, OSError)):
            old.wrap_socket(plain, server_hostname="127.0.0.1")
    finally:
        process.terminate()
        process.wait()
