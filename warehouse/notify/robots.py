"""Robots of chat groups: the form that 企业微信, 钉钉 and 飞书 take, and how it is signed."""

import base64
import hmac
import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlsplit

from warehouse.notify.outbox import Letter
from warehouse.notify.schedule import Recipient, plain
from warehouse.notify.sending import WAIT_SECONDS, WHOLE_SECONDS, NotSentError, UncertainError

# Bytes of text that each takes.
LARGEST = {"wecom": 2048, "dingtalk": 18_000, "feishu": 18_000}
# Their words for "too many at once".
_LATER = frozenset({45009, 45033, 130101, 130102, 9499, 11232, 99991400})
_MORE = "……（全文见看板）"


def signature(robot: str, secret: str, moment: float) -> tuple[str, str]:
    """The timestamp and the signature: 钉钉 in milliseconds with the secret as key, 飞书 in seconds with both as key and nothing signed."""
    stamp = str(round(moment * 1000) if robot == "dingtalk" else int(moment))
    told = f"{stamp}\n{secret}".encode()
    key, content = (secret.encode(), told) if robot == "dingtalk" else (told, b"")
    return stamp, base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def request(robot: str, url: str, text: str, secret: str | None, moment: float) -> tuple[str, dict[str, Any]]:
    """The address and the document of a message."""
    text = _fitting(text, LARGEST[robot])
    signed = signature(robot, secret, moment) if secret else None
    if robot == "feishu":
        document: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if signed:
            document = {"timestamp": signed[0], "sign": signed[1], **document}
        return url, document
    if robot == "dingtalk" and signed:
        url += f"{'&' if '?' in url else '?'}timestamp={signed[0]}&sign={quote_plus(signed[1])}"
    return url, {"msgtype": "text", "text": {"content": text}}


def by_robot(letter: Letter, recipient: Recipient, hand_over: Callable[[], None]) -> None:
    """Send to a group; `hand_over` is called when the connection stands. Raises NotSentError, UncertainError."""
    robot, host = recipient.robot or "", recipient.masked
    secret = recipient.secret_file.read_text(encoding="utf-8").strip() if recipient.secret_file else None
    text = f"{plain(letter.subject)}\n{letter.text}"
    url, document = request(robot, recipient.url or "", text, secret, time.time())
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=WAIT_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT_SECONDS)
    watch = threading.Timer(WHOLE_SECONDS, lambda: connection.sock and connection.sock.close())
    watch.daemon = True
    watch.start()
    try:
        try:
            connection.connect()
        except ssl.SSLError as error:
            said = getattr(error, "verify_message", "") or error.reason
            raise NotSentError(f"{host} 的证书或加密通不过：{said}", is_channel=True) from error
        except OSError as error:
            raise NotSentError(f"连不上 {host}（{error.strerror or '等不到答复'}）", is_channel=True) from error
        hand_over()
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            body = json.dumps(document, ensure_ascii=False).encode()
            connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
            answer = connection.getresponse()
            content = answer.read(100_000)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UncertainError(f"{host} 收下内容后没有答复（{type(error).__name__}）") from error
    finally:
        watch.cancel()
        connection.close()
    _judge(host, answer.status, content)


def _judge(host: str, status: int, content: bytes) -> None:
    if status in (429, 503):
        raise NotSentError(f"{host} 答 {status}，请稍后")
    if status >= 500:
        raise UncertainError(f"{host} 答 {status}")
    if status != 200:
        raise NotSentError(f"{host} 答 {status}", is_final=True)
    try:
        told = json.loads(content)
        code = told["errcode"] if "errcode" in told else told["code"] if "code" in told else told["StatusCode"]
    except (ValueError, KeyError, TypeError):
        raise UncertainError(f"{host} 的答复读不懂") from None
    if code != 0:
        said = plain(str(told.get("errmsg") or told.get("msg") or ""))[:200]
        raise NotSentError(f"{host} 答 {code} {said}", is_final=code not in _LATER)


def _fitting(text: str, largest: int) -> str:
    content = text.encode()
    if len(content) <= largest:
        return text
    return content[: largest - len(_MORE.encode())].decode("utf-8", "ignore") + _MORE
