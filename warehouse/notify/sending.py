"""One letter on its way out: what may go wrong before it is handed over, while, and after."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from warehouse.notify.outbox import Letter
from warehouse.notify.schedule import Recipient, Server, plain
from warehouse.settings import TIME_ZONE

# For one answer of the other side, and for the whole conversation.
WAIT_SECONDS = 30.0
WHOLE_SECONDS = 180.0
# Closing down, and all that has to do with signing in: no letter's fault.
_OF_THE_CHANNEL = frozenset({421, 454, 530, 534, 535, 538})
_TYPES = {
    "pdf": ("application", "pdf"),
    "docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pptx": ("application", "vnd.openxmlformats-officedocument.presentationml.presentation"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class NotSentError(Exception):
    """It did not arrive; the message says why. `is_final`: trying again is of no use. `is_channel`: nothing else gets through either."""

    def __init__(self, reason: str, is_final: bool = False, is_channel: bool = False) -> None:
        super().__init__(reason)
        self.is_final, self.is_channel = is_final, is_channel


class UncertainError(Exception):
    """It may have arrived; the message says why nobody knows."""


def message(letter: Letter, server: Server, to: str, name: str) -> EmailMessage:
    """The letter as a mail; whatever stands in names and subjects stays in its header."""
    user, _, domain = to.rpartition("@")
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = server.sender
    mail["To"] = Address(plain(name), user, domain)
    mail["Subject"] = plain(letter.subject)[:200]
    mail["Date"] = format_datetime(datetime.now(TIME_ZONE))
    # The same for the same letter: a server that is handed it twice may tell.
    mail["Message-ID"] = f"<{letter.id}@{server.sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text + "\n")
    for one in letter.attachments:
        kind, sub = _TYPES.get(one.name.rpartition(".")[2], ("application", "octet-stream"))
        mail.add_attachment(one.content, maintype=kind, subtype=sub, filename=plain(one.name))
    return mail


def by_mail(letter: Letter, server: Server, recipient: Recipient, hand_over: Callable[[], None]) -> None:
    """Send by SMTP; `hand_over` is called when everything before the content was accepted. Raises NotSentError, UncertainError."""
    to = recipient.mail or ""
    content = message(letter, server, to, recipient.name).as_bytes()
    is_handed_over = False

    def begin() -> None:
        nonlocal is_handed_over
        hand_over()
        is_handed_over = True

    try:
        with _connected(server) as smtp:
            size = [f"size={len(content)}"] if smtp.has_extn("size") else []
            _accepted(smtp.mail(server.sender.addr_spec, size))
            _accepted(smtp.rcpt(to))
            answer = smtp.docmd("data")
            if answer[0] != 354:
                raise smtplib.SMTPResponseException(*answer)
            begin()
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            _accepted(smtp.getreply())
    except smtplib.SMTPResponseException as error:
        # Codes of its own, below 200, are the library's word for a connection that is gone.
        if error.smtp_code < 200 and is_handed_over:
            raise UncertainError(f"{server.host} 没有答复就断开了") from error
        told = f"{server.host} 答 {error.smtp_code} {_text(error.smtp_error)}"
        is_channel = error.smtp_code in _OF_THE_CHANNEL or isinstance(error, smtplib.SMTPConnectError)
        raise NotSentError(told, error.smtp_code >= 500 and not is_channel, is_channel) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotSentError(f"{server.host} 不支持所要的加密或登录方式", is_channel=True) from error
    except ssl.SSLError as error:
        if is_handed_over:
            raise UncertainError(f"{server.host} 的加密连接中断了") from error
        said = getattr(error, "verify_message", "") or error.reason or type(error).__name__
        raise NotSentError(f"{server.host} 的证书或加密通不过：{said}", is_channel=True) from error
    except (OSError, smtplib.SMTPException) as error:
        if is_handed_over:
            raise UncertainError(f"{server.host} 收下内容后没有答复（{_why(error)}）") from error
        raise NotSentError(f"连不上 {server.host}:{server.port}（{_why(error)}）", is_channel=True) from error


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    is_tls = server.security == "tls"
    smtp = smtplib.SMTP_SSL(timeout=WAIT_SECONDS, context=context) if is_tls else smtplib.SMTP(timeout=WAIT_SECONDS)
    # Connected later, so that the greeting is watched, too; the certificate is held against this name.
    smtp._host = server.host  # type: ignore[attr-defined]
    # A server that lets its answers drip is waited for as long as one that says nothing at all.
    watch = threading.Timer(WHOLE_SECONDS, _cut, [smtp])
    watch.daemon = True
    watch.start()
    try:
        greeting = smtp.connect(server.host, server.port)
        if greeting[0] != 220:
            raise smtplib.SMTPConnectError(*greeting)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
        if server.user is not None and server.password_file is not None:
            smtp.login(server.user, server.password_file.read_text(encoding="utf-8").strip())
        yield smtp
        # It was accepted: how they part changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        watch.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    with suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _accepted(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return plain(text)[:200]


def _why(error: Exception) -> str:
    # The library tells a silence as a connection that was closed.
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "等不到答复"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "断开了"
    return plain(getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
