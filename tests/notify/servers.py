"""Real servers on the loopback that take mail and messages of robots, and misbehave as they are told."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mails:
    """A mail server's mails, and how it behaves: answers by step (`rcpt`, `data`), seconds of silence, or hanging up."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.rcpt: dict[str, str] = {}
        self.data: list[str] = []
        self.silence = 0.0
        self.hangs_up = False

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address."""
        return [one for one in self.received if address in str(one["To"])]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """What it says to a recipient."""
        del server, session, options
        answer = self.rcpt.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """What it says to the content."""
        del session
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("2"):
            found = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(found, EmailMessage)
            self.received.append(found)
        if self.silence:
            import asyncio

            await asyncio.sleep(self.silence)
        if self.hangs_up:
            server.transport.abort()
        return answer


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mails, int]]:
    """A server and its port; `options` are aiosmtpd's."""
    mails = Mails()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mails, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield mails, port
    finally:
        controller.stop()


def only(user: str, password: str) -> Any:
    """An authenticator that knows one account."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        del server, session, envelope, mechanism
        is_right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=is_right, handled=False)

    return authenticate


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, both = folder / "ca.pem", folder / "server.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + trusted.read_bytes()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted


class Robot:
    """What a robot was sent, and what it answers: a status and a document; `silence` seconds before it does."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.documents: list[dict[str, Any]] = []
        self.answer: tuple[int, Any] = (200, {"errcode": 0, "errmsg": "ok"})
        self.silence = 0.0


@contextmanager
def robot_server(context: ssl.SSLContext | None = None) -> Iterator[tuple[Robot, str]]:
    """A robot and its address."""
    robot = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            robot.paths.append(self.path)
            robot.documents.append(json.loads(content))
            time.sleep(robot.silence)
            body = json.dumps(robot.answer[1]).encode()
            with suppress(OSError):
                self.send_response(robot.answer[0])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        scheme = "https" if context else "http"
        yield robot, f"{scheme}://127.0.0.1:{server.server_port}/robot/send?access_token=T0KEN"
    finally:
        server.shutdown()
        server.server_close()
