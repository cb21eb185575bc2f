"""Where a replica gets its copy from: a folder that holds a writer's home or a copy of it, or the writer itself over HTTP."""

import contextlib
import http.client
import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from warehouse.releases import release
from warehouse.replicas import offered, secret
from warehouse.replicas.offered import Offered
from warehouse.settings import Settings
from warehouse.system import host_names

OFFER = "/api/offer"
WAIT_SECONDS = 20.0
# More than a writer with thousands of uploads and releases says.
LARGEST_OFFER = 64_000_000


class SourceError(Exception):
    """A source that cannot be reached or does not give what it offers; the message says what to do."""


class RefusedError(SourceError):
    """The writer answered that it does not take what it was given; the message is its own and fit for every reader."""


class Source(Protocol):
    """What a replica asks."""

    where: str

    def offered(self, known: str | None) -> Offered | None:
        """What there is now; None when it is what the digest `known` says. Raises SourceError or OSError."""
        ...

    def opened(self, name: str, begin: int) -> contextlib.AbstractContextManager[IO[bytes]]:
        """The bytes of an offered file from `begin` on. Raises SourceError or OSError."""
        ...


def named(source: str, token_file: Path | None, settings: Settings) -> Source:
    """The source that `--from` names. Raises ValueError, in Chinese, when it is none."""
    if "://" in source:
        return Writer(source, token_file)
    folder = Path(source).absolute()
    if folder.name == "releases" and (folder / release.POINTER).exists():
        folder = folder.parent
    if folder.resolve() == settings.home.resolve():
        raise ValueError(
            f"--from {folder} 和自己的生成物文件夹 {settings.home} 是同一处。请用 --home 给副本另一个文件夹。"
        )
    return Folder(folder, settings)


class Folder:
    """A folder on this machine or mounted: the home of a writer, or what rsync made of it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.where = str(folder)
        self._settings = replace(settings, home=folder, seeds=folder)

    def offered(self, known: str | None) -> Offered | None:
        """What lies there now."""
        if not self._settings.home.is_dir():
            raise SourceError(f"找不到文件夹 {self.where}。请检查 --from，或它的挂载")
        if not self._settings.releases.is_dir():
            raise SourceError(f"{self.where} 里没有 releases：还没有挂载，或那里不是发布主机的生成物文件夹")
        found = offered.of(self._settings)
        return None if found.digest == known else found

    @contextlib.contextmanager
    def opened(self, name: str, begin: int) -> Iterator[IO[bytes]]:
        """The file there."""
        with offered.path_of(self._settings, name).open("rb") as file:
            file.seek(begin)
            yield file


class Writer:
    """The writer's own server. No proxy is asked and no redirect followed, so that the token goes nowhere else."""

    def __init__(self, address: str, token_file: Path | None) -> None:
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("http", "https") or not parts.hostname or port == -1 or parts.username or parts.query:
            raise ValueError(
                f"“{address}”不是发布主机的地址。请写成 https://writer.example.org 或 http://10.0.0.5:8501。"
            )
        if token_file is None:
            raise ValueError(
                "经网络跟随发布主机要有令牌：--token-file 文件（或 UNIONBOARD_TOKEN_FILE），"
                "与发布主机的 UNIONBOARD_OFFER_TOKEN_FILE 内容相同。"
            )
        secret.tokens(token_file)
        self.where = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self.is_plain = parts.scheme == "http" and not host_names.is_loopback(parts.hostname)
        self._token_file = token_file
        self._host, self._port, self._path = parts.hostname, port, parts.path.rstrip("/")
        # Certificates of a site's own authority: SSL_CERT_FILE names them.
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None

    def offered(self, known: str | None) -> Offered | None:
        """What the writer says it has now."""
        with self.asked("GET", f"{OFFER}?known={known}" if known else OFFER, {}) as answer:
            if answer.status == 204:
                return None
            content = answer.read(LARGEST_OFFER + 1)
        try:
            return offered.from_json(json.loads(content))
        except ValueError:
            raise SourceError(
                f"{self.where} 的回答不是发布主机的：那里没有打开分发（UNIONBOARD_OFFER_TOKEN_FILE），地址不对，或它是另一版程序"
            ) from None

    @contextlib.contextmanager
    def opened(self, name: str, begin: int) -> Iterator[IO[bytes]]:
        """The file as the writer sends it."""
        with self.asked("GET", f"{OFFER}/{name}", {"Range": f"bytes={begin}-"} if begin else {}) as answer:
            if begin and answer.status != 206:
                raise SourceError(f"{self.where} 不能从中间接着传 {name}")
            yield answer

    @contextlib.contextmanager
    def asked(
        self, method: str, path: str, headers: dict[str, str], body: Any = None, wait: float = WAIT_SECONDS
    ) -> Iterator[http.client.HTTPResponse]:
        """One request and its answer. Raises SourceError, in words, for whatever stands in the way."""
        token = secret.tokens(self._token_file)[0]
        if self._tls is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self._host, self._port, timeout=wait, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=wait)
        try:
            connection.request(method, self._path + path, body, {"Authorization": f"Bearer {token}", **headers})
            answer = connection.getresponse()
            if answer.status not in (200, 204, 206):
                kind = RefusedError if answer.status in (400, 503, 507) else SourceError
                raise kind(self._refusal(answer.status, answer.read(2000)))
            yield answer
        except SourceError:
            raise
        except ssl.SSLCertVerificationError as error:
            raise SourceError(
                f"{self.where} 的证书不能信任（{error.verify_message}）。自己的证书机构用 SSL_CERT_FILE 指定"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise SourceError(f"联系不上发布主机 {self.where}（{_said(error)}）") from None
        finally:
            connection.close()

    def _refusal(self, status: int, body: bytes) -> str:
        if status == 401:
            return f"{self.where} 不认这个令牌：令牌文件 {self._token_file} 要与发布主机的相同"
        if status == 421:
            return f"{self.where} 不应答这个名字：在发布主机上加 --allow-host {self._host}（UNIONBOARD_ALLOW_HOSTS）"
        if status in (301, 302, 307, 308):
            return f"{self.where} 把请求转到别处，没有跟去：那里没有打开分发（UNIONBOARD_OFFER_TOKEN_FILE），或要写最终的地址"
        if status == 404:
            return f"{self.where} 没有所要的：那里没有打开分发（UNIONBOARD_OFFER_TOKEN_FILE），或文件刚刚不在了"
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return str(json.loads(body)["problem"])
        return f"{self.where} 回答了 {status}"


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "等了很久没有回答"
    if isinstance(error, ConnectionRefusedError):
        return "那里没有程序在听"
    if isinstance(error, http.client.HTTPException):
        return "回答中断"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
